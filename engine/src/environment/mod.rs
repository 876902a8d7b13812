//! What is not a controller: the scheduler, the kubelet, the volume binder. Like controllers they decide and never
//! mutate; unlike them they act when time has passed, so each move is planned ahead and checked when it is due.

mod applications;
mod kubelet;
mod services;

pub use applications::Applications;
pub(crate) use kubelet::ready_after;
pub use kubelet::{Move, Planned, Surroundings, decide, plan};
pub use services::Services;

use crate::api::{Name, Node, Pod};
use crate::cluster::Cluster;
use crate::ordered::Ordered;

/// The nodes that a run starts with. They have room for any number of Pods.
pub fn first_nodes() -> impl Iterator<Item = Node> {
    ["node-1", "node-2", "node-3"].into_iter().map(Node::named)
}

/// How many Pods are bound to each node: the scheduler takes the one with the fewest.
#[derive(Clone, Debug, Default)]
pub struct Nodes {
    pods: Ordered<Name, u64>,
}

impl Nodes {
    /// The node for a Pod: the one it is pinned to, else the emptiest that is not cordoned.
    pub fn find(&self, cluster: &Cluster, pod: &Pod) -> Option<Name> {
        let pinned = |node: &Node| pod.target_node.as_ref().is_none_or(|target| *target == node.meta.name);
        let open = |node: &Node| pod.target_node.is_some() || !node.unschedulable;
        let fit = cluster.nodes().filter(|node| pinned(node) && open(node));
        let emptiest = fit.min_by_key(|node| self.pods.get(&node.meta.name).copied().unwrap_or(0));
        emptiest.map(|node| node.meta.name.clone())
    }

    /// Counts a Pod that is bound.
    pub fn take(&mut self, node: &Name) {
        *self.pods.or_default(node.clone()) += 1;
    }

    /// Forgets a Pod that is gone.
    pub fn release(&mut self, node: &Name) {
        if let Some(pods) = self.pods.get_mut(node) {
            *pods = pods.saturating_sub(1);
        }
    }
}
