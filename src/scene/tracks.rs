//! What each Pod went through in a whole history: its states one after the other, and to which workload it belonged.

use super::daemon_set::node_of;
use super::hue::Hues;
use super::pod::Form;
use super::slots::stored_revision;
use super::table::Table;
use rollscope_engine::History;
use rollscope_engine::api::{Key, Kind, Object, Pod, PodTemplate, Uid};
use rollscope_engine::controllers::deployment::util;
use rollscope_engine::time::Time;
use std::rc::Rc;

/// The tracks of all Pods of a history, in the order of their creation.
#[derive(Debug, Default)]
pub(super) struct Tracks {
    pub tracks: Vec<Track>,
    /// When the last Pod will be available that is not yet so at the end, though nobody waits for that.
    pub settles: Option<Time>,
    /// The numbers that each ReplicaSet had, in their order; an undo gives it a new one.
    pub numbers: Table<Key, Vec<i64>>,
}

/// One Pod's way.
#[derive(Debug)]
pub(super) struct Track {
    /// The name of its place: that of a DaemonSet's node, else its own.
    pub name: String,
    /// The Deployment, StatefulSet, DaemonSet or bare ReplicaSet; a bare Pod's own key.
    pub workload: Key,
    /// The ReplicaSet, or the workload itself.
    pub owner: Key,
    pub spans: Vec<Span>,
    /// What it was made of.
    pub template: Rc<PodTemplate>,
    /// How often its containers were started again.
    pub restarts: i64,
}

/// A state and how long it lasted.
#[derive(Clone, Debug)]
pub(super) struct Span {
    pub from: Time,
    pub to: Time,
    pub form: Form,
    pub hue: u8,
}

/// What has been read so far.
#[derive(Debug, Default)]
struct Reader {
    tracks: Tracks,
    hues: Hues,
    owners: Table<Uid, Owner>,
    open: Table<Key, Open>,
}

#[derive(Clone, Debug)]
struct Owner {
    key: Key,
    workload: Key,
    min_ready_seconds: i64,
}

/// A state that has not ended yet.
#[derive(Debug)]
struct Open {
    track: usize,
    from: Time,
    form: Form,
    hue: u8,
    /// When it becomes available, if it stays as it is.
    ripens: Option<Time>,
}

impl Tracks {
    pub(super) fn of(history: &History) -> Tracks {
        let mut reader = Reader {
            hues: Hues::of(history),
            ..Reader::default()
        };
        for step in &history.steps {
            for change in step.changes() {
                reader.read(&change.key, change.after.as_ref(), step.at);
            }
        }
        let end = history.time_at(history.len());
        let (mut tracks, open) = (reader.tracks, reader.open.into_rows());
        tracks.settles = open.iter().filter_map(|(_, open)| open.ripens).max();
        open.iter().for_each(|(_, open)| tracks.close(open, end));
        tracks
    }
}

impl Reader {
    fn read(&mut self, key: &Key, after: Option<&Object>, at: Time) {
        match after {
            Some(Object::Pod(pod)) => self.read_pod(key, pod, at),
            Some(object) => self.read_owner(key, object),
            None => {
                if let Some(open) = self.open.remove(key) {
                    self.tracks.close(&open, at);
                }
            }
        }
    }

    fn read_owner(&mut self, key: &Key, object: &Object) {
        let min_ready_seconds = match object {
            Object::ReplicaSet(set) | Object::ReplicationController(set) => set.spec.min_ready_seconds,
            Object::StatefulSet(set) => set.spec.min_ready_seconds,
            Object::DaemonSet(set) => set.spec.min_ready_seconds,
            _ => return,
        };
        let meta = object.meta();
        let controller = meta.controller();
        let workload = controller.map(|owner| Key::new(Kind::Deployment, &meta.namespace, &owner.name));
        let owner = Owner {
            key: key.clone(),
            workload: workload.unwrap_or_else(|| key.clone()),
            min_ready_seconds,
        };
        if let Object::ReplicaSet(set) = object {
            let numbers = self.tracks.numbers.entry(key, Vec::new);
            let number = util::revision(set);
            if number > 0 && numbers.last() != Some(&number) {
                numbers.push(number);
            }
        }
        self.owners.insert(&meta.uid, owner);
    }

    fn read_pod(&mut self, key: &Key, pod: &Pod, at: Time) {
        let owner = pod.meta.controller().and_then(|owner| self.owners.get(&owner.uid));
        let min_ready_seconds = owner.map_or(0, |owner| owner.min_ready_seconds);
        let revision = stored_revision(pod);
        let hue = revision.as_ref().or(owner.map(|owner| &owner.key));
        let hue = hue.map_or(0, |key| self.hues.hue(key));
        let form = Form::of(pod, min_ready_seconds, at);
        let ripens = match form {
            Form::NotYet => pod.available_at(min_ready_seconds),
            _ => None,
        };
        if let Some(open) = self.open.get(key) {
            let containers = pod.status.containers.iter();
            self.tracks.tracks[open.track].restarts =
                containers.map(|container| i64::from(container.restart_count)).sum();
        }
        if let Some(open) = self.open.get_mut(key)
            && (open.form, open.hue) == (form, hue)
        {
            open.ripens = ripens;
            return;
        }
        let next = |track| Open {
            track,
            from: at,
            form,
            hue,
            ripens,
        };
        if let Some(open) = self.open.get_mut(key) {
            let next = next(open.track);
            self.tracks.close(&std::mem::replace(open, next), at);
            return;
        }
        let track = self.begin(key, pod, owner.cloned());
        self.open.insert(key, next(track));
    }

    fn begin(&mut self, key: &Key, pod: &Pod, owner: Option<Owner>) -> usize {
        let on_node = owner.as_ref().is_some_and(|owner| owner.key.kind == Kind::DaemonSet);
        self.tracks.tracks.push(Track {
            name: if on_node { node_of(pod) } else { key.name.clone() }.to_string(),
            workload: owner
                .as_ref()
                .map_or_else(|| key.clone(), |owner| owner.workload.clone()),
            owner: owner.map_or_else(|| key.clone(), |owner| owner.key),
            spans: Vec::new(),
            template: pod.template.clone(),
            restarts: 0,
        });
        self.tracks.tracks.len() - 1
    }
}

impl Tracks {
    fn close(&mut self, open: &Open, at: Time) {
        let spans = &mut self.tracks[open.track].spans;
        let mut push = |from, to, form| {
            if from < to {
                let hue = open.hue;
                spans.push(Span { from, to, form, hue });
            }
        };
        match open.ripens.filter(|ripe| *ripe < at) {
            Some(ripe) => {
                let ripe = ripe.max(open.from);
                push(open.from, ripe, open.form);
                push(ripe, at, Form::Available);
            }
            None => push(open.from, at, open.form),
        }
    }
}

impl Track {
    pub(super) fn begins(&self) -> Time {
        self.spans.first().map_or(Time::ZERO, |span| span.from)
    }

    pub(super) fn ends(&self) -> Time {
        self.spans.last().map_or(Time::ZERO, |span| span.to)
    }

    /// When it no longer holds what it requested.
    pub(super) fn resigns(&self) -> Time {
        let ended = self.spans.iter().find(|span| span.form == Form::Ended);
        ended.map_or(self.ends(), |span| span.from)
    }
}
