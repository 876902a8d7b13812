//! Which nodes can't run a Pod, in the scheduler's order and words (spec: NODE-01 to NODE-09).
//! Upstream: `pkg/scheduler/framework/plugins`, `pkg/scheduler/framework/types.go › FitError.Error`.

use super::Nodes;
use super::spread::{Affinity, Spread};
use crate::api::{Key, Name, Node, Pod, Taint, Toleration};
use crate::cluster::Cluster;
use crate::controllers::daemon_set::placement;
use crate::environment::storage;
use crate::ordered::Ordered;
use std::rc::Rc;

/// Why a node is left out, and whether no removal of Pods could change that.
pub(super) type Refusal = (String, bool);

/// The node for a Pod, or what the scheduler says when none fits.
pub fn place(nodes: &Nodes, cluster: &Cluster, key: &Key, pod: &Pod) -> Result<Name, Rc<str>> {
    if let Some(obstacle) = storage::obstacle(cluster, pod) {
        let total = cluster.nodes().count();
        let helps = format!("{total} Preemption is not helpful for scheduling");
        let text =
            format!("0/{total} nodes are available: {obstacle}. preemption: 0/{total} nodes are available: {helps}.");
        return Err(text.into());
    }
    let candidate = Candidate {
        zones: storage::volumes(cluster, pod)
            .filter_map(|volume| volume.zone.as_deref())
            .collect(),
        is_taken: is_claim_taken(nodes, cluster, pod),
        nodes,
        cluster,
        pod,
        spread: Spread::of(nodes, cluster, pod),
        affinity: Affinity::of(nodes, cluster, pod),
    };
    // A DaemonSet's Pod names its node: if that fits, no other is looked at.
    let target = pod.target_node.as_deref().and_then(|name| cluster.node(name));
    if let Some(target) = target.filter(|target| candidate.refusal(target).is_none()) {
        return Ok(target.meta.name.clone());
    }
    let mut refusals = Vec::new();
    let mut fit = Vec::new();
    for node in cluster.nodes() {
        match candidate.refusal(node) {
            Some(refusal) => refusals.push(refusal),
            None => fit.push(&**node),
        }
    }
    if let Some(reserved) = nodes.reserved.get(key)
        && fit.iter().any(|node: &&Node| node.meta.name == *reserved)
    {
        return Ok(reserved.clone());
    }
    let found = nodes.emptiest(cluster, pod, fit.into_iter());
    found.ok_or_else(|| message(&refusals).into())
}

/// `0/3 nodes are available: ...` (NODE-03).
fn message(refusals: &[Vec<Refusal>]) -> String {
    let total = refusals.len();
    if total == 0 {
        return "no nodes available to schedule pods".to_owned();
    }
    let reasons = refusals.iter().flatten().map(|(reason, _)| reason.as_str());
    let is_hopeless = |refusals: &Vec<Refusal>| refusals.iter().any(|(_, hopeless)| *hopeless);
    let helps = refusals.iter().map(|refusals| match is_hopeless(refusals) {
        true => "Preemption is not helpful for scheduling",
        false => "No preemption victims found for incoming pod",
    });
    format!(
        "0/{total} nodes are available: {}. preemption: 0/{total} nodes are available: {}.",
        counted(reasons),
        counted(helps)
    )
}

/// `1 Insufficient cpu, 2 node(s) were unschedulable`, sorted as texts.
fn counted<'a>(reasons: impl Iterator<Item = &'a str>) -> String {
    let mut counts: Ordered<&str, usize> = Ordered::new();
    reasons.for_each(|reason| *counts.or_default(reason) += 1);
    let mut texts: Vec<String> = counts
        .iter()
        .map(|(reason, count)| format!("{count} {reason}"))
        .collect();
    crate::order::sort_by_key(&mut texts, Clone::clone);
    texts.join(", ")
}

struct Candidate<'a> {
    nodes: &'a Nodes,
    cluster: &'a Cluster,
    pod: &'a Pod,
    /// The zones of its volumes.
    zones: Vec<&'a str>,
    /// Whether another Pod has exclusive use of its claim.
    is_taken: bool,
    spread: Spread<'a>,
    affinity: Affinity<'a>,
}

