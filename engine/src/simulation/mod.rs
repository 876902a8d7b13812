//! The loop: whoever is due acts, what changed wakes others, until nothing is left to happen.
//!
//! Every step has a time of its own: it takes [`TICK`], so that a moment names a state, and an intervention's moment
//! says exactly between which steps it falls. Idle time is skipped.

mod agenda;
mod bystanders;
mod computation;
mod nodes;
mod sharing;
mod surroundings;
mod watches;

use crate::api::{Key, Kind, Name, Object};
use crate::cluster::{Change, Cluster, Waiting, Write};
use crate::controllers::{
    Decision, View, daemon_set, deployment, disruption, endpoint_slice, garbage_collector, podautoscaler, replica_set,
    resource_quota, stateful_set,
};
use crate::environment::{Applications, Nodes, Services, Watch};
use crate::event::{Event, Note};
use crate::history::{Answer, End, History, needs_checkpoint};
use crate::index::Index;
use crate::interventions;
use crate::ordered::Ordered;
use crate::reason::{EnvironmentReason, Reason};
use crate::scenario::{Intervention, Scenario};
use crate::step::{Actor, Step};
use crate::time::{Duration, Time};
use crate::world::World;
use agenda::{Agenda, Item};
pub use computation::{Computation, Progress};
use sharing::Sharing;
use std::collections::BTreeSet;
use std::rc::Rc;

/// How often the controllers try again that do not do so for ever.
const MAX_RETRIES: u32 = 15;
/// After so many failures in a row (40 s) a run no longer waits for a retry to succeed.
const HOPEFUL_RETRIES: u32 = 13;
/// How many refused evictions in a row keep a run going: two minutes of asking.
const HOPEFUL_EVICTIONS: u32 = 24;
/// How long a run goes on in which only such things happen as go on for ever.
const HOPE: Duration = Duration(7_200_000);
/// How long a step takes.
pub const TICK: Duration = Duration(1);

/// Runs a scenario to its end.
pub fn simulate(scenario: &Scenario) -> History {
    let mut computation = Computation::new(scenario);
    computation.go_on(usize::MAX);
    computation.into_history()
}

/// A run in the making. Most callers want [`simulate`]; this is for those who intervene and look in between.
#[derive(Clone, Debug)]
pub struct Simulation {
    cluster: Cluster,
    index: Index,
    world: World,
    gates: crate::release::Gates,
    agenda: Agenda,
    nodes: Nodes,
    watch: Watch,
    /// Bound Pods that wait for a volume, a ConfigMap or a Secret.
    lacking: BTreeSet<Key>,
    /// What a change made others tell, before the step that made it is over.
    told: Vec<(Actor, Key, Note)>,
    services: Services,
    applications: Applications,
    /// The Pods whose applications need a Service.
    needy: Ordered<(Name, Name), Vec<Key>>,
    /// Failed attempts in a row, for the back-off of retries.
    failures: Ordered<(Actor, Key), u32>,
    preferred_victims: Vec<Name>,
    now: Time,
    /// Whether what the present pass wrote wakes its own controller for the same object.
    acts_again: bool,
    /// Nothing happens by itself before this.
    held_until: Time,
    /// When something last happened that does not go on for ever.
    hopeful_at: Time,
    steps: Vec<Step>,
    /// The writes of the step that is being made.
    writes: Vec<(Change, Rc<Reason>)>,
    waits: Vec<Waiting>,
    answers: Vec<Answer>,
    checkpoints: Vec<(usize, Cluster)>,
    /// Changes since the last checkpoint.
    unsaved: usize,
    sharing: Sharing,
}

impl Simulation {
    /// A run before its first step; the scenario's interventions are the caller's to make.
    pub fn new(scenario: &Scenario) -> Simulation {
        let mut cluster = Cluster::new(scenario.seed);
        cluster.number();
        for node in scenario.world.nodes.iter().filter(|_| scenario.world.automatic) {
            cluster.apply(Write::Create(Object::Node(Rc::new(node.clone()))), Time::ZERO);
        }
        Simulation {
            checkpoints: vec![(0, cluster.checkpoint())],
            unsaved: 0,
            sharing: Sharing::default(),
            index: Index::of(&cluster),
            cluster,
            world: scenario.world.clone(),
            gates: scenario.gates,
            agenda: Agenda::default(),
            nodes: Nodes::default(),
            watch: Watch::default(),
            lacking: BTreeSet::new(),
            told: Vec::new(),
            services: Services::default(),
            applications: Applications::default(),
            needy: Ordered::new(),
            failures: Ordered::new(),
            preferred_victims: Vec::new(),
            now: Time::ZERO,
            acts_again: false,
            held_until: Time::ZERO,
            hopeful_at: Time::ZERO,
            steps: Vec::new(),
            writes: Vec::new(),
            waits: Vec::new(),
            answers: Vec::new(),
        }
    }

