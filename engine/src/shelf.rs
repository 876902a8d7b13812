//! A map in the order of its keys that is cheap to keep copies of: its entries lie in small pieces, which copies share
//! until one of them changes. So a history's checkpoints cost what has changed between them, not what there is.

mod codes;

use crate::api::{Key, Named};
use codes::Codes;
use std::cell::Cell;
use std::cmp::Ordering;
use std::fmt;
use std::rc::Rc;

/// The most entries of a piece; a full one becomes two.
const LARGEST: usize = 64;
/// For how many more a piece is made larger.
const ROOM: usize = 8;

/// A map in the order of its keys.
#[derive(Clone, Debug)]
pub struct Shelf<V> {
    /// In order, the least key of each piece, so that whoever looks for one need not look into it, and its number.
    order: Vec<(Key, u32)>,
    /// Entries in the order of their keys, by the number of the piece, which stays when others come. None is empty.
    pieces: Vec<Rc<Vec<(Key, V)>>>,
    len: usize,
    /// The piece and the place where something was looked for last: who looks for something often looks for it again.
    last: Cell<Spot>,
    finder: Finder,
}

/// What finds names sooner than by reading them, once somebody has asked for it. A copy has none, since it would have to keep it up.
#[derive(Debug, Default)]
struct Finder(Option<Box<dyn Finds>>);

/// Finds names sooner, and keeps up with a shelf.
trait Finds: fmt::Debug {
    /// Whether it tells anything of the names that there are.
    fn tells(&self) -> bool;
    /// Where a name is or belongs, and whether one is there that may be the same. `None`: that can't be told.
    fn find(&self, order: &[(Key, u32)], named: Named<'_>) -> Option<(Spot, bool)>;
    /// A key comes to a spot, as one of so many, the first of which is this. `false`: all is to be renewed.
    fn add(&mut self, first: Named<'_>, others: usize, spot: Spot, key: Named<'_>) -> bool;
    /// Looks at all keys.
    fn renew<'a>(&mut self, order: &[(Key, u32)], key: &dyn Fn(Spot) -> Option<&'a Key>);
    /// A piece becomes two from a place on; the second of them, with the highest number, is the one at `index`.
    fn split(&mut self, spot: Spot, index: usize);
    /// An entry goes.
    fn remove(&mut self, spot: Spot);
    /// The piece at `index` has lost its least key. If it has no other, the last piece gets its number.
    fn lead(&mut self, index: usize, piece: u32);
}

impl Clone for Finder {
    fn clone(&self) -> Finder {
        Finder::default()
    }
}

/// Where an entry is: the number of its piece, and its place there.
pub type Spot = (u32, usize);

/// The piece in which something is, or into which it belongs, and where it is there, or where it belongs.
type Found = (u32, Result<usize, usize>);

impl<V: Clone> Shelf<V> {
    fn search(&self, key: &Key) -> Found {
        if self.find_again(key).is_some() {
            let (piece, place) = self.last.get();
            return (piece, Ok(place));
        }
        self.search_named(key.named())
    }

    /// The same for a key that need not be made for that.
    fn search_named(&self, named: Named<'_>) -> Found {
        let (piece, place) = self.search_soon(named).unwrap_or_else(|| self.search_name(named));
        let (Ok(at) | Err(at)) = place;
        self.last.set((piece, at));
        (piece, place)
    }

    fn search_name(&self, named: Named<'_>) -> Found {
        let order = |key: &Key| key.named().compare(named);
        let above = self
            .order
            .partition_point(|(first, _)| order(first) != Ordering::Greater);
        let Some((_, piece)) = self.order.get(above.saturating_sub(1)) else {
            return (0, Err(0));
        };
        (*piece, self.entries(*piece).binary_search_by(|(key, _)| order(key)))
    }

    /// `None`: that can't be told without reading names.
    fn search_soon(&self, named: Named<'_>) -> Option<Found> {
        let ((piece, place), may_be_there) = self.finder.0.as_ref()?.find(&self.order, named)?;
        let (key, _) = match self.entry((piece, place)) {
            Some(entry) if may_be_there => entry,
            _ => return Some((piece, Err(place))),
        };
        (key.named().compare(named) == Ordering::Equal).then_some((piece, Ok(place)))
    }

    fn entries(&self, piece: u32) -> &[(Key, V)] {
        self.pieces.get(piece as usize).map_or(&[], |entries| entries)
    }

    fn entry(&self, (piece, place): Spot) -> Option<&(Key, V)> {
        self.entries(piece).get(place)
    }

