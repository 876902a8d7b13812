//! The rules that the engine follows: id, a sentence for the learner, and where upstream has it.

pub mod environment;

/// One rule of the behavioural specification.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its stable id, such as `DEP-31`.
    pub id: &'static str,
    /// What it says, fit for a learner.
    pub sentence: &'static str,
    /// Upstream's files and functions, at v1.36.2; [`super::upstream`] knows the files' whole paths.
    pub source: &'static str,
}

/// The rule of this id. Panics if there is none: a reason that names no rule is a bug.
pub fn rule(id: &str) -> &'static Rule {
    all()
        .find(|rule| rule.id == id)
        .unwrap_or_else(|| panic!("no rule {id} in the catalogue"))
}

/// Every rule.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    RULES.iter().chain(environment::RULES)
}

/// The rules of the controllers, one after the other; those of the rest are in [`environment`].
pub const RULES: &[Rule] = &[
    Rule {
        id: "DEP-05",
        sentence: "A Deployment only manages ReplicaSets it owns; matching orphans are adopted, no-longer-matching ones are released.",
        source: "controller_ref_manager.go: ClaimObject",
    },
    Rule {
        id: "DEP-13",
        sentence: "If the new ReplicaSet's name is taken, the Deployment counts a collision and makes another name.",
        source: "deployment/sync.go: getNewReplicaSet",
    },
    Rule {
        id: "DEP-14",
        sentence: "A new ReplicaSet starts with as many pods as the surge budget allows right now — possibly zero.",
        source: "deployment/sync.go: getNewReplicaSet",
    },
    Rule {
        id: "DEP-15",
        sentence: "The newest ReplicaSet always gets the highest revision: one more than the largest old one.",
        source: "deployment/sync.go: getNewReplicaSet; deployment/util/deployment_util.go: SetNewReplicaSetAnnotations, MaxRevision, SetDeploymentRevision",
    },
    Rule {
        id: "DEP-16",
        sentence: "Rolling back to revision 1 does not run 'revision 1' again: the same ReplicaSet is promoted to a new number and the old number disappears from the history.",
        source: "deployment/util/deployment_util.go: SetNewReplicaSetAnnotations",
    },
    Rule {
        id: "DEP-18",
        sentence: "When an existing ReplicaSet is re-used, its revision and annotations are refreshed first.",
        source: "deployment/sync.go: getNewReplicaSet",
    },
    Rule {
        id: "DEP-31",
        sentence: "Grow the new ReplicaSet towards the desired count, but never let the total exceed desired plus surge.",
        source: "deployment/rolling.go: reconcileNewReplicaSet; deployment/util/deployment_util.go: NewRSNewReplicas",
    },
    Rule {
        id: "DEP-32",
        sentence: "Old pods may go only if enough available pods remain, counting every not-yet-available new pod as a pod we cannot rely on.",
        source: "deployment/rolling.go: reconcileOldReplicaSets",
    },
    Rule {
        id: "DEP-33",
        sentence: "Broken old pods are removed first: deleting them costs no availability.",
        source: "deployment/rolling.go: cleanupUnhealthyReplicas",
    },
    Rule {
        id: "DEP-34",
        sentence: "Then remove as many old pods as there are available pods above the minimum, oldest ReplicaSet first.",
        source: "deployment/rolling.go: scaleDownOldReplicaSetsForRollingUpdate",
    },
    Rule {
        id: "DEP-40",
        sentence: "Recreate stops every old pod, waits until they are really gone, then starts the new version.",
        source: "deployment/recreate.go: rolloutRecreate",
    },
    Rule {
        id: "DEP-41",
        sentence: "Terminating old pods still block; only finished (Succeeded/Failed) ones do not.",
        source: "deployment/recreate.go: oldPodsRunning",
    },
    Rule {
        id: "DEP-51",
        sentence: "If only one ReplicaSet has pods, it alone gets the new size; during a rollout all versions are scaled in proportion.",
        source: "deployment/sync.go: scale; deployment/util/deployment_util.go: FindActiveOrLatest, IsSaturated",
    },
    Rule {
        id: "DEP-52",
        sentence: "Mid-rollout scaling keeps the ratio between versions, so scaling does not speed up or slow down the rollout.",
        source: "deployment/sync.go: scale; deployment/util/deployment_util.go: GetReplicaSetProportion, getReplicaSetFraction; controller_utils.go: ReplicaSetsBySizeNewer/Older",
    },
    Rule {
        id: "DEP-56",
        sentence: "A tampered ReplicaSet annotation can make the controller believe a scaling is still in progress.",
        source: "deployment/sync.go: scale",
    },
    Rule {
        id: "DEP-60",
        sentence: "A paused Deployment records edits but starts no rollout; scaling still works and pods keep being replaced.",
        source: "deployment/sync.go: sync",
    },
    Rule {
        id: "DEP-61",
        sentence: "Pausing and resuming is noted in the Progressing condition so the deadline clock does not run while paused.",
        source: "deployment/sync.go: checkPausedConditions",
    },
    Rule {
        id: "DEP-64",
        sentence: "Pausing mid-rollout tops the total up to desired plus surge, giving the missing pods to the largest ReplicaSet.",
        source: "deployment/sync.go: sync, scale",
    },
    Rule {
        id: "DEP-65",
        sentence: "Old, empty ReplicaSets beyond revisionHistoryLimit are deleted, lowest revision first.",
        source: "deployment/sync.go: cleanupDeployment; deployment/util/deployment_util.go: ReplicaSetsByRevision",
    },
    Rule {
        id: "DEP-72",
        sentence: "An old server-side rollback annotation still works but today kubectl edits the template instead.",
        source: "deployment/rollback.go",
    },
    Rule {
        id: "DEP-80",
        sentence: "The Deployment's numbers are sums over its ReplicaSets' reported status.",
        source: "deployment/sync.go: calculateStatus",
    },
    Rule {
        id: "DEP-85",
        sentence: "A rollout is complete when all desired pods are new and available and no old pod is counted.",
        source: "deployment/util/deployment_util.go: DeploymentComplete",
    },
    Rule {
        id: "DEP-87",
        sentence: "If nothing moves forward for progressDeadlineSeconds, the rollout is only reported as failed; the controller keeps trying.",
        source: "deployment/util/deployment_util.go: DeploymentTimedOut",
    },
    Rule {
        id: "DEP-93",
        sentence: "Deleting a Deployment deletes its ReplicaSets and pods through garbage collection, all at once.",
        source: "garbagecollector/garbagecollector.go; controller_ref_manager.go",
    },
    Rule {
        id: "RS-02",
        sentence: "The replacement is created the moment a pod starts terminating, not when it is gone.",
        source: "controller_utils.go: IsPodTerminating",
    },
    Rule {
        id: "RS-04",
        sentence: "A ReplicaSet adopts matching pods that have no owner and releases owned pods whose labels no longer match.",
        source: "controller_ref_manager.go: ClaimObject, ClaimPods",
    },
    Rule {
        id: "RS-07",
        sentence: "There are fewer pods than desired, so the ReplicaSet creates the missing ones.",
        source: "replicaset/replica_set.go: manageReplicas; controller_utils.go: GetPodFromTemplate",
    },
    Rule {
        id: "RS-08",
        sentence: "Pods are created in batches 1, 2, 4, 8 … so a persistent error is noticed after one attempt.",
        source: "replicaset/replica_set.go: slowStartBatch",
    },
    Rule {
        id: "RS-09",
        sentence: "There are more pods than desired, so the ReplicaSet deletes the surplus with a normal graceful delete.",
        source: "replicaset/replica_set.go: manageReplicas",
    },
    Rule {
        id: "RS-20",
        sentence: "Scale-down prefers pods that hurt least: unscheduled, pending, not ready, cheap, crowded, young.",
        source: "controller_utils.go: ActivePodsWithRanks.Less; replicaset/replica_set.go: getPodsToDelete",
    },
    Rule {
        id: "RS-21",
        sentence: "Ages are compared only roughly (powers of two), so among pods of similar age the victim is random.",
        source: "controller_utils.go: logarithmicRankDiff",
    },
    Rule {
        id: "RS-30",
        sentence: "The ReplicaSet publishes how many of its pods exist, are ready, and are available.",
        source: "replicaset/replica_set_utils.go: calculateStatus, updateReplicaSetStatus; pkg/api/v1/pod/util.go: IsPodAvailable",
    },
    Rule {
        id: "STS-02",
        sentence: "Every Pod carries its own name, its number and its revision as labels.",
        source: "stateful_set_utils.go: updateIdentity, identityMatches, setPodRevision",
    },
    Rule {
        id: "STS-04",
        sentence: "The StatefulSet owns its Pods; a Pod with a foreign name is not taken over.",
        source: "stateful_set.go: getPodsForStatefulSet; stateful_set_utils.go: isMemberOf",
    },
    Rule {
        id: "STS-20",
        sentence: "The controller looks at the Pods in ascending order and, in ordered mode, stops at the first one that is missing, ending, not ready or not yet available.",
        source: "stateful_set_control.go: processReplica",
    },
    Rule {
        id: "STS-21",
        sentence: "Pod n+1 is created only when Pods 0..n are all Running, Ready and (minReadySeconds) Available.",
        source: "stateful_set_control.go: processReplica",
    },
    Rule {
        id: "STS-22",
        sentence: "If web-0 becomes NotReady, an ordered StatefulSet stops creating, scaling down and updating any other Pod.",
        source: "stateful_set_control.go: processReplica, runForAll",
    },
    Rule {
        id: "STS-23",
        sentence: "A Pod that ended (Failed, Evicted, Succeeded) is deleted and made again under the same name.",
        source: "stateful_set_control.go: processReplica; registry/core/pod/strategy.go: CheckGracefulDelete",
    },
    Rule {
        id: "STS-24",
        sentence: "Scale-down removes the highest number first, one at a time, and only while everything else is healthy.",
        source: "stateful_set_control.go: processCondemned",
    },
    Rule {
        id: "STS-30",
        sentence: "Below the partition a re-created Pod gets the old version, at or above it the new one.",
        source: "stateful_set_utils.go: newVersionedStatefulSetPod",
    },
    Rule {
        id: "STS-31",
        sentence: "The first version is both the current and the update revision.",
        source: "stateful_set_control.go: getStatefulSetRevisions",
    },
    Rule {
        id: "STS-35",
        sentence: "Each version of the Pod template is saved as a ControllerRevision; other changes are not.",
        source: "stateful_set_utils.go: getPatch, newRevision; controller/history/controller_history.go: NewControllerRevision, HashControllerRevision",
    },
    Rule {
        id: "STS-36",
        sentence: "An old template that comes back reuses its saved revision with a new number.",
        source: "stateful_set_control.go: getStatefulSetRevisions; controller/history/controller_history.go: FindEqualRevisions, CreateControllerRevision",
    },
    Rule {
        id: "STS-37",
        sentence: "Old revisions are kept (10 by default) so that you can undo.",
        source: "stateful_set_control.go: truncateHistory",
    },
    Rule {
        id: "STS-40",
        sentence: "Updates go from the highest number to the lowest, one Pod at a time, each waiting for the previous one to be available.",
        source: "stateful_set_control.go: updateStatefulSet",
    },
    Rule {
        id: "STS-41",
        sentence: "Pods numbered below the partition keep the old version: a canary.",
        source: "stateful_set_control.go: updateStatefulSet; stateful_set_utils.go: newVersionedStatefulSetPod",
    },
    Rule {
        id: "STS-42",
        sentence: "podManagementPolicy Parallel only affects creating and scaling; updates are still one by one.",
        source: "stateful_set_control.go: updateStatefulSet",
    },
    Rule {
        id: "STS-44",
        sentence: "With the beta gate on, up to maxUnavailable Pods may be out of service at once during an update.",
        source: "stateful_set_control.go: updateStatefulSetAfterInvariantEstablished; stateful_set_utils.go: getStatefulSetMaxUnavailable",
    },
    Rule {
        id: "STS-45",
        sentence: "With OnDelete nothing happens until you delete a Pod yourself; its replacement gets the newest template.",
        source: "stateful_set_control.go: updateStatefulSet; apis/apps/v1beta1/defaults.go",
    },
    Rule {
        id: "STS-46",
        sentence: "If the new version never becomes Ready, the rollout stops there; fixing the template is not enough - you must delete the broken Pod.",
        source: "stateful_set_control.go: processReplica, updateStatefulSet",
    },
    Rule {
        id: "STS-50",
        sentence: "Status counts existing, ready, available, old and new Pods; ready counts even Pods that are ending.",
        source: "stateful_set_control.go: computeReplicaStatus, updateStatus",
    },
    Rule {
        id: "STS-52",
        sentence: "The set counts as updated when all replicas exist, are ready and run the new revision.",
        source: "stateful_set_utils.go: completeRollingUpdate",
    },
    Rule {
        id: "STS-60",
        sentence: "Each Pod gets its own claim, created before the Pod.",
        source: "stateful_pod_control.go: createPersistentVolumeClaims; stateful_set_utils.go: getPersistentVolumeClaims, updateStorage",
    },
    Rule {
        id: "STS-62",
        sentence: "Two switches decide whether claims are deleted on scale-down and on deletion of the set; both default to keeping them.",
        source: "stateful_set_utils.go: isClaimOwnerUpToDate, updateClaimOwnerRefForSetAndPod",
    },
    Rule {
        id: "DS-01",
        sentence: "A DaemonSet runs exactly one Pod on every node that fits; there is no replicas field.",
        source: "controller/daemon/daemon_controller.go: NodeShouldRunDaemonPod, predicates",
    },
    Rule {
        id: "DS-11",
        sentence: "For each node the controller compares what runs with what should run and fixes the difference.",
        source: "daemon_controller.go: podsShouldBeOnNode, syncNodes",
    },
    Rule {
        id: "DS-21",
        sentence: "At most maxUnavailable nodes are without a working Pod at a time - but Pods that are already broken are replaced at once.",
        source: "controller/daemon/update.go: rollingUpdate, findUpdatedPodsOnNode",
    },
    Rule {
        id: "DS-22",
        sentence: "With surge the new Pod starts next to the old one; the old one is removed when the new one is available.",
        source: "controller/daemon/update.go: rollingUpdate",
    },
    Rule {
        id: "DS-23",
        sentence: "With OnDelete a node gets the new version only when you delete its Pod.",
        source: "daemon_controller.go: updateDaemonSet; apis/extensions/v1beta1/defaults.go",
    },
    Rule {
        id: "DS-30",
        sentence: "A Pod that ends as Failed on a node is deleted and tried again, with growing pauses.",
        source: "daemon_controller.go: podsShouldBeOnNode, failedPodsBackoffKey; cmd/kube-controller-manager/app/apps.go",
    },
    Rule {
        id: "DS-40",
        sentence: "Each template version is kept as a ControllerRevision so that you can go back.",
        source: "controller/daemon/update.go: constructHistory, snapshot, cleanupHistory, dedupCurHistories",
    },
    Rule {
        id: "DS-50",
        sentence: "Status counts nodes, not replicas: how many should, do, and do well run a Pod.",
        source: "daemon_controller.go: updateDaemonSetStatus",
    },
    Rule {
        id: "HPA-03",
        sentence: "The HPA only writes spec.replicas of its target through the scale subresource.",
        source: "podautoscaler/horizontal.go: validateAndParseSelector, reconcileAutoscaler",
    },
    Rule {
        id: "HPA-10",
        sentence: "The autoscaler checks bounds first and metrics second.",
        source: "podautoscaler/horizontal.go: reconcileAutoscaler",
    },
    Rule {
        id: "HPA-22",
        sentence: "Usage is compared with what the pods requested, and with the target.",
        source: "podautoscaler/metrics/utilization.go: GetResourceUtilizationRatio, GetMetricUsageRatio",
    },
    Rule {
        id: "HPA-23",
        sentence: "Proposed replicas = ready pods × usage ÷ target, rounded up.",
        source: "podautoscaler/replica_calculator.go: GetResourceReplicas",
    },
    Rule {
        id: "HPA-24",
        sentence: "Pods that are not ready count as idle when scaling up and are left out when scaling down, so the autoscaler does not over-react.",
        source: "podautoscaler/replica_calculator.go: GetResourceReplicas, calcPlainMetricReplicas",
    },
    Rule {
        id: "HPA-30",
        sentence: "Scale-down uses the highest recommendation of the last five minutes.",
        source: "podautoscaler/horizontal.go: stabilizeRecommendation",
    },
    Rule {
        id: "HPA-32",
        sentence: "Without a behavior block one step may at most double the replicas (or reach 4), within min and max.",
        source: "podautoscaler/horizontal.go: convertDesiredReplicasWithRules",
    },
    Rule {
        id: "HPA-33",
        sentence: "The stabilization windows hold the size unless all recent recommendations agree.",
        source: "podautoscaler/horizontal.go: stabilizeRecommendationWithBehaviors",
    },
    Rule {
        id: "HPA-34",
        sentence: "Scaling policies cap how many replicas may be added or removed per period.",
        source: "podautoscaler/horizontal.go: calculateScaleUpLimitWithScalingRules, calculateScaleDownLimitWithBehaviors",
    },
    Rule {
        id: "HPA-35",
        sentence: "The result is cut to the policy limits and to min and max replicas.",
        source: "podautoscaler/horizontal.go: convertDesiredReplicasWithBehaviorRate",
    },
    Rule {
        id: "PDB-03",
        sentence: "Disruptions allowed = healthy pods now minus healthy pods required.",
        source: "disruption/disruption.go: getExpectedPodCount, getExpectedScale, updatePdbStatus",
    },
    Rule {
        id: "PDB-22",
        sentence: "Drain asks again every five seconds until the budget allows the eviction.",
        source: "staging/src/k8s.io/kubectl/pkg/drain/drain.go: evictPods",
    },
    Rule {
        id: "SVC-01",
        sentence: "Every pod that matches the selector and has an IP is listed — even if it is not ready or is terminating; only finished pods are left out.",
        source: "staging/src/k8s.io/endpointslice/utils.go: ShouldPodBeInEndpoints; endpointslice/reconciler.go: reconcileByAddressType",
    },
    Rule {
        id: "CTL-01",
        sentence: "Most commands print the resource and what was done to it.",
        source: "staging/src/k8s.io/cli-runtime/pkg/printers/name.go: printObj",
    },
];
