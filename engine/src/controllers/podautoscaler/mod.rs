//! The HorizontalPodAutoscaler controller (spec: HPA). It looks at fixed moments, not at changes (HPA-02), so nothing but its
//! own timer wakes it. Upstream: `pkg/controller/podautoscaler/horizontal.go`.

mod metrics;
pub mod normalize;
pub mod replica_calculator;

use super::{Decision, View};
use crate::api::{
    Condition, ConditionStatus, HorizontalPodAutoscaler, HorizontalPodAutoscalerStatus, Key, Kind, Object,
    Recommendation,
};
use crate::cluster::Write;
use crate::event::Note;
use crate::reason::AutoscalerReason;
use crate::step::Actor;
use crate::time::{Duration, Time};
use normalize::{Limit, Normalized, Proposal};
use std::rc::Rc;

/// How often it looks.
pub const TICK: Duration = Duration(15_000);
/// A pass that comes so much later than its tick still belongs to it: steps before it took their time.
const LATE: Duration = Duration(5_000);
/// The longest period of a policy.
const SLOWEST: Duration = Duration(1_800_000);
/// An autoscaler that sets one size so often, under the same load, goes on like this for ever.
const OFTEN: u32 = 20;
/// What is older than this counts no more, whatever the windows are.
const MEMORY: Duration = Duration(3_600_000);

/// One look at one autoscaler. Upstream: `reconcileAutoscaler`.
pub fn reconcile(view: &View<'_>, key: &Key) -> Decision {
    let mut decision = Decision::default();
    let Some(Object::HorizontalPodAutoscaler(autoscaler)) = view.cluster.get(key) else {
        return decision;
    };
    let created = autoscaler.meta.creation_timestamp;
    let ticks = view.now.since(created).0 / TICK.0;
    let tick = created + Duration(ticks * TICK.0);
    let is_due =
        ticks > 0 && view.now.since(tick) < LATE && autoscaler.status.memory.evaluated.is_none_or(|last| last < tick);
    let mut evaluation = Evaluation {
        view,
        autoscaler,
        tick,
        status: autoscaler.status.clone(),
        decision: &mut decision,
        unsettled: !is_due,
    };
    if is_due {
        evaluation.run();
    } else {
        let waiter = (Actor::HorizontalPodAutoscaler, key.clone());
        let waits = view.cluster.waiting().get(&waiter);
        evaluation.decision.blocked = waits.map_or_else(Vec::new, |waits| waits.to_vec());
    }
    let goes_round = autoscaler.status.memory.sizes.iter().any(|(_, times)| *times >= OFTEN);
    let settled = (goes_round || !evaluation.unsettled) && view.world.load.is_final(&autoscaler.target(), view.now);
    decision.wake(tick + TICK);
    decision.idle = settled;
    decision
}

/// One evaluation.
struct Evaluation<'a, 'b> {
    view: &'a View<'a>,
    autoscaler: &'a Rc<HorizontalPodAutoscaler>,
    tick: Time,
    status: HorizontalPodAutoscalerStatus,
    decision: &'b mut Decision,
    /// Whether the next evaluation may come to something else by itself.
    unsettled: bool,
}

impl Evaluation<'_, '_> {
    fn run(&mut self) {
        let spec = &self.autoscaler.spec;
        let key = self.autoscaler.scale_key();
        let target = key.and_then(|key| self.view.cluster.get(&key)).cloned();
        let Some((target, current, observed)) = target.and_then(|target| {
            let (replicas, observed) = scale_of(&target)?;
            Some((target, replicas, observed))
        }) else {
            return self.no_scale();
        };
        self.condition(
            "AbleToScale",
            true,
            "SucceededGetScale",
            "the HPA controller was able to get the target's current scale",
        );
        if self.status.memory.recommendations.is_empty() {
            self.remember(current);
        }
        let (least, most) = (spec.min_replicas, spec.max_replicas);
        self.status.current_replicas = current;
        self.status.observed_generation = self.autoscaler.meta.generation;
        let room = self.room(&target).max(current);
        let (desired, reason, text) = if current == 0 {
            let message = "scaling is disabled since the replica count of the target is zero";
            self.condition("ScalingActive", false, "ScalingDisabled", message);
            self.forget_present();
            self.status.desired_replicas = 0;
            return self.report(AutoscalerReason::SwitchedOff);
        } else if current > most {
            self.forget_present();
            (
                most,
                AutoscalerReason::TooMany { current, most },
                "Current number of replicas above Spec.MaxReplicas".to_owned(),
            )
        } else if current < least {
            self.forget_present();
            (
                least.min(room),
                AutoscalerReason::TooFew { current, least },
                "Current number of replicas below Spec.MinReplicas".to_owned(),
            )
        } else {
            match self.by_metrics(&target, (current, observed), room) {
                Some(found) => found,
                None => return,
            }
        };
        self.status.desired_replicas = desired;
        if desired == current {
            return self.report(reason);
        }
        self.rescale(&target, current, desired, reason, text);
    }