    /// The cluster as it is now.
    pub fn cluster(&self) -> &Cluster {
        &self.cluster
    }

    /// The steps so far.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The present.
    pub fn now(&self) -> Time {
        self.now
    }

    /// Among Pods that only chance would separate, these are removed first from now on.
    pub fn prefer_victims(&mut self, pods: Vec<Name>) {
        self.preferred_victims = pods;
    }

    /// When something will happen by itself next; `None`: never.
    pub fn next_due(&self) -> Option<Time> {
        self.agenda.next_time().map(|due| self.time_for(due))
    }

    /// Lets nothing happen by itself before a moment: what would be due earlier happens then.
    pub fn hold_until(&mut self, moment: Time) {
        self.held_until = moment;
    }

    /// Carries out an intervention no earlier than `at`; tells whether it was accepted, and what kubectl prints.
    pub fn intervene(&mut self, at: Time, what: &Intervention) -> (bool, String) {
        let at = self.time_for(at);
        let outcome = interventions::carry_out(&self.cluster, self.gates, self.world.limits, what, at);
        let command: Rc<str> = what.to_string().into();
        self.now = at;
        self.hopeful_at = at;
        let mut step = self.new_step(Actor::User, interventions::subject(what, &outcome));
        step.command = Some(command.clone());
        for write in outcome.writes {
            let what = command.clone();
            self.write(&step, write, EnvironmentReason::Asked { what }.into());
        }
        self.push_step(step);
        for pod in outcome.follow {
            self.agenda.push_once(at, Item::Reconcile(Actor::Drain, pod));
        }
        (outcome.accepted, outcome.text)
    }

    /// Runs everything that is due before `end`. Passes that are due by then and write nothing belong to the step before
    /// them, so they are run, too: an intervention changes nothing of what came before it.
    pub fn run_before(&mut self, end: Time) {
        while self.is_due_before(end) {
            self.advance();
        }
    }

    fn is_due_before(&self, end: Time) -> bool {
        let Some(due) = self.agenda.next_time().filter(|_| self.has_room()) else {
            return false;
        };
        let last = self.steps.last().map_or(Time::ZERO, |step| step.at);
        self.time_for(due) < end || (due <= last && self.next_is_silent())
    }

    fn next_is_silent(&self) -> bool {
        match self.agenda.next_item() {
            Some(Item::Reconcile(actor, key) | Item::Timer(actor, key, _)) => {
                let now = self.time_for(Time::ZERO);
                self.decide(*actor, key, now).writes.is_empty()
            }
            _ => false,
        }
    }

    /// Runs until nothing is left but what would go on for ever.
    pub fn run_to_rest(&mut self) {
        while self.is_under_way() {
            self.advance();
        }
    }

    fn is_under_way(&self) -> bool {
        self.agenda.has_ending_items() && self.has_room() && !self.is_hopeless()
    }

    /// Whether what is next goes on for ever, and has been all that happened for so long that no deadline is worth waiting
    /// for: a container that crashes over and over may put one off for ever.
    fn is_hopeless(&self) -> bool {
        match (self.agenda.next_item(), self.agenda.next_time()) {
            (Some(Item::Move(_, _, _, true)), Some(due)) => due > self.hopeful_at + HOPE,
            _ => false,
        }
    }

    fn has_room(&self) -> bool {
        self.steps.len() < self.world.limits.steps
    }

    /// Turns the run into its record.
    pub fn into_history(mut self, scenario: Scenario) -> History {
        let end = if self.has_room() {
            End::Rest
        } else {
            End::StepLimit(self.world.limits.steps)
        };
        self.steps.shrink_to_fit();
        self.waits.shrink_to_fit();
        self.cluster.share_events(&mut self.checkpoints);
        History {
            scenario,
            steps: self.steps,
            waits: self.waits,
            end,
            answers: self.answers,
            checkpoints: self.checkpoints,
        }
    }

