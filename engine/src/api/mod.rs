//! Our subset of the Kubernetes objects, with upstream's field names; after defaulting nothing is needlessly optional.
//!
//! Objects are shared and replaced, never changed in place: a [`Cluster`](crate::cluster::Cluster) holds each behind an
//! `Rc`, so that a step's before and after cost one pointer each. [`Object::from_value`] and [`Object::to_value`] lead
//! to and from the generic form in which users write and patch.

mod autoscaler;
mod conditions;
mod controller_revision;
mod daemon_set;
mod deployment;
mod disruption;
mod endpoint_slice;
mod kind;
mod meta;
mod needs;
mod node;
mod other;
mod pod;
mod replica_set;
mod resource_quota;
mod resources;
mod selector;
mod service;
mod stateful_set;
mod template;
mod volume;

pub use autoscaler::{
    HorizontalPodAutoscaler, HorizontalPodAutoscalerSpec, HorizontalPodAutoscalerStatus, MetricSource, MetricSpec,
    MetricTarget, Recommendation, Recommendations, ScaleTarget, ScalingBehavior, ScalingPolicy, ScalingRules,
    SelectPolicy,
};
pub use conditions::PodCondition;
pub use controller_revision::ControllerRevision;
pub use daemon_set::{DaemonSet, DaemonSetSpec, DaemonSetStatus, DaemonSetUpdateStrategy};
pub use deployment::{Deployment, DeploymentSpec, DeploymentStatus, DeploymentStrategy};
pub use disruption::{PodDisruptionBudget, PodDisruptionBudgetStatus};
pub use endpoint_slice::{Endpoint, EndpointSlice};
pub(crate) use kind::Shelves;
pub use kind::{Key, KeyParts, Kind, Named};
pub use meta::{Applied, Condition, ConditionStatus, Labels, Name, ObjectMeta, OwnerReference, Uid, Word, labels};
pub use needs::Needs;
pub use node::{NOT_READY, Node, OUT_OF_SERVICE, Taint, Toleration, UNREACHABLE, ZONE};
pub use other::Other;
pub use pod::{
    Beats, ContainerState, ContainerStatus, Ended, Kill, Memory, Phase, Pod, PodStatus, Trouble, available_from,
};
pub use replica_set::{ReplicaSet, ReplicaSetSpec, ReplicaSetStatus};
pub use resource_quota::ResourceQuota;
pub use resources::{Resources, add, requests, resources, subtract};
pub(crate) use resources::{amount, amount_text};
pub use selector::{LabelSelector, Operator, Requirement};
pub use service::Service;
pub use stateful_set::{
    PodManagementPolicy, RetentionPolicy, RollingUpdate, Seen, StatefulSet, StatefulSetSpec, StatefulSetStatus,
    UpdateStrategy, ordinal_of,
};
pub use template::{Amount, Container, IntOrPercent, PodTemplate, Probe, RestartPolicy};
pub use volume::{PersistentVolume, PersistentVolumeClaim};

use crate::value::Value;
use meta::label_value;
use std::rc::Rc;

/// Any object that a cluster can hold.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the API's own names")]
#[derive(serde::Serialize, serde::Deserialize)]
pub enum Object {
    Deployment(Rc<Deployment>),
    ReplicaSet(Rc<ReplicaSet>),
    Pod(Rc<Pod>),
    Service(Rc<Service>),
    EndpointSlice(Rc<EndpointSlice>),
    Node(Rc<Node>),
    #[serde(skip)]
    ReplicationController(Rc<ReplicaSet>),
    #[serde(skip)]
    StatefulSet(Rc<StatefulSet>),
    #[serde(skip)]
    DaemonSet(Rc<DaemonSet>),
    #[serde(skip)]
    ControllerRevision(Rc<ControllerRevision>),
    #[serde(skip)]
    PersistentVolumeClaim(Rc<PersistentVolumeClaim>),
    #[serde(skip)]
    PodDisruptionBudget(Rc<PodDisruptionBudget>),
    #[serde(skip)]
    HorizontalPodAutoscaler(Rc<HorizontalPodAutoscaler>),
    #[serde(skip)]
    ResourceQuota(Rc<ResourceQuota>),
    #[serde(skip)]
    PersistentVolume(Rc<PersistentVolume>),
    #[serde(skip)]
    Other(Rc<Other>),
}

