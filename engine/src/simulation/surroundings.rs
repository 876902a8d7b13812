//! The environment's part of the loop: what scheduler, kubelet and volume binder do next is planned after each change,
//! and done when it is due if it is still planned then.

use super::Simulation;
use super::agenda::Item;
use crate::api::{Key, Kind, Name, Object, ObjectMeta, Pod, Uid};
use crate::cluster::Cluster;
use crate::environment::{self, Move, StorageDue, Surroundings};
use crate::step::Step;
use crate::time::Time;
use std::rc::Rc;

impl Simulation {
    /// A move of the environment that is due: all Pods of one owner that make the same move now make it in one step.
    pub(super) fn make_moves(&mut self, due: Time, key: Key, uid: Uid, next: Move) {
        let step = self.new_step(next.actor(), key.clone());
        let mut item = Some((key, uid));
        let owner = |cluster: &Cluster, key: &Key| {
            cluster
                .get(key)
                .and_then(|pod| pod.meta().controller().map(|owner| owner.uid))
        };
        let first_owner = item.as_ref().and_then(|(key, _)| owner(&self.cluster, key));
        while let Some((key, uid)) = item.take() {
            self.make_move(&step, &key, uid, next);
            let cluster = &self.cluster;
            item = self.agenda.pop_if(|time, item| match item {
                Item::Move(key, _, other, _) if time == due && *other == next => owner(cluster, key) == first_owner,
                _ => false,
            });
        }
        if !self.writes.is_empty() {
            self.push_step(step);
        }
    }

    fn make_move(&mut self, step: &Step, key: &Key, uid: Uid, next: Move) {
        let Some(Object::Pod(pod)) = self.cluster.get(key).cloned() else {
            return;
        };
        if pod.meta.uid == uid && next == Move::Schedule {
            self.schedule(step, key, &pod);
            return;
        }
        let planned = environment::plan(&self.around(), &pod);
        let is_due = |planned: &environment::Planned| planned.next == next && planned.due <= self.now;
        let Some(planned) = planned.filter(is_due).filter(|_| pod.meta.uid == uid) else {
            return;
        };
        let deed = environment::decide(&self.around(), &pod, next, planned.due);
        self.carry_out_move(step, key, next, deed);
    }

    fn carry_out_move(&mut self, step: &Step, key: &Key, next: Move, (write, reason, notes): environment::Deed) {
        self.write(step, write, reason.into());
        self.record(next.actor(), key, notes);
    }

    /// Binds a Pod to a node. Without one that fits it stays Pending until something changes.
    fn schedule(&mut self, step: &Step, key: &Key, pod: &Rc<Pod>) {
        if pod.node_name.is_some() || pod.is_terminating() {
            return;
        }
        let deed = match environment::place(&self.nodes, &self.cluster, key, pod) {
            Ok(node) => return self.bind(step, key, pod, &node),
            Err(message) => {
                self.nodes.refused(key, self.now);
                environment::refuse(pod, message)
            }
        };
        self.carry_out_move(step, key, Move::Schedule, deed);
    }

    /// Binds a Pod to a node that fits: its claims' volumes are made there first, and attached if they are free.
    fn bind(&mut self, step: &Step, key: &Key, pod: &Rc<Pod>, node: &Name) {
        if let Some(writes) = environment::select_node(&self.cluster, pod, node) {
            self.nodes.reserve(key, node.clone(), self.now);
            for (write, why) in writes {
                self.write(step, write, why.into());
            }
            return;
        }
        self.nodes.settled(key);
        let deed = match environment::attach(&self.cluster, pod, node) {
            Some(attached) => {
                for (write, why) in attached {
                    self.write(step, write, why.into());
                }
                environment::bind(&self.around(), node, pod)
            }
            None => {
                self.agenda
                    .push(self.now, Item::Storage(StorageDue::Attach, key.clone()));
                environment::bind_only(node, pod)
            }
        };
        self.carry_out_move(step, key, Move::Schedule, deed);
    }

    /// Pods that wait for a volume, a ConfigMap or a Secret look again.
    fn retry_lacking(&mut self) {
        for key in &self.lacking {
            self.agenda
                .push(self.now, Item::Storage(StorageDue::Attach, key.clone()));
        }
    }

