//! A map in the order of its keys that is cheap to keep copies of: its entries lie in small pieces, which copies share
//! until one of them changes. So a history's checkpoints cost what has changed between them, not what there is.

use std::cell::Cell;
use std::cmp::Ordering;
use std::rc::Rc;

/// The most entries of a piece; a full one becomes two.
const LARGEST: usize = 64;
/// For how many more a piece is made larger.
const ROOM: usize = 8;

/// A map in the order of its keys.
#[derive(Clone, Debug)]
pub struct Shelf<K, V> {
    /// None is empty.
    pieces: Vec<Piece<K, V>>,
    len: usize,
    /// Where something was found last: who looks for something often looks for it again.
    last: Cell<(usize, usize)>,
}

/// Entries in the order of their keys.
#[derive(Clone, Debug)]
struct Piece<K, V> {
    /// The least key, so that whoever looks for a piece need not look into it.
    first: K,
    entries: Rc<Vec<(K, V)>>,
}

impl<K: Ord + Clone, V: Clone> Shelf<K, V> {
    /// The piece that a key is in or belongs into, and where it is there, or where it belongs.
    fn search(&self, key: &K) -> (usize, Result<usize, usize>) {
        let (index, place) = self.last.get();
        if self.entry(index, place).is_some_and(|(other, _)| other == key) {
            return (index, Ok(place));
        }
        self.search_by(|other| other.cmp(key))
    }

    /// The same for a key that is known by how others compare with it.
    fn search_by(&self, order: impl Fn(&K) -> Ordering) -> (usize, Result<usize, usize>) {
        let above = self
            .pieces
            .partition_point(|piece| order(&piece.first) != Ordering::Greater);
        let index = above.saturating_sub(1);
        let place = self.pieces.get(index).map_or(Err(0), |piece| {
            piece.entries.binary_search_by(|(other, _)| order(other))
        });
        if let Ok(place) = place {
            self.last.set((index, place));
        }
        (index, place)
    }

    fn entry(&self, index: usize, place: usize) -> Option<&(K, V)> {
        self.pieces.get(index)?.entries.get(place)
    }

    /// The value of a key.
    pub fn get(&self, key: &K) -> Option<&V> {
        self.find(key).map(|(_, value)| value)
    }

    /// The key as it is stored, and its value.
    pub fn find(&self, key: &K) -> Option<&(K, V)> {
        let (index, place) = self.search(key);
        self.entry(index, place.ok()?)
    }

    /// The same of the key that others compare with like this, which therefore need not be made.
    pub fn find_by(&self, order: impl Fn(&K) -> Ordering) -> Option<&(K, V)> {
        let (index, place) = self.last.get();
        let last = self
            .entry(index, place)
            .filter(|(other, _)| order(other) == Ordering::Equal);
        last.or_else(|| {
            let (index, place) = self.search_by(order);
            self.entry(index, place.ok()?)
        })
    }

    /// Whether the key is there.
    pub fn contains_key(&self, key: &K) -> bool {
        self.search(key).1.is_ok()
    }

    /// Sets the value of a key.
    pub fn insert(&mut self, key: K, value: V) {
        let (index, place) = self.search(&key);
        if self.pieces.is_empty() {
            self.pieces.push(Piece {
                first: key.clone(),
                entries: Rc::default(),
            });
        }
        let piece = &mut self.pieces[index];
        let entries = Rc::make_mut(&mut piece.entries);
        match place {
            Ok(place) => entries[place].1 = value,
            Err(place) => {
                if place == 0 {
                    piece.first = key.clone();
                }
                if entries.len() == entries.capacity() {
                    // Copies are kept, so that room for twice as many would cost more than making room again.
                    entries.reserve_exact(ROOM);
                }
                entries.insert(place, (key, value));
                self.len += 1;
                if entries.len() > LARGEST {
                    // What comes in order fills its pieces.
                    let at = if place == LARGEST { LARGEST } else { LARGEST / 2 };
                    let upper = entries.split_off(at);
                    entries.shrink_to_fit();
                    let upper = Piece {
                        first: upper[0].0.clone(),
                        entries: Rc::new(upper),
                    };
                    self.pieces.insert(index + 1, upper);
                }
            }
        }
    }

    /// Takes out a key.
    pub fn remove(&mut self, key: &K) {
        let (index, Ok(place)) = self.search(key) else {
            return;
        };
        self.len -= 1;
        let piece = &mut self.pieces[index];
        let entries = Rc::make_mut(&mut piece.entries);
        entries.remove(place);
        match entries.first() {
            Some((first, _)) if place == 0 => piece.first = first.clone(),
            Some(_) => {}
            None => drop(self.pieces.remove(index)),
        }
    }

    /// The entries from the first on whose key is not less.
    pub fn range_by(&self, is_less: impl Fn(&K) -> bool) -> impl Iterator<Item = &(K, V)> {
        let order = |key: &K| {
            if is_less(key) {
                Ordering::Less
            } else {
                Ordering::Greater
            }
        };
        let (index, place) = self.search_by(order);
        let (Ok(skipped) | Err(skipped)) = place;
        let pieces = self.pieces.get(index..).unwrap_or_default();
        pieces.iter().flat_map(|piece| piece.entries.iter()).skip(skipped)
    }

