//! PersistentVolumeClaim and PersistentVolume: storage that is asked for, and storage that there is (spec: PVC).

use super::meta::{Name, ObjectMeta, Uid};
use crate::value::Value;
use std::rc::Rc;

/// A PersistentVolumeClaim.
#[derive(Clone, Debug, PartialEq)]
pub struct PersistentVolumeClaim {
    /// Metadata.
    pub meta: ObjectMeta,
    /// The whole spec.
    pub spec: Rc<Value>,
    /// Whether a volume has been bound to it.
    pub bound: bool,
    /// That volume.
    pub volume: Option<Name>,
    /// The node that the scheduler chose for its first Pod, if its class waits for that (PVC-11).
    pub selected_node: Option<Name>,
    /// What it waits for, in the words of its last Event.
    pub waits: Option<Rc<str>>,
}

impl PersistentVolumeClaim {
    /// A claim that is not bound yet.
    pub fn new(meta: ObjectMeta, spec: Rc<Value>) -> PersistentVolumeClaim {
        PersistentVolumeClaim {
            meta,
            spec,
            bound: false,
            volume: None,
            selected_node: None,
            waits: None,
        }
    }

    /// Reads a whole, defaulted object.
    pub fn from_value(object: &Value) -> PersistentVolumeClaim {
        let spec = Rc::new(object.get("spec").cloned().unwrap_or_default());
        PersistentVolumeClaim::new(ObjectMeta::from_value(object), spec)
    }

    pub(super) fn to_value(&self) -> Value {
        let mut object = Value::default();
        *object.entry("spec") = (*self.spec).clone();
        if let Some(volume) = &self.volume {
            *object.entry("spec").entry("volumeName") = volume.as_ref().into();
        }
        *object.entry("status").entry("phase") = if self.bound { "Bound" } else { "Pending" }.into();
        object
    }

    /// Whether it asks for this access mode.
    pub fn has_mode(&self, mode: &str) -> bool {
        self.spec
            .list("accessModes")
            .iter()
            .any(|item| item.as_str() == Some(mode))
    }
}

/// A PersistentVolume; they are made for claims.
#[derive(Clone, Debug, PartialEq)]
pub struct PersistentVolume {
    /// Metadata; the namespace is empty.
    pub meta: ObjectMeta,
    /// The claim that it is bound to: namespace, name, identity.
    pub claim: (Name, Name, Uid),
    /// Its class.
    pub class: Name,
    /// Whether it is kept when its claim is gone.
    pub retain: bool,
    /// The only zone in which it can be used.
    pub zone: Option<Rc<str>>,
    /// Whether one node at a time can use it.
    pub exclusive: bool,
    /// The node that it is attached to.
    pub attached: Option<Name>,
    /// Whether its claim is gone.
    pub released: bool,
}

impl PersistentVolume {
    pub(super) fn to_value(&self) -> Value {
        let (namespace, name, _) = &self.claim;
        let reclaim = if self.retain { "Retain" } else { "Delete" };
        let claim = Value::from([
            ("kind", "PersistentVolumeClaim".into()),
            ("namespace", namespace.as_ref().into()),
            ("name", name.as_ref().into()),
        ]);
        let mut object = Value::default();
        *object.entry("spec") = Value::from([
            ("claimRef", claim),
            ("persistentVolumeReclaimPolicy", reclaim.into()),
            ("storageClassName", self.class.as_ref().into()),
        ]);
        *object.entry("status").entry("phase") = if self.released { "Released" } else { "Bound" }.into();
        object
    }
}
