//! When exactly things happened within a recorded step, as far as the recording leaves that open.

use crate::operation::documents;
use crate::recording::RecordedStep;
use rollscope_engine::time::{Duration, Time};

/// When exactly things happened, as far as a recording leaves that open.
#[derive(Clone, Copy, Debug)]
pub struct Timing {
    /// A timer that expires this close before the operation may have been late for it.
    pub lead: Duration,
    /// Controllers acted this long after the operation (rule 1: their present lies between operation and capture).
    pub delay: Duration,
    /// Of several documents that were applied, so many had come when the controllers acted on them: their present begins
    /// when the operation does (rule 1), and each document is a request.
    pub seen: usize,
    /// The state was captured this much earlier or later, seen from a timer that expires close to it (rule 9).
    capture: Shift,
}

#[derive(Clone, Copy, Debug)]
pub enum Shift {
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
        let documents = documents(&step.operation);
        let likely = Timing {
            lead: Duration::ZERO,
            delay: Duration::ZERO,
            seen: documents,
            capture: Shift::None,
        };
        let seen = (1..documents).map(move |seen| Timing { seen, ..likely });
        let latest = (step.captured - SETTLED).since(step.at);
        let delays = (1..8_u64).map(move |part| Duration(latest.0 * part / 7));
        let delayed = delays.map(move |delay| Timing { delay, ..likely });
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
            ..likely
        });
        std::iter::once(likely).chain(seen).chain(borders).chain(delayed)
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
