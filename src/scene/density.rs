//! Lanes as sums, for more Pods than there are lanes to be seen: how many have each revision and state, stacked.

use super::hue::HUES;
use super::pod::Form;
use super::strip::Group;
use rollscope_engine::order;

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
    let lanes = groups.iter().flat_map(|group| &group.lanes);
    let mut changes: Vec<(f64, usize, i64)> = Vec::new();
    for bar in lanes.flat_map(|lane| &lane.bars) {
        let layer = bar.form as usize * usize::from(HUES) + usize::from(bar.hue);
        changes.push((bar.from, layer, 1));
        changes.push((bar.to, layer, -1));
    }
    order::sort_by(&mut changes, |a, b| a.0.total_cmp(&b.0));
    let mut from = 0.0;
    for (place, layer, by) in changes {
        if place > from {
            stack(&mut layers, from, place);
            from = place;
        }
        layers[layer].1 += by;
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
