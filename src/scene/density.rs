//! Lanes as sums, for more Pods than there are lanes to be seen: how many have each revision and state, stacked.

use super::hue::HUES;
use super::pod::Form;
use super::scale::{FINEST, Scale};
use super::sums::Sums;

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

/// The layers of a workload's Pods, in the order in which they are stacked.
pub(super) fn layers(scale: &Scale, sums: &Sums) -> Vec<Layer> {
    let mut layers: Vec<(Layer, i64)> = Form::ALL
        .into_iter()
        .flat_map(|form| (0..HUES).map(move |hue| (form, hue)))
        .map(|(form, hue)| {
            (
                Layer {
                    hue,
                    form,
                    blocks: Vec::new(),
                },
                0,
            )
        })
        .collect();
    let mut places = scale.places();
    let mut from = 0.0;
    for change in sums.before_end() {
        let place = places.of(change.at);
        if place - from > FINEST {
            stack(&mut layers, from, place);
            from = place;
        }
        let layer = change.form as usize * usize::from(HUES) + usize::from(change.hue);
        layers[layer].1 += i64::from(change.by);
    }
    let end = places.of(sums.ends);
    if end > from {
        stack(&mut layers, from, end);
    }
    let layers = layers.into_iter().map(|(layer, _)| layer);
    layers.filter(|layer| !layer.blocks.is_empty()).collect()
}

fn stack(layers: &mut [(Layer, i64)], from: f64, to: f64) {
    let mut base = 0;
    for (layer, count) in layers.iter_mut().filter(|(_, count)| *count > 0) {
        let count = *count;
        match layer.blocks.last_mut() {
            #[expect(
                clippy::float_cmp,
                reason = "the end of one block is copied to the next one's beginning"
            )]
            Some(last) if last.to == from && (last.base, last.count) == (base, count) => last.to = to,
            _ => layer.blocks.push(Block { from, to, base, count }),
        }
        base += count;
    }
}
