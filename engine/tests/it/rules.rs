//! Single rules that no recording shows, or shows only once: each by the smallest run in which it matters.

use crate::runs::{command, end, messages, pods, run, workload};
use rollscope_engine::api::{Key, Kind, Name, Object, OwnerReference, Uid};
use rollscope_engine::cluster::{Change, Cluster, Write};
use rollscope_engine::controllers::{View, stateful_set};
use rollscope_engine::release::Gates;
use rollscope_engine::scenario::{Intervention, PodMove, Timed};
use rollscope_engine::time::Time;
use rollscope_engine::{History, Scenario, manifest, simulate};

fn key(kind: Kind, name: &str) -> Key {
    Key::new(kind, &"default".into(), &name.into())
}

fn pod(name: &str, what: PodMove) -> Intervention {
    Intervention::Pod(key(Kind::Pod, name), what)
}

/// A run in which scheduler and kubelet do only what they are told; moments in milliseconds.
fn run_told(text: &str, acts: Vec<(u64, Intervention)>) -> History {
    let mut scenario = Scenario::read(text).scenario;
    scenario.world.automatic = false;
    let timed = acts.into_iter().map(|(at, what)| Timed { at: Time(at), what });
    scenario.interventions.extend(timed);
    simulate(&scenario)
}

const BUDGET: &str = "---\napiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web}\nspec: {maxUnavailable: 1, \
                      selector: {matchLabels: {app: web}}}\n";

#[test]
fn a_budget_is_looked_at_between_the_two_changes_of_a_removal() {
    // The old ReplicaSet is cleaned up while its Pod still takes its time to end; nothing else wakes the budget then.
    let text = workload("Deployment", "  replicas: 1\n  revisionHistoryLimit: 0\n") + BUDGET;
    let history = run(&text, vec![(20, command("kubectl set image deployment/web app=b"))]);
    let removes = |change: &Change| change.key.kind == Kind::Pod && change.after.is_none();
    let removal = history.steps.iter().find(|step| step.changes().any(removes));
    let end = end(&history);
    let failed = end
        .events()
        .iter()
        .filter(|event| event.note.reason() == "CalculateExpectedPodCountFailed");
    assert_eq!(failed.map(|event| event.at).next_back(), removal.map(|step| step.at));
}

/// Two Pods that keep their claims for as long as there is the set.
fn set_with_claims() -> String {
    let claims = "  replicas: 2\n  podManagementPolicy: Parallel\n  persistentVolumeClaimRetentionPolicy: {whenDeleted: Delete}\n  \
                  volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce], resources: {requests: \
                  {storage: 1Gi}}}}]\n";
    workload("StatefulSet", claims)
}

#[test]
fn a_claim_of_an_unscheduled_pod_may_go() {
    let delete = || command("kubectl delete persistentvolumeclaim/data-web-0");
    let bind = pod("web-0", PodMove::Scheduled("node-1".into()));
    let claims = |history: &History| end(history).of_kind(Kind::PersistentVolumeClaim).count();
    assert_eq!(claims(&run_told(&set_with_claims(), vec![(20_000, delete())])), 1);
    assert_eq!(
        claims(&run_told(&set_with_claims(), vec![(20_000, bind), (21_000, delete())])),
        2
    );
}

