//! Kubernetes Events: what the controllers tell, in their own words. The words are made when they are read.

use crate::api::{Key, LabelSelector, Name, Word};
use crate::environment::ProbeKind;
use crate::step::Actor;
use crate::time::Time;
use std::fmt;
use std::rc::Rc;

/// One Event.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Event {
    /// When it was emitted.
    pub at: Time,
    /// The object it is about.
    pub object: Key,
    /// Who acted when it was emitted.
    pub source: Actor,
    /// What it says.
    pub note: Note,
}

impl Event {
    /// Who emitted it: the kubelet may begin in the very step that binds a Pod.
    pub fn component(&self) -> Actor {
        match self.note {
            Note::Pulling(_) => Actor::Kubelet,
            _ => self.source,
        }
    }
}

/// What an Event says: reason and message are rendered from it. A run has as many as it has Events, so none holds more than a name
/// by itself.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub enum Note {
    /// DEP-58: ReplicaSet, its size before and after.
    ScalingReplicaSet(Box<(Name, i64, i64)>),
    /// DEP-72: Deployment, revision.
    RolledBack(Box<(Name, i64)>),
    /// DEP-72: there is no such revision; whether the last one was asked for.
    RevisionNotFound(bool),
    /// DEP-72: Deployment.
    TemplateUnchanged(Name),
    /// RS-34.
    CreatedPod(Name),
    /// RS-34.
    DeletedPod(Name),
    /// RS-34: error.
    CreatePodFailed(Rc<str>),
    /// STS-70: Pod; the Event is about the set.
    CreatePodInSet(Name),
    /// STS-71: Pod.
    DeletePodInSet(Name),
    /// STS-72: Pod.
    UpdatePodInSet(Name),
    /// STS-74: claim, Pod, set.
    CreateClaim(Box<(Name, Name, Name)>),
    /// STS-75: claim, Pod, set, error.
    CreateClaimFailed(Box<(Name, Name, Name, Rc<str>)>),
    /// STS-73: Pod, set, error.
    CreatePodInSetFailed(Box<(Name, Name, Rc<str>)>),
    /// STS-73: Pod, set, error.
    DeletePodInSetFailed(Box<(Name, Name, Rc<str>)>),
    /// STS-76: claim.
    ConflictingController(Name),
    /// DS-63: namespace, Pod, node.
    FailedDaemonPod(Box<(Name, Name, Name)>),
    /// DS-64: namespace, Pod, node.
    SucceededDaemonPod(Box<(Name, Name, Name)>),
    /// PDB-03.
    NoPods,
    /// PDB-04: the selector.
    UnmanagedPods(Rc<LabelSelector>),
    /// PDB-04: error.
    ExpectedPodsFailed(Rc<str>),
    /// PDB-08: namespace, Pod, the chosen budget.
    SeveralBudgets(Box<(Name, Name, Name)>),
    /// HPA-10: the new size, why.
    SuccessfulRescale(Box<(i64, Rc<str>)>),
    /// HPA-10: error.
    FailedGetScale(Rc<str>),
    /// HPA-11: error.
    FailedComputeMetrics(Rc<str>),
    /// POD-58: node; the Event is about the Pod.
    Scheduled(Name),
    /// PVC-02: message.
    ProvisioningFailed(Rc<str>),
    /// PVC-02: message.
    FailedBinding(Rc<str>),
    /// PVC-11: message.
    WaitForFirstConsumer(Rc<str>),
    /// PVC-10: message.
    Provisioning(Rc<str>),
    /// PVC-31: message.
    FailedAttachVolume(Rc<str>),
    /// PVC-41: message.
    FailedMount(Rc<str>),
    /// What is missing.
    ConfigError(Rc<str>),
    /// NODE-22.
    NodeNotReady,
    /// POD-91.
    NodeReady,
    /// NODE-25: the Pod with its namespace.
    TaintEviction(Rc<str>),
    /// NODE-25: the Pod with its namespace.
    EvictionCancelled(Rc<str>),
    /// NODE-03: the scheduler's message.
    FailedScheduling(Rc<str>),
    /// POD-56.
    Pulling(Rc<str>),
    /// POD-56.
    Pulled(Rc<str>),
    /// POD-56.
    PullFailed(Rc<str>),
    /// POD-56.
    PullBackOff(Rc<str>),
    /// POD-57.
    NeverPulled(Rc<str>),
    /// POD-58.
    Created,
    /// POD-58.
    Started,
    /// POD-40.
    Unhealthy(ProbeKind),
    /// POD-36: container.
    KillingFor(Name, ProbeKind),
    /// POD-53: container, Pod.
    CrashBackOff(Box<(Name, Rc<str>)>),
    /// POD-60: container.
    Killing(Name),
    /// HPA-11: the Event's reason, error.
    #[serde(skip)]
    FailedGetMetric(Box<(Word, Rc<str>)>),
}

