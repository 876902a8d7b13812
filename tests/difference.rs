//! Releases against each other: what the page says of a run that is not on the default release.

use rollscope::scene::difference::Difference;
use rollscope_engine::release::Release;
use rollscope_engine::{Scenario, simulate};
use std::rc::Rc;

const WORKLOAD: &str = "
metadata: {name: app}
spec:
  replicas: 4
  selector: {matchLabels: {app: app}}
  template:
    metadata: {labels: {app: app}}
    spec: {containers: [{name: c, image: 'nginx:1'}]}
";
const TWO_AT_ONCE: &str = "  podManagementPolicy: Parallel
  updateStrategy: {rollingUpdate: {maxUnavailable: 2}}
";

/// What is said of a scenario on a release, and the title of the step that it leads to.
fn check(kind: &str, spec: &str, own: &str, release: &str, expect: &str, leads_to: Option<&str>) {
    let lower = kind.to_lowercase();
    let reading = Scenario::read(&format!(
        "apiVersion: apps/v1\nkind: {kind}{WORKLOAD}{spec}---
apiVersion: rollscope.dev/v1
kind: Scenario
{own}
interventions: [{{at: 30, run: 'kubectl set image {lower}/app c=nginx:2'}}]
"
    ));
    assert!(reading.is_runnable(), "{:?}", reading.diagnostics);
    let on = |release| {
        let mut scenario = reading.scenario.clone();
        scenario.set_release(release, &reading.gates);
        Rc::new(simulate(&scenario))
    };
    let history = on(release.parse().expect("a release"));
    let difference = Difference::of(&history, &on(Release::DEFAULT));
    assert_eq!(difference.text, expect, "{kind} on {release}");
    let title = difference.first.map(|position| history.steps[position - 1].title());
    assert_eq!(title.as_deref(), leads_to, "{kind} on {release}");
}

#[test]
fn stateful_sets_update_several_at_once_where_the_gate_is_on() {
    let text = "compared with 1.36: 21 steps differ, first at step 8 (00:30.0): \
                “Deleted 2 Pods: terminating” instead of “Deleted Pod app-3: terminating” (STS-44)";
    let there = Some("Deleted 2 Pods: terminating");
    check("StatefulSet", TWO_AT_ONCE, "", "1.37", text, there);
    check("StatefulSet", TWO_AT_ONCE, "", "1.35.0", text, there);
    let same = "compared with 1.36: no step differs";
    check("StatefulSet", TWO_AT_ONCE, "", "1.35.4", same, None);
    check("StatefulSet", "", "", "1.37", same, None);
}

#[test]
fn a_gate_that_the_text_sets_stays() {
    let off = "gates: {MaxUnavailableStatefulSet: false}";
    let same = "compared with 1.36: no step differs";
    check("StatefulSet", TWO_AT_ONCE, off, "1.37", same, None);
}

#[test]
fn deployments_roll_out_alike_everywhere() {
    check(
        "Deployment",
        "",
        "",
        "1.37",
        "compared with 1.36: no step differs",
        None,
    );
    check(
        "Deployment",
        "",
        "",
        "1.33",
        "compared with 1.36: only reported counts differ",
        None,
    );
}
