//! Kubernetes releases and the feature gates that change a rollout. A gate's default depends on the patch release.

use std::fmt;
use std::str::FromStr;

/// A Kubernetes release, such as 1.36.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct Release {
    /// The minor number: 36 in 1.36.2.
    pub minor: u32,
    /// The patch number: 2 in 1.36.2.
    pub patch: u32,
}

impl Release {
    /// The release whose behaviour was recorded.
    pub const DEFAULT: Release = Release { minor: 36, patch: 2 };
    /// The oldest and the newest minor release that the engine knows.
    pub const MINORS: std::ops::RangeInclusive<u32> = 33..=37;
}

/// `1.36.2`.
impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "1.{}.{}", self.minor, self.patch)
    }
}

/// Reads `1.36`, `1.36.2` or `v1.36.2`. The error says what was expected.
impl FromStr for Release {
    type Err = String;
    fn from_str(text: &str) -> Result<Release, String> {
        let mut parts = text.trim_start_matches('v').split('.').map(str::parse::<u32>);
        let release = match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some(Ok(1)), Some(Ok(minor)), None, None) => Some(Release { minor, patch: 0 }),
            (Some(Ok(1)), Some(Ok(minor)), Some(Ok(patch)), None) => Some(Release { minor, patch }),
            _ => None,
        };
        let release = release.filter(|release| Release::MINORS.contains(&release.minor));
        release.ok_or_else(|| {
            let (first, last) = (Release::MINORS.start(), Release::MINORS.end());
            format!("unknown Kubernetes release \"{text}\": expected 1.{first} to 1.{last}")
        })
    }
}

/// The feature gates that change what the engine does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gates {
    /// StatefulSet: act upon `rollingUpdate.maxUnavailable` (STS-43, STS-44).
    pub max_unavailable_stateful_set: bool,
    /// Deployment and ReplicaSet: report `status.terminatingReplicas` (DEP-86).
    pub deployment_replica_set_terminating_replicas: bool,
    /// ReplicaSet: heed the annotation `controller.kubernetes.io/pod-deletion-cost` (RS-20).
    pub pod_deletion_cost: bool,
    /// ReplicaSet: compare ages in powers of two (RS-21).
    pub logarithmic_scale_down: bool,
    /// HorizontalPodAutoscaler: heed `behavior.*.tolerance` (HPA-01).
    pub hpa_configurable_tolerance: bool,
}

impl Gates {
    /// The defaults of a release. `MaxUnavailableStatefulSet` was on in 1.35.0 to 1.35.3, off from 1.35.4 and in 1.36,
    /// and is on again in 1.37.
    pub fn of(release: Release) -> Gates {
        Gates {
            max_unavailable_stateful_set: (release.minor == 35 && release.patch < 4) || release.minor >= 37,
            deployment_replica_set_terminating_replicas: release.minor >= 35,
            pod_deletion_cost: true,
            logarithmic_scale_down: true,
            hpa_configurable_tolerance: release.minor >= 35,
        }
    }

    /// The defaults of a release, but for gates that were set by name.
    pub fn with(release: Release, set: &[(String, bool)]) -> Gates {
        let mut gates = Gates::of(release);
        for (name, on) in set {
            if let Some(gate) = gates.by_name(name) {
                *gate = *on;
            }
        }
        gates
    }

    /// The names of all of them.
    pub const NAMES: [&str; 5] = [
        "MaxUnavailableStatefulSet",
        "DeploymentReplicaSetTerminatingReplicas",
        "PodDeletionCost",
        "LogarithmicScaleDown",
        "HPAConfigurableTolerance",
    ];

    /// The gate of this name, to be set. `None` for a name that changes nothing here.
    pub fn by_name(&mut self, name: &str) -> Option<&mut bool> {
        match name {
            "MaxUnavailableStatefulSet" => Some(&mut self.max_unavailable_stateful_set),
            "DeploymentReplicaSetTerminatingReplicas" => Some(&mut self.deployment_replica_set_terminating_replicas),
            "PodDeletionCost" => Some(&mut self.pod_deletion_cost),
            "LogarithmicScaleDown" => Some(&mut self.logarithmic_scale_down),
            "HPAConfigurableTolerance" => Some(&mut self.hpa_configurable_tolerance),
            _ => None,
        }
    }
}

impl Default for Gates {
    fn default() -> Gates {
        Gates::of(Release::DEFAULT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn max_unavailable_has_its_history() {
        for (release, on) in [
            ("1.34", false),
            ("1.35.0", true),
            ("1.35.4", false),
            ("1.36.2", false),
            ("1.37", true),
        ] {
            let release: Release = release.parse().expect(release);
            assert_eq!(Gates::of(release).max_unavailable_stateful_set, on, "{release}");
        }
    }

    #[test]
    fn unknown_releases_are_refused_in_words() {
        let error = "2.1".parse::<Release>().expect_err("not a release");
        assert_eq!(error, "unknown Kubernetes release \"2.1\": expected 1.33 to 1.37");
    }
}
