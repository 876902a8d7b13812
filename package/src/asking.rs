//! What a program asks for: a scenario, and what it wants otherwise than that says.

use rollscope_engine::moment::Moment;
use rollscope_engine::release::{Gates, Release};
use rollscope_engine::scenario::Reading;
use rollscope_engine::world::Limits;

/// What is wanted otherwise than a text says.
#[derive(Clone, Debug, Default)]
pub struct Wishes {
    /// Another release: `1.36`, `1.36.2` or `v1.36.2`.
    pub release: Option<String>,
    /// Gates that are switched, by name.
    pub gates: Vec<(String, bool)>,
    /// Another seed.
    pub seed: Option<u64>,
    /// Another limit of Pods.
    pub pods: Option<i64>,
    /// Another limit of steps.
    pub steps: Option<usize>,
}

impl Wishes {
    /// Reads a text, or the content of a `.rollscope.json`, and puts the wishes over what it says. The error says what is wrong
    /// with that file, or which wish can't be. The number is the step that the file is about.
    pub fn read(&self, scenario: &str) -> Result<(Reading, Option<usize>), String> {
        let moment = Moment::from_file(scenario)?;
        let mut reading = moment.reading();
        if let Some(release) = &self.release {
            reading.release = Some(release.parse::<Release>()?);
        }
        for (name, on) in &self.gates {
            if Gates::default().by_name(name).is_none() {
                let known = Gates::NAMES.join(", ");
                return Err(format!("the gate {name} changes nothing here: expected one of {known}"));
            }
            reading.gates.push((name.clone(), *on));
        }
        let release = reading.release.unwrap_or(reading.scenario.release);
        reading.scenario.set_release(release, &reading.gates);
        reading.scenario.seed = self.seed.unwrap_or(reading.scenario.seed);
        self.limit(&mut reading.scenario.world.limits)?;
        Ok((reading, moment.step))
    }

    fn limit(&self, limits: &mut Limits) -> Result<(), String> {
        let highest = Limits::HIGHEST;
        if let Some(pods) = self.pods {
            if !(1..=highest.pods).contains(&pods) {
                return Err(format!("limits.pods: expected 1 to {}", highest.pods));
            }
            limits.pods = pods;
        }
        if let Some(steps) = self.steps {
            if !(1..=highest.steps).contains(&steps) {
                return Err(format!("limits.steps: expected 1 to {}", highest.steps));
            }
            limits.steps = steps;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Wishes;

    const TEXT: &str =
        "apiVersion: rollscope.dev/v1\nkind: Scenario\nrelease: '1.36'\ngates: {PodDeletionCost: false}\n";

    #[test]
    fn wishes_stand_above_the_text() {
        let wishes = Wishes {
            release: Some("1.37".into()),
            gates: vec![("LogarithmicScaleDown".into(), false)],
            seed: Some(7),
            pods: Some(10),
            steps: Some(20),
        };
        let scenario = wishes.read(TEXT).expect("all of it can be").0.scenario;
        let gates = scenario.gates;
        assert_eq!(scenario.release.to_string(), "1.37.0");
        assert!(gates.max_unavailable_stateful_set && !gates.pod_deletion_cost && !gates.logarithmic_scale_down);
        assert_eq!(
            (scenario.seed, scenario.world.limits.pods, scenario.world.limits.steps),
            (7, 10, 20)
        );
        let bare = Wishes::default().read(TEXT).expect("nothing is asked").0.scenario;
        assert_eq!(
            (bare.release.to_string().as_str(), bare.gates.pod_deletion_cost),
            ("1.36.0", false)
        );
    }

    #[test]
    fn a_moment_is_read_as_well() {
        let (reading, step) = Wishes::default()
            .read("{\"rollscope\": 1, \"step\": 3, \"release\": \"1.34\", \"text\": \"kind: ConfigMap\"}")
            .expect("a moment");
        assert_eq!(
            (reading.scenario.release.to_string().as_str(), step),
            ("1.34.0", Some(3))
        );
        assert!(Wishes::default().read("{\"rollscope\": 99}").is_err());
    }

    #[test]
    fn what_cannot_be_is_said() {
        let check = |wishes: Wishes, expect: &str| {
            assert_eq!(wishes.read(TEXT).map(drop), Err(expect.to_owned()));
        };
        check(
            Wishes {
                release: Some("2".into()),
                ..Wishes::default()
            },
            "unknown Kubernetes release \"2\": expected 1.33 to 1.37",
        );
        check(
            Wishes {
                pods: Some(0),
                ..Wishes::default()
            },
            "limits.pods: expected 1 to 100000",
        );
        check(
            Wishes {
                steps: Some(2_000_001),
                ..Wishes::default()
            },
            "limits.steps: expected 1 to 2000000",
        );
        let error = Wishes {
            gates: vec![("Nonsense".into(), true)],
            ..Wishes::default()
        }
        .read(TEXT);
        assert!(
            error
                .map(drop)
                .expect_err("no gate")
                .starts_with("the gate Nonsense changes nothing here: expected one of MaxUnavailable")
        );
    }
}