    /// The entries.
    pub fn iter(&self) -> impl Iterator<Item = &(K, V)> {
        self.pieces.iter().flat_map(|piece| piece.entries.iter())
    }

    /// What differs in a later version of it: each key with the value here and there. Pieces that both share are skipped, so
    /// this costs what has changed between them; entries of a piece that is not shared are told even if they are alike.
    pub fn against<'a>(&'a self, later: &'a Shelf<K, V>, mut each: impl FnMut(&'a K, Option<&'a V>, Option<&'a V>)) {
        let ((mut old, mut a), (mut new, mut b)) = ((0, 0), (0, 0));
        loop {
            while a == 0 && b == 0 && old < self.pieces.len() && is_shared(self.pieces.get(old), later.pieces.get(new))
            {
                (old, new) = (old + 1, new + 1);
            }
            let (was, is) = (self.entry(old, a), later.entry(new, b));
            let order = match (was, is) {
                (None, None) => return,
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(was), Some(is)) => was.0.cmp(&is.0),
            };
            let was = was.filter(|_| order != Ordering::Greater);
            let is = is.filter(|_| order != Ordering::Less);
            if let Some((key, _)) = was.or(is) {
                each(key, was.map(|(_, value)| value), is.map(|(_, value)| value));
            }
            if was.is_some() {
                (old, a) = self.after(old, a);
            }
            if is.is_some() {
                (new, b) = later.after(new, b);
            }
        }
    }

    /// The place after one.
    fn after(&self, piece: usize, place: usize) -> (usize, usize) {
        match self.entry(piece, place + 1) {
            Some(_) => (piece, place + 1),
            None => (piece + 1, 0),
        }
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
}

fn is_shared<K, V>(one: Option<&Piece<K, V>>, other: Option<&Piece<K, V>>) -> bool {
    one.zip(other)
        .is_some_and(|(one, other)| Rc::ptr_eq(&one.entries, &other.entries))
}

impl<K, V> Default for Shelf<K, V> {
    fn default() -> Shelf<K, V> {
        Shelf {
            pieces: Vec::new(),
            len: 0,
            last: Cell::default(),
        }
    }
}

/// Equal if they hold the same, in whatever pieces.
impl<K: Ord + Clone, V: Clone + PartialEq> PartialEq for Shelf<K, V> {
    fn eq(&self, other: &Shelf<K, V>) -> bool {
        self.len == other.len && self.iter().eq(other.iter())
    }
}

#[cfg(test)]
mod tests {
    use super::Shelf;
    use std::collections::BTreeMap;

    /// What it answers is what a tree would answer, and a copy stays as it was.
    #[test]
    fn is_a_map_whose_copies_stay() {
        let (mut shelf, mut tree) = (Shelf::default(), BTreeMap::new());
        let mut copies = Vec::new();
        let mut random: u64 = 3;
        for round in 0..5_000 {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let key = random >> 54;
            if random & 48 == 0 {
                shelf.remove(&key);
                tree.remove(&key);
            } else {
                shelf.insert(key, round);
                tree.insert(key, round);
            }
            assert_eq!((shelf.get(&key), shelf.len()), (tree.get(&key), tree.len()));
            if round % 500 == 0 {
                copies.push((shelf.clone(), tree.clone()));
            }
        }
        for (shelf, tree) in copies.iter().chain([&(shelf, tree)]) {
            assert!(shelf.iter().map(|(key, value)| (key, value)).eq(tree));
            for key in [0, 1, 500, 1023, 2000] {
                let range = shelf.range_by(|other| *other < key).map(|(key, value)| (key, value));
                assert!(range.eq(tree.range(key..)), "from {key}");
            }
        }
    }

    /// What is told of two versions makes one of the other, and is little where little has changed.
    #[test]
    fn versions_differ_in_what_was_changed() {
        let mut shelf = Shelf::default();
        (0..2_000).for_each(|key| shelf.insert(key, 0));
        let mut random: u64 = 5;
        for round in 1..200 {
            let before = shelf.clone();
            for _ in 0..round % 7 {
                random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let key = random >> 53;
                match random & 96 {
                    0 => shelf.remove(&key),
                    _ => shelf.insert(key, round),
                }
            }
            let (mut made, mut told) = (before.clone(), 0);
            before.against(&shelf, |key, was, is| {
                assert_eq!((was, is), (before.get(key), shelf.get(key)));
                match is {
                    Some(value) => made.insert(*key, *value),
                    None => made.remove(key),
                }
                told += 1;
            });
            assert_eq!(made, shelf);
            assert!(told <= round % 7 * 2 * super::LARGEST, "{told} told");
        }
    }

    #[test]
    fn what_comes_in_order_fills_its_pieces() {
        let mut shelf = Shelf::default();
        (0..1_000).for_each(|key| shelf.insert(key, ()));
        assert_eq!(shelf.pieces.len(), 1_000_usize.div_ceil(super::LARGEST));
        (0..1_000).for_each(|key| shelf.remove(&key));
        assert!(shelf.is_empty() && shelf.pieces.is_empty());
    }
}
