//! The time strip: a whole history in one picture, computed once per history. Curves above, a lane for each Pod below;
//! the cursor is not part of it, so that a step costs nothing here.

use super::curve::Curve;
use super::density::{Layer, layers};
use super::pod::Form;
use super::scale::Scale;
use super::table::Table;
use super::tracks::{MOST_LANES, Track, Tracks};
use rollscope_engine::History;
use rollscope_engine::api::{Key, Kind};
use rollscope_engine::history::Answer;
use rollscope_engine::order;
use rollscope_engine::scenario::Intervention;
use rollscope_engine::time::Time;
use std::cmp::Reverse;
use std::rc::Rc;

/// The room that a letter of a flag takes where the strip is as wide as on most screens.
const NEEDED: f64 = 0.0055;

/// A whole history.
#[derive(Clone, PartialEq, Debug)]
pub struct Strip {
    /// The number of steps.
    pub len: usize,
    /// Where each position and moment is.
    pub scale: Scale,
    /// What the user did.
    pub flags: Vec<Flag>,
    /// What came of it, a row of its own.
    pub marks: Vec<Flag>,
    /// The workloads.
    pub sections: Vec<Section>,
}

/// A moment to go to.
#[derive(Clone, PartialEq, Debug)]
pub struct Flag {
    /// Where.
    pub place: f64,
    /// The position after it.
    pub position: usize,
    /// In two or three words.
    pub label: String,
    /// Room for the label, until the next flag or its label.
    pub room: f64,
    /// Whether the label stands to its left, since there is more room.
    pub before: bool,
    /// What it is.
    pub sign: Sign,
}

/// What a flag stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sign {
    /// The user did something.
    Done,
    /// The user wanted something, and was refused.
    Refused,
    /// A rollout is complete.
    Complete,
    /// Somebody waits for what does not come.
    Stall,
    /// From here on another run is different.
    Differs,
}

impl Sign {
    /// The name under which style sheets know it.
    pub fn class(self) -> &'static str {
        match self {
            Sign::Done => "done",
            Sign::Refused => "refused",
            Sign::Complete => "complete",
            Sign::Stall => "stall",
            Sign::Differs => "differs",
        }
    }
}

impl Flag {
    /// A flag that is not arranged yet.
    pub fn new(place: f64, position: usize, label: String, sign: Sign) -> Flag {
        Flag {
            place,
            position,
            label,
            room: 1.0 - place,
            before: false,
            sign,
        }
    }
}

/// One workload's part of the strip.
#[derive(Clone, PartialEq, Debug)]
pub struct Section {
    /// Which workload.
    pub key: Key,
    /// Its counts over time.
    pub curve: Curve,
    /// That of a run that this one is compared with, and what that is called.
    pub under: Option<(Rc<str>, Curve)>,
    /// Its lanes, by revision for a Deployment.
    pub groups: Vec<Group>,
    /// The same as sums, where there are too many lanes to be seen.
    pub layers: Vec<Layer>,
}

/// Lanes that belong together.
#[derive(Clone, PartialEq, Debug)]
pub struct Group {
    /// `revision 1`; empty where lanes have names of their own.
    pub label: String,
    /// The lanes.
    pub lanes: Vec<Lane>,
}

/// One Pod after the other.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Lane {
    /// The name of the Pods; empty where they have different ones.
    pub name: String,
    /// Their states.
    pub bars: Vec<Bar>,
}

/// A state and how long it lasted.
#[derive(Clone, PartialEq, Debug)]
pub struct Bar {
    /// Where it begins.
    pub from: f64,
    /// Where it ends.
    pub to: f64,
    /// The revision's hue.
    pub hue: u8,
    /// The state.
    pub form: Form,
}

impl Strip {
    /// The strip of a history.
    pub fn of(history: &History) -> Strip {
        Strip::with(Scale::of(history), history, &Tracks::of(history, MOST_LANES))
    }

