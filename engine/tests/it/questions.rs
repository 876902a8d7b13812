//! The questions that the page's examples answer. Each answer is pinned: what must happen in its run, in this order. The whole
//! run is in `tests/questions/<name>.txt`; `BLESS=1` writes those anew.

use crate::log::log;
use rollscope_engine::{Scenario, simulate};
use std::fs;
use std::path::Path;

/// Compares the run of an example with its log, and looks in it for lines that contain these texts, one after another.
fn check(name: &str, answer: &[&str]) {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(here.join(format!("../static/examples/{name}.yaml"))).expect(name);
    let is = log(&simulate(&Scenario::read(&text).scenario));
    let path = here.join(format!("tests/questions/{name}.txt"));
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, &is).expect("the log");
    }
    let was = fs::read_to_string(&path).unwrap_or_default();
    let differs = is.lines().zip(was.lines()).find(|(is, was)| is != was);
    assert!(is == was, "{name}: {differs:?}");
    let mut lines = is.lines();
    for expected in answer {
        assert!(
            lines.any(|line| line.contains(expected)),
            "{name}: no more \"{expected}\""
        );
    }
}

/// OrderedReady waits for the broken Pod for ever, until somebody deletes it; Parallel replaces it.
#[test]
fn the_image_is_fixed_and_the_stateful_set_still_stuck() {
    check(
        "stuck-after-the-fix",
        &[
            "00:40.0 you: kubectl set image statefulset/ordered app=app:2",
            "00:41.0 you: kubectl set image statefulset/parallel app=app:2",
            "00:41.0 statefulset-controller: Deleted Pod parallel-2",
            "Rollout of StatefulSet parallel complete",
            "00:59.0 kubelet: Pod ordered-2: ImagePullBackOff",
            "01:20.0 you: kubectl delete pod/ordered-2",
            "statefulset-controller: Created Pod ordered-2",
            "Rollout of StatefulSet ordered complete",
        ],
    );
}

#[test]
fn five_old_and_three_new_and_so_many_at_once() {
    check(
        "surge-arithmetic",
        &[
            "6 + ceil(1.5) − 6 old = 2 new",
            "[5 old + 3 new = 8 = 6 + ceil(1.5): no room to create]",
            "15 + ceil(3.75) − 15 old = 4 new",
            "12 old + 4 new = 16 < 15 + ceil(3.75): room for 3; 11 missing: 3 added",
        ],
    );
}

#[test]
fn one_replica_on_a_full_cluster_never_rolls() {
    check(
        "no-room-to-roll",
        &[
            "[2 − (1 − floor(0.25)) − 1 new not available = 0: none may go]",
            "no node fits",
            "0/1 nodes are available: 1 Insufficient cpu.",
            "01:00.0 you: kubectl apply",
            "1 available − (1 − 1) = 1 may go: 1 removed",
            "Rollout of Deployment web complete",
        ],
    );
}

#[test]
fn pausing_does_not_keep_from_scaling() {
    check(
        "pause-and-scale",
        &[
            "DEP-60 The Deployment is paused",
            "00:40.0 you: kubectl scale deployment/web --replicas=15",
            "from 8 to 12",
            "7 desired − 5 active = 2 to create",
            "01:00.0 you: kubectl rollout resume",
            "Rollout of Deployment web complete",
        ],
    );
}

#[test]
fn the_deadline_reports_and_does_nothing() {
    check(
        "deadline",
        &[
            "00:20.0 you: kubectl set image",
            "01:21.0 deployment-controller: Rollout of Deployment web reported as failed",
            "02:00.0 you: kubectl rollout undo",
            "Rollout of Deployment web complete",
        ],
    );
}

#[test]
fn the_youngest_go_first_and_undo_goes_to_and_fro() {
    check(
        "who-dies",
        &[
            "01:00.0 you: kubectl scale deployment/web --replicas=3",
            "RS-21 6 Pods counted. First goes who became ready later.",
            "01:20.0 you: kubectl set image deployment/web app=app:2",
            "01:50.0 you: kubectl rollout undo deployment/web",
            "Scaled ReplicaSet web-5d866784d6 from 0 to 1",
            "02:20.0 you: kubectl rollout undo deployment/web",
            "Scaled ReplicaSet web-77f87fc497 from 0 to 1",
            "kubectl rollout undo statefulset/db",
            "Deleted Pod db-2",
            "kubectl scale statefulset/db --replicas=1",
            "Deleted Pod db-2",
            "Deleted Pod db-1",
        ],
    );
}

