//! What is kept of a crowd from one moment to the next: its Pods in blocks, and sums of them. A step makes anew only the
//! blocks of the Pods that it has changed, so that ten thousand cost hardly more than three hundred.
//!
//! What has changed is found by holding the present objects against those of the moment before. So it does not matter how
//! one got there: by a step, or from one end of the run to the other.

use super::blocks::{Block, Blocks, Item, Placed, in_order, put};
use super::crowd::BLOCK;
use super::pod::{Context, Seen, Tile};
use super::service::{Groups, Selects};
use super::slots::Slot;
use super::stage::{Scope, owner};
use super::stateful_set::Places;
use super::stuck;
use super::table::Table;
use super::why::Wait;
use rollscope_engine::api::{Key, Name, Object, Pod, Service, StatefulSet, Uid, ordinal_of};
use rollscope_engine::cluster::{Change, Cluster, Snapshot};
use rollscope_engine::controllers::stateful_set::REVISION_LABEL;
use rollscope_engine::history::{Cursor, History};
use rollscope_engine::step::Step;
use rollscope_engine::time::Time;
use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;

/// From so many changes on it is cheaper to look at all than to put each in its place; but no fewer than an eighth of all Pods.
const MANY: usize = 500;

/// So many Pods are few: they are found one by one, and so many changes are drawn within a frame, however many Pods there are.
const FEW: usize = 200;

/// What a stage asks who has kept something.
pub trait Keeps {
    /// How many Pods there are.
    fn pods(&self) -> usize;
    /// The Pods of a ReplicaSet.
    fn tiles(&self, scope: &Scope<'_>, owner: Uid, context: Context) -> Blocks<Tile>;
    /// The places of a StatefulSet.
    fn slots(&self, places: &Places<'_, '_>) -> Blocks<Slot>;
    /// The Pods that a Service selects, unless it is headless.
    fn groups(&self, scope: &Scope<'_>, service: &Rc<Service>) -> Rc<Groups>;
    /// What stands still at the cursor.
    fn stuck(&self, cursor: &Cursor) -> Vec<Wait>;
}

/// What is kept of one history.
#[derive(Default)]
pub struct Kept {
    all: RefCell<All>,
}

#[derive(Default)]
struct All {
    history: Option<Rc<History>>,
    position: usize,
    chosen: Option<Key>,
    /// The Pods that the step there wrote, and the one whose panel is open: who has a mark.
    marked: Vec<Rc<Pod>>,
    snapshot: Snapshot,
    pods: usize,
    /// The Pods that are held up.
    held: Table<Key, ()>,
    /// The Pods of each owner, as long as they have not been drawn after a look at all.
    fresh: Table<Uid, Vec<Seen>>,
    rows: Table<Uid, Row>,
    numbers: Table<Uid, Numbers>,
    services: Table<Uid, (Rc<Service>, Rc<Groups>)>,
}

/// A Pod as it was and as it is.
#[derive(Clone)]
struct Edit {
    before: Option<Rc<Pod>>,
    after: Option<Rc<Pod>>,
}

/// Something in blocks, as of a moment, and what has changed since then.
struct Drawn<T: Item> {
    now: Time,
    blocks: Blocks<T>,
    edits: Vec<Edit>,
}

/// The Pods of a ReplicaSet.
struct Row {
    context: (i64, u8, i64),
    drawn: Drawn<Tile>,
}

/// The places of a StatefulSet.
struct Numbers {
    context: Numbering,
    awaited: Option<i64>,
    drawn: Drawn<Slot>,
}

/// What a place depends on beside its Pod.
#[derive(PartialEq)]
struct Numbering {
    revisions: Vec<(Name, i64, u8)>,
    min_ready_seconds: i64,
    wanted: (i64, i64),
    terminating: bool,
}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Kept({} Pods)", self.pods())
    }
}

impl Kept {
    /// To the moment at the cursor; nothing is to be done where it is there already.
    pub fn bring(&self, cursor: &Cursor, chosen: Option<&Key>) {
        let all = &mut *self.all.borrow_mut();
        let (history, position) = (cursor.history(), cursor.position());
        let is_known = all.history.as_ref().is_some_and(|known| Rc::ptr_eq(known, history));
        if !is_known || !history.is_near(all.position, position, all.many()) {
            let services = std::mem::take(&mut all.services).into_rows();
            let services = services.iter().filter(|_| is_known);
            *all = All::of(cursor, services.map(|(_, (service, _))| service));
        } else if all.position == position && all.chosen.as_ref() == chosen {
            return;
        } else {
            all.bring(cursor);
        }
        all.mark(cursor, chosen);
    }
}

