//! Replacing Pods that have an old template, node by node (DS-20 to DS-23). Upstream: `pkg/controller/daemon/update.go`.

use super::{Pass, placement};
use crate::api::{DaemonSet, DaemonSetUpdateStrategy, Name, Pod};
use crate::reason::DaemonSetReason;
use std::rc::Rc;

/// What is on a node, not counting what is going.
enum OnNode {
    /// More than one of a kind: the placement step has to clean up first.
    TooMany,
    /// At most one with the new and one with the old template.
    Pods { new: Option<Rc<Pod>>, old: Option<Rc<Pod>> },
}

/// How many of so many nodes may have a second Pod, and how many may be without a working one; `None` where Pods are
/// replaced when the user deletes them.
pub fn bounds(set: &DaemonSet, desired: i64) -> Option<(i64, i64)> {
    let DaemonSetUpdateStrategy::RollingUpdate {
        max_surge,
        max_unavailable,
    } = set.spec.update_strategy
    else {
        return None;
    };
    let surge = max_surge.round_up(desired);
    let unavailable = match max_unavailable.round_up(desired) {
        0 if surge == 0 && desired > 0 => 1,
        unavailable => unavailable,
    };
    Some((surge, unavailable))
}

impl Pass<'_> {
    /// The update step of a pass.
    pub(super) fn update(&mut self) {
        let desired = self
            .nodes
            .iter()
            .filter(|node| placement::node_should_run(node, self.set).0)
            .count();
        let desired = i64::try_from(desired).unwrap_or(i64::MAX);
        match bounds(self.set, desired) {
            None => self.explain_on_delete(),
            Some((0, unavailable)) => self.replace(unavailable),
            Some((surge, _)) => self.surge(surge, desired),
        }
    }

    /// The nodes that have Pods or should have one; those first that a recording says came first, else by name.
    fn update_order(&self) -> Vec<Name> {
        let should_run = self
            .nodes
            .iter()
            .filter(|node| placement::node_should_run(node, self.set).0);
        let mut names: Vec<Name> = should_run.map(|node| node.meta.name.clone()).collect();
        names.extend(self.by_node.keys().cloned());
        let preferred = |name: &Name| {
            let pods = self.by_node.get(name).into_iter().flatten();
            let mut names = pods.map(|pod| &pod.meta.name).chain([name]);
            names.any(|name| self.view.preferred_victims.contains(name))
        };
        crate::order::sort_by_key(&mut names, |name| (!preferred(name), name.clone()));
        names.dedup();
        names
    }

    fn on_node(&self, name: &Name) -> OnNode {
        let (mut new, mut old) = (None, None);
        let pods = self.by_node.get(name).into_iter().flatten();
        for pod in pods.filter(|pod| !pod.is_terminating()) {
            let slot = if self.is_new(pod) { &mut new } else { &mut old };
            if slot.replace(pod.clone()).is_some() {
                return OnNode::TooMany;
            }
        }
        OnNode::Pods { new, old }
    }

    /// Without surge: broken old Pods go at once, others as far as `maxUnavailable` allows (DS-21).
    fn replace(&mut self, max_unavailable: i64) {
        let mut unavailable = 0;
        let mut broken = Vec::new();
        let mut candidates = Vec::new();
        for name in self.update_order() {
            match self.on_node(&name) {
                OnNode::Pods {
                    new: Some(new),
                    old: None,
                } => unavailable += i64::from(!self.is_available(&new)),
                OnNode::Pods {
                    new: None,
                    old: Some(old),
                } if self.is_available(&old) => candidates.push(old),
                OnNode::Pods {
                    new: None,
                    old: Some(old),
                } => {
                    unavailable += 1;
                    broken.push((old, DaemonSetReason::ReplaceBroken { node: name }));
                }
                OnNode::TooMany | OnNode::Pods { .. } => unavailable += 1,
            }
        }
        let room = usize::try_from(max_unavailable - unavailable).unwrap_or(0);
        if candidates.len() > room && room == 0 {
            let waiting = i64::try_from(candidates.len()).unwrap_or(i64::MAX);
            self.decision.block(DaemonSetReason::UnavailableLimit {
                unavailable,
                max_unavailable,
                waiting,
            });
        }
        let reason = DaemonSetReason::Replace {
            unavailable,
            max_unavailable,
        };
        broken.extend(candidates.into_iter().take(room).map(|pod| (pod, reason.clone())));
        self.sync_nodes(Vec::new(), broken);
    }

    /// With surge: a new Pod starts beside the old one, which goes when the new one is available (DS-22).
    fn surge(&mut self, max_surge: i64, desired: i64) {
        let (mut surging, mut available) = (0, 0);
        let (mut surplus, mut sunset) = (Vec::new(), Vec::new());
        let (mut at_once, mut candidates) = (Vec::new(), Vec::new());
        for name in self.update_order() {
            let OnNode::Pods { new, old } = self.on_node(&name) else {
                surging += 1;
                continue;
            };
            available += i64::from(old.as_ref().or(new.as_ref()).is_some_and(|pod| self.is_available(pod)));
            let Some(old) = old else { continue };
            let fits = self.nodes.iter().find(|node| node.meta.name == name);
            let fits = fits.is_some_and(|node| placement::node_should_run(node, self.set).0);
            match new {
                None if !fits && !self.is_available(&old) => {
                    surplus.push((old, DaemonSetReason::NodeNoLongerFits { node: name }));
                }
                None if !fits => sunset.push((old, DaemonSetReason::NodeNoLongerFits { node: name })),
                None if !self.is_available(&old) => {
                    at_once.push((name.clone(), DaemonSetReason::ReplaceBroken { node: name }));
                }
                None => candidates.push(name),
                Some(new) if self.is_available(&new) => surplus.push((old, DaemonSetReason::Surged { node: name })),
                Some(_) => surging += 1,
            }
        }
        let spare = usize::try_from(available - desired).unwrap_or(0);
        surplus.extend(sunset.into_iter().take(spare));
        let room = usize::try_from(max_surge - surging).unwrap_or(0);
        if room == 0 && !candidates.is_empty() {
            let waiting = i64::try_from(candidates.len()).unwrap_or(i64::MAX);
            self.decision.block(DaemonSetReason::SurgeLimit {
                surging,
                max_surge,
                waiting,
            });
        }
        let reason = DaemonSetReason::Surge { surging, max_surge };
        at_once.extend(candidates.into_iter().take(room).map(|name| (name, reason.clone())));
        self.sync_nodes(at_once, surplus);
    }

    fn explain_on_delete(&mut self) {
        let pods = self.by_node.values().flatten();
        let behind = pods.filter(|pod| !self.is_new(pod)).count();
        if behind > 0 {
            let behind = i64::try_from(behind).unwrap_or(i64::MAX);
            self.decision.block(DaemonSetReason::OnDelete { behind });
        }
    }
}
