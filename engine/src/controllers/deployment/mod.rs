//! The Deployment controller (spec: DEP). It resizes ReplicaSets and never touches a Pod.
//!
//! Upstream: `pkg/controller/deployment/deployment_controller.go`. Files and functions are named after upstream's;
//! `Pass` is what upstream passes around as arguments.

mod progress;
mod recreate;
mod rollback;
mod rolling;
mod sync;
pub mod util;

use super::{Decision, View};
use crate::api::{Deployment, DeploymentStatus, DeploymentStrategy, Key, Object, OwnerReference, ReplicaSet};
use crate::cluster::Write;
use crate::event::Note;
use crate::reason::{Bounds, DeploymentReason, Reason};
use std::rc::Rc;

/// One look at one Deployment: `syncDeployment`. The first branch that applies is taken (DEP-03).
pub fn reconcile(view: &View<'_>, key: &Key) -> Decision {
    let Some(deployment) = view.cluster.deployment(&key.namespace, &key.name) else {
        return Decision::default();
    };
    let mut pass = Pass::new(view, deployment);
    if deployment.spec.selector.is_empty() {
        return pass.observe_only();
    }
    pass.claim_replica_sets();
    pass.old_sizes = pass.sets.iter().map(|set| set.spec.replicas).collect();
    if deployment.meta.is_terminating() {
        pass.refresh_new_replica_set();
        pass.sync_status_only();
        return pass.decision;
    }
    pass.check_paused_conditions();
    if deployment.spec.paused {
        pass.sync();
    } else if let Some(revision) = pass.rollback_to() {
        pass.rollback(revision);
    } else if pass.is_scaling_event() {
        pass.sync();
        pass.explain_scaling_event();
    } else {
        match deployment.spec.strategy {
            DeploymentStrategy::Recreate => pass.rollout_recreate(),
            DeploymentStrategy::RollingUpdate { .. } => pass.rollout_rolling(),
        }
    }
    pass.decision
}

/// The state of one pass: the Deployment and its ReplicaSets as this pass leaves them, and what it decided.
struct Pass<'a> {
    view: &'a View<'a>,
    /// As stored when the pass began.
    stored: &'a Rc<Deployment>,
    /// Metadata as this pass leaves it.
    annotations: crate::api::Labels,
    /// Status as this pass has set it so far; the counters are those stored until the end.
    status: DeploymentStatus,
    /// All owned ReplicaSets, as this pass leaves them, oldest first (DEP-36).
    sets: Vec<Rc<ReplicaSet>>,
    /// Their sizes before the pass.
    old_sizes: Vec<i64>,
    bounds: Bounds,
    decision: Decision,
}

