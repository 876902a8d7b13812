//! When exactly things happened within a recorded step, as far as the recording leaves that open.

use crate::recording::RecordedStep;
use rollscope_engine::time::{Duration, Time};

/// When exactly things happened, as far as a recording leaves that open.
#[derive(Clone, Copy, Debug, Default)]
pub struct Timing {
    /// A timer that expires this close before the operation may have been late for it.
    pub lead: Duration,
    /// Controllers acted this long after the operation (rule 1: their present lies between operation and capture).
    pub delay: Duration,
    /// The state was captured this much earlier or later, seen from a timer that expires close to it (rule 9).
    capture: Shift,
}

#[derive(Clone, Copy, Debug, Default)]
pub enum Shift {
    #[default]
    None,
    Earlier,
    Later,
}

/// A capture within this of a timer's expiry may go either way.
const BORDER: Duration = Duration(300);
/// The recorder waited until nothing had changed for this long.
const SETTLED: Duration = Duration(800);
/// Operations are at least so far apart.
pub const BETWEEN: Duration = Duration(1200);

impl Timing {
    /// The likely one first.
    pub fn all(step: &RecordedStep) -> impl Iterator<Item = Timing> {
        let latest = (step.captured - SETTLED).since(step.at);
        let delays = (1..8_u64).map(move |part| Duration(latest.0 * part / 7));
        let delayed = delays.map(|delay| Timing {
            delay,
            ..Timing::default()
        });
        let borders = [
            (Duration::ZERO, Shift::Earlier),
            (Duration::ZERO, Shift::Later),
            (BORDER, Shift::None),
            (BORDER, Shift::Earlier),
            (BORDER, Shift::Later),
        ];
        let borders = borders.map(|(lead, capture)| Timing {
            lead,
            capture,
            ..Timing::default()
        });
        std::iter::once(Timing::default()).chain(borders).chain(delayed)
    }

    /// The moment at which the engine's state is compared.
    pub fn capture(self, step: &RecordedStep) -> Time {
        match self.capture {
            Shift::None => step.captured,
            Shift::Earlier => step.captured - BORDER,
            Shift::Later => step.captured + BORDER,
        }
    }
}
