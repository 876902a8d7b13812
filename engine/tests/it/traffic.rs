//! What becomes of new connections during a run (spec: SVC).

use rollscope_engine::time::{Duration, Time};
use rollscope_engine::traffic::Traffic;
use rollscope_engine::{Scenario, simulate};
use std::fs;
use std::path::Path;
use std::rc::Rc;

fn traffic(text: &str) -> Vec<Traffic> {
    Traffic::of(&Rc::new(simulate(&Scenario::read(text).scenario)))
}

fn example() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../static/examples/lost-requests.yaml"))
        .expect("the example")
}

fn lost(text: &str) -> Vec<(String, Duration)> {
    traffic(text)
        .iter()
        .map(|traffic| (traffic.service.1.to_string(), traffic.lost()))
        .collect()
}

/// SVC-20, SVC-21: a hook loses nothing, a probe loses a second's share for each Pod that goes, without one it is worse.
#[test]
fn a_zero_downtime_update_loses_what_proxies_do_not_know() {
    let expected = [("careful", 0), ("plain", 4580), ("probed", 1249)];
    assert_eq!(
        lost(&example()),
        expected.map(|(name, lost)| (name.to_owned(), Duration(lost)))
    );
}

/// SVC-22: what is lost grows with the lag.
#[test]
fn the_lag_is_what_is_lost() {
    let text = |lag: &str| example().replace("propagation: 1", &format!("propagation: {lag}"));
    let probed = |lag: &str| lost(&text(lag))[2].1;
    assert!(probed("0") < Duration(10), "steps take a millisecond");
    assert!(
        probed("0.5") < probed("1") && probed("1") < probed("2"),
        "{:?}",
        [probed("0.5"), probed("2")]
    );
}

/// SVC-11: while one of four goes, a connection in four fails; a second later, three are left.
#[test]
fn a_pod_that_goes_gets_connections_until_the_proxies_know() {
    let all = traffic(&example());
    let at = |moment| all[2].at(Time(moment)).map(|span| (span.deaf, span.targets));
    assert_eq!(
        (at(59_000), at(60_500), at(61_500)),
        (Some((0, 4)), Some((1, 4)), Some((0, 3)))
    );
    assert_eq!(at(1_000), None);
}

/// SVC-12, SVC-23: Recreate has nobody to answer in between.
#[test]
fn recreate_refuses_connections() {
    let text = example().replacen("  replicas: 4\n", "  replicas: 4\n  strategy: {type: Recreate}\n", 1);
    let plain = &traffic(&text)[1];
    assert!(
        plain
            .spans
            .iter()
            .any(|span| span.targets == 0 && span.failing() == 1000)
    );
}

/// A headless Service has no address that proxies answer for.
#[test]
fn headless_services_have_no_proxies() {
    assert_eq!(
        lost(&example().replace(
            "spec:\n  selector:\n    app: probed",
            "spec:\n  clusterIP: None\n  selector:\n    app: probed"
        ))
        .len(),
        2
    );
}

/// Without its Service, nobody answers at an address, although the Pods go on.
#[test]
fn a_deleted_service_answers_nobody() {
    let text = "apiVersion: rollscope.dev/v1\nkind: Scenario\ninterventions:\n- {at: 30, run: kubectl delete service/web}\n- {at: 60, run: \
                kubectl scale deployment/web --replicas=3}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: \
                {app: web}, ports: [{port: 80}]}\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 2, \
                selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: a, image: b}]}}}\n";
    let found = traffic(text);
    let failing = |second: u64| found[0].at(Time(second * 1000)).map(|span| span.failing());
    assert_eq!(
        [failing(25), failing(32), failing(62)],
        [Some(0), Some(1000), Some(1000)]
    );
}
