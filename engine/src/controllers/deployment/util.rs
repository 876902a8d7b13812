//! Arithmetic on Deployments and ReplicaSets. Upstream: `pkg/controller/deployment/util/deployment_util.go`.

use crate::api::{
    Condition, ConditionStatus, DeploymentSpec, DeploymentStatus, DeploymentStrategy, IntOrPercent, Labels, ObjectMeta,
    ReplicaSet,
};
use crate::reason::Bounds;
use crate::time::Time;
use std::cmp::Ordering;
use std::rc::Rc;

/// The revision number of a Deployment or ReplicaSet.
pub const REVISION: &str = "deployment.kubernetes.io/revision";
/// Numbers that a re-used ReplicaSet had before.
pub const REVISION_HISTORY: &str = "deployment.kubernetes.io/revision-history";
/// The desired size that a ReplicaSet was last told.
pub const DESIRED_REPLICAS: &str = "deployment.kubernetes.io/desired-replicas";
/// The ceiling that a ReplicaSet was last told.
pub const MAX_REPLICAS: &str = "deployment.kubernetes.io/max-replicas";

/// Surge rounds up, unavailability rounds down; if both are 0, one Pod may be unavailable (DEP-20 to DEP-22).
/// Upstream: `ResolveFenceposts`, `MaxUnavailable`, `MaxSurge`.
pub fn bounds(spec: &DeploymentSpec) -> Bounds {
    let desired = spec.replicas;
    match spec.strategy {
        DeploymentStrategy::Recreate => {
            let none = IntOrPercent::Int(0);
            Bounds {
                desired,
                max_surge: none,
                surge: 0,
                max_unavailable: none,
                unavailable: 0,
            }
        }
        DeploymentStrategy::RollingUpdate {
            max_surge,
            max_unavailable,
        } => {
            let surge = max_surge.round_up(desired).min(i64::from(i32::MAX));
            let unavailable = match max_unavailable.round_down(desired) {
                0 if surge == 0 => 1,
                unavailable => unavailable,
            };
            Bounds {
                desired,
                max_surge,
                surge,
                max_unavailable,
                unavailable: unavailable.min(desired),
            }
        }
    }
}

/// Oldest first; equal seconds by name (DEP-36). Upstream: `ReplicaSetsByCreationTimestamp`.
pub fn by_creation(a: &ReplicaSet, b: &ReplicaSet) -> Ordering {
    let key = |set: &ReplicaSet| set.meta.creation_timestamp.truncated();
    key(a).cmp(&key(b)).then_with(|| a.meta.name.cmp(&b.meta.name))
}

/// A number kept in an annotation.
pub fn annotated(meta: &ObjectMeta, key: &str) -> Option<i64> {
    meta.annotation(key)?.parse().ok()
}

/// The revision number; 0 if there is none that can be read (DEP-15).
pub fn revision(set: &ReplicaSet) -> i64 {
    annotated(&set.meta, REVISION).unwrap_or(0)
}

/// Sets an annotation and tells whether it was different.
pub fn annotate(meta: &mut ObjectMeta, key: &str, text: &str) -> bool {
    if meta.annotation(key) == Some(text) {
        return false;
    }
    Rc::make_mut(&mut meta.annotations).insert(key.into(), text.into());
    true
}

/// Notes desired size and ceiling on a ReplicaSet (DEP-17), and tells whether they were different.
pub fn set_replicas_annotations(meta: &mut ObjectMeta, bounds: Bounds) -> bool {
    let desired = annotate(meta, DESIRED_REPLICAS, &bounds.desired.to_string());
    let ceiling = annotate(meta, MAX_REPLICAS, &bounds.ceiling().to_string());
    desired | ceiling
}

/// Asks for an old revision; an old API's way (DEP-72).
pub const ROLLBACK_TO: &str = "deprecated.deployment.rollback.to";

/// Annotations that are not copied from the Deployment to its ReplicaSets (DEP-17).
pub fn is_copied(key: &str) -> bool {
    !matches!(
        key,
        "kubectl.kubernetes.io/last-applied-configuration"
            | ROLLBACK_TO
            | REVISION
            | REVISION_HISTORY
            | DESIRED_REPLICAS
            | MAX_REPLICAS
    )
}

/// After a rollback: the Deployment's own control annotations and the ReplicaSet's others (CTL-31).
/// Upstream: `SetDeploymentAnnotationsTo`.
pub fn restored_annotations(meta: &ObjectMeta, target: &ReplicaSet) -> Labels {
    let own = meta.annotations.iter().filter(|(key, _)| !is_copied(key));
    let old = target.meta.annotations.iter().filter(|(key, _)| is_copied(key));
    let all = own.chain(old).map(|(key, text)| (key.clone(), text.clone()));
    Rc::new(all.collect())
}

