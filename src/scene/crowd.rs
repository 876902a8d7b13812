//! So many Pods that each is a dot in a block of a hundred: what is drawn of each, and what is said of one and of all.

use super::blocks::Blocks;
use super::pod::{Form, Tile};
use super::slots::{Slot, Slots};
use rollscope_engine::api::Key;
use std::rc::Rc;

/// Dots in a row of a block.
pub const ROW: usize = 10;
/// Dots in a block.
pub const BLOCK: usize = ROW * ROW;

/// What is drawn of a place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Dot {
    /// The state of its Pod; `None` where there is none.
    pub form: Option<Form>,
    /// The revision's hue.
    pub hue: u8,
    /// Whether the step at the cursor wrote the Pod.
    pub ringed: bool,
    /// Whether its panel is open.
    pub chosen: bool,
    /// Whether the controller waits for it.
    pub awaited: bool,
}

/// Places in their order.
#[derive(Clone, PartialEq, Debug)]
pub struct Crowd {
    /// Whose Pods they are.
    pub name: String,
    /// How many places there are.
    pub len: usize,
    /// The number of the first place, where places have numbers.
    pub first: Option<i64>,
    /// The place before which a partition stands, unless that is the first.
    pub boundary: Option<usize>,
    who: Who,
}

/// Who is in the places.
#[derive(Clone, PartialEq, Debug)]
enum Who {
    Tiles(Blocks<Tile>),
    Slots(Rc<Slots>),
}

impl Crowd {
    /// Pods one after the other.
    pub fn of(name: &str, tiles: &Blocks<Tile>) -> Crowd {
        Crowd {
            name: name.to_owned(),
            len: tiles.len(),
            first: None,
            boundary: None,
            who: Who::Tiles(tiles.clone()),
        }
    }

    /// Pods in places of their own.
    pub fn in_slots(slots: &Rc<Slots>, shown: Option<i64>) -> Crowd {
        let all = &slots.slots;
        let partition = slots.partition.as_ref();
        let before = partition.map(|line| line.before(shown.unwrap_or(line.value), all));
        Crowd {
            name: slots.name.clone(),
            len: all.len(),
            // Only a StatefulSet's have numbers that mean something.
            first: partition.and(all.get(0)).map(|slot| slot.ordinal),
            boundary: before.filter(|before| *before > 0),
            who: Who::Slots(slots.clone()),
        }
    }

    /// What is drawn in a block.
    pub fn dots(&self, block: usize) -> Vec<Dot> {
        match &self.who {
            Who::Tiles(tiles) => tiles
                .all
                .get(block)
                .map(|block| block.items.iter().map(Dot::of).collect()),
            Who::Slots(slots) => {
                let block = slots.slots.all.get(block);
                block.map(|block| block.items.iter().map(Dot::in_slot).collect())
            }
        }
        .unwrap_or_default()
    }

    /// Whether a block is that of another moment, of which nothing is to be drawn anew.
    pub fn is_shared(&self, other: &Crowd, block: usize) -> bool {
        self.first == other.first
            && match (&self.who, &other.who) {
                (Who::Tiles(one), Who::Tiles(other)) => is_shared(one.all.get(block), other.all.get(block)),
                (Who::Slots(one), Who::Slots(other)) => is_shared(one.slots.all.get(block), other.slots.all.get(block)),
                _ => false,
            }
    }

    /// The Pod in a place.
    pub fn pod(&self, index: usize) -> Option<Key> {
        let tile = match &self.who {
            Who::Tiles(tiles) => tiles.get(index),
            Who::Slots(slots) => slots.slots.get(index).and_then(shown),
        };
        tile.map(|tile| tile.who.key())
    }

    /// What is to be said of a place.
    pub fn sentence(&self, index: usize) -> String {
        match &self.who {
            Who::Tiles(tiles) => tiles.get(index).map(of_tile).unwrap_or_default(),
            Who::Slots(slots) => slots
                .slots
                .get(index)
                .map_or(String::new(), |slot| of_slot(slots, slot)),
        }
    }

    /// How many are in each state, and how many places are empty.
    pub fn sums(&self) -> Vec<(Option<Form>, usize)> {
        let mut sums: Vec<(Option<Form>, usize)> = Form::ALL
            .into_iter()
            .map(Some)
            .chain([None])
            .map(|form| (form, 0))
            .collect();
        let mut add = |forms: &[usize]| forms.iter().zip(&mut sums).for_each(|(count, (_, sum))| *sum += count);
        match &self.who {
            Who::Tiles(tiles) => tiles.sums().for_each(|sum| add(&sum.forms)),
            Who::Slots(slots) => slots.slots.sums().for_each(|sum| add(&sum.forms)),
        }
        sums.retain(|(_, count)| *count > 0);
        sums
    }

    /// The place of the Pod whose panel is open.
    pub fn chosen(&self) -> Option<usize> {
        let place = |(block, place): (usize, Option<usize>)| Some(block * BLOCK + place?);
        match &self.who {
            Who::Tiles(tiles) => tiles.sums().map(|sum| sum.chosen).enumerate().find_map(place),
            Who::Slots(slots) => slots.slots.sums().map(|sum| sum.chosen).enumerate().find_map(place),
        }
    }
}

fn is_shared<T>(one: Option<&Rc<T>>, other: Option<&Rc<T>>) -> bool {
    one.zip(other).is_some_and(|(one, other)| Rc::ptr_eq(one, other))
}

/// A state in words.
pub fn word(form: Option<Form>) -> &'static str {
    match form {
        Some(Form::Available) => "available",
        Some(Form::NotYet) => "not available yet",
        Some(Form::Pending) => "pending",
        Some(Form::Broken) => "failing",
        Some(Form::Ended) => "completed",
        Some(Form::Leaving) => "terminating",
        None => "missing",
    }
}

impl Dot {
    fn of(tile: &Tile) -> Dot {
        Dot {
            form: Some(tile.form),
            hue: tile.hue,
            ringed: tile.ringed,
            chosen: tile.chosen,
            awaited: false,
        }
    }

    fn in_slot(slot: &Slot) -> Dot {
        let nobody = Dot {
            form: None,
            hue: 0,
            ringed: false,
            chosen: false,
            awaited: false,
        };
        Dot {
            awaited: slot.awaited,
            ..shown(slot).map_or(nobody, Dot::of)
        }
    }
}

/// Of two Pods on a node the newer one.
fn shown(slot: &Slot) -> Option<&Tile> {
    slot.sitters.last().map(|sitter| &sitter.tile)
}

fn of_tile(tile: &Tile) -> String {
    let revision = match tile.revision {
        0 => String::new(),
        number => format!(", revision {number}"),
    };
    format!("Pod {}{revision}, {}", tile.who.name(), word(Some(tile.form)))
}

fn of_slot(slots: &Slots, slot: &Slot) -> String {
    let mut parts: Vec<String> = slot.sitters.iter().map(|sitter| of_tile(&sitter.tile)).collect();
    if parts.is_empty() {
        let name = match slot.name.is_empty() {
            true => format!("{}-{}", slots.name, slot.ordinal),
            false => slot.name.clone(),
        };
        parts.push(format!("{name}: no Pod is there"));
    }
    parts.extend(slot.unwanted.map(str::to_owned));
    if slot.awaited {
        parts.push("waited for".to_owned());
    }
    parts.join(", ")
}
