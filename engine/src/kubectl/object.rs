//! A whole object as `kubectl get -o yaml` and `-o json` show it: what [`Object::to_value`] has, with its identity and times,
//! and with what controllers and the kubelet add. Times are those of the virtual clock, which begins with 2026.
//!
//! What the engine does not know is left out: versions and `managedFields`, addresses, image and container IDs, and when the
//! conditions of a Pod other than Ready changed.

use crate::api::{
    Condition, ConditionStatus, Container, ContainerState, ContainerStatus, Ended, Node, Object, ObjectMeta, Pod,
};
use crate::time::Time;
use crate::value::Value;

/// The object.
pub fn object(object: &Object) -> Value {
    let mut value = object.to_value();
    metadata(value.entry("metadata"), object.meta());
    match object {
        Object::Pod(shown) => pod(&mut value, shown),
        Object::Node(shown) => node(&mut value, shown),
        // A Deployment alone says when a condition was last confirmed.
        Object::Deployment(shown) => conditions(&mut value, &shown.status.conditions, true),
        Object::ReplicaSet(shown) | Object::ReplicationController(shown) => {
            conditions(&mut value, &shown.status.conditions, false);
        }
        Object::PodDisruptionBudget(shown) => conditions(&mut value, &shown.status.conditions, false),
        Object::HorizontalPodAutoscaler(shown) => conditions(&mut value, &shown.status.conditions, false),
        _ => {}
    }
    without_nothing(&mut value);
    value
}

fn metadata(value: &mut Value, meta: &ObjectMeta) {
    *value.entry("uid") = format!("{:016x}", meta.uid.0).into();
    *value.entry("creationTimestamp") = time(meta.creation_timestamp);
    *value.entry("deletionTimestamp") = meta.deletion_timestamp.map_or(Value::Null, time);
    if meta.namespace.is_empty() {
        *value.entry("namespace") = Value::Null;
    }
}

fn time(time: Time) -> Value {
    time.date().into()
}

fn conditions(value: &mut Value, conditions: &[Condition], with_update: bool) {
    let Value::List(shown) = value.entry("status").entry("conditions") else {
        return;
    };
    for (shown, condition) in shown.iter_mut().zip(conditions) {
        *shown.entry("lastTransitionTime") = time(condition.last_transition_time);
        if with_update {
            *shown.entry("lastUpdateTime") = time(condition.last_update_time);
        }
    }
}

fn pod(value: &mut Value, pod: &Pod) {
    let spec = value.entry("spec");
    if let Some(node) = &pod.target_node {
        *spec.entry("affinity").entry("nodeAffinity") = only_on(node);
    }
    let volumes = pod.claims.iter().map(|claim| {
        let name = claim.strip_suffix(&*pod.meta.name).unwrap_or(claim);
        let source = Value::from([("claimName", claim.as_ref().into())]);
        let name = name.trim_end_matches('-').into();
        Value::from([("name", name), ("persistentVolumeClaim", source)])
    });
    let volumes: Vec<Value> = volumes.collect();
    if !volumes.is_empty() {
        let others = spec.list("volumes").to_vec();
        *spec.entry("volumes") = Value::List(volumes.into_iter().chain(others).collect());
    }
    let status = value.entry("status");
    if let (Some(since), Value::List(conditions)) = (pod.status.ready_since, status.entry("conditions")) {
        let ready = conditions
            .iter_mut()
            .find(|condition| condition.text("type") == "Ready");
        ready
            .into_iter()
            .for_each(|ready| *ready.entry("lastTransitionTime") = time(since));
    }
    for (key, containers, statuses) in [
        (
            "initContainerStatuses",
            &pod.template.init_containers,
            &pod.status.init_containers,
        ),
        ("containerStatuses", &pod.template.containers, &pod.status.containers),
    ] {
        let all = containers.iter().zip(statuses);
        *status.entry(key) = Value::unless_empty(all.map(|(container, status)| container_status(container, status)));
    }
}

/// How the DaemonSet controller ties a Pod to its node (DS-02).
fn only_on(node: &str) -> Value {
    let field = Value::from([
        ("key", "metadata.name".into()),
        ("operator", "In".into()),
        ("values", Value::List(vec![node.into()])),
    ]);
    let term = Value::from([("matchFields", Value::List(vec![field]))]);
    let terms = Value::from([("nodeSelectorTerms", Value::List(vec![term]))]);
    Value::from([("requiredDuringSchedulingIgnoredDuringExecution", terms)])
}

