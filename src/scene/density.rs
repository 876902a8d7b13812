//! Lanes as sums, for more Pods than there are lanes to be seen: how many have each revision and state, stacked.

use super::pod::Form;
use super::strip::Group;
use std::collections::BTreeMap;

/// All Pods of one revision in one state.
#[derive(Clone, PartialEq, Debug)]
pub struct Layer {
    /// The revision's hue.
    pub hue: u8,
    /// The state.
    pub form: Form,
    /// Where it is not empty.
    pub blocks: Vec<Block>,
}

/// How many there are from place to place, above those of other layers.
#[derive(Clone, PartialEq, Debug)]
pub struct Block {
    /// Where it begins.
    pub from: f64,
    /// Where it ends.
    pub to: f64,
    /// Pods below it.
    pub base: i64,
    /// Pods in it.
    pub count: i64,
}

/// The layers of lanes, in the order in which they are stacked.
pub(super) fn layers(groups: &[Group]) -> Vec<Layer> {
    let lanes = groups.iter().flat_map(|group| &group.lanes);
    let mut changes: Vec<(f64, (Form, u8), i64)> = Vec::new();
    for bar in lanes.flat_map(|lane| &lane.bars) {
        changes.push((bar.from, (bar.form, bar.hue), 1));
        changes.push((bar.to, (bar.form, bar.hue), -1));
    }
    changes.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut counts: BTreeMap<(Form, u8), i64> = BTreeMap::new();
    let mut layers: BTreeMap<(Form, u8), Vec<Block>> = BTreeMap::new();
    let mut from = 0.0;
    for (place, what, by) in changes {
        if place > from {
            stack(&mut layers, &counts, from, place);
            from = place;
        }
        *counts.entry(what).or_default() += by;
    }
    let layer = |((form, hue), blocks)| Layer { hue, form, blocks };
    layers.into_iter().map(layer).collect()
}

fn stack(layers: &mut BTreeMap<(Form, u8), Vec<Block>>, counts: &BTreeMap<(Form, u8), i64>, from: f64, to: f64) {
    let mut base = 0;
    for (what, count) in counts.iter().filter(|(_, count)| **count > 0) {
        let (count, blocks) = (*count, layers.entry(*what).or_default());
        match blocks.last_mut() {
            #[expect(
                clippy::float_cmp,
                reason = "the end of one block is copied to the next one's beginning"
            )]
            Some(last) if last.to == from && (last.base, last.count) == (base, count) => last.to = to,
            _ => blocks.push(Block { from, to, base, count }),
        }
        base += count;
    }
}
