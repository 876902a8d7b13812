//! Numbers in the order of the keys on a shelf. They lie side by side, while each name is somewhere else in memory: who looks for
//! one among a hundred thousand compares numbers.

use crate::api::{Key, Named};

/// The codes of a shelf from its first key on: of what all names begin with in common, the bytes that follow. Where keys differ
/// in more than their names there are none, nor are there in copies of a shelf, which would have to keep them.
#[derive(Debug, Default)]
pub struct Codes {
    /// How many bytes all names have in common.
    common: Option<usize>,
    /// Those of the least keys of the pieces, in order.
    order: Vec<u128>,
    /// Those of the entries, by the number of the piece.
    pieces: Vec<Vec<u128>>,
}

impl Clone for Codes {
    fn clone(&self) -> Codes {
        Codes::default()
    }
}

impl Codes {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// The code of what is looked for on a shelf, unless it begins otherwise than what is there.
    pub fn code(&self, first: Named<'_>, sought: Named<'_>) -> Option<u128> {
        let common = self.common?;
        first.begins(sought, common).then(|| sought.code(common))
    }

    /// The position of the piece that a code belongs into, unless it begins with the same.
    pub fn index(&self, code: u128) -> Option<usize> {
        let above = self.order.partition_point(|first| *first <= code);
        let index = above.saturating_sub(1);
        (self.order.get(index)? != &code).then_some(index)
    }

    /// The place in a piece that a code belongs to, and whether one there has it; none if several have.
    pub fn place(&self, piece: u32, code: u128) -> Option<(usize, bool)> {
        let codes = self.pieces.get(piece as usize)?;
        let place = codes.partition_point(|other| *other < code);
        let has = |place: usize| codes.get(place) == Some(&code);
        (!has(place + 1)).then(|| (place, has(place)))
    }

    /// A key comes to a place, as one of so many, the first of which is this. `false`: all codes are to be renewed.
    pub fn add(&mut self, first: Named<'_>, others: usize, (piece, place): (u32, usize), key: Named<'_>) -> bool {
        let known = self.common;
        let most = if others == 0 { Some(usize::MAX) } else { known };
        self.common = most.and_then(|most| Some(first.common(key)?.min(most)));
        if others == 0 || known != self.common {
            return false;
        }
        if let Some(common) = known {
            let code = key.code(common);
            self.pieces[piece as usize].insert(place, code);
            if place == 0 {
                self.order[0] = code;
            }
        }
        true
    }

    /// Those of all keys, after what they have in common has become less.
    pub fn renew<'a, Keys>(&mut self, order: impl Iterator<Item = &'a Key>, pieces: impl Iterator<Item = Keys>)
    where
        Keys: Iterator<Item = &'a Key>,
    {
        let Some(common) = self.common else {
            *self = Codes::default();
            return;
        };
        let code = |key: &Key| key.named().code(common);
        self.order = order.map(code).collect();
        self.pieces = pieces.map(|keys| keys.map(code).collect()).collect();
    }

    /// A piece becomes two, the second of which, with the highest number, is the one at `index`.
    pub fn split(&mut self, (piece, at): (u32, usize), index: usize) {
        if self.common.is_some() {
            let upper = self.pieces[piece as usize].split_off(at);
            self.order.insert(index, upper[0]);
            self.pieces.push(upper);
        }
    }

    /// An entry goes.
    pub fn remove(&mut self, (piece, place): (u32, usize)) {
        if self.common.is_some() {
            self.pieces[piece as usize].remove(place);
        }
    }

    /// The piece at `index` has lost its least key. If it has no other the last piece gets its number.
    pub fn lead(&mut self, index: usize, piece: u32) {
        if self.common.is_none() {
            return;
        }
        match self.pieces[piece as usize].first() {
            Some(code) => self.order[index] = *code,
            None => {
                self.order.remove(index);
                self.pieces.swap_remove(piece as usize);
            }
        }
    }
}
