//! From one metric to a proposal (HPA-20 to HPA-27). Upstream: `podautoscaler/replica_calculator.go`,
//! `podautoscaler/metrics/utilization.go`. Ratios are binary fractions as upstream's, so that both round alike.

/// What is known of one Pod that the target selects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sample {
    /// What it uses, in thousandths; `None`: no sample.
    pub usage: Option<i64>,
    /// What it requests, in thousandths.
    pub request: i64,
    /// Not ready, or not for long enough to be measured.
    pub unready: bool,
}

/// How far a metric may miss its target, as a fraction of it.
#[derive(Clone, Copy, Debug)]
pub struct Tolerances {
    /// Below the target.
    pub down: f64,
    /// Above it.
    pub up: f64,
}

/// What a metric asks for, and how it got there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vote {
    /// The proposal.
    pub replicas: i64,
    /// What was measured, in the unit of the target.
    pub current: i64,
    /// The target.
    pub target: i64,
    /// Pods, or thousandths of Pods' worth, that `current` was multiplied with.
    pub pods: i64,
    /// Pods that were counted as idle, or as busy, for want of a sample.
    pub assumed: i64,
    /// Why the size is kept although the ratio is not one.
    pub kept: Option<Kept>,
}

/// Why a proposal is the present size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// The target is missed by little.
    Tolerated,
    /// With Pods that could not be measured, it might be otherwise.
    Unsure,
}

impl Tolerances {
    fn cover(&self, ratio: f64) -> bool {
        (1.0 - self.down) <= ratio && ratio <= (1.0 + self.up)
    }
}

/// A metric of the Pods themselves. `utilization`: the target is percent of what is requested; else thousandths for each.
/// `None` if no ready Pod has a sample. Upstream: `GetResourceReplicas`, `calcPlainMetricReplicas`.
pub fn replicas_by_pods(
    current: i64,
    target: i64,
    utilization: bool,
    samples: &[Sample],
    tolerances: Tolerances,
) -> Option<Vote> {
    let measured = |sample: &&Sample| !sample.unready && sample.usage.is_some();
    let mut counted: Vec<Sample> = samples.iter().filter(measured).copied().collect();
    let ready = count(counted.len());
    let first = average(&counted, utilization)?;
    let ratio = ratio_of(first, target);
    let vote = Vote::kept_at(current, first, target, ready);
    let unready = samples.iter().filter(|sample| sample.unready);
    let missing = samples
        .iter()
        .filter(|sample| !sample.unready && sample.usage.is_none());
    let with_unready = unready.clone().next().is_some() && ratio > 1.0;
    if !with_unready && missing.clone().next().is_none() {
        if tolerances.cover(ratio) {
            return Some(vote.kept(Kept::Tolerated));
        }
        return Some(vote.of(ratio * ready as f64));
    }
    if ratio < 1.0 {
        let busy = |sample: &Sample| match utilization {
            true => fitting(i128::from(sample.request) * i128::from(target.max(100)) / 100),
            false => target,
        };
        counted.extend(missing.map(|sample| Sample {
            usage: Some(busy(sample)),
            ..*sample
        }));
    } else if ratio > 1.0 {
        counted.extend(missing.map(|sample| Sample {
            usage: Some(0),
            ..*sample
        }));
    }
    if with_unready {
        counted.extend(unready.map(|sample| Sample {
            usage: Some(0),
            ..*sample
        }));
    }
    let second = average(&counted, utilization)?;
    let corrected = ratio_of(second, target);
    let vote = Vote {
        current: second,
        pods: count(counted.len()),
        assumed: count(counted.len()) - ready,
        ..vote
    };
    if tolerances.cover(corrected) {
        return Some(vote.kept(Kept::Tolerated));
    }
    let other_side = (ratio < 1.0 && corrected > 1.0) || (ratio > 1.0 && corrected < 1.0);
    let proposed = vote.of(corrected * counted.len() as f64);
    let wrong_way =
        (corrected < 1.0 && proposed.replicas > current) || (corrected > 1.0 && proposed.replicas < current);
    Some(if other_side || wrong_way {
        vote.kept(Kept::Unsure)
    } else {
        proposed
    })
}

/// A metric of the whole that is compared with a whole (HPA-26). `ready`: Pods that run and are ready.
/// Upstream: `getUsageRatioReplicaCount`.
pub fn replicas_by_value(current: i64, target: i64, value: i64, ready: i64, tolerances: Tolerances) -> Vote {
    let ratio = ratio_of(value, target);
    let vote = Vote::kept_at(current, value, target, ready);
    match current {
        0 => vote.of(ratio),
        _ if tolerances.cover(ratio) => vote.kept(Kept::Tolerated),
        _ => vote.of(ratio * ready as f64),
    }
}