#[test]
fn on_delete_waits_for_somebody() {
    check(
        "on-delete",
        &[
            "STS-45 3 Pods have an old revision; with OnDelete they are replaced when you delete them.",
            "00:40.0 you: kubectl delete pod/db-1",
            "Created Pod db-1",
            "STS-45 2 Pods have an old revision",
        ],
    );
}

#[test]
fn claims_stay_and_come_back() {
    check(
        "claims-left-behind",
        &[
            "Bound PersistentVolumeClaim data-db-2",
            "00:30.0 you: kubectl scale statefulset/db --replicas=1",
            "01:00.0 you: kubectl scale statefulset/db --replicas=3",
            "Pod db-2 ready",
        ],
    );
    let log = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/questions/claims-left-behind.txt"));
    let log = log.expect("the log");
    assert_eq!(
        log.matches("Bound PersistentVolumeClaim data-db-2").count(),
        1,
        "bound once, used twice"
    );
    assert!(!log.contains("PersistentVolumeClaim data-db-2 removed") && !log.contains("Removed PersistentVolumeClaim"));
}

#[test]
fn the_dead_nodes_stateful_pod_stays_until_somebody_says_so() {
    check(
        "dead-node",
        &[
            "00:20.0 you: node lost node-2",
            "node-controller: Node node-2 not ready",
            "taint-eviction-controller: Deleted 2 Pods: terminating",
            "STS-20 db-1 is still terminating; its name must be free first.",
            "Pod web-5d866784d6-",
            "node.kubernetes.io/out-of-service",
            "pod-garbage-collector: 2 Pods gone",
            "statefulset-controller: Created Pod db-1",
        ],
    );
}

#[test]
fn one_dead_node_holds_up_a_daemon_set() {
    check(
        "agent-and-dead-node",
        &[
            "DS-21 The old version is still on 2 nodes; no more may be without a working Pod. [1 unavailable ≥ 1: none may go]",
            "02:30.0 you: kubectl delete node/node-2",
            "pod-garbage-collector",
            "1 − 0 unavailable = 1 may go",
        ],
    );
}

#[test]
fn a_drain_hangs_on_pods_that_are_broken_anyway() {
    check(
        "drain-hangs",
        &[
            "01:00.0 you: kubectl drain node-1",
            "The disruption budget broken needs 2 healthy pods and has 0 currently.",
            "kubectl drain: Deleted Pod healthy-",
            "03:00.0 you: kubectl apply",
            "kubectl drain: Deleted Pod broken-",
        ],
    );
}

#[test]
fn a_liveness_probe_restarts_a_slow_starter_for_ever() {
    check(
        "slow-starter",
        &[
            "00:15.0 kubelet: Pod web-5b9d5c66f5-6jxmd: container told to stop",
            "POD-50 app has waited 20 s since its end; the next time it waits 40 s.",
            "POD-50 app has waited 80 s since its end; the next time it waits 160 s.",
            "04:00.0 you: kubectl apply",
            "Rollout of Deployment web complete",
        ],
    );
}

#[test]
fn an_apply_takes_back_what_the_autoscaler_chose() {
    check(
        "autoscaler-and-apply",
        &[
            "horizontal-pod-autoscaler: Scaled Deployment web from 7 to 8",
            "03:20.0 you: kubectl apply",
            "from 8 to 2",
            "horizontal-pod-autoscaler: Scaled Deployment web from 2 to 4",
            "⌈200 % ÷ 50 % × 2⌉ = 8, cut to 4",
            "horizontal-pod-autoscaler: Scaled Deployment web from 4 to 8",
        ],
    );
}

#[test]
fn requests_are_lost_at_the_start_and_at_the_end_of_a_pod() {
    check(
        "lost-requests",
        &[
            "00:20.0 you: kubectl set image deployment/plain",
            "01:00.0 you: kubectl set image deployment/probed",
            "01:40.0 you: kubectl set image deployment/careful",
            "Rollout of Deployment careful complete",
        ],
    );
}
