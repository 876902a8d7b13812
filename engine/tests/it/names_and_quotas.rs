//! Requests that the server refuses: a name that is taken, a quota that is used up, a node that can't be drained.

use crate::runs::{end, messages, pods, run, workload};
use rollscope_engine::api::Kind;
use rollscope_engine::scenario::{Intervention, Timed};
use rollscope_engine::time::Time;
use rollscope_engine::{Scenario, simulate};

#[test]
fn a_number_whose_name_is_taken_is_tried_again_until_it_is_free() {
    let acts = vec![
        (20, relabel(Kind::Pod, "web-1")),
        (25, "kubectl delete pod/web-1".parse().expect("a command")),
    ];
    let history = run(&workload("StatefulSet", "  replicas: 2\n  serviceName: web\n"), acts);
    let created = messages(&history, Kind::StatefulSet, "SuccessfulCreate");
    assert_eq!(created.len(), 3, "{created:#?}");
    let owned = end(&history);
    let owned = owned
        .of_kind(Kind::Pod)
        .filter(|pod| pod.meta().controller().is_some())
        .count();
    assert_eq!(owned, 2, "web-1 is made once its name is free");
}

/// Of ten thousand names with five letters each, some come up twice.
#[test]
fn a_generated_name_that_is_taken_is_generated_again() {
    let scenario = "---\napiVersion: rollscope.dev/v1\nkind: Scenario\nlimits: {pods: 20000}\n";
    let text = workload("ReplicaSet", "  replicas: 10000\n") + scenario;
    let history = simulate(&Scenario::read(&text).scenario);
    assert_eq!(pods(&history).len(), 10_000);
}

#[test]
fn pods_that_never_ran_go_when_their_owner_is_deleted_in_the_foreground() {
    let mut scenario = Scenario::read(&workload("ReplicaSet", "  replicas: 2\n")).scenario;
    scenario.world.automatic = false;
    scenario.interventions.push(Timed {
        at: Time(1000),
        what: "kubectl delete replicaset/web --cascade=foreground"
            .parse()
            .expect("a command"),
    });
    let history = simulate(&scenario);
    assert!(pods(&history).is_empty(), "{:?}", pods(&history));
    assert!(end(&history).of_kind(Kind::ReplicaSet).next().is_none());
}

const QUOTA: &str = "---\napiVersion: v1\nkind: ResourceQuota\nmetadata: {name: few}\nspec: {hard: {pods: \"2\"}}\n";

#[test]
fn a_quota_stops_every_kind_of_workload() {
    let set = workload(
        "StatefulSet",
        "  replicas: 3\n  serviceName: web\n  podManagementPolicy: Parallel\n",
    );
    let history = run(&(set + QUOTA), Vec::new());
    assert_eq!(pods(&history), ["web-0", "web-1"]);
    let refused = messages(&history, Kind::StatefulSet, "FailedCreate");
    let words = "Create Pod web-2 in StatefulSet web failed error: pods \"web-2\" is forbidden: exceeded quota: few, requested: \
                 pods=1, used: pods=2, limited: pods=2";
    assert_eq!(refused.first().map(String::as_str), Some(words));
    let history = run(&(workload("DaemonSet", "") + QUOTA), Vec::new());
    assert_eq!(pods(&history).len(), 2);
    assert!(!messages(&history, Kind::DaemonSet, "FailedCreate").is_empty());
}

#[test]
fn a_quota_set_below_what_is_there_says_how_much_that_is() {
    let quota = QUOTA.trim_start_matches("---\n").to_owned();
    let acts = vec![
        (20, Intervention::Apply(quota.into())),
        (
            25,
            "kubectl scale replicaset/web --replicas=4".parse().expect("a command"),
        ),
    ];
    let history = run(&workload("ReplicaSet", "  replicas: 3\n"), acts);
    let refused = messages(&history, Kind::ReplicaSet, "FailedCreate");
    assert!(refused[0].ends_with("used: pods=3, limited: pods=2"), "{refused:?}");
}

#[test]
fn an_image_is_set_in_init_containers_too() {
    let text = workload("Deployment", "").replace(
        "spec: {containers:",
        "spec: {initContainers: [{name: first, image: a}], containers:",
    );
    let acts = vec![(
        20,
        "kubectl set image deployment/web first=b".parse().expect("a command"),
    )];
    let history = run(&text, acts);
    assert_eq!(history.answers[1].text, "deployment.apps/web image updated");
    assert_eq!(end(&history).of_kind(Kind::ReplicaSet).count(), 2);
}