    /// Pods that no node took are tried again.
    fn retry_waiting(&mut self) {
        if !self.nodes.has_waiting() {
            return;
        }
        for (key, due) in self.nodes.wake(self.now) {
            match self.cluster.get(&key) {
                Some(Object::Pod(pod)) => {
                    let item = Item::Move(key, pod.meta.uid, Move::Schedule, false);
                    self.agenda.push(due, item);
                }
                _ => self.nodes.settled(&key),
            }
        }
    }

    pub(super) fn plan_environment(&mut self, key: &Key, before: Option<&Object>, after: Option<&Object>) {
        if !self.world.automatic {
            return;
        }
        if key.kind == Kind::Pod {
            self.keep_up(key, before, after);
        }
        if matches!(key.kind, Kind::Pod | Kind::Node) {
            self.watch_nodes(before, after);
        }
        self.watch_storage(before, after);
        match after.or(before) {
            Some(Object::Pod(pod)) => {
                if before.is_none() || after.is_none() {
                    self.note_needs(key, pod, after.is_some());
                }
                after.iter().for_each(|_| self.plan_pod(key, pod));
            }
            Some(Object::EndpointSlice(slice)) => self.note_endpoints(&slice.meta),
            Some(Object::PersistentVolumeClaim(_)) if after.is_some() => self.retry_waiting(),
            Some(Object::PersistentVolume(_) | Object::Other(_)) => self.retry_lacking(),
            Some(Object::Node(node)) if after.is_some() => {
                self.retry_waiting();
                let was_silent = matches!(before, Some(Object::Node(node)) if node.silent_since.is_some());
                if was_silent && node.silent_since.is_none() {
                    self.plan_pods_on(&node.meta.name);
                }
            }
            _ => {}
        }
    }

    /// The scheduler's cache follows; room that a Pod leaves may be somebody's.
    fn keep_up(&mut self, key: &Key, before: Option<&Object>, after: Option<&Object>) {
        let [before, after] = [before, after].map(|object| object.and_then(Object::pod).map(|pod| &**pod));
        self.nodes.keep_up(key, before, after);
        match (before.is_some_and(lacks), after.is_some_and(lacks)) {
            (false, true) => drop(self.lacking.insert(key.clone())),
            (true, false) => drop(self.lacking.remove(key)),
            _ => {}
        }
        let holds = |pod: &Pod| pod.node_name.is_some() && !pod.is_finished();
        if before.is_some_and(holds) && !after.is_some_and(holds) {
            self.retry_waiting();
        }
    }

    fn around(&self) -> Surroundings<'_> {
        Surroundings {
            cluster: &self.cluster,
            world: &self.world,
            applications: &self.applications,
            services: &self.services,
            now: self.now,
        }
    }

    pub(super) fn plan_pod(&mut self, key: &Key, pod: &Pod) {
        if let Some(planned) = environment::plan(&self.around(), pod) {
            let item = Item::Move(key.clone(), pod.meta.uid, planned.next, planned.endless);
            self.agenda.push(planned.due, item);
        }
    }

    /// Files a Pod under the Services that its applications need, or takes it out.
    fn note_needs(&mut self, key: &Key, pod: &Pod, is_there: bool) {
        self.applications.learn(&self.world, pod);
        for container in &pod.template.containers {
            let Some(service) = self.applications.behavior(&self.world, pod, container).needs.clone() else {
                continue;
            };
            let pods = self.needy.or_default((key.namespace.clone(), service));
            pods.retain(|other| other != key);
            pods.extend(is_there.then(|| key.clone()));
        }
    }

    /// A Service's first endpoint, or the loss of its last, changes what the probes of those find that need it.
    fn note_endpoints(&mut self, slice: &ObjectMeta) {
        let Some(service) = slice.controller() else { return };
        let slices = self.cluster.slices_of(service.uid).map(|slice| &**slice);
        if !self.services.note(&slice.namespace, &service.name, slices, self.now) {
            return;
        }
        let needy = self
            .needy
            .get(&(slice.namespace.clone(), service.name.clone()))
            .cloned();
        for key in needy.into_iter().flatten() {
            if let Some(Object::Pod(pod)) = self.cluster.get(&key).cloned() {
                self.plan_pod(&key, &pod);
            }
        }
    }
}

/// Whether a bound Pod waits for a volume, a ConfigMap or a Secret.
fn lacks(pod: &Pod) -> bool {
    let waits = pod.status.begun.is_none() || pod.waiting_reason() == Some("CreateContainerConfigError");
    pod.node_name.is_some() && waits && !pod.is_finished() && !pod.is_terminating()
}
