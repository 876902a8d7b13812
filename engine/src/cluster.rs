//! The cluster: what the API server stores. [`Cluster::apply`] is the only way to change it, and returns what changed,
//! so that every change can be taken back and made again ([`Cluster::undo`], [`Cluster::redo`]).

mod objects;
mod snapshot;
mod typed;

pub use snapshot::Snapshot;

use crate::api::{
    ControllerRevision, EndpointSlice, Key, Kind, LabelSelector, Name, Named, Object, Pod, ReplicaSet, Service,
    Shelves, Uid,
};
use crate::event::Event;
use crate::index::visits;
use crate::ordered::Ordered;
use crate::reason::Blocked;
use crate::shelf::Shelf;
use crate::step::Actor;
use crate::time::{Duration, Time};
use objects::Objects;
use std::rc::Rc;

/// The finalizer that holds an owner until its dependents are gone.
pub const FOREGROUND: &str = "foregroundDeletion";
/// The finalizer that holds an owner until its dependents have been let go.
pub const ORPHAN: &str = "orphan";
/// The finalizer that holds a claim while a Pod uses it.
pub const PVC_PROTECTION: &str = "kubernetes.io/pvc-protection";

/// What the API server stores, with the indexes that controllers read instead of scanning.
#[derive(Clone, Debug, Default)]
pub struct Cluster {
    objects: Objects,
    /// Their keys by the controller that owns them; orphans are filed under `Uid(0)`.
    by_controller: Ordered<Uid, Shelf<()>>,
    /// What is to be done with the shelf of another controller.
    prepare: Option<fn(&mut Shelf<()>)>,
    /// The Events of the whole run as far as they are known, shared with its checkpoints, and how many of them are
    /// recorded by now.
    events: Rc<Vec<Event>>,
    told: usize,
    waiting: Ordered<(Actor, Key), Rc<[Blocked]>>,
    seed: u64,
    last_uid: u64,
}

/// One request to the API server.
#[derive(Clone, Debug, PartialEq)]
pub enum Write {
    /// Store a new object.
    Create(Object),
    /// Replace metadata and spec of a stored object.
    Update(Object),
    /// Replace the status of a stored object; never counts as a new generation.
    UpdateStatus(Object),
    /// Ask for an object to go.
    Delete(Key, DeleteOptions),
}

/// How an object is to go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DeleteOptions {
    /// Grace period; `None` takes the Pod's own.
    pub grace_period_seconds: Option<i64>,
    /// What becomes of the dependents.
    pub propagation: Propagation,
}

/// What becomes of the dependents of a deleted object.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Propagation {
    /// The object goes at once, its dependents after it.
    #[default]
    Background,
    /// The dependents go first.
    Foreground,
    /// The dependents stay, without an owner.
    Orphan,
}

/// What one write changed; enough to take it back and to make it again. An object appeared (`before` is `None`), changed, or
/// vanished (`after` is `None`).
#[derive(Clone, Debug)]
pub struct Change {
    /// Which.
    pub key: Key,
    /// What was stored.
    pub before: Option<Object>,
    /// What is stored now.
    pub after: Option<Object>,
}

/// Who waits, and for what: a controller began, changed or ended waiting.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// Who waits, and for the sake of which object.
    pub waiter: (Actor, Key),
    /// What it waited for.
    pub before: Option<Rc<[Blocked]>>,
    /// What it waits for now.
    pub after: Option<Rc<[Blocked]>>,
}

/// Two clusters are equal if they hold the same; how identities are handed out next does not count.
impl PartialEq for Cluster {
    fn eq(&self, other: &Cluster) -> bool {
        self.objects == other.objects
            && self.by_controller == other.by_controller
            && self.events() == other.events()
            && self.waiting == other.waiting
    }
}

impl Cluster {
    /// An empty cluster; `seed` decides its "random" names and identities.
    pub fn new(seed: u64) -> Cluster {
        Cluster {
            seed,
            ..Cluster::default()
        }
    }

    /// Finds names by numbers from now on, which is worth while for a run in the making. There is nothing in it yet.
    pub(crate) fn number(&mut self) {
        self.objects.number();
        self.prepare = Some(Shelf::number);
    }

