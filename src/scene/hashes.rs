//! Which revision the labels of a StatefulSet's Pods name. Each of these Pods has labels of its own, since they name the Pod,
//! too; to look into those of ten thousand takes longer than all else that a moment far away costs. So what was found is
//! remembered, by where the labels lie.

use rollscope_engine::api::{Labels, Name, Pod};
use rollscope_engine::controllers::stateful_set::pod_revision;
use std::rc::Rc;

/// What is known of labels that were looked into.
#[derive(Default)]
pub(super) struct Hashes {
    /// What labels name, each once.
    names: Vec<Name>,
    /// Labels, which therefore stay where they are, with what they name. There are at least as many gaps, and what finds its
    /// place taken is in one of the next.
    places: Vec<Option<(Labels, u32)>>,
    known: usize,
}

impl Hashes {
    /// What a Pod's labels name, as [`pod_revision`] says it.
    pub(super) fn of(&mut self, pod: &Pod) -> Name {
        let labels = &pod.meta.labels;
        if self.places.len() <= 2 * self.known {
            self.make_room();
        }
        let place = self.place(labels);
        let index = match &self.places[place] {
            Some((_, index)) => *index,
            None => {
                let index = self.index(pod_revision(pod));
                self.places[place] = Some((labels.clone(), index));
                self.known += 1;
                index
            }
        };
        self.names[index as usize].clone()
    }

    /// Where labels are, or where they belong. Their addresses differ in their middle.
    fn place(&self, labels: &Labels) -> usize {
        let address = Rc::as_ptr(labels).addr() >> 3;
        let mut place = address ^ address >> 9;
        loop {
            place &= self.places.len() - 1;
            match &self.places[place] {
                Some((others, _)) if !Rc::ptr_eq(others, labels) => place += 1,
                _ => return place,
            }
        }
    }

    fn index(&mut self, name: &str) -> u32 {
        let found = self.names.iter().position(|known| **known == *name);
        let index = found.unwrap_or_else(|| {
            self.names.push(name.into());
            self.names.len() - 1
        });
        u32::try_from(index).unwrap_or(u32::MAX)
    }

    fn make_room(&mut self) {
        let room = vec![None; (2 * self.places.len()).max(64)];
        for (labels, index) in std::mem::replace(&mut self.places, room).into_iter().flatten() {
            let place = self.place(&labels);
            self.places[place] = Some((labels, index));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Hashes;
    use rollscope_engine::api::Pod;
    use rollscope_engine::value::Value;
    use std::rc::Rc;

    #[test]
    fn what_is_remembered_is_what_the_labels_say() {
        let named = |name: String| {
            let mut pod = Pod::from_value(&Value::default());
            pod.meta.labels = Rc::new([("controller-revision-hash".to_owned(), name)].into_iter().collect());
            pod
        };
        let pods: Vec<Pod> = (0..500).map(|number| named(format!("db-{}", number % 3))).collect();
        let mut hashes = Hashes::default();
        for _ in 0..2 {
            for (number, pod) in pods.iter().enumerate() {
                assert_eq!(*hashes.of(pod), *format!("db-{}", number % 3));
            }
            assert_eq!((hashes.known, hashes.names.len()), (500, 3));
        }
        assert_eq!(*hashes.of(&Pod::from_value(&Value::default())), *"");
    }
}
