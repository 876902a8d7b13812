//! What stands still below the controllers: Pods that find no node, no disk, no image or no ConfigMap, claims without a volume,
//! quotas and budgets that are used up. Each with when it moves on, or else the command that helps.

use super::why::{RuleLine, Wait, can_undo, outlook};
use rollscope_engine::api::{
    ConditionStatus, DeploymentStrategy, IntOrPercent, Key, Kind, Name, Node, OUT_OF_SERVICE, Object, ObjectMeta,
    PersistentVolumeClaim, Pod, PodDisruptionBudget,
};
use rollscope_engine::cluster::{Change, Cluster};
use rollscope_engine::history::Cursor;
use rollscope_engine::step::{Actor, Step};

/// What keeps one object, before anybody asked what comes later.
struct Obstacle {
    /// Whose it is; obstacles that are equal in all but the object are told once.
    of: Key,
    rule: &'static str,
    saw: String,
    command: Option<String>,
}

/// Everything that stands still at the cursor and is no controller's wait.
pub fn stuck(cursor: &Cursor) -> Vec<Wait> {
    of_all(cursor, cursor.cluster().objects())
}

/// The same where it is known which Pods are held up.
pub(super) fn stuck_with<'a>(cursor: &'a Cursor, pods: impl Iterator<Item = &'a Object>) -> Vec<Wait> {
    let cluster = cursor.cluster();
    let others = cluster.of_kinds(Kind::Deployment, Kind::ControllerRevision);
    let after = cluster.of_kinds(Kind::PersistentVolumeClaim, Kind::Secret);
    of_all(cursor, others.chain(pods).chain(after))
}

fn of_all<'a>(cursor: &'a Cursor, objects: impl Iterator<Item = &'a Object>) -> Vec<Wait> {
    let cluster = cursor.cluster();
    let mut found: Vec<(Obstacle, Vec<Key>)> = Vec::new();
    for object in objects.filter(|object| !object.meta().is_terminating()) {
        let Some(obstacle) = obstacle(cluster, object) else {
            continue;
        };
        let is_same = |(other, _): &&mut (Obstacle, Vec<Key>)| other.of == obstacle.of && other.saw == obstacle.saw;
        match found.iter_mut().find(is_same) {
            Some((_, keys)) => keys.push(object.key()),
            None => found.push((obstacle, vec![object.key()])),
        }
    }
    found
        .into_iter()
        .map(|(obstacle, keys)| told(cursor, obstacle, &keys))
        .collect()
}

fn told(cursor: &Cursor, obstacle: Obstacle, keys: &[Key]) -> Wait {
    let first = &keys[0];
    let (until, alone) = outlook(cursor, |index| frees(&cursor.history().steps[index], first), None);
    let name = first.to_string().to_ascii_lowercase().replace('/', " ");
    Wait {
        is_past: false,
        who: match keys.len() {
            1 => name,
            count => format!("{name} and {} more", count - 1),
        },
        because: vec![(RuleLine::named(obstacle.rule), obstacle.saw)],
        until,
        command: obstacle.command.filter(|_| !alone),
    }
}

/// Whether a step takes away what keeps this object.
fn frees(step: &Step, key: &Key) -> bool {
    step.writes.iter().any(|(change, _)| match change {
        Change { key: other, after, .. } if other == key => match after {
            Some(Object::Pod(pod)) => !is_kept(pod),
            Some(Object::PersistentVolumeClaim(claim)) => claim.bound,
            Some(Object::PodDisruptionBudget(budget)) => budget.status.disruptions_allowed > 0,
            Some(Object::Node(node)) => !is_lost(node) || node.has_taint(OUT_OF_SERVICE, "NoExecute"),
            Some(Object::ReplicaSet(set)) => set.status.condition("ReplicaFailure").is_none(),
            _ => true,
        },
        _ => false,
    })
}

/// Whether something below the controllers holds a Pod up.
pub(super) fn is_kept(pod: &Pod) -> bool {
    let status = &pod.status;
    !pod.is_ready()
        && !pod.is_terminating()
        && !pod.is_finished()
        && ((pod.node_name.is_none() && status.trouble.unschedulable.is_some())
            || status.trouble.mounts.is_some()
            || matches!(
                pod.waiting_reason(),
                Some("ErrImagePull" | "ImagePullBackOff" | "ErrImageNeverPull" | "CreateContainerConfigError")
            ))
}

