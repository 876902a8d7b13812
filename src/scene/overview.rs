//! What is drawn and said of a whole history, made once for each.

use super::difference::Difference;
use super::marks::Mark;
use super::scale::Scale;
use super::strip::Strip;
use super::tracks::{MOST_LANES, Tracks};
use super::verdict::Verdict;
use rollscope_engine::History;
use rollscope_engine::traffic::Traffic;
use std::rc::Rc;

/// What a whole history comes to.
#[derive(Debug)]
pub struct Overview {
    /// The time strip.
    pub strip: Rc<Strip>,
    /// In one line.
    pub verdict: Verdict,
    /// What becomes of connections.
    pub traffic: Vec<Traffic>,
    /// How it differs from the same on the default release, where that is another.
    pub difference: Option<Difference>,
    /// How its Pods fared.
    pub(super) tracks: Tracks,
    /// What is flagged in the strip.
    pub(super) marks: Vec<Mark>,
}

impl Overview {
    /// Without what is loaded later: the strip without marks, and the verdict.
    pub fn plain(history: &Rc<History>) -> Overview {
        let tracks = Tracks::of(history, MOST_LANES);
        Overview {
            strip: Rc::new(Strip::with(Scale::of(history), history, &tracks)),
            verdict: Verdict::with(history, &tracks),
            traffic: Vec::new(),
            difference: None,
            tracks,
            marks: Vec::new(),
        }
    }
}
