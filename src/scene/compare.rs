//! Two runs in one time strip: the second one's curves under the first one's, on a scale that both share.

use super::curve::Curve;
use super::marks::marks;
use super::scale::Scale;
use super::strip::{Flag, Section, Sign, Strip, arrange};
use super::table::Table;
use super::tracks::{Track, Tracks};
use rollscope_engine::History;
use rollscope_engine::api::{Key, Kind};
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
        Some(other) => Strip::on(Scale::of_both(history, other.history), history),
        None => plain,
    };
    strip.marks = marks(history, &strip.scale);
    if let Some(other) = other {
        put_under(&mut strip, other);
    }
    strip
}

fn put_under(strip: &mut Strip, other: &Other<'_>) {
    let tracks = Tracks::of(other.history);
    let mut by_workload: Table<Key, Vec<&Track>> = Table::default();
    for track in tracks.tracks.iter().filter(|track| track.workload.kind != Kind::Pod) {
        by_workload.entry(&track.workload, Vec::new).push(track);
    }
    for (key, tracks) in by_workload.into_rows() {
        let curve = Curve::of(other.history, &strip.scale, &key, &tracks);
        match strip.sections.iter_mut().find(|section| section.key == key) {
            Some(section) => {
                let top = section.curve.top.max(curve.top);
                let bottom = section.curve.bottom.min(curve.bottom);
                (section.curve.top, section.curve.bottom) = (top, bottom);
                section.under = Some((other.name.clone(), Curve { top, bottom, ..curve }));
            }
            None => strip.sections.push(Section {
                key,
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