fn container_status(container: &Container, status: &ContainerStatus) -> Value {
    let state = match status.state {
        ContainerState::Waiting { reason } => ("waiting", Value::from([("reason", reason.into())])),
        ContainerState::Running { started_at } => ("running", Value::from([("startedAt", time(started_at))])),
        ContainerState::Terminated(end) => ("terminated", ended(end)),
    };
    let last = status.memory.last.map(|end| ("terminated", ended(end)));
    Value::from([
        ("name", container.name.as_ref().into()),
        ("image", container.image.as_ref().into()),
        ("ready", status.ready.into()),
        ("restartCount", i64::from(status.restart_count).into()),
        ("started", status.started.into()),
        ("state", Value::from([state])),
        (
            "lastState",
            Value::Map(last.map(|(key, value)| (key.to_owned(), value)).into_iter().collect()),
        ),
    ])
}

fn ended(ended: Ended) -> Value {
    Value::from([
        ("exitCode", ended.exit_code.into()),
        ("finishedAt", time(ended.at)),
        ("reason", ended.reason.into()),
    ])
}

/// The one condition of a node that is simulated, in the kubelet's words or in those of the one that misses it (NODE-22).
fn node(value: &mut Value, node: &Node) {
    let (reason, message) = match node.ready {
        ConditionStatus::True => ("KubeletReady", "kubelet is posting ready status"),
        ConditionStatus::False => ("KubeletNotReady", ""),
        ConditionStatus::Unknown => ("NodeStatusUnknown", "Kubelet stopped posting node status."),
    };
    let message = if message.is_empty() {
        Value::Null
    } else {
        message.into()
    };
    let ready = Value::from([
        ("type", "Ready".into()),
        ("status", node.ready.name().into()),
        ("reason", reason.into()),
        ("message", message),
    ]);
    *value.entry("status").entry("conditions") = Value::List(vec![ready]);
}

/// Members that are nothing are not shown.
fn without_nothing(value: &mut Value) {
    match value {
        Value::Map(members) => members.retain(|_, member| {
            without_nothing(member);
            *member != Value::Null
        }),
        Value::List(items) => items.iter_mut().for_each(without_nothing),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use crate::api::{ContainerState, ContainerStatus, Ended, Object, Pod};
    use crate::kubectl::yaml;
    use crate::time::Time;
    use std::rc::Rc;

    #[test]
    fn a_pod_reads_as_kubectl_prints_it() {
        let manifest = "
apiVersion: v1
kind: Pod
metadata: {name: web-0, labels: {app: web}}
spec: {terminationGracePeriodSeconds: 5, containers: [{name: app, image: nginx}]}
";
        let read = crate::manifest::read(manifest);
        let mut pod = Pod::from_value(read.documents[0].object.as_ref().expect("it is well"));
        (pod.claims, pod.node_name) = (vec!["data-web-0".into()].into(), Some("node-1".into()));
        pod.meta.creation_timestamp = Time(61_500);
        let ended = Ended {
            reason: "Error",
            exit_code: 1,
            at: Time(70_000),
        };
        let mut status = ContainerStatus::in_state(ContainerState::Running {
            started_at: Time(71_000),
        });
        (status.restart_count, status.memory.last) = (1, Some(ended));
        pod.status.containers = [status].into();
        let printed = yaml(&super::object(&Object::Pod(Rc::new(pod))));
        let expect = "\
apiVersion: v1
kind: Pod
metadata:
  creationTimestamp: \"2026-01-01T00:01:01Z\"
  labels:
    app: web
  name: web-0
  namespace: default
  uid: \"0000000000000000\"
";
        assert!(printed.starts_with(expect), "{printed}");
        for part in [
            "  - image: nginx\n    imagePullPolicy: Always\n    name: app\n",
            "  volumes:\n  - name: data\n    persistentVolumeClaim:\n      claimName: data-web-0\n",
            "  containerStatuses:\n  - image: nginx\n    lastState:\n      terminated:\n        exitCode: 1\n",
            "    restartCount: 1\n    started: false\n    state:\n      running:\n        startedAt: \"2026-01-01T00:01:11Z\"\n",
        ] {
            assert!(printed.contains(part), "{part}\nin\n{printed}");
        }
    }
}
