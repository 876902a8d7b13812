//! What all moments of a history have in common in how they are drawn; read once for each.

use super::hue::Hues;
use rollscope_engine::History;
use rollscope_engine::api::Kind;
use rollscope_engine::cluster::Change;

/// With more Pods than these at a time, each is a dot among others instead of an element of its own.
const FEW: usize = 300;

/// How a history is drawn.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Look {
    /// The hues of its revisions.
    pub hues: Hues,
    /// The most Pods that there are at a time: their size is the same throughout.
    pub most: usize,
}

impl Look {
    /// Reads the whole history.
    pub fn of(history: &History) -> Look {
        let (mut pods, mut most) = (0_usize, 0);
        for Change { key, before, after } in history.steps.iter().flat_map(|step| step.changes()) {
            if key.kind == Kind::Pod {
                pods = (pods + usize::from(after.is_some())).saturating_sub(usize::from(before.is_some()));
                most = pods.max(most);
            }
        }
        let hues = Hues::of(history);
        Look { hues, most }
    }

    /// Whether there are too many to be told apart one by one.
    pub fn is_crowded(&self) -> bool {
        self.most > FEW
    }
}
