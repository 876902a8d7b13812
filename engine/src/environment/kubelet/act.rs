//! What each move does to a Pod, why, and the Events that go with it.

use super::binding::{first_reason, renew};
use super::probes::{self, Kind};
use super::{Move, Surroundings, back_off, container, count, ending, init_count, is_initialized, is_passed, phase};
use super::{status, status_mut, stop};
use crate::api::{ContainerState, ContainerStatus, Ended, Kill, Name, Object, Phase, Pod};
use crate::cluster::{DeleteOptions, Write};
use crate::environment::config;
use crate::event::Note;
use crate::reason::EnvironmentReason as Why;
use crate::time::{Duration, Time};
use std::rc::Rc;

/// A write with its reason, and the Events that go with it.
pub type Deed = (Write, Why, Vec<Note>);

/// The write of a move that was due at `due`.
pub fn decide(around: &Surroundings<'_>, pod: &Rc<Pod>, next: Move, due: Time) -> Deed {
    if next == Move::Vanish {
        return vanish(around, pod);
    }
    let mut act = Act {
        around,
        pod: (**pod).clone(),
        due,
        notes: Vec::new(),
    };
    let why = act.carry_out(next);
    act.finish(next);
    let why = act.reason(next, why);
    (Write::UpdateStatus(Object::Pod(Rc::new(act.pod))), why, act.notes)
}

/// A move in the making.
struct Act<'a> {
    around: &'a Surroundings<'a>,
    pod: Pod,
    due: Time,
    notes: Vec<Note>,
}