fn obstacle(cluster: &Cluster, object: &Object) -> Option<Obstacle> {
    match object {
        Object::Pod(pod) if is_kept(pod) => Some(of_pod(cluster, pod)),
        Object::PersistentVolumeClaim(claim) => of_claim(claim),
        Object::ReplicaSet(set) => {
            let refused = set.status.condition("ReplicaFailure")?;
            Some(Obstacle {
                of: object.key(),
                rule: "RS-08",
                saw: refused.message.to_string(),
                command: more_quota(cluster, &set.meta.namespace, set.spec.replicas - set.status.replicas),
            })
        }
        Object::PodDisruptionBudget(budget) => of_budget(cluster, budget),
        Object::Node(node) => of_node(cluster, node),
        _ => None,
    }
}

/// A lost node keeps names and disks until somebody says that it is dead.
fn of_node(cluster: &Cluster, node: &Node) -> Option<Obstacle> {
    let (key, name) = (Key::new(Kind::Node, &Name::default(), &node.meta.name), &node.meta.name);
    if !is_lost(node) || node.has_taint(OUT_OF_SERVICE, "NoExecute") {
        return None;
    }
    let pods = cluster.of_kind(Kind::Pod).filter_map(|object| match object {
        Object::Pod(pod) if pod.node_name.as_ref() == Some(name) && !pod.is_finished() => Some(pod),
        _ => None,
    });
    let owners: Vec<Option<Key>> = pods.map(|pod| workload(cluster, &pod.meta)).collect();
    let is_agent = |owner: &Option<Key>| owner.as_ref().is_some_and(|key| key.kind == Kind::DaemonSet);
    // A DaemonSet's Pod belongs to its node as long as there is one.
    let command = match owners.iter().any(is_agent) {
        true => format!("kubectl delete node {name}"),
        false => format!("kubectl taint nodes {name} {OUT_OF_SERVICE}=nodeshutdown:NoExecute"),
    };
    let count = owners.len();
    (count > 0).then(|| Obstacle {
        of: key,
        rule: "NODE-22",
        saw: format!(
            "{name} is lost, and {count} {} on it.",
            if count == 1 { "Pod is" } else { "Pods are" }
        ),
        command: Some(command),
    })
}

fn is_lost(node: &Node) -> bool {
    node.silent_since.is_some() && node.ready != ConditionStatus::True
}

fn of_pod(cluster: &Cluster, pod: &Pod) -> Obstacle {
    let owner = workload(cluster, &pod.meta);
    let of = owner
        .clone()
        .unwrap_or_else(|| Key::new(Kind::Pod, &pod.meta.namespace, &pod.meta.name));
    let (rule, saw, command) = if let (None, Some(message)) = (&pod.node_name, &pod.status.trouble.unschedulable) {
        ("NODE-03", message.to_string(), room(cluster, owner.as_ref(), message))
    } else if let Some(message) = &pod.status.trouble.mounts {
        match message.starts_with("Multi-Attach") {
            true => ("PVC-31", message.to_string(), free_disk(cluster, pod, owner.as_ref())),
            false => ("PVC-41", message.to_string(), missing(message)),
        }
    } else {
        match pod.waiting_reason() {
            Some("CreateContainerConfigError") => {
                let message = last_failure(cluster, pod).unwrap_or_default();
                let command = missing(&message);
                ("PVC-41", message, command)
            }
            Some("ErrImageNeverPull") => {
                let saw = "The image is not on the node, and may not be pulled.";
                ("POD-57", saw.to_owned(), image(cluster, pod, owner.as_ref()))
            }
            _ => {
                let saw = format!("Image {} can't be pulled.", images(pod).join(", "));
                ("POD-56", saw, image(cluster, pod, owner.as_ref()))
            }
        }
    };
    Obstacle { of, rule, saw, command }
}

/// The Deployment or other workload that a Pod belongs to.
fn workload(cluster: &Cluster, meta: &ObjectMeta) -> Option<Key> {
    let owner = meta.controller()?;
    let key = Key::new(Kind::from_name(owner.kind)?, &meta.namespace, &owner.name);
    match cluster.get(&key) {
        Some(Object::ReplicaSet(set)) if set.meta.controller().is_some() => workload(cluster, &set.meta),
        _ => Some(key),
    }
}