/// A metric of the whole that is shared by the replicas there are (HPA-26). `observed`: `status.replicas`.
/// Upstream: `GetObjectPerPodMetricReplicas`, `GetExternalPerPodMetricReplicas`.
pub fn replicas_by_share(target: i64, value: i64, observed: i64, tolerances: Tolerances) -> Vote {
    let ratio = value as f64 / (target as f64 * observed as f64);
    let share = (value as f64 / observed.max(1) as f64).ceil() as i64;
    let vote = Vote::kept_at(observed, share, target, observed);
    if tolerances.cover(ratio) {
        vote.kept(Kept::Tolerated)
    } else {
        vote.of(ratio_of(value, target))
    }
}

impl Vote {
    /// For the present size, before anything is made of what was measured of so many Pods.
    fn kept_at(replicas: i64, current: i64, target: i64, pods: i64) -> Vote {
        Vote {
            replicas,
            current,
            target,
            pods,
            assumed: 0,
            kept: None,
        }
    }

    fn kept(self, why: Kept) -> Vote {
        Vote {
            kept: Some(why),
            ..self
        }
    }

    fn of(self, replicas: f64) -> Vote {
        Vote {
            // The API knows no larger number.
            replicas: (replicas.ceil() as i64).min(i32::MAX.into()),
            ..self
        }
    }
}

/// Percent of the requests, or thousandths for each Pod, both cut to whole numbers (HPA-22).
fn average(samples: &[Sample], utilization: bool) -> Option<i64> {
    let usage: i128 = samples.iter().filter_map(|sample| sample.usage.map(i128::from)).sum();
    let requests: i128 = samples.iter().map(|sample| i128::from(sample.request)).sum();
    let average = match utilization {
        true => (usage * 100).checked_div(requests),
        false => usage.checked_div(count(samples.len()).into()),
    };
    average.map(fitting)
}

fn fitting(number: i128) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn ratio_of(current: i64, target: i64) -> f64 {
    current as f64 / target as f64
}

fn count(len: usize) -> i64 {
    i64::try_from(len).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEFAULT: Tolerances = Tolerances { down: 0.1, up: 0.1 };

    /// Pods that request 100 m each: what the measured ones use, and how many are not ready, or without a sample.
    fn check(current: i64, target: i64, usages: &[i64], unready: usize, missing: usize, expect: i64) {
        let pod = Sample {
            request: 100,
            ..Sample::default()
        };
        let mut samples: Vec<Sample> = usages
            .iter()
            .map(|usage| Sample {
                usage: Some(*usage),
                ..pod
            })
            .collect();
        samples.extend(vec![Sample { unready: true, ..pod }; unready]);
        samples.extend(vec![pod; missing]);
        let vote = replicas_by_pods(current, target, true, &samples, DEFAULT).expect("measured Pods");
        assert_eq!(
            vote.replicas, expect,
            "{current} at {target} %: {usages:?} {unready} {missing}"
        );
    }

    /// The table of HPA-25.
    #[test]
    fn proposals_from_utilization() {
        check(3, 50, &[100; 3], 0, 0, 6);
        check(10, 50, &[55; 10], 0, 0, 10);
        check(10, 50, &[56; 10], 0, 0, 12);
        check(10, 50, &[45; 10], 0, 0, 10);
        check(10, 50, &[44; 10], 0, 0, 9);
        check(5, 50, &[90; 3], 2, 0, 5);
        check(4, 50, &[100; 3], 1, 0, 6);
        check(10, 50, &[30; 8], 0, 2, 9);
        check(10, 80, &[68; 13], 0, 0, 12);
    }

    /// HPA-24: where the correction changes sides, and where it would go the wrong way, nothing happens.
    #[test]
    fn what_is_not_sure_is_left() {
        check(16, 50, &[112; 4], 12, 0, 16);
        check(8, 50, &[225; 4], 4, 0, 18);
        check(4, 50, &[40; 1], 0, 3, 4);
    }

    #[test]
    fn nothing_measured_is_no_vote() {
        assert_eq!(replicas_by_pods(3, 50, true, &[], DEFAULT), None);
        let unready = Sample {
            unready: true,
            request: 100,
            usage: Some(1),
        };
        assert_eq!(replicas_by_pods(3, 50, true, &[unready], DEFAULT), None);
    }

    /// HPA-26, HPA-27.
    #[test]
    fn proposals_from_amounts() {
        let pods = [Sample {
            usage: Some(30_000),
            ..Sample::default()
        }; 4];
        let by_pods = replicas_by_pods(4, 20_000, false, &pods, DEFAULT).map(|vote| vote.replicas);
        assert_eq!(by_pods, Some(6));
        assert_eq!(replicas_by_value(4, 100, 150, 4, DEFAULT).replicas, 6);
        assert_eq!(replicas_by_value(0, 100, 150, 0, DEFAULT).replicas, 2);
        assert_eq!(replicas_by_share(30_000, 250_000, 4, DEFAULT).replicas, 9);
        assert_eq!(replicas_by_share(30_000, 250_000, 9, DEFAULT).replicas, 9);
    }
}
