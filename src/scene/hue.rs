//! Which hue a revision has: the order in which its owner first had it, so that it stays when an undo gives it a new
//! number, and when older revisions are cleaned up.

use super::table::Table;
use rollscope_engine::History;
use rollscope_engine::api::{Key, Kind, Object};
use rollscope_engine::cluster::Change;

/// How many hues there are; a fifth revision has the first hue again.
pub const HUES: u8 = 4;

/// The hues of all ReplicaSets and ControllerRevisions of a history.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Hues {
    of: Table<Key, u8>,
}

impl Hues {
    /// Reads the whole history, so that a hue is the same at every position.
    pub fn of(history: &History) -> Hues {
        let mut hues = Hues::default();
        let mut owners: Table<Key, u8> = Table::default();
        for (change, _) in history.steps.iter().flat_map(|step| &step.writes) {
            if let Change {
                key,
                after: Some(object),
                ..
            } = change
            {
                hues.meet(key, object, &mut owners);
            }
        }
        hues
    }

    fn meet(&mut self, key: &Key, object: &Object, owners: &mut Table<Key, u8>) {
        if !matches!(key.kind, Kind::ReplicaSet | Kind::ControllerRevision) || self.of.get(key).is_some() {
            return;
        }
        let Some(owner) = object.meta().controller() else {
            return;
        };
        let kind = Kind::from_name(owner.kind).unwrap_or(key.kind);
        let count = owners.entry(&Key::new(kind, &key.namespace, &owner.name), || 0);
        self.of.insert(key, *count);
        *count = (*count + 1) % HUES;
    }

    /// The hue of a ReplicaSet or ControllerRevision; 0 for whatever has no owner.
    pub fn hue(&self, key: &Key) -> u8 {
        self.of.get(key).copied().unwrap_or(0)
    }
}
