//! The disruption controller (spec: PDB): how many evictions each budget allows right now.
//! Upstream: `pkg/controller/disruption/disruption.go`.

pub mod eviction;
mod guarded;

use super::{Decision, View};
use crate::api::{
    Condition, ConditionStatus, IntOrPercent, Key, Kind, Name, Object, OwnerReference, Pod, PodDisruptionBudget,
    PodDisruptionBudgetStatus, Uid,
};
use crate::cluster::{Cluster, Write};
use crate::event::Note;
use crate::ordered::Ordered;
use crate::reason::DisruptionReason;
use crate::time::{Duration, Time};
use guarded::Guarded;
use std::rc::Rc;

/// How long a granted eviction is booked before it counts as not carried out (PDB-09).
const DELETION_TIMEOUT: Duration = Duration(120_000);

/// One look at one budget: `trySync` and, if that fails, `failSafe`.
pub fn reconcile(view: &View<'_>, key: &Key) -> Decision {
    let mut decision = Decision::default();
    let Some(Object::PodDisruptionBudget(budget)) = view.cluster.get(key) else {
        return decision;
    };
    let guarded = Guarded::of(view, budget);
    if guarded.pods == 0 {
        decision.notes.push(Note::NoPods);
    }
    let status = match expected_pod_count(budget, &guarded) {
        Ok(expected) => {
            if expected.has_unmanaged {
                let selector = budget.selector.clone().unwrap_or_default();
                decision.notes.push(Note::UnmanagedPods(Rc::new(selector)));
            }
            updated_status(view, budget, &guarded, &expected, &mut decision)
        }
        Err(error) => {
            decision.notes.push(Note::ExpectedPodsFailed(error.clone()));
            failed_status(view, budget, &error)
        }
    };
    if status != budget.status {
        let allowed = status.disruptions_allowed;
        let reason = DisruptionReason::Allowed {
            allowed,
            healthy: status.current_healthy,
            desired: status.desired_healthy,
            expected: status.expected_pods,
        };
        let mut reported = (**budget).clone();
        reported.status = status;
        let write = Write::UpdateStatus(Object::PodDisruptionBudget(Rc::new(reported)));
        decision.write(write, reason);
    }
    decision
}

/// The budgets that guard a Pod.
pub fn budgets_of<'a>(cluster: &'a Cluster, pod: &Pod) -> Vec<&'a Rc<PodDisruptionBudget>> {
    let budgets = cluster
        .of_kind(Kind::PodDisruptionBudget)
        .filter_map(|object| match object {
            Object::PodDisruptionBudget(budget) => Some(budget),
            _ => None,
        });
    budgets.filter(|budget| guards(budget, pod)).collect()
}

fn guards(budget: &PodDisruptionBudget, pod: &Pod) -> bool {
    let selector = budget.selector.as_ref();
    budget.meta.namespace == pod.meta.namespace && selector.is_some_and(|s| s.matches(&pod.meta.labels))
}

/// How many Pods there should be, and how many of them must stay.
struct Expected {
    pods: i64,
    healthy: i64,
    has_unmanaged: bool,
}

/// Both shares round up (PDB-03, PDB-05). Upstream: `getExpectedPodCount`.
fn expected_pod_count(budget: &PodDisruptionBudget, guarded: &Guarded) -> Result<Expected, Rc<str>> {
    let expected = |pods: i64, healthy: i64, has_unmanaged: bool| Expected {
        pods,
        healthy,
        has_unmanaged,
    };
    if let Some(bound) = budget.max_unavailable {
        let (scale, has_unmanaged) = guarded.scale.clone()?;
        return Ok(expected(scale, (scale - bound.round_up(scale)).max(0), has_unmanaged));
    }
    match budget.min_available {
        None => Ok(expected(0, 0, false)),
        Some(IntOrPercent::Int(healthy)) => Ok(expected(guarded.pods, healthy, false)),
        Some(share) => {
            let (scale, has_unmanaged) = guarded.scale.clone()?;
            Ok(expected(scale, share.round_up(scale), has_unmanaged))
        }
    }
}