    /// The strip of what was read of a history, on a scale that it may share with another one.
    pub(super) fn with(scale: Scale, history: &History, tracks: &Tracks) -> Strip {
        let mut strip = Strip::begun(scale, history);
        let mut part = 0;
        while strip.add(tracks, part).is_some() {
            part += 1;
        }
        strip
    }

    /// A strip without its workloads.
    pub(super) fn begun(scale: Scale, history: &History) -> Strip {
        Strip {
            len: scale.last(),
            sections: Vec::new(),
            flags: flags(history, &scale),
            marks: Vec::new(),
            scale,
        }
    }

    /// Adds one part after the other: of each workload its curve, then its lanes. Says how many changes that is about, while there is
    /// something to add.
    pub(super) fn add(&mut self, tracks: &Tracks, part: usize) -> Option<usize> {
        let index = part / 2;
        let (key, sums) = tracks.workloads.get(index)?;
        let scale = &self.scale;
        if part.is_multiple_of(2) {
            self.sections.push(Section::of(key, Curve::of(scale, sums)));
        } else if tracks.count > MOST_LANES {
            self.sections[index].layers = layers(scale, sums);
        } else {
            self.sections[index].groups = groups(scale, tracks, key, &tracks.tracks_of(index));
        }
        Some(sums.changes.len())
    }

    /// Lanes in all.
    pub fn lanes(&self) -> usize {
        let groups = self.sections.iter().flat_map(|section| &section.groups);
        groups.map(|group| group.lanes.len()).sum()
    }
}

impl Section {
    /// A workload with nothing but its counts.
    pub(super) fn of(key: &Key, curve: Curve) -> Section {
        Section {
            key: key.clone(),
            curve,
            under: None,
            groups: Vec::new(),
            layers: Vec::new(),
        }
    }

    /// `web`.
    pub fn name(&self) -> &str {
        match self.key.kind {
            Kind::Pod => "Pods",
            _ => &self.key.name,
        }
    }
}

fn flags(history: &History, scale: &Scale) -> Vec<Flag> {
    let flag = |answer: &Answer| {
        let position = (answer.position + 1).min(history.len());
        let label = label(&history.scenario.interventions[answer.intervention].what);
        let sign = if answer.accepted { Sign::Done } else { Sign::Refused };
        Flag::new(scale.place(position), position, label, sign)
    };
    let mut flags: Vec<Flag> = history.answers.iter().map(flag).collect();
    arrange(&mut flags);
    flags
}

/// Gives every label the room up to the next flag or, where there is more, that to its left, so that none runs into another.
pub(super) fn arrange(flags: &mut [Flag]) {
    let mut taken = 0.0;
    for index in 0..flags.len() {
        let place = flags[index].place;
        let after = flags.get(index + 1).map_or(1.0, |next| next.place) - place;
        let needed = NEEDED * super::scale::as_float(flags[index].label.chars().count() + 3);
        let flag = &mut flags[index];
        flag.before = after < needed && place - taken > after;
        flag.room = if flag.before { place - taken } else { after };
        if flag.before
            && let Some(last) = index.checked_sub(1)
        {
            flags[last].room = flags[last].room.min(taken - flags[last].place);
        }
        taken = if flags[index].before {
            place
        } else {
            place + needed.min(after)
        };
    }
}

/// What was done, in two or three words.
pub(crate) fn label(what: &Intervention) -> String {
    match what {
        Intervention::Apply(_) | Intervention::ServerSideApply(_) => "apply".to_owned(),
        Intervention::Scale(_, replicas) => format!("scale {replicas}"),
        // The registry takes room and tells nothing.
        Intervention::SetImage(_, _, image) => {
            format!("image {}", image.rsplit('/').next().unwrap_or_default())
        }
        Intervention::Patch(..) => "patch".to_owned(),
        Intervention::Pause(_) => "pause".to_owned(),
        Intervention::Resume(_) => "resume".to_owned(),
        Intervention::Undo(_, 0) => "undo".to_owned(),
        Intervention::Undo(_, revision) => format!("undo to {revision}"),
        Intervention::Restart(_) => "restart".to_owned(),
        Intervention::Delete(key, _) | Intervention::ForceDelete(key) => format!("delete {}", key.name),
        Intervention::Cordon(key, true) => format!("cordon {}", key.name),
        Intervention::Cordon(key, false) => format!("uncordon {}", key.name),
        Intervention::Drain(key, _) => format!("drain {}", key.name),
        Intervention::Taint(key, ..) => format!("taint {}", key.name),
        Intervention::Node(key, what) => format!("{} {}", what.verb(), key.name),
        Intervention::Pod(key, what) => format!("{} {}", what.verb(), key.name),
    }
}