/// Runs the same expression on whichever object is held.
macro_rules! each {
    ($object:expr, $bound:ident => $body:expr) => {
        match $object {
            Object::Deployment($bound) => $body,
            Object::ReplicaSet($bound) => $body,
            Object::ReplicationController($bound) => $body,
            Object::StatefulSet($bound) => $body,
            Object::DaemonSet($bound) => $body,
            Object::ControllerRevision($bound) => $body,
            Object::Pod($bound) => $body,
            Object::PersistentVolumeClaim($bound) => $body,
            Object::Service($bound) => $body,
            Object::EndpointSlice($bound) => $body,
            Object::PodDisruptionBudget($bound) => $body,
            Object::HorizontalPodAutoscaler($bound) => $body,
            Object::ResourceQuota($bound) => $body,
            Object::Node($bound) => $body,
            Object::PersistentVolume($bound) => $body,
            Object::Other($bound) => $body,
        }
    };
}

impl Object {
    /// How many Pods it asks for. `None` if its kind has no size.
    pub fn replicas(&self) -> Option<i64> {
        match self {
            Object::Deployment(deployment) => Some(deployment.spec.replicas),
            Object::StatefulSet(set) => Some(set.spec.replicas),
            Object::ReplicaSet(set) | Object::ReplicationController(set) => Some(set.spec.replicas),
            _ => None,
        }
    }

    /// Its kind.
    pub fn kind(&self) -> Kind {
        match self {
            Object::Deployment(_) => Kind::Deployment,
            Object::ReplicaSet(_) => Kind::ReplicaSet,
            Object::ReplicationController(_) => Kind::ReplicationController,
            Object::StatefulSet(_) => Kind::StatefulSet,
            Object::DaemonSet(_) => Kind::DaemonSet,
            Object::ControllerRevision(_) => Kind::ControllerRevision,
            Object::Pod(_) => Kind::Pod,
            Object::PersistentVolumeClaim(_) => Kind::PersistentVolumeClaim,
            Object::Service(_) => Kind::Service,
            Object::EndpointSlice(_) => Kind::EndpointSlice,
            Object::PodDisruptionBudget(_) => Kind::PodDisruptionBudget,
            Object::HorizontalPodAutoscaler(_) => Kind::HorizontalPodAutoscaler,
            Object::ResourceQuota(_) => Kind::ResourceQuota,
            Object::Node(_) => Kind::Node,
            Object::PersistentVolume(_) => Kind::PersistentVolume,
            Object::Other(other) => other.kind,
        }
    }

    /// Its metadata.
    pub fn meta(&self) -> &ObjectMeta {
        each!(self, object => &object.meta)
    }

    /// Its metadata, on a copy of its own.
    pub fn meta_mut(&mut self) -> &mut ObjectMeta {
        each!(self, object => &mut Rc::make_mut(object).meta)
    }

    /// Its key.
    pub fn key(&self) -> Key {
        let meta = self.meta();
        Key::new(self.kind(), &meta.namespace, &meta.name)
    }

    /// The Pod, if it is one.
    pub fn pod(&self) -> Option<&Rc<Pod>> {
        match self {
            Object::Pod(pod) => Some(pod),
            _ => None,
        }
    }

    /// The typed object of a whole, defaulted manifest. `None` for a kind that the engine does not simulate.
    pub fn from_value(value: &Value) -> Option<Object> {
        let kind = Kind::from_name(value.get("kind")?.as_str()?)?;
        Some(match kind {
            Kind::Deployment => Object::Deployment(Rc::new(Deployment::from_value(value))),
            Kind::ReplicaSet => Object::ReplicaSet(Rc::new(ReplicaSet::from_value(value))),
            Kind::ReplicationController => Object::ReplicationController(Rc::new(ReplicaSet::from_value(value))),
            Kind::DaemonSet => Object::DaemonSet(Rc::new(DaemonSet::from_value(value))),
            Kind::PodDisruptionBudget => Object::PodDisruptionBudget(Rc::new(PodDisruptionBudget::from_value(value))),
            Kind::HorizontalPodAutoscaler => {
                Object::HorizontalPodAutoscaler(Rc::new(HorizontalPodAutoscaler::from_value(value)))
            }
            Kind::ResourceQuota => Object::ResourceQuota(Rc::new(ResourceQuota::from_value(value))),
            Kind::Node => Object::Node(Rc::new(Node::from_value(value))),
            Kind::StatefulSet => Object::StatefulSet(Rc::new(StatefulSet::from_value(value))),
            Kind::Pod => Object::Pod(Rc::new(Pod::from_value(value))),
            Kind::PersistentVolumeClaim => {
                Object::PersistentVolumeClaim(Rc::new(PersistentVolumeClaim::from_value(value)))
            }
            Kind::Service => Object::Service(Rc::new(Service::from_value(value))),
            Kind::ConfigMap | Kind::Secret | Kind::StorageClass => {
                Object::Other(Rc::new(Other::from_value(kind, value)))
            }
            Kind::ControllerRevision | Kind::EndpointSlice | Kind::PersistentVolume => return None,
        })
    }