#[test]
fn a_claim_with_another_controller_is_left_alone() {
    let mut cluster = Cluster::new(1);
    let object = manifest::read(&set_with_claims()).documents.remove(0).object;
    let set = Object::from_value(&object.expect("no errors")).expect("a set");
    cluster.apply(Write::Create(set), Time::ZERO);
    let pass = |cluster: &mut Cluster| {
        let view = View {
            cluster,
            index: &rollscope_engine::index::Index::of(cluster),
            gates: Gates::default(),
            world: &rollscope_engine::world::World::default(),
            now: Time(1000),
            preferred_victims: &[],
        };
        let decision = stateful_set::reconcile(&view, &key(Kind::StatefulSet, "web"));
        for (write, _) in decision.writes {
            cluster.apply(write, Time(1000));
        }
        decision.notes
    };
    pass(&mut cluster);
    let claim = key(Kind::PersistentVolumeClaim, "data-web-1");
    let mut foreign = cluster.get(&claim).cloned().expect("its claim");
    foreign.meta_mut().owner_references.push(OwnerReference {
        kind: "Deployment",
        name: "other".into(),
        uid: Uid(7),
        controller: true,
    });
    cluster.apply(Write::Update(foreign), Time(1000));
    let told = pass(&mut cluster);
    assert!(
        told.iter().any(|note| note.reason() == "ConflictingController"),
        "{told:?}"
    );
    let owners = |cluster: &Cluster| -> Vec<Name> {
        let claim = cluster.get(&claim).expect("its claim");
        let owners = claim.meta().owner_references.iter();
        owners.map(|owner| owner.name.clone()).collect()
    };
    assert_eq!(owners(&cluster), ["other".into()]);
    assert!(pass(&mut cluster).is_empty(), "said once");
}

#[test]
fn an_outdated_pod_that_failed_is_deleted_once() {
    let text = workload("StatefulSet", "  replicas: 2\n  podManagementPolicy: Parallel\n");
    let ready = |name| pod(name, PodMove::Ready(Some("node-1".into())));
    let acts = vec![
        (10_000, ready("web-0")),
        (11_000, ready("web-1")),
        (20_000, command("kubectl set image statefulset/web app=b")),
        (20_000, pod("web-1", PodMove::Fail)),
    ];
    let history = run_told(&text, acts);
    let (deleted, failed) = ("SuccessfulDelete", "FailedDelete");
    assert_eq!(
        messages(&history, Kind::StatefulSet, deleted),
        ["Delete Pod web-1 in StatefulSet web successful"]
    );
    assert_eq!(
        messages(&history, Kind::StatefulSet, failed),
        ["Delete Pod web-1 in StatefulSet web failed error: pods \"web-1\" not found"]
    );
}

/// On how many of three nodes, the second of which is large, a DaemonSet with this in its Pods' spec runs.
fn nodes_with(spec: &str, taints: &str) -> usize {
    let node = |name: &str, labels: &str| {
        format!(
            "---\napiVersion: v1\nkind: Node\nmetadata: {{name: {name}, labels: {{{labels}}}}}\nspec: {{taints: [{taints}]}}\n"
        )
    };
    let set = workload("DaemonSet", "").replace("spec: {containers", &format!("spec: {{{spec} containers"));
    let text = set + &node("a", "size: '3'") + &node("b", "size: '7'") + &node("c", "size: large");
    pods(&run_told(&text, Vec::new())).len()
}

#[test]
fn node_affinity_is_read_as_the_scheduler_reads_it() {
    let affinity = |terms: &str| {
        let required = "requiredDuringSchedulingIgnoredDuringExecution";
        let spec = format!("affinity: {{nodeAffinity: {{{required}: {{nodeSelectorTerms: [{terms}]}}}}}},");
        nodes_with(&spec, "")
    };
    let check = |part: &str, key: &str, operator: &str, values: &str, expect: usize| {
        let requirement = format!("{{{part}: [{{key: {key}, operator: {operator}, values: [{values}]}}]}}");
        assert_eq!(affinity(&requirement), expect, "{requirement}");
    };
    check("matchExpressions", "size", "Gt", "'3'", 1);
    check("matchExpressions", "size", "Lt", "'7'", 1);
    check("matchExpressions", "size", "NotIn", "large", 2);
    check("matchFields", "metadata.name", "In", "b", 1);
    check("matchFields", "metadata.name", "NotIn", "b", 2);
    assert_eq!(affinity("{}"), 0, "an empty term fits no node");
    assert_eq!(
        affinity("{}, {matchFields: [{key: metadata.name, operator: In, values: [c]}]}"),
        1
    );
}

#[test]
fn pods_in_the_nodes_network_do_not_wait_for_it() {
    let taint = "{key: node.kubernetes.io/network-unavailable, effect: NoSchedule}";
    assert_eq!(nodes_with("", taint), 0);
    assert_eq!(nodes_with("hostNetwork: true,", taint), 3);
}

