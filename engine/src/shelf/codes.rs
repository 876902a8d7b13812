//! Numbers in the order of the keys on a shelf. They lie side by side, while each name is somewhere else in memory: who looks for
//! one among a hundred thousand compares numbers.

use super::{Finds, Spot};
use crate::api::{Key, Named};

/// The codes of the keys: of what all names begin with in common, the bytes that follow. Where keys differ in more than their
/// names there are none.
#[derive(Debug, Default)]
pub(super) struct Codes {
    /// How many bytes all names have in common.
    common: Option<usize>,
    /// Those of the least keys of the pieces, in order.
    order: Vec<u128>,
    /// Those of the entries, by the number of the piece.
    pieces: Vec<Vec<u128>>,
}

impl Finds for Codes {
    fn tells(&self) -> bool {
        self.common.is_some()
    }

    fn find(&self, order: &[(Key, u32)], named: Named<'_>) -> Option<(Spot, bool)> {
        let (first, _) = order.first()?;
        let common = self.common?;
        if !first.named().begins(named, common) {
            return None;
        }
        let code = named.code(common);
        let above = self.order.partition_point(|first| *first <= code);
        let index = above.saturating_sub(1);
        if *self.order.get(index)? == code {
            // The piece before may end with the same.
            return None;
        }
        let (_, piece) = order.get(index)?;
        let codes = self.pieces.get(*piece as usize)?;
        let place = codes.partition_point(|other| *other < code);
        let has = |place: usize| codes.get(place) == Some(&code);
        (!has(place + 1)).then(|| ((*piece, place), has(place)))
    }

    fn add(&mut self, first: Named<'_>, others: usize, (piece, place): Spot, key: Named<'_>) -> bool {
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

    fn renew<'a>(&mut self, order: &[(Key, u32)], key: &dyn Fn(Spot) -> Option<&'a Key>) {
        let Some(common) = self.common else {
            *self = Codes::default();
            return;
        };
        let code = |key: &Key| key.named().code(common);
        self.order = order.iter().map(|(first, _)| code(first)).collect();
        let codes = |piece: u32| (0..).map_while(move |place| key((piece, place))).map(code).collect();
        self.pieces = (0..).take(order.len()).map(codes).collect();
    }

    fn split(&mut self, (piece, at): Spot, index: usize) {
        if self.common.is_some() {
            let upper = self.pieces[piece as usize].split_off(at);
            self.order.insert(index, upper[0]);
            self.pieces.push(upper);
        }
    }

    fn remove(&mut self, (piece, place): Spot) {
        if self.common.is_some() {
            self.pieces[piece as usize].remove(place);
        }
    }

    fn lead(&mut self, index: usize, piece: u32) {
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
