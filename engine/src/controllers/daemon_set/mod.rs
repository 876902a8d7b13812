//! The DaemonSet controller (spec: DS): one Pod on every node that fits.
//! Upstream: `pkg/controller/daemon/daemon_controller.go`; files are named after upstream's.

pub(crate) mod placement;
mod status;
mod update;

pub use placement::node_should_run;
pub use update::bounds;

use super::history::{self, Found};
use super::resource_quota::Room;
use super::{Decision, View};
use crate::api::{
    ControllerRevision, DaemonSet, DaemonSetStatus, DaemonSetUpdateStrategy, Key, Kind, Name, Object, ObjectMeta,
    OwnerReference, Phase, Pod, PodStatus, Uid,
};
use crate::cluster::{DeleteOptions, Write};
use crate::event::Note;
use crate::index::Fleet;
use crate::names::Names;
use crate::reason::DaemonSetReason;
use crate::time::Duration;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::rc::Rc;

/// The label that names a Pod's revision: only the hash, unlike a StatefulSet's.
pub const REVISION_LABEL: &str = "controller-revision-hash";
/// The most Pods that one pass creates, and deletes.
const BURST_REPLICAS: usize = 250;

/// One look at one DaemonSet: `syncDaemonSet` (DS-10).
pub fn reconcile(view: &View<'_>, key: &Key) -> Decision {
    let Some(set) = view.cluster.daemon_set(&key.namespace, &key.name) else {
        return Decision::default();
    };
    let mut decision = Decision::default();
    if set.spec.selector.is_empty() || set.meta.is_terminating() {
        return decision;
    }
    let fleet = claim_pods(view, set, &mut decision);
    let label = REVISION_LABEL;
    let create = |revision| history::new_revision(&set.meta, owner_reference(set), &set.spec.template, label, revision);
    let reason = |found| match found {
        Found::First => DaemonSetReason::FirstRevision.into(),
        Found::New(revision) => DaemonSetReason::NewRevision { revision }.into(),
        Found::Reused(old, revision) => DaemonSetReason::ReusedRevision { old, revision }.into(),
    };
    let (selector, reference) = (&set.spec.selector, owner_reference(set));
    let adopts = |name| DaemonSetReason::Adopt { name }.into();
    let adopted = history::adopt_orphans(view, &set.meta, selector, &reference, adopts, &mut decision);
    let template = &set.spec.template;
    let history = history::find(view, &set.meta, adopted, template, create, reason, &mut decision);
    let mut pass = Pass::new(view, set, &fleet, &history.update, decision);
    pass.manage();
    if !pass.has_acted {
        pass.update();
    }
    pass.clean_up_history(&history);
    pass.report();
    pass.decision
}

/// The Pods of the set by their nodes, nearly always as they are filed: adopts orphans, releases those that no longer match.
fn claim_pods<'a>(view: &View<'a>, set: &Rc<DaemonSet>, decision: &mut Decision) -> Cow<'a, Fleet> {
    let selector = &set.spec.selector;
    let orphans = view.cluster.pods_of(Uid(0)).filter(|pod| {
        let ours = pod.meta.namespace == set.meta.namespace && selector.matches(&pod.meta.labels);
        ours && !pod.is_terminating()
    });
    let mut orphans = orphans.peekable();
    let crew = view.index.crew(set.meta.uid);
    if let Some(fleet) = view.index.fleet(set.meta.uid)
        && orphans.peek().is_none()
        && crew.is_none_or(|crew| crew.is_regular(selector))
    {
        return Cow::Borrowed(fleet);
    }
    let mut pods = Vec::new();
    for pod in view.cluster.pods_of(set.meta.uid) {
        if selector.matches(&pod.meta.labels) {
            pods.push(pod.clone());
            continue;
        }
        let mut released = (**pod).clone();
        released.meta.owner_references.retain(|owner| owner.uid != set.meta.uid);
        let reason = DaemonSetReason::Release {
            name: pod.meta.name.clone(),
        };
        decision.write(Write::Update(Object::Pod(Rc::new(released))), reason);
    }
    for pod in orphans {
        let mut adopted = (**pod).clone();
        adopted.meta.owner_references.push(owner_reference(set));
        let adopted = Rc::new(adopted);
        let reason = DaemonSetReason::Adopt {
            name: pod.meta.name.clone(),
        };
        decision.write(Write::Update(Object::Pod(adopted.clone())), reason);
        pods.push(adopted);
    }
    Cow::Owned(view.index.fleet_with(set, &pods))
}

