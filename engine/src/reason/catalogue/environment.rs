//! The rules of what is not a workload controller: nodes, scheduler, kubelet, storage.

use super::Rule;

/// All of them, by id.
pub const RULES: &[Rule] = &[
    Rule {
        id: "NODE-03",
        sentence: "The scheduler says for how many nodes each reason applies.",
        source: "scheduler/framework/types.go: FitError.Error",
    },
    Rule {
        id: "NODE-20",
        sentence: "A node that has been silent for 50 seconds counts as lost.",
        source: "controller/nodelifecycle/node_lifecycle_controller.go: tryUpdateNodeHealth; config/v1alpha1/defaults.go",
    },
    Rule {
        id: "NODE-21",
        sentence: "Not ready means the node reports a problem; unknown means it reports nothing.",
        source: "node_lifecycle_controller.go: processTaintBaseEviction, doNoScheduleTaintingPass",
    },
    Rule {
        id: "NODE-22",
        sentence: "When a node is lost its Pods are marked not ready within a minute - long before they are replaced.",
        source: "controller/util/node/controller_utils.go: MarkPodsNotReady",
    },
    Rule {
        id: "NODE-25",
        sentence: "When the tolerated time is over the Pod is deleted; a PodDisruptionBudget does not prevent it.",
        source: "controller/tainteviction/taint_eviction.go: processPodOnNode, getMinTolerationTime, addConditionAndDeletePod",
    },
    Rule {
        id: "NODE-26",
        sentence: "When the node object is removed, its Pods are cleaned up within about a minute.",
        source: "controller/podgc/gc_controller.go: gcOrphaned",
    },
    Rule {
        id: "NODE-27",
        sentence: "An admin certifies the node is dead; Kubernetes then frees its Pods and disks at once.",
        source: "controller/podgc/gc_controller.go: gcTerminating",
    },
    Rule {
        id: "NODE-29",
        sentence: "If most nodes fail at the same time Kubernetes suspects itself and stops evicting.",
        source: "node_lifecycle_controller.go: ComputeZoneState, handleDisruption, ReducedQPSFunc",
    },
    Rule {
        id: "POD-05",
        sentence: "A Pod is bound to a node that has room for it; PodScheduled says whether that has happened.",
        source: "pkg/scheduler/schedule_one.go: scheduleOne, bind",
    },
    Rule {
        id: "POD-09",
        sentence: "Ready means: containers ready and all readiness gates true - only then does a Service send traffic.",
        source: "kubelet/status/generate.go: GeneratePodReadyCondition",
    },
    Rule {
        id: "POD-11",
        sentence: "No readiness probe means Ready the moment the process starts.",
        source: "kubelet/prober/prober_manager.go: UpdatePodStatus, isContainerStarted",
    },
    Rule {
        id: "POD-12",
        sentence: "The restart counter counts container restarts inside the same Pod.",
        source: "kubelet/kubelet_pods.go: convertToAPIContainerStatuses",
    },
    Rule {
        id: "POD-20",
        sentence: "On the node a Pod first gets its volumes, then its network, then init containers, then the app containers.",
        source: "kubelet/kubelet.go: SyncPod; kuberuntime_manager.go: SyncPod",
    },
    Rule {
        id: "POD-21",
        sentence: "Init containers run one after the other; each must exit 0 before the next starts.",
        source: "kuberuntime_container.go: computeInitContainerActions",
    },
    Rule {
        id: "POD-23",
        sentence: "restartPolicy decides whether an ended container is started again on the same node.",
        source: "api/v1/pod/util.go: ContainerShouldRestart; kubelet/container/helpers.go: ShouldContainerBeRestarted",
    },
    Rule {
        id: "POD-32",
        sentence: "Readiness is tried right after the container has started, then every period.",
        source: "kubelet/prober/prober_manager.go: UpdatePodStatus",
    },
    Rule {
        id: "POD-35",
        sentence: "While the startup probe has not succeeded, liveness and readiness are not run; when it has, it never runs again for this container instance.",
        source: "kubelet/prober/worker.go: doProbe",
    },
    Rule {
        id: "POD-36",
        sentence: "A failed liveness probe restarts the container, not the Pod.",
        source: "kuberuntime_manager.go: computePodActions; kuberuntime_container.go: setTerminationGracePeriod",
    },
    Rule {
        id: "POD-37",
        sentence: "A failed readiness probe takes the Pod out of Services but never restarts it.",
        source: "kubelet/prober/worker.go; kubelet/kubelet.go: syncLoopIteration",
    },
    Rule {
        id: "POD-50",
        sentence: "The first crash is restarted at once, then the pauses double: 10, 20, 40, 80, 160, 300 s (cap).",
        source: "kuberuntime_manager.go: doBackOff; kubelet.go: newCrashLoopBackOff",
    },
    Rule {
        id: "POD-56",
        sentence: "A failed pull is retried after 10, 20, 40, 80, 160, then every 300 s.",
        source: "kubelet/images/image_manager.go: pullImage",
    },
    Rule {
        id: "POD-57",
        sentence: "With policy Never the image must already be on the node.",
        source: "kubelet/images/image_manager.go: imagePullPrecheck",
    },
    Rule {
        id: "POD-60",
        sentence: "The grace period covers the preStop hook and the shutdown together.",
        source: "kubelet.go: SyncTerminatingPod; kuberuntime_container.go: killContainer; status_manager.go: canBeDeleted",
    },
    Rule {
        id: "POD-62",
        sentence: "At shutdown the app stops first, its sidecars last.",
        source: "kuberuntime_termination_order.go: newTerminationOrdering, waitForTurn",
    },
    Rule {
        id: "POD-72",
        sentence: "A container over its memory limit is killed and restarted; the Pod stays.",
        source: "kubelet/qos/policy.go: GetContainerOOMScoreAdjust",
    },
    Rule {
        id: "POD-91",
        sentence: "If the node comes back in time its Pods simply become Ready again.",
        source: "controller/tainteviction/taint_eviction.go: handleNodeUpdate; kuberuntime_manager.go: computePodActions",
    },
    Rule {
        id: "PVC-02",
        sentence: "No storageClassName means the cluster's default class; an empty string means: no class, only hand-made volumes.",
        source: "plugin/pkg/admission/storage/storageclass/setdefault/admission.go; volume/util/storageclass.go: GetDefaultClass; pv_controller.go: assignDefaultStorageClass",
    },
    Rule {
        id: "PVC-10",
        sentence: "The volume is chosen when the claim is created - before anyone knows where the Pod will run.",
        source: "pv_controller.go: syncUnboundClaim",
    },
    Rule {
        id: "PVC-11",
        sentence: "The claim stays Pending until a Pod using it is scheduled; then the volume is made where the Pod goes.",
        source: "pv_controller.go: syncUnboundClaim, emitEventForUnboundDelayBindingClaim; scheduler/framework/plugins/volumebinding/volume_binding.go",
    },
    Rule {
        id: "PVC-30",
        sentence: "ReadWriteOnce means one node, not one Pod.",
        source: "component-helpers/storage/volume/pv_helpers.go: CheckAccessModes; controller/volume/attachdetach/reconciler/reconciler.go",
    },
    Rule {
        id: "PVC-31",
        sentence: "A rolling update with an RWO volume can hang: the new Pod waits for the disk, the old Pod waits for the new one to be Ready.",
        source: "controller/volume/attachdetach/reconciler/reconciler.go: reportMultiAttachError",
    },
    Rule {
        id: "PVC-40",
        sentence: "A disk stays attached to a lost node until Kubernetes is sure, or six minutes after its Pod is gone.",
        source: "controller/volume/attachdetach/reconciler/reconciler.go; attach_detach_controller.go",
    },
    Rule {
        id: "PVC-41",
        sentence: "Containers start only when all volumes are mounted.",
        source: "kubelet/volumemanager/volume_manager.go: WaitForAttachAndMount",
    },
    Rule {
        id: "PVC-51",
        sentence: "Retain keeps the data but does not hand it to the next claim automatically.",
        source: "pv_controller.go: reclaimVolume, syncVolume",
    },
];
