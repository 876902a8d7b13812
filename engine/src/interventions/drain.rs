//! `kubectl cordon`, `uncordon` and `drain` (spec: PDB-20 to PDB-25). Draining goes on by itself: each Pod of the node is
//! asked for again every five seconds until its budget lets it go, so [`reconcile`] is called like a controller.

use super::Outcome;
use crate::api::{Key, Kind, Node, Object, Pod};
use crate::cluster::{Cluster, Write};
use crate::controllers::disruption::eviction;
use crate::controllers::{Decision, View};
use crate::reason::EnvironmentReason;
use crate::scenario::DrainFlags;
use crate::value::Value;
use std::rc::Rc;

/// Closes or opens a node for new Pods.
pub(super) fn cordon(node: &Rc<Node>, close: bool) -> Outcome {
    let (name, word) = (&node.meta.name, if close { "cordoned" } else { "uncordoned" });
    if node.unschedulable == close {
        return Outcome::done(format!("node/{name} already {word}"), Vec::new());
    }
    let mut changed = (**node).clone();
    changed.unschedulable = close;
    let write = Write::Update(Object::Node(Rc::new(changed)));
    Outcome::done(format!("node/{name} {word}"), vec![write])
}

/// Cordons a node and names the Pods that are to go; if one of them needs a flag that is missing, none goes (PDB-21).
pub(super) fn drain(cluster: &Cluster, node: &Rc<Node>, flags: DrainFlags) -> Outcome {
    let mut outcome = cordon(node, true);
    let name = &node.meta.name;
    let (mut problems, mut warnings) = (Vec::new(), Vec::new());
    let mut going = Vec::new();
    for pod in pods_on(cluster, node) {
        match Filter::of(cluster, pod, flags) {
            Filter::Refuse(why) => add(&mut problems, why, pod),
            Filter::Skip(why) => add(&mut warnings, why, pod),
            Filter::Evict(why) => {
                why.into_iter().for_each(|why| add(&mut warnings, why, pod));
                going.push(pod);
            }
        }
    }
    if !problems.is_empty() {
        outcome.accepted = false;
        let all: Vec<String> = problems
            .iter()
            .map(|problem| format!("cannot delete {problem}"))
            .collect();
        // Upstream: `utilerrors.NewAggregate` puts several into brackets.
        let text = match &all[..] {
            [only] => only.clone(),
            all => format!("[{}]", all.join(", ")),
        };
        outcome.text += &format!("\nerror: unable to drain node \"{name}\" due to error: {text}");
        return outcome;
    }
    if !warnings.is_empty() {
        outcome.text += &format!("\nWarning: {}", warnings.join("; "));
    }
    for pod in going {
        outcome.text += &format!("\nevicting pod {}", path(pod));
        outcome.follow.push(Object::Pod(pod.clone()).key());
    }
    outcome
}

/// Pods of the same reason are named together. Upstream: `filters.go › Warnings, errors`.
fn add(groups: &mut Vec<String>, why: &str, pod: &Pod) {
    match groups.iter_mut().find(|group| group.starts_with(&format!("{why}: "))) {
        Some(group) => *group += &format!(", {}", path(pod)),
        None => groups.push(format!("{why}: {}", path(pod))),
    }
}

/// What drain does with a Pod.
enum Filter {
    Refuse(&'static str),
    Skip(&'static str),
    Evict(Option<&'static str>),
}

impl Filter {
    /// Upstream: `kubectl/pkg/drain/filters.go`.
    fn of(cluster: &Cluster, pod: &Pod, flags: DrainFlags) -> Filter {
        let owner = pod.meta.controller();
        let daemon = owner.filter(|owner| owner.kind == "DaemonSet");
        let daemon = daemon.and_then(|owner| cluster.daemon_set(&pod.meta.namespace, &owner.name));
        let local = pod
            .template
            .value
            .at(&["spec", "volumes"])
            .map_or(&[][..], Value::items);
        let local = local.iter().any(|volume| volume.get("emptyDir").is_some());
        match () {
            () if pod.is_finished() => Filter::Evict(None),
            () if daemon.is_some() && flags.ignore_daemonsets => Filter::Skip("ignoring DaemonSet-managed Pods"),
            () if daemon.is_some() => Filter::Refuse("DaemonSet-managed Pods (use --ignore-daemonsets to ignore)"),
            () if local && !flags.delete_emptydir_data => {
                Filter::Refuse("Pods with local storage (use --delete-emptydir-data to override)")
            }
            () if owner.is_none() && !flags.force => {
                Filter::Refuse("Pods that declare no controller (use --force to override)")
            }
            () if owner.is_none() => Filter::Evict(Some("deleting Pods that declare no controller")),
            () if local => Filter::Evict(Some("deleting Pods with local storage")),
            () => Filter::Evict(None),
        }
    }
}

pub(super) fn pods_on<'a>(cluster: &'a Cluster, node: &'a Node) -> impl Iterator<Item = &'a Rc<Pod>> {
    cluster.of_kind(Kind::Pod).filter_map(|object| match object {
        Object::Pod(pod) if pod.node_name.as_ref() == Some(&node.meta.name) => Some(pod),
        _ => None,
    })
}

fn path(pod: &Pod) -> String {
    format!("{}/{}", pod.meta.namespace, pod.meta.name)
}

/// Asks for one Pod of a node that is being drained; a refusal for want of budget is asked again (PDB-22), any other
/// ends the drain (PDB-10).
pub(crate) fn reconcile(view: &View<'_>, key: &Key) -> Decision {
    let mut decision = Decision::default();
    let Some(Object::Pod(pod)) = view.cluster.get(key) else {
        return decision;
    };
    // A StatefulSet's successor of the same name runs elsewhere; it is not meant.
    let still_there = view
        .cluster
        .nodes()
        .any(|node| node.unschedulable && pod.node_name.as_ref() == Some(&node.meta.name));
    if pod.is_terminating() || !still_there {
        return decision;
    }
    match eviction::evict(view.cluster, pod, view.now) {
        Ok(writes) => {
            let reason = || EnvironmentReason::Evicted {
                name: pod.meta.name.clone(),
            };
            writes.into_iter().for_each(|write| decision.write(write, reason()));
        }
        Err(refusal) => {
            decision.block(EnvironmentReason::EvictionRefused {
                why: refusal.to_string().into(),
            });
            decision.retry = refusal.code == 429;
        }
    }
    decision
}
