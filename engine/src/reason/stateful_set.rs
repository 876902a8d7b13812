//! The StatefulSet controller's reasons (spec: STS).

use crate::api::Name;
use crate::time::Time;
use std::fmt;
use std::rc::Rc;

/// Why the StatefulSet controller acted or waited.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    missing_docs,
    reason = "the fields are the numbers that the sentence of each variant names"
)]
pub enum StatefulSetReason {
    Adopt {
        name: Name,
    },
    Release {
        name: Name,
    },
    FirstRevision,
    NewRevision {
        revision: i64,
    },
    ReusedRevision {
        old: i64,
        revision: i64,
    },
    CreateOrdered {
        ordinal: i64,
        before: i64,
    },
    CreateParallel {
        ordinal: i64,
        missing: i64,
    },
    CreateAtRevision {
        ordinal: i64,
        boundary: i64,
        updated: bool,
    },
    CreateClaim {
        claim: Name,
    },
    ReplaceFinished {
        ordinal: i64,
    },
    RemoveCondemned {
        ordinal: i64,
        last: i64,
        parallel: bool,
    },
    Update {
        ordinal: i64,
        boundary: i64,
    },
    UpdateSome {
        ordinal: i64,
        unavailable: i64,
        max_unavailable: i64,
    },
    Repair,
    Truncate {
        limit: i64,
        kept: i64,
    },
    Report,
    Complete {
        replicas: i64,
    },
    WaitsForGone {
        pod: Name,
    },
    WaitsForReady {
        pod: Name,
        broken: bool,
        updating: bool,
    },
    /// The Pod, and until when it will not be.
    WaitsForAvailable(Box<(Name, Option<Time>)>),
    /// The Pod, and the first that is not ready.
    CondemnedBlocked(Box<(Name, Name)>),
    UpdateWaits {
        pod: Name,
        terminating: bool,
    },
    UnavailableLimit {
        unavailable: i64,
        max_unavailable: i64,
    },
    Partition {
        boundary: i64,
        behind: i64,
    },
    OnDelete {
        behind: i64,
    },
    ClaimDeleted {
        claim: Name,
    },
    /// The server's words.
    CreateRefused {
        error: Rc<str>,
    },
}

use StatefulSetReason as R;

impl StatefulSetReason {
    pub(super) fn rule(&self) -> &'static str {
        match self {
            R::Adopt { .. } | R::Release { .. } => "STS-04",
            R::FirstRevision => "STS-31",
            R::NewRevision { .. } => "STS-35",
            R::ReusedRevision { .. } => "STS-36",
            R::CreateOrdered { .. } => "STS-21",
            R::CreateParallel { .. } => "STS-42",
            R::CreateAtRevision { .. } => "STS-30",
            R::CreateClaim { .. } | R::ClaimDeleted { .. } => "STS-60",
            R::ReplaceFinished { .. } => "STS-23",
            R::RemoveCondemned { .. } | R::CondemnedBlocked(_) => "STS-24",
            R::Update { .. } | R::UpdateWaits { .. } => "STS-40",
            R::UpdateSome { .. } | R::UnavailableLimit { .. } => "STS-44",
            R::Repair => "STS-02",
            R::Truncate { .. } => "STS-37",
            R::Report => "STS-50",
            R::Complete { .. } => "STS-52",
            R::WaitsForReady {
                broken: true,
                updating: true,
                ..
            } => "STS-46",
            R::WaitsForReady { updating: true, .. } => "STS-22",
            R::WaitsForGone { .. } | R::WaitsForReady { .. } | R::WaitsForAvailable(_) | R::CreateRefused { .. } => {
                "STS-20"
            }
            R::Partition { .. } => "STS-41",
            R::OnDelete { .. } => "STS-45",
        }
    }

    pub(super) fn is_report(&self) -> bool {
        matches!(self, R::Report)
    }

    pub(super) fn formula(&self) -> Option<String> {
        Some(match self {
            R::CreateAtRevision {
                ordinal,
                boundary,
                updated: true,
            } => {
                format!("{ordinal} ≥ {boundary}: the update revision")
            }
            R::CreateAtRevision {
                ordinal,
                boundary,
                updated: false,
            } => {
                format!("{ordinal} < {boundary}: the current revision")
            }
            R::RemoveCondemned { ordinal, last, .. } => format!("{ordinal} > {last}, the last number wanted"),
            R::Update { ordinal, boundary } => format!("{ordinal} ≥ {boundary}: to be updated"),
            R::UpdateSome {
                unavailable,
                max_unavailable,
                ..
            } => {
                format!("{unavailable} unavailable < {max_unavailable}: one more may go")
            }
            R::UnavailableLimit {
                unavailable,
                max_unavailable,
            } => {
                format!("{unavailable} unavailable ≥ {max_unavailable}: none may go")
            }
            R::Partition { boundary, behind } => format!("{behind} behind, all of them numbered below {boundary}"),
            _ => return None,
        })
    }
}

