//! What is due when: ordered by time, then by the order in which things were put down.

use crate::api::{Key, Name, Uid};
use crate::environment::{Move, NodeDue, StorageDue};
use crate::ordered::Ordered;
use crate::step::Actor;
use crate::time::Time;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Something to be done.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Item {
    /// A Pod makes its next move, if it is still the same Pod; `true` if moves like that may go on for ever.
    Move(Key, Uid, Move, bool),
    /// Something is due for a node.
    Node(NodeDue, Name),
    /// Something is due for a claim, a volume, or a Pod that waits for one.
    Storage(StorageDue, Key),
    /// A controller looks at one of its objects: a Wakeup.
    Reconcile(Actor, Key),
    /// A Wakeup that was put down for later; `true` if only after so many failures that there may be no end of them.
    Timer(Actor, Key, bool),
}

/// What is due when.
#[derive(Clone, Debug, Default)]
pub(super) struct Agenda {
    /// None of the queues is empty.
    queues: BTreeMap<Time, VecDeque<Item>>,
    /// What comes before all others that are due at the same time.
    ahead: BTreeSet<(Time, Item)>,
    /// Wakeups that are due at once and not yet taken; a second one for the same object adds nothing.
    queued: BTreeSet<(Actor, Key)>,
    /// Wakeups that are due later, one for each object, and whether there may be no end of them: of two, the earlier
    /// stays.
    timers: Ordered<(Actor, Key), (Time, bool)>,
    /// How many items lead to an end, rather than going on for ever.
    ending: usize,
}

impl Agenda {
    pub(super) fn push(&mut self, due: Time, item: Item) {
        self.ending += usize::from(ends(&item));
        self.queues.entry(due).or_default().push_back(item);
    }

    /// Puts a wakeup down unless the same is already queued.
    pub(super) fn push_once(&mut self, due: Time, item: Item) {
        if let Item::Reconcile(actor, key) = &item
            && !self.queued.insert((*actor, key.clone()))
        {
            return;
        }
        self.push(due, item);
    }

    /// Puts a wakeup down for later: a timer, or a retry after a failure. Each object has one such wakeup only, and of two
    /// the earlier stays; so what else wakes a failing controller lengthens its pauses, but never adds retries.
    /// Upstream: the delaying queue, `insertOrUpdate`.
    pub(super) fn push_later(&mut self, due: Time, actor: Actor, key: &Key, endless: bool) {
        let timer = (actor, key.clone());
        let earlier = self.timers.get(&timer).copied();
        let (time, forever) = earlier.map_or((due, endless), |(time, forever)| (time.min(due), forever && endless));
        if earlier == Some((time, forever)) {
            return;
        }
        if let Some((time, forever)) = earlier {
            self.take_out(time, &Item::Timer(actor, key.clone(), forever));
        }
        self.timers.insert(timer, (time, forever));
        self.push(time, Item::Timer(actor, key.clone(), forever));
    }

    fn take_out(&mut self, due: Time, item: &Item) {
        self.ending -= usize::from(ends(item));
        if let Some(queue) = self.queues.get_mut(&due) {
            queue.retain(|other| other != item);
            if queue.is_empty() {
                self.queues.remove(&due);
            }
        }
    }

    /// Puts a wakeup down before all others that are due at the same time.
    pub(super) fn push_first(&mut self, due: Time, actor: Actor, key: &Key) {
        if self.queued.insert((actor, key.clone())) {
            let item = Item::Reconcile(actor, key.clone());
            self.ending += usize::from(ends(&item));
            self.ahead.insert((due, item));
        }
    }

    /// What comes next, and when.
    fn next(&self) -> Option<(Time, &Item)> {
        let ahead = self.ahead.first().map(|(due, item)| (*due, item));
        let queue = self.queues.first_key_value();
        let queued = queue.and_then(|(due, queue)| Some((*due, queue.front()?)));
        ahead.into_iter().chain(queued).min_by_key(|(due, _)| *due)
    }

    pub(super) fn next_time(&self) -> Option<Time> {
        self.next().map(|(due, _)| due)
    }

    pub(super) fn next_item(&self) -> Option<&Item> {
        self.next().map(|(_, item)| item)
    }

    pub(super) fn has_ending_items(&self) -> bool {
        self.ending > 0
    }

    fn take_next(&mut self) -> Option<(Time, Item)> {
        let due = self.next_time()?;
        if self.ahead.first().is_some_and(|(ahead, _)| *ahead == due) {
            return self.ahead.pop_first();
        }
        let mut queue = self.queues.first_entry()?;
        let item = queue.get_mut().pop_front()?;
        if queue.get().is_empty() {
            queue.remove();
        }
        Some((due, item))
    }

    pub(super) fn pop(&mut self) -> Option<(Time, Item)> {
        let (due, item) = self.take_next()?;
        self.ending -= usize::from(ends(&item));
        match item {
            Item::Reconcile(actor, key) => {
                self.queued.remove(&(actor, key.clone()));
                Some((due, Item::Reconcile(actor, key)))
            }
            Item::Timer(actor, key, _) => {
                self.timers.remove(&(actor, key.clone()));
                Some((due, Item::Reconcile(actor, key)))
            }
            item => Some((due, item)),
        }
    }

    /// Takes the next item if it is a move that passes the test.
    pub(super) fn pop_if(&mut self, test: impl Fn(Time, &Item) -> bool) -> Option<(Key, Uid)> {
        let (due, item) = self.next()?;
        if !test(due, item) {
            return None;
        }
        match self.pop()? {
            (_, Item::Move(key, uid, ..)) => Some((key, uid)),
            _ => None,
        }
    }
}

fn ends(item: &Item) -> bool {
    match item {
        Item::Move(_, _, _, endless) | Item::Timer(_, _, endless) => !endless,
        Item::Storage(..) | Item::Node(..) | Item::Reconcile(..) => true,
    }
}