    /// When something due at `due` really happens: each step has a time of its own.
    fn time_for(&self, due: Time) -> Time {
        match self.steps.last() {
            Some(last) => due.max(self.held_until).max(last.at + TICK),
            None => due.max(self.held_until),
        }
    }

    /// Takes the next item off the agenda and lets its actor act.
    fn advance(&mut self) {
        let Some((due, item)) = self.agenda.pop() else { return };
        self.now = self.time_for(due);
        if let Item::Move(_, _, _, false) | Item::Node(..) | Item::Storage(..) = item {
            self.hopeful_at = self.now;
        }
        match item {
            Item::Reconcile(actor, key) | Item::Timer(actor, key, _) => {
                self.reconcile(actor, &key);
            }
            Item::Move(key, uid, next, _) => self.make_moves(due, key, uid, next),
            Item::Storage(due, key) => self.look_at_storage(due, &key),
            Item::Node(due, name) => self.look_at_node(due, &name),
        }
    }

    fn reconcile(&mut self, actor: Actor, key: &Key) {
        let decision = self.decide(actor, key, self.now);
        self.schedule_again(actor, key, &decision);
        self.carry_out(actor, key, decision);
    }

    fn decide(&self, actor: Actor, key: &Key, now: Time) -> Decision {
        let view = View {
            cluster: &self.cluster,
            index: &self.index,
            gates: self.gates,
            world: &self.world,
            now,
            preferred_victims: &self.preferred_victims,
        };
        match actor {
            Actor::DeploymentController => deployment::reconcile(&view, key),
            Actor::Drain => interventions::drain::reconcile(&view, key),
            Actor::ReplicaSetController | Actor::ReplicationController => replica_set::reconcile(&view, key),
            Actor::ResourceQuotaController => resource_quota::reconcile(&view, key),
            Actor::StatefulSetController => stateful_set::reconcile(&view, key),
            Actor::DaemonSetController => daemon_set::reconcile(&view, key),
            Actor::DisruptionController => disruption::reconcile(&view, key),
            Actor::HorizontalPodAutoscaler => podautoscaler::reconcile(&view, key),
            Actor::EndpointSliceController => endpoint_slice::reconcile(&view, key),
            Actor::GarbageCollector => garbage_collector::reconcile(&view, key),
            _ => Decision::default(),
        }
    }

    /// A failed pass is retried after 5 ms, doubled each time, and by some not for ever (DEP-02); a waiting one when it asked
    /// to be woken.
    fn schedule_again(&mut self, actor: Actor, key: &Key, decision: &Decision) {
        if let Some(time) = decision.wake_at {
            self.agenda.push_later(time, actor, key, decision.idle);
        }
        if !decision.retry {
            self.failures.remove(&(actor, key.clone()));
            return;
        }
        let failures = self.failures.or_default((actor, key.clone()));
        if *failures == MAX_RETRIES && matches!(actor, Actor::DeploymentController | Actor::EndpointSliceController) {
            // Given up until something wakes it.
            self.failures.remove(&(actor, key.clone()));
            return;
        }
        let (wait, hopeful) = match actor {
            Actor::Drain => (Duration::seconds(5), HOPEFUL_EVICTIONS),
            Actor::EndpointSliceController => (Duration::seconds((1 << *failures).min(1000)), 5),
            _ => (Duration(5 << (*failures).min(17)), HOPEFUL_RETRIES),
        };
        *failures += 1;
        let endless = *failures > hopeful;
        self.agenda.push_later(self.now + wait, actor, key, endless);
    }

    /// Makes the writes of a decision one step; a pass that wrote nothing leaves at most a note of what it waits for.
    fn carry_out(&mut self, actor: Actor, key: &Key, decision: Decision) {
        let step = self.new_step(actor, key.clone());
        // Whatever tells of it shares its key.
        let key = &step.subject.clone();
        for (write, reason) in decision.writes {
            self.write(&step, write, reason);
        }
        if std::mem::take(&mut self.acts_again) {
            self.agenda.push_once(self.now, Item::Reconcile(actor, key.clone()));
        }
        self.record(actor, key, decision.notes);
        let waiting = self.cluster.note_waiting(actor, key, decision.blocked);
        if self.writes.is_empty() {
            if let Some(last) = self.steps.last_mut() {
                self.waits.extend(waiting);
                (last.told, last.waited) = (self.cluster.told(), count(&self.waits));
                self.refresh_checkpoint();
            }
        } else {
            self.unsaved += usize::from(waiting.is_some());
            self.waits.extend(waiting);
            self.push_step(step);
        }
    }