/// What the controller saw.
impl fmt::Display for StatefulSetReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            R::Adopt { name } => write!(f, "{name} has this set's name and labels, and no owner."),
            R::Release { name } => write!(f, "{name} no longer matches the selector."),
            R::FirstRevision => write!(
                f,
                "The template has not been stored yet; it is current and update revision."
            ),
            R::NewRevision { revision } => write!(f, "The template is new; it is stored as revision {revision}."),
            R::ReusedRevision { old, revision } => {
                write!(
                    f,
                    "The template is that of revision {old} again, which becomes revision {revision}."
                )
            }
            R::CreateOrdered { ordinal, before: 0 } => write!(f, "Number {ordinal} comes first."),
            R::CreateOrdered { ordinal, before: 1 } => write!(f, "The one before number {ordinal} is available."),
            R::CreateOrdered { ordinal, before } => {
                write!(f, "All {before} before number {ordinal} are available.")
            }
            R::CreateParallel { missing, .. } => write!(f, "Parallel: all {missing} missing Pods are created at once."),
            R::CreateAtRevision { ordinal, updated, .. } => {
                let side = if *updated { "at or above" } else { "below" };
                write!(f, "Number {ordinal} is missing; it is {side} the partition.")
            }
            R::CreateClaim { claim } => write!(f, "Claim {claim} does not exist yet; the Pod needs it first."),
            R::ReplaceFinished { ordinal } => write!(f, "Number {ordinal} has ended; it must be made again."),
            R::RemoveCondemned { parallel: true, .. } => {
                write!(f, "Parallel: every Pod beyond the range goes at once.")
            }
            R::RemoveCondemned { .. } => write!(f, "All others are healthy; the highest number goes first."),
            R::Update { ordinal, .. } => {
                write!(
                    f,
                    "Number {ordinal} is the highest with an old revision, and all above it are available."
                )
            }
            R::UpdateSome {
                ordinal, unavailable, ..
            } => {
                write!(
                    f,
                    "Number {ordinal} has an old revision; {unavailable} are out of service."
                )
            }
            R::Repair => write!(
                f,
                "The Pod's identity, claims or their owners are not as they should be."
            ),
            R::Truncate { limit, kept } => {
                write!(f, "{kept} revisions are not in use, revisionHistoryLimit is {limit}.")
            }
            R::Report => write!(f, "The counts of its Pods have changed."),
            R::Complete { replicas } => {
                write!(
                    f,
                    "All {replicas} are ready and run the update revision, which becomes the current one."
                )
            }
            R::WaitsForGone { pod } => write!(f, "{pod} is still terminating; its name must be free first."),
            R::WaitsForReady {
                pod,
                broken: true,
                updating: true,
            } => write!(
                f,
                "{pod} is not ready at an older revision, so nothing else is touched, although the template has changed."
            ),
            R::WaitsForReady {
                pod, updating: true, ..
            } => {
                write!(f, "{pod} is not ready, so nothing else is created, removed or updated.")
            }
            R::WaitsForReady { pod, .. } => write!(f, "{pod} is not ready yet; the next one has to wait."),
            R::WaitsForAvailable(wait) => match &**wait {
                (pod, Some(until)) => write!(f, "{pod} is ready, but available only at {until} (minReadySeconds)."),
                (pod, None) => write!(f, "{pod} is not available yet."),
            },
            R::CondemnedBlocked(pods) => {
                let (pod, first) = &**pods;
                write!(
                    f,
                    "{pod} has to go, but it is not ready, and {first} is the first that is not."
                )
            }
            R::UpdateWaits { pod, terminating: true } => write!(f, "{pod} is still terminating."),
            R::UpdateWaits { pod, .. } => write!(f, "{pod} has the new revision but is not available yet."),
            R::UnavailableLimit {
                unavailable,
                max_unavailable,
            } => {
                write!(
                    f,
                    "{unavailable} Pods are out of service, maxUnavailable is {max_unavailable}."
                )
            }
            R::Partition { boundary, .. } => {
                write!(
                    f,
                    "The partition keeps every Pod numbered below {boundary} at the old revision."
                )
            }
            R::OnDelete { behind } => {
                write!(
                    f,
                    "{behind} Pods have an old revision; with OnDelete they are replaced when you delete them."
                )
            }
            R::ClaimDeleted { claim } => write!(f, "Claim {claim} is being deleted; the Pod must wait for a new one."),
            R::CreateRefused { error } => write!(f, "The server refuses it, so it is tried again: {error}."),
        }
    }
}
