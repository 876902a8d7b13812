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
        let mut look = Look::default();
        let mut pods = 0;
        for change in history.steps.iter().flat_map(|step| step.changes()) {
            look.meet(change, &mut pods);
        }
        look
    }

    /// Reads a change; `pods` counts those that are there.
    pub(super) fn meet(&mut self, Change { key, before, after }: &Change, pods: &mut usize) {
        if key.kind == Kind::Pod {
            *pods = (*pods + usize::from(after.is_some())).saturating_sub(usize::from(before.is_some()));
            self.most = self.most.max(*pods);
        } else if let Some(object) = after {
            self.hues.meet(key, object);
        }
    }

    /// Whether there are too many to be told apart one by one.
    pub fn is_crowded(&self) -> bool {
        self.most > FEW
    }
}
