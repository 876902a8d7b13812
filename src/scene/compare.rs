//! Two runs in one time strip: the second one's curves under the first one's, on a scale that both share.

use super::curve::Curve;
use super::difference::{Comparing, Difference};
use super::marks::flags;
use super::overview::Overview;
use super::scale::Scale;
use super::strip::{Flag, Section, Sign, Strip, arrange};
use rollscope_engine::History;
use rollscope_engine::api::Kind;
use std::rc::Rc;

/// What is told of two runs.
#[derive(Debug)]
pub struct Beside {
    /// How the first differs from the second.
    pub difference: Difference,
    /// The strip of both.
    pub strip: Rc<Strip>,
}

/// Two runs that are being put beside each other, piece by piece.
#[derive(Debug)]
pub struct Pairing {
    runs: [(Rc<History>, Rc<Overview>); 2],
    /// What the second one is called.
    name: Rc<str>,
    comparing: Comparing,
    difference: Option<Difference>,
    strip: Option<Strip>,
    /// How many parts of the first one are in the strip.
    parts: usize,
    /// How many workloads of the second one are in the strip.
    under: usize,
}

impl Pairing {
    /// Of two runs, the second of which is called so.
    pub fn new(name: &Rc<str>, runs: [(Rc<History>, Rc<Overview>); 2]) -> Pairing {
        Pairing {
            comparing: Comparing::new(runs[0].0.clone(), runs[1].0.clone(), name.clone()),
            runs,
            name: name.clone(),
            difference: None,
            strip: None,
            parts: 0,
            under: 0,
        }
    }

    /// Goes on with one thing: compares some steps, or draws a part of one workload.
    pub fn go_on(&mut self, changes: &mut usize) -> Option<Beside> {
        let [(history, mine), (other, others)] = &self.runs;
        let Some(difference) = &self.difference else {
            self.difference = self.comparing.go_on(changes);
            return None;
        };
        let Some(strip) = &mut self.strip else {
            let scale = Scale::of_both(history, other);
            *changes = changes.saturating_sub(history.len() + other.len());
            self.strip = Some(Strip::begun(scale, history));
            return None;
        };
        if let Some(drawn) = strip.add(&mine.tracks, self.parts) {
            *changes = changes.saturating_sub(2 * drawn);
            self.parts += 1;
            return None;
        }
        if let Some((key, sums)) = others.tracks.workloads.get(self.under) {
            *changes = changes.saturating_sub(sums.changes.len());
            self.under += 1;
            if key.kind != Kind::Pod {
                put_under(strip, &self.name, Section::of(key, Curve::of(&strip.scale, sums)));
            }
            return None;
        }
        strip.marks = flags(&mine.marks, &strip.scale);
        if let Some(position) = difference.first {
            mark(strip, position);
        }
        Some(Beside {
            difference: self.difference.take()?,
            strip: Rc::new(self.strip.take()?),
        })
    }
}

/// The second run's workload under the first one's.
fn put_under(strip: &mut Strip, name: &Rc<str>, other: Section) {
    let Some(section) = strip.sections.iter_mut().find(|section| section.key == other.key) else {
        strip.sections.push(other);
        return;
    };
    let curve = other.curve;
    let top = section.curve.top.max(curve.top);
    let bottom = section.curve.bottom.min(curve.bottom);
    (section.curve.top, section.curve.bottom) = (top, bottom);
    section.under = Some((name.clone(), Curve { top, bottom, ..curve }));
}

/// Flags the first difference.
fn mark(strip: &mut Strip, position: usize) {
    let place = strip.scale.place(position);
    let after = strip.marks.partition_point(|mark| mark.place <= place);
    let label = "first difference".to_owned();
    strip
        .marks
        .insert(after, Flag::new(place, position, label, Sign::Differs));
    arrange(&mut strip.marks);
}
