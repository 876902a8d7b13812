//! What is not a controller: the scheduler, the kubelet, the volume binder. Like controllers they decide and never
//! mutate; unlike them they act when time has passed, so each move is planned ahead and checked when it is due.

mod applications;
mod config;
mod kubelet;
mod node_lifecycle;
mod scheduler;
mod services;
mod storage;

pub use applications::Applications;
pub(crate) use kubelet::ready_after;
pub use kubelet::{
    Deed, Move, Planned, ProbeKind, Standing, Surroundings, bind, bind_only, decide, plan, refuse, standing,
};
pub use node_lifecycle::{Look, NodeDue, Scope, Watch, look, node_changed, pod_changed};
pub use scheduler::{Nodes, place};
pub use services::Services;
pub use storage::{StorageDue, changed as storage_changed, look as look_at_storage};
pub(crate) use storage::{attach, select_node};

use crate::api::{Node, ZONE};
use std::rc::Rc;

/// The nodes that a run starts with unless its world says otherwise: three in three zones, with room for any number of
/// ordinary Pods.
pub fn first_nodes(count: usize) -> Rc<[Node]> {
    const ZONES: [&str; 3] = ["zone-a", "zone-b", "zone-c"];
    let node = |index: usize| {
        let mut node = Node::named(&format!("node-{}", index + 1));
        let labels = Rc::make_mut(&mut node.meta.labels);
        labels.insert(ZONE.into(), ZONES[index % ZONES.len()].into());
        node
    };
    (0..count).map(node).collect()
}
