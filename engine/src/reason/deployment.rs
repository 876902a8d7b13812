//! The Deployment controller's reasons (spec: DEP).

use super::Pods;
use crate::api::{IntOrPercent, Name};
use crate::time::Time;
use std::fmt;

/// The bounds of a rolling update, resolved to Pods (DEP-20 to DEP-22).
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Bounds {
    /// `spec.replicas`.
    pub desired: i64,
    /// maxSurge as written.
    pub max_surge: IntOrPercent,
    /// maxSurge in Pods.
    pub surge: i64,
    /// maxUnavailable as written.
    pub max_unavailable: IntOrPercent,
    /// maxUnavailable in Pods.
    pub unavailable: i64,
}

/// Why the Deployment controller acted or waited. "Old" and "new" count `spec.replicas` of the ReplicaSets.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    missing_docs,
    reason = "the fields are the numbers that the sentence of each variant names"
)]
#[derive(serde::Serialize, serde::Deserialize)]
pub enum DeploymentReason {
    Adopt {
        name: Name,
    },
    Release {
        name: Name,
    },
    NewRevision {
        revision: i64,
    },
    ReusedRevision {
        old: i64,
        revision: i64,
    },
    RefreshNew,
    NameTaken {
        name: Name,
    },
    CreateNew {
        bounds: Box<Bounds>,
        old: i64,
        size: i64,
    },
    CreateAfterRecreate {
        size: i64,
    },
    GrowNew {
        bounds: Box<Bounds>,
        old: i64,
        new: i64,
        by: i64,
    },
    ShrinkNew {
        desired: i64,
        new: i64,
    },
    RemoveUnhealthy {
        bounds: Box<Bounds>,
        total: i64,
        waiting: i64,
        budget: i64,
        unhealthy: i64,
        by: i64,
    },
    RemoveAvailable {
        bounds: Box<Bounds>,
        available: i64,
        by: i64,
    },
    StopAll {
        old: i64,
    },
    GrowAfterRecreate {
        desired: i64,
    },
    ScaleOnly {
        desired: i64,
        from: i64,
    },
    ScaleSaturated {
        desired: i64,
    },
    ScaleShare {
        bounds: Box<Bounds>,
        total: i64,
        size: i64,
        max_before: i64,
        share: i64,
        leftover: i64,
        paused: bool,
    },
    CleanUp {
        limit: i64,
        old: i64,
    },
    RollBack {
        revision: i64,
    },
    Report,
    Complete {
        desired: i64,
    },
    DeadlinePassed {
        deadline: i64,
        since: Time,
    },
    PauseNoted,
    ResumeNoted,
    NoRoom {
        bounds: Box<Bounds>,
        old: i64,
        new: i64,
    },
    FloorReached {
        bounds: Box<Bounds>,
        total: i64,
        new: i64,
        available: i64,
    },
    AvailableAtFloor {
        bounds: Box<Bounds>,
        available: i64,
    },
    WaitsForAvailable {
        desired: i64,
        available: i64,
    },
    WaitsForTermination {
        pods: i64,
    },
    Paused,
    SaturatedByAnnotation {
        remembered: i64,
        desired: i64,
    },
}

use DeploymentReason as R;

