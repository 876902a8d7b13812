//! What is drawn and said of a whole history, read once for each.

use super::scale::Scale;
use super::strip::Strip;
use super::tracks::{MOST_LANES, Tracks};
use super::verdict::Verdict;
use rollscope_engine::History;
use std::rc::Rc;

/// The strip and the verdict of a history, which is read once for both.
pub fn read(history: &Rc<History>) -> (Strip, Verdict) {
    let tracks = Tracks::of(history, MOST_LANES);
    let strip = Strip::with(Scale::of(history), history, &tracks);
    (strip, Verdict::with(history, &tracks))
}
