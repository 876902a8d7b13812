//! Why everybody else does nothing: each controller that has something on the stage and waits for nothing, in a line. What it
//! says is read from the objects at the cursor; who is about to act is read from the steps ahead.

use rollscope_engine::api::{
    ConditionStatus, DaemonSet, Deployment, HorizontalPodAutoscaler, Key, Kind, Object, OwnerReference, Pod,
    PodDisruptionBudget, ReplicaSet, Service, StatefulSet,
};
use rollscope_engine::cluster::Cluster;
use rollscope_engine::history::Cursor;
use rollscope_engine::reason::Rule;
use rollscope_engine::reason::catalogue::rule;
use rollscope_engine::step::{Actor, Step};
use rollscope_engine::time::Duration;

/// Steps that follow each other within this many milliseconds happen in the same moment.
const MOMENT: u64 = 100;

/// Somebody who does nothing.
#[derive(Clone, PartialEq, Debug)]
pub struct Idle {
    /// `replicaset web-abc`, `scheduler`.
    pub who: String,
    /// Why.
    pub why: String,
    /// The rule behind it, if one applies.
    pub rule: Option<&'static Rule>,
}

/// A reason and its rule's id.
type Why = (String, Option<&'static str>);

/// Everybody who has no recorded wait.
pub fn idle(cursor: &Cursor) -> Vec<Idle> {
    let cluster = cursor.cluster();
    let mut all: Vec<Idle> = cluster
        .objects()
        .filter_map(|object| of_object(cursor, object))
        .collect();
    if cluster.of_kind(Kind::Pod).next().is_some() {
        all.push(scheduler(cursor));
        all.push(kubelets(cursor));
    }
    if !all.is_empty() {
        all.push(garbage_collector(cursor));
    }
    all
}

fn of_object(cursor: &Cursor, object: &Object) -> Option<Idle> {
    let cluster = cursor.cluster();
    let (actor, (why, rule_id)) = match object {
        Object::Deployment(deployment) => (Actor::DeploymentController, of_deployment(deployment)),
        Object::ReplicaSet(set) => (Actor::ReplicaSetController, of_replica_set(cluster, set)?),
        Object::StatefulSet(set) => (Actor::StatefulSetController, of_stateful_set(set)),
        Object::DaemonSet(set) => (Actor::DaemonSetController, of_daemon_set(set)),
        Object::HorizontalPodAutoscaler(autoscaler) => (Actor::HorizontalPodAutoscaler, of_autoscaler(autoscaler)),
        Object::PodDisruptionBudget(budget) => (Actor::DisruptionController, of_budget(budget)),
        Object::Service(service) => (Actor::EndpointSliceController, of_service(cluster, service)?),
        _ => return None,
    };
    let key = object.key();
    if cluster.waiting().get(&(actor, key.clone())).is_some() {
        return None;
    }
    let is_its = |step: &Step| step.actor == actor && step.subject == key;
    let (why, rule_id) = at_once(cursor, is_its).map_or((why, rule_id), |soon| (soon, None));
    Some(Idle {
        who: key.to_string().to_ascii_lowercase().replace('/', " "),
        why,
        rule: rule_id.map(rule),
    })
}

/// Whether one of the steps that follow in this same moment is of this kind.
fn at_once(cursor: &Cursor, is_its: impl Fn(&Step) -> bool) -> Option<String> {
    let (now, ahead) = (cursor.time(), &cursor.history().steps[cursor.position()..]);
    let moment = ahead
        .iter()
        .take_while(|step| step.actor != Actor::User && step.at.since(now).0 < MOMENT);
    match moment.enumerate().find(|(_, step)| is_its(step))?.0 {
        0 => Some("acts next".to_owned()),
        before => Some(format!("acts in this same moment, {} steps on", before + 1)),
    }
}

fn of_deployment(deployment: &Deployment) -> Why {
    let (status, desired) = (&deployment.status, deployment.spec.replicas);
    let is_seen = status.observed_generation >= deployment.meta.generation;
    let is_complete = [status.updated_replicas, status.replicas, status.available_replicas] == [desired; 3];
    match () {
        () if deployment.meta.is_terminating() => ("is being deleted".to_owned(), Some("DEP-93")),
        () if !is_seen => ("has not seen its newest spec yet".to_owned(), None),
        () if deployment.spec.paused => ("paused, and no size to correct".to_owned(), Some("DEP-60")),
        () if is_complete && desired == 0 => ("no Pod is wanted, and none is there".to_owned(), Some("DEP-85")),
        () if is_complete => (
            format!("{desired} of {desired} updated and available: nothing to do"),
            Some("DEP-85"),
        ),
        () => (
            format!(
                "{} of {desired} available; it looks again when a ReplicaSet changes",
                status.available_replicas
            ),
            Some("DEP-80"),
        ),
    }
}

/// Old, empty ones are not worth a line.
fn of_replica_set(cluster: &Cluster, set: &ReplicaSet) -> Option<Why> {
    let active = cluster.pods_of(set.meta.uid).filter(|pod| pod.is_active()).count();
    let active = i64::try_from(active).unwrap_or(i64::MAX);
    let desired = set.spec.replicas;
    if set.meta.controller().is_some() && active == 0 && desired == 0 {
        return None;
    }
    Some(if active == desired {
        let pods = if desired == 1 { "Pod" } else { "Pods" };
        (format!("has the {desired} {pods} it wants"), Some("RS-07"))
    } else if set.status.condition("ReplicaFailure").is_some() {
        (
            format!("{active} of {desired} Pods; the server refuses more"),
            Some("RS-08"),
        )
    } else {
        (format!("{active} of {desired} Pods"), None)
    })
}

fn of_stateful_set(set: &StatefulSet) -> Why {
    let (status, desired) = (&set.status, set.spec.replicas);
    let is_there = [status.replicas, status.available_replicas] == [desired; 2];
    match () {
        () if set.meta.is_terminating() => ("is being deleted".to_owned(), Some("DEP-93")),
        () if status.seen.observed_generation < set.meta.generation => {
            ("has not seen its newest spec yet".to_owned(), None)
        }
        () if is_there && status.seen.current_revision == status.seen.update_revision => (
            format!("{desired} of {desired} available, all of the current revision: nothing to do"),
            Some("STS-52"),
        ),
        () if is_there => (
            format!(
                "{desired} of {desired} available, {} of the update revision",
                status.updated_replicas
            ),
            Some("STS-50"),
        ),
        () => (
            format!(
                "{} of {desired} available; it looks again when one of its Pods changes",
                status.available_replicas
            ),
            Some("STS-50"),
        ),
    }
}

fn of_daemon_set(set: &DaemonSet) -> Why {
    let (status, desired) = (&set.status, set.status.desired_number_scheduled);
    let counts = [
        status.current_number_scheduled,
        status.updated_number_scheduled,
        status.number_available,
    ];
    match () {
        () if set.meta.is_terminating() => ("is being deleted".to_owned(), Some("DEP-93")),
        () if status.observed_generation < set.meta.generation => ("has not seen its newest spec yet".to_owned(), None),
        () if counts == [desired; 3] => (
            format!("{desired} of {desired} nodes have an available Pod of the newest template: nothing to do"),
            Some("DS-11"),
        ),
        () => (
            format!(
                "{} of {desired} nodes have an available Pod; it looks again when a Pod or a node changes",
                status.number_available
            ),
            Some("DS-50"),
        ),
    }
}

fn of_autoscaler(autoscaler: &HorizontalPodAutoscaler) -> Why {
    let status = &autoscaler.status;
    let is_off = |r#type: &str| {
        let mut conditions = status.conditions.iter();
        conditions.any(|condition| condition.r#type == r#type && condition.status != ConditionStatus::True)
    };
    if is_off("AbleToScale") {
        return (
            "its target has no size to read; it looks every 15 s".to_owned(),
            Some("HPA-03"),
        );
    }
    if is_off("ScalingActive") && status.current_replicas == 0 {
        return ("its target has size 0: switched off".to_owned(), Some("HPA-10"));
    }
    if is_off("ScalingActive") {
        return ("no metric to go by; it looks every 15 s".to_owned(), Some("HPA-22"));
    }
    if status.memory.evaluated.is_none() {
        return ("has not looked yet; it does every 15 s".to_owned(), None);
    }
    let sizes = match (status.current_replicas, status.desired_replicas) {
        (is, wanted) if is == wanted => format!("{is} replicas, and so many are recommended"),
        (is, wanted) => format!("{is} replicas when it last looked, {wanted} recommended"),
    };
    (format!("{sizes}; it looks every 15 s"), Some("HPA-23"))
}

fn of_budget(budget: &PodDisruptionBudget) -> Why {
    let status = &budget.status;
    if status.observed_generation < budget.meta.generation {
        return ("has not been counted yet".to_owned(), None);
    }
    let counts = format!(
        "{} healthy, {} required: {} may be evicted; nothing has changed",
        status.current_healthy, status.desired_healthy, status.disruptions_allowed
    );
    (counts, Some("PDB-03"))
}

/// Services without a selector have no slices of the controller's.
fn of_service(cluster: &Cluster, service: &Service) -> Option<Why> {
    if service.selector.is_empty() {
        return None;
    }
    let slices: Vec<_> = cluster.slices_of(service.meta.uid).collect();
    let endpoints = || slices.iter().flat_map(|slice| &slice.endpoints);
    let ready = endpoints().filter(|endpoint| endpoint.ready).count();
    let others = endpoints().count() - ready;
    Some(if slices.is_empty() {
        ("has no EndpointSlice yet".to_owned(), None)
    } else {
        let text = format!("its EndpointSlice lists {ready} ready and {others} other Pods, as they are");
        (text, Some("SVC-01"))
    })
}

fn pods(cluster: &Cluster) -> impl Iterator<Item = &Pod> {
    cluster.of_kind(Kind::Pod).filter_map(|object| match object {
        Object::Pod(pod) => Some(&**pod),
        _ => None,
    })
}

fn scheduler(cursor: &Cursor) -> Idle {
    let waiting = |pod: &&Pod| pod.node_name.is_none() && pod.is_active();
    let why = at_once(cursor, |step| step.actor == Actor::Scheduler).unwrap_or_else(|| {
        match pods(cursor.cluster()).filter(waiting).count() {
            0 => "no Pod waits for a node".to_owned(),
            1 => "1 Pod waits, and no node takes it now".to_owned(),
            count => format!("{count} Pods wait, and no node takes them now"),
        }
    });
    Idle {
        who: "scheduler".to_owned(),
        why,
        rule: Some(rule("POD-05")),
    }
}

/// What the kubelets do next by themselves; the run is known.
fn kubelets(cursor: &Cursor) -> Idle {
    let (now, ahead) = (cursor.time(), &cursor.history().steps[cursor.position()..]);
    let alone = ahead.iter().take_while(|step| step.actor != Actor::User);
    let next = alone.clone().find(|step| step.actor == Actor::Kubelet);
    let why = at_once(cursor, |step| step.actor == Actor::Kubelet).unwrap_or_else(|| match next {
        Some(step) => format!("next in {}: {}", rounded(step.at.since(now)), step.title()),
        None => "no container to start, to stop or to find ready".to_owned(),
    });
    Idle {
        who: "kubelets".to_owned(),
        why,
        rule: None,
    }
}

fn rounded(time: Duration) -> Duration {
    Duration(time.0 / 100 * 100)
}

fn garbage_collector(cursor: &Cursor) -> Idle {
    let cluster = cursor.cluster();
    let is_owned = |object: &&Object| !object.meta().owner_references.is_empty();
    let has_owner = |object: &Object| {
        let meta = object.meta();
        meta.owner_references.iter().any(|owner| {
            let kind = Kind::from_name(owner.kind);
            let key = kind.map(|kind| Key::new(kind, &meta.namespace, &owner.name));
            key.and_then(|key| cluster.get(&key))
                .is_some_and(|is| is.meta().uid == owner.uid)
        })
    };
    // Those of one owner follow each other.
    let mut last: (Vec<OwnerReference>, bool) = Default::default();
    let mut is_kept = |object: &Object| {
        let owners = &*object.meta().owner_references;
        if *owners != last.0 {
            last = (owners.clone(), has_owner(object));
        }
        last.1
    };
    let gone = cluster.objects().filter(is_owned).filter(|object| !is_kept(object));
    let why = at_once(cursor, |step| step.actor == Actor::GarbageCollector).unwrap_or_else(|| match gone.count() {
        0 => "everything that is owned has its owner".to_owned(),
        1 => "1 object has lost its owner, and is on its way out".to_owned(),
        count => format!("{count} objects have lost their owner, and are on their way out"),
    });
    Idle {
        who: "garbage collector".to_owned(),
        why,
        rule: Some(rule("DEP-93")),
    }
}
