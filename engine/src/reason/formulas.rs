//! The rules' arithmetic in symbols, with the names of Kubernetes' fields. Not every rule has some.
//!
//! Only the page of rules is made from this, so none of it is part of a download. The same with the numbers of a run put
//! in is [`super::Reason::formula`].

/// A rule's formula, in lines; empty if it has none.
pub fn formula(id: &str) -> &'static [&'static str] {
    FORMULAS
        .iter()
        .find(|(rule, _)| *rule == id)
        .map_or(&[], |(_, lines)| *lines)
}

const FORMULAS: &[(&str, &[&str])] = &[
    (
        "DEP-14",
        &[
            "ceiling = spec.replicas + maxSurge",
            "new ReplicaSet's size = min(spec.replicas, max(0, ceiling − Σ size of the old ones))",
            "maxSurge in percent: ⌈spec.replicas × percent ÷ 100⌉",
        ],
    ),
    ("DEP-15", &["revision = max(revisions of the old ReplicaSets, 0) + 1"]),
    (
        "DEP-31",
        &[
            "ceiling = spec.replicas + maxSurge",
            "room = ceiling − Σ size of all ReplicaSets",
            "room > 0: new size += min(room, spec.replicas − new size)",
            "maxSurge in percent: ⌈spec.replicas × percent ÷ 100⌉",
        ],
    ),
    (
        "DEP-32",
        &[
            "floor = spec.replicas − maxUnavailable",
            "may go = Σ size of all ReplicaSets − floor − (new size − new status.availableReplicas)",
            "may go ≤ 0: no old Pod is removed",
            "maxUnavailable in percent: ⌊spec.replicas × percent ÷ 100⌋; 0 becomes 1 if maxSurge is 0 as well",
        ],
    ),
    (
        "DEP-33",
        &["each old ReplicaSet, oldest first: size −= min(what is left of DEP-32, size − status.availableReplicas)"],
    ),
    (
        "DEP-34",
        &[
            "floor = spec.replicas − maxUnavailable",
            "may go = Σ status.availableReplicas of all ReplicaSets − floor",
            "each old ReplicaSet, oldest first: size −= min(what is left of it, size)",
        ],
    ),
    (
        "DEP-41",
        &["wait while Σ status.replicas of the old ReplicaSets > 0, or an old Pod is neither Succeeded nor Failed"],
    ),
    ("DEP-51", &["one ReplicaSet with Pods: its size = spec.replicas"]),
    (
        "DEP-52",
        &[
            "to share = spec.replicas + maxSurge − Σ size of all ReplicaSets",
            "each, largest first: size → round(size × (spec.replicas + maxSurge) ÷ its annotation max-replicas)",
            "no more than is to be shared; what is left over goes to the largest",
        ],
    ),
    (
        "DEP-64",
        &["largest size += spec.replicas + maxSurge − Σ size of all ReplicaSets"],
    ),
    (
        "DEP-65",
        &["candidates = number of old ReplicaSets − spec.revisionHistoryLimit, of which those with size 0 are deleted"],
    ),
    (
        "DEP-80",
        &[
            "status.replicas = Σ status.replicas of all ReplicaSets",
            "status.updatedReplicas = status.replicas of the new one",
            "status.availableReplicas = Σ status.availableReplicas",
            "status.unavailableReplicas = max(0, Σ size − status.availableReplicas)",
        ],
    ),
    (
        "DEP-85",
        &[
            "status.updatedReplicas = status.replicas = status.availableReplicas = spec.replicas",
            "status.observedGeneration ≥ metadata.generation",
        ],
    ),
    (
        "DEP-87",
        &["now > lastUpdateTime of Progressing + spec.progressDeadlineSeconds"],
    ),
    (
        "RS-07",
        &[
            "active = Pods without deletionTimestamp that are neither Succeeded nor Failed",
            "to create = min(spec.replicas − active, 500)",
        ],
    ),
    ("RS-08", &["batch = 1, then min(2 × the last batch, what is left)"]),
    (
        "RS-09",
        &[
            "active = Pods without deletionTimestamp that are neither Succeeded nor Failed",
            "to delete = min(active − spec.replicas, 500)",
        ],
    ),
    (
        "RS-21",
        &["bucket = ⌊log₂(age in nanoseconds)⌋; the lower one goes first"],
    ),
    (
        "RS-30",
        &[
            "ready: condition Ready is True",
            "available: ready, and now ≥ lastTransitionTime of Ready + spec.minReadySeconds",
        ],
    ),
    (
        "STS-21",
        &["create Pod n: every Pod from spec.ordinals.start to n − 1 is available"],
    ),
    (
        "STS-24",
        &["n ≥ spec.ordinals.start + spec.replicas: Pod n has to go, the highest n first"],
    ),
    (
        "STS-30",
        &[
            "n ≥ spec.ordinals.start + partition: status.updateRevision",
            "n < spec.ordinals.start + partition: status.currentRevision",
        ],
    ),
    (
        "STS-37",
        &["deleted = revisions that no Pod uses − spec.revisionHistoryLimit, the oldest first"],
    ),
    (
        "STS-40",
        &["n from spec.ordinals.start + spec.replicas − 1 down to spec.ordinals.start + partition"],
    ),
    ("STS-41", &["n < spec.ordinals.start + partition: Pod n is not updated"]),
    (
        "STS-44",
        &[
            "may go = maxUnavailable − unavailable Pods",
            "maxUnavailable in percent: max(1, ⌊spec.replicas × percent ÷ 100⌋)",
        ],
    ),
    (
        "STS-52",
        &["status.updatedReplicas = status.readyReplicas = status.replicas = spec.replicas"],
    ),
    (
        "DS-21",
        &[
            "may go = maxUnavailable − nodes without an available Pod",
            "maxUnavailable in percent: ⌈status.desiredNumberScheduled × percent ÷ 100⌉",
        ],
    ),
    (
        "DS-22",
        &[
            "may be added = maxSurge − nodes with a new Pod beside the old one",
            "maxSurge in percent: ⌈status.desiredNumberScheduled × percent ÷ 100⌉",
        ],
    ),
    ("DS-30", &["pause n = min(1 s × 2ⁿ⁻¹, 15 min)"]),
    (
        "HPA-10",
        &[
            "size = 0: nothing",
            "size > spec.maxReplicas: maxReplicas",
            "size < spec.minReplicas: minReplicas",
            "else the metrics decide",
        ],
    ),
    (
        "HPA-22",
        &[
            "averageUtilization: ratio = ⌊100 × Σ usage ÷ Σ requests⌋ ÷ target",
            "averageValue: ratio = ⌊Σ usage ÷ Pods⌋ ÷ target",
        ],
    ),
    (
        "HPA-23",
        &[
            "proposal = ⌈ratio × ready Pods⌉",
            "the size stays while 1 − tolerance ≤ ratio ≤ 1 + tolerance; tolerance is 0.1",
        ],
    ),
    (
        "HPA-24",
        &[
            "proposal = ⌈ratio₂ × Pods⌉, where ratio₂ counts Pods that are not ready as idle",
            "the size stays if ratio and ratio₂ disagree on the direction",
        ],
    ),
    ("HPA-30", &["max(proposal, every recommendation of the last 300 s)"]),
    (
        "HPA-32",
        &["spec.minReplicas ≤ size ≤ min(spec.maxReplicas, max(2 × size now, 4))"],
    ),
    (
        "HPA-33",
        &[
            "up = min(proposal, recommendations within behavior.scaleUp.stabilizationWindowSeconds)",
            "down = max(proposal, recommendations within behavior.scaleDown.stabilizationWindowSeconds)",
            "up ≤ size ≤ down",
        ],
    ),
    (
        "HPA-34",
        &[
            "start = size − added + removed within periodSeconds",
            "Pods: start ± value; Percent, up: ⌈start × (1 + value ÷ 100)⌉; down: start × (1 − value ÷ 100), cut",
            "selectPolicy Max takes the largest change, Min the smallest",
        ],
    ),
    (
        "HPA-35",
        &[
            "up: min(proposal, spec.maxReplicas, limit of HPA-34)",
            "down: max(proposal, spec.minReplicas, limit of HPA-34)",
        ],
    ),
    (
        "PDB-03",
        &[
            "disruptionsAllowed = max(0, currentHealthy − desiredHealthy)",
            "desiredHealthy = minAvailable, or max(0, expectedPods − maxUnavailable)",
            "in percent, either: ⌈expectedPods × percent ÷ 100⌉",
        ],
    ),
    (
        "SVC-01",
        &[
            "conditions.ready = Pod ready, and not terminating",
            "conditions.serving = Pod ready",
        ],
    ),
    ("NODE-20", &["now − last heartbeat > 50 s; looked at every 5 s"]),
    (
        "NODE-25",
        &["deleted at the taint's arrival + min(tolerationSeconds of the tolerations that match)"],
    ),
    ("NODE-26", &["now − removal of the node > 40 s; looked at every 20 s"]),
    (
        "NODE-29",
        &[
            "a zone is disrupted: nodes not ready > 2, and nodes not ready ÷ nodes ≥ 55 %",
            "all nodes of all zones not ready: no eviction",
        ],
    ),
    (
        "POD-32",
        &["tries at start + initialDelaySeconds + n × periodSeconds; ready after successThreshold in a row"],
    ),
    (
        "POD-35",
        &["time to start = initialDelaySeconds + (failureThreshold − 1) × periodSeconds + timeoutSeconds"],
    ),
    (
        "POD-36",
        &["failures in a row = failureThreshold, one every periodSeconds"],
    ),
    (
        "POD-37",
        &["failures in a row = failureThreshold, one every periodSeconds"],
    ),
    (
        "POD-50",
        &["pause before restart n ≥ 2 = min(10 s × 2ⁿ⁻², 300 s), counted from the container's end"],
    ),
    ("POD-56", &["pause after failure n = min(10 s × 2ⁿ⁻¹, 300 s)"]),
    (
        "POD-60",
        &[
            "SIGTERM after the preStop hook",
            "SIGKILL after max(2 s, terminationGracePeriodSeconds − the hook's time) more",
        ],
    ),
    (
        "PVC-40",
        &["detached by force when the node is not ready and its Pod has been gone for 6 min"],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reason::catalogue::{all, rule};

    #[test]
    fn every_formula_is_of_a_rule_and_in_the_order_of_the_catalogue() {
        let order = |id: &str| all().position(|other| *other == *rule(id));
        assert!(FORMULAS.iter().is_sorted_by_key(|(id, _)| order(id)));
    }

    #[test]
    fn no_formula_is_empty() {
        for (id, lines) in FORMULAS {
            assert_eq!(formula(id), *lines, "{id} stands twice");
            assert!(
                lines.iter().all(|line| !line.is_empty() && !line.ends_with('.')),
                "{id}"
            );
        }
    }
}