    /// Finds names by numbers from now on. There is nothing on it yet.
    pub fn number(&mut self) {
        self.finder = Finder(Some(Box::new(Codes::default())));
    }

    /// The key as it is stored, and its value.
    pub fn find(&self, key: &Key) -> Option<&(Key, V)> {
        let (piece, place) = self.search(key);
        self.entry((piece, place.ok()?))
    }

    /// The same of a key that need not be made for that.
    pub fn find_named(&self, named: Named<'_>) -> Option<&(Key, V)> {
        let last = self.entry(self.last.get());
        let is_last = |(key, _): &&(Key, V)| key.named().compare(named) == Ordering::Equal;
        last.filter(is_last).or_else(|| {
            let (piece, place) = self.search_named(named);
            self.entry((piece, place.ok()?))
        })
    }

    /// The same of a key that passes a test, if it is in this piece, the nearer the sooner: who remembers where it was need not
    /// search.
    pub fn find_near(&self, (piece, place): Spot, test: impl Fn(&Key) -> bool) -> Option<&(Key, V)> {
        let entries = self.entries(piece);
        let mut near = (0..entries.len()).flat_map(|far| [place + far, place.wrapping_sub(far)]);
        let place = near.find(|place| entries.get(*place).is_some_and(|(key, _)| test(key)))?;
        self.last.set((piece, place));
        entries.get(place)
    }

    /// The same of a key that was looked for last.
    pub fn find_again(&self, key: &Key) -> Option<&(Key, V)> {
        self.entry(self.last.get()).filter(|(other, _)| other == key)
    }

    /// The key before the one that was looked for last, unless another piece has it.
    pub fn before_last(&self) -> Option<&Key> {
        let (piece, place) = self.last.get();
        self.entry((piece, place.checked_sub(1)?)).map(|(key, _)| key)
    }

    /// Where something was looked for last.
    pub fn last(&self) -> Spot {
        self.last.get()
    }

    /// Where a new key belongs, if that is beside what was looked for last, or where it was looked for in vain.
    fn gap(&self, key: &Key) -> Option<Found> {
        let (piece, place) = self.last.get();
        let is_gap = |place: &usize| {
            let (below, above) = (self.entry((piece, place.wrapping_sub(1))), self.entry((piece, *place)));
            below
                .zip(above)
                .is_some_and(|((below, _), (above, _))| below < key && key < above)
        };
        let place = [place, place + 1].into_iter().find(is_gap)?;
        Some((piece, Err(place)))
    }

    /// Sets the value of a key. The keys of a piece that comes of that are told, each with its spot.
    pub fn insert(&mut self, key: Key, value: V, told: &dyn Fn(&Key, Spot)) {
        let is_numbered = self.finder.0.as_ref().is_some_and(|finder| finder.tells());
        let gap = if is_numbered { None } else { self.gap(&key) };
        let (piece, place) = gap.unwrap_or_else(|| self.search(&key));
        if self.pieces.is_empty() {
            self.order.push((key.clone(), 0));
            self.pieces.push(Rc::default());
        }
        let entries = Rc::make_mut(&mut self.pieces[piece as usize]);
        match place {
            Ok(place) => entries[place].1 = value,
            Err(place) => {
                let spot = (piece, place);
                let finder = self.finder.0.as_mut();
                let is_known =
                    finder.is_none_or(|finder| finder.add(self.order[0].0.named(), self.len, spot, key.named()));
                if place == 0 {
                    // Only what comes before all others does not belong behind the least key of a piece.
                    self.order[0].0 = key.clone();
                }
                if entries.len() == entries.capacity() {
                    // Copies are kept, so that room for twice as many would cost more than making room again.
                    entries.reserve_exact(ROOM);
                }
                entries.insert(place, (key, value));
                self.len += 1;
                self.last.set((piece, place));
                if !is_known {
                    self.renew();
                }
                if self.entries(piece).len() > LARGEST {
                    let upper = self.split(piece, place);
                    let entries = self.entries(upper).iter().enumerate();
                    entries.for_each(|(place, (key, _))| told(key, (upper, place)));
                }
            }
        }
    }

    fn renew(&mut self) {
        if let Some(finder) = &mut self.finder.0 {
            let key = |(piece, place): Spot| Some(&self.pieces.get(piece as usize)?.get(place)?.0);
            finder.renew(&self.order, &key);
        }
    }

