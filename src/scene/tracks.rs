//! What is read of a whole history, change by change: how many Pods each workload had in which state, and, where they are
//! few, what each Pod went through.

use super::daemon_set::node_of;
use super::look::Look;
use super::pod::Form;
use super::slots::stored_revision;
use super::sums::Sums;
use super::table::Table;
use rollscope_engine::History;
use rollscope_engine::api::{Key, Kind, Object, Pod, PodTemplate, Uid};
use rollscope_engine::controllers::deployment::util;
use rollscope_engine::step::Step;
use rollscope_engine::time::Time;
use std::rc::Rc;

/// More Pods than this are drawn as sums, for which nobody has to know the way of each.
pub(super) const MOST_LANES: usize = 80;

/// What was read of a history.
#[derive(Debug, Default)]
pub struct Tracks {
    /// Each Pod's way, in the order of their creation; none if they are more than were to be kept.
    pub(super) tracks: Vec<Track>,
    /// How many Pods there were.
    pub(super) count: usize,
    /// The numbers of each workload, in the order of their keys. Pods without an owner share those under the key of the first.
    pub(super) workloads: Vec<(Key, Sums)>,
    /// Those of all workloads together.
    pub(super) whole: Sums,
    /// When the last Pod became available or was told to go.
    pub(super) completes: Option<Time>,
    /// When the last Pod will be available that is not yet so at the end, though nobody waits for that.
    pub(super) settles: Option<Time>,
    /// The numbers that each ReplicaSet had, in their order; an undo gives it a new one.
    pub(super) numbers: Table<Key, Vec<i64>>,
    /// How all moments are drawn.
    pub look: Look,
}

/// One Pod's way.
#[derive(Debug)]
pub(super) struct Track {
    /// The name of its place: that of a DaemonSet's node, else its own.
    pub name: String,
    /// Its workload, by index.
    pub workload: usize,
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

/// Reads a history step by step, while it is computed or when it is whole.
#[derive(Debug, Default)]
pub struct Reader {
    tracks: Tracks,
    /// How many tracks are kept.
    most: usize,
    owners: Table<Uid, Owner>,
    /// Where the numbers of each workload are.
    known: Table<Key, usize>,
    /// Under which key those of Pods without an owner are.
    ownerless: Option<Key>,
    /// All Pods that there were.
    pods: Vec<Known>,
    /// Where each is, by its uid, which is as good as random; from 1 on.
    places: Vec<u32>,
    /// How many are there.
    present: usize,
    now: Time,
}

#[derive(Clone, Debug)]
struct Owner {
    key: Key,
    workload: Key,
    min_ready_seconds: i64,
}

/// A Pod, and how it is since when.
#[derive(Debug)]
struct Known {
    uid: Uid,
    workload: usize,
    from: Time,
    state: State,
    is_gone: bool,
}

#[derive(Clone, Copy, PartialEq, Debug)]
struct State {
    form: Form,
    hue: u8,
    /// When it becomes available, if it stays as it is.
    ripens: Option<Time>,
}

impl Tracks {
    /// Reads a whole history; the ways of all Pods are kept if they are at most so many.
    pub(super) fn of(history: &History, most: usize) -> Tracks {
        let mut reader = Reader::new(most);
        history.steps.iter().for_each(|step| reader.read(step));
        reader.finish()
    }

    /// When the last Pod became available or was told to go, or will be.
    pub(super) fn completed_at(&self) -> Option<Time> {
        self.completes.max(self.settles)
    }

    /// The tracks of the workload of this index.
    pub(super) fn tracks_of(&self, workload: usize) -> Vec<&Track> {
        self.tracks.iter().filter(|track| track.workload == workload).collect()
    }
}

impl Reader {
    /// Nothing is read yet. The ways of all Pods are kept if they turn out to be at most so many.
    pub fn new(most: usize) -> Reader {
        Reader {
            most,
            places: vec![0; 64],
            ..Reader::default()
        }
    }

    /// The next step.
    pub fn read(&mut self, step: &Step) {
        self.now = step.at;
        for change in step.changes() {
            self.tracks.look.meet(change, &mut self.present);
            match (&change.before, &change.after) {
                (before, Some(Object::Pod(pod))) => self.read_pod(&change.key, before.as_ref(), pod),
                (Some(Object::Pod(pod)), None) => self.lose(pod.meta.uid),
                (_, after) => self.read_other(&change.key, after.as_ref()),
            }
        }
    }

