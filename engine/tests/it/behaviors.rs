//! Behaviours in an annotation of the Pods, and what is wrong with them.

use crate::kubelet::ready;
use rollscope_engine::{Scenario, simulate};

const ANNOTATED: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: \
                         web}}\n  template:\n    metadata:\n      labels: {app: web}\n      annotations:\n        \
                         rollscope.dev/behavior: ";

#[test]
fn a_pod_says_itself_how_its_images_behave() {
    let text = format!(
        "{ANNOTATED}|\n          app:1: {{pull: 7}}\n    spec: {{containers: [{{name: app, image: \"app:1\"}}]}}\n---\n\
         apiVersion: rollscope.dev/v1\nkind: Scenario\nworld: {{images: {{\"app:1\": {{pull: 3}}}}}}\n"
    );
    let reading = Scenario::read(&text);
    assert!(reading.diagnostics.is_empty(), "{:?}", reading.diagnostics);
    assert_eq!(ready(&simulate(&reading.scenario)), [7]);
}

#[test]
fn mistakes_in_behaviours_have_a_place() {
    let check = |annotation: &str, own: &str, expect: &[&str]| {
        let text = format!(
            "{ANNOTATED}{annotation}\n    spec: {{containers: [{{name: app, image: \"app:1\"}}]}}\n---\napiVersion: \
             rollscope.dev/v1\nkind: Scenario\n{own}"
        );
        let found: Vec<String> = Scenario::read(&text)
            .diagnostics
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(found, expect, "{text}");
    };
    let fields = "expected one of pull, start, ready, live, fails, hangs, exits, oom, code, times, stop, needs";
    check(
        "|\n          app:1:\n            pull: 1\n            colour: red\n            start: -1",
        "",
        &[
            &format!("13:13: error: unknown field \"colour\": {fields}"),
            "14:20: error: start: expected seconds, from 0 to 86400",
        ],
    );
    check(
        "'app:1: {code: 300}'",
        "",
        &["10:48: error: code: expected an exit code, from 0 to 255"],
    );
    check(
        "'app:2: {}'",
        "",
        &["10:34: warning: no manifest and no command uses the image app:2"],
    );
    check(
        "'never'",
        "",
        &["10:33: error: rollscope.dev/behavior: expected a map from images to what they do"],
    );
    check(
        "'app:1: never'",
        "",
        &["10:34: error: app:1: expected a map such as {ready: never}"],
    );
    check(
        "'app:1: {}'",
        "world: {images: {\"app:3\": {times: 0}}}\ninterventions:\n- {at: 3, run: kubectl set image deployment/web \
         app=app:4}\n",
        &[
            "15:18: warning: no manifest and no command uses the image app:3",
            "15:35: error: times: expected a whole number from 1",
        ],
    );
    check(
        "'app:4: {}'",
        "interventions:\n- {at: 3, run: kubectl set image deployment/web app=app:4}\n",
        &[],
    );
}
