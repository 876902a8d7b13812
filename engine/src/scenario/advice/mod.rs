//! What the server accepts without a word and a rollout would make you wish it had not: each trap with its rule.
//!
//! Looked at are the accepted objects of one text together, since most traps lie between two of them.

mod config;
mod workload;

use crate::api::{IntOrPercent, LabelSelector, Object, PodTemplate};
use crate::manifest::{Diagnostic, Document, Fix, Help, Severity, help, locate, remove};
use crate::release::Gates;
use crate::value::Value;
use crate::world::World;

/// Every object is held against every other one; nobody writes more of them by hand.
const MOST: usize = 300;
/// Where the Pods are described.
const POD: &str = "spec.template.spec";

/// Looks for traps in the documents of `text`.
pub(super) fn advise(text: &str, documents: &[Document], world: &World, gates: Gates, out: &mut Vec<Diagnostic>) {
    let objects: Vec<Accepted<'_>> = documents.iter().filter_map(Accepted::of).collect();
    if objects.len() > MOST {
        return;
    }
    let mut advisor = Advisor {
        text,
        objects: &objects,
        world,
        gates,
        out,
    };
    for accepted in &objects {
        advisor.look_at(accepted);
    }
}

/// A document that was accepted.
struct Accepted<'a> {
    document: &'a Document,
    value: &'a Value,
    /// `None` for kinds that are only read, like HorizontalPodAutoscaler.
    object: Option<Object>,
}

impl<'a> Accepted<'a> {
    fn of(document: &'a Document) -> Option<Accepted<'a>> {
        let value = document.object.as_ref()?;
        Some(Accepted {
            document,
            value,
            object: Object::from_value(value),
        })
    }

    /// Selector, template and (where there is such a number) replicas of a workload.
    fn workload(&self) -> Option<(&LabelSelector, &PodTemplate, Option<i64>)> {
        Some(match self.object.as_ref()? {
            Object::Deployment(it) => (&it.spec.selector, &it.spec.template, Some(it.spec.replicas)),
            Object::StatefulSet(it) => (&it.spec.selector, &it.spec.template, Some(it.spec.replicas)),
            Object::ReplicaSet(it) | Object::ReplicationController(it) => {
                (&it.spec.selector, &it.spec.template, Some(it.spec.replicas))
            }
            Object::DaemonSet(it) => (&it.spec.selector, &it.spec.template, None),
            _ => return None,
        })
    }

    fn name(&self) -> String {
        format!("{} {}", self.document.kind, self.document.name)
    }

    fn is_near(&self, other: &Accepted<'_>) -> bool {
        self.document.namespace == other.document.namespace
    }
}

struct Advisor<'a> {
    text: &'a str,
    objects: &'a [Accepted<'a>],
    world: &'a World,
    gates: Gates,
    out: &'a mut Vec<Diagnostic>,
}

impl<'a> Advisor<'a> {
    fn look_at(&mut self, it: &'a Accepted<'a>) {
        if let Some((selector, template, replicas)) = it.workload() {
            self.autoscaled(it, replicas);
            self.overlaps(it, selector);
            self.shutdown(it, template);
            self.config(it, template);
        }
        match &it.object {
            Some(Object::Deployment(_)) => self.deployment(it),
            Some(Object::StatefulSet(_)) => self.stateful_set(it),
            Some(Object::PodDisruptionBudget(_)) => self.budget(it),
            Some(Object::Service(_)) => self.service(it),
            _ => {}
        }
    }

    fn warn(
        &mut self,
        it: &Accepted<'_>,
        field: &str,
        (rule, sentence): (&'static str, &'static str),
        message: String,
    ) {
        let span = locate(&it.document.node, field, "");
        let found = Diagnostic::new(Severity::Warning, span, field.to_owned(), message);
        let help: Help = help(rule, sentence);
        self.out.push(Diagnostic {
            help: Some(help),
            ..found
        });
    }