    /// What was read, up to the last step.
    pub fn finish(mut self) -> Tracks {
        let there = self.pods.iter().filter(|pod| !pod.is_gone);
        self.tracks.settles = there.filter_map(|pod| pod.state.ripens).max();
        for index in 0..self.pods.len() {
            if !self.pods[index].is_gone {
                self.end(index);
            }
        }
        let Reader { mut tracks, known, .. } = self;
        // In the order of their keys, and without those that had no Pods.
        let mut found: Vec<Sums> = std::mem::take(&mut tracks.workloads)
            .into_iter()
            .map(|(_, sums)| sums)
            .collect();
        let mut places = vec![0; found.len()];
        for (key, index) in known.into_rows() {
            if !found[index].changes.is_empty() {
                places[index] = tracks.workloads.len();
                tracks.workloads.push((key, std::mem::take(&mut found[index])));
            }
        }
        tracks
            .tracks
            .iter_mut()
            .for_each(|track| track.workload = places[track.workload]);
        tracks
    }

    fn read_other(&mut self, key: &Key, object: Option<&Object>) {
        let workload = match object {
            Some(object) => self.learn(key, object),
            None => self.known.get(key).copied(),
        };
        if let Some(workload) = workload {
            self.tracks.workloads[workload].1.read(object, self.now);
        }
    }