    /// HPA-10, cases 1 and 2.
    fn no_scale(&mut self) {
        let kind = self
            .autoscaler
            .value
            .get("scaleTargetRef")
            .map_or("", |target| target.text("kind"));
        let name = &self.autoscaler.spec.scale_target_ref.name;
        let error = match self.autoscaler.spec.scale_target_ref.kind {
            Some(kind) => format!("{} \"{name}\" not found", kind.resource()),
            None => format!("no matches for kind \"{kind}\" with a size"),
        };
        let message = format!("the HPA controller was unable to get the target's current scale: {error}");
        self.condition("AbleToScale", false, "FailedGetScale", &message);
        self.decision.notes.push(Note::FailedGetScale(error.as_str().into()));
        self.report(AutoscalerReason::NoScale { error: error.into() });
    }

    /// HPA-10, case 6.
    fn by_metrics(
        &mut self,
        target: &Object,
        (current, observed): (i64, i64),
        room: i64,
    ) -> Option<(i64, AutoscalerReason, String)> {
        let autoscaler = self.autoscaler;
        if let Some(error) = metrics::ambiguity(self.view, autoscaler, target) {
            self.ambiguous(&error);
            return None;
        }
        self.unsettled |= metrics::are_starting(self.view, target);
        let votes = metrics::votes(self.view, autoscaler, target, current, observed);
        self.status.current_metrics = votes.iter().map(|vote| Some(vote.as_ref().ok()?.current)).collect();
        let failed: Vec<_> = votes.iter().filter_map(|vote| vote.as_ref().err()).collect();
        // Upstream takes the last of equal votes only if it is higher.
        let mut best = None;
        for (metric, vote) in autoscaler.spec.metrics.iter().zip(&votes) {
            if let Ok(vote) = vote
                && best.is_none_or(|(_, other): (_, &replica_calculator::Vote)| vote.replicas > other.replicas)
            {
                best = Some((metric, vote));
            }
        }
        let decisive = best.filter(|(_, vote)| failed.is_empty() || vote.replicas >= current);
        let Some((metric, vote)) = decisive else {
            self.failed(&failed, votes.len());
            return None;
        };
        let name = metrics::name(metric);
        let message = format!("the HPA was able to successfully calculate a replica count from {name}");
        self.condition("ScalingActive", true, "ValidMetricFound", &message);
        let proposal = Proposal {
            replicas: vote.replicas,
            current,
            bounds: (autoscaler.spec.min_replicas, autoscaler.spec.max_replicas),
            memory: &self.status.memory,
            now: self.tick,
        };
        let normalized = proposal.normalized(autoscaler.spec.behavior.as_ref()).within(room);
        self.remember(vote.replicas);
        self.judge(&normalized, vote.replicas, current);
        let unsure = vote.kept == Some(replica_calculator::Kept::Unsure) || vote.assumed > 0;
        let paced = normalized.limit.is_some()
            && self
                .status
                .memory
                .scalings
                .iter()
                .any(|(at, _)| *at + SLOWEST > self.tick);
        self.unsettled |= normalized.stabilized != vote.replicas || paced;
        let fact = AutoscalerReason::Voted {
            metric: name.as_str().into(),
            unit: metric.target,
            vote: *vote,
            current,
            normalized,
            behavior: autoscaler.spec.behavior.is_some(),
        };
        if normalized.stabilized != vote.replicas || normalized.limit.is_some() || unsure {
            self.decision.block(fact.clone());
        }
        let text = match normalized.replicas > current {
            true => format!("{name} above target"),
            false => "All metrics below target".to_owned(),
        };
        Some((normalized.replicas, fact, text))
    }

