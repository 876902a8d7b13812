//! Kinds and keys: what names an object.

use super::meta::Name;
use crate::shelf::Spot;
use std::cell::Cell;
use std::cmp::Ordering;
use std::fmt;
use std::ops::Deref;
use std::rc::Rc;

/// The kinds that the engine simulates, in the order in which they are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the API's own names")]
#[derive(serde::Serialize, serde::Deserialize)]
pub enum Kind {
    Deployment,
    ReplicaSet,
    ReplicationController,
    StatefulSet,
    DaemonSet,
    ControllerRevision,
    Pod,
    PersistentVolumeClaim,
    Service,
    EndpointSlice,
    PodDisruptionBudget,
    HorizontalPodAutoscaler,
    ResourceQuota,
    Node,
    PersistentVolume,
    StorageClass,
    ConfigMap,
    Secret,
}

/// Name, API version and plural of each kind, in their order.
const TABLE: [(Kind, &str, &str, &str); 18] = [
    (Kind::Deployment, "Deployment", "apps/v1", "deployments"),
    (Kind::ReplicaSet, "ReplicaSet", "apps/v1", "replicasets"),
    (
        Kind::ReplicationController,
        "ReplicationController",
        "v1",
        "replicationcontrollers",
    ),
    (Kind::StatefulSet, "StatefulSet", "apps/v1", "statefulsets"),
    (Kind::DaemonSet, "DaemonSet", "apps/v1", "daemonsets"),
    (
        Kind::ControllerRevision,
        "ControllerRevision",
        "apps/v1",
        "controllerrevisions",
    ),
    (Kind::Pod, "Pod", "v1", "pods"),
    (
        Kind::PersistentVolumeClaim,
        "PersistentVolumeClaim",
        "v1",
        "persistentvolumeclaims",
    ),
    (Kind::Service, "Service", "v1", "services"),
    (
        Kind::EndpointSlice,
        "EndpointSlice",
        "discovery.k8s.io/v1",
        "endpointslices",
    ),
    (
        Kind::PodDisruptionBudget,
        "PodDisruptionBudget",
        "policy/v1",
        "poddisruptionbudgets",
    ),
    (
        Kind::HorizontalPodAutoscaler,
        "HorizontalPodAutoscaler",
        "autoscaling/v2",
        "horizontalpodautoscalers",
    ),
    (Kind::ResourceQuota, "ResourceQuota", "v1", "resourcequotas"),
    (Kind::Node, "Node", "v1", "nodes"),
    (Kind::PersistentVolume, "PersistentVolume", "v1", "persistentvolumes"),
    (
        Kind::StorageClass,
        "StorageClass",
        "storage.k8s.io/v1",
        "storageclasses",
    ),
    (Kind::ConfigMap, "ConfigMap", "v1", "configmaps"),
    (Kind::Secret, "Secret", "v1", "secrets"),
];

impl Kind {
    /// Every kind, in listing order.
    pub const ALL: [Kind; TABLE.len()] = {
        let mut all = [Kind::Deployment; TABLE.len()];
        let mut index = 0;
        while index < TABLE.len() {
            all[index] = TABLE[index].0;
            index += 1;
        }
        all
    };

    fn row(self) -> &'static (Kind, &'static str, &'static str, &'static str) {
        &TABLE[self as usize]
    }

    /// The name as manifests spell it.
    pub fn name(self) -> &'static str {
        self.row().1
    }

    /// The API group and version that serves it.
    pub fn api_version(self) -> &'static str {
        self.row().2
    }

    /// The resource name in URLs and kubectl's messages.
    pub fn plural(self) -> &'static str {
        self.row().3
    }

    /// The group of the API; empty for the core.
    fn group(self) -> &'static str {
        self.api_version().split_once('/').map_or("", |(group, _)| group)
    }

    /// Whether its objects are in no namespace.
    pub fn is_cluster_wide(self) -> bool {
        matches!(self, Kind::Node | Kind::PersistentVolume | Kind::StorageClass)
    }

    /// `deployments.apps`, as the server's messages have it.
    pub fn resource(self) -> String {
        dotted(self.plural(), self.group())
    }

    /// `Deployment.apps`, as kubectl's messages have it.
    pub fn qualified(self) -> String {
        dotted(self.name(), self.group())
    }

    /// The kind that manifests spell like this.
    pub fn from_name(name: &str) -> Option<Kind> {
        TABLE.iter().find(|row| row.1 == name).map(|row| row.0)
    }
}

fn dotted(name: &str, group: &str) -> String {
    if group.is_empty() {
        name.to_owned()
    } else {
        format!("{name}.{group}")
    }
}

/// What names one object in a cluster; shared by all that mention it, since each change and each Event does.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Key(Rc<KeyParts>);

/// The two shelves on which a cluster has a key.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shelves {
    /// The objects, by name.
    Objects,
    /// What a controller owns.
    Owned,
}

