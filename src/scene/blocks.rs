//! Things in their order, in blocks of a hundred. Copies share their blocks, and a step makes only those anew in which it
//! has changed something; what is to be known of all is summed up from what each block knows of its own.

use super::crowd::BLOCK;
use super::pod::{Form, Tile};
use rollscope_engine::order;
use rollscope_engine::time::Time;
use std::cmp::Ordering;
use std::fmt;
use std::ops::Index;
use std::rc::Rc;

/// What blocks are made of.
pub trait Item: Clone + PartialEq {
    /// What a block knows of its items.
    type Sum: Default + Clone;

    /// Takes an item into the sum; `index` is its place in the block.
    fn add_to(&self, sum: &mut Self::Sum, index: usize);

    /// The order in which they stand.
    fn order(&self, other: &Self) -> Ordering;

    /// For how long a block stays as it is, if nothing is done to it.
    fn lasts(sum: &Self::Sum) -> Span;

    /// The same at another time.
    fn at(&self, now: Time) -> Self;
}

/// A stretch of time; its end is outside.
#[derive(Clone, Copy)]
pub struct Span {
    from: Time,
    until: Time,
}

impl Default for Span {
    fn default() -> Span {
        Span {
            from: Time::ZERO,
            until: Time(u64::MAX),
        }
    }
}

impl Span {
    /// As long as this tile has its form, too.
    pub(super) fn with(&mut self, tile: &Tile) {
        match tile.ripe {
            Some(ripe) if tile.form == Form::Available => self.from = self.from.max(ripe),
            Some(ripe) => self.until = self.until.min(ripe),
            None => {}
        }
    }

    /// Whether a moment is in it.
    pub(super) fn has(&self, moment: Time) -> bool {
        self.from <= moment && moment < self.until
    }
}

/// Items that stand together.
#[derive(Clone)]
pub struct Block<T: Item> {
    /// The items.
    pub items: Vec<T>,
    /// What is to be known of them.
    pub sum: T::Sum,
}

/// All of them.
#[derive(Clone)]
pub struct Blocks<T: Item> {
    /// All but the last are full.
    pub all: Vec<Rc<Block<T>>>,
}

impl<T: Item> Block<T> {
    pub(super) fn of(items: Vec<T>) -> Block<T> {
        let mut sum = T::Sum::default();
        items
            .iter()
            .enumerate()
            .for_each(|(index, item)| item.add_to(&mut sum, index));
        Block { items, sum }
    }
}

impl<T: Item> Blocks<T> {
    /// Items in blocks.
    pub fn of(items: impl IntoIterator<Item = T>) -> Blocks<T> {
        let mut blocks = Blocks::default();
        let mut items = items.into_iter().peekable();
        while items.peek().is_some() {
            let mut block = Vec::with_capacity(BLOCK);
            block.extend(items.by_ref().take(BLOCK));
            blocks.all.push(Rc::new(Block::of(block)));
        }
        blocks
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        let last = self.all.last().map_or(0, |block| block.items.len());
        self.all.len().saturating_sub(1) * BLOCK + last
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The one at a place.
    pub fn get(&self, index: usize) -> Option<&T> {
        self.all.get(index / BLOCK)?.items.get(index % BLOCK)
    }

    /// Where an item is, or where one like it belongs.
    pub(super) fn find(&self, item: &T) -> Result<usize, usize> {
        let above = |block: &Rc<Block<T>>| block.items[0].order(item) != Ordering::Greater;
        let index = self.all.partition_point(above).saturating_sub(1);
        let Some(block) = self.all.get(index) else {
            return Err(0);
        };
        let place = block.items.binary_search_by(|other| other.order(item));
        place
            .map(|place| index * BLOCK + place)
            .map_err(|place| index * BLOCK + place)
    }

    /// One after the other.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &T> + Clone {
        self.all.iter().flat_map(|block| &block.items)
    }

