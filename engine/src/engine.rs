//! The engine in two parts, so that a page can open with the smaller one and get the other while somebody looks.
//!
//! The first part has what a Deployment needs, but neither reads nor checks manifests: what the API server answers to one
//! scenario comes to it as a [`Rehearsal`]. The [`Rest`] is everything else. Both parts make the same history of the
//! scenario that was rehearsed.

mod rehearsal;

pub use rehearsal::Rehearsal;

use crate::api::{Key, Name, Object, Pod};
use crate::behavior::{self, Behavior};
use crate::cluster::Cluster;
use crate::controllers::{
    Decision, View, daemon_set, deployment, disruption, endpoint_slice, garbage_collector, podautoscaler, replica_set,
    resource_quota, stateful_set,
};
use crate::environment::{self, Look, NodeDue, Nodes, Scope, StorageDue, Watch};
use crate::history::{Answer, History};
use crate::interventions::{self, Outcome};
use crate::release::Gates;
use crate::scenario::{Intervention, Reading, Scenario};
use crate::simulation::Simulation;
use crate::step::Actor;
use crate::time::{Duration, Time};
use std::rc::Rc;

/// What reads texts and runs scenarios.
#[derive(Clone, Copy, Debug)]
pub struct Engine {
    rehearsal: Rehearsal,
    rest: Option<Rest>,
}

