//! The reasons of the HorizontalPodAutoscaler controller (spec: HPA).

use crate::api::{MetricTarget, amount_text};
use crate::controllers::podautoscaler::normalize::{Limit, Normalized};
use crate::controllers::podautoscaler::replica_calculator::{Kept, Vote};
use std::fmt;
use std::rc::Rc;

/// Why an autoscaler wrote a size or its status, or did not.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    missing_docs,
    reason = "the fields are the numbers that the sentence of each variant names"
)]
pub enum AutoscalerReason {
    /// The metrics were asked.
    Voted {
        metric: Rc<str>,
        unit: MetricTarget,
        vote: Vote,
        current: i64,
        normalized: Normalized,
        /// Whether the autoscaler has rules of its own for its speed.
        behavior: bool,
    },
    TooMany {
        current: i64,
        most: i64,
    },
    TooFew {
        current: i64,
        least: i64,
    },
    SwitchedOff,
    NoScale {
        error: Rc<str>,
    },
    Unmeasured {
        error: Rc<str>,
    },
    Ambiguous {
        error: Rc<str>,
    },
    /// What was seen is published.
    Reported(Box<AutoscalerReason>),
}

impl AutoscalerReason {
    pub(super) fn rule(&self) -> &'static str {
        match self {
            AutoscalerReason::Voted {
                vote,
                normalized,
                behavior,
                ..
            } => match normalized.limit {
                Some(Limit::ScaleUpLimit | Limit::ScaleDownLimit) if *behavior => "HPA-34",
                Some(_) if *behavior => "HPA-35",
                Some(_) => "HPA-32",
                None if normalized.stabilized != vote.replicas && *behavior => "HPA-33",
                None if normalized.stabilized != vote.replicas => "HPA-30",
                None if vote.kept == Some(Kept::Unsure) || vote.assumed > 0 => "HPA-24",
                None => "HPA-23",
            },
            AutoscalerReason::TooMany { .. } | AutoscalerReason::TooFew { .. } | AutoscalerReason::SwitchedOff => {
                "HPA-10"
            }
            AutoscalerReason::NoScale { .. } | AutoscalerReason::Ambiguous { .. } => "HPA-03",
            AutoscalerReason::Unmeasured { .. } => "HPA-22",
            AutoscalerReason::Reported(reason) => reason.rule(),
        }
    }

    pub(super) fn is_report(&self) -> bool {
        matches!(self, AutoscalerReason::Reported(_))
    }

    pub(super) fn formula(&self) -> Option<String> {
        let AutoscalerReason::Voted {
            unit,
            vote,
            current,
            normalized,
            ..
        } = self
        else {
            return None;
        };
        let Vote {
            current: measured,
            target,
            pods,
            replicas,
            kept,
            ..
        } = *vote;
        let (measured, target) = (amount(measured, *unit), amount(target, *unit));
        let mut text = match (kept, unit) {
            (Some(Kept::Tolerated), _) => format!("{measured} ÷ {target} is near enough to 1: {current} stay"),
            (Some(Kept::Unsure), _) => format!("{measured} ÷ {target}, with {pods} Pods: {current} stay"),
            (None, MetricTarget::Value(_)) if *current == 0 => format!("⌈{measured} ÷ {target}⌉ = {replicas}"),
            (None, _) => format!("⌈{measured} ÷ {target} × {pods}⌉ = {replicas}"),
        };
        match normalized.replicas {
            less if less < replicas => text += &format!(", cut to {less}"),
            more if more > replicas => text += &format!(", held at {more}"),
            _ => {}
        }
        Some(text)
    }
}

fn amount(number: i64, unit: MetricTarget) -> String {
    match unit {
        MetricTarget::Utilization(_) => format!("{number} %"),
        _ => amount_text(number),
    }
}

/// What the controller saw.
impl fmt::Display for AutoscalerReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AutoscalerReason::Voted {
                metric,
                unit,
                vote,
                current,
                normalized,
                ..
            } => {
                let (is, wanted) = (amount(vote.current, *unit), amount(vote.target, *unit));
                write!(f, "{metric}: {is}, to be {wanted}; {current} replicas.")?;
                if vote.assumed > 0 {
                    write!(f, " {} Pods could not be measured yet and count as idle.", vote.assumed)?;
                }
                if normalized.stabilized > vote.replicas {
                    write!(
                        f,
                        " {} would do, but {} were recommended within the window.",
                        vote.replicas, normalized.stabilized
                    )?;
                } else if normalized.stabilized < vote.replicas {
                    write!(
                        f,
                        " {} are asked for, but {} were within the window.",
                        vote.replicas, normalized.stabilized
                    )?;
                }
                match normalized.limit {
                    None => Ok(()),
                    Some(Limit::TooFewReplicas) => write!(f, " Fewer than {} are not allowed.", normalized.replicas),
                    Some(Limit::TooManyReplicas) => write!(f, " More than {} are not allowed.", normalized.replicas),
                    Some(Limit::Simulated) => write!(f, " More than {} are not simulated.", normalized.replicas),
                    Some(Limit::ScaleUpLimit | Limit::ScaleDownLimit) => {
                        write!(f, " The rate allows {} now.", normalized.replicas)
                    }
                }
            }
            AutoscalerReason::TooMany { current, most } => write!(f, "{current} replicas, at most {most} are allowed."),
            AutoscalerReason::TooFew { current, least } => {
                write!(f, "{current} replicas, at least {least} are wanted.")
            }
            AutoscalerReason::SwitchedOff => write!(f, "The target has size 0: it was switched off by hand."),
            AutoscalerReason::NoScale { error } => write!(f, "The target's size can't be read: {error}."),
            AutoscalerReason::Unmeasured { error } => write!(f, "No metric to go by: {error}."),
            AutoscalerReason::Ambiguous { error } => write!(f, "It does not act: {error}."),
            AutoscalerReason::Reported(reason) => reason.fmt(f),
        }
    }
}
