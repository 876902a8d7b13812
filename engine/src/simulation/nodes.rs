//! The nodes' part of the loop: what follows from a change of a node or of what runs on it, and what is due for it later.

use super::Simulation;
use super::agenda::Item;
use crate::api::{Key, Kind, Name, Node, Object, Pod};
use crate::environment::{self, Look, NodeDue, Scope, StorageDue};

impl Simulation {
    fn scope<'a>(&'a self) -> Scope<'a> {
        Scope {
            cluster: &self.cluster,
            nodes: &self.nodes,
            now: self.now,
        }
    }

    /// A node, or what runs on one, has changed.
    pub(super) fn watch_nodes(&mut self, before: Option<&Object>, after: Option<&Object>) {
        let mut watch = std::mem::take(&mut self.watch);
        let look = match (before, after) {
            (None | Some(Object::Pod(_)), None | Some(Object::Pod(_))) => {
                environment::pod_changed(&mut watch, self.scope(), pod(before), pod(after))
            }
            _ => environment::node_changed(&mut watch, self.scope(), node(before), node(after)),
        };
        self.watch = watch;
        self.put_down(&look);
        // Timers that end are told of with the step that ended them.
        for (key, note) in look.notes {
            self.told.push((look.actor, key, note));
        }
    }

    /// A claim, a volume, a class, a node or a Pod has changed.
    pub(super) fn watch_storage(&mut self, before: Option<&Object>, after: Option<&Object>) {
        let look = environment::storage_changed(self.scope(), before, after);
        self.put_down(&look);
    }

    /// What is due for a claim, a volume, or a Pod that waits for one.
    pub(super) fn look_at_storage(&mut self, due: StorageDue, key: &Key) {
        let look = environment::look_at_storage(self.scope(), self.world.provision, due, key);
        self.carry_out_look(key.clone(), look);
        if let (StorageDue::Attach, Some(Object::Pod(pod))) = (due, self.cluster.get(key).cloned()) {
            self.plan_pod(key, &pod);
        }
    }

    fn put_down(&mut self, look: &Look) {
        for (due, what, key) in &look.storage {
            self.agenda
                .push((*due).max(self.now), Item::Storage(*what, key.clone()));
        }
        for (due, what, node) in &look.later {
            self.agenda.push((*due).max(self.now), Item::Node(*what, node.clone()));
        }
    }

    /// What is due for a node.
    pub(super) fn look_at_node(&mut self, due: NodeDue, name: &Name) {
        let mut watch = std::mem::take(&mut self.watch);
        let look = environment::look(&mut watch, self.scope(), due, name);
        self.watch = watch;
        self.carry_out_look(Key::new(Kind::Node, &Name::default(), name), look);
    }

    fn carry_out_look(&mut self, subject: Key, look: Look) {
        self.put_down(&look);
        let step = self.new_step(look.actor, subject);
        for (write, why) in look.writes {
            self.write(&step, write, why.into());
        }
        for (key, note) in look.notes {
            self.record(look.actor, &key, vec![note]);
        }
        if !self.writes.is_empty() {
            self.push_step(step);
        }
    }

    /// The kubelet of a node that is heard again goes on with its Pods.
    pub(super) fn plan_pods_on(&mut self, name: &Name) {
        let keys: Vec<Key> = self.nodes.pods_on(name).cloned().collect();
        for key in keys {
            if let Some(Object::Pod(pod)) = self.cluster.get(&key).cloned() {
                self.plan_pod(&key, &pod);
            }
        }
    }
}

fn node(object: Option<&Object>) -> Option<&Node> {
    match object {
        Some(Object::Node(node)) => Some(node),
        _ => None,
    }
}

fn pod(object: Option<&Object>) -> Option<&Pod> {
    match object {
        Some(Object::Pod(pod)) => Some(pod),
        _ => None,
    }
}