/// `deployment/web`.
fn target(key: &Key) -> String {
    format!("{}/{}", key.kind.name().to_ascii_lowercase(), key.name)
}

/// What makes room for a Pod.
fn room(cluster: &Cluster, owner: Option<&Key>, message: &str) -> Option<String> {
    if message.contains("node(s) were unschedulable") {
        let cordoned = cluster.nodes().find(|node| node.unschedulable)?;
        return Some(format!("kubectl uncordon {}", cordoned.meta.name));
    }
    if message.contains("untolerated taint") {
        let taints = cluster
            .nodes()
            .flat_map(|node| node.taints.iter().map(move |taint| (node, taint)));
        // Kubernetes' own come and go with what they stand for.
        let mut own = taints.filter(|(_, taint)| !taint.key.starts_with("node.kubernetes.io/"));
        return own.find_map(|(node, taint)| {
            let is_hard = taint.effect != "PreferNoSchedule";
            is_hard.then(|| format!("kubectl taint nodes {} {}:{}-", node.meta.name, taint.key, taint.effect))
        });
    }
    if !message.contains("Insufficient") && !message.contains("Too many pods") {
        return None;
    }
    let owner = owner?;
    if is_rolling(cluster, owner) {
        let bounds = "{\"spec\":{\"strategy\":{\"rollingUpdate\":{\"maxSurge\":0,\"maxUnavailable\":1}}}}";
        return Some(format!("kubectl patch {} -p '{bounds}'", target(owner)));
    }
    let placed = cluster.of_kind(Kind::Pod).filter(|object| match object {
        Object::Pod(pod) => {
            pod.is_active() && pod.node_name.is_some() && workload(cluster, &pod.meta).as_ref() == Some(owner)
        }
        _ => false,
    });
    match (owner.kind, placed.count()) {
        (Kind::DaemonSet, _) | (_, 0) => None,
        (_, count) => Some(format!("kubectl scale {} --replicas={count}", target(owner))),
    }
}

/// Whether a Deployment has Pods of more than one revision.
fn is_rolling(cluster: &Cluster, owner: &Key) -> bool {
    let Some(Object::Deployment(deployment)) = cluster.get(owner) else {
        return false;
    };
    let sets = cluster.replica_sets_of(deployment.meta.uid);
    matches!(deployment.spec.strategy, DeploymentStrategy::RollingUpdate { .. })
        && sets.filter(|set| set.spec.replicas > 0).count() > 1
}

/// What takes a disk from the node that has it.
fn free_disk(cluster: &Cluster, pod: &Pod, owner: Option<&Key>) -> Option<String> {
    let holders = pod.claim_names().filter_map(|name| {
        let claim = cluster.claim(&pod.meta.namespace, name)?;
        let key = Key::new(Kind::PersistentVolume, &Name::default(), claim.volume.as_ref()?);
        match cluster.get(&key) {
            Some(Object::PersistentVolume(volume)) => volume.attached.clone(),
            _ => None,
        }
    });
    let mut holders = holders.filter(|node| Some(node) != pod.node_name.as_ref());
    let holder = holders.next()?;
    if cluster.node(&holder).is_some_and(|node| node.silent_since.is_some()) {
        return Some(format!(
            "kubectl taint nodes {holder} {OUT_OF_SERVICE}=nodeshutdown:NoExecute"
        ));
    }
    let owner = owner.filter(|owner| is_rolling(cluster, owner))?;
    let strategy = "{\"spec\":{\"strategy\":{\"type\":\"Recreate\",\"rollingUpdate\":null}}}";
    Some(format!("kubectl patch {} -p '{strategy}'", target(owner)))
}

/// What makes the ConfigMap or Secret that a message says is not there.
fn missing(message: &str) -> Option<String> {
    let named = |kind: &str| {
        let (_, rest) = message.split_once(&format!("{kind} \""))?;
        rest.split_once("\" not found").map(|(name, _)| name.to_owned())
    };
    let make = |what: &str, name: String| format!("kubectl create {what} {name} --from-literal=KEY=VALUE");
    named("configmap")
        .map(|name| make("configmap", name))
        .or_else(|| named("secret").map(|name| make("secret generic", name)))
}

/// What the Pod's last Warning said.
fn last_failure(cluster: &Cluster, pod: &Pod) -> Option<String> {
    let ours = |name: &Name| *name == pod.meta.name;
    let mut events = cluster.events().iter().rev();
    let last = events
        .find(|event| event.object.kind == Kind::Pod && ours(&event.object.name) && event.note.reason() == "Failed")?;
    Some(last.to_string().trim_start_matches("Error: ").to_owned())
}