    /// Makes two pieces of one that has become too large.
    fn split(&mut self, piece: u32, place: usize) -> u32 {
        let entries = Rc::make_mut(&mut self.pieces[piece as usize]);
        // What comes in order fills its pieces.
        let at = if place == LARGEST { LARGEST } else { LARGEST / 2 };
        let upper = entries.split_off(at);
        entries.shrink_to_fit();
        let number = self.pieces.len() as u32;
        if place >= at {
            self.last.set((number, place - at));
        }
        let index = self.index_of(piece);
        self.order.insert(index + 1, (upper[0].0.clone(), number));
        if let Some(finder) = &mut self.finder.0 {
            finder.split((piece, at), index + 1);
        }
        self.pieces.push(Rc::new(upper));
        number
    }

    fn index_of(&self, piece: u32) -> usize {
        let found = self.order.iter().position(|(_, number)| *number == piece);
        found.unwrap_or(self.order.len())
    }

    /// Takes out a key.
    pub fn remove(&mut self, key: &Key) {
        let (piece, Ok(place)) = self.search(key) else {
            return;
        };
        self.len -= 1;
        let entries = Rc::make_mut(&mut self.pieces[piece as usize]);
        entries.remove(place);
        if let Some(finder) = &mut self.finder.0 {
            finder.remove((piece, place));
        }
        if place > 0 {
            return;
        }
        let first = entries.first().map(|(first, _)| first.clone());
        let index = self.index_of(piece);
        if let Some(finder) = &mut self.finder.0 {
            finder.lead(index, piece);
        }
        match first {
            Some(first) => self.order[index].0 = first,
            None => {
                self.order.remove(index);
                self.pieces.swap_remove(piece as usize);
                // The last piece has got the number that is free now.
                let moved = self.index_of(self.pieces.len() as u32);
                if let Some((_, number)) = self.order.get_mut(moved) {
                    *number = piece;
                }
            }
        }
    }

    /// The entries from the first on whose key is not less.
    pub fn range_by(&self, is_less: impl Fn(&Key) -> bool) -> impl Iterator<Item = &(Key, V)> {
        let below = self.order.partition_point(|(first, _)| is_less(first));
        let pieces = self.order.get(below.saturating_sub(1)..).unwrap_or_default();
        let skipped = pieces.first().map_or(0, |(_, piece)| {
            self.entries(*piece).partition_point(|(key, _)| is_less(key))
        });
        let entries = pieces.iter().flat_map(|(_, piece)| self.entries(*piece));
        entries.skip(skipped)
    }

    /// The entries.
    pub fn iter(&self) -> impl Iterator<Item = &(Key, V)> {
        self.order.iter().flat_map(|(_, piece)| self.entries(*piece))
    }

