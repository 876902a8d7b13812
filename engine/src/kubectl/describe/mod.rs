//! `kubectl describe`: one object with its Events (spec: CTL-70 to CTL-74). Sections are written with tabs and aligned at
//! the end. Upstream: `kubectl/pkg/describe/describe.go`.

mod around;
mod node;
mod pod;
mod workload;

use super::query::Target;
use super::template::lines;
use super::{Printed, Scope, align, events, not_found};
use crate::api::{Condition, LabelSelector, Name, Object, ObjectMeta};
use crate::ordered::Ordered;
use crate::scenario::command::key;

/// The longest annotation that is shown whole.
const LONGEST: usize = 140;

/// Describes what was named: an object, all of a kind, or all whose names begin like this.
pub(super) fn describe(
    targets: &[Target],
    namespace: Option<&Name>,
    selector: &LabelSelector,
    scope: Scope<'_>,
) -> Printed {
    let mut printed = Printed::default();
    for target in targets {
        let Some(kind) = target.kind else {
            printed.errors.push("error: Events are listed by get events".to_owned());
            continue;
        };
        let is_there = |object: &&Object| {
            let meta = object.meta();
            let here = kind.is_cluster_wide() || namespace.is_none_or(|namespace| *namespace == meta.namespace);
            here && selector.matches(&meta.labels)
        };
        let all: Vec<&Object> = scope.cluster.of_kind(kind).filter(is_there).collect();
        let named = |object: &&&Object| target.name.as_ref().is_none_or(|name| *name == object.meta().name);
        let like = |object: &&&Object| {
            target
                .name
                .as_ref()
                .is_some_and(|name| object.meta().name.starts_with(&**name))
        };
        let mut found: Vec<&&Object> = all.iter().filter(named).collect();
        if found.is_empty() {
            found = all.iter().filter(like).collect();
        }
        if let (true, Some(name)) = (found.is_empty(), &target.name) {
            let namespace = namespace.map_or("default", |namespace| namespace);
            printed.errors.push(not_found(&key(kind, namespace, name)));
        }
        for object in found {
            if !printed.lines.is_empty() {
                printed.lines.extend([String::new(), String::new()]);
            }
            let text = one(scope, object) + &events::section(scope, &object.key());
            printed.lines.extend(align::tabs(&text));
        }
    }
    if printed.lines.is_empty() && printed.errors.is_empty() {
        let namespace = namespace.map_or("default", |namespace| namespace);
        printed
            .errors
            .push(format!("No resources found in {namespace} namespace."));
    }
    printed
}

/// All but the Events, with tabs.
fn one(scope: Scope<'_>, object: &Object) -> String {
    match object {
        Object::Deployment(deployment) => workload::deployment(scope, deployment),
        Object::ReplicaSet(set) | Object::ReplicationController(set) => workload::replica_set(scope, object, set),
        Object::StatefulSet(set) => workload::stateful_set(scope, set),
        Object::DaemonSet(set) => workload::daemon_set(scope, set),
        Object::Pod(pod) => pod::pod(scope, object, pod),
        Object::Node(node) => node::node(scope, node),
        Object::Service(service) => around::service(scope, service),
        Object::HorizontalPodAutoscaler(autoscaler) => around::autoscaler(scope, autoscaler),
        Object::PodDisruptionBudget(budget) => around::budget(budget),
        Object::PersistentVolumeClaim(claim) => around::claim(scope, claim),
        object => around::other(object),
    }
}

/// Name and, where there is one, namespace.
fn head(meta: &ObjectMeta) -> String {
    match &*meta.namespace {
        "" => format!("Name:\t{}\n", meta.name),
        namespace => format!("Name:\t{}\nNamespace:\t{namespace}\n", meta.name),
    }
}

/// Labels, one to a line.
fn labels(text: &mut String, title: &str, labels: &Ordered<Name, Name>) {
    let all: Vec<String> = labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
    lines(text, title, &all, true);
}

/// Annotations, one to a line; long ones are cut.
fn annotations(text: &mut String, meta: &ObjectMeta) {
    let shown = meta.annotations.iter().map(|(key, value)| {
        let value = value.trim_end_matches('\n');
        if key.len() + value.len() + 2 <= LONGEST && !value.contains('\n') {
            return format!("{key}: {value}");
        }
        let cut = |line: &str| match line.chars().count() > LONGEST - 2 {
            true => line.chars().take(LONGEST - 5).chain("...".chars()).collect(),
            false => line.to_owned(),
        };
        let all: Vec<String> = value.lines().map(|line| format!("\n\t  {}", cut(line))).collect();
        format!("{key}:{}", all.concat())
    });
    let shown: Vec<String> = shown.collect();
    lines(text, "Annotations", &shown, true);
}

fn controlled_by(text: &mut String, meta: &ObjectMeta) {
    if let Some(owner) = meta.controller() {
        *text += &format!("Controlled By:\t{}/{}\n", owner.kind, owner.name);
    }
}

/// Conditions with their reasons.
fn conditions(text: &mut String, conditions: &[Condition]) {
    if !conditions.is_empty() {
        *text += "Conditions:\n  Type\tStatus\tReason\n  ----\t------\t------\n";
    }
    for condition in conditions {
        let (kind, status, reason) = (condition.r#type, condition.status.name(), condition.reason);
        *text += &format!("  {kind} \t{status}\t{reason}\n");
    }
}