impl Kept {
    /// Whether more lies between what was drawn and the cursor than is drawn within a frame; nothing is far from nothing.
    pub fn is_far(&self, cursor: &Cursor) -> bool {
        let all = self.all.borrow();
        let (history, position) = (cursor.history(), cursor.position());
        let is_known = all.history.as_ref().is_some_and(|known| Rc::ptr_eq(known, history));
        is_known && !history.is_near(all.position, position, FEW)
    }
}

impl Keeps for Kept {
    fn pods(&self) -> usize {
        self.all.borrow().pods
    }

    fn tiles(&self, scope: &Scope<'_>, owner: Uid, context: Context) -> Blocks<Tile> {
        self.all.borrow_mut().tiles(scope, owner, context)
    }

    fn slots(&self, places: &Places<'_, '_>) -> Blocks<Slot> {
        self.all.borrow_mut().slots(places)
    }

    fn groups(&self, scope: &Scope<'_>, service: &Rc<Service>) -> Rc<Groups> {
        let services = &mut self.all.borrow_mut().services;
        let selects =
            |known: &Service| known.selector == service.selector && known.meta.namespace == service.meta.namespace;
        let known = services.get(&service.meta.uid).filter(|(known, _)| selects(known));
        if let Some((_, groups)) = known {
            return groups.clone();
        }
        let groups = Rc::new(Groups::of(scope, service));
        services.insert(&service.meta.uid, (service.clone(), groups.clone()));
        groups
    }

    fn stuck(&self, cursor: &Cursor) -> Vec<Wait> {
        let all = self.all.borrow();
        let pods = all.held.rows().iter().filter_map(|(key, ())| cursor.cluster().get(key));
        stuck::stuck_with(cursor, pods)
    }
}

