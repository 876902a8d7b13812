//! What is due when: a heap ordered by time, then by the order in which things were put down.

use crate::api::{Key, Name, Uid};
use crate::environment::{Move, NodeDue, StorageDue};
use crate::ordered::Ordered;
use crate::step::Actor;
use crate::time::Time;
use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

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
    heap: BinaryHeap<Reverse<(Time, u64, Item)>>,
    /// Wakeups that are due at once and not yet taken; a second one for the same object adds nothing.
    queued: BTreeSet<(Actor, Key)>,
    /// Wakeups that are due later, one for each object, and whether there may be no end of them: of two, the earlier
    /// stays.
    timers: Ordered<(Actor, Key), (Time, bool)>,
    sequence: u64,
    /// How many items lead to an end, rather than going on for ever.
    ending: usize,
}

impl Agenda {
    pub(super) fn push(&mut self, due: Time, item: Item) {
        self.sequence += 1;
        self.ending += usize::from(ends(&item));
        self.heap.push(Reverse((due, self.sequence, item)));
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
        if let Some((_, forever)) = earlier {
            let item = Item::Timer(actor, key.clone(), forever);
            self.heap.retain(|Reverse((_, _, other))| *other != item);
            self.ending -= usize::from(ends(&item));
        }
        self.timers.insert(timer, (time, forever));
        self.push(time, Item::Timer(actor, key.clone(), forever));
    }

    /// Puts a wakeup down before all others that are due at the same time.
    pub(super) fn push_first(&mut self, due: Time, actor: Actor, key: &Key) {
        if self.queued.insert((actor, key.clone())) {
            let item = Item::Reconcile(actor, key.clone());
            self.ending += usize::from(ends(&item));
            self.heap.push(Reverse((due, 0, item)));
        }
    }

    pub(super) fn next_time(&self) -> Option<Time> {
        self.heap.peek().map(|Reverse((due, _, _))| *due)
    }

    pub(super) fn next_item(&self) -> Option<&Item> {
        self.heap.peek().map(|Reverse((_, _, item))| item)
    }

    pub(super) fn has_ending_items(&self) -> bool {
        self.ending > 0
    }

    pub(super) fn pop(&mut self) -> Option<(Time, Item)> {
        let Reverse((due, _, item)) = self.heap.pop()?;
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
        let Reverse((due, _, item)) = self.heap.peek()?;
        if !test(*due, item) {
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