impl DeploymentReason {
    pub(super) fn rule(&self) -> &'static str {
        match self {
            R::Adopt { .. } | R::Release { .. } => "DEP-05",
            R::NewRevision { .. } => "DEP-15",
            R::ReusedRevision { .. } => "DEP-16",
            R::RefreshNew => "DEP-18",
            R::NameTaken { .. } => "DEP-13",
            R::CreateNew { .. } => "DEP-14",
            R::CreateAfterRecreate { .. } | R::StopAll { .. } | R::GrowAfterRecreate { .. } => "DEP-40",
            R::GrowNew { .. } | R::ShrinkNew { .. } | R::NoRoom { .. } => "DEP-31",
            R::RemoveUnhealthy { .. } => "DEP-33",
            R::RemoveAvailable { .. } | R::AvailableAtFloor { .. } => "DEP-34",
            R::ScaleOnly { .. } | R::ScaleSaturated { .. } => "DEP-51",
            R::ScaleShare { paused: false, .. } => "DEP-52",
            R::ScaleShare { paused: true, .. } => "DEP-64",
            R::CleanUp { .. } => "DEP-65",
            R::RollBack { .. } => "DEP-72",
            R::Report => "DEP-80",
            R::Complete { .. } | R::WaitsForAvailable { .. } => "DEP-85",
            R::DeadlinePassed { .. } => "DEP-87",
            R::PauseNoted | R::ResumeNoted => "DEP-61",
            R::FloorReached { .. } => "DEP-32",
            R::WaitsForTermination { .. } => "DEP-41",
            R::Paused => "DEP-60",
            R::SaturatedByAnnotation { .. } => "DEP-56",
        }
    }

    pub(super) fn is_report(&self) -> bool {
        matches!(self, R::Report | R::RefreshNew)
    }

    pub(super) fn formula(&self) -> Option<String> {
        Some(match self {
            R::CreateNew { bounds, old, size } => {
                format!("{bounds} − {old} old = {size} new", bounds = bounds.ceiling_sum())
            }
            R::GrowNew { bounds, old, new, by } => {
                let (total, missing) = (old + new, bounds.desired - new);
                let room = bounds.ceiling() - total;
                format!(
                    "{old} old + {new} new = {total} < {}: room for {room}; {missing} missing: {by} added",
                    bounds.ceiling_sum()
                )
            }
            R::NoRoom { bounds, old, new } => {
                let total = old + new;
                let sign = if total == bounds.ceiling() { "=" } else { "≥" };
                format!(
                    "{old} old + {new} new = {total} {sign} {}: no room to create",
                    bounds.ceiling_sum()
                )
            }
            R::RemoveUnhealthy {
                bounds,
                total,
                waiting,
                budget,
                unhealthy,
                by,
            } => {
                format!(
                    "{total} − {floor} − {waiting} new not available = {budget} may go; {unhealthy} unavailable: {by} removed",
                    floor = bounds.floor_sum()
                )
            }
            R::RemoveAvailable { bounds, available, by } => {
                format!(
                    "{available} available − {} = {} may go: {by} removed",
                    bounds.floor_sum(),
                    available - bounds.floor()
                )
            }
            R::FloorReached {
                bounds,
                total,
                new,
                available,
            } => {
                let waiting = new - available;
                let budget = total - bounds.floor() - waiting;
                format!(
                    "{total} − {} − {waiting} new not available = {budget}: none may go",
                    bounds.floor_sum()
                )
            }
            R::AvailableAtFloor { bounds, available } => {
                format!("{available} available ≤ {}: none may go", bounds.floor_sum())
            }
            R::ScaleShare {
                bounds,
                size,
                max_before,
                share,
                leftover,
                ..
            } => {
                let ceiling = bounds.ceiling();
                let part = match *max_before {
                    0 => format!("{size} → {}", size + share),
                    before => format!("round({size} × {ceiling} / {before}): {size} → {}", size + share),
                };
                if *leftover == 0 {
                    part
                } else {
                    format!("{part}, leftover {leftover:+}")
                }
            }
            R::WaitsForAvailable { desired, available } => format!("{available} available < {desired} desired"),
            _ => return None,
        })
    }
}

impl Bounds {
    /// The most Pods that may be counted: desired + surge.
    pub fn ceiling(&self) -> i64 {
        self.desired + self.surge
    }

    /// The fewest Pods that must be available: desired - unavailable.
    pub fn floor(&self) -> i64 {
        self.desired - self.unavailable
    }

    /// `6 + ceil(1.5)`.
    fn ceiling_sum(&self) -> String {
        format!(
            "{} + {}",
            self.desired,
            Share {
                name: "ceil",
                written: self.max_surge,
                bounds: *self,
                is: self.surge
            }
        )
    }

    /// `(6 − floor(1.5))`.
    fn floor_sum(&self) -> String {
        let share = Share {
            name: "floor",
            written: self.max_unavailable,
            bounds: *self,
            is: self.unavailable,
        };
        format!("({} − {share})", self.desired)
    }
}

/// A bound as a sum's term: a plain number, or the rounding that made it.
struct Share {
    name: &'static str,
    written: IntOrPercent,
    bounds: Bounds,
    is: i64,
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Share {
            name,
            written,
            bounds,
            is,
        } = self;
        match written {
            IntOrPercent::Percent(percent) => {
                let hundredths = percent * bounds.desired;
                let rounded = if *name == "ceil" {
                    (hundredths + 99) / 100
                } else {
                    hundredths / 100
                };
                if rounded != *is || hundredths % 100 == 0 {
                    return write!(f, "{is}");
                }
                let share = format!("{}.{:02}", hundredths / 100, hundredths % 100);
                write!(f, "{name}({})", share.trim_end_matches('0'))
            }
            IntOrPercent::Int(_) => write!(f, "{is}"),
        }
    }
}

