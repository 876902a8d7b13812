//! From the proposal to the size: stabilisation, rates and bounds (HPA-30 to HPA-36). Upstream: `podautoscaler/horizontal.go ›
//! normalizeDesiredReplicas, normalizeDesiredReplicasWithBehaviors`.

use super::TICK;
use crate::api::{Recommendations, ScalingBehavior, ScalingRules, SelectPolicy};
use crate::time::{Duration, Time};

/// The controller's own window for scaling down (HPA-30), in seconds.
const WINDOW: i64 = 300;

/// What a normalised proposal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Normalized {
    /// The size.
    pub replicas: i64,
    /// The proposal after stabilisation.
    pub stabilized: i64,
    /// What held it, if anything did.
    pub limit: Option<Limit>,
}

/// What holds a proposal back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the reasons of the condition ScalingLimited")]
pub enum Limit {
    TooFewReplicas,
    TooManyReplicas,
    ScaleUpLimit,
    ScaleDownLimit,
    /// Not upstream's: the most Pods that are simulated.
    Simulated,
}

impl Normalized {
    /// The same, with no more replicas than that.
    pub fn within(self, room: i64) -> Normalized {
        match self.replicas > room {
            true => Normalized {
                replicas: room,
                limit: Some(Limit::Simulated),
                ..self
            },
            false => self,
        }
    }
}

/// A proposal and what it is weighed against.
#[derive(Clone, Copy, Debug)]
pub struct Proposal<'a> {
    /// The replicas that the metrics ask for.
    pub replicas: i64,
    /// The present size.
    pub current: i64,
    /// The bounds.
    pub bounds: (i64, i64),
    /// What is remembered of earlier evaluations.
    pub memory: &'a Recommendations,
    /// The tick of this one.
    pub now: Time,
}