impl Candidate<'_> {
    /// What the first filter that a node fails says; several resources may be missing at once.
    fn refusal(&self, node: &Node) -> Option<Vec<Refusal>> {
        let hopeless = |reason: &str| Some(vec![(reason.to_owned(), true)]);
        let cordon = || Taint::new("node.kubernetes.io/unschedulable", "NoSchedule");
        let repels = |taint: &&Taint| taint.effect != "PreferNoSchedule" && !tolerates(self.cluster, self.pod, taint);
        match () {
            () if self.is_elsewhere(node) => hopeless("node(s) didn't satisfy plugin(s) [NodeAffinity]"),
            () if node.unschedulable && !tolerates(self.cluster, self.pod, &cordon()) => {
                hopeless("node(s) were unschedulable")
            }
            () if node.taints.iter().any(|taint| repels(&taint)) => hopeless("node(s) had untolerated taint(s)"),
            () if !placement::matches_labels(node, &self.pod.template) => {
                hopeless("node(s) didn't match Pod's node affinity/selector")
            }
            () if self.is_port_taken(node) => {
                let reason = "node(s) didn't have free ports for the requested pod ports";
                Some(vec![(reason.to_owned(), false)])
            }
            () => {
                let lacks = self.lacks(node);
                if !lacks.is_empty() {
                    return Some(lacks);
                }
                if self.zones.iter().any(|zone| *zone != node.zone()) {
                    return hopeless("node(s) didn't match PersistentVolume's node affinity");
                }
                if self.is_taken {
                    let reason = "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already \
                                  in-use by another pod";
                    return Some(vec![(reason.to_owned(), false)]);
                }
                let other = self.spread.refusal(node).or_else(|| self.affinity.refusal(node));
                other.map(|refusal| vec![refusal])
            }
        }
    }

    /// A DaemonSet's Pod names its node.
    fn is_elsewhere(&self, node: &Node) -> bool {
        self.pod
            .target_node
            .as_deref()
            .is_some_and(|target| *target != node.meta.name)
    }

    fn is_port_taken(&self, node: &Node) -> bool {
        let ports = &self.pod.template.needs().host_ports;
        let taken = |other: &Pod| {
            other
                .template
                .needs()
                .host_ports
                .iter()
                .any(|port| ports.contains(port))
        };
        !ports.is_empty() && self.nodes.pods(self.cluster, &node.meta.name).any(taken)
    }

    /// The resources of which too little is left (NODE-02).
    fn lacks(&self, node: &Node) -> Vec<Refusal> {
        let load = self.nodes.loads.get(&node.meta.name);
        let mut lacks = Vec::new();
        let pods = load.map_or(0, |load| i64::try_from(load.pods.len()).unwrap_or(i64::MAX));
        if node.allocatable.get("pods").is_some_and(|most| pods + 1 > most / 1000) {
            lacks.push(("Too many pods".to_owned(), false));
        }
        for (name, amount) in self.pod.template.requests.iter().filter(|(_, amount)| **amount > 0) {
            // Ordinary resources that a node does not name are there without limit; devices are not there.
            let is_ordinary = matches!(name.as_str(), "cpu" | "memory" | "ephemeral-storage");
            let most = match node.allocatable.get(name) {
                Some(most) => *most,
                None if is_ordinary => continue,
                None => 0,
            };
            let used = load.and_then(|load| load.requested.get(name)).copied().unwrap_or(0);
            if used.saturating_add(*amount) > most {
                lacks.push((format!("Insufficient {name}"), *amount > most));
            }
        }
        lacks
    }
}

/// Whether a Pod puts up with a taint; those of DaemonSets put up with more (DS-03).
pub(crate) fn tolerates(cluster: &Cluster, pod: &Pod, taint: &Taint) -> bool {
    let owner = pod.meta.controller().filter(|owner| owner.kind == "DaemonSet");
    let is_daemon = owner.is_some_and(|owner| cluster.daemon_set(&pod.meta.namespace, &owner.name).is_some());
    let own = |toleration: &Toleration| toleration.tolerates(taint);
    pod.template.needs().tolerations.iter().any(own) || (is_daemon && placement::tolerates(&pod.template, taint))
}

/// Whether a claim that one Pod at a time may use is used already (PVC-26).
fn is_claim_taken(nodes: &Nodes, cluster: &Cluster, pod: &Pod) -> bool {
    let alone = storage::claims(cluster, pod).filter_map(|(_, claim)| claim);
    let mut alone = alone.filter(|claim| claim.has_mode("ReadWriteOncePod"));
    alone.any(|claim| {
        let names: Vec<&Name> = cluster.nodes().map(|node| &node.meta.name).collect();
        names.into_iter().any(|name| {
            let mut users = nodes.pods(cluster, name);
            users.any(|user| {
                user.meta.namespace == pod.meta.namespace && user.claim_names().any(|name| *name == claim.meta.name)
            })
        })
    })
}
