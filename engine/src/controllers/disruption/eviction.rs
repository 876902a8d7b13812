//! The Eviction API: a deletion that asks the budgets first (spec: PDB-09 to PDB-13).
//! Upstream: `pkg/registry/core/pod/storage/eviction.go`.

use super::{budgets_of, set_condition};
use crate::api::{Object, Phase, Pod, PodDisruptionBudget};
use crate::cluster::{Cluster, DeleteOptions, Write};
use crate::time::Time;
use std::fmt;
use std::rc::Rc;

/// Why an eviction was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status: 429 or 500.
    pub code: u16,
    /// What the server says.
    pub message: &'static str,
    /// Which budget is in the way, and its numbers.
    pub cause: Option<String>,
}

/// The words of the refusal, and what stands behind them.
impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.cause {
            Some(cause) => write!(f, "{} {cause}.", self.message),
            None => f.write_str(self.message),
        }
    }
}

const VIOLATES: &str = "Cannot evict pod as it would violate the pod's disruption budget.";
const SEVERAL: &str =
    "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.";

/// Decides on the eviction of a Pod: the requests that carry it out, or the refusal (PDB-10).
pub fn evict(cluster: &Cluster, pod: &Rc<Pod>, now: Time) -> Result<Vec<Write>, Refusal> {
    let mut writes = Vec::new();
    let booked = if ignores_budgets(pod) {
        None
    } else {
        check_and_decrement(cluster, pod, now)?
    };
    if let Some(budget) = booked {
        writes.push(Write::UpdateStatus(Object::PodDisruptionBudget(Rc::new(budget))));
    }
    let mut disrupted = (**pod).clone();
    disrupted.status.trouble.disruption_target = Some("EvictionByEvictionAPI");
    let key = Object::Pod(pod.clone()).key();
    writes.push(Write::UpdateStatus(Object::Pod(Rc::new(disrupted))));
    writes.push(Write::Delete(key, DeleteOptions::default()));
    Ok(writes)
}

/// A Pod that has not started, has ended or is going needs no budget. Upstream: `canIgnorePDB`.
fn ignores_budgets(pod: &Pod) -> bool {
    pod.status.phase == Phase::Pending || pod.is_finished() || pod.is_terminating()
}

/// The budget with one disruption less, if it has to pay. Upstream: `Create`, `checkAndDecrement`.
fn check_and_decrement(cluster: &Cluster, pod: &Pod, now: Time) -> Result<Option<PodDisruptionBudget>, Refusal> {
    let budgets = budgets_of(cluster, pod);
    let budget = match budgets[..] {
        [] => return Ok(None),
        [only] => only,
        _ => return Err(refuse(500, SEVERAL, None)),
    };
    let status = &budget.status;
    if !pod.is_ready() {
        let is_spared = status.current_healthy >= status.desired_healthy && status.desired_healthy > 0;
        if budget.always_allow_unhealthy || is_spared {
            return Ok(None);
        }
    }
    let name = &budget.meta.name;
    if status.observed_generation < budget.meta.generation {
        let cause = format!("The disruption budget {name} is still being processed by the server.");
        return Err(refuse(429, VIOLATES, Some(cause)));
    }
    if status.disruptions_allowed == 0 {
        return Err(refuse(429, VIOLATES, Some(explain(budget))));
    }
    let mut booked = (**budget).clone();
    booked.status.disruptions_allowed -= 1;
    booked.status.disrupted_pods.insert(pod.meta.name.clone(), now);
    if booked.status.disruptions_allowed == 0 {
        set_condition(&mut booked.status, now, None);
    }
    Ok(Some(booked))
}

/// PDB-11.
fn explain(budget: &PodDisruptionBudget) -> String {
    let (name, status) = (&budget.meta.name, &budget.status);
    let failed = status
        .conditions
        .iter()
        .find(|condition| condition.reason == "SyncFailed");
    match failed {
        Some(condition) => {
            let error = &condition.message;
            format!(
                "The disruption budget {name} does not allow evicting pods currently because it failed sync: {error}"
            )
        }
        None if status.current_healthy > status.desired_healthy => {
            format!("The disruption budget {name} does not allow evicting pods currently")
        }
        None => {
            let (desired, current) = (status.desired_healthy, status.current_healthy);
            format!("The disruption budget {name} needs {desired} healthy pods and has {current} currently")
        }
    }
}

fn refuse(code: u16, message: &'static str, cause: Option<String>) -> Refusal {
    Refusal { code, message, cause }
}
