//! What is done to nodes: `kubectl taint`, and what is said to happen to the machines themselves.

use super::Outcome;
use crate::api::{Node, Object, Taint};
use crate::cluster::{Cluster, Write};
use crate::scenario::NodeMove;
use crate::time::Time;
use std::rc::Rc;

/// Adds a taint, or takes all of its key (and effect, if that is named) away. Upstream: `kubectl/pkg/cmd/taint`.
pub(super) fn taint(node: &Rc<Node>, taint: &Taint, remove: bool) -> Outcome {
    let name = &node.meta.name;
    let mut changed = (**node).clone();
    let is_meant = |other: &Taint| other.key == taint.key && (taint.effect.is_empty() || other.effect == taint.effect);
    let had = changed.taints.iter().any(is_meant);
    changed.taints.retain(|other| !is_meant(other));
    if remove {
        if !had {
            let of = if taint.effect.is_empty() {
                taint.key.clone()
            } else {
                format!("{}:{}", taint.key, taint.effect)
            };
            return Outcome::refused(format!("error: taint \"{of}\" not found"));
        }
        return Outcome::done(format!("node/{name} untainted"), vec![update(changed)]);
    }
    if had {
        return Outcome::refused(format!(
            "error: node {name} already has {} taint(s) with same effect(s) and --overwrite is false",
            taint.key
        ));
    }
    changed.taints.push(taint.clone());
    Outcome::done(format!("node/{name} tainted"), vec![update(changed)])
}

fn update(node: Node) -> Write {
    Write::Update(Object::Node(Rc::new(node)))
}

/// The machine falls silent, or is heard again; after a reboot its containers are not what they were.
pub(super) fn happen(cluster: &Cluster, node: &Rc<Node>, what: NodeMove, now: Time) -> Outcome {
    let mut changed = (**node).clone();
    changed.silent_since = match what {
        NodeMove::Lost => changed.silent_since.or(Some(now)),
        NodeMove::Back | NodeMove::Rebooted => None,
    };
    if node.silent_since.is_some() && what != NodeMove::Lost {
        changed.heard_at = now;
    }
    let mut writes = Vec::new();
    if what == NodeMove::Rebooted {
        for pod in super::drain::pods_on(cluster, node).filter(|pod| !pod.is_finished()) {
            let mut stopped = (**pod).clone();
            stopped.status.begun = None;
            stopped.status.ready_since = None;
            writes.push(Write::UpdateStatus(Object::Pod(Rc::new(stopped))));
        }
    }
    writes.push(update(changed));
    Outcome::done(String::new(), writes)
}