/// The size a new ReplicaSet may have: as much of the missing as fits under the ceiling (DEP-31).
/// Upstream: `NewRSNewReplicas`.
pub fn new_rs_new_replicas(bounds: Bounds, total: i64, size: i64) -> i64 {
    let room = bounds.ceiling() - total;
    if room <= 0 {
        size
    } else {
        size + room.min(bounds.desired - size)
    }
}

/// How many Pods a ReplicaSet gains or loses by its share (DEP-52). Upstream: `GetReplicaSetProportion`.
pub fn replica_set_proportion(fraction: i64, size: i64, to_add: i64, added: i64) -> i64 {
    let left = to_add - added;
    match () {
        () if size == 0 || to_add == 0 || left == 0 => 0,
        () if to_add > 0 => fraction.min(left),
        () => fraction.max(left),
    }
}

/// `round(size × ceiling / max_before) − size`, halves away from zero. Upstream: `getReplicaSetFraction`.
pub fn replica_set_fraction(bounds: Bounds, size: i64, max_before: i64) -> i64 {
    if bounds.desired == 0 {
        return -size;
    }
    if max_before == 0 {
        return 0;
    }
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "as upstream computes it"
    )]
    let scaled = ((size * bounds.ceiling()) as f64 / max_before as f64).round() as i64;
    scaled - size
}

/// Sets a condition unless status and reason are the same already; a changed one moves to the end (DEP-83).
/// Upstream: `SetDeploymentCondition`.
pub fn set_condition(status: &mut DeploymentStatus, mut condition: Condition) {
    if let Some(current) = status.condition(condition.r#type) {
        if current.status == condition.status && current.reason == condition.reason {
            return;
        }
        if current.status == condition.status {
            condition.last_transition_time = current.last_transition_time;
        }
    }
    remove_condition(status, condition.r#type);
    status.conditions.push(condition);
}

/// Removes a condition.
pub fn remove_condition(status: &mut DeploymentStatus, r#type: &str) {
    status.conditions.retain(|condition| condition.r#type != r#type);
}

/// A condition that has just turned out so.
pub fn condition(
    r#type: &'static str,
    status: ConditionStatus,
    reason: &'static str,
    message: impl Into<Rc<str>>,
    now: Time,
) -> Condition {
    let now = now.truncated();
    Condition {
        r#type,
        status,
        reason,
        message: message.into(),
        last_update_time: now,
        last_transition_time: now,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use IntOrPercent::{Int, Percent};

    fn resolve(desired: i64, max_surge: IntOrPercent, max_unavailable: IntOrPercent) -> (i64, i64) {
        let strategy = DeploymentStrategy::RollingUpdate {
            max_surge,
            max_unavailable,
        };
        let deployment = crate::api::Deployment::from_value(&crate::value::Value::Null);
        let bounds = bounds(&DeploymentSpec {
            replicas: desired,
            strategy,
            ..deployment.spec
        });
        (bounds.surge, bounds.unavailable)
    }

    #[test]
    fn surge_rounds_up_and_unavailability_down() {
        let quarter = Percent(25);
        for (desired, expect) in [
            (1, (1, 0)),
            (3, (1, 0)),
            (4, (1, 1)),
            (5, (2, 1)),
            (8, (2, 2)),
            (10, (3, 2)),
        ] {
            assert_eq!(resolve(desired, quarter, quarter), expect, "{desired} at 25%/25%");
        }
    }

    #[test]
    fn one_pod_may_be_unavailable_when_both_round_to_nothing() {
        assert_eq!(resolve(3, Int(0), quarter()), (0, 1));
        assert_eq!(resolve(10, Percent(1), Percent(0)), (1, 0));
        assert_eq!(resolve(2, Percent(0), Percent(1)), (0, 1));
        assert_eq!(resolve(0, Int(0), Int(1)), (0, 0));
    }

    fn quarter() -> IntOrPercent {
        Percent(25)
    }

    #[test]
    fn shares_round_to_the_nearest() {
        let (surge, none) = (Int(3), Int(0));
        let bounds = Bounds {
            desired: 15,
            max_surge: surge,
            surge: 3,
            max_unavailable: none,
            unavailable: 0,
        };
        assert_eq!(replica_set_fraction(bounds, 8, 13), 3);
        assert_eq!(replica_set_fraction(bounds, 5, 13), 2);
        assert_eq!(replica_set_fraction(bounds, 5, 0), 0);
    }
}