/// What a [`Key`] is made of.
#[derive(Clone, serde::Serialize, serde::Deserialize)]
#[serde(rename = "Key")]
pub struct KeyParts {
    /// Its kind.
    pub kind: Kind,
    /// The places in the pieces of the two [`Shelves`] where it was stored last.
    #[serde(skip)]
    places: [Cell<u8>; 2],
    /// The pieces, counted from one; none is known yet of a new key.
    #[serde(skip)]
    pieces: [Cell<u16>; 2],
    /// Its namespace.
    pub namespace: Name,
    /// Its name.
    pub name: Name,
}

impl Deref for Key {
    type Target = KeyParts;
    fn deref(&self) -> &KeyParts {
        &self.0
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Key) -> bool {
        let same = |a: &Name, b: &Name| Rc::ptr_eq(a, b) || a == b;
        Rc::ptr_eq(&self.0, &other.0)
            || (self.kind == other.kind && same(&self.name, &other.name) && same(&self.namespace, &other.namespace))
    }
}

impl Eq for Key {}

/// By kind, namespace and name.
impl Ord for Key {
    fn cmp(&self, other: &Key) -> Ordering {
        if Rc::ptr_eq(&self.0, &other.0) {
            return Ordering::Equal;
        }
        self.named().compare(other.named())
    }
}

/// What names an object, whether there is a [`Key`] of it or not.
#[derive(Clone, Copy, Debug)]
pub struct Named<'a> {
    /// Its kind.
    pub kind: Kind,
    /// Its namespace.
    pub namespace: &'a str,
    /// Its name.
    pub name: &'a str,
}

impl<'a> Named<'a> {
    /// How an object of this name compares with another.
    pub fn compare(&self, other: Named<'_>) -> Ordering {
        let kinds = self.kind.cmp(&other.kind);
        // Names are shared, so that most namespaces need not be read to be known as equal.
        let is_same = std::ptr::eq(self.namespace, other.namespace);
        let namespaces = || {
            if is_same {
                Ordering::Equal
            } else {
                self.namespace.cmp(other.namespace)
            }
        };
        kinds.then_with(namespaces).then_with(|| self.name.cmp(other.name))
    }

    /// So many bytes at the beginning of their names are the same; none if something decides before them.
    pub fn common(&self, other: Named<'_>) -> Option<usize> {
        let mut bytes = self.name.bytes().zip(other.name.bytes());
        let differs = bytes.position(|(one, other)| one != other);
        self.begins(other, 0)
            .then(|| differs.unwrap_or(self.name.len().min(other.name.len())))
    }

    /// Whether nothing decides before so many bytes of their names, nor these themselves.
    pub fn begins(&self, other: Named<'_>, common: usize) -> bool {
        let is_same = std::ptr::eq(self.namespace, other.namespace) || self.namespace == other.namespace;
        let [one, other_one] = [self.name, other.name].map(|name| name.as_bytes().get(..common));
        self.kind == other.kind && is_same && one == other_one
    }

    /// A number that is in the order of names which have so many bytes at their beginnings in common: the bytes that follow.
    pub fn code(&self, common: usize) -> u128 {
        let rest = self.name.as_bytes().get(common..).unwrap_or_default();
        let (mut bytes, len) = ([0; 16], rest.len().min(16));
        bytes[..len].copy_from_slice(&rest[..len]);
        u128::from_be_bytes(bytes)
    }
}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Key) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Key {
    /// The key of `kind` `namespace`/`name`.
    pub fn new(kind: Kind, namespace: &Name, name: &Name) -> Key {
        Key(Rc::new(KeyParts {
            kind,
            places: Default::default(),
            pieces: Default::default(),
            namespace: namespace.clone(),
            name: name.clone(),
        }))
    }

    /// What it is made of.
    pub(crate) fn named(&self) -> Named<'_> {
        Named {
            kind: self.kind,
            namespace: &self.namespace,
            name: &self.name,
        }
    }

    /// Whether it is the very same, not another one of the same name.
    pub(crate) fn is(&self, other: &Key) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }

    /// The piece of a [`Shelf`](crate::shelf::Shelf) where it was stored last, and its place there: a hint, since several
    /// clusters share the key, others come before it, and of large numbers only a part is kept.
    pub(crate) fn spot(&self, shelf: Shelves) -> Spot {
        let (piece, place) = (&self.pieces[shelf as usize], &self.places[shelf as usize]);
        (u32::from(piece.get()).wrapping_sub(1), place.get().into())
    }

    /// Remembers the piece where it is stored, and its place there.
    pub(crate) fn lies_in(&self, shelf: Shelves, (piece, place): Spot) {
        self.pieces[shelf as usize].set(piece.wrapping_add(1) as u16);
        self.places[shelf as usize].set(place as u8);
    }
}

/// Where it is stored is no part of what it is.
impl fmt::Debug for KeyParts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {:?}/{:?}", self.kind, self.namespace, self.name)
    }
}

/// `Deployment/web`.
impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.kind.name(), self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_stand_in_the_order_of_their_kinds() {
        for kind in Kind::ALL {
            assert_eq!(kind.row().0, kind);
            assert_eq!(Kind::from_name(kind.name()), Some(kind));
        }
    }
}
