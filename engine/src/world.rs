//! The world of a run: what Kubernetes does not decide. How long images take, how applications behave.

use crate::api::Node;
pub use crate::behavior::{Behavior, Exit};
use crate::environment::first_nodes;
use crate::ordered::Ordered;
use crate::time::{Duration, Time};
use std::rc::Rc;

/// Everything around the controllers.
#[derive(Clone, Debug, PartialEq)]
pub struct World {
    /// Whether scheduler, kubelet and volume binder act by themselves. If not, interventions say what they do.
    pub automatic: bool,
    /// How an application behaves whose image has no entry of its own.
    pub default_behavior: Behavior,
    /// How the applications in these images behave.
    pub images: Ordered<String, Behavior>,
    /// How long a volume takes to be made.
    pub provision: Duration,
    /// How long proxies take to learn that an endpoint has come or gone (SVC-14).
    pub propagation: Duration,
    /// The nodes at the start, which no copy of the world has for itself.
    pub nodes: Rc<[Node]>,
    /// What there is to do.
    pub load: Load,
    /// How large it may become.
    pub limits: Limits,
}

/// What keeps a run from growing beyond what one wants to compute. They are ours, not Kubernetes'.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The most Pods that may be asked for at once; more is refused in words.
    pub pods: i64,
    /// The most steps that a run may take; then it stops and says so.
    pub steps: usize,
}

impl Limits {
    /// What a text may set them to.
    pub const HIGHEST: Limits = Limits {
        pods: 100_000,
        steps: 2_000_000,
    };
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            pods: 2_000,
            steps: 60_000,
        }
    }
}

/// What there is to do, by workload (`Deployment/web`) and by metric (`cpu`, or the name of another): how much in all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Load {
    /// The curves.
    pub curves: Ordered<(String, String), Curve>,
}

/// An amount over time: zero at first, then point after point.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Curve {
    /// In the order of time.
    pub points: Vec<Point>,
}

/// A change of an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// When it begins.
    pub at: Time,
    /// How long it takes; zero is a jump.
    pub over: Duration,
    /// The amount afterwards, in thousandths.
    pub to: i64,
}

impl Load {
    /// How much there is at a moment, in thousandths. `None` if nothing is said of this workload and metric.
    pub fn at(&self, workload: &str, metric: &str, now: Time) -> Option<i64> {
        let curve = self.curves.get(&(workload.to_owned(), metric.to_owned()))?;
        let begun = curve.points.iter().filter(|point| point.at <= now);
        Some(begun.fold(0, |before, point| point.towards(before, now)))
    }

    /// Whether nothing changes any more for a workload.
    pub fn is_final(&self, workload: &str, now: Time) -> bool {
        let curves = self.curves.iter().filter(|((of, _), _)| of == workload);
        let mut points = curves.flat_map(|(_, curve)| &curve.points);
        points.all(|point| point.at + point.over <= now)
    }
}

impl Point {
    /// The amount on the way from `before`.
    fn towards(&self, before: i64, now: Time) -> i64 {
        let passed = now.since(self.at).0;
        if passed >= self.over.0 {
            return self.to;
        }
        let (way, share) = (i128::from(self.to - before), i128::from(passed));
        before + i64::try_from(way * share / i128::from(self.over.0)).unwrap_or(0)
    }
}

impl Default for World {
    fn default() -> World {
        World {
            automatic: true,
            default_behavior: Behavior::default(),
            images: Ordered::new(),
            provision: Duration::ZERO,
            propagation: Duration(1_000),
            nodes: first_nodes(3),
            load: Load::default(),
            limits: Limits::default(),
        }
    }
}

impl World {
    /// How the application in this image behaves.
    pub fn behavior(&self, image: &str) -> &Behavior {
        self.images.get(image).unwrap_or(&self.default_behavior)
    }

    /// From now on, this image can't be pulled.
    pub fn break_image(&mut self, image: &str) {
        self.images.or_default(image.to_owned()).pullable = false;
    }
}
