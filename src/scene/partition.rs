//! The partition of a StatefulSet's rolling update: a line between the numbers that keep the old version and those that get
//! the new one, and what it would do elsewhere.

use super::blocks::Blocks;
use super::slots::{Slot, Slots};
use super::stateful_set::numbered;
use rollscope_engine::api::{Key, Kind, StatefulSet, UpdateStrategy};
use rollscope_engine::scenario::{Intervention, Patch};

/// The line.
#[derive(Clone, PartialEq, Debug)]
pub struct Partition {
    /// Whose it is.
    pub set: Key,
    /// Where it stands: so many Pods from the first are left as they are.
    pub value: i64,
    /// How many Pods are wanted; there is no sense in moving it further.
    pub most: i64,
    /// The first Pod's number.
    pub start: i64,
    /// The number of the revision that Pods behind the line get.
    pub target: i64,
}

impl Partition {
    /// `None` where Pods are only updated when the user deletes them. A strategy without bounds has 0.
    pub(super) fn of(set: &StatefulSet, target: i64) -> Option<Partition> {
        let UpdateStrategy::RollingUpdate(bounds) = set.spec.update_strategy else {
            return None;
        };
        Some(Partition {
            set: Key::new(Kind::StatefulSet, &set.meta.namespace, &set.meta.name),
            value: bounds.map_or(0, |bounds| bounds.partition),
            most: set.spec.replicas,
            start: set.spec.start,
            target,
        })
    }

    /// Where it is being moved to, or else where it is.
    pub fn shown(&self, moved: Option<&(Key, i64)>) -> i64 {
        let own = moved.filter(|(set, _)| *set == self.set);
        own.map_or(self.value, |(_, value)| *value)
    }

    /// The index of the slot before which a partition stands; past the last, it stands at the end.
    pub fn before(&self, value: i64, slots: &Blocks<Slot>) -> usize {
        let (Ok(index) | Err(index)) = slots.find(&numbered(self.start + value));
        index
    }

    /// The partition of a line before the slot of this index.
    pub fn value_at(&self, index: usize, slots: &Blocks<Slot>) -> i64 {
        let ordinal = slots.get(index).map_or(self.start + self.most, |slot| slot.ordinal);
        (ordinal - self.start).clamp(0, self.most)
    }

    /// What a partition would do: `3 and 4 get revision 2`.
    pub fn effect(&self, value: i64, slots: &Slots) -> String {
        let wanted = || slots.slots.iter().filter(|slot| slot.unwanted.is_none());
        let is_old = |slot: &&Slot| slot.sitters.iter().any(|sitter| sitter.revision != self.target);
        let is_behind = |slot: &&Slot| slot.ordinal >= self.start + value;
        let numbers = |slots: &mut dyn Iterator<Item = &Slot>| slots.map(|slot| slot.ordinal).collect::<Vec<i64>>();
        if !slots.slots.has_other_than(self.target) || !wanted().any(|slot| is_old(&slot)) {
            let reached = numbers(&mut wanted().filter(is_behind));
            return match reached.len() {
                0 => "the next update reaches no Pod".to_owned(),
                count if count == wanted().count() => "the next update reaches all Pods".to_owned(),
                _ => format!("the next update reaches {} only", list(&reached)),
            };
        }
        let changed = numbers(&mut wanted().filter(is_behind).filter(is_old));
        match &changed[..] {
            [] => "no Pod is updated".to_owned(),
            [only] => format!("{only} gets revision {}", self.target),
            _ => format!("{} get revision {}", list(&changed), self.target),
        }
    }

    /// What sets it.
    pub fn intervention(&self, value: i64) -> Intervention {
        let text = format!("{{\"spec\":{{\"updateStrategy\":{{\"rollingUpdate\":{{\"partition\":{value}}}}}}}}}");
        let patch = Patch {
            text: text.into(),
            strategic: true,
        };
        Intervention::Patch(self.set.clone(), patch)
    }
}

/// `3`, `3 and 4`, `0, 2 and 4`, `2 to 9`.
fn list(numbers: &[i64]) -> String {
    match numbers {
        [] => String::new(),
        [only] => only.to_string(),
        [first, .., last] if numbers.len() > 2 && last - first + 1 == numbers.len().cast_signed() as i64 => {
            format!("{first} to {last}")
        }
        _ if numbers.len() > 12 => format!("{} Pods", numbers.len()),
        [others @ .., last] => {
            let others: Vec<String> = others.iter().map(i64::to_string).collect();
            format!("{} and {last}", others.join(", "))
        }
    }
}