    /// Carries out one write at `now`. `None` if nothing changes: the object is not there, is there already, or is equal.
    pub fn apply(&mut self, write: Write, now: Time) -> Option<Change> {
        let stored = match &write {
            Write::Create(object) | Write::Update(object) | Write::UpdateStatus(object) => {
                let meta = object.meta();
                self.objects.find_named(Named {
                    kind: object.kind(),
                    namespace: &meta.namespace,
                    name: &meta.name,
                })
            }
            Write::Delete(key, _) => self.objects.find(key),
        };
        // The key that is stored is shared by all changes of its object.
        let (key, before) = stored.cloned().unzip();
        let after = match (write, &before) {
            (Write::Create(_), Some(_)) | (Write::Update(_) | Write::Delete(..), None) => return None,
            (Write::Create(object), None) => Some(self.created(object, now)),
            (Write::Update(object), Some(stored)) => updated(object, stored),
            (Write::UpdateStatus(object), _) => Some(object),
            (Write::Delete(_, options), Some(stored)) => deleted(stored.clone(), options, now),
        };
        if before == after {
            return None;
        }
        let key = key.or_else(|| Some(after.as_ref()?.key()))?;
        let change = Change { key, before, after };
        self.redo(&change);
        Some(change)
    }

    /// Records an Event.
    pub fn record(&mut self, event: Event) {
        let events = Rc::make_mut(&mut self.events);
        events.truncate(self.told);
        events.push(event);
        self.told += 1;
    }

    /// Notes what a controller waits for. `None` if that is what it waited for already.
    pub fn note_waiting(&mut self, actor: Actor, key: &Key, blocked: Vec<Blocked>) -> Option<Waiting> {
        let waiter = (actor, key.clone());
        let before = self.waiting.get(&waiter).cloned();
        let after = (!blocked.is_empty()).then(|| Rc::from(blocked));
        if before == after {
            return None;
        }
        let waiting = Waiting { waiter, before, after };
        self.redo_waiting(&waiting);
        Some(waiting)
    }

    /// Makes a change again.
    pub fn redo(&mut self, change: &Change) {
        self.replace(&change.key, change.before.as_ref(), change.after.as_ref());
    }

    /// Takes a change back; changes must be taken back in the reverse of their order.
    pub fn undo(&mut self, change: &Change) {
        self.replace(&change.key, change.after.as_ref(), change.before.as_ref());
    }

    /// Lets a controller wait again for what it began to wait for.
    pub(crate) fn redo_waiting(&mut self, waiting: &Waiting) {
        self.set_waiting(&waiting.waiter, waiting.after.as_ref());
    }

    /// Lets a controller wait again for what it had waited for before.
    pub(crate) fn undo_waiting(&mut self, waiting: &Waiting) {
        self.set_waiting(&waiting.waiter, waiting.before.as_ref());
    }

    /// Knows the Events of a whole run, none of which is recorded yet.
    pub(crate) fn foresee(&mut self, events: Vec<Event>) {
        self.events = Rc::new(events);
    }

    /// Goes to the moment when so many Events of the run had been recorded.
    pub(crate) fn tell(&mut self, events: u32) {
        self.told = self.events.len().min(events as usize);
    }

    /// The same, but for the Events, which only [`share_events`](Self::share_events) gives back.
    pub(crate) fn checkpoint(&self) -> Cluster {
        let mut checkpoint = self.clone();
        checkpoint.events = Rc::default();
        checkpoint.prepare = None;
        checkpoint
    }

    /// Checkpoints of a run share the list of Events at its end, which also the cursors read.
    pub(crate) fn share_events(&mut self, checkpoints: &mut [(usize, Cluster)]) {
        // No copy is made here: the page, which reads recorded runs, would have to bring along how.
        if let Some(events) = Rc::get_mut(&mut self.events) {
            events.shrink_to_fit();
        }
        for (_, checkpoint) in checkpoints {
            checkpoint.events = self.events.clone();
        }
    }

    fn set_waiting(&mut self, waiter: &(Actor, Key), blocked: Option<&Rc<[Blocked]>>) {
        match blocked {
            Some(blocked) => self.waiting.insert(waiter.clone(), blocked.clone()),
            None => self.waiting.remove(waiter),
        };
    }

