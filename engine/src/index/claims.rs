//! The claims of one StatefulSet whose owners are not as its retention policy wants them, so that a pass looks at no others.

use super::visits;
use crate::api::{Name, Object, PersistentVolumeClaim, StatefulSet};
use crate::value::Value;
use std::collections::BTreeSet;
use std::ops::Range;
use std::rc::Rc;

/// The claims of one set.
#[derive(Clone, Debug)]
pub struct Claims {
    set: Rc<StatefulSet>,
    /// The claims that have other owners than those of a wanted Pod's claim, by its number.
    odd: BTreeSet<(i64, Name)>,
}

impl Claims {
    /// Of a set before any claim is known.
    pub fn new(set: &Rc<StatefulSet>) -> Claims {
        Claims {
            set: set.clone(),
            odd: BTreeSet::new(),
        }
    }

    /// Whether the claims are those of this set's spec.
    pub fn is_of(&self, set: &StatefulSet) -> bool {
        let (own, other) = (&self.set.spec, &set.spec);
        own.volume_claim_templates == other.volume_claim_templates && own.retention_policy == other.retention_policy
    }

    /// Keeps up with a change of any claim.
    pub fn change(&mut self, before: Option<&Object>, after: Option<&Object>) {
        for (object, is_there) in [(before, false), (after, true)] {
            let Some(Object::PersistentVolumeClaim(claim)) = object else {
                continue;
            };
            if let Some(number) = self.number_of(claim).filter(|_| self.is_odd(claim)) {
                let place = (number, claim.meta.name.clone());
                match is_there {
                    true => self.odd.insert(place),
                    false => self.odd.remove(&place),
                };
            }
        }
    }

    /// The number whose claim this is, by its name: `<template>-<set>-<number>`.
    fn number_of(&self, claim: &PersistentVolumeClaim) -> Option<i64> {
        let set = &self.set.meta;
        let templates = self.set.spec.volume_claim_templates.iter();
        let mut numbers = templates.filter_map(|template| {
            let template = template.at(&["metadata", "name"]).and_then(Value::as_str);
            let name = claim.meta.name.strip_prefix(template.unwrap_or_default())?;
            let number = name.strip_prefix('-')?.strip_prefix(&*set.name)?.strip_prefix('-')?;
            let is_plain = number == "0" || !number.starts_with(['0', '+', '-']);
            number.parse().ok().filter(|_| is_plain)
        });
        numbers.next().filter(|_| claim.meta.namespace == set.namespace)
    }

    /// Whether the owners are others than the set alone, or, as the policy is, nobody.
    fn is_odd(&self, claim: &PersistentVolumeClaim) -> bool {
        match (
            &claim.meta.owner_references[..],
            self.set.spec.retention_policy.when_deleted,
        ) {
            ([], false) => false,
            ([only], true) => only.uid != self.set.meta.uid,
            _ => true,
        }
    }

    /// Of these numbers, those with a claim whose owners are not those of a wanted Pod's claim.
    pub fn odd(&self, range: Range<i64>) -> impl DoubleEndedIterator<Item = i64> {
        let place = |number| (number, Name::default());
        let odd = self.odd.range(place(range.start)..place(range.end.max(range.start)));
        odd.map(|(number, _)| *number).inspect(|_| visits::count())
    }
}
