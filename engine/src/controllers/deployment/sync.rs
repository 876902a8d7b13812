//! Scaling, pausing, the new ReplicaSet, history and counters. Upstream: `pkg/controller/deployment/sync.go`.

use super::{Pass, util};
use crate::api::{
    ConditionStatus, DeploymentStatus, DeploymentStrategy, Name, Object, ObjectMeta, ReplicaSet, ReplicaSetSpec,
};
use crate::cluster::{DeleteOptions, Write};
use crate::event::Note;
use crate::reason::DeploymentReason;
use std::rc::Rc;

impl Pass<'_> {
    /// Scaling and pausing: never creates a ReplicaSet, never rolls (DEP-60).
    pub(super) fn sync(&mut self) {
        self.refresh_new_replica_set();
        self.scale();
        if self.stored.spec.paused {
            self.cleanup_deployment();
            self.explain_pause();
        }
        self.sync_status_only();
    }

    fn explain_pause(&mut self) {
        if self.new_set().is_none() || self.old_total() > 0 {
            self.decision.block(DeploymentReason::Paused);
        }
    }

    /// Pausing and resuming are noted so that the deadline's clock stands still (DEP-61).
    pub(super) fn check_paused_conditions(&mut self) {
        if !self.stored.spec.has_progress_deadline() {
            return;
        }
        let reason = self.status.condition("Progressing").map(|condition| condition.reason);
        if reason == Some("ProgressDeadlineExceeded") {
            return;
        }
        let noted = reason == Some("DeploymentPaused");
        let (word, message) = match (self.stored.spec.paused, noted) {
            (true, false) => ("DeploymentPaused", "Deployment is paused"),
            (false, true) => ("DeploymentResumed", "Deployment is resumed"),
            _ => return,
        };
        let condition = util::condition("Progressing", ConditionStatus::Unknown, word, message, self.view.now);
        util::set_condition(&mut self.status, condition);
    }

    /// Whether some active ReplicaSet remembers another desired size (DEP-50).
    pub(super) fn is_scaling_event(&self) -> bool {
        self.remembered_size().is_some()
    }

    fn remembered_size(&self) -> Option<i64> {
        let active = self.sets.iter().filter(|set| set.is_active());
        let mut sizes = active.filter_map(|set| util::annotated(&set.meta, util::DESIRED_REPLICAS));
        sizes.find(|size| *size != self.bounds.desired)
    }

    /// A scaling that changes nothing goes on for ever (DEP-56); say so.
    pub(super) fn explain_scaling_event(&mut self) {
        if let Some(remembered) = self.remembered_size().filter(|_| !self.has_scaled()) {
            self.decision.block(DeploymentReason::SaturatedByAnnotation {
                remembered,
                desired: self.bounds.desired,
            });
        }
    }

    /// Brings number, annotations and minReadySeconds of an existing new ReplicaSet up to date (DEP-15 to DEP-19).
    /// Upstream: the first half of `getNewReplicaSet`.
    pub(super) fn refresh_new_replica_set(&mut self) -> bool {
        let Some(index) = self.new_index() else { return false };
        let revision = self.next_revision();
        let mut set = (*self.sets[index]).clone();
        let old = util::revision(&set);
        let mut changed = self.set_new_annotations(&mut set.meta, revision, true);
        if set.spec.min_ready_seconds != self.stored.spec.min_ready_seconds {
            set.spec.min_ready_seconds = self.stored.spec.min_ready_seconds;
            changed = true;
        }
        if changed {
            let set = Rc::new(set);
            let reason = match old < revision {
                true if old > 0 => DeploymentReason::ReusedRevision { old, revision },
                true => DeploymentReason::NewRevision { revision },
                false => DeploymentReason::RefreshNew,
            };
            self.decision
                .write(Write::Update(Object::ReplicaSet(set.clone())), reason);
            self.sets[index] = set;
        }
        self.note_revision(index);
        if self.stored.spec.has_progress_deadline() && self.status.condition("Progressing").is_none() {
            let message = format!("Found new replica set \"{}\"", self.sets[index].meta.name);
            self.set_progressing("FoundNewReplicaSet", message);
        }
        true
    }

    fn set_progressing(&mut self, reason: &'static str, message: String) {
        let condition = util::condition("Progressing", ConditionStatus::True, reason, message, self.view.now);
        util::set_condition(&mut self.status, condition);
    }

    fn note_revision(&mut self, index: usize) {
        let mut meta = ObjectMeta {
            annotations: self.annotations.clone(),
            ..ObjectMeta::default()
        };
        if let Some(revision) = self.sets[index].meta.annotation(util::REVISION) {
            util::annotate(&mut meta, util::REVISION, revision);
        }
        self.annotations = meta.annotations;
    }

    fn next_revision(&self) -> i64 {
        let old = self.old_indices();
        old.into_iter()
            .map(|index| util::revision(&self.sets[index]))
            .max()
            .unwrap_or(0)
            .max(0)
            + 1
    }

    /// Upstream: `SetNewReplicaSetAnnotations`. Tells whether anything was different.
    fn set_new_annotations(&self, meta: &mut ObjectMeta, revision: i64, exists: bool) -> bool {
        let mut changed = false;
        for (key, text) in self
            .stored
            .meta
            .annotations
            .iter()
            .filter(|(key, _)| util::is_copied(key))
        {
            changed |= util::annotate(meta, key, text);
        }
        let old = meta.annotation(util::REVISION).map(str::to_owned);
        let number = match old.as_deref().unwrap_or_default() {
            "" => Some(0),
            text => text.parse::<i64>().ok(),
        };
        // A number that can't be read ends it: not even the copied annotations are stored then.
        let Some(number) = number else { return false };
        if number < revision {
            changed |= util::annotate(meta, util::REVISION, &revision.to_string());
            if let Some(old) = old.filter(|old| exists && !old.is_empty()) {
                remember_revision(meta, &old);
            }
        }
        if !exists {
            util::set_replicas_annotations(meta, self.bounds);
        }
        changed
    }

    /// Creates the ReplicaSet of the present template (DEP-12, DEP-14). `false` if the name is taken: that is counted, and
    /// the pass ends. Upstream: the second half of `getNewReplicaSet`.
    pub(super) fn create_new_replica_set(&mut self) -> bool {
        let spec = &self.stored.spec;
        let old = self.total();
        let (size, reason) = match spec.strategy {
            DeploymentStrategy::Recreate => (
                spec.replicas,
                DeploymentReason::CreateAfterRecreate { size: spec.replicas },
            ),
            DeploymentStrategy::RollingUpdate { .. } => {
                let size = util::new_rs_new_replicas(self.bounds, old, 0);
                (
                    size,
                    DeploymentReason::CreateNew {
                        bounds: self.bounds.into(),
                        old,
                        size,
                    },
                )
            }
        };
        let set = self.new_replica_set(size);
        let name = set.meta.name.clone();
        if self.view.cluster.replica_set(&set.meta.namespace, &name).is_some() {
            // Another ReplicaSet has the name (DEP-13): the next pass takes another hash.
            self.status.collision_count = Some(self.status.collision_count.unwrap_or(0) + 1);
            self.write_status(DeploymentReason::NameTaken { name }.into());
            self.decision.retry = true;
            return false;
        }
        let set = Rc::new(set);
        self.decision
            .write(Write::Create(Object::ReplicaSet(set.clone())), reason);
        if size > 0 {
            let scaling = Note::ScalingReplicaSet(Box::new((name.clone(), 0, size)));
            self.decision.notes.push(scaling);
        }
        self.sets.push(set);
        self.old_sizes.push(size);
        self.note_revision(self.sets.len() - 1);
        if self.stored.spec.has_progress_deadline() {
            self.set_progressing("NewReplicaSetCreated", format!("Created new replica set \"{name}\""));
        }
        true
    }

    fn new_replica_set(&self, replicas: i64) -> ReplicaSet {
        let Pass { stored, .. } = self;
        let hash: Name = stored
            .spec
            .template
            .hash_name_after(stored.status.collision_count)
            .into();
        let mut meta = ObjectMeta::named(&stored.meta.namespace, format!("{}-{hash}", stored.meta.name));
        let mut labels = (*stored.spec.template.labels).clone();
        labels.insert("pod-template-hash".into(), hash.clone());
        meta.labels = Rc::new(labels);
        meta.owner_references = vec![self.owner_reference()].into();
        self.set_new_annotations(&mut meta, self.next_revision(), false);
        meta.creation_timestamp = self.view.now;
        let mut selector = stored.spec.selector.clone();
        Rc::make_mut(&mut selector.match_labels).insert("pod-template-hash".into(), hash.clone());
        ReplicaSet {
            meta,
            spec: ReplicaSetSpec {
                replicas,
                min_ready_seconds: stored.spec.min_ready_seconds,
                selector,
                template: stored.spec.template.clone(),
                template_hash: Some(hash),
            },
            status: Default::default(),
        }
    }

    /// Upstream: `scale` (DEP-51, DEP-52).
    fn scale(&mut self) {
        let desired = self.bounds.desired;
        if let Some(index) = self.active_or_latest() {
            let from = self.sets[index].spec.replicas;
            self.scale_replica_set(index, desired, false, DeploymentReason::ScaleOnly { desired, from });
        } else if self.is_saturated() {
            for index in self.old_indices() {
                self.scale_replica_set(index, 0, false, DeploymentReason::ScaleSaturated { desired });
            }
        } else if matches!(self.stored.spec.strategy, DeploymentStrategy::RollingUpdate { .. }) {
            self.scale_proportionally();
        }
    }

    /// The one active ReplicaSet; with none, the new one or the latest. Upstream: `FindActiveOrLatest`.
    fn active_or_latest(&self) -> Option<usize> {
        let active: Vec<usize> = (0..self.sets.len())
            .filter(|index| self.sets[*index].is_active())
            .collect();
        match active[..] {
            [] => self.new_index().or_else(|| self.sets.len().checked_sub(1)),
            [only] => Some(only),
            _ => None,
        }
    }

    /// Upstream: `IsSaturated`.
    fn is_saturated(&self) -> bool {
        let desired = self.bounds.desired;
        self.new_set().is_some_and(|set| {
            set.spec.replicas == desired
                && util::annotated(&set.meta, util::DESIRED_REPLICAS) == Some(desired)
                && set.status.available_replicas == desired
        })
    }

    fn scale_proportionally(&mut self) {
        let bounds = self.bounds;
        // More Pods than are simulated are not asked for.
        let allowed = if bounds.desired > 0 {
            bounds.ceiling().min(bounds.desired + self.view.world.limits.pods)
        } else {
            0
        };
        let total = self.total();
        let to_add = allowed - total;
        let order = self.scaling_order(to_add);
        let mut added = 0;
        let mut shares: Vec<(usize, i64)> = Vec::new();
        for index in order {
            let set = &self.sets[index];
            let fraction = util::replica_set_fraction(bounds, set.spec.replicas, self.max_before(set));
            let share = util::replica_set_proportion(fraction, set.spec.replicas, to_add, added);
            added += share;
            shares.push((index, share));
        }
        let paused = self.stored.spec.paused && !self.is_scaling_event();
        for (position, (index, share)) in shares.into_iter().enumerate() {
            let leftover = if position == 0 { to_add - added } else { 0 };
            let size = self.sets[index].spec.replicas;
            let max_before = self.max_before(&self.sets[index]);
            let reason = DeploymentReason::ScaleShare {
                bounds: bounds.into(),
                total,
                size,
                max_before,
                share,
                leftover,
                paused,
            };
            self.scale_replica_set(index, (size + share + leftover).max(0), true, reason);
        }
    }

    /// The ceiling that a ReplicaSet was told last; failing that, the Deployment's last count.
    fn max_before(&self, set: &ReplicaSet) -> i64 {
        let annotated = util::annotated(&set.meta, util::MAX_REPLICAS).filter(|ceiling| *ceiling != 0);
        annotated.unwrap_or(self.stored.status.replicas)
    }

    /// Largest first; ties: newest (and last in name) first when adding, oldest first when removing.
    /// Upstream: `ReplicaSetsBySizeNewer`, `ReplicaSetsBySizeOlder`.
    fn scaling_order(&self, to_add: i64) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.sets.len())
            .filter(|index| self.sets[*index].is_active())
            .collect();
        crate::order::sort_by(&mut order, |a, b| {
            let (a, b) = (&self.sets[*a], &self.sets[*b]);
            let age = util::by_creation(a, b);
            let age = if to_add > 0 { age.reverse() } else { age };
            b.spec.replicas.cmp(&a.spec.replicas).then(age)
        });
        order
    }

    /// Deletes empty old ReplicaSets beyond the limit, lowest revision first (DEP-65).
    pub(super) fn cleanup_deployment(&mut self) {
        let limit = self.stored.spec.revision_history_limit;
        let mut old: Vec<Rc<ReplicaSet>> = self
            .old_indices()
            .iter()
            .map(|index| self.sets[*index].clone())
            .collect();
        old.retain(|set| !set.meta.is_terminating());
        let count = i64::try_from(old.len()).unwrap_or(i64::MAX);
        let excess = usize::try_from(count - limit).unwrap_or(0);
        if limit == i64::from(i32::MAX) || excess == 0 {
            return;
        }
        sort_by_revision(&mut old);
        for set in old.into_iter().take(excess) {
            let empty = set.status.replicas == 0 && set.spec.replicas == 0;
            if empty && set.status.observed_generation >= set.meta.generation {
                let key = Object::ReplicaSet(set).key();
                let reason = DeploymentReason::CleanUp { limit, old: count };
                self.decision
                    .write(Write::Delete(key, DeleteOptions::default()), reason);
            }
        }
    }

    /// Upstream: `syncDeploymentStatus`.
    pub(super) fn sync_status_only(&mut self) {
        self.status = self.calculate_status();
        let noted = self.status.condition("Progressing").map(|condition| condition.reason);
        let before = self
            .stored
            .status
            .condition("Progressing")
            .map(|condition| condition.reason);
        let reason = match noted {
            Some("DeploymentPaused") if before != noted => DeploymentReason::PauseNoted,
            Some("DeploymentResumed") if before != noted => DeploymentReason::ResumeNoted,
            _ => DeploymentReason::Report,
        };
        self.write_status(reason.into());
    }

    /// Sums over the ReplicaSets' reported status (DEP-80 to DEP-82).
    pub(super) fn calculate_status(&self) -> DeploymentStatus {
        let sum = |count: fn(&ReplicaSet) -> i64| self.sets.iter().map(|set| count(set)).sum::<i64>();
        let available = self.total_available();
        let mut status = DeploymentStatus {
            observed_generation: self.stored.meta.generation,
            replicas: sum(|set| set.status.replicas),
            updated_replicas: self.new_set().map_or(0, |set| set.status.replicas),
            ready_replicas: sum(|set| set.status.ready_replicas),
            available_replicas: available,
            unavailable_replicas: (self.total() - available).max(0),
            terminating_replicas: self.terminating_replicas(),
            collision_count: self.status.collision_count,
            conditions: self.status.conditions.clone(),
        };
        let condition = if available >= self.bounds.floor() {
            let (reason, message) = ("MinimumReplicasAvailable", "Deployment has minimum availability.");
            util::condition("Available", ConditionStatus::True, reason, message, self.view.now)
        } else {
            let (reason, message) = (
                "MinimumReplicasUnavailable",
                "Deployment does not have minimum availability.",
            );
            util::condition("Available", ConditionStatus::False, reason, message, self.view.now)
        };
        util::set_condition(&mut status, condition);
        status
    }

    /// Absent if a ReplicaSet that was looked at does not report it (DEP-86).
    fn terminating_replicas(&self) -> Option<i64> {
        if !self.view.gates.deployment_replica_set_terminating_replicas {
            return None;
        }
        self.sets
            .iter()
            .try_fold(0, |sum, set| match set.status.terminating_replicas {
                Some(count) => Some(sum + count),
                None if set.status.observed_generation == 0 => Some(sum),
                None => None,
            })
    }

    /// The old ReplicaSets that have Pods, oldest first.
    pub(super) fn active_old(&self) -> Vec<usize> {
        let mut old = self.old_indices();
        old.retain(|index| self.sets[*index].is_active());
        old
    }
}