impl All {
    /// Nothing is kept but what one look at each Pod tells.
    fn of<'a>(cursor: &Cursor, services: impl Iterator<Item = &'a Rc<Service>>) -> All {
        let mut all = All {
            history: Some(cursor.history().clone()),
            position: cursor.position(),
            snapshot: cursor.cluster().snapshot(),
            ..All::default()
        };
        let mut held = Vec::new();
        let mut services: Vec<_> = services
            .map(|service| (service, Selects::new(service), Groups::default()))
            .collect();
        let mut pods = cursor.cluster().pods().map(|(key, pod)| (key, pod, Seen::of(pod)));
        loop {
            // Memory answers many questions as fast as one, if they are asked in a row: so a few at a time are looked at, and
            // only then is something done with each.
            let some: Vec<_> = pods.by_ref().take(BLOCK).collect();
            if some.is_empty() {
                break;
            }
            all.pods += some.len();
            for (key, pod, mut seen) in some {
                held.extend(stuck::is_kept(pod).then(|| (key.clone(), ())));
                seen.known = known(pod);
                for (_, selects, groups) in &mut services {
                    if selects.pod(pod) {
                        groups.meet(&seen);
                    }
                }
                all.fresh.entry(&seen.owner, Vec::new).push(seen);
            }
        }
        all.held = Table::of(held);
        let services = services.into_iter();
        let services = services.map(|(service, _, groups)| (service.meta.uid, (service.clone(), Rc::new(groups))));
        all.services = Table::of(services.collect());
        all
    }

    /// With more changes than these between two moments, nothing is kept.
    fn many(&self) -> usize {
        MANY.max(self.pods / 8)
    }

    fn bring(&mut self, cursor: &Cursor) {
        let cluster = cursor.cluster();
        self.fresh = Table::default();
        // What was marked loses its mark, unless it is marked again. Who has changed since then comes later, and counts.
        for pod in std::mem::take(&mut self.marked) {
            self.note(&Edit::new(Some(&pod), Some(&pod)));
        }
        let mut edits: Vec<Edit> = Vec::new();
        let snapshot = std::mem::replace(&mut self.snapshot, cluster.snapshot());
        cluster.pods_since(&snapshot, |key, before, after| {
            self.count(key, before, after);
            edits.push(Edit::new(before, after));
        });
        self.regroup(&edits);
        edits.iter().for_each(|edit| self.note(edit));
        self.position = cursor.position();
    }

    /// Marks those whom the step at the cursor wrote, and the one whose panel is open.
    fn mark(&mut self, cursor: &Cursor, chosen: Option<&Key>) {
        let last = cursor.step().map(written).unwrap_or_default().into_rows();
        let mut marked: Vec<_> = last.into_iter().filter_map(|(_, pod)| pod).collect();
        if let Some(Object::Pod(pod)) = chosen.and_then(|key| cursor.cluster().get(key)) {
            marked.push(pod.clone());
        }
        for pod in &marked {
            self.note(&Edit::new(Some(pod), Some(pod)));
        }
        (self.marked, self.chosen) = (marked, chosen.cloned());
    }

    /// What is counted of all Pods.
    fn count(&mut self, key: &Key, before: Option<&Rc<Pod>>, after: Option<&Rc<Pod>>) {
        self.pods = self.pods + usize::from(after.is_some()) - usize::from(before.is_some());
        let [was, is] = [before, after].map(|pod| pod.is_some_and(|pod| stuck::is_kept(pod)));
        match (was, is) {
            (false, true) => self.held.insert(key, ()),
            (true, false) => drop(self.held.remove(key)),
            _ => {}
        }
    }

    /// Which Pods Services select.
    fn regroup(&mut self, edits: &[Edit]) {
        for (_, (service, groups)) in self.services.rows_mut() {
            let (service, groups) = (service.clone(), Rc::make_mut(groups));
            let mut selects = Selects::new(&service);
            for edit in edits {
                let [before, after] =
                    [&edit.before, &edit.after].map(|pod| pod.as_ref().filter(|pod| selects.pod(pod)));
                groups.change(before, after);
            }
        }
    }

    /// For the next time that the Pods of its owner are drawn.
    fn note(&mut self, edit: &Edit) {
        let (was, is) = (edit.before.as_deref().map(owner), edit.after.as_deref().map(owner));
        if was == is {
            was.iter().for_each(|owner| self.tell(*owner, edit));
            return;
        }
        let (gone, come) = (
            Edit::new(edit.before.as_ref(), None),
            Edit::new(None, edit.after.as_ref()),
        );
        was.iter().for_each(|owner| self.tell(*owner, &gone));
        is.iter().for_each(|owner| self.tell(*owner, &come));
    }

    fn tell(&mut self, owner: Uid, edit: &Edit) {
        let row = self.rows.get_mut(&owner).map(|row| &mut row.drawn.edits);
        let numbers = self.numbers.get_mut(&owner).map(|numbers| &mut numbers.drawn.edits);
        row.or(numbers).into_iter().for_each(|edits| edits.push(edit.clone()));
    }

    fn tiles(&mut self, scope: &Scope<'_>, owner: Uid, context: Context) -> Blocks<Tile> {
        let mine = (context.min_ready_seconds, context.hue, context.revision);
        let known = self.rows.get_mut(&owner);
        if let Some(row) = known.filter(|row| row.context == mine) {
            let mut edits = Vec::new();
            for edit in std::mem::take(&mut row.drawn.edits) {
                let tile = |pod: &Rc<Pod>| scope.tile(Seen::of(pod), context);
                let before = edit.before.as_ref().filter(|pod| !edit.is_of(pod));
                edits.extend(before.map(|pod| (tile(pod), false)));
                edits.extend(edit.after.as_ref().map(|pod| (tile(pod), true)));
            }
            return row.drawn.draw(scope.now, edits);
        }
        let pods = self.pods_of(scope, owner);
        let drawn = Drawn::new(scope.now, scope.tiles(pods, context));
        let tiles = drawn.blocks.clone();
        self.rows.insert(&owner, Row { context: mine, drawn });
        tiles
    }

    fn slots(&mut self, places: &Places<'_, '_>) -> Blocks<Slot> {
        let (scope, set) = (places.scope, places.set);
        let context = Numbering::of(places);
        let known = self.numbers.get_mut(&set.meta.uid);
        if let Some(numbers) = known.filter(|numbers| numbers.context == context) {
            let slot = |ordinal: i64, pod: Option<&Rc<Pod>>| {
                let stays = pod.is_some() || set.spec.in_range(ordinal);
                (places.slot(ordinal, pod.map(Seen::of), false), stays)
            };
            let mut edits = Vec::new();
            for edit in std::mem::take(&mut numbers.drawn.edits) {
                let pod = edit.after.as_ref().or(edit.before.as_ref());
                let ordinal = pod.and_then(|pod| set.ordinal_of(&pod.meta.name));
                edits.extend(ordinal.map(|ordinal| slot(ordinal, edit.after.as_ref())));
            }
            let was = std::mem::replace(&mut numbers.awaited, places.awaited);
            if was != places.awaited {
                let both = was.into_iter().chain(places.awaited);
                for ordinal in both {
                    edits.push(slot(ordinal, pod_at(scope.cluster, set, ordinal)));
                }
            }
            return numbers.drawn.draw(scope.now, edits);
        }
        let pods = self.pods_of(scope, set.meta.uid);
        let drawn = Drawn::new(scope.now, places.all(pods));
        let slots = drawn.blocks.clone();
        let awaited = places.awaited;
        let numbers = Numbers {
            context,
            awaited,
            drawn,
        };
        self.numbers.insert(&set.meta.uid, numbers);
        slots
    }
}

