//! Probes on their beat (spec: POD-30 to POD-40). A worker runs every `periodSeconds` from a moment of its own on; what it
//! finds is a step function of time, so its next verdict is computed rather than waited for.
//! Upstream: `pkg/kubelet/prober/worker.go › run, doProbe`.

use super::{Surroundings, status};
use crate::api::{Beats, Container, ContainerState, ContainerStatus, Name, Pod, PodTemplate, Probe};
use crate::behavior::Behavior;
use crate::cluster::Cluster;
use crate::environment::applications::Applications;
use crate::environment::services::Services;
use crate::time::{Duration, Time};
use crate::world::World;

/// Which probe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub enum Kind {
    /// Holds the others back until it has succeeded.
    Startup,
    /// Ends the container.
    Liveness,
    /// Decides about traffic.
    Readiness,
}

/// What a probe's worker makes of the results so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    /// When.
    pub(super) at: Time,
    /// Success or failure.
    pub(super) ok: bool,
    /// The worker right after it.
    pub(super) beats: Beats,
}

impl Kind {
    /// As it begins the messages of its Events.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Startup => "Startup",
            Kind::Liveness => "Liveness",
            Kind::Readiness => "Readiness",
        }
    }

    pub(super) fn probe(self, container: &Container) -> Option<Probe> {
        match self {
            Kind::Startup => container.startup_probe,
            Kind::Liveness => container.liveness_probe,
            Kind::Readiness => container.readiness_probe,
        }
    }

    pub(super) fn beats(self, status: &mut ContainerStatus) -> &mut Beats {
        match self {
            Kind::Startup => &mut status.memory.startup,
            Kind::Liveness => &mut status.memory.liveness,
            Kind::Readiness => &mut status.memory.readiness,
        }
    }

    fn beats_so_far(self, status: &ContainerStatus) -> Beats {
        match self {
            Kind::Startup => status.memory.startup,
            Kind::Liveness => status.memory.liveness,
            Kind::Readiness => status.memory.readiness,
        }
    }
}

/// One worker and what it will find.
struct Worker {
    probe: Probe,
    /// Earlier beats do not count.
    from: Time,
    /// From when on the probe is answered, and from when on not, in order.
    answers: Vec<(Time, bool)>,
    /// Whether an unanswered probe takes until its timeout.
    hangs: bool,
}

impl Worker {
    /// Counts results until `end`, or until one in a row of `wanted` is enough for a verdict.
    fn walk(&self, mut beats: Beats, wanted: impl Fn(bool) -> Option<u64>, end: Time) -> (Beats, Option<Verdict>) {
        let period = Duration::seconds(self.probe.period_seconds).0;
        let timeout = Duration::seconds(self.probe.timeout_seconds).0;
        for (index, (since, ok)) in self.answers.iter().enumerate() {
            let until = self.answers.get(index + 1).map_or(end, |(next, _)| (*next).min(end));
            let from = (*since).max(self.from).max(beats.counted);
            if from >= until {
                continue;
            }
            let first = beats.anchor.0 + from.0.saturating_sub(beats.anchor.0).div_ceil(period) * period;
            let late = if !ok && self.hangs { timeout } else { 0 };
            // A probe that takes longer than its period makes the next one come right after it.
            let pause = period.max(late);
            let count = until.0.saturating_sub(first).div_ceil(pause);
            if count > 0 && beats.ok != *ok {
                beats.run = 0;
            }
            if let Some(wanted) = wanted(*ok).map(|wanted| wanted.saturating_sub(beats.run).max(1))
                && wanted <= count
            {
                let tick = first + (wanted - 1) * pause;
                let beats = Beats {
                    counted: Time(tick + 1),
                    run: beats.run + wanted,
                    ok: *ok,
                    ..beats
                };
                let at = Time(tick + late);
                return (beats, Some(Verdict { at, ok: *ok, beats }));
            }
            if count > 0 {
                (beats.run, beats.ok) = (beats.run.saturating_add(count), *ok);
            }
        }
        beats.counted = beats.counted.max(end);
        (beats, None)
    }
}

fn threshold(probe: Probe, ok: bool) -> u64 {
    let threshold = if ok {
        probe.success_threshold
    } else {
        probe.failure_threshold
    };
    u64::try_from(threshold).unwrap_or(1)
}

/// The next verdict of a container's probe that changes anything, if there will be one.
pub(super) fn next_verdict(around: &Surroundings<'_>, pod: &Pod, index: usize, kind: Kind) -> Option<Verdict> {
    let status = status(pod, index);
    let worker = worker(around, pod, index, kind)?;
    let beats = kind.beats_so_far(status);
    let wanted = |ok: bool| {
        let says_more = match kind {
            Kind::Startup => true,
            Kind::Liveness => !ok,
            Kind::Readiness => ok != status.ready,
        };
        says_more.then(|| threshold(worker.probe, ok))
    };
    worker.walk(beats, wanted, Time(u64::MAX)).1
}

/// Where a probe is between its verdicts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The next time it is carried out.
    pub next: Time,
    /// Results in a row that were alike, and whether those were successes. `None` where they hang on other applications.
    pub results: Option<(u64, bool)>,
}

