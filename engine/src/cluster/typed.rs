//! Objects of one kind, by what they are.

use super::Cluster;
use crate::api::{
    DaemonSet, Deployment, Key, Kind, Name, Node, Object, PersistentVolumeClaim, Pod, ReplicaSet, Service, StatefulSet,
};
use std::rc::Rc;

impl Cluster {
    /// The Deployment of this name.
    pub fn deployment(&self, namespace: &Name, name: &Name) -> Option<&Rc<Deployment>> {
        match self.named(Kind::Deployment, namespace, name)? {
            Object::Deployment(deployment) => Some(deployment),
            _ => None,
        }
    }

    /// The ReplicaSet of this name.
    pub fn replica_set(&self, namespace: &Name, name: &Name) -> Option<&Rc<ReplicaSet>> {
        match self.named(Kind::ReplicaSet, namespace, name)? {
            Object::ReplicaSet(set) => Some(set),
            _ => None,
        }
    }

    /// The ReplicaSet or ReplicationController of this key.
    pub fn replicas(&self, key: &Key) -> Option<&Rc<ReplicaSet>> {
        match self.get(key)? {
            Object::ReplicaSet(set) | Object::ReplicationController(set) => Some(set),
            _ => None,
        }
    }

    /// The StatefulSet of this name.
    pub fn stateful_set(&self, namespace: &Name, name: &Name) -> Option<&Rc<StatefulSet>> {
        match self.named(Kind::StatefulSet, namespace, name)? {
            Object::StatefulSet(set) => Some(set),
            _ => None,
        }
    }

    /// The DaemonSet of this name.
    pub fn daemon_set(&self, namespace: &Name, name: &Name) -> Option<&Rc<DaemonSet>> {
        match self.named(Kind::DaemonSet, namespace, name)? {
            Object::DaemonSet(set) => Some(set),
            _ => None,
        }
    }

    /// The nodes, by name.
    pub fn nodes(&self) -> impl Iterator<Item = &Rc<Node>> {
        self.of_kind(Kind::Node).filter_map(|object| match object {
            Object::Node(node) => Some(node),
            _ => None,
        })
    }

    /// The node of this name.
    pub fn node(&self, name: &Name) -> Option<&Rc<Node>> {
        // They are in no namespace.
        match self.named(Kind::Node, "", name)? {
            Object::Node(node) => Some(node),
            _ => None,
        }
    }

    /// The Pod of this name.
    pub fn pod(&self, namespace: &Name, name: &Name) -> Option<&Rc<Pod>> {
        match self.named(Kind::Pod, namespace, name)? {
            Object::Pod(pod) => Some(pod),
            _ => None,
        }
    }

    /// The claim of this name.
    pub fn claim(&self, namespace: &Name, name: &Name) -> Option<&Rc<PersistentVolumeClaim>> {
        match self.named(Kind::PersistentVolumeClaim, namespace, name)? {
            Object::PersistentVolumeClaim(claim) => Some(claim),
            _ => None,
        }
    }

    /// The Services of the cluster.
    pub fn services(&self) -> impl Iterator<Item = &Rc<Service>> {
        self.of_kind(Kind::Service).filter_map(|object| match object {
            Object::Service(service) => Some(service),
            _ => None,
        })
    }
}