impl Note {
    /// Whether it is a `Warning`; else `Normal`.
    pub fn is_warning(&self) -> bool {
        matches!(
            self,
            Note::CreatePodFailed(_)
                | Note::RevisionNotFound(_)
                | Note::TemplateUnchanged(_)
                | Note::UnmanagedPods(_)
                | Note::ExpectedPodsFailed(_)
                | Note::SeveralBudgets(_)
                | Note::CreateClaimFailed(_)
                | Note::CreatePodInSetFailed(_)
                | Note::DeletePodInSetFailed(_)
                | Note::ConflictingController(_)
                | Note::PullFailed(_)
                | Note::FailedScheduling(_)
                | Note::NodeNotReady
                | Note::ProvisioningFailed(_)
                | Note::FailedAttachVolume(_)
                | Note::FailedMount(_)
                | Note::ConfigError(_)
                | Note::NeverPulled(_)
                | Note::Unhealthy(_)
                | Note::CrashBackOff(_)
                | Note::FailedDaemonPod(_)
                | Note::FailedGetScale(_)
                | Note::FailedGetMetric(_)
                | Note::FailedComputeMetrics(_)
        )
    }

    /// The Event's reason: one word.
    pub fn reason(&self) -> &'static str {
        match self {
            Note::ScalingReplicaSet(_) => "ScalingReplicaSet",
            Note::RolledBack(_) => "DeploymentRollback",
            Note::RevisionNotFound(_) => "DeploymentRollbackRevisionNotFound",
            Note::TemplateUnchanged(_) => "DeploymentRollbackTemplateUnchanged",
            Note::CreatedPod(_) | Note::CreatePodInSet(_) | Note::CreateClaim(_) => "SuccessfulCreate",
            Note::DeletedPod(_) | Note::DeletePodInSet(_) => "SuccessfulDelete",
            Note::UpdatePodInSet(_) => "SuccessfulUpdate",
            Note::CreatePodFailed(_) | Note::CreateClaimFailed(_) | Note::CreatePodInSetFailed(_) => "FailedCreate",
            Note::DeletePodInSetFailed(_) => "FailedDelete",
            Note::ConflictingController(_) => "ConflictingController",
            Note::FailedDaemonPod(_) => "FailedDaemonPod",
            Note::SucceededDaemonPod(_) => "SucceededDaemonPod",
            Note::NoPods => "NoPods",
            Note::UnmanagedPods(_) => "UnmanagedPods",
            Note::ExpectedPodsFailed(_) => "CalculateExpectedPodCountFailed",
            Note::SeveralBudgets(_) => "MultiplePodDisruptionBudgets",
            Note::SuccessfulRescale(_) => "SuccessfulRescale",
            Note::FailedGetScale(_) => "FailedGetScale",
            Note::FailedGetMetric(failure) => failure.0,
            Note::FailedComputeMetrics(_) => "FailedComputeMetricsReplicas",
            Note::Scheduled(_) => "Scheduled",
            Note::ProvisioningFailed(_) => "ProvisioningFailed",
            Note::FailedBinding(_) => "FailedBinding",
            Note::WaitForFirstConsumer(_) => "WaitForFirstConsumer",
            Note::Provisioning(_) => "ExternalProvisioning",
            Note::FailedAttachVolume(_) => "FailedAttachVolume",
            Note::FailedMount(_) => "FailedMount",
            Note::ConfigError(_) => "Failed",
            Note::NodeNotReady => "NodeNotReady",
            Note::NodeReady => "NodeReady",
            Note::TaintEviction(_) | Note::EvictionCancelled(_) => "TaintManagerEviction",
            Note::FailedScheduling(_) => "FailedScheduling",
            Note::Pulling(_) => "Pulling",
            Note::Pulled(_) => "Pulled",
            Note::PullFailed(_) => "Failed",
            Note::PullBackOff(_) | Note::CrashBackOff(_) => "BackOff",
            Note::NeverPulled(_) => "ErrImageNeverPull",
            Note::Created => "Created",
            Note::Started => "Started",
            Note::Unhealthy(_) => "Unhealthy",
            Note::Killing(_) | Note::KillingFor(..) => "Killing",
        }
    }
}