impl Proposal<'_> {
    /// The size that comes of it.
    pub fn normalized(&self, behavior: Option<&ScalingBehavior>) -> Normalized {
        match behavior {
            None => self.by_default(),
            Some(behavior) => self.by_behavior(behavior),
        }
    }

    /// HPA-30, HPA-32. Upstream: `stabilizeRecommendation`, `convertDesiredReplicasWithRules`.
    fn by_default(&self) -> Normalized {
        let stabilized = self.recent(WINDOW).fold(self.replicas, i64::max);
        let (least, most) = self.bounds;
        let fastest = self.current.saturating_mul(2).max(4);
        let (most, limit) = if most > fastest {
            (fastest, Limit::ScaleUpLimit)
        } else {
            (most, Limit::TooManyReplicas)
        };
        let (replicas, limit) = match stabilized {
            few if few < least => (least, Some(Limit::TooFewReplicas)),
            many if many > most => (most, Some(limit)),
            right => (right, None),
        };
        Normalized {
            replicas,
            stabilized,
            limit,
        }
    }

    /// HPA-33 to HPA-35. Upstream: `stabilizeRecommendationWithBehaviors`, `convertDesiredReplicasWithBehaviorRate`.
    fn by_behavior(&self, behavior: &ScalingBehavior) -> Normalized {
        let (up, down) = (&behavior.scale_up, &behavior.scale_down);
        let window = |rules: &ScalingRules, default: i64| rules.stabilization_window_seconds.unwrap_or(default);
        let least = self.recent(window(up, 0)).fold(self.replicas, i64::min);
        let most = self.recent(window(down, WINDOW)).fold(self.replicas, i64::max);
        let stabilized = self.current.max(least).min(most);
        let (floor, ceiling) = self.bounds;
        let (replicas, limit) = match stabilized {
            up_to if up_to > self.current => {
                let rate = self.up_limit(up).max(self.current);
                let (limit, why) = if ceiling > rate {
                    (rate, Limit::ScaleUpLimit)
                } else {
                    (ceiling, Limit::TooManyReplicas)
                };
                (up_to.min(limit), (up_to > limit).then_some(why))
            }
            down_to if down_to < self.current => {
                let rate = self.down_limit(down).min(self.current);
                let (limit, why) = if floor < rate {
                    (rate, Limit::ScaleDownLimit)
                } else {
                    (floor, Limit::TooFewReplicas)
                };
                (down_to.max(limit), (down_to < limit).then_some(why))
            }
            same => (same, None),
        };
        Normalized {
            replicas,
            stabilized,
            limit,
        }
    }

    /// Earlier recommendations within so many seconds.
    fn recent(&self, seconds: i64) -> impl Iterator<Item = i64> {
        let recommendations = self.memory.recommendations.iter();
        recommendations
            .filter(move |past| {
                // The present one stands until now; the tick before now saw it last.
                let last = past.last.unwrap_or(Time(self.now.0.saturating_sub(TICK.0)));
                last + Duration::seconds(seconds) > self.now
            })
            .map(|past| past.replicas)
    }

    /// What this autoscaler added (`sign` 1) or removed (-1) within so many seconds.
    fn changed(&self, seconds: i64, sign: i64) -> i64 {
        let scalings = self.memory.scalings.iter();
        let recent =
            scalings.filter(|(at, change)| change.signum() == sign && *at + Duration::seconds(seconds) > self.now);
        recent.map(|(_, change)| change.abs()).sum()
    }

    fn start(&self, period: i64) -> i64 {
        self.current - self.changed(period, 1) + self.changed(period, -1)
    }

    /// Upstream: `calculateScaleUpLimitWithScalingRules`.
    fn up_limit(&self, rules: &ScalingRules) -> i64 {
        let limits = rules.policies.iter().map(|policy| {
            let start = self.start(policy.period_seconds);
            match policy.percent {
                true => (start as f64 * (1.0 + policy.value as f64 / 100.0)).ceil() as i64,
                false => start.saturating_add(policy.value),
            }
        });
        match rules.select_policy {
            SelectPolicy::Disabled => self.current,
            SelectPolicy::Max => limits.max().unwrap_or(self.current),
            SelectPolicy::Min => limits.min().unwrap_or(self.current),
        }
    }

    /// Upstream: `calculateScaleDownLimitWithBehaviors`.
    fn down_limit(&self, rules: &ScalingRules) -> i64 {
        let limits = rules.policies.iter().map(|policy| {
            let start = self.start(policy.period_seconds);
            match policy.percent {
                true => (start as f64 * (1.0 - policy.value as f64 / 100.0)) as i64,
                false => start.saturating_sub(policy.value),
            }
        });
        match rules.select_policy {
            SelectPolicy::Disabled => self.current,
            SelectPolicy::Max => limits.min().unwrap_or(self.current),
            SelectPolicy::Min => limits.max().unwrap_or(self.current),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::{Recommendation, ScalingPolicy};

    const NOW: Time = Time(1_000_000);

    fn policy(percent: bool, value: i64, period_seconds: i64) -> ScalingPolicy {
        ScalingPolicy {
            percent,
            value,
            period_seconds,
        }
    }

    fn rules(select_policy: SelectPolicy, policies: &[ScalingPolicy]) -> ScalingRules {
        ScalingRules {
            stabilization_window_seconds: Some(0),
            select_policy,
            policies: policies.to_vec(),
            tolerance: None,
        }
    }

    fn default_up() -> ScalingRules {
        rules(SelectPolicy::Max, &[policy(false, 4, 15), policy(true, 100, 15)])
    }

    fn normalized(
        replicas: i64,
        current: i64,
        memory: &Recommendations,
        behavior: Option<&ScalingBehavior>,
    ) -> Normalized {
        let proposal = Proposal {
            replicas,
            current,
            bounds: (1, 100),
            memory,
            now: NOW,
        };
        proposal.normalized(behavior)
    }

    fn check_down(rules: ScalingRules, removed: i64, current: i64, expect: i64) {
        let behavior = ScalingBehavior {
            scale_up: default_up(),
            scale_down: rules,
        };
        let memory = Recommendations {
            scalings: vec![(Time(NOW.0 - 30_000), -removed)],
            ..Recommendations::default()
        };
        assert_eq!(
            normalized(1, current, &memory, Some(&behavior)).replicas,
            expect,
            "{behavior:?}"
        );
    }

    /// The first row of HPA-36, and HPA-32.
    #[test]
    fn scaling_up_has_a_speed() {
        let behavior = ScalingBehavior {
            scale_up: default_up(),
            scale_down: default_up(),
        };
        for (current, expect) in [(1, 5), (2, 6), (3, 7), (4, 8), (5, 10), (10, 20)] {
            let size = normalized(99, current, &Recommendations::default(), Some(&behavior));
            assert_eq!(
                (size.replicas, size.limit),
                (expect, Some(Limit::ScaleUpLimit)),
                "{current}"
            );
        }
        for (current, expect) in [(1, 4), (4, 8)] {
            assert_eq!(
                normalized(9, current, &Recommendations::default(), None).replicas,
                expect,
                "{current}"
            );
        }
    }

    /// The other rows of HPA-36.
    #[test]
    fn scaling_down_has_a_speed_if_it_is_given_one() {
        let ten_percent = policy(true, 10, 60);
        check_down(rules(SelectPolicy::Max, &[ten_percent]), 0, 10, 9);
        check_down(rules(SelectPolicy::Max, &[ten_percent, policy(false, 2, 60)]), 0, 10, 8);
        check_down(rules(SelectPolicy::Min, &[ten_percent, policy(false, 2, 60)]), 0, 10, 9);
        check_down(rules(SelectPolicy::Max, &[policy(false, 2, 60)]), 2, 8, 8);
        check_down(rules(SelectPolicy::Max, &[ten_percent]), 1, 9, 9);
        check_down(rules(SelectPolicy::Disabled, &[ten_percent]), 0, 10, 10);
    }

    /// HPA-37: the last high recommendation counts for five minutes.
    #[test]
    fn scaling_down_waits_for_the_last_high_recommendation() {
        let after = |last: u64| {
            let memory = Recommendations {
                recommendations: vec![Recommendation {
                    replicas: 8,
                    first: Time(0),
                    last: Some(Time(NOW.0 - last * 1000)),
                }],
                ..Recommendations::default()
            };
            normalized(3, 8, &memory, None).replicas
        };
        assert_eq!((after(285), after(299), after(300)), (8, 8, 3));
    }
}
