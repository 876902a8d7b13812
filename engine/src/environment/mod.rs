//! What is not a controller: the scheduler, the kubelet, the volume binder. Like controllers they decide and never
//! mutate; unlike them they act when time has passed, so each move is planned ahead and checked when it is due.

mod kubelet;
mod probes;

pub use kubelet::{Move, decide, plan};

use crate::api::Name;

/// The nodes that Pods are spread over. They have room for any number.
const NODES: [&str; 3] = ["node-1", "node-2", "node-3"];

/// How many Pods were ever bound to each node: the scheduler takes the one with the fewest.
#[derive(Clone, Debug, Default)]
pub struct Nodes {
    pods: [u64; NODES.len()],
}

impl Nodes {
    /// The node with the fewest Pods, counting the one that is bound to it now.
    pub fn take(&mut self) -> Name {
        let least = (0..NODES.len()).min_by_key(|index| self.pods[*index]).unwrap_or(0);
        self.pods[least] += 1;
        NODES[least].into()
    }

    /// Forgets a Pod that is gone.
    pub fn release(&mut self, node: &str) {
        if let Some(index) = NODES.iter().position(|name| *name == node) {
            self.pods[index] = self.pods[index].saturating_sub(1);
        }
    }
}