impl All {
    /// The Pods of an owner that was not drawn yet, or otherwise. A few, or none, are found by their names; for more, one looks at all.
    fn pods_of(&mut self, scope: &Scope<'_>, owner: Uid) -> Vec<Seen> {
        self.fresh.remove(&owner).unwrap_or_else(|| {
            let few: Vec<Seen> = scope.cluster.pods_of(owner).take(FEW).map(Seen::of).collect();
            match few.len() {
                FEW => scope.pods_of(owner).to_vec(),
                _ => few,
            }
        })
    }
}

/// The number of a StatefulSet's Pod, and its revision.
fn known(pod: &Pod) -> Option<(i64, Name)> {
    let set = pod.meta.controller().filter(|owner| owner.kind == "StatefulSet")?;
    let ordinal = ordinal_of(&set.name, &pod.meta.name)?;
    Some((ordinal, pod.meta.labels.get(REVISION_LABEL)?.clone()))
}

/// The Pods that a step wrote, as it left them; one that it removed is `None`.
fn written(step: &Step) -> Table<Uid, Option<Rc<Pod>>> {
    let pods = step.changes().rev().filter_map(|change| match change {
        Change {
            after: Some(Object::Pod(pod)),
            ..
        } => Some((pod.meta.uid, Some(pod.clone()))),
        Change {
            before: Some(Object::Pod(pod)),
            ..
        } => Some((pod.meta.uid, None)),
        _ => None,
    });
    Table::of(pods.collect())
}

fn pod_at<'a>(cluster: &'a Cluster, set: &StatefulSet, ordinal: i64) -> Option<&'a Rc<Pod>> {
    let name = Name::from(format!("{}-{ordinal}", set.meta.name).as_str());
    let pod = cluster.pod(&set.meta.namespace, &name)?;
    (owner(pod) == set.meta.uid).then_some(pod)
}

impl Edit {
    fn new(before: Option<&Rc<Pod>>, after: Option<&Rc<Pod>>) -> Edit {
        Edit {
            before: before.cloned(),
            after: after.cloned(),
        }
    }

    /// Whether this is the Pod as it is now.
    fn is_of(&self, pod: &Rc<Pod>) -> bool {
        self.after.as_ref().is_some_and(|after| Rc::ptr_eq(after, pod))
    }
}

impl Numbering {
    fn of(places: &Places<'_, '_>) -> Numbering {
        let spec = &places.set.spec;
        Numbering {
            revisions: places.revisions.shown(),
            min_ready_seconds: spec.min_ready_seconds,
            wanted: (spec.start, spec.replicas),
            terminating: places.set.meta.is_terminating(),
        }
    }
}

impl<T: Item> Drawn<T> {
    fn new(now: Time, blocks: Blocks<T>) -> Drawn<T> {
        Drawn {
            now,
            blocks,
            edits: Vec::new(),
        }
    }

    fn draw(&mut self, now: Time, edits: Vec<Placed<T>>) -> Blocks<T> {
        if self.now != now {
            let due = |block: &&mut Rc<Block<T>>| !T::lasts(&block.sum).has(now);
            for block in self.blocks.all.iter_mut().filter(due) {
                *block = Rc::new(Block::of(block.items.iter().map(|item| item.at(now)).collect()));
            }
            self.now = now;
        }
        put(&mut self.blocks, in_order(edits));
        self.blocks.clone()
    }
}
