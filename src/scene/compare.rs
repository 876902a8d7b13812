//! Two runs in one time strip: the second one's curves under the first one's, on a scale that both share.

use super::curve::Curve;
use super::marks::marks;
use super::scale::Scale;
use super::strip::{Flag, Section, Sign, Strip, arrange};
use super::tracks::{MOST_LANES, Tracks};
use rollscope_engine::History;
use rollscope_engine::api::Kind;
use std::rc::Rc;

/// A run to be compared with.
#[derive(Clone, Debug)]
pub struct Other<'a> {
    /// What it is called.
    pub name: Rc<str>,
    /// What happened in it.
    pub history: &'a History,
    /// The position in the first run from which on the two differ.
    pub first: Option<usize>,
}

/// The strip of a history with all its marks and, if there is one, another run.
pub fn strip(plain: Strip, history: &Rc<History>, other: Option<&Other<'_>>) -> Strip {
    let mut strip = match other {
        Some(other) => {
            let tracks = Tracks::of(history, MOST_LANES);
            Strip::with(Scale::of_both(history, other.history), history, &tracks)
        }
        None => plain,
    };
    strip.marks = marks(history, &strip.scale);
    if let Some(other) = other {
        put_under(&mut strip, other, &Tracks::of(other.history, 0));
    }
    strip
}

fn put_under(strip: &mut Strip, other: &Other<'_>, tracks: &Tracks) {
    for (key, sums) in tracks.workloads.iter().filter(|(key, _)| key.kind != Kind::Pod) {
        let curve = Curve::of(&strip.scale, sums);
        match strip.sections.iter_mut().find(|section| section.key == *key) {
            Some(section) => {
                let top = section.curve.top.max(curve.top);
                let bottom = section.curve.bottom.min(curve.bottom);
                (section.curve.top, section.curve.bottom) = (top, bottom);
                section.under = Some((other.name.clone(), Curve { top, bottom, ..curve }));
            }
            None => strip.sections.push(Section {
                key: key.clone(),
                curve,
                under: None,
                groups: Vec::new(),
                layers: Vec::new(),
            }),
        }
    }
    if let Some(position) = other.first {
        let place = strip.scale.place(position);
        let after = strip.marks.partition_point(|mark| mark.place <= place);
        let label = "first difference".to_owned();
        strip
            .marks
            .insert(after, Flag::new(place, position, label, Sign::Differs));
        arrange(&mut strip.marks);
    }
}
