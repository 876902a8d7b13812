//! Objects that are kept whole and only looked at: ConfigMap, Secret, StorageClass.

use super::kind::Kind;
use super::meta::ObjectMeta;
use crate::value::Value;

/// An object of which the engine knows the name and looks at little else.
#[derive(Clone, Debug, PartialEq)]
pub struct Other {
    /// Which kind it is.
    pub kind: Kind,
    /// Metadata; the namespace of a kind without namespaces is empty.
    pub meta: ObjectMeta,
    /// All of it but metadata.
    pub value: Value,
}

impl Other {
    /// Reads a whole, defaulted object.
    pub fn from_value(kind: Kind, object: &Value) -> Other {
        let mut meta = ObjectMeta::from_value(object);
        if kind.is_cluster_wide() {
            meta.namespace = "".into();
        }
        let mut value = object.clone();
        if let Value::Map(members) = &mut value {
            members.remove("metadata");
        }
        Other { kind, meta, value }
    }

    pub(super) fn to_value(&self) -> Value {
        self.value.clone()
    }
}