/// Where the probe of a container is. `None` while it has none or is on hold.
pub fn standing(cluster: &Cluster, world: &World, pod: &Pod, index: usize, kind: Kind, now: Time) -> Option<Standing> {
    let (mut applications, services) = (Applications::default(), Services::default());
    applications.learn(world, pod);
    let around = Surroundings {
        cluster,
        world,
        applications: &applications,
        services: &services,
        now,
    };
    let worker = worker(&around, pod, index, kind)?;
    let (beats, _) = worker.walk(kind.beats_so_far(status(pod, index)), |_| None, now);
    let period = Duration::seconds(worker.probe.period_seconds).0;
    let from = worker.from.max(now).0.saturating_sub(beats.anchor.0);
    let container = super::container(pod, index);
    let hangs_on_others = kind == Kind::Readiness && around.behavior_of(pod, container).needs.is_some();
    Some(Standing {
        next: beats.anchor + Duration(from.div_ceil(period) * period),
        results: (!hangs_on_others && beats.run > 0).then_some((beats.run, beats.ok)),
    })
}

/// The worker of a readiness probe is triggered whenever the kubelet looks at a container that has started and is not
/// ready, and its beat begins anew (POD-32).
pub(super) fn trigger(around: &Surroundings<'_>, pod: &mut Pod, index: usize, now: Time) {
    let status = status(pod, index);
    if !status.started || status.ready {
        return;
    }
    if let Some(worker) = worker(around, pod, index, Kind::Readiness) {
        let (beats, _) = worker.walk(status.memory.readiness, |_| None, now);
        let beats = Beats {
            anchor: now,
            counted: now,
            ..beats
        };
        super::status_mut(pod, index).memory.readiness = beats;
    }
}

/// Counts what the probes of a container have found by now; its next instance inherits it (POD-34).
pub(super) fn count_until(around: &Surroundings<'_>, pod: &mut Pod, index: usize, now: Time) {
    for kind in [Kind::Startup, Kind::Liveness, Kind::Readiness] {
        if let Some(worker) = worker(around, pod, index, kind) {
            let beats = kind.beats(super::status_mut(pod, index));
            *beats = worker.walk(*beats, |_| None, now).0;
        }
    }
}

/// The worker of a probe of a running container; `None` if it has none or is on hold.
fn worker(around: &Surroundings<'_>, pod: &Pod, index: usize, kind: Kind) -> Option<Worker> {
    let container = super::container(pod, index);
    let status = status(pod, index);
    let ContainerState::Running { started_at } = status.state else {
        return None;
    };
    let probe = kind.probe(container)?;
    let on_hold = match kind {
        Kind::Startup => status.started,
        Kind::Liveness => !status.started || status.memory.kill.is_some(),
        Kind::Readiness => !status.started,
    };
    if on_hold || (status.memory.kill.is_some() && kind == Kind::Startup) {
        return None;
    }
    let behavior = around.behavior_of(pod, container);
    let mut answers = answers(behavior, kind, started_at);
    if let (Some(service), Kind::Readiness) = (&behavior.needs, kind) {
        let name: Name = service.clone();
        answers = both(&answers, around.services.history(&pod.meta.namespace, &name));
    }
    let delay = Duration::seconds(probe.initial_delay_seconds);
    Some(Worker {
        probe,
        from: started_at + delay,
        answers,
        hangs: behavior.hangs,
    })
}

/// From when on an application answers this probe, and from when on not.
fn answers(behavior: &Behavior, kind: Kind, started_at: Time) -> Vec<(Time, bool)> {
    let (ever, later) = match kind {
        Kind::Startup => (true, Duration::ZERO),
        Kind::Liveness => (behavior.becomes_live, behavior.live),
        Kind::Readiness => (behavior.becomes_ready, behavior.ready),
    };
    let begins = behavior.start.max(later);
    let ends = behavior.fails.map_or(u64::MAX, |fails| fails.0);
    let mut answers = vec![(started_at, false)];
    if ever && begins.0 < ends {
        answers.push((started_at + begins, true));
        if behavior.fails.is_some() {
            answers.push((started_at + Duration(ends), false));
        }
    }
    answers
}

/// Answers that need both.
fn both(one: &[(Time, bool)], other: &[(Time, bool)]) -> Vec<(Time, bool)> {
    let at = |of: &[(Time, bool)], time: Time| {
        let known = of.iter().rev().find(|(since, _)| *since <= time);
        known.is_some_and(|(_, ok)| *ok)
    };
    let mut times: Vec<Time> = one.iter().chain(other).map(|(time, _)| *time).collect();
    crate::order::sort_by_key(&mut times, |time| *time);
    times
        .into_iter()
        .map(|time| (time, at(one, time) && at(other, time)))
        .collect()
}

/// From the container's start until it is ready, if all beats are those of its start and nothing else happens; `None` if
/// it never is (POD-39).
pub(crate) fn ready_after(template: &PodTemplate, index: usize, behavior: &Behavior) -> Option<Duration> {
    let container = &template.containers[index];
    let find = |kind: Kind, from: Time| {
        let Some(probe) = kind.probe(container) else {
            return Some(from);
        };
        let worker = Worker {
            probe,
            from: Time::ZERO + Duration::seconds(probe.initial_delay_seconds),
            answers: answers(behavior, kind, Time::ZERO),
            hangs: false,
        };
        let beats = Beats {
            anchor: from,
            counted: from,
            ..Beats::default()
        };
        let wanted = |ok: bool| (ok || kind == Kind::Startup).then(|| threshold(probe, ok));
        let verdict = worker.walk(beats, wanted, Time(u64::MAX)).1?;
        verdict.ok.then_some(verdict.at)
    };
    let started = find(Kind::Startup, Time::ZERO)?;
    find(Kind::Readiness, started).map(|ready| ready.since(Time::ZERO))
}
