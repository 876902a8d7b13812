//! What the world's load comes to on the Pods (section 8 of HPA), as the metrics APIs would tell it, and each metric's vote.

use super::replica_calculator::{Sample, Tolerances, Vote, replicas_by_pods, replicas_by_share, replicas_by_value};
use crate::api::{
    Condition, HorizontalPodAutoscaler, Kind, LabelSelector, MetricSource, MetricSpec, MetricTarget, Object, Phase,
    Pod, ScalingRules,
};
use crate::controllers::View;
use crate::time::{Duration, Time};
use std::rc::Rc;

/// The CPU initialisation period (HPA-21).
const START: Duration = Duration(300_000);
/// How long a sample takes: a Pod has none before it was ready for so long.
const WINDOW: Duration = Duration(15_000);
/// Thousandths by which a metric may miss its target.
const TOLERANCE: i64 = 100;

/// Why a metric has no vote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Failure {
    /// The condition's reason, and the Event's.
    pub(super) reason: &'static str,
    /// Which metric: `cpu resource`.
    pub(super) metric: String,
    /// The error.
    pub(super) error: String,
}

/// The vote of each metric.
pub(super) fn votes(
    view: &View<'_>,
    autoscaler: &HorizontalPodAutoscaler,
    target: &Object,
    current: i64,
    observed: i64,
) -> Vec<Result<Vote, Failure>> {
    let ballot = Ballot {
        view,
        autoscaler,
        pods: pods_of(view, target),
        current,
        observed,
    };
    autoscaler
        .spec
        .metrics
        .iter()
        .map(|metric| ballot.vote(metric))
        .collect()
}

/// What upstream calls a metric when it scales up for its sake.
pub(super) fn name(metric: &MetricSpec) -> String {
    let share = match metric.target {
        MetricTarget::Utilization(_) => " utilization (percentage of request)",
        _ => "",
    };
    match &metric.source {
        MetricSource::Resource(name) => format!("{name} resource{share}"),
        MetricSource::ContainerResource { name, .. } => format!("{name} container resource{share}"),
        MetricSource::Pods(metric) => format!("pods metric {metric}"),
        MetricSource::Object { kind, metric } => format!("{kind} metric {metric}"),
        MetricSource::External { metric, selector } => {
            let selector = selector.as_ref().map_or("nil".to_owned(), LabelSelector::as_go);
            format!("external metric {metric}({selector})")
        }
    }
}

/// The Pods that the target's selector matches, of whatever revision (HPA-20, HPA-41).
fn pods_of<'a>(view: &View<'a>, target: &Object) -> Vec<&'a Rc<Pod>> {
    let selector = selector_of(target).into_iter();
    let pods = selector.flat_map(|selector| {
        view.index
            .pods_matching(view.cluster, &target.meta().namespace, selector)
    });
    pods.collect()
}

fn selector_of(target: &Object) -> Option<&LabelSelector> {
    match target {
        Object::Deployment(deployment) => Some(&deployment.spec.selector),
        Object::StatefulSet(set) => Some(&set.spec.selector),
        Object::ReplicaSet(set) | Object::ReplicationController(set) => Some(&set.spec.selector),
        _ => None,
    }
}

/// Who else has looked at the same Pods, as an error (HPA-03). Upstream: `validateAndParseSelector`.
pub(super) fn ambiguity(view: &View<'_>, autoscaler: &HorizontalPodAutoscaler, target: &Object) -> Option<String> {
    let pods = pods_of(view, target);
    let is_another = |other: &HorizontalPodAutoscaler| {
        let has_looked = |condition: &Condition| condition.r#type == "ScalingActive";
        let is_own = other.meta.name == autoscaler.meta.name;
        let is_near = other.meta.namespace == autoscaler.meta.namespace;
        let aim = other.scale_key().and_then(|key| view.cluster.get(&key));
        let selects = |selector: &LabelSelector| pods.iter().any(|pod| selector.matches(&pod.meta.labels));
        is_near
            && (is_own
                || other.status.conditions.iter().any(has_looked) && aim.and_then(selector_of).is_some_and(selects))
    };
    let all: Vec<String> = view
        .cluster
        .of_kind(Kind::HorizontalPodAutoscaler)
        .filter_map(|object| match object {
            Object::HorizontalPodAutoscaler(other) if is_another(other) => {
                Some(format!("{}/{}", other.meta.namespace, other.meta.name))
            }
            _ => None,
        })
        .collect();
    let selector = selector_of(target).filter(|_| all.len() > 1)?;
    let all = all.join(" ");
    Some(format!(
        "pods by selector {selector} are controlled by multiple HPAs: [{all}]"
    ))
}