    fn record(&mut self, source: Actor, object: &Key, notes: Vec<Note>) {
        for note in notes {
            self.cluster.record(Event {
                at: self.now,
                object: object.clone(),
                source,
                note,
            });
        }
    }

    /// A Pod that is removed is changed first (it is told to go within 0 seconds), and its budget is looked at in between:
    /// one that can't be computed for the Pod's sake says so once more.
    /// Upstream: `apiserver/pkg/registry/generic › Store.Delete`.
    fn show_last_change(&mut self, write: &Write) {
        let Write::Delete(key, options) = write else { return };
        let budget = match self.cluster.get(key) {
            Some(Object::Pod(pod)) if pod.is_terminating() && options.grace_period_seconds == Some(0) => {
                disruption::budgets_of(&self.cluster, pod).first().copied()
            }
            _ => None,
        };
        if let Some(budget) = budget.cloned().map(Object::PodDisruptionBudget) {
            let actor = Actor::DisruptionController;
            let decision = self.decide(actor, &budget.key(), self.now);
            self.record(actor, &budget.key(), decision.notes);
        }
    }

    /// Makes one write and wakes everybody whom it concerns.
    fn write(&mut self, step: &Step, mut write: Write, reason: Reason) {
        self.sharing.write(&mut write);
        self.show_last_change(&write);
        let Some(change) = self.cluster.apply(write, self.now) else {
            return;
        };
        let Change { key, before, after } = &change;
        self.index.keep_up(&self.cluster, key, before.as_ref(), after.as_ref());
        let acting = (step.actor, step.subject.clone());
        self.wake_watchers(&acting, key, before.as_ref(), after.as_ref());
        self.plan_environment(key, before.as_ref(), after.as_ref());
        for (source, object, note) in std::mem::take(&mut self.told) {
            self.record(source, &object, vec![note]);
        }
        let told = bystanders::note(&self.cluster, before.as_ref(), after.as_ref());
        self.record(Actor::DisruptionController, key, told.into_iter().collect());
        let reason = self.sharing.reason(reason);
        self.writes.push((change, reason));
    }

    /// Who is acting now is put back only after its pass, behind those whom the pass has woken.
    /// Upstream: `client-go/util/workqueue › Add, Done`.
    fn wake_watchers(&mut self, acting: &(Actor, Key), key: &Key, before: Option<&Object>, after: Option<&Object>) {
        for woken in watches::concerned((&self.cluster, &self.index), key, before, after) {
            if woken == *acting {
                self.acts_again = true;
            } else if before.is_none() && key.kind == Kind::PodDisruptionBudget {
                // A new budget is looked at before the workloads that were applied with it have made their Pods.
                self.agenda.push_first(self.now, woken.0, &woken.1);
            } else {
                self.agenda.push_once(self.now, Item::Reconcile(woken.0, woken.1));
            }
        }
        if let Some((key, wait)) = watches::daemon_pod_became_ready(&self.cluster, before, after) {
            self.agenda
                .push_later(self.now + wait, Actor::DaemonSetController, &key, false);
        }
    }

    fn new_step(&self, actor: Actor, subject: Key) -> Step {
        Step {
            at: self.now,
            actor,
            subject: self.cluster.shared_key(subject),
            command: None,
            told: 0,
            waited: 0,
            writes: Box::default(),
        }
    }

    fn push_step(&mut self, mut step: Step) {
        step.writes = self.writes.drain(..).collect();
        (step.told, step.waited) = (self.cluster.told(), count(&self.waits));
        self.unsaved += step.writes.len();
        self.steps.push(step);
        let last = self.checkpoints.last().map_or(0, |(at, _)| *at);
        if needs_checkpoint(self.steps.len() - last, self.unsaved, &self.cluster) {
            self.unsaved = 0;
            self.checkpoints.push((self.steps.len(), self.cluster.checkpoint()));
        }
    }

    /// What was told after the last step, and who waits since, belongs into the checkpoint right after it, too.
    fn refresh_checkpoint(&mut self) {
        if let Some((at, checkpoint)) = self.checkpoints.last_mut()
            && *at == self.steps.len()
        {
            *checkpoint = self.cluster.checkpoint();
        }
    }
}

fn count(waits: &[Waiting]) -> u32 {
    u32::try_from(waits.len()).unwrap_or(u32::MAX)
}