    /// The whole object as the API shows it: `apiVersion`, `kind`, `metadata`, `spec`, `status`.
    pub fn to_value(&self) -> Value {
        let mut value = each!(self, object => object.to_value());
        if let Object::ReplicationController(controller) = self {
            *value.entry("spec").entry("selector") = label_value(&controller.spec.selector.match_labels);
        }
        *value.entry("apiVersion") = self.kind().api_version().into();
        *value.entry("kind") = self.kind().name().into();
        *value.entry("metadata") = self.meta().to_value();
        value
    }

    /// Takes over from `stored` what a client can't set: identity, times and status.
    pub fn keep_system_fields(&mut self, stored: &Object) {
        let old = stored.meta();
        let meta = self.meta_mut();
        meta.uid = old.uid;
        meta.generation = old.generation;
        meta.creation_timestamp = old.creation_timestamp;
        meta.deletion_timestamp = old.deletion_timestamp;
        meta.deletion_grace_period_seconds = old.deletion_grace_period_seconds;
        meta.owner_references.clone_from(&old.owner_references);
        meta.finalizers.clone_from(&old.finalizers);
        meta.applied.clone_from(&old.applied);
        match (self, stored) {
            (Object::Deployment(new), Object::Deployment(old)) => Rc::make_mut(new).status = old.status.clone(),
            (Object::ReplicaSet(new), Object::ReplicaSet(old))
            | (Object::ReplicationController(new), Object::ReplicationController(old)) => {
                Rc::make_mut(new).status = old.status.clone();
            }
            (Object::DaemonSet(new), Object::DaemonSet(old)) => Rc::make_mut(new).status = old.status.clone(),
            (Object::PodDisruptionBudget(new), Object::PodDisruptionBudget(old)) => {
                Rc::make_mut(new).status = old.status.clone();
            }
            (Object::HorizontalPodAutoscaler(new), Object::HorizontalPodAutoscaler(old)) => {
                Rc::make_mut(new).status = old.status.clone();
            }
            (Object::ResourceQuota(new), Object::ResourceQuota(old)) => {
                let new = Rc::make_mut(new);
                (new.hard_pods, new.used_pods) = (old.hard_pods, old.used_pods);
            }
            (Object::StatefulSet(new), Object::StatefulSet(old)) => Rc::make_mut(new).status = old.status.clone(),
            (Object::Pod(new), Object::Pod(old)) => {
                let new = Rc::make_mut(new);
                new.status = old.status.clone();
                new.node_name.clone_from(&old.node_name);
                new.claims = old.claims.clone();
                new.target_node.clone_from(&old.target_node);
            }
            (Object::Node(new), Object::Node(old)) => {
                let new = Rc::make_mut(new);
                (new.ready, new.silent_since, new.heard_at) = (old.ready, old.silent_since, old.heard_at);
            }
            (Object::PersistentVolumeClaim(new), Object::PersistentVolumeClaim(old)) => {
                let new = Rc::make_mut(new);
                new.bound = old.bound;
                new.volume.clone_from(&old.volume);
                new.selected_node.clone_from(&old.selected_node);
                new.waits.clone_from(&old.waits);
            }
            _ => {}
        }
    }

    /// Whether the parts that `metadata.generation` counts differ (DEP-04: spec, and for a Deployment annotations too).
    pub fn generation_differs(&self, other: &Object) -> bool {
        match (self, other) {
            (Object::Deployment(a), Object::Deployment(b)) => {
                a.spec != b.spec || a.meta.annotations != b.meta.annotations
            }
            (Object::ReplicaSet(a), Object::ReplicaSet(b))
            | (Object::ReplicationController(a), Object::ReplicationController(b)) => a.spec != b.spec,
            (Object::DaemonSet(a), Object::DaemonSet(b)) => a.spec != b.spec,
            (Object::PodDisruptionBudget(a), Object::PodDisruptionBudget(b)) => !a.same_spec(b),
            (Object::StatefulSet(a), Object::StatefulSet(b)) => a.spec != b.spec,
            (Object::HorizontalPodAutoscaler(a), Object::HorizontalPodAutoscaler(b)) => a.value != b.value,
            _ => false,
        }
    }
}