    /// How many replicas the target may have, so that all Pods together are no more than are simulated.
    fn room(&self, target: &Object) -> i64 {
        let kinds = [
            Kind::Deployment,
            Kind::ReplicaSet,
            Kind::ReplicationController,
            Kind::StatefulSet,
        ];
        let all = kinds.into_iter().flat_map(|kind| self.view.cluster.of_kind(kind));
        let others = all.filter(|object| object.meta().uid != target.meta().uid);
        let asked = others
            .filter(|object| object.meta().controller().is_none())
            .filter_map(|object| Some(scale_of(object)?.0));
        self.view
            .world
            .limits
            .pods
            .saturating_sub(asked.fold(0, i64::saturating_add))
    }

    /// HPA-03: others set the number of the same Pods.
    fn ambiguous(&mut self, error: &str) {
        self.condition("ScalingActive", false, "AmbiguousSelector", error);
        let note = Note::FailedGetMetric(Box::new(("AmbiguousSelector", error.into())));
        self.decision.notes.push(note);
        self.decision.notes.push(Note::FailedComputeMetrics(error.into()));
        self.forget_present();
        self.status.desired_replicas = self.status.current_replicas;
        self.status.current_metrics = Vec::new();
        let reason = AutoscalerReason::Ambiguous { error: error.into() };
        self.decision.block(reason.clone());
        self.report(reason);
    }

    /// HPA-11: nothing to go by.
    fn failed(&mut self, failed: &[&metrics::Failure], metrics: usize) {
        let Some(first) = failed.first() else { return };
        let message = format!("the HPA was unable to compute the replica count: {}", first.error);
        self.condition("ScalingActive", false, first.reason, &message);
        for failure in failed {
            let told = (failure.reason, failure.error.as_str().into());
            self.decision.notes.push(Note::FailedGetMetric(Box::new(told)));
        }
        let summary = format!(
            "invalid metrics ({} invalid out of {metrics}), first error is: failed to get {} metric value: {}",
            failed.len(),
            first.metric,
            first.error
        );
        self.decision.notes.push(Note::FailedComputeMetrics(summary.into()));
        self.forget_present();
        self.status.desired_replicas = self.status.current_replicas;
        let error: Rc<str> = first.error.as_str().into();
        self.decision
            .block(AutoscalerReason::Unmeasured { error: error.clone() });
        self.report(AutoscalerReason::Unmeasured { error });
    }

    /// The conditions that say what became of the proposal.
    fn judge(&mut self, normalized: &Normalized, proposed: i64, current: i64) {
        let (reason, message) = match normalized.stabilized {
            same if same == proposed => ("ReadyForNewScale", "recommended size matches current size"),
            _ if self.autoscaler.spec.behavior.is_some() && proposed >= current => (
                "ScaleUpStabilized",
                "recent recommendations were lower than current one, applying the lowest recent recommendation",
            ),
            _ => (
                "ScaleDownStabilized",
                "recent recommendations were higher than current one, applying the highest recent recommendation",
            ),
        };
        self.condition("AbleToScale", true, reason, message);
        let (limited, reason, message) = match normalized.limit {
            None => (
                false,
                "DesiredWithinRange",
                "the desired count is within the acceptable range",
            ),
            Some(Limit::TooFewReplicas) => (
                true,
                "TooFewReplicas",
                "the desired replica count is less than the minimum replica count",
            ),
            Some(Limit::TooManyReplicas | Limit::Simulated) => (
                true,
                "TooManyReplicas",
                "the desired replica count is more than the maximum replica count",
            ),
            Some(Limit::ScaleUpLimit) => (
                true,
                "ScaleUpLimit",
                "the desired replica count is increasing faster than the maximum scale rate",
            ),
            Some(Limit::ScaleDownLimit) => (
                true,
                "ScaleDownLimit",
                "the desired replica count is decreasing faster than the maximum scale rate",
            ),
        };
        self.condition("ScalingLimited", limited, reason, message);
    }