/// What the controller saw.
impl fmt::Display for DeploymentReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            R::Adopt { name } => write!(f, "ReplicaSet {name} matches the selector and has no owner."),
            R::Release { name } => write!(f, "ReplicaSet {name} no longer matches the selector."),
            R::NewRevision { revision } => write!(f, "The newest template gets the highest revision: {revision}."),
            R::ReusedRevision { old, revision } => {
                write!(
                    f,
                    "The template is that of revision {old} again; its ReplicaSet becomes revision {revision}."
                )
            }
            R::RefreshNew => write!(f, "The newest ReplicaSet lacks annotations of the Deployment."),
            R::NameTaken { name } => write!(
                f,
                "Another ReplicaSet is called {name}; the next try takes another name."
            ),
            R::CreateNew { bounds, old, .. } => {
                write!(
                    f,
                    "No ReplicaSet has this template. {}, at most {}.",
                    Counted(*old),
                    bounds.ceiling()
                )
            }
            R::CreateAfterRecreate { size } => {
                write!(
                    f,
                    "Every old Pod is gone; the new version starts with all {}.",
                    Pods(*size)
                )
            }
            R::GrowNew { bounds, old, new, .. } => {
                write!(
                    f,
                    "{}: {old} old, {new} new. At most {} may be.",
                    Counted(old + new),
                    bounds.ceiling()
                )
            }
            R::ShrinkNew { desired, new } => write!(f, "The new ReplicaSet has {new}, desired are {desired}."),
            R::RemoveUnhealthy {
                bounds,
                total,
                unhealthy,
                ..
            } => {
                let floor = bounds.floor();
                write!(
                    f,
                    "{}; {unhealthy} old not available. At least {floor} must be available.",
                    Counted(*total)
                )
            }
            R::RemoveAvailable { bounds, available, .. } => {
                write!(f, "{available} available, at least {} must be.", bounds.floor())
            }
            R::StopAll { old } => write!(f, "Strategy Recreate: all {} old go first.", Pods(*old)),
            R::GrowAfterRecreate { desired } => write!(f, "No old Pod runs any more; desired are {desired}."),
            R::ScaleOnly { desired, from } => {
                write!(f, "Only this ReplicaSet has Pods: {from}. Desired are {desired}.")
            }
            R::ScaleSaturated { desired } => {
                write!(f, "All {desired} new Pods are available; old ones are not needed.")
            }
            R::ScaleShare {
                bounds, total, paused, ..
            } => {
                let ceiling = bounds.ceiling();
                if *paused {
                    write!(
                        f,
                        "Paused with several versions at {total} in total; the total is set to {ceiling}."
                    )
                } else {
                    write!(
                        f,
                        "Scaled in mid-rollout: the total goes from {total} to {ceiling}, shared out by size."
                    )
                }
            }
            R::CleanUp { limit, old } => write!(f, "{old} old ReplicaSets, revisionHistoryLimit is {limit}."),
            R::RollBack { revision } => write!(f, "An annotation asks for revision {revision}; it is taken away."),
            R::Report => write!(f, "The counts of the ReplicaSets have changed."),
            R::Complete { desired } => write!(f, "All {desired} are new and available, no old Pod is counted."),
            R::DeadlinePassed { deadline, since } => {
                write!(f, "No progress since {since}; progressDeadlineSeconds is {deadline}.")
            }
            R::PauseNoted => write!(f, "spec.paused is set: the deadline's clock stands still."),
            R::ResumeNoted => write!(f, "spec.paused is no longer set: the deadline's clock starts again."),
            R::NoRoom { bounds, new, .. } => {
                write!(
                    f,
                    "{} of {} new Pods; the total is at its ceiling {}.",
                    new,
                    bounds.desired,
                    bounds.ceiling()
                )
            }
            R::FloorReached {
                bounds, new, available, ..
            } => {
                write!(
                    f,
                    "{available} of {new} new are available; at least {} must be in all.",
                    bounds.floor()
                )
            }
            R::AvailableAtFloor { bounds, available } => {
                write!(f, "{available} available, and at least {} must be.", bounds.floor())
            }
            R::WaitsForAvailable { desired, available } => {
                write!(
                    f,
                    "{available} of {desired} new Pods are available; the rollout is complete when all are."
                )
            }
            R::WaitsForTermination { pods } => {
                write!(
                    f,
                    "{} of the old version still terminating; the new one starts when none is left.",
                    Pods(*pods)
                )
            }
            R::Paused => write!(f, "The Deployment is paused: it is scaled, but not rolled out."),
            R::SaturatedByAnnotation { remembered, desired } => {
                write!(
                    f,
                    "A ReplicaSet remembers {remembered} desired, now {desired}: taken for a scaling, no rollout."
                )
            }
        }
    }
}

/// `13 counted Pods`.
struct Counted(i64);

impl fmt::Display for Counted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} counted {}", self.0, if self.0 == 1 { "Pod" } else { "Pods" })
    }
}