impl Act<'_> {
    fn carry_out(&mut self, next: Move) -> Why {
        match next {
            Move::Begin => {
                self.begin();
                Why::PullStarted
            }
            Move::FailPull(index) | Move::RetryPull(index) => self.fail_pull(index),
            Move::BackOff(index) => {
                self.wait(index, "ImagePullBackOff");
                self.notes.push(Note::PullBackOff(self.image(index)));
                Why::BackOff {
                    retry_in: back_off::of_pull(status(&self.pod, index).memory.failed_pulls),
                }
            }
            Move::Misconfigured(index) => {
                let lacks = config::missing_environment(self.around.cluster, &self.pod, container(&self.pod, index));
                let message: Rc<str> = lacks.unwrap_or_default().into();
                self.wait(index, "CreateContainerConfigError");
                self.notes.push(Note::ConfigError(message.clone()));
                Why::ConfigMissing(message)
            }
            Move::Start(index) => {
                let image = self.image(index);
                self.notes.extend([Note::Pulled(image), Note::Created, Note::Started]);
                self.run(index);
                let behavior = self.around.behavior_of(&self.pod, container(&self.pod, index));
                Why::Started { took: behavior.pull }
            }
            Move::End(index) => self.end(index),
            Move::CrashLoop(index) => self.crash_loop(index),
            Move::Restart(index) => self.restart(index),
            Move::Probe(index, kind, ok) => self.probe(index, kind, ok),
            Move::Killed(index) => self.killed(index),
            Move::Stopped(index) => self.stopped(index),
            Move::Schedule | Move::BecomeReady | Move::Vanish => Why::Recovered,
        }
    }

    fn image(&self, index: usize) -> Rc<str> {
        container(&self.pod, index).image.clone()
    }

    fn name(&self, index: usize) -> Name {
        container(&self.pod, index).name.clone()
    }

    /// The kubelet has all it needs and begins with the first container.
    fn begin(&mut self) {
        let template = self.pod.template.clone();
        let reason = first_reason(&template);
        let status = &mut self.pod.status;
        renew(
            &mut status.init_containers,
            template.init_containers.len(),
            "PodInitializing",
            self.due,
        );
        renew(&mut status.containers, template.containers.len(), reason, self.due);
        status.begun = Some(self.due);
        status.trouble.change(|trouble| trouble.mounts = None);
    }

    fn wait(&mut self, index: usize, reason: &'static str) {
        status_mut(&mut self.pod, index).state = ContainerState::Waiting { reason };
    }

    fn fail_pull(&mut self, index: usize) -> Why {
        if container(&self.pod, index).never_pull {
            self.wait(index, "ErrImageNeverPull");
            self.notes.push(Note::NeverPulled(self.image(index)));
            return Why::NeverPulled;
        }
        self.wait(index, "ErrImagePull");
        self.notes.push(Note::PullFailed(self.image(index)));
        let status = status_mut(&mut self.pod, index);
        status.since = Some(self.due);
        status.memory.failed_pulls += 1;
        Why::PullFailed {
            retry_in: back_off::of_pull(status.memory.failed_pulls),
        }
    }

    /// A new instance of a container; its startup and liveness probes keep the Pod's beat (POD-31).
    fn run(&mut self, index: usize) {
        let (due, begun) = (self.due, self.pod.status.begun.unwrap_or(self.due));
        let container = container(&self.pod, index);
        let kinds = [Kind::Liveness, Kind::Startup];
        let kinds = kinds.map(|kind| kind.probe(container).map(|_| kind));
        let has_startup = container.startup_probe.is_some();
        let status = status_mut(&mut self.pod, index);
        status.state = ContainerState::Running { started_at: due };
        status.started = !has_startup;
        forget_kill(status);
        for kind in kinds.into_iter().flatten() {
            let beats = kind.beats(status);
            (beats.anchor, beats.counted) = (begun, due);
        }
        self.begin_readiness(index, due);
    }

    /// A container that has started is tried at once (POD-32), and is ready at once if nobody asks (POD-11).
    fn begin_readiness(&mut self, index: usize, at: Time) {
        let is_asked = container(&self.pod, index).readiness_probe.is_some();
        let status = status_mut(&mut self.pod, index);
        status.ready = status.started && !is_asked;
        if is_asked {
            let beats = &mut status.memory.readiness;
            (beats.anchor, beats.counted) = (at, at);
        }
    }

    fn end(&mut self, index: usize) -> Why {
        let behavior = self.around.behavior_of(&self.pod, container(&self.pod, index));
        let how = ending(&self.pod, index, behavior).map(|(_, how)| how);
        let ended = Ended {
            at: self.due,
            ..how.unwrap_or(Ended::well(self.due))
        };
        let ran = self.has_run(index);
        let (name, is_init) = (self.name(index), index < init_count(&self.pod));
        self.terminate(index, ended);
        let is_last = !phase::restarts(&self.pod, index, ended.exit_code);
        match (ended.exit_code, is_init) {
            (0, true) => Why::InitRunning { name, took: ran },
            _ => Why::Ended {
                name,
                ran,
                how: ended.into(),
                is_last,
            },
        }
    }

    fn has_run(&self, index: usize) -> Duration {
        match status(&self.pod, index).state {
            ContainerState::Running { started_at } => self.due.since(started_at),
            _ => Duration::ZERO,
        }
    }

    fn terminate(&mut self, index: usize, ended: Ended) {
        probes::count_until(self.around, &mut self.pod, index, self.due);
        let is_init = index < init_count(&self.pod) && !container(&self.pod, index).sidecar;
        let status = status_mut(&mut self.pod, index);
        status.state = ContainerState::Terminated(ended);
        (status.ready, status.started) = (is_init && ended.exit_code == 0, false);
        forget_kill(status);
    }

    fn crash_loop(&mut self, index: usize) -> Why {
        let name = self.name(index);
        let status = status_mut(&mut self.pod, index);
        let Some(ended) = status.newest_end() else {
            return Why::PullStarted;
        };
        status.memory.last = Some(ended);
        status.state = ContainerState::Waiting {
            reason: "CrashLoopBackOff",
        };
        let pause = back_off::of_restart(&status.memory, ended.at);
        let restarts = status.restart_count.into();
        let meta = &self.pod.meta;
        let pod = format!("{}_{}({:016x})", meta.name, meta.namespace, meta.uid.0);
        self.notes
            .push(Note::CrashBackOff(Box::new((name.clone(), pod.into()))));
        Why::CrashLoop { name, pause, restarts }
    }

    fn restart(&mut self, index: usize) -> Why {
        let due = self.due;
        let own = status_mut(&mut self.pod, index);
        let waited = match own.newest_end() {
            Some(ended) => {
                own.memory.last = Some(ended);
                let waited = back_off::of_restart(&own.memory, ended.at);
                back_off::note(&mut own.memory, ended.at, due);
                waited
            }
            None => Duration::ZERO,
        };
        self.again(index);
        let (name, memory) = (self.name(index), &status(&self.pod, index).memory);
        Why::Restarted {
            name,
            waited,
            next: memory.pause,
        }
    }

    fn again(&mut self, index: usize) {
        status_mut(&mut self.pod, index).restart_count += 1;
        self.notes.extend([Note::Created, Note::Started]);
        self.run(index);
    }

    fn probe(&mut self, index: usize, kind: Kind, ok: bool) -> Why {
        let Some(verdict) = probes::next_verdict(self.around, &self.pod, index, kind) else {
            return Why::PullStarted;
        };
        let after = self.has_run(index);
        self.take_verdict(index, kind, verdict);
        let name = self.name(index);
        let probe = kind.probe(container(&self.pod, index));
        let times = probe.map_or(1, |probe| {
            if ok {
                probe.success_threshold
            } else {
                probe.failure_threshold
            }
        });
        if !ok {
            self.notes.push(Note::Unhealthy(kind));
        }
        match (kind, ok) {
            (Kind::Startup, true) => Why::StartedUp { name, after },
            (Kind::Readiness, true) => Why::ProbedReady { name, after, times },
            (Kind::Readiness, false) => Why::ProbedUnready { name, after, times },
            (Kind::Liveness | Kind::Startup, _) => {
                self.notes.push(Note::KillingFor(name.clone(), kind));
                let ends = status(&self.pod, index).memory.kill.map_or(self.due, |kill| kill.ends);
                Why::ProbeKills {
                    name,
                    probe: kind,
                    after,
                    times: i32::try_from(times).unwrap_or(i32::MAX),
                    stops_in: ends.since(self.due),
                }
            }
        }
    }

    fn take_verdict(&mut self, index: usize, kind: Kind, verdict: probes::Verdict) {
        let due = self.due;
        *kind.beats(status_mut(&mut self.pod, index)) = verdict.beats;
        match (kind, verdict.ok) {
            (Kind::Readiness, ok) => status_mut(&mut self.pod, index).ready = ok,
            (Kind::Startup, true) => {
                let status = status_mut(&mut self.pod, index);
                status.started = true;
                status.memory.liveness.counted = verdict.at;
                self.begin_readiness(index, verdict.at);
            }
            (Kind::Startup | Kind::Liveness, _) => {
                let probe = kind.probe(container(&self.pod, index));
                let pod_grace = self.pod.template.termination_grace_period_seconds;
                let grace = probe.and_then(|probe| probe.grace_seconds).unwrap_or(pod_grace);
                let stop = stop::of(self.around, &self.pod, index, (due, due), Duration::seconds(grace));
                let status = status_mut(&mut self.pod, index);
                kind.beats(status).run = 0;
                let granted = back_off::is_granted(&status.memory, due);
                status.memory.kill = Some(Kill {
                    ends: stop.at,
                    forced: stop.forced,
                    granted,
                });
            }
        }
    }

    /// A container that a probe has ended is started again at once, if that was granted (POD-52).
    fn killed(&mut self, index: usize) -> Why {
        let due = self.due;
        let name = self.name(index);
        let kill = status(&self.pod, index).memory.kill;
        let forced = kill.is_some_and(|kill| kill.forced);
        let ended = Ended {
            reason: "Error",
            exit_code: if forced { 137 } else { 143 },
            at: due,
        };
        let ran = self.has_run(index);
        self.terminate(index, ended);
        let restarts = phase::restarts(&self.pod, index, ended.exit_code);
        if !restarts || !kill.is_some_and(|kill| kill.granted) {
            return Why::Ended {
                name,
                ran,
                how: ended.into(),
                is_last: !restarts,
            };
        }
        let status = status_mut(&mut self.pod, index);
        if let Some(before) = status.memory.last {
            back_off::note(&mut status.memory, before.at, due);
        }
        status.memory.last = Some(ended);
        let next = status.memory.pause;
        self.again(index);
        Why::Restarted {
            name,
            waited: Duration::ZERO,
            next,
        }
    }

    /// One of several containers has stopped, because its Pod goes or the app is done.
    fn stopped(&mut self, index: usize) -> Why {
        let ran = self.has_run(index);
        let exit_code = 143;
        let ended = Ended {
            reason: "Error",
            exit_code,
            at: self.due,
        };
        self.terminate(index, ended);
        let is_sidecar = container(&self.pod, index).sidecar;
        let name = self.name(index);
        if is_sidecar {
            return Why::SidecarStopped { name };
        }
        Why::Ended {
            name,
            ran,
            how: ended.into(),
            is_last: true,
        }
    }

    /// What follows from any move: who is next, what probes find at this very moment, and the summary.
    fn finish(&mut self, next: Move) {
        let moved = next.container();
        for index in (0..count(&self.pod)).filter(|index| Some(*index) != moved) {
            probes::trigger(self.around, &mut self.pod, index, self.due);
        }
        if let Some(index) = moved {
            self.settle(index);
        }
        if !self.pod.is_terminating() {
            self.take_turns();
            self.pod.status.phase = phase::phase(&self.pod);
        }
        let ready = phase::are_containers_ready(&self.pod) && !self.pod.is_finished();
        let since = self.pod.status.ready_since.unwrap_or(self.around.now);
        self.pod.status.ready_since = ready.then_some(since);
    }

    /// Successes of this very moment belong to the same step.
    fn settle(&mut self, index: usize) {
        for kind in [Kind::Startup, Kind::Readiness] {
            let verdict = probes::next_verdict(self.around, &self.pod, index, kind);
            if let Some(verdict) = verdict.filter(|verdict| verdict.ok && verdict.at <= self.due) {
                self.take_verdict(index, kind, verdict);
            }
        }
    }

    /// The next container begins when all before it let it: init containers when those before them have passed, app
    /// containers when the images before theirs have been dealt with (POD-20).
    fn take_turns(&mut self) {
        let (inits, all) = (init_count(&self.pod), count(&self.pod));
        let initialized = is_initialized(&self.pod);
        let range = if initialized { inits..all } else { 0..inits };
        for index in range {
            let status = status(&self.pod, index);
            let is_untouched = matches!(
                status.state,
                ContainerState::Waiting {
                    reason: "PodInitializing" | "ContainerCreating"
                }
            );
            if !initialized && is_passed(&self.pod, index) {
                continue;
            }
            if is_untouched && status.since.is_none() {
                status_mut(&mut self.pod, index).since = Some(self.due);
                let image = self.image(index);
                self.notes.push(Note::Pulling(image));
                return;
            }
            if is_untouched || !initialized {
                return;
            }
        }
    }

    /// Started means ready, unless a probe has a say.
    fn reason(&self, next: Move, why: Why) -> Why {
        match (next, why) {
            (Move::Start(index), Why::Started { took }) if self.pod.is_ready() => {
                let container = container(&self.pod, index);
                let probed = container.readiness_probe.is_some() || container.startup_probe.is_some();
                let took = if probed { Duration::ZERO } else { took };
                Why::Ready { took, probed }
            }
            (_, why) => why,
        }
    }
}