fn images(pod: &Pod) -> Vec<String> {
    let containers = pod.template.containers.iter();
    let waiting = containers
        .zip(&pod.status.containers)
        .filter(|(_, status)| !status.is_running());
    waiting.map(|(container, _)| container.image.to_string()).collect()
}

/// Back to the revision before, or else another image.
fn image(cluster: &Cluster, pod: &Pod, owner: Option<&Key>) -> Option<String> {
    let owner = owner?;
    if can_undo(cluster, owner) {
        return Some(format!("kubectl rollout undo {}", target(owner)));
    }
    // A StatefulSet says itself which Pod has to be deleted.
    if owner.kind == Kind::StatefulSet && cluster.waiting().iter().any(|((_, key), _)| key == owner) {
        return None;
    }
    let container = pod.template.containers.first()?;
    Some(format!("kubectl set image {} {}=IMAGE", target(owner), container.name))
}

fn of_claim(claim: &PersistentVolumeClaim) -> Option<Obstacle> {
    let message = claim.waits.as_ref().filter(|_| !claim.bound)?;
    let key = Key::new(Kind::PersistentVolumeClaim, &claim.meta.namespace, &claim.meta.name);
    let is_class_missing = message.contains("storageclass");
    let waits_for_pod = message.contains("first consumer") || message.contains("to be scheduled");
    Some(Obstacle {
        rule: if waits_for_pod { "PVC-11" } else { "PVC-02" },
        saw: message.to_string(),
        command: is_class_missing.then(|| format!("kubectl delete {}", target(&key))),
        of: key,
    })
}

/// A higher limit for the quota that is used up.
fn more_quota(cluster: &Cluster, namespace: &Name, missing: i64) -> Option<String> {
    cluster.of_kind(Kind::ResourceQuota).find_map(|object| match object {
        Object::ResourceQuota(quota) if quota.meta.namespace == *namespace => {
            let used = quota.used_pods?;
            (used >= quota.limit()?).then(|| {
                let limit = format!("{{\"spec\":{{\"hard\":{{\"pods\":\"{}\"}}}}}}", used + missing.max(1));
                format!("kubectl patch resourcequota {} -p '{limit}'", quota.meta.name)
            })
        }
        _ => None,
    })
}

/// A budget that holds up a drain.
fn of_budget(cluster: &Cluster, budget: &PodDisruptionBudget) -> Option<Obstacle> {
    let status = &budget.status;
    let mut drained = cluster
        .waiting()
        .iter()
        .filter(|((actor, _), _)| *actor == Actor::Drain);
    let selector = budget.selector.as_ref()?;
    let pod = drained.find_map(|((_, key), _)| {
        let mut guarded = cluster.pods_matching(&budget.meta.namespace, selector);
        guarded.find(|pod| pod.meta.name == key.name)
    })?;
    if status.disruptions_allowed > 0 {
        return None;
    }
    let spec = if !pod.is_ready() && !budget.always_allow_unhealthy {
        "\"unhealthyPodEvictionPolicy\":\"AlwaysAllow\"".to_owned()
    } else {
        match budget.min_available {
            Some(_) => format!("\"minAvailable\":{}", (status.current_healthy - 1).max(0)),
            None => format!(
                "\"maxUnavailable\":{}",
                one_more(budget.max_unavailable, status.expected_pods, status.current_healthy)
            ),
        }
    };
    let saw = format!(
        "{} healthy Pods, {} required: none may be evicted.",
        status.current_healthy, status.desired_healthy
    );
    Some(Obstacle {
        of: Key::new(Kind::PodDisruptionBudget, &budget.meta.namespace, &budget.meta.name),
        rule: "PDB-03",
        saw,
        command: Some(format!(
            "kubectl patch poddisruptionbudget {} -p '{{\"spec\":{{{spec}}}}}'",
            budget.meta.name
        )),
    })
}

/// The smallest bound that lets one Pod go.
fn one_more(bound: Option<IntOrPercent>, expected: i64, healthy: i64) -> i64 {
    let written = match bound {
        Some(IntOrPercent::Int(number)) => number,
        _ => 0,
    };
    (expected - healthy + 1).max(written + 1)
}