/// Lowest revision first; equal ones, and any that can't be read, by age. That is no consistent order, so it is sorted as
/// upstream does it, by insertion. Upstream: `ReplicaSetsByRevision`.
fn sort_by_revision(sets: &mut [Rc<ReplicaSet>]) {
    let number = |set: &ReplicaSet| match set.meta.annotation(util::REVISION) {
        None => Some(0),
        Some(text) => text.parse::<i64>().ok(),
    };
    let before = |a: &ReplicaSet, b: &ReplicaSet| match (number(a), number(b)) {
        (Some(a), Some(b)) if a != b => a < b,
        _ => util::by_creation(a, b).is_lt(),
    };
    for end in 1..sets.len() {
        let mut at = end;
        while at > 0 && before(&sets[at], &sets[at - 1]) {
            sets.swap(at, at - 1);
            at -= 1;
        }
    }
}

/// Appends a number to the revision history, dropping the oldest beyond 2000 characters (DEP-16).
fn remember_revision(meta: &mut ObjectMeta, old: &str) {
    let history = meta.annotation(util::REVISION_HISTORY).unwrap_or_default().to_owned();
    let mut numbers: Vec<&str> = history.split(',').filter(|number| !number.is_empty()).collect();
    numbers.push(old);
    while numbers.join(",").len() > 2000 && numbers.len() > 1 {
        numbers.remove(0);
    }
    let joined = numbers.join(",");
    util::annotate(meta, util::REVISION_HISTORY, &joined);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unreadable_revisions_are_sorted_by_age() {
        let set = |name: &str, second: u64, revision: &str| {
            let mut set = ReplicaSet::from_value(&crate::value::Value::Null);
            set.meta.name = name.into();
            set.meta.creation_timestamp = crate::time::Time(second * 1000);
            util::annotate(&mut set.meta, util::REVISION, revision);
            Rc::new(set)
        };
        let sorted = |mut sets: Vec<Rc<ReplicaSet>>| {
            sort_by_revision(&mut sets);
            sets.iter().map(|set| set.meta.name.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(
            sorted(vec![set("a", 1, "3"), set("b", 2, "1"), set("c", 3, "2")]),
            ["b", "c", "a"]
        );
        assert_eq!(sorted(vec![set("a", 1, "3"), set("b", 2, "x")]), ["a", "b"]);
        let unreadable = vec![set("a", 1, "3"), set("c", 3, "2"), set("b", 2, "x")];
        assert_eq!(sorted(unreadable), ["c", "a", "b"]);
        // No order is consistent with all pairs; that must not end a run.
        let many = (0..60).map(|n| set(&format!("{n:02}"), n * 7 % 60, if n % 3 == 0 { "?" } else { "5" }));
        assert_eq!(sorted(many.collect()).len(), 60);
    }
}
