//! When a container counts as started and as ready, from its probes (spec: POD-30 to POD-39, grid phase 0).

use crate::api::{Container, Probe};
use crate::time::Duration;
use crate::world::Behavior;

/// From the container's start until it is ready; `None` if it never is.
pub(crate) fn ready_after(container: &Container, behavior: Behavior) -> Option<Duration> {
    if container.startup_probe.is_none() && container.readiness_probe.is_none() {
        return Some(Duration::ZERO);
    }
    if !behavior.becomes_ready {
        return None;
    }
    let answers = behavior.start.0;
    let started = container
        .startup_probe
        .map_or(0, |probe| next_beat(probe, initial_delay(probe).max(answers)));
    let ready = container.readiness_probe.map_or(started, |probe| {
        let wait = initial_delay(probe).max(answers).saturating_sub(started);
        let successes = u64::try_from(probe.success_threshold - 1).unwrap_or(0);
        started + next_beat(probe, wait) + successes * period(probe)
    });
    Some(Duration(ready))
}

fn initial_delay(probe: Probe) -> u64 {
    Duration::seconds(probe.initial_delay_seconds).0
}

fn period(probe: Probe) -> u64 {
    Duration::seconds(probe.period_seconds).0
}

/// The first beat at or after this moment.
fn next_beat(probe: Probe, moment: u64) -> u64 {
    moment.div_ceil(period(probe)) * period(probe)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn probe(initial_delay_seconds: i64, period_seconds: i64, success_threshold: i64) -> Option<Probe> {
        Some(Probe {
            initial_delay_seconds,
            period_seconds,
            success_threshold,
        })
    }

    fn check(startup: Option<Probe>, readiness: Option<Probe>, answers: u64, expect: u64) {
        let (readiness_probe, startup_probe) = (readiness, startup);
        let container = Container {
            name: "app".into(),
            image: "app:1".into(),
            sidecar: false,
            readiness_probe,
            startup_probe,
        };
        let behavior = Behavior {
            start: Duration(answers * 1000),
            ..Behavior::default()
        };
        let message = format!("startup {startup:?}, readiness {readiness:?}, answers at {answers} s");
        assert_eq!(
            ready_after(&container, behavior),
            Some(Duration(expect * 1000)),
            "{message}"
        );
    }

    #[test]
    fn the_table_of_pod_39() {
        check(None, None, 45, 0);
        check(None, probe(0, 10, 1), 0, 0);
        check(None, probe(5, 10, 1), 3, 10);
        check(None, probe(5, 5, 1), 7, 10);
        check(None, probe(0, 10, 1), 12, 20);
        check(None, probe(0, 1, 1), 12, 12);
        check(None, probe(0, 5, 3), 0, 10);
        check(None, probe(20, 10, 1), 0, 20);
        check(probe(0, 10, 1), probe(0, 5, 1), 42, 50);
        check(probe(0, 5, 1), probe(60, 10, 1), 12, 65);
    }
}