/// A ReplicaSet's Deployment speaks for it. Upstream: the `finders`.
fn scale_of(cluster: &Cluster, owner: &OwnerReference, namespace: &Name) -> Result<Option<(Uid, i64)>, Rc<str>> {
    let Some(kind) = Kind::from_name(owner.kind) else {
        return Ok(None);
    };
    let object = cluster.named(kind, namespace, &owner.name);
    match object.filter(|object| object.meta().uid == owner.uid) {
        Some(Object::ReplicaSet(set) | Object::ReplicationController(set)) => {
            let deployment = set.meta.controller().and_then(|owner| {
                let deployment = cluster.deployment(namespace, &owner.name)?;
                (deployment.meta.uid == owner.uid).then_some(deployment)
            });
            Ok(Some(match deployment {
                Some(deployment) => (deployment.meta.uid, deployment.spec.replicas),
                None => (set.meta.uid, set.spec.replicas),
            }))
        }
        Some(Object::StatefulSet(set)) => Ok(Some((set.meta.uid, set.spec.replicas))),
        Some(Object::DaemonSet(_)) => {
            Err(format!("{} does not implement the scale subresource", kind.resource()).into())
        }
        _ => Ok(None),
    }
}

/// Upstream: `buildDisruptedPodMap`, `countHealthyPods`, `updatePdbStatus`.
fn updated_status(
    view: &View<'_>,
    budget: &PodDisruptionBudget,
    guarded: &Guarded,
    expected: &Expected,
    decision: &mut Decision,
) -> PodDisruptionBudgetStatus {
    let mut disrupted: Ordered<Name, Time> = Ordered::new();
    let mut healthy = guarded.healthy;
    for (name, since) in &budget.status.disrupted_pods {
        let pod = view.cluster.pod(&budget.meta.namespace, name);
        let Some(pod) = pod.filter(|pod| guards(budget, pod) && !pod.is_terminating()) else {
            continue;
        };
        let until = *since + DELETION_TIMEOUT;
        if until > view.now {
            disrupted.insert(name.clone(), *since);
            healthy -= i64::from(pod.is_ready());
            decision.wake(until);
        }
    }
    let allowed = if expected.pods <= 0 {
        0
    } else {
        (healthy - expected.healthy).max(0)
    };
    let mut status = PodDisruptionBudgetStatus {
        observed_generation: budget.meta.generation,
        disruptions_allowed: allowed,
        current_healthy: healthy,
        desired_healthy: expected.healthy,
        expected_pods: expected.pods,
        disrupted_pods: disrupted,
        conditions: budget.status.conditions.clone(),
    };
    set_condition(&mut status, view.now, None);
    status
}

/// Nothing may be evicted while the count can't be made. Upstream: `failSafe`.
fn failed_status(view: &View<'_>, budget: &PodDisruptionBudget, error: &Rc<str>) -> PodDisruptionBudgetStatus {
    let mut status = budget.status.clone();
    status.disruptions_allowed = 0;
    status.observed_generation = budget.meta.generation;
    set_condition(&mut status, view.now, Some(error));
    status
}

/// Upstream: `component-helpers/apps/poddisruptionbudget › UpdateDisruptionAllowedCondition` (PDB-07).
pub(crate) fn set_condition(status: &mut PodDisruptionBudgetStatus, now: Time, error: Option<&Rc<str>>) {
    let (truth, reason) = match (error, status.disruptions_allowed) {
        (Some(_), _) => (ConditionStatus::False, "SyncFailed"),
        (None, 0) => (ConditionStatus::False, "InsufficientPods"),
        (None, _) => (ConditionStatus::True, "SufficientPods"),
    };
    let now = now.truncated();
    let before = status.conditions.first();
    let since = before
        .filter(|before| before.status == truth)
        .map(|before| before.last_transition_time);
    status.conditions = vec![Condition {
        r#type: "DisruptionAllowed",
        status: truth,
        reason,
        message: error.cloned().unwrap_or_else(|| "".into()),
        last_update_time: since.unwrap_or(now),
        last_transition_time: since.unwrap_or(now),
    }];
}