fn annotate(kind: Kind, name: &str, annotation: &str, text: &str) -> Intervention {
    let kind = kind.name();
    command(&format!(
        "kubectl patch {kind}/{name} -p '{{metadata: {{annotations: {{{annotation}: \"{text}\"}}}}}}'"
    ))
}

#[test]
fn a_deployment_that_is_going_still_hands_its_annotations_on() {
    let acts = vec![
        (20, command("kubectl delete deployment/web --cascade=foreground")),
        (21, annotate(Kind::Deployment, "web", "note", "late")),
    ];
    let history = run(&workload("Deployment", "  replicas: 1\n"), acts);
    let noted = |change: &Change| match change {
        Change {
            after: Some(Object::ReplicaSet(set)),
            ..
        } => set.meta.annotation("note") == Some("late"),
        _ => false,
    };
    assert!(history.steps.iter().any(|step| step.changes().any(noted)));
    assert!(end(&history).of_kind(Kind::Deployment).next().is_none());
}

#[test]
fn of_two_versions_of_one_second_the_last_in_name_gets_what_is_left_over() {
    let strategy = "  replicas: 1\n  strategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}\n";
    let acts = vec![
        (400, command("kubectl set image deployment/web app=b")),
        (2000, command("kubectl scale deployment/web --replicas=2")),
    ];
    let history = run_told(&workload("Deployment", strategy), acts);
    let told = messages(&history, Kind::Deployment, "ScalingReplicaSet");
    let end = end(&history);
    let names: Vec<&Name> = end.of_kind(Kind::ReplicaSet).map(|set| &set.meta().name).collect();
    let grown = format!("Scaled up replica set {} from 1 to 2", names[1]);
    assert!(told.contains(&grown), "{names:?} {told:#?}");
}

#[test]
fn a_ceiling_is_told_in_full_even_beyond_what_is_simulated() {
    let strategy = "  replicas: 1\n  strategy: {rollingUpdate: {maxSurge: 5000, maxUnavailable: 0}}\n";
    let history = run(&workload("Deployment", strategy), Vec::new());
    let end = end(&history);
    let told = end
        .of_kind(Kind::ReplicaSet)
        .map(|set| set.meta().annotation("deployment.kubernetes.io/max-replicas"));
    assert_eq!(told.collect::<Vec<_>>(), [Some("5001")]);
}

/// A Pod without a controller, on the first node.
const BARE: &str = "---\napiVersion: v1\nkind: Pod\nmetadata: {name: bare, labels: {app: bare}}\nspec: {nodeName: node-1, \
                    containers: [{name: a, image: a}]}\n";

#[test]
fn drain_gives_up_a_pod_whose_eviction_fails_for_another_reason_than_its_budget() {
    let second = BUDGET.replace("name: web", "name: xtra");
    let text = workload("Deployment", "  replicas: 1\n") + BUDGET + &second;
    let node = end(&run(&text, Vec::new()))
        .of_kind(Kind::Pod)
        .find_map(|object| match object {
            Object::Pod(pod) => pod.node_name.clone(),
            _ => None,
        })
        .expect("a node");
    let drain = (20, command(&format!("kubectl drain {node}")));
    let allow = |second| (second, command("kubectl delete poddisruptionbudget/xtra"));
    let leaves = |acts| {
        let history = run(&text, acts);
        messages(&history, Kind::ReplicaSet, "SuccessfulCreate").len() == 2
    };
    assert!(leaves(vec![allow(15), drain.clone()]), "with one budget it leaves");
    assert!(
        !leaves(vec![drain, allow(22)]),
        "two budgets are an error, after which nobody asks again"
    );
}

#[test]
fn drain_puts_several_refusals_into_brackets() {
    let text = workload("DaemonSet", "") + BARE;
    let history = run(&text, vec![(20, command("kubectl drain node-1"))]);
    let refused = &history.answers[1].text;
    let list = refused
        .split_once("due to error: [")
        .and_then(|(_, list)| list.split_once(']'));
    let (list, _) = list.unwrap_or_else(|| panic!("no list: {refused}"));
    assert_eq!(list.matches("cannot delete ").count(), 2, "{list}");
    assert!(list.contains(", cannot delete "), "{list}");
}

