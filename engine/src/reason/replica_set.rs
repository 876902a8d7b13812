//! The ReplicaSet controller's reasons (spec: RS).

use super::Pods;
use crate::api::Name;
use std::fmt;

/// Why the ReplicaSet controller acted.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    missing_docs,
    reason = "the fields are the numbers that the sentence of each variant names"
)]
#[derive(serde::Serialize, serde::Deserialize)]
pub enum ReplicaSetReason {
    TooFew {
        desired: i64,
        active: i64,
        terminating: i64,
    },
    TooMany {
        desired: i64,
        active: i64,
        victim: Victim,
    },
    Adopt {
        name: Name,
    },
    Release {
        name: Name,
    },
    Report,
    QuotaCounted {
        used: i64,
        limit: i64,
    },
}

/// Why this Pod goes first (RS-20): the criterion that set it apart from the first survivor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the criteria of RS-20, in their order")]
#[derive(serde::Serialize, serde::Deserialize)]
pub enum Victim {
    All,
    NoNode,
    Phase,
    NotReady,
    Cost,
    Crowded,
    ReadyShorter,
    Restarts,
    Younger,
    Alike,
}

use ReplicaSetReason as R;

impl ReplicaSetReason {
    pub(super) fn rule(&self) -> &'static str {
        match self {
            R::TooFew { terminating: 0, .. } => "RS-07",
            R::TooFew { .. } => "RS-02",
            R::TooMany {
                victim: Victim::All, ..
            } => "RS-09",
            R::TooMany {
                victim: Victim::ReadyShorter | Victim::Younger | Victim::Alike,
                ..
            } => "RS-21",
            R::TooMany { .. } => "RS-20",
            R::Adopt { .. } | R::Release { .. } => "RS-04",
            R::QuotaCounted { .. } => "RS-08",
            R::Report => "RS-30",
        }
    }

    pub(super) fn is_report(&self) -> bool {
        matches!(self, R::Report | R::QuotaCounted { .. })
    }

    pub(super) fn formula(&self) -> Option<String> {
        match self {
            R::TooFew { desired, active, .. } => Some(format!(
                "{desired} desired − {active} active = {} to create",
                desired - active
            )),
            R::TooMany { desired, active, .. } => Some(format!(
                "{active} active − {desired} desired = {} to delete",
                active - desired
            )),
            _ => None,
        }
    }
}

/// What the controller saw.
impl fmt::Display for ReplicaSetReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            R::TooFew {
                active, terminating: 0, ..
            } => write!(f, "{} counted.", Pods(*active)),
            R::TooFew {
                active, terminating, ..
            } => {
                write!(
                    f,
                    "{} counted; {terminating} terminating are not waited for.",
                    Pods(*active)
                )
            }
            R::TooMany { active, victim, .. } => write!(f, "{} counted. {}.", Pods(*active), victim.sentence()),
            R::Adopt { name } => write!(f, "Pod {name} matches the selector and has no owner."),
            R::Release { name } => write!(f, "Pod {name} no longer matches the selector."),
            R::QuotaCounted { used, limit } => write!(f, "{used} of the {limit} Pods that the quota allows."),
            R::Report => write!(f, "The counts of its Pods have changed."),
        }
    }
}

impl Victim {
    fn sentence(self) -> &'static str {
        match self {
            Victim::All => "All go",
            Victim::NoNode => "First goes who has no node yet",
            Victim::Phase => "Pending goes before Running",
            Victim::NotReady => "First goes who is not ready",
            Victim::Cost => "First goes who has the lower deletion cost",
            Victim::Crowded => "First goes who shares its node with more of its kind",
            Victim::ReadyShorter => "First goes who became ready later",
            Victim::Restarts => "First goes who restarted more often",
            Victim::Younger => "First goes who is younger",
            Victim::Alike => "All are alike, so chance decides",
        }
    }
}