/// Whether time alone will make a Pod count that does not count yet (HPA-21).
pub(super) fn are_starting(view: &View<'_>, target: &Object) -> bool {
    let mut pods = pods_of(view, target).into_iter();
    pods.any(|pod| {
        let is_young = view.now.since(pod.meta.creation_timestamp) < START;
        pod.is_active() && is_young && is_starting(pod, view.now)
    })
}

struct Ballot<'a> {
    view: &'a View<'a>,
    autoscaler: &'a HorizontalPodAutoscaler,
    pods: Vec<&'a Rc<Pod>>,
    current: i64,
    observed: i64,
}

impl Ballot<'_> {
    fn vote(&self, metric: &MetricSpec) -> Result<Vote, Failure> {
        let (reason, called) = match &metric.source {
            MetricSource::Resource(name) => ("FailedGetResourceMetric", format!("{name} resource")),
            MetricSource::ContainerResource { container, .. } => {
                ("FailedGetContainerResourceMetric", format!("{container} container"))
            }
            MetricSource::Pods(_) => ("FailedGetPodsMetric", "pods".to_owned()),
            MetricSource::Object { .. } => ("FailedGetObjectMetric", "object".to_owned()),
            MetricSource::External { metric, .. } => ("FailedGetExternalMetric", format!("{metric} external")),
        };
        self.count(metric).map_err(|error| Failure {
            reason,
            metric: called,
            error,
        })
    }

    fn count(&self, metric: &MetricSpec) -> Result<Vote, String> {
        let name = metric.name();
        let load = self.view.world.load.at(&self.autoscaler.target(), name, self.view.now);
        let tolerances = self.tolerances();
        match (&metric.source, metric.target) {
            (MetricSource::Resource(_) | MetricSource::ContainerResource { .. }, target) => {
                let (target, utilization, what) = match target {
                    MetricTarget::Utilization(percent) => (percent, true, "utilization"),
                    MetricTarget::AverageValue(amount) | MetricTarget::Value(amount) => (amount, false, "usage"),
                };
                let failed = |error: String| format!("failed to get {name} {what}: {error}");
                if self.pods.is_empty() {
                    return Err(failed(
                        "no pods returned by selector while calculating replica count".to_owned(),
                    ));
                }
                let load = load.ok_or_else(|| {
                    let api = "no metrics returned from resource metrics API";
                    failed(format!("unable to get metrics for resource {name}: {api}"))
                })?;
                let samples = self.samples(metric, load, utilization).map_err(failed)?;
                replicas_by_pods(self.current, target, utilization, &samples, tolerances).ok_or_else(|| {
                    failed("did not receive metrics for targeted pods (pods might be unready)".to_owned())
                })
            }
            (MetricSource::Pods(_), MetricTarget::AverageValue(target)) => {
                let load = load.ok_or_else(|| no_metric(name))?;
                let samples = self.samples(metric, load, false)?;
                replicas_by_pods(self.current, target, false, &samples, tolerances).ok_or_else(|| no_metric(name))
            }
            (_, MetricTarget::AverageValue(target)) => {
                let load = load.ok_or_else(|| no_metric(name))?;
                Ok(replicas_by_share(target, load, self.observed, tolerances))
            }
            (_, MetricTarget::Value(target) | MetricTarget::Utilization(target)) => {
                let load = load.ok_or_else(|| no_metric(name))?;
                let ready = self.pods.iter().filter(|pod| pod.is_running_and_ready()).count();
                let ready = i64::try_from(ready).unwrap_or(i64::MAX);
                Ok(replicas_by_value(self.current, target, load, ready, tolerances))
            }
        }
    }

    /// The load is shared by the Pods that are ready; what one may use is limited.
    fn samples(&self, metric: &MetricSpec, load: i64, utilization: bool) -> Result<Vec<Sample>, String> {
        let resource = metric.name();
        let is_cpu = matches!(
            &metric.source,
            MetricSource::Resource(_) | MetricSource::ContainerResource { .. }
        ) && **resource == *"cpu";
        let container = match &metric.source {
            MetricSource::ContainerResource { container, .. } => Some(container),
            _ => None,
        };
        let serves = |pod: &Pod| pod.is_ready() && !pod.is_terminating();
        let serving = self.pods.iter().filter(|pod| serves(pod)).count().max(1) as i64;
        let (mut samples, mut served) = (Vec::new(), 0);
        for pod in self.pods.iter().filter(|pod| pod.is_active()) {
            let amounts = pod.template.resources(resource, container.map(|name| &**name));
            if let Some(container) = container
                && amounts.is_empty()
            {
                let meta = &pod.meta;
                return Err(format!(
                    "container {container} not present in metrics for pod {}/{}",
                    meta.namespace, meta.name
                ));
            }
            if utilization && let Some(without) = amounts.iter().find(|amount| amount.request.is_none()) {
                let (container, pod) = (&without.container, &pod.meta.name);
                return Err(format!(
                    "missing request for {resource} in container {container} of Pod {pod}"
                ));
            }
            let limit = amounts
                .iter()
                .try_fold(0_i64, |sum, amount| Some(sum.saturating_add(amount.limit?)));
            // What can't be shared evenly is not lost.
            let share = if serves(pod) {
                served += 1;
                portion(load, served, serving) - portion(load, served - 1, serving)
            } else {
                0
            };
            let usage = limit.map_or(share, |limit| share.min(limit));
            samples.push(Sample {
                usage: Some(usage),
                request: amounts
                    .iter()
                    .filter_map(|amount| amount.request)
                    .fold(0, i64::saturating_add),
                unready: pod.status.phase == Phase::Pending || (is_cpu && is_starting(pod, self.view.now)),
            });
        }
        Ok(samples)
    }

    fn tolerances(&self) -> Tolerances {
        let behavior = self.autoscaler.spec.behavior.as_ref();
        let of = |rules: Option<&ScalingRules>| {
            let own = rules
                .and_then(|rules| rules.tolerance)
                .filter(|_| self.view.gates.hpa_configurable_tolerance);
            own.unwrap_or(TOLERANCE) as f64 / 1000.0
        };
        Tolerances {
            down: of(behavior.map(|behavior| &behavior.scale_down)),
            up: of(behavior.map(|behavior| &behavior.scale_up)),
        }
    }
}

/// HPA-21: in its first five minutes, a Pod counts as unready while it is, and until a whole sample was taken of it as ready;
/// later, if it has never been ready.
fn is_starting(pod: &Pod, now: Time) -> bool {
    let is_young = now.since(pod.meta.creation_timestamp) < START;
    match pod.status.ready_since {
        Some(since) => is_young && since + WINDOW > now,
        None => is_young || pod.max_restarts() == 0,
    }
}

/// What so many of all Pods serve together, in whole thousandths.
fn portion(load: i64, some: i64, all: i64) -> i64 {
    i64::try_from(i128::from(load) * i128::from(some) / i128::from(all)).unwrap_or(load)
}

fn no_metric(name: &str) -> String {
    format!("unable to fetch metrics from custom metrics API: no metric {name} is in the world's load")
}
