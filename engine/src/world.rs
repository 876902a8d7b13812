//! The world of a run: what Kubernetes does not decide. How long images take, how applications behave.

use crate::ordered::Ordered;
use crate::time::Duration;

/// Everything around the controllers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct World {
    /// Whether scheduler, kubelet and volume binder act by themselves. If not, interventions say what they do.
    pub automatic: bool,
    /// How an application behaves whose image has no entry of its own.
    pub default_behavior: Behavior,
    /// How the applications in these images behave.
    pub images: Ordered<String, Behavior>,
}

/// How an application behaves, by image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Behavior {
    /// Whether the image can be pulled at all.
    pub pullable: bool,
    /// How long the pull takes, or takes to fail.
    pub pull: Duration,
    /// From the container's start until it answers its probes; for an init container, until it ends.
    pub start: Duration,
    /// Whether it ever answers its readiness probe.
    pub becomes_ready: bool,
    /// From SIGTERM until it has ended; the grace period cuts it short.
    pub stop: Duration,
}

impl Default for Behavior {
    fn default() -> Behavior {
        Behavior {
            pullable: true,
            pull: Duration(2_000),
            start: Duration(1_000),
            becomes_ready: true,
            stop: Duration(2_000),
        }
    }
}

impl Default for World {
    fn default() -> World {
        World {
            automatic: true,
            default_behavior: Behavior::default(),
            images: Ordered::new(),
        }
    }
}

impl World {
    /// How the application in this image behaves.
    pub fn behavior(&self, image: &str) -> Behavior {
        self.images.get(image).copied().unwrap_or(self.default_behavior)
    }
}