#[test]
fn drain_names_the_pods_of_one_reason_together() {
    let text = workload("DaemonSet", "")
        + "---\n"
        + &workload("DaemonSet", "")
            .replace("name: web", "name: log")
            .replace("app: web", "app: log");
    let acts = vec![
        (20, "kubectl drain node-1".parse().expect("a command")),
        (
            25,
            "kubectl drain node-1 --ignore-daemonsets".parse().expect("a command"),
        ),
    ];
    let history = run(&text, acts);
    let refused = &history.answers[1].text;
    assert_eq!(refused.matches("DaemonSet-managed Pods").count(), 1, "{refused}");
    let ignored = &history.answers[2].text;
    assert_eq!(ignored.matches("Warning: ").count(), 1, "{ignored}");
}

fn relabel(kind: Kind, name: &str) -> Intervention {
    let line = format!(
        "kubectl patch {}/{name} -p '{{metadata: {{labels: {{app: other}}}}}}'",
        kind.name()
    );
    line.parse().expect("a command")
}

#[test]
fn a_deployment_whose_replica_set_was_released_takes_another_name() {
    let text = workload("Deployment", "  replicas: 2\n");
    let name = end(&run(&text, Vec::new()))
        .of_kind(Kind::ReplicaSet)
        .map(|set| set.meta().name.to_string())
        .next();
    let name = name.expect("a ReplicaSet");
    let history = run(&text, vec![(20, relabel(Kind::ReplicaSet, &name))]);
    let end = end(&history);
    let owned: Vec<bool> = end
        .of_kind(Kind::ReplicaSet)
        .map(|set| set.meta().controller().is_some())
        .collect();
    assert_eq!((owned.len(), owned.iter().filter(|owned| **owned).count()), (2, 1));
    let deployment = end.deployment(&"default".into(), &"web".into()).expect("it is there");
    assert_eq!(deployment.status.collision_count, Some(1));
    assert_eq!(deployment.status.available_replicas, 2);
}

#[test]
fn absurd_numbers_are_refused_or_cut() {
    let text = workload(
        "Deployment",
        "  replicas: 3\n  strategy: {rollingUpdate: {maxSurge: \"9223372036854775807%\"}}\n",
    );
    let acts = vec![
        (20, "kubectl set image deployment/web app=b".parse().expect("a command")),
        (21, "kubectl rollout pause deployment/web".parse().expect("a command")),
        (
            22,
            "kubectl patch deployment/web --type=merge -p '{spec: {replicas: 2000000000}}'"
                .parse()
                .expect("a command"),
        ),
    ];
    let history = run(&text, acts);
    assert!(history.answers.last().is_some_and(|answer| !answer.accepted));
    assert!(pods(&history).len() < 2100);
}

#[test]
fn a_replica_set_that_is_resized_by_hand_is_set_right() {
    let text = workload("Deployment", "  replicas: 2\n");
    let name = end(&run(&text, Vec::new()))
        .of_kind(Kind::ReplicaSet)
        .map(|set| set.meta().name.to_string())
        .next();
    let command = format!("kubectl scale replicaset/{} --replicas=5", name.expect("a ReplicaSet"));
    let history = run(&text, vec![(20, command.parse().expect("a command"))]);
    assert!(history.answers[1].accepted, "{}", history.answers[1].text);
    let told = messages(&history, Kind::Deployment, "ScalingReplicaSet");
    assert!(
        told.last().is_some_and(|text| text.ends_with("from 5 to 2")),
        "{told:?}"
    );
    assert_eq!(pods(&history).len(), 2);
}

#[test]
fn a_failing_controller_has_one_retry_ahead_whatever_else_wakes_it() {
    let history = run(&(workload("ReplicaSet", "  replicas: 3\n") + QUOTA), Vec::new());
    let end = end(&history);
    let refused = end
        .events()
        .iter()
        .filter(|event| event.note.reason() == "FailedCreate");
    let times: Vec<u64> = refused.map(|event| event.at.0).filter(|time| *time > 10_000).collect();
    let gaps: Vec<u64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(!gaps.is_empty(), "{times:?}");
    assert!(gaps.windows(2).all(|pair| pair[1] == 2 * pair[0]), "{gaps:?}");
    // The pauses are powers of two of 5 ms; what else woke it counts as a failure and not as a retry.
    assert!(gaps.iter().all(|gap| (gap / 5).is_power_of_two()), "{gaps:?}");
}