    /// Who may own Pods; gives the place of its numbers.
    fn learn(&mut self, key: &Key, object: &Object) -> Option<usize> {
        let min_ready_seconds = match object {
            Object::Deployment(_) => return Some(self.workload(key)),
            Object::ReplicaSet(set) | Object::ReplicationController(set) => set.spec.min_ready_seconds,
            Object::StatefulSet(set) => set.spec.min_ready_seconds,
            Object::DaemonSet(set) => set.spec.min_ready_seconds,
            _ => return None,
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
        Some(self.workload(key))
    }

    fn workload(&mut self, key: &Key) -> usize {
        let workloads = &mut self.tracks.workloads;
        *self.known.entry(key, || {
            workloads.push((key.clone(), Sums::default()));
            workloads.len() - 1
        })
    }

    fn read_pod(&mut self, key: &Key, before: Option<&Object>, pod: &Pod) {
        let known = self.find(pod.meta.uid);
        let index = known.unwrap_or_else(|| self.begin(key, pod));
        let is_new = known.is_none() || std::mem::take(&mut self.pods[index].is_gone);
        if !is_new {
            self.ripen(index);
        }
        let state = self.state(index, before.filter(|_| !is_new), pod);
        if let Some(track) = self.tracks.tracks.get_mut(index) {
            let containers = pod.status.containers.iter();
            track.restarts = containers.map(|container| i64::from(container.restart_count)).sum();
        }
        let was = self.pods[index].state;
        if !is_new && was == state {
            return;
        }
        if !is_new {
            self.count(index, -1);
        }
        if is_new || (was.form, was.hue) != (state.form, state.hue) {
            if !is_new {
                self.end(index);
            }
            self.pods[index].from = self.now;
        }
        self.pods[index].state = state;
        self.count(index, 1);
    }

    /// How a Pod is now.
    fn state(&self, index: usize, before: Option<&Object>, pod: &Pod) -> State {
        let controller = |pod: &Pod| pod.meta.controller().map(|owner| owner.uid);
        let owner = controller(pod).and_then(|uid| self.owners.get(&uid));
        let min_ready_seconds = owner.map_or(0, |owner| owner.min_ready_seconds);
        let form = Form::of(pod, min_ready_seconds, self.now);
        // Hardly ever does a Pod come to another owner or revision.
        let is_same = matches!(before, Some(Object::Pod(before))
            if before.meta.labels == pod.meta.labels && controller(before) == controller(pod));
        let hue = || {
            let revision = stored_revision(pod);
            let revision = revision.as_ref().or(owner.map(|owner| &owner.key));
            revision.map_or(0, |key| self.tracks.look.hues.hue(key))
        };
        State {
            form,
            hue: if is_same { self.pods[index].state.hue } else { hue() },
            ripens: match form {
                Form::NotYet => pod.available_at(min_ready_seconds),
                _ => None,
            },
        }
    }

    fn begin(&mut self, key: &Key, pod: &Pod) -> usize {
        let owner = pod
            .meta
            .controller()
            .and_then(|owner| self.owners.get(&owner.uid))
            .cloned();
        let workload = match &owner {
            Some(owner) => owner.workload.clone(),
            None => self.ownerless.get_or_insert_with(|| key.clone()).clone(),
        };
        let workload = self.workload(&workload);
        self.tracks.count += 1;
        if self.tracks.count <= self.most {
            let on_node = owner.as_ref().is_some_and(|owner| owner.key.kind == Kind::DaemonSet);
            self.tracks.tracks.push(Track {
                name: if on_node { node_of(pod) } else { key.name.clone() }.to_string(),
                workload,
                owner: owner.map_or_else(|| key.clone(), |owner| owner.key),
                spans: Vec::new(),
                template: pod.template.clone(),
                restarts: 0,
            });
        } else {
            self.tracks.tracks.clear();
        }
        self.pods.push(Known {
            uid: pod.meta.uid,
            workload,
            from: self.now,
            state: State {
                form: Form::Pending,
                hue: 0,
                ripens: None,
            },
            is_gone: false,
        });
        self.remember();
        self.pods.len() - 1
    }

    fn lose(&mut self, uid: Uid) {
        if let Some(index) = self.find(uid).filter(|index| !self.pods[*index].is_gone) {
            self.ripen(index);
            self.count(index, -1);
            self.end(index);
            self.pods[index].is_gone = true;
        }
    }

    /// A Pod that was to become available by itself has done so.
    fn ripen(&mut self, index: usize) {
        let Some(ripe) = self.pods[index].state.ripens.filter(|ripe| *ripe < self.now) else {
            return;
        };
        self.close(index, ripe);
        let pod = &mut self.pods[index];
        (pod.from, pod.state.form, pod.state.ripens) = (ripe, Form::Available, None);
    }

    /// Counts a Pod as it is, or no longer so.
    fn count(&mut self, index: usize, by: i32) {
        let Known { workload, state, .. } = self.pods[index];
        let (key, sums) = &mut self.tracks.workloads[workload];
        let whole = (key.kind != Kind::Pod).then_some(&mut self.tracks.whole);
        for sums in std::iter::once(sums).chain(whole) {
            sums.add(self.now, state.form, state.hue, by);
            if let Some(ripe) = state.ripens {
                sums.add(ripe, state.form, state.hue, -by);
                sums.add(ripe, Form::Available, state.hue, by);
            }
        }
    }

    /// The state of a Pod ends now.
    fn end(&mut self, index: usize) {
        self.ripen(index);
        self.close(index, self.now);
        let (key, sums) = &mut self.tracks.workloads[self.pods[index].workload];
        sums.ends = self.now;
        if key.kind != Kind::Pod {
            self.tracks.whole.ends = self.now;
        }
    }

    fn close(&mut self, index: usize, to: Time) {
        let Known { from, state, .. } = self.pods[index];
        if from >= to {
            return;
        }
        let State { form, hue, .. } = state;
        if matches!(form, Form::Available | Form::Leaving | Form::Ended) {
            self.tracks.completes = self.tracks.completes.max(Some(from));
        }
        if let Some(track) = self.tracks.tracks.get_mut(index) {
            track.spans.push(Span { from, to, form, hue });
        }
    }

    /// The index of a Pod.
    fn find(&self, uid: Uid) -> Option<usize> {
        let index = self.places[self.place(uid)];
        usize::try_from(index).ok()?.checked_sub(1)
    }

    /// Where a Pod is noted, or is to be.
    fn place(&self, uid: Uid) -> usize {
        let last = self.places.len() - 1;
        let mut place = usize::try_from(uid.0 & last as u64).unwrap_or_default();
        let is_other = |index: u32| index > 0 && self.pods[index as usize - 1].uid != uid;
        while is_other(self.places[place]) {
            place = (place + 1) & last;
        }
        place
    }

    /// Notes the last Pod; where there is not much room, all of them anew.
    fn remember(&mut self) {
        let mut first = self.pods.len();
        if 2 * first > self.places.len() {
            self.places = vec![0; 2 * self.places.len()];
            first = 1;
        }
        for number in first..=self.pods.len() {
            let place = self.place(self.pods[number - 1].uid);
            self.places[place] = u32::try_from(number).unwrap_or_default();
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
