//! Replacing Pods that have an old template, node by node (DS-20 to DS-23). Upstream: `pkg/controller/daemon/update.go`.

use super::Pass;
use crate::api::{DaemonSet, DaemonSetUpdateStrategy, Name, Pod};
use crate::index::Spot;
use crate::reason::DaemonSetReason;
use std::collections::BTreeSet;
use std::rc::Rc;

/// What is on a node, not counting what is going.
enum OnNode {
    /// More than one of a kind: the placement step has to clean up first.
    TooMany,
    /// At most one with the new and one with the old template.
    Pods { new: Option<Rc<Pod>>, old: Option<Rc<Pod>> },
}

/// What there is on the nodes that just have the Pod that they should have, those with young Pods not counted.
#[derive(Default)]
struct Survey<'a> {
    /// How many Pods are available.
    available: i64,
    /// How many nodes are without an available Pod.
    without: i64,
    /// How many nodes have an available Pod with an old template, and which nodes those are; young ones are among them.
    behind: i64,
    old: Vec<&'a BTreeSet<Name>>,
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
        let desired = self.fleet.wanted();
        match bounds(self.set, desired) {
            None => self.explain_on_delete(),
            Some((0, unavailable)) => self.replace(unavailable),
            Some((surge, _)) => self.surge(surge, desired),
        }
    }

    /// Those of these nodes first that a recording says came first, else by name.
    fn update_order(&self, mut names: Vec<Name>) -> Vec<Name> {
        let preferred = |name: &Name| {
            let pods = self.fleet.spot(name).into_iter().flat_map(Spot::pods);
            let mut names = pods.map(|pod| &pod.meta.name).chain([name]);
            names.any(|name| self.view.preferred_victims.contains(name))
        };
        match self.view.preferred_victims.is_empty() {
            true => crate::order::sort_by(&mut names, |a, b| a.cmp(b)),
            false => crate::order::sort_by_key(&mut names, |name| (!preferred(name), name.clone())),
        }
        names
    }

    /// All that there is to know of most nodes, and those that have to be looked at one by one, in the order of the update.
    fn survey(&self) -> (Survey<'_>, Vec<Name>) {
        let mut survey = Survey::default();
        let mut special: Vec<Name> = self.fleet.odd().chain(self.young.iter().copied()).cloned().collect();
        for (plain, nodes) in self.fleet.plain() {
            let young = self.young.iter().filter(|name| nodes.contains(**name)).count();
            let number = i64::try_from(nodes.len() - young).unwrap_or(i64::MAX);
            match (self.is_hash(plain.revision.as_ref()), plain.ready) {
                _ if plain.terminating => survey.without += number,
                (true, true) => survey.available += number,
                (true, false) => survey.without += number,
                (false, true) => {
                    survey.available += number;
                    survey.behind += number;
                    survey.old.push(nodes);
                }
                (false, false) => special.extend(nodes.iter().cloned()),
            }
        }
        (survey, self.update_order(special))
    }

    /// The nodes to be updated next, of these and of those that the survey counted.
    fn next(&self, survey: &Survey<'_>, mut candidates: Vec<Name>, most: usize) -> Vec<Name> {
        let enough = match self.view.preferred_victims.is_empty() {
            true => most,
            false => usize::MAX,
        };
        for nodes in &survey.old {
            let others = nodes.iter().filter(|name| !self.young.contains(name));
            candidates.extend(others.take(enough).cloned());
        }
        let mut next = self.update_order(candidates);
        next.truncate(most);
        next
    }

    fn on_node(&self, name: &Name) -> OnNode {
        let (mut new, mut old) = (None, None);
        let pods = self.fleet.spot(name).into_iter().flat_map(Spot::pods);
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
        let (survey, special) = self.survey();
        let mut unavailable = survey.without;
        let mut broken = Vec::new();
        let mut candidates = Vec::new();
        for name in special {
            match self.on_node(&name) {
                OnNode::Pods {
                    new: Some(new),
                    old: None,
                } => unavailable += i64::from(!self.is_available(&new)),
                OnNode::Pods {
                    new: None,
                    old: Some(old),
                } if self.is_available(&old) => candidates.push(name),
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
        let waiting = survey.behind + i64::try_from(candidates.len()).unwrap_or(i64::MAX);
        let next = self.next(&survey, candidates, room);
        if waiting > 0 && room == 0 {
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
        let old = |name: Name| match self.on_node(&name) {
            OnNode::Pods { old, .. } => old,
            OnNode::TooMany => None,
        };
        broken.extend(next.into_iter().filter_map(old).map(|pod| (pod, reason.clone())));
        self.sync_nodes(Vec::new(), broken);
    }

    /// With surge: a new Pod starts beside the old one, which goes when the new one is available (DS-22).
    fn surge(&mut self, max_surge: i64, desired: i64) {
        let (survey, special) = self.survey();
        let (mut surging, mut available) = (0, survey.available);
        let (mut surplus, mut sunset) = (Vec::new(), Vec::new());
        let (mut at_once, mut candidates) = (Vec::new(), Vec::new());
        for name in special {
            let OnNode::Pods { new, old } = self.on_node(&name) else {
                surging += 1;
                continue;
            };
            available += i64::from(old.as_ref().or(new.as_ref()).is_some_and(|pod| self.is_available(pod)));
            let Some(old) = old else { continue };
            let fits = self.fleet.spot(&name).is_some_and(Spot::should_run);
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
        let waiting = survey.behind + i64::try_from(candidates.len()).unwrap_or(i64::MAX);
        let next = self.next(&survey, candidates, room);
        if room == 0 && waiting > 0 {
            self.decision.block(DaemonSetReason::SurgeLimit {
                surging,
                max_surge,
                waiting,
            });
        }
        let reason = DaemonSetReason::Surge { surging, max_surge };
        at_once.extend(next.into_iter().map(|name| (name, reason.clone())));
        self.sync_nodes(at_once, surplus);
    }

    fn explain_on_delete(&mut self) {
        let (_, behind) = self.fleet.count(&self.hash);
        if behind > 0 {
            self.decision.block(DaemonSetReason::OnDelete { behind });
        }
    }
}