impl<'a> Pass<'a> {
    fn new(view: &'a View<'a>, stored: &'a Rc<Deployment>) -> Pass<'a> {
        Pass {
            view,
            stored,
            annotations: stored.meta.annotations.clone(),
            status: stored.status.clone(),
            sets: Vec::new(),
            old_sizes: Vec::new(),
            bounds: util::bounds(&stored.spec),
            decision: Decision::default(),
        }
    }

    /// An empty selector selects nothing: only the generation is noted (DEP-03).
    fn observe_only(mut self) -> Decision {
        self.status.observed_generation = self.stored.meta.generation;
        self.write_status(DeploymentReason::Report.into());
        self.decision
    }

    /// Lists the ReplicaSets: adopts matching orphans, releases those that no longer match (DEP-05).
    fn claim_replica_sets(&mut self) {
        let (stored, cluster) = (self.stored, self.view.cluster);
        let selector = &stored.spec.selector;
        for set in cluster.replica_sets_of(stored.meta.uid) {
            if selector.matches(&set.meta.labels) {
                self.sets.push(set.clone());
            } else if !stored.meta.is_terminating() {
                let mut released = (**set).clone();
                released
                    .meta
                    .owner_references
                    .retain(|owner| owner.uid != stored.meta.uid);
                let reason = DeploymentReason::Release {
                    name: set.meta.name.clone(),
                };
                self.decision
                    .write(Write::Update(Object::ReplicaSet(Rc::new(released))), reason);
            }
        }
        let orphans = cluster.replica_sets_of(crate::api::Uid(0)).filter(|set| {
            let ours = set.meta.namespace == stored.meta.namespace && selector.matches(&set.meta.labels);
            ours && !set.meta.is_terminating() && !stored.meta.is_terminating()
        });
        for set in orphans {
            let mut adopted = (**set).clone();
            adopted.meta.owner_references.push(self.owner_reference());
            let adopted = Rc::new(adopted);
            let reason = DeploymentReason::Adopt {
                name: set.meta.name.clone(),
            };
            self.decision
                .write(Write::Update(Object::ReplicaSet(adopted.clone())), reason);
            self.sets.push(adopted);
        }
        self.sort();
    }

    fn sort(&mut self) {
        crate::order::sort_by(&mut self.sets, |a, b| util::by_creation(a, b));
    }

    fn owner_reference(&self) -> OwnerReference {
        let meta = &self.stored.meta;
        OwnerReference {
            kind: "Deployment",
            name: meta.name.clone(),
            uid: meta.uid,
            controller: true,
        }
    }

    /// The ReplicaSet of the present template: the oldest that has it (DEP-11).
    fn new_index(&self) -> Option<usize> {
        self.sets
            .iter()
            .position(|set| set.spec.template == self.stored.spec.template)
    }

    fn new_set(&self) -> Option<&Rc<ReplicaSet>> {
        self.new_index().map(|index| &self.sets[index])
    }

    fn old_indices(&self) -> Vec<usize> {
        let new = self.new_index();
        (0..self.sets.len()).filter(|index| Some(*index) != new).collect()
    }

    /// Σ `spec.replicas` of all.
    fn total(&self) -> i64 {
        self.sets.iter().map(|set| set.spec.replicas).sum()
    }

    fn old_total(&self) -> i64 {
        self.total() - self.new_size()
    }

    fn new_size(&self) -> i64 {
        self.new_set().map_or(0, |set| set.spec.replicas)
    }

    fn total_available(&self) -> i64 {
        self.sets.iter().map(|set| set.status.available_replicas).sum()
    }

    /// Whether this pass has resized anything.
    fn has_scaled(&self) -> bool {
        self.sets
            .iter()
            .zip(&self.old_sizes)
            .any(|(set, before)| set.spec.replicas != *before)
    }

    /// Writes a ReplicaSet if the size differs; `forced` also if only the annotations do (DEP-57).
    /// Upstream: `scaleReplicaSet`.
    fn scale_replica_set(&mut self, index: usize, size: i64, forced: bool, reason: DeploymentReason) -> bool {
        let mut set = (*self.sets[index]).clone();
        let from = set.spec.replicas;
        let stale = util::set_replicas_annotations(&mut set.meta, self.bounds);
        if from == size && !(forced && stale) {
            return false;
        }
        set.spec.replicas = size;
        if from != size {
            let scaling = Note::ScalingReplicaSet(Box::new((set.meta.name.clone(), from, size)));
            self.decision.notes.push(scaling);
        }
        let set = Rc::new(set);
        self.decision
            .write(Write::Update(Object::ReplicaSet(set.clone())), reason);
        self.sets[index] = set;
        from != size
    }

    /// Writes the status (and the revision annotation) if it differs from what is stored.
    fn write_status(&mut self, reason: Reason) -> bool {
        if self.status == self.stored.status && self.annotations == self.stored.meta.annotations {
            return false;
        }
        let mut deployment = (**self.stored).clone();
        deployment.status = self.status.clone();
        deployment.meta.annotations = self.annotations.clone();
        self.decision
            .write(Write::UpdateStatus(Object::Deployment(Rc::new(deployment))), reason);
        true
    }
}