    /// HPA-10, case 7.
    fn rescale(&mut self, target: &Object, current: i64, desired: i64, reason: AutoscalerReason, text: String) {
        self.unsettled = true;
        self.decision
            .write(Write::Update(scaled(target, desired)), reason.clone());
        let rescale = Note::SuccessfulRescale(Box::new((desired, text.into())));
        self.decision.notes.push(rescale);
        let message = format!("the HPA controller was able to update the target scale to {desired}");
        self.condition("AbleToScale", true, "SucceededRescale", &message);
        if self.autoscaler.spec.behavior.is_some() {
            self.status.memory.scalings.push((self.tick, desired - current));
        }
        let sizes = &mut self.status.memory.sizes;
        if !self.view.world.load.is_final(&self.autoscaler.target(), self.view.now) {
            sizes.clear();
        }
        match sizes.iter_mut().find(|(size, _)| *size == desired) {
            Some((_, times)) => *times = times.saturating_add(1),
            None => sizes.push((desired, 1)),
        }
        self.status.last_scale_time = Some(self.tick);
        self.report(reason);
    }

    /// Writes the status, if it is another one.
    fn report(&mut self, reason: AutoscalerReason) {
        if self.status == self.autoscaler.status {
            return;
        }
        self.status.memory.evaluated = Some(self.tick);
        let mut reported = (**self.autoscaler).clone();
        reported.status = self.status.clone();
        let write = Write::UpdateStatus(Object::HorizontalPodAutoscaler(Rc::new(reported)));
        self.decision.write(write, AutoscalerReason::Reported(Box::new(reason)));
    }

    /// HPA-30, HPA-31: a recommendation that goes on takes no new entry.
    fn remember(&mut self, replicas: i64) {
        let memory = &mut self.status.memory;
        let (tick, before) = (self.tick, Time(self.tick.0.saturating_sub(TICK.0)));
        match memory.recommendations.last_mut() {
            Some(present) if present.last.is_none() && present.replicas == replicas => return,
            Some(present) if present.last.is_none() => present.last = Some(before.max(present.first)),
            _ => {}
        }
        memory.recommendations.push(Recommendation {
            replicas,
            first: tick,
            last: None,
        });
        let is_young = |at: Time| at + MEMORY > tick;
        memory.recommendations.retain(|past| past.last.is_none_or(is_young));
        memory.scalings.retain(|(at, _)| is_young(*at));
    }

    /// No recommendation at this tick.
    fn forget_present(&mut self) {
        let before = Time(self.tick.0.saturating_sub(TICK.0));
        if let Some(present) = self.status.memory.recommendations.last_mut() {
            let first = present.first;
            present.last.get_or_insert(before.max(first));
        }
    }

    fn condition(&mut self, r#type: &'static str, truth: bool, reason: &'static str, message: &str) {
        let status = if truth {
            ConditionStatus::True
        } else {
            ConditionStatus::False
        };
        let now = self.tick.truncated();
        let conditions = &mut self.status.conditions;
        let place = conditions.iter().position(|condition| condition.r#type == r#type);
        let since = place
            .map(|place| &conditions[place])
            .filter(|before| before.status == status);
        let since = since.map_or(now, |before| before.last_transition_time);
        let condition = Condition {
            r#type,
            status,
            reason,
            message: message.into(),
            last_update_time: since,
            last_transition_time: since,
        };
        match place {
            Some(place) => conditions[place] = condition,
            None => conditions.push(condition),
        }
    }
}

/// The subresource: what is asked for and what is there.
fn scale_of(target: &Object) -> Option<(i64, i64)> {
    match target {
        Object::Deployment(deployment) => Some((deployment.spec.replicas, deployment.status.replicas)),
        Object::StatefulSet(set) => Some((set.spec.replicas, set.status.replicas)),
        Object::ReplicaSet(set) | Object::ReplicationController(set) => Some((set.spec.replicas, set.status.replicas)),
        _ => None,
    }
}

/// The same with another size (HPA-03).
fn scaled(target: &Object, replicas: i64) -> Object {
    let mut target = target.clone();
    match &mut target {
        Object::Deployment(deployment) => Rc::make_mut(deployment).spec.replicas = replicas,
        Object::StatefulSet(set) => Rc::make_mut(set).spec.replicas = replicas,
        Object::ReplicaSet(set) | Object::ReplicationController(set) => Rc::make_mut(set).spec.replicas = replicas,
        _ => {}
    }
    target
}
