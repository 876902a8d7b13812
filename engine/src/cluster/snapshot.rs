//! What spares a look at all Pods: other kinds by themselves, and what has become of Pods since another moment, however one got
//! from there to here.

use super::Cluster;
use crate::api::{Key, Kind, Object, Pod};
use crate::index::visits;
use crate::shelf::Shelf;
use std::rc::Rc;

/// The Pods of a moment.
#[derive(Clone, Debug, Default)]
pub struct Snapshot(Shelf<Object>);

impl Cluster {
    /// All objects of these kinds and those between.
    pub fn of_kinds(&self, from: Kind, to: Kind) -> impl Iterator<Item = &Object> {
        self.objects.of_kinds(from, to).inspect(|_| visits::count())
    }

    /// All Pods with their keys, by name.
    pub fn pods(&self) -> impl Iterator<Item = (&Key, &Rc<Pod>)> {
        let all = self.objects.of_kind(Kind::Pod).iter();
        all.filter_map(|(key, object)| Some((key, object.pod()?)))
            .inspect(|_| visits::count())
    }

    /// The Pods as they are now, to be held against those of another moment. It costs little: both share what is the same.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot(self.objects.of_kind(Kind::Pod).clone())
    }

    /// The Pods that differ from those of a snapshot: each as it was there, and as it is here.
    pub fn pods_since<'a>(
        &'a self,
        earlier: &'a Snapshot,
        mut each: impl FnMut(&'a Key, Option<&'a Rc<Pod>>, Option<&'a Rc<Pod>>),
    ) {
        earlier.0.against(self.objects.of_kind(Kind::Pod), |key, was, is| {
            let (was, is) = (was.and_then(Object::pod), is.and_then(Object::pod));
            let is_same = was.zip(is).is_some_and(|(was, is)| Rc::ptr_eq(was, is));
            if !is_same && was.or(is).is_some() {
                visits::count();
                each(key, was, is);
            }
        });
    }
}