/// The part that reads and checks manifests, carries out interventions, and has the controllers that a Deployment can do
/// without.
#[derive(Clone, Copy, Debug)]
pub struct Rest {
    read: fn(&str) -> Reading,
    carry_out: fn(&Cluster, Gates, &Intervention, Time) -> Outcome,
    reconcile: fn(Actor, &View, &Key) -> Decision,
    behavior: fn(&str, &str, Behavior) -> Behavior,
    place: fn(&Nodes, &Cluster, &Pod) -> Result<Name, Rc<str>>,
    nodes_changed: fn(&mut Watch, Scope<'_>, Option<&Object>, Option<&Object>) -> Look,
    look_at_node: fn(&mut Watch, Scope<'_>, NodeDue, &Name) -> Look,
    storage_changed: fn(Scope<'_>, Option<&Object>, Option<&Object>) -> Look,
    look_at_storage: fn(Scope<'_>, Duration, StorageDue, &Key) -> Look,
}

impl Rest {
    /// All of it. Code that names this is linked with the whole engine.
    pub const LINKED: Rest = Rest {
        read: Scenario::read,
        carry_out: interventions::carry_out,
        reconcile: reconcile_rest,
        behavior: behavior::as_said,
        place: environment::place,
        nodes_changed,
        look_at_node: environment::look,
        storage_changed: environment::storage_changed,
        look_at_storage: environment::look_at_storage,
    };
}

/// Two engines are equal if they have the same parts.
impl PartialEq for Engine {
    fn eq(&self, other: &Engine) -> bool {
        (self.is_whole(), self.rehearsal.text) == (other.is_whole(), other.rehearsal.text)
    }
}

impl Engine {
    /// Everything.
    pub const WHOLE: Engine = Engine::of(Rest::LINKED);

    /// Everything, by a rest that was loaded later.
    pub const fn of(rest: Rest) -> Engine {
        Engine {
            rehearsal: Rehearsal::NONE,
            rest: Some(rest),
        }
    }

    /// The first part alone, which knows one scenario.
    pub const fn first(rehearsal: Rehearsal) -> Engine {
        Engine { rehearsal, rest: None }
    }

    /// Whether it is more than the first part.
    pub fn is_whole(&self) -> bool {
        self.rest.is_some()
    }

    /// What a text asks for. `None` if the rest is needed to tell.
    pub fn read(&self, text: &str) -> Option<Reading> {
        match self.rest {
            Some(rest) => Some((rest.read)(text)),
            None => self.rehearsal.read(text),
        }
    }

    /// Runs a scenario to its end. The first part runs only the one that it has rehearsed.
    pub fn simulate(&self, scenario: &Scenario) -> History {
        let mut simulation = Simulation::with(*self, scenario);
        for (index, timed) in scenario.interventions.iter().enumerate() {
            simulation.run_before(timed.at);
            let position = simulation.steps().len();
            let (accepted, text) = simulation.intervene(timed.at, &timed.what);
            simulation.answered(Answer {
                intervention: index,
                position,
                accepted,
                text,
            });
        }
        simulation.run_to_rest();
        simulation.into_history(scenario.clone())
    }

    pub(crate) fn carry_out(&self, cluster: &Cluster, gates: Gates, what: &Intervention, now: Time) -> Outcome {
        match self.rest {
            Some(rest) => (rest.carry_out)(cluster, gates, what, now),
            None => self.rehearsal.carry_out(cluster, what),
        }
    }

    /// How an image behaves as an annotation says, and otherwise like this.
    pub(crate) fn behavior(&self, annotation: &str, image: &str, otherwise: Behavior) -> Behavior {
        match self.rest {
            Some(rest) => (rest.behavior)(annotation, image, otherwise),
            None => otherwise,
        }
    }

    /// The node for a Pod, or why there is none. The first part knows only ordinary Pods, which run anywhere.
    pub(crate) fn place(&self, nodes: &Nodes, cluster: &Cluster, pod: &Pod) -> Result<Name, Rc<str>> {
        match self.rest {
            Some(rest) => (rest.place)(nodes, cluster, pod),
            None => {
                let all = cluster.nodes().map(|node| &**node);
                nodes.emptiest(cluster, pod, all).ok_or_else(Rc::default)
            }
        }
    }

    /// What follows from a change of a node or a Pod for the controllers that care for lost nodes.
    pub(crate) fn nodes_changed(
        &self,
        watch: &mut Watch,
        scope: Scope<'_>,
        before: Option<&Object>,
        after: Option<&Object>,
    ) -> Option<Look> {
        self.rest.map(|rest| (rest.nodes_changed)(watch, scope, before, after))
    }

    /// What those controllers do about a node now.
    pub(crate) fn look_at_node(&self, watch: &mut Watch, scope: Scope<'_>, due: NodeDue, name: &Name) -> Option<Look> {
        self.rest.map(|rest| (rest.look_at_node)(watch, scope, due, name))
    }

    /// What follows from a change for those who care for volumes.
    pub(crate) fn storage_changed(
        &self,
        scope: Scope<'_>,
        before: Option<&Object>,
        after: Option<&Object>,
    ) -> Option<Look> {
        self.rest.map(|rest| (rest.storage_changed)(scope, before, after))
    }

    /// What is done about a claim, a volume, or a Pod that waits for one; a volume takes so long to make.
    pub(crate) fn look_at_storage(
        &self,
        scope: Scope<'_>,
        provision: Duration,
        due: StorageDue,
        key: &Key,
    ) -> Option<Look> {
        self.rest.map(|rest| (rest.look_at_storage)(scope, provision, due, key))
    }

    pub(crate) fn reconcile(&self, actor: Actor, view: &View, key: &Key) -> Decision {
        match actor {
            Actor::DeploymentController => deployment::reconcile(view, key),
            Actor::ReplicaSetController | Actor::ReplicationController => replica_set::reconcile(view, key),
            Actor::EndpointSliceController => endpoint_slice::reconcile(view, key),
            Actor::GarbageCollector => garbage_collector::reconcile(view, key),
            _ => self
                .rest
                .map_or_else(Decision::default, |rest| (rest.reconcile)(actor, view, key)),
        }
    }
}

fn nodes_changed(watch: &mut Watch, scope: Scope<'_>, before: Option<&Object>, after: Option<&Object>) -> Look {
    let node = |object: Option<&Object>| match object {
        Some(Object::Node(node)) => Some(node.clone()),
        _ => None,
    };
    let pod = |object: Option<&Object>| match object {
        Some(Object::Pod(pod)) => Some(pod.clone()),
        _ => None,
    };
    if let Some(Object::Pod(_)) = after.or(before) {
        return environment::pod_changed(watch, scope, pod(before).as_deref(), pod(after).as_deref());
    }
    environment::node_changed(watch, scope, node(before).as_deref(), node(after).as_deref())
}

fn reconcile_rest(actor: Actor, view: &View, key: &Key) -> Decision {
    match actor {
        Actor::Drain => interventions::drain::reconcile(view, key),
        Actor::ResourceQuotaController => resource_quota::reconcile(view, key),
        Actor::StatefulSetController => stateful_set::reconcile(view, key),
        Actor::DaemonSetController => daemon_set::reconcile(view, key),
        Actor::DisruptionController => disruption::reconcile(view, key),
        Actor::HorizontalPodAutoscaler => podautoscaler::reconcile(view, key),
        _ => Decision::default(),
    }
}