/// The Event's message.
impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let about = &self.object.name;
        match &self.note {
            Note::ScalingReplicaSet(scaling) => {
                let (name, from, to) = &**scaling;
                let direction = if to > from { "up" } else { "down" };
                write!(f, "Scaled {direction} replica set {name} from {from} to {to}")
            }
            Note::RolledBack(rollback) => {
                let (name, revision) = &**rollback;
                write!(f, "Rolled back deployment \"{name}\" to revision {revision}")
            }
            Note::RevisionNotFound(true) => write!(f, "Unable to find last revision."),
            Note::RevisionNotFound(false) => write!(f, "Unable to find the revision to rollback to."),
            Note::TemplateUnchanged(name) => write!(
                f,
                "The rollback revision contains the same template as current deployment \"{name}\""
            ),
            Note::CreatedPod(pod) => write!(f, "Created pod: {pod}"),
            Note::CreatePodFailed(error) => write!(f, "Error creating: {error}"),
            Note::DeletedPod(pod) => write!(f, "Deleted pod: {pod}"),
            Note::CreatePodInSet(pod) => write!(f, "Create Pod {pod} in StatefulSet {about} successful"),
            Note::DeletePodInSet(pod) => write!(f, "Delete Pod {pod} in StatefulSet {about} successful"),
            Note::UpdatePodInSet(pod) => write!(f, "Update Pod {pod} in StatefulSet {about} successful"),
            Note::CreateClaim(names) => {
                let (claim, pod, set) = &**names;
                write!(f, "Create Claim {claim} Pod {pod} in StatefulSet {set} success")
            }
            Note::CreateClaimFailed(names) => {
                let (claim, pod, set, error) = &**names;
                write!(
                    f,
                    "Create Claim {claim} for Pod {pod} in StatefulSet {set} failed error: {error}"
                )
            }
            Note::CreatePodInSetFailed(names) => {
                let (pod, set, error) = &**names;
                write!(f, "Create Pod {pod} in StatefulSet {set} failed error: {error}")
            }
            Note::DeletePodInSetFailed(names) => {
                let (pod, set, error) = &**names;
                write!(f, "Delete Pod {pod} in StatefulSet {set} failed error: {error}")
            }
            Note::ConflictingController(claim) => write!(
                f,
                "PersistentVolumeClaim {claim} has a conflicting OwnerReference that acts as a manging controller, the \
                 retention policy is ignored for this claim"
            ),
            Note::FailedDaemonPod(names) => {
                let (namespace, pod, node) = &**names;
                write!(
                    f,
                    "Found failed daemon pod {namespace}/{pod} on node {node}, will try to kill it"
                )
            }
            Note::SucceededDaemonPod(names) => {
                let (namespace, pod, node) = &**names;
                write!(
                    f,
                    "Found succeeded daemon pod {namespace}/{pod} on node {node}, will try to delete it"
                )
            }
            Note::NoPods => write!(f, "No matching pods found"),
            Note::UnmanagedPods(selector) => write!(
                f,
                "Pods selected by this PodDisruptionBudget (selector: {}) were found to be unmanaged. As a result, the \
                 status of the PDB cannot be calculated correctly, which may result in undefined behavior. To account \
                 for these pods please set \".spec.minAvailable\" field of the PDB to an integer value.",
                selector.as_go()
            ),
            Note::ExpectedPodsFailed(error) => {
                write!(f, "Failed to calculate the number of expected pods: {error}")
            }
            Note::SeveralBudgets(names) => {
                let (namespace, pod, budget) = &**names;
                write!(
                    f,
                    "Pod \"{namespace}\"/\"{pod}\" matches multiple PodDisruptionBudgets.  Chose \"{budget}\" arbitrarily."
                )
            }
            Note::SuccessfulRescale(rescale) => write!(f, "New size: {}; reason: {}", rescale.0, rescale.1),
            Note::FailedGetMetric(failure) => f.write_str(&failure.1),
            Note::FailedGetScale(error) | Note::FailedComputeMetrics(error) => f.write_str(error),
            Note::Scheduled(node) => write!(f, "Successfully assigned {about} to {node}"),
            Note::ProvisioningFailed(message)
            | Note::FailedBinding(message)
            | Note::WaitForFirstConsumer(message)
            | Note::Provisioning(message)
            | Note::FailedAttachVolume(message)
            | Note::FailedMount(message) => write!(f, "{message}"),
            Note::ConfigError(message) => write!(f, "Error: {message}"),
            Note::NodeNotReady => write!(f, "Node is not ready"),
            Note::NodeReady => write!(f, "Node is ready"),
            Note::TaintEviction(pod) => write!(f, "Marking for deletion Pod {pod}"),
            Note::EvictionCancelled(pod) => write!(f, "Cancelling deletion of Pod {pod}"),
            Note::FailedScheduling(message) => write!(f, "{message}"),
            Note::Pulling(image) => write!(f, "Pulling image \"{image}\""),
            Note::Pulled(image) => write!(f, "Successfully pulled image \"{image}\""),
            Note::PullFailed(image) => write!(f, "Failed to pull image \"{image}\": not found"),
            Note::PullBackOff(image) => write!(f, "Back-off pulling image \"{image}\""),
            Note::NeverPulled(image) => write!(
                f,
                "Container image \"{image}\" is not present with pull policy of Never"
            ),
            Note::Created => write!(f, "Container created"),
            Note::Started => write!(f, "Container started"),
            Note::Unhealthy(probe) => {
                write!(f, "{} probe failed: the application does not answer", probe.name())
            }
            Note::KillingFor(container, probe) => write!(
                f,
                "Container {container} failed {} probe, will be restarted",
                probe.name().to_ascii_lowercase()
            ),
            Note::CrashBackOff(names) => {
                let (container, pod) = &**names;
                write!(f, "Back-off restarting failed container {container} in pod {pod}")
            }
            Note::Killing(container) => write!(f, "Stopping container {container}"),
        }
    }
}
