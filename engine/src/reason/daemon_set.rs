//! The DaemonSet controller's reasons (spec: DS).

use crate::api::Name;
use crate::time::Duration;
use std::fmt;

/// Why the DaemonSet controller acted or waited.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    missing_docs,
    reason = "the fields are the numbers that the sentence of each variant names"
)]
pub enum DaemonSetReason {
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
    NodeFits {
        node: Name,
    },
    NodeNoLongerFits {
        node: Name,
    },
    OnePerNode {
        node: Name,
    },
    Failed {
        node: Name,
    },
    Ended {
        node: Name,
    },
    ReplaceBroken {
        node: Name,
    },
    Replace {
        unavailable: i64,
        max_unavailable: i64,
    },
    Surge {
        surging: i64,
        max_surge: i64,
    },
    Surged {
        node: Name,
    },
    Truncate {
        limit: i64,
        kept: i64,
    },
    Report,
    BacksOff {
        node: Name,
        pause: Duration,
    },
    UnavailableLimit {
        unavailable: i64,
        max_unavailable: i64,
        waiting: i64,
    },
    SurgeLimit {
        surging: i64,
        max_surge: i64,
        waiting: i64,
    },
    OnDelete {
        behind: i64,
    },
}

use DaemonSetReason as R;

impl DaemonSetReason {
    pub(super) fn rule(&self) -> &'static str {
        match self {
            R::Adopt { .. } | R::Release { .. } => "RS-04",
            R::FirstRevision | R::NewRevision { .. } | R::ReusedRevision { .. } | R::Truncate { .. } => "DS-40",
            R::NodeFits { .. } | R::NodeNoLongerFits { .. } => "DS-01",
            R::OnePerNode { .. } | R::Ended { .. } => "DS-11",
            R::Failed { .. } | R::BacksOff { .. } => "DS-30",
            R::ReplaceBroken { .. } | R::Replace { .. } | R::UnavailableLimit { .. } => "DS-21",
            R::Surge { .. } | R::Surged { .. } | R::SurgeLimit { .. } => "DS-22",
            R::Report => "DS-50",
            R::OnDelete { .. } => "DS-23",
        }
    }

    pub(super) fn is_report(&self) -> bool {
        *self == R::Report
    }

    pub(super) fn formula(&self) -> Option<String> {
        Some(match self {
            R::Replace {
                unavailable,
                max_unavailable,
            } => {
                format!(
                    "{max_unavailable} − {unavailable} unavailable = {} may go",
                    max_unavailable - unavailable
                )
            }
            R::UnavailableLimit {
                unavailable,
                max_unavailable,
                ..
            } => {
                format!("{unavailable} unavailable ≥ {max_unavailable}: none may go")
            }
            R::Surge { surging, max_surge } => {
                format!("{max_surge} − {surging} surging = {} more", max_surge - surging)
            }
            R::SurgeLimit { surging, max_surge, .. } => format!("{surging} surging ≥ {max_surge}: no more"),
            _ => return None,
        })
    }
}

/// What the controller saw.
impl fmt::Display for DaemonSetReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            R::Adopt { name } => write!(f, "Pod {name} matches the selector and has no owner."),
            R::Release { name } => write!(f, "Pod {name} no longer matches the selector."),
            R::FirstRevision => write!(f, "The template has not been stored yet."),
            R::NewRevision { revision } => write!(f, "The template is new; it is stored as revision {revision}."),
            R::ReusedRevision { old, revision } => {
                write!(
                    f,
                    "The template is that of revision {old} again, which becomes revision {revision}."
                )
            }
            R::NodeFits { node } => write!(f, "Node {node} fits and has no Pod."),
            R::NodeNoLongerFits { node } => write!(f, "Node {node} no longer fits."),
            R::OnePerNode { node } => write!(f, "Node {node} has more Pods than it should; the oldest stays."),
            R::Failed { node } => write!(f, "The Pod on {node} has failed for good."),
            R::Ended { node } => write!(f, "The Pod on {node} has ended."),
            R::ReplaceBroken { node } => {
                write!(f, "The old Pod on {node} is not available; replacing it costs nothing.")
            }
            R::Replace { unavailable, .. } => {
                write!(
                    f,
                    "{} without a working Pod; the old one here is the next to go.",
                    Nodes(*unavailable)
                )
            }
            R::Surge { surging, .. } => write!(
                f,
                "{} with a second Pod; one more starts beside an old one.",
                Nodes(*surging)
            ),
            R::Surged { node } => write!(
                f,
                "The new Pod on {node} took over; the old one is not needed any more."
            ),
            R::Truncate { limit, kept } => write!(f, "{kept} old revisions, revisionHistoryLimit is {limit}."),
            R::Report => write!(f, "The counts of its nodes and Pods have changed."),
            R::BacksOff { node, pause } => write!(f, "The Pod on {node} failed again; the pause is now {pause}."),
            R::UnavailableLimit { waiting, .. } => {
                write!(
                    f,
                    "The old version is still on {}; no more may be without a working Pod.",
                    Nodes(*waiting)
                )
            }
            R::SurgeLimit { waiting, .. } => write!(f, "{} with the old version only.", Nodes(*waiting)),
            R::OnDelete { behind } => {
                write!(
                    f,
                    "{behind} Pods have an old template; with OnDelete they are replaced when you delete them."
                )
            }
        }
    }
}

/// `1 node`, `2 nodes`.
struct Nodes(i64);

impl fmt::Display for Nodes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.0, if self.0 == 1 { "node" } else { "nodes" })
    }
}
