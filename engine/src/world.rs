//! The world of a run: what Kubernetes does not decide. How long images take, how applications behave.

use crate::api::Node;
pub use crate::behavior::{Behavior, Exit};
use crate::environment::first_nodes;
use crate::ordered::Ordered;

/// Everything around the controllers.
#[derive(Clone, Debug, PartialEq)]
pub struct World {
    /// Whether scheduler, kubelet and volume binder act by themselves. If not, interventions say what they do.
    pub automatic: bool,
    /// How an application behaves whose image has no entry of its own.
    pub default_behavior: Behavior,
    /// How the applications in these images behave.
    pub images: Ordered<String, Behavior>,
    /// The nodes at the start.
    pub nodes: Vec<Node>,
}

impl Default for World {
    fn default() -> World {
        World {
            automatic: true,
            default_behavior: Behavior::default(),
            images: Ordered::new(),
            nodes: first_nodes(3),
        }
    }
}

impl World {
    /// How the application in this image behaves.
    pub fn behavior(&self, image: &str) -> Behavior {
        self.images.get(image).unwrap_or(&self.default_behavior).clone()
    }
}