#[test]
fn an_annotation_can_still_ask_for_an_old_revision() {
    let rollback = |second, revision: &str| {
        let annotation = "deprecated.deployment.rollback.to";
        (second, annotate(Kind::Deployment, "web", annotation, revision))
    };
    let acts = vec![
        (20, command("kubectl set image deployment/web app=b")),
        rollback(60, "0"),
        rollback(100, "3"),
        rollback(110, "9"),
    ];
    let history = run(&workload("Deployment", "  replicas: 1\n"), acts);
    let told = |reason| messages(&history, Kind::Deployment, reason);
    assert_eq!(
        told("DeploymentRollback"),
        ["Rolled back deployment \"web\" to revision 1"]
    );
    assert_eq!(told("DeploymentRollbackTemplateUnchanged").len(), 1);
    assert_eq!(
        told("DeploymentRollbackRevisionNotFound"),
        ["Unable to find the revision to rollback to."]
    );
    let end = end(&history);
    let web = end.deployment(&"default".into(), &"web".into()).expect("it is there");
    assert_eq!(web.meta.annotation("deployment.kubernetes.io/revision"), Some("3"));
    assert_eq!(web.meta.annotation("deprecated.deployment.rollback.to"), None);
}

#[test]
fn a_size_that_was_scaled_and_then_applied_is_shared() {
    let apply = |second, spec| {
        (
            second,
            Intervention::ServerSideApply(workload("Deployment", spec).into()),
        )
    };
    let size = |applied| {
        let acts = vec![
            (10, command("kubectl scale deployment/web --replicas=4")),
            apply(20, applied),
            apply(30, ""),
        ];
        let history = run(&workload("Deployment", ""), acts);
        end(&history).of_kind(Kind::Pod).count()
    };
    assert_eq!(size("  replicas: 4\n"), 4, "the other owner keeps it");
    assert_eq!(size("  replicas: 2\n"), 1, "nobody else owns it any more");
}

#[test]
fn slices_that_run_empty_go_and_one_stays() {
    let service = "---\napiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {clusterIP: None, selector: {app: web}, ports: \
                   [{port: 80}]}\n";
    let text = workload("Deployment", "  replicas: 250\n") + service;
    let scale = |second, size| {
        (
            second,
            command(&format!("kubectl scale deployment/web --replicas={size}")),
        )
    };
    let sizes = |acts| {
        let history = run(&text, acts);
        let end = end(&history);
        let slices = end.of_kind(Kind::EndpointSlice).filter_map(|object| match object {
            Object::EndpointSlice(slice) => Some(slice),
            _ => None,
        });
        let mut sizes = Vec::new();
        for slice in slices {
            assert_eq!(
                slice
                    .meta
                    .labels
                    .get("service.kubernetes.io/headless")
                    .map(|name| &**name),
                Some("")
            );
            sizes.push(slice.endpoints.len());
        }
        sizes.sort_unstable();
        sizes
    };
    assert_eq!(sizes(vec![]), [50, 100, 100]);
    assert_eq!(sizes(vec![scale(100, 0)]), [0]);
    assert_eq!(sizes(vec![scale(100, 0), scale(200, 3)]), [3]);
}

#[test]
fn kubectl_knows_what_has_a_size_and_what_has_a_namespace() {
    let acts = vec![
        (20, command("kubectl scale daemonset/web --replicas=3")),
        (21, command("kubectl delete node/node-3")),
        (22, command("kubectl delete daemonset/web")),
    ];
    let history = run(&workload("DaemonSet", ""), acts);
    let said: Vec<&str> = history
        .answers
        .iter()
        .skip(1)
        .map(|answer| answer.text.as_str())
        .collect();
    assert_eq!(
        said,
        [
            "Error from server (NotFound): the server could not find the requested resource",
            "node \"node-3\" deleted",
            "daemonset.apps \"web\" deleted from default namespace"
        ]
    );
}
