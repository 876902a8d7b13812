//! Reasons of everybody who is not a workload controller: the user, the scheduler, the kubelet, the volume binder, the
//! garbage collector (spec: POD, PVC, CTL and others).

use crate::api::Name;
use crate::time::Duration;
use std::fmt;
use std::rc::Rc;

/// Why the environment acted.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    missing_docs,
    reason = "the fields are the facts that the sentence of each variant names"
)]
pub enum EnvironmentReason {
    Asked { what: Rc<str> },
    Scheduled,
    PullStarted,
    PullFailed { retry_in: Duration },
    BackOff { retry_in: Duration },
    InitRunning { name: Name, took: Duration },
    Started { took: Duration },
    Ready { took: Duration, probed: bool },
    Stopped { took: Duration, killed: bool },
    Bound,
    OwnerGone { owner: Name },
    DependentsGone,
    Orphaned { owner: Name },
    ClaimFree,
    Evicted { name: Name },
    EvictionRefused { why: Rc<str> },
}

use EnvironmentReason as R;

impl EnvironmentReason {
    pub(super) fn rule(&self) -> &'static str {
        match self {
            R::Asked { .. } => "CTL-01",
            R::Scheduled => "POD-05",
            R::PullStarted => "POD-20",
            R::PullFailed { .. } | R::BackOff { .. } => "POD-56",
            R::InitRunning { .. } => "POD-21",
            R::Started { .. } => "POD-20",
            R::Ready { probed: false, .. } => "POD-11",
            R::Ready { .. } => "POD-32",
            R::Stopped { .. } => "POD-60",
            R::Bound => "PVC-10",
            R::OwnerGone { .. } | R::DependentsGone | R::Orphaned { .. } => "DEP-93",
            R::ClaimFree => "STS-62",
            R::Evicted { .. } | R::EvictionRefused { .. } => "PDB-22",
        }
    }
}

impl EnvironmentReason {
    /// Whether it only repeats what was tried before.
    pub(super) fn is_report(&self) -> bool {
        match self {
            R::BackOff { .. } => true,
            R::PullFailed { retry_in } => *retry_in > Duration::seconds(10),
            _ => false,
        }
    }
}

/// What was seen.
impl fmt::Display for EnvironmentReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            R::Asked { what } => write!(f, "{what}"),
            R::Scheduled => write!(f, "A node has room for the Pod."),
            R::PullStarted => write!(f, "The node has the Pod; its image comes first."),
            R::PullFailed { retry_in } => write!(f, "The image can't be pulled; the next try is in {retry_in}."),
            R::BackOff { retry_in } => write!(f, "Waiting {retry_in} before the next pull."),
            R::InitRunning { name, took } => write!(f, "Init container {name} ended well after {took}."),
            R::Started { took } => write!(f, "Image and start took {took}."),
            R::Ready { probed: false, .. } => write!(f, "No readiness probe: started means ready."),
            R::Ready { took, .. } => write!(f, "The readiness probe succeeded {took} after the start."),
            R::Stopped { took, killed: false } => write!(f, "The containers stopped after {took}."),
            R::Stopped { took, .. } => write!(f, "The grace period of {took} is over: the containers were killed."),
            R::Bound => write!(f, "The storage class makes a volume for the claim."),
            R::OwnerGone { owner } => write!(f, "Its owner {owner} is gone."),
            R::DependentsGone => write!(f, "Nothing that it owned is left."),
            R::Orphaned { owner } => write!(f, "Its owner {owner} goes and leaves it behind."),
            R::Evicted { name } => write!(f, "The node is being drained, and the budgets let {name} go."),
            R::EvictionRefused { why } => write!(f, "{why} kubectl drain asks again in 5 s."),
            R::ClaimFree => write!(f, "No Pod uses the claim any more."),
        }
    }
}