    fn replace(&mut self, key: &Key, old: Option<&Object>, new: Option<&Object>) {
        let owner = |object: &Object| object.meta().controller().map_or(Uid(0), |owner| owner.uid);
        let (old_owner, new_owner) = (old.map(owner), new.map(owner));
        match new {
            Some(object) => self.objects.insert(key, object.clone()),
            None => self.objects.remove(key),
        }
        if old_owner == new_owner {
            return;
        }
        if let Some(uid) = old_owner
            && let Some(siblings) = self.by_controller.get_mut(&uid)
        {
            siblings.find_near(key.spot(Shelves::Owned), |other| other.is(key));
            siblings.remove(key);
            if siblings.is_empty() {
                self.by_controller.remove(&uid);
            }
        }
        if let Some(uid) = new_owner {
            let siblings = self.by_controller.or_default(uid);
            if let Some(prepare) = self.prepare.filter(|_| siblings.is_empty()) {
                prepare(siblings);
            }
            // What comes before it by name has the same owner more often than not.
            if let Some(before) = self.objects.of_kind(key.kind).before_last() {
                siblings.find_near(before.spot(Shelves::Owned), |other| other.is(before));
            }
            let lies_in = |key: &Key, spot| key.lies_in(Shelves::Owned, spot);
            siblings.insert(key.clone(), (), &lies_in);
            lies_in(key, siblings.last());
        }
    }

    fn created(&mut self, mut object: Object, now: Time) -> Object {
        self.last_uid += 1;
        let uid = Uid(mix(self.seed, self.last_uid));
        let is_claim = object.kind() == Kind::PersistentVolumeClaim;
        let meta = object.meta_mut();
        meta.uid = uid;
        meta.creation_timestamp = now;
        meta.generation = 1;
        if is_claim {
            meta.finalizers = vec![PVC_PROTECTION.into()];
        }
        object
    }

    /// A number by chance, for the `ahead`th object after the present ones; another one with each attempt.
    pub(crate) fn chance(&self, ahead: u64, attempt: u64) -> u64 {
        mix(self.seed ^ 0x6e61_6d65 ^ (attempt << 32), self.last_uid + 1 + ahead)
    }

    /// The key as it is stored, if it is, which is shared.
    pub(crate) fn shared_key(&self, key: Key) -> Key {
        self.objects.find(&key).map_or(key, |(stored, _)| stored.clone())
    }

    /// The object of this key.
    pub fn get(&self, key: &Key) -> Option<&Object> {
        self.objects.find(key).map(|(_, object)| object)
    }

    /// The object of this kind and name.
    pub fn named(&self, kind: Kind, namespace: &str, name: &str) -> Option<&Object> {
        let found = self.objects.find_named(Named { kind, namespace, name });
        found.map(|(_, object)| object)
    }

    /// All objects of a kind, by namespace and name.
    pub fn of_kind(&self, kind: Kind) -> impl Iterator<Item = &Object> {
        let all = self.objects.of_kind(kind).iter();
        all.map(|(_, object)| object).inspect(|_| visits::count())
    }

    /// How many objects there are.
    pub fn size(&self) -> usize {
        self.objects.len()
    }

    /// All objects.
    pub fn objects(&self) -> impl Iterator<Item = &Object> {
        self.of_kinds(Kind::ALL[0], Kind::ALL[Kind::ALL.len() - 1])
    }

    /// The Events recorded so far, oldest first.
    pub fn events(&self) -> &[Event] {
        &self.events[..self.told]
    }

    /// The Events of the whole run as far as they are known.
    pub(crate) fn all_events(&self) -> &[Event] {
        &self.events
    }

    /// How many Events have been recorded so far.
    pub(crate) fn told(&self) -> u32 {
        u32::try_from(self.told).unwrap_or(u32::MAX)
    }

    /// Who waits, for the sake of which object, and for what.
    pub fn waiting(&self) -> &Ordered<(Actor, Key), Rc<[Blocked]>> {
        &self.waiting
    }

    /// Objects of `kind` whose controller is `owner`, by name. `Uid(0)` lists the orphans.
    pub fn controlled(&self, owner: Uid, kind: Kind) -> impl Iterator<Item = &Object> {
        let owned = self.by_controller.get(&owner).into_iter();
        let keys = owned.flat_map(move |owned| owned.range_by(move |key| key.kind < kind));
        keys.take_while(move |(key, ())| key.kind == kind)
            .filter_map(|(key, ())| self.get(key))
            .inspect(|_| visits::count())
    }

    /// The keys of all objects whose controller is `owner`, by kind and name.
    pub fn keys_of(&self, owner: Uid) -> impl Iterator<Item = &Key> {
        let owned = self.by_controller.get(&owner).into_iter();
        owned
            .flat_map(Shelf::iter)
            .map(|(key, ())| key)
            .inspect(|_| visits::count())
    }