/// A StatefulSet has a lane for each number, a DaemonSet for each node; of other workloads, a Pod takes a lane that has
/// become free.
fn groups(scale: &Scale, tracks: &Tracks, key: &Key, mine: &[&Track]) -> Vec<Group> {
    if matches!(key.kind, Kind::StatefulSet | Kind::DaemonSet) {
        return vec![Group {
            label: String::new(),
            lanes: named_lanes(scale, mine),
        }];
    }
    let mut by_owner: Vec<(&Key, Vec<&Track>)> = Vec::new();
    for track in mine {
        match by_owner
            .iter_mut()
            .find(|(owner, _)| **owner == track.owner || owner.kind == Kind::Pod)
        {
            Some((_, list)) => list.push(track),
            None => by_owner.push((&track.owner, vec![track])),
        }
    }
    let group = |(owner, list): (&Key, Vec<&Track>)| Group {
        label: group_label(tracks, owner),
        lanes: shared_lanes(scale, &list),
    };
    by_owner.into_iter().map(group).collect()
}

fn group_label(tracks: &Tracks, owner: &Key) -> String {
    let numbers = tracks.numbers.get(owner).map_or(&[][..], Vec::as_slice);
    match numbers {
        [] => String::new(),
        numbers => {
            let numbers: Vec<String> = numbers.iter().map(i64::to_string).collect();
            format!("revision {}", numbers.join(", "))
        }
    }
}

/// A lane for each name, in the order of their numbers; on a node for which two Pods overlap, one more.
fn named_lanes(scale: &Scale, mine: &[&Track]) -> Vec<Lane> {
    let number = |name: &str| name.rsplit('-').next().and_then(|number| number.parse::<i64>().ok());
    let mut by_name: Table<(Option<i64>, &str), Vec<&Track>> = Table::default();
    for track in mine {
        by_name.entry(&(number(&track.name), &track.name), Vec::new).push(track);
    }
    let mut lanes = Vec::new();
    for ((_, name), tracks) in by_name.into_rows() {
        let start = lanes.len();
        lanes.extend(shared_lanes(scale, &tracks));
        lanes[start..]
            .iter_mut()
            .for_each(|lane| name.clone_into(&mut lane.name));
    }
    lanes
}

fn shared_lanes(scale: &Scale, mine: &[&Track]) -> Vec<Lane> {
    // Of those that begin together the longest comes first: what ends early makes a staircase.
    let mut mine = mine.to_vec();
    order::sort_by_key(&mut mine, |track| (track.begins(), Reverse(track.ends())));
    let mut lanes: Vec<(Time, Lane)> = Vec::new();
    for track in mine {
        let free = lanes.iter_mut().find(|(end, _)| *end < track.begins());
        let (end, lane) = match free {
            Some(free) => free,
            None => {
                lanes.push(Default::default());
                let index = lanes.len() - 1;
                &mut lanes[index]
            }
        };
        *end = track.ends();
        lane.bars.extend(bars(scale, track));
    }
    lanes.into_iter().map(|(_, lane)| lane).collect()
}

fn bars(scale: &Scale, track: &Track) -> impl Iterator<Item = Bar> {
    track.spans.iter().map(|span| Bar {
        from: scale.place_of(span.from),
        to: scale.place_of(span.to),
        hue: span.hue,
        form: span.form,
    })
}