    /// What differs in a later version of it: each key with the value here and there. Pieces that both share are skipped, so
    /// this costs what has changed between them; entries of a piece that is not shared are told even if they are alike.
    pub fn against<'a>(&'a self, later: &'a Shelf<V>, mut each: impl FnMut(&'a Key, Option<&'a V>, Option<&'a V>)) {
        let ((mut old, mut a), (mut new, mut b)) = ((0, 0), (0, 0));
        loop {
            while a == 0 && b == 0 && is_shared(self.at(old), later.at(new)) {
                (old, new) = (old + 1, new + 1);
            }
            let (was, is) = (self.nth(old, a), later.nth(new, b));
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

    /// The piece at a position.
    fn at(&self, index: usize) -> Option<&Rc<Vec<(Key, V)>>> {
        let (_, piece) = self.order.get(index)?;
        self.pieces.get(*piece as usize)
    }

    fn nth(&self, index: usize, place: usize) -> Option<&(Key, V)> {
        self.at(index)?.get(place)
    }

    /// The place after one.
    fn after(&self, index: usize, place: usize) -> (usize, usize) {
        match self.nth(index, place + 1) {
            Some(_) => (index, place + 1),
            None => (index + 1, 0),
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

fn is_shared<T>(one: Option<&Rc<T>>, other: Option<&Rc<T>>) -> bool {
    one.zip(other).is_some_and(|(one, other)| Rc::ptr_eq(one, other))
}

impl<V> Default for Shelf<V> {
    fn default() -> Shelf<V> {
        Shelf {
            order: Vec::new(),
            pieces: Vec::new(),
            len: 0,
            last: Cell::default(),
            finder: Finder::default(),
        }
    }
}

/// Equal if they hold the same, in whatever pieces.
impl<V: Clone + PartialEq> PartialEq for Shelf<V> {
    fn eq(&self, other: &Shelf<V>) -> bool {
        self.len == other.len && self.iter().eq(other.iter())
    }
}

#[cfg(test)]
mod tests {
    use super::Shelf;
    use crate::api::{Key, Kind};
    use std::collections::BTreeMap;

    fn named(name: &str) -> Key {
        Key::new(Kind::Pod, &"default".into(), &name.into())
    }

    /// Names are in the order of the numbers.
    fn key(number: u64) -> Key {
        named(&format!("web-{number:04}"))
    }

    /// What it answers is what a tree would answer, and a copy stays as it was. Some names begin otherwise than the others, and
    /// some keys differ in more than their names.
    #[test]
    fn is_a_map_whose_copies_stay() {
        for strange in [0, 1, 40, 250] {
            let (mut shelf, mut tree) = (Shelf::default(), BTreeMap::new());
            let mut copies = Vec::new();
            shelf.number();
            let mut random: u64 = 3;
            for round in 0..5_000 {
                random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let key = match random >> 54 {
                    number if number < strange => Key::new(Kind::Node, &"".into(), &format!("node-{number}").into()),
                    number if number < strange * 2 => named(&format!("api-{number}")),
                    number if number < strange * 3 => named(&format!("web-0500-and-so-many-bytes-{number}")),
                    number if number < strange * 4 => {
                        Key::new(Kind::Pod, &"other".into(), &format!("web-{number}").into())
                    }
                    number => key(number),
                };
                if random & 48 == 0 {
                    shelf.remove(&key);
                    tree.remove(&key);
                } else {
                    shelf.insert(key.clone(), round, &|_, _| ());
                    tree.insert(key.clone(), round);
                }
                let found = shelf.find(&key).map(|(_, value)| value);
                assert_eq!((found, shelf.len()), (tree.get(&key), tree.len()));
                if round % 500 == 0 {
                    copies.push((shelf.clone(), tree.clone()));
                }
            }
            for (shelf, tree) in copies.iter().chain([&(shelf, tree)]) {
                assert!(shelf.iter().map(|(key, value)| (key, value)).eq(tree));
                for key in [0, 1, 500, 1023, 2000].map(key) {
                    let range = shelf.range_by(|other| *other < key).map(|(key, value)| (key, value));
                    assert!(range.eq(tree.range(&key..)), "from {key}");
                    assert_eq!(shelf.find_named(key.named()).map(|(_, value)| value), tree.get(&key));
                }
            }
        }
    }

    /// Names are found by their codes as long as they have so much in common that those tell them apart; a shelf that was emptied
    /// begins anew.
    #[test]
    fn names_need_not_be_read() {
        let mut shelf = Shelf::default();
        shelf.number();
        for round in 0..3 {
            (0..500).for_each(|number| shelf.insert(key(number * 7 % 500), round, &|_, _| ()));
            assert!((0..500).all(|number| shelf.find(&key(number)).is_some_and(|(_, value)| *value == round)));
            let found = (0..500).filter(|number| shelf.search_soon(key(*number).named()).is_some());
            assert_eq!(found.count(), 500 - shelf.pieces.len());
            assert!(shelf.clone().search_soon(key(7).named()).is_none());
            (0..500).for_each(|number| shelf.remove(&key(number)));
            assert!(shelf.is_empty());
        }
    }

    /// What is told of two versions makes one of the other, and is little where little has changed.
    #[test]
    fn versions_differ_in_what_was_changed() {
        let mut shelf = Shelf::default();
        (0..2_000).for_each(|number| shelf.insert(key(number), 0, &|_, _| ()));
        let mut random: u64 = 5;
        for round in 1..200 {
            let before = shelf.clone();
            for _ in 0..round % 7 {
                random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let key = key(random >> 53);
                match random & 96 {
                    0 => shelf.remove(&key),
                    _ => shelf.insert(key, round, &|_, _| ()),
                }
            }
            let (mut made, mut told) = (before.clone(), 0);
            before.against(&shelf, |key, was, is| {
                let value = |shelf: &Shelf<usize>| shelf.find(key).map(|(_, value)| *value);
                assert_eq!((was.copied(), is.copied()), (value(&before), value(&shelf)));
                match is {
                    Some(value) => made.insert(key.clone(), *value, &|_, _| ()),
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
        (0..1_000).for_each(|number| shelf.insert(key(number), (), &|_, _| ()));
        assert_eq!(shelf.pieces.len(), 1_000_usize.div_ceil(super::LARGEST));
        (0..1_000).for_each(|number| shelf.remove(&key(number)));
        assert!(shelf.is_empty() && shelf.pieces.is_empty());
    }
}
