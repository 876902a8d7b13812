//! The reasons of the disruption controller (spec: PDB) and of the EndpointSlice controller (spec: SVC).

use std::fmt;

/// Why the disruption controller wrote a budget's status.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    missing_docs,
    reason = "the fields are the numbers that the sentence of each variant names"
)]
pub enum DisruptionReason {
    Allowed {
        allowed: i64,
        healthy: i64,
        desired: i64,
        expected: i64,
    },
}

impl DisruptionReason {
    pub(super) fn rule(&self) -> &'static str {
        "PDB-03"
    }

    pub(super) fn formula(&self) -> Option<String> {
        let DisruptionReason::Allowed {
            allowed,
            healthy,
            desired,
            ..
        } = self;
        Some(format!(
            "{healthy} healthy − {desired} required = {}: {allowed} may be evicted",
            healthy - desired
        ))
    }
}

/// What the controller saw.
impl fmt::Display for DisruptionReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let DisruptionReason::Allowed {
            healthy,
            desired,
            expected,
            ..
        } = self;
        write!(f, "{healthy} of {expected} expected Pods are ready; {desired} must be.")
    }
}

/// Why the EndpointSlice controller wrote a slice: how many Pods are behind the Service now.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields are the numbers that the sentence names")]
#[derive(serde::Serialize, serde::Deserialize)]
pub struct EndpointReason {
    pub ready: i64,
    pub unready: i64,
    pub terminating: i64,
}

impl EndpointReason {
    pub(super) fn rule(&self) -> &'static str {
        "SVC-01"
    }
}

/// What the controller saw.
impl fmt::Display for EndpointReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let EndpointReason {
            ready,
            unready,
            terminating,
        } = self;
        write!(
            f,
            "{ready} Pods may get traffic, {unready} are not ready, {terminating} are shutting down."
        )
    }
}
