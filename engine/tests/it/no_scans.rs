//! The structure that keeps runs fast at any size: no step looks at Pods in proportion to all there are. Counted, not timed.

use rollscope_engine::index::visits;
use rollscope_engine::simulation::Computation;
use rollscope_engine::step::Actor;
use rollscope_engine::{History, Scenario};

/// What may be looked at between two steps.
#[derive(Clone, Copy, PartialEq)]
enum May {
    /// A step looks at hardly more than it writes itself.
    LookAtItsOwn,
    /// A step may also look at what others have written: each write is looked at a few times in all.
    LookAtWhatChanged,
}

/// Runs a text and holds how many objects were looked at one by one against what was written.
fn run(text: &str, may: May) -> History {
    let reading = Scenario::read(text);
    assert!(reading.is_runnable(), "{:?}", reading.diagnostics);
    let mut computation = Computation::new(&reading.scenario);
    let mut looks = Vec::new();
    loop {
        let (steps, before) = (computation.progress().steps, visits::so_far());
        let is_over = computation.go_on(1);
        looks.push((steps, computation.progress().steps, visits::so_far() - before));
        if is_over {
            break;
        }
    }
    let history = computation.into_history();
    let mut left = 0;
    for (from, to, looks) in looks {
        let steps = &history.steps[from..to];
        let writes: usize = steps.iter().map(|step| step.writes.len()).sum();
        if may == May::LookAtItsOwn {
            left = 0;
        }
        left += 64 + 16 * writes as u64;
        if steps.iter().any(|step| step.actor == Actor::User) {
            // What a user asks for may belong on any node, instead of what is there.
            left += 2 * reading.scenario.world.nodes.len() as u64;
        }
        let titles: Vec<String> = steps.iter().map(rollscope_engine::step::Step::title).collect();
        assert!(
            looks <= left,
            "{looks} objects, no more than {left}, for {writes} writes after step {from}: {titles:?}"
        );
        left -= looks;
    }
    history
}

fn workload(kind: &str, replicas: usize, spec: &str, interventions: &str) -> String {
    format!(
        "apiVersion: rollscope.dev/v1\nkind: Scenario\ninterventions: [{interventions}]\n---\napiVersion: apps/v1\nkind: {kind}\n\
         metadata: {{name: web}}\nspec:\n  replicas: {replicas}\n{spec}  selector: {{matchLabels: {{app: web}}}}\n  template:\n    \
         metadata: {{labels: {{app: web}}}}\n    spec: {{containers: [{{name: web, image: 'nginx:1.7.9'}}]}}\n"
    )
}

fn daemon_set(strategy: &str, min_ready_seconds: u32, may: May) -> History {
    let commands =
        "{at: 1000, run: kubectl set image daemonset/web web=nginx:1.9.1}, {at: 80000, run: kubectl cordon node-7}";
    let text = workload("DaemonSet", 0, &format!("  updateStrategy: {strategy}\n"), commands);
    let text = text.replace("  replicas: 0\n", &format!("  minReadySeconds: {min_ready_seconds}\n"));
    let world = "kind: Scenario\nworld: {nodes: 400}\n";
    run(&text.replacen("kind: Scenario\n", world, 1), may)
}

fn stateful_set(replicas: usize, policy: &str, may: May) -> History {
    let spec = format!("  serviceName: web\n  podManagementPolicy: {policy}\n");
    let interventions = "{at: 40000, run: kubectl set image statefulset/web web=nginx:1.9.1}, {at: 80000, run: kubectl scale \
                         statefulset/web --replicas=0}";
    run(&workload("StatefulSet", replicas, &spec, interventions), may)
}

#[test]
fn an_ordered_stateful_set_is_created_updated_and_scaled_down_without_scans() {
    let history = stateful_set(1_000, "OrderedReady", May::LookAtItsOwn);
    assert!(history.len() > 10_000, "{} steps", history.len());
}

#[test]
fn a_parallel_stateful_set_is_created_updated_and_scaled_down_without_scans() {
    let history = stateful_set(1_000, "Parallel", May::LookAtWhatChanged);
    assert!(history.len() > 5_000, "{} steps", history.len());
}

#[test]
fn a_deployment_is_created_and_updated_without_scans() {
    let update = "{at: 1000, run: kubectl set image deployment/web web=nginx:1.9.1}";
    let history = run(&workload("Deployment", 2_000, "", update), May::LookAtItsOwn);
    let changes: usize = history.steps.iter().map(|step| step.writes.len()).sum();
    assert!(changes > 15_000, "{changes} writes");
}

#[test]
fn a_daemon_set_is_updated_node_by_node_without_scans() {
    let history = daemon_set("{rollingUpdate: {maxUnavailable: 1}}", 0, May::LookAtItsOwn);
    assert!(history.len() > 2_000, "{} steps", history.len());
    // Pods that became ready together are not available together, and looked at until they are.
    for strategy in ["{maxUnavailable: 1}", "{maxSurge: 1, maxUnavailable: 0}"] {
        let strategy = format!("{{rollingUpdate: {strategy}}}");
        let history = daemon_set(&strategy, 5, May::LookAtWhatChanged);
        assert!(history.len() > 2_000, "{} steps", history.len());
    }
}

#[test]
fn a_budget_is_counted_without_scans() {
    let update = "{at: 1000, run: kubectl set image deployment/web web=nginx:1.9.1}, {at: 2000, run: kubectl scale deployment/web --replicas=0}";
    let budget = "---\napiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web}\nspec:\n  minAvailable: 50%\n  \
                  selector: {matchLabels: {app: web}}\n";
    let history = run(&(workload("Deployment", 1_000, "", update) + budget), May::LookAtItsOwn);
    let changes: usize = history.steps.iter().map(|step| step.writes.len()).sum();
    assert!(changes > 8_000, "{changes} writes");
}

/// A Pod comes, or changes, at a time: the slices are looked at, and the endpoints of the one that lists the Pod.
#[test]
fn endpoint_slices_follow_pod_after_pod_without_scans() {
    let service = "---\napiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80, targetPort: \
                   http}]}\n";
    let spec = "  serviceName: web\n  podManagementPolicy: OrderedReady\n";
    let commands = "{at: 40000, run: kubectl set image statefulset/web web=nginx:1.9.1}, {at: 80000, run: kubectl scale \
                    statefulset/web --replicas=0}";
    let text = workload("StatefulSet", 1_000, spec, commands) + service;
    let text = text.replace(
        "'nginx:1.7.9'",
        "'nginx:1.7.9', ports: [{name: http, containerPort: 80}]",
    );
    let history = run(&text, May::LookAtItsOwn);
    assert!(history.len() > 15_000, "{} steps", history.len());
}

/// Each Pod became ready in a second of its own, and one after the other has to go.
#[test]
fn victims_are_chosen_among_pods_that_came_one_by_one_without_scans() {
    let spec = "  strategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}\n";
    let commands = "{at: 1000, run: kubectl set image deployment/web web=nginx:1.9.1}, {at: 20000, run: kubectl set image \
                    deployment/web web=nginx:1.9.2}, {at: 60000, run: kubectl scale deployment/web --replicas=200}";
    let history = run(&workload("Deployment", 600, spec, commands), May::LookAtWhatChanged);
    assert!(history.len() > 6_000, "{} steps", history.len());
}