fn forget_kill(status: &mut ContainerStatus) {
    if status.memory.kill.is_some() {
        status.memory.kill = None;
    }
}

fn vanish(around: &Surroundings<'_>, pod: &Rc<Pod>) -> Deed {
    let (told, grace) = stop::told(around, pod);
    let stops = stop::all(around, pod, told, grace);
    let last = stops.last().map(|(_, stop)| *stop);
    let why = Why::Stopped {
        took: last.map_or(Duration::ZERO, |stop| stop.at.since(told)),
        hook: last.map_or(Duration::ZERO, |stop| stop.hook),
        killed: last.is_some_and(|stop| stop.forced),
    };
    // A finalizer keeps the object after its containers have stopped (POD-66).
    if !pod.meta.finalizers.is_empty() && !pod.is_finished() {
        let mut ended = (**pod).clone();
        let end = ContainerState::Terminated(Ended::well(around.now));
        let reported = &mut *ended.status;
        for status in reported.init_containers.iter_mut().chain(&mut reported.containers) {
            if status.is_running() {
                (status.state, status.ready, status.started) = (end, false, false);
            }
        }
        ended.status.phase = if stops.is_empty() {
            Phase::Failed
        } else {
            Phase::Succeeded
        };
        ended.status.ready_since = None;
        return (Write::UpdateStatus(Object::Pod(Rc::new(ended))), why, Vec::new());
    }
    let options = DeleteOptions {
        grace_period_seconds: Some(0),
        ..DeleteOptions::default()
    };
    (Write::Delete(Object::Pod(pod.clone()).key(), options), why, Vec::new())
}