fn owner_reference(set: &DaemonSet) -> OwnerReference {
    OwnerReference {
        kind: "DaemonSet",
        name: set.meta.name.clone(),
        uid: set.meta.uid,
        controller: true,
    }
}

/// The state of one pass.
struct Pass<'a> {
    view: &'a View<'a>,
    set: &'a Rc<DaemonSet>,
    /// The nodes, and the Pods by the node that they are on or meant for (DS-06).
    fleet: &'a Fleet,
    /// The nodes whose one Pod is ready, but not available yet.
    young: BTreeSet<&'a Name>,
    /// The hash of the present template.
    hash: Name,
    status: DaemonSetStatus,
    /// Whether this pass has created or deleted Pods; then it does not update any (DS-10).
    has_acted: bool,
    decision: Decision,
}

impl<'a> Pass<'a> {
    fn new(
        view: &'a View<'a>,
        set: &'a Rc<DaemonSet>,
        fleet: &'a Fleet,
        revision: &ControllerRevision,
        decision: Decision,
    ) -> Pass<'a> {
        Pass {
            view,
            set,
            fleet,
            young: fleet.young(view.now, set.spec.min_ready_seconds).collect(),
            hash: revision.template.hash_name().into(),
            status: set.status.clone(),
            has_acted: false,
            decision,
        }
    }

    fn is_new(&self, pod: &Pod) -> bool {
        self.is_hash(pod.meta.labels.get(REVISION_LABEL))
    }

    fn is_hash(&self, revision: Option<&Name>) -> bool {
        revision == Some(&self.hash)
    }

    fn is_available(&self, pod: &Pod) -> bool {
        pod.is_available(self.set.spec.min_ready_seconds, self.view.now)
    }

    fn allows_surge(&self) -> bool {
        match self.set.spec.update_strategy {
            DaemonSetUpdateStrategy::RollingUpdate { max_surge, .. } => max_surge.round_up(100) > 0,
            DaemonSetUpdateStrategy::OnDelete => false,
        }
    }

    /// Creates and deletes Pods so that every node has what it should (DS-11). Upstream: `manage`.
    fn manage(&mut self) {
        let mut missing = Vec::new();
        let mut surplus = Vec::new();
        let mut names: Vec<&Name> = self.fleet.odd().chain(self.fleet.lacking(BURST_REPLICAS)).collect();
        if self.allows_surge() {
            // What is going is replaced at once.
            let going = self.fleet.plain().filter(|(plain, _)| plain.terminating);
            names.extend(going.flat_map(|(_, nodes)| nodes));
        }
        crate::order::sort_by(&mut names, |a, b| a.cmp(b));
        for name in names {
            self.pods_should_be_on_node(name, &mut missing, &mut surplus);
        }
        surplus.extend(self.unscheduled_pods_without_node());
        self.sync_nodes(missing, surplus);
    }

    /// Upstream: `podsShouldBeOnNode`.
    fn pods_should_be_on_node(
        &mut self,
        name: &Name,
        missing: &mut Vec<(Name, DaemonSetReason)>,
        surplus: &mut Vec<(Rc<Pod>, DaemonSetReason)>,
    ) {
        let Some(spot) = self.fleet.spot(name) else { return };
        let Some((should_run, should_continue)) = spot.node else {
            return;
        };
        let pods: Vec<Rc<Pod>> = spot.pods().cloned().collect();
        if pods.is_empty() {
            if should_run {
                missing.push((name.clone(), DaemonSetReason::NodeFits { node: name.clone() }));
            }
            return;
        }
        let leaving = || DaemonSetReason::NodeNoLongerFits { node: name.clone() };
        if !should_continue {
            surplus.extend(
                pods.into_iter()
                    .filter(|pod| !pod.is_terminating())
                    .map(|pod| (pod, leaving())),
            );
            return;
        }
        let running = self.remove_finished(name, pods, surplus);
        if !self.allows_surge() {
            let doubles = running.into_iter().skip(1);
            surplus.extend(doubles.map(|pod| (pod, DaemonSetReason::OnePerNode { node: name.clone() })));
        } else if running.is_empty() && should_run {
            missing.push((name.clone(), DaemonSetReason::NodeFits { node: name.clone() }));
        } else if running.len() > 1 {
            self.prune_surge(name, running, surplus);
        }
    }

    /// Finished Pods go: failed ones with growing pauses (DS-30). Gives those that run.
    fn remove_finished(
        &mut self,
        node: &Name,
        pods: Vec<Rc<Pod>>,
        surplus: &mut Vec<(Rc<Pod>, DaemonSetReason)>,
    ) -> Vec<Rc<Pod>> {
        let mut running = Vec::new();
        for pod in pods.into_iter().filter(|pod| !pod.is_terminating()) {
            let name = pod.meta.name.clone();
            match pod.status.phase {
                Phase::Failed if self.backs_off(node) => {}
                Phase::Failed => {
                    let namespace = pod.meta.namespace.clone();
                    self.decision
                        .notes
                        .push(Note::FailedDaemonPod(Box::new((namespace, name, node.clone()))));
                    surplus.push((pod, DaemonSetReason::Failed { node: node.clone() }));
                }
                Phase::Succeeded => {
                    let namespace = pod.meta.namespace.clone();
                    self.decision
                        .notes
                        .push(Note::SucceededDaemonPod(Box::new((namespace, name, node.clone()))));
                    surplus.push((pod, DaemonSetReason::Ended { node: node.clone() }));
                }
                _ => running.push(pod),
            }
        }
        running
    }

    /// Whether the pause after the last failure on this node is not over; if it is, notes a new one, twice as long.
    fn backs_off(&mut self, node: &Name) -> bool {
        const CAP: Duration = Duration(900_000);
        let key = (self.set.status.observed_generation, node.clone());
        let now = self.view.now;
        let noted = self.status.failures.get(&key).copied();
        if let Some((pause, since)) = noted
            && now.since(since) < pause
        {
            self.decision.wake(now + pause);
            self.decision.block_until(
                DaemonSetReason::BacksOff {
                    node: node.clone(),
                    pause,
                },
                since + pause,
            );
            return true;
        }
        let pause = match noted {
            Some((pause, since)) if now.since(since) <= Duration(CAP.0 * 2) => Duration((pause.0 * 2).min(CAP.0)),
            _ => Duration::seconds(1),
        };
        Rc::make_mut(&mut self.status.failures).insert(key, (pause, now));
        false
    }

    /// With surge, at most the oldest new and the oldest old Pod stay, and the old one only while it is needed (DS-11).
    fn prune_surge(&self, node: &Name, running: Vec<Rc<Pod>>, surplus: &mut Vec<(Rc<Pod>, DaemonSetReason)>) {
        let (mut new, mut old) = (None, None);
        for pod in running {
            let kept = if self.is_new(&pod) { &mut new } else { &mut old };
            match kept {
                None => *kept = Some(pod),
                Some(_) => surplus.push((pod, DaemonSetReason::OnePerNode { node: node.clone() })),
            }
        }
        if let (Some(new), Some(old)) = (new, old)
            && (!old.is_ready() || self.is_available(&new))
        {
            surplus.push((old, DaemonSetReason::Surged { node: node.clone() }));
        }
    }

    /// Pods that wait for a node which no longer exists (DS-06).
    fn unscheduled_pods_without_node(&self) -> Vec<(Rc<Pod>, DaemonSetReason)> {
        let spots = self.fleet.odd().filter_map(|name| Some((name, self.fleet.spot(name)?)));
        let gone = spots.filter(|(_, spot)| spot.node.is_none());
        let lost = gone.flat_map(|(name, spot)| {
            let waiting = spot
                .pods()
                .filter(|pod| pod.node_name.is_none() && !pod.is_terminating());
            waiting.map(|pod| (pod.clone(), DaemonSetReason::NodeNoLongerFits { node: name.clone() }))
        });
        lost.collect()
    }

    /// Upstream: `syncNodes`.
    fn sync_nodes(&mut self, missing: Vec<(Name, DaemonSetReason)>, surplus: Vec<(Rc<Pod>, DaemonSetReason)>) {
        self.has_acted |= !missing.is_empty() || !surplus.is_empty();
        self.create_pods(missing);
        for (pod, reason) in surplus.into_iter().take(BURST_REPLICAS) {
            self.decision.notes.push(Note::DeletedPod(pod.meta.name.clone()));
            let key = Object::Pod(pod).key();
            self.decision
                .write(Write::Delete(key, DeleteOptions::default()), reason);
        }
    }

    /// In batches of 1, 2, 4, ...; a batch in which one fails is the last of the pass. Upstream: `syncNodes`.
    fn create_pods(&mut self, missing: Vec<(Name, DaemonSetReason)>) {
        let mut room = Room::new(self.view, &self.set.meta.namespace);
        let mut names = Names::new(self.view, Kind::Pod, &self.set.meta.namespace);
        let mut last_of_batch = 0;
        for ((node, reason), ahead) in missing.into_iter().take(BURST_REPLICAS).zip(0..) {
            if ahead > last_of_batch {
                if self.decision.retry {
                    return;
                }
                last_of_batch = last_of_batch * 2 + 2;
            }
            let pod = self.new_pod(node, names.next(&format!("{}-", self.set.meta.name)));
            if let Err(refusal) = room.admit(&pod.meta.name) {
                self.decision.notes.push(Note::CreatePodFailed(refusal));
                self.decision.retry = true;
                continue;
            }
            self.decision.notes.push(Note::CreatedPod(pod.meta.name.clone()));
            self.decision.write(Write::Create(Object::Pod(Rc::new(pod))), reason);
        }
    }

    /// A Pod pinned to its node (DS-02, DS-05).
    fn new_pod(&self, node: Name, name: Name) -> Pod {
        let template = &self.set.spec.template;
        let mut meta = ObjectMeta::named(&self.set.meta.namespace, name);
        let mut labels = template.labels.clone();
        Rc::make_mut(&mut labels).insert(REVISION_LABEL.into(), self.hash.clone());
        meta.labels = labels;
        meta.annotations = template.annotations.clone();
        meta.owner_references = vec![owner_reference(self.set)].into();
        Pod {
            meta: meta.into(),
            template: template.clone(),
            claims: Vec::new().into(),
            target_node: Some(node.into()),
            node_name: None,
            status: PodStatus::default().into(),
        }
    }

    /// Deletes old revisions beyond the limit, lowest number first, but none that a Pod has (DS-40).
    fn clean_up_history(&mut self, history: &history::History) {
        let update = &history.update.meta.name;
        let old: Vec<_> = history
            .all
            .iter()
            .filter(|revision| revision.meta.name != *update)
            .collect();
        let (limit, kept) = (
            self.set.spec.revision_history_limit,
            i64::try_from(old.len()).unwrap_or(i64::MAX),
        );
        let is_live = |revision: &ControllerRevision| {
            let (pods, _) = self.fleet.count(&revision.template.hash_name());
            pods > 0
        };
        let spare: Vec<_> = old.into_iter().filter(|revision| !is_live(revision)).cloned().collect();
        for revision in spare.into_iter().take(usize::try_from(kept - limit).unwrap_or(0)) {
            let key = Key::new(Kind::ControllerRevision, &revision.meta.namespace, &revision.meta.name);
            let reason = DaemonSetReason::Truncate { limit, kept };
            self.decision
                .write(Write::Delete(key, DeleteOptions::default()), reason);
        }
    }
}