    /// What the blocks know, one after the other.
    pub fn sums(&self) -> impl DoubleEndedIterator<Item = &T::Sum> {
        self.all.iter().map(|block| &block.sum)
    }
}

impl<T: Item> Default for Blocks<T> {
    fn default() -> Blocks<T> {
        Blocks { all: Vec::new() }
    }
}

impl<T: Item> Index<usize> for Blocks<T> {
    type Output = T;

    fn index(&self, index: usize) -> &T {
        &self.all[index / BLOCK].items[index % BLOCK]
    }
}

/// A shared block is not gone through.
impl<T: Item> PartialEq for Blocks<T> {
    fn eq(&self, other: &Blocks<T>) -> bool {
        let is_same = |(one, other): (&Rc<Block<T>>, &Rc<Block<T>>)| is_same(one, other);
        self.all.len() == other.all.len() && self.all.iter().zip(&other.all).all(is_same)
    }
}

/// Whether two blocks look the same.
pub fn is_same<T: Item>(one: &Rc<Block<T>>, other: &Rc<Block<T>>) -> bool {
    Rc::ptr_eq(one, other) || one.items == other.items
}

impl<T: Item + fmt::Debug> fmt::Debug for Blocks<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// An item that is to be in its place, or not to be there.
pub(super) type Placed<T> = (T, bool);

/// Of several for one place the last counts.
pub(super) fn in_order<T: Item>(mut edits: Vec<Placed<T>>) -> Vec<Placed<T>> {
    order::sort_by(&mut edits, |(one, _), (other, _)| one.order(other));
    let mut last: Vec<Placed<T>> = Vec::with_capacity(edits.len());
    for edit in edits {
        match last.last_mut() {
            Some(before) if before.0.order(&edit.0) == Ordering::Equal => *before = edit,
            _ => last.push(edit),
        }
    }
    last
}

/// Where nobody comes or goes, only the blocks of those who change are made anew; else all from there on that are then
/// different.
pub(super) fn put<T: Item>(blocks: &mut Blocks<T>, edits: Vec<Placed<T>>) {
    let places: Vec<Result<usize, usize>> = edits.iter().map(|(item, _)| blocks.find(item)).collect();
    let Some(Ok(first) | Err(first)) = places.first().copied() else {
        return;
    };
    if edits
        .iter()
        .zip(&places)
        .all(|((_, stays), place)| *stays == place.is_ok())
    {
        replace(blocks, edits, &places);
        return;
    }
    let old = blocks.all.split_off((first / BLOCK).min(blocks.all.len()));
    let mut rest = old.iter().flat_map(|block| &block.items);
    let mut items = Vec::with_capacity(old.len() * BLOCK + edits.len());
    let mut done = blocks.all.len() * BLOCK;
    for ((item, stays), place) in edits.into_iter().zip(places) {
        let (Ok(index) | Err(index)) = place;
        items.extend(rest.by_ref().take(index - done).cloned());
        done = index;
        if place.is_ok() {
            rest.next();
            done += 1;
        }
        if stays {
            items.push(item);
        }
    }
    items.extend(rest.cloned());
    for (index, block) in Blocks::of(items).all.into_iter().enumerate() {
        let same = old.get(index).filter(|old| old.items == block.items);
        blocks.all.push(same.cloned().unwrap_or(block));
    }
}

fn replace<T: Item>(blocks: &mut Blocks<T>, edits: Vec<Placed<T>>, places: &[Result<usize, usize>]) {
    let mut edits = edits
        .into_iter()
        .zip(places)
        .filter_map(|((item, _), place)| Some((place.ok()?, item)))
        .peekable();
    while let Some((place, item)) = edits.next() {
        let index = place / BLOCK;
        let mut items = blocks.all[index].items.clone();
        items[place % BLOCK] = item;
        while let Some((place, item)) = edits.next_if(|(place, _)| place / BLOCK == index) {
            items[place % BLOCK] = item;
        }
        if items != blocks.all[index].items {
            blocks.all[index] = Rc::new(Block::of(items));
        }
    }
}
