//! Which hue a revision has: the order in which its owner first had it, so that it stays when an undo gives it a new
//! number, and when older revisions are cleaned up.

use super::table::Table;
use rollscope_engine::api::{Key, Kind, Object};

/// How many hues there are; a fifth revision has the first hue again.
pub const HUES: u8 = 4;

/// The hues of all ReplicaSets and ControllerRevisions of a history.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Hues {
    of: Table<Key, u8>,
    /// The next one of each owner.
    owners: Table<Key, u8>,
}

impl Hues {
    /// Reads of an object. Once the whole history was read, a hue is the same at every position.
    pub(super) fn meet(&mut self, key: &Key, object: &Object) {
        if !matches!(key.kind, Kind::ReplicaSet | Kind::ControllerRevision) || self.of.get(key).is_some() {
            return;
        }
        let Some(owner) = object.meta().controller() else {
            return;
        };
        let kind = Kind::from_name(owner.kind).unwrap_or(key.kind);
        let next = self.owners.entry(&Key::new(kind, &key.namespace, &owner.name), || 0);
        self.of.insert(key, *next);
        *next = (*next + 1) % HUES;
    }

    /// The hue of a ReplicaSet or ControllerRevision; 0 for whatever has no owner.
    pub fn hue(&self, key: &Key) -> u8 {
        self.of.get(key).copied().unwrap_or(0)
    }
}