    /// The autoscaler of a workload.
    fn autoscaler(&self, it: &Accepted<'_>) -> Option<&'a Accepted<'a>> {
        let aims = |other: &&Accepted<'_>| {
            let target = other.value.at(&["spec", "scaleTargetRef"]);
            other.document.kind == "HorizontalPodAutoscaler"
                && other.is_near(it)
                && target.is_some_and(|target| {
                    target.text("kind") == it.document.kind && target.text("name") == it.document.name
                })
        };
        self.objects.iter().find(aims)
    }

    fn autoscaled(&mut self, it: &Accepted<'_>, replicas: Option<i64>) {
        let Some(scaler) = self.autoscaler(it) else { return };
        let name = &scaler.document.name;
        let spec = it.document.node.get("spec");
        if let Some(spec) = spec.filter(|spec| spec.get("replicas").is_some()) {
            if replicas == Some(0) {
                let rule = (
                    "HPA-10",
                    "While a workload has 0 replicas, its autoscaler does nothing.",
                );
                self.warn(
                    it,
                    "spec.replicas",
                    rule,
                    format!("0 replicas: the autoscaler {name} is switched off"),
                );
            } else {
                let rule = (
                    "HPA-43",
                    "If the manifest also sets replicas, every apply resets what the autoscaler chose.",
                );
                let message = format!("the autoscaler {name} decides this number, and every apply sets it back");
                self.warn(it, "spec.replicas", rule, message);
                let edits: Vec<_> = remove(self.text, spec, "replicas").into_iter().collect();
                if let (Some(found), false) = (self.out.last_mut(), edits.is_empty()) {
                    found.fix = Some(Fix::new("Leave replicas out".to_owned(), edits));
                }
            }
        }
        let is_share = |metric: &&Value| metric.at(&["resource", "target", "averageUtilization"]).is_some();
        let spec = scaler.value.get("spec").unwrap_or(&Value::Null);
        let metrics: Vec<&str> = match spec.get("metrics") {
            None => vec!["cpu"],
            Some(_) => spec
                .list("metrics")
                .iter()
                .filter(is_share)
                .filter_map(|metric| metric.get("resource"))
                .map(|resource| resource.text("name"))
                .collect(),
        };
        let pod = it.value.at(&["spec", "template", "spec"]).unwrap_or(&Value::Null);
        for metric in metrics {
            for (index, container) in pod.list("containers").iter().enumerate() {
                let has = |list| container.at(&["resources", list, metric]).is_some();
                if !has("requests") && !has("limits") {
                    let rule = ("HPA-22", "Utilization is measured against what the container requests.");
                    let message = format!("no {metric} request: the autoscaler {name} can't compute a utilization");
                    self.warn(it, &format!("{POD}.containers[{index}].resources"), rule, message);
                }
            }
        }
    }

    /// Two workloads that want the same Pods.
    fn overlaps(&mut self, it: &Accepted<'_>, selector: &LabelSelector) {
        let other = self.objects.iter().find(|other| {
            let template = other.workload().map(|(_, template, _)| template);
            let is_other = !std::ptr::eq(*other, it) && other.is_near(it);
            is_other && template.is_some_and(|template| selector.matches(&template.labels))
        });
        if let Some(other) = other {
            let rule = (
                "RS-04",
                "Selectors must not overlap: a Pod belongs to one workload only.",
            );
            self.warn(
                it,
                "spec.selector",
                rule,
                format!("also selects the Pods of {}", other.name()),
            );
        }
    }

    fn budget(&mut self, it: &Accepted<'_>) {
        let Some(Object::PodDisruptionBudget(budget)) = &it.object else {
            return;
        };
        let Some(selector) = &budget.selector else { return };
        let guards = |other: &Accepted<'_>, selector: &LabelSelector| {
            other.is_near(it)
                && other
                    .workload()
                    .is_some_and(|(_, template, _)| selector.matches(&template.labels))
        };
        let guarded = || self.objects.iter().filter(|other| guards(other, selector));
        // The most Pods that there will be by themselves.
        let pods = |other: &Accepted<'_>| match self.autoscaler(other) {
            Some(scaler) => scaler.value.at(&["spec", "maxReplicas"]).and_then(Value::as_int),
            None => other.workload().and_then(|(.., replicas)| replicas),
        };
        let total: i64 = guarded().filter_map(pods).sum();
        let all = |bound: Option<IntOrPercent>| match bound {
            Some(IntOrPercent::Percent(100..)) => true,
            Some(bound) => total > 0 && bound.round_up(total) >= total,
            None => false,
        };
        let none = matches!(
            budget.max_unavailable,
            Some(IntOrPercent::Int(0) | IntOrPercent::Percent(0))
        );
        let field = if none {
            "spec.maxUnavailable"
        } else {
            "spec.minAvailable"
        };
        let forbids = none || all(budget.min_available);
        let doubled = self.objects.iter().find(|other| match &other.object {
            Some(Object::PodDisruptionBudget(second)) => {
                let both = |selector: &LabelSelector| guarded().any(|pods| guards(pods, selector));
                !std::ptr::eq(*other, it) && other.is_near(it) && second.selector.as_ref().is_some_and(both)
            }
            _ => false,
        });
        if forbids {
            let of = if total > 0 {
                format!(" of {total} Pods")
            } else {
                String::new()
            };
            let rule = ("PDB-06", "A budget that allows nothing blocks kubectl drain for ever.");
            self.warn(it, field, rule, format!("no eviction{of} is ever allowed"));
        }
        if let Some(other) = doubled {
            let rule = ("PDB-10", "A Pod with two budgets can't be evicted at all.");
            self.warn(
                it,
                "spec.selector",
                rule,
                format!("guards Pods that {} guards, too", other.name()),
            );
        }
    }

    fn service(&mut self, it: &Accepted<'_>) {
        let Some(Object::Service(service)) = &it.object else {
            return;
        };
        let near = || self.objects.iter().filter(|other| other.is_near(it));
        let templates: Vec<&PodTemplate> = near()
            .filter_map(Accepted::workload)
            .map(|(_, template, _)| template)
            .collect();
        let has_pods = near().any(|other| other.document.kind == "Pod");
        if service.selector.is_empty() || templates.is_empty() || has_pods {
            return;
        }
        let matches = |template: &&&PodTemplate| {
            service
                .selector
                .iter()
                .all(|(key, value)| template.labels.get(key) == Some(value))
        };
        let matching: Vec<&&PodTemplate> = templates.iter().filter(matches).collect();
        if matching.is_empty() {
            let rule = ("SVC-12", "A Service without Pods refuses every connection.");
            self.warn(it, "spec.selector", rule, "selects no Pods of this text".to_owned());
            return;
        }
        for (index, port) in service.spec.list("ports").iter().enumerate() {
            let Some(target) = port.get("targetPort").and_then(Value::as_str) else {
                continue;
            };
            let has = |container: &Value| container.list("ports").iter().any(|port| port.text("name") == target);
            let offers = |template: &&&PodTemplate| {
                let spec = template.value.get("spec").unwrap_or(&Value::Null);
                ["containers", "initContainers"]
                    .iter()
                    .any(|list| spec.list(list).iter().any(has))
            };
            if !matching.iter().any(offers) {
                let rule = ("SVC-05", "A Pod that lacks the named port gets no traffic on it.");
                self.warn(
                    it,
                    &format!("spec.ports[{index}].targetPort"),
                    rule,
                    format!("no container has a port named {target}"),
                );
            }
        }
    }
}
