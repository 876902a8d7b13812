//! The stored objects, those of each kind on a shelf of their own: whoever asks for nodes, budgets or Services does not search
//! among all Pods for them, and learns at once that there are none.

use crate::api::{Key, Kind, Named, Object, Shelves};
use crate::shelf::Shelf;

/// How many kinds there are.
const KINDS: usize = Kind::ALL.len();

/// The stored objects.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Objects([Shelf<Object>; KINDS]);

impl Objects {
    /// The objects of a kind, by namespace and name.
    pub(super) fn of_kind(&self, kind: Kind) -> &Shelf<Object> {
        &self.0[kind as usize]
    }

    fn of_kind_mut(&mut self, kind: Kind) -> &mut Shelf<Object> {
        &mut self.0[kind as usize]
    }

    /// The key as it is stored, and its object.
    pub(super) fn find(&self, key: &Key) -> Option<&(Key, Object)> {
        let shelf = self.of_kind(key.kind);
        let near = || shelf.find_near(key.spot(Shelves::Objects), |other| other.is(key));
        shelf.find_again(key).or_else(near).or_else(|| {
            let found = shelf.find(key);
            key.lies_in(Shelves::Objects, shelf.last());
            found
        })
    }

    /// The same for an object of this name.
    pub(super) fn find_named(&self, named: Named<'_>) -> Option<&(Key, Object)> {
        self.of_kind(named.kind).find_named(named)
    }

    /// Stores an object, in the place of what was there.
    pub(super) fn insert(&mut self, key: &Key, object: Object) {
        let shelf = self.of_kind_mut(key.kind);
        let lies_in = |key: &Key, spot| key.lies_in(Shelves::Objects, spot);
        shelf.insert(key.clone(), object, &lies_in);
        lies_in(key, shelf.last());
    }

    /// Takes out what is stored.
    pub(super) fn remove(&mut self, key: &Key) {
        self.of_kind_mut(key.kind).remove(key);
    }

    /// Finds names by numbers from now on.
    pub(super) fn number(&mut self) {
        self.0.iter_mut().for_each(Shelf::number);
    }

    /// How many objects there are.
    pub(super) fn len(&self) -> usize {
        self.0.iter().map(Shelf::len).sum()
    }

    /// The objects of these kinds and those between.
    pub(super) fn of_kinds(&self, from: Kind, to: Kind) -> impl Iterator<Item = &Object> {
        let shelves = &self.0[from as usize..=to as usize];
        shelves.iter().flat_map(Shelf::iter).map(|(_, object)| object)
    }
}