    /// Pods whose controller is `owner`, by name.
    pub fn pods_of(&self, owner: Uid) -> impl Iterator<Item = &Rc<Pod>> {
        self.controlled(owner, Kind::Pod).filter_map(|object| match object {
            Object::Pod(pod) => Some(pod),
            _ => None,
        })
    }

    /// ReplicaSets whose controller is `owner`, by name.
    pub fn replica_sets_of(&self, owner: Uid) -> impl Iterator<Item = &Rc<ReplicaSet>> {
        self.controlled(owner, Kind::ReplicaSet)
            .filter_map(|object| match object {
                Object::ReplicaSet(set) => Some(set),
                _ => None,
            })
    }

    /// Revisions whose controller is `owner`, by name.
    pub fn revisions_of(&self, owner: Uid) -> impl Iterator<Item = &Rc<ControllerRevision>> {
        self.controlled(owner, Kind::ControllerRevision)
            .filter_map(|object| match object {
                Object::ControllerRevision(revision) => Some(revision),
                _ => None,
            })
    }

    /// Pods of a namespace that match a selector, whoever owns them.
    pub fn pods_matching<'a>(
        &'a self,
        namespace: &'a Name,
        selector: &'a LabelSelector,
    ) -> impl Iterator<Item = &'a Rc<Pod>> {
        self.of_kind(Kind::Pod).filter_map(move |object| match object {
            Object::Pod(pod) if pod.meta.namespace == *namespace && selector.matches(&pod.meta.labels) => Some(pod),
            _ => None,
        })
    }

    /// EndpointSlices whose controller is this Service, by name.
    pub fn slices_of(&self, owner: Uid) -> impl Iterator<Item = &Rc<EndpointSlice>> {
        self.controlled(owner, Kind::EndpointSlice)
            .filter_map(|object| match object {
                Object::EndpointSlice(slice) => Some(slice),
                _ => None,
            })
    }

    /// Pods that a Service's selector names, whatever state they are in.
    pub fn pods_of_service<'a>(&'a self, service: &'a Service) -> impl Iterator<Item = &'a Rc<Pod>> {
        self.of_kind(Kind::Pod).filter_map(move |object| match object {
            Object::Pod(pod) if service.selects(pod) => Some(pod),
            _ => None,
        })
    }
}

/// What an update makes of a stored object; `None` if that is its end.
fn updated(mut object: Object, stored: &Object) -> Option<Object> {
    if object.generation_differs(stored) {
        object.meta_mut().generation = stored.meta().generation + 1;
    }
    let meta = object.meta();
    // A Pod whose grace period is still to run out stays for the kubelet.
    let freed = !stored.meta().finalizers.is_empty() && meta.deletion_grace_period_seconds == Some(0);
    let gone = meta.is_terminating() && meta.finalizers.is_empty() && (object.kind() != Kind::Pod || freed);
    (!gone).then_some(object)
}

/// What a deletion makes of an object; `None` if nothing holds it.
fn deleted(mut object: Object, options: DeleteOptions, now: Time) -> Option<Object> {
    let grace = match &object {
        Object::Pod(pod) if pod.node_name.is_none() || pod.is_finished() => 0,
        Object::Pod(pod) => options
            .grace_period_seconds
            .unwrap_or(pod.template.termination_grace_period_seconds)
            .max(0),
        _ => 0,
    };
    let meta = object.meta_mut();
    match options.propagation {
        Propagation::Background => {}
        Propagation::Foreground => add_finalizer(&mut meta.finalizers, FOREGROUND),
        Propagation::Orphan => add_finalizer(&mut meta.finalizers, ORPHAN),
    }
    if grace == 0 && meta.finalizers.is_empty() {
        return None;
    }
    let deadline = now + Duration::seconds(grace);
    if meta.deletion_timestamp.is_none_or(|earlier| deadline < earlier) {
        meta.deletion_timestamp = Some(deadline);
        meta.deletion_grace_period_seconds = Some(grace);
        meta.generation += i64::from(meta.generation > 0);
    }
    Some(object)
}

fn add_finalizer(finalizers: &mut Vec<Name>, name: &str) {
    if !finalizers.iter().any(|finalizer| &**finalizer == name) {
        finalizers.push(name.into());
    }
}

/// A well-mixed number from a seed and a counter (splitmix64).
fn mix(seed: u64, counter: u64) -> u64 {
    let mut z = seed ^ counter.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
