//! The recordings' names for objects: random parts are replaced by numbers in the order of creation.

use rollscope_engine::api::{Key, Kind, Object, Pod, Uid};
use rollscope_engine::cluster::Cluster;
use std::collections::BTreeMap;

/// What the recordings call the engine's objects, learnt as these are created.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// Names that differ from the object's own.
    aliases: BTreeMap<Key, String>,
    keys: BTreeMap<(Kind, String), Key>,
    /// How many names were given per kind and prefix.
    given: BTreeMap<(Kind, String), usize>,
    births: BTreeMap<Uid, Birth>,
    /// The Pods created in the step at hand.
    born: (usize, Vec<Key>),
    /// What a template's hash is called: after the first ReplicaSet that had it.
    hashes: BTreeMap<String, String>,
}

/// What is remembered of an object's creation.
#[derive(Clone, Debug, Default)]
pub struct Birth {
    /// The step in which it was created.
    pub step: usize,
    /// How many objects of this name there were, itself included.
    pub incarnation: usize,
    /// Whether the name is the object's own, so that incarnations are counted.
    pub is_named: bool,
}

impl Names {
    /// Learns of an object that was created in a step.
    pub fn learn(&mut self, object: &Object, step: usize) {
        let key = object.key();
        let alias = self.alias_for(object);
        let is_named = alias == *key.name;
        self.name(key.clone(), alias.clone());
        if let Object::ReplicaSet(set) = object
            && let Some((hash, (_, revision))) = set.spec.template_hash.as_ref().zip(alias.rsplit_once('-'))
        {
            self.hashes
                .entry(hash.to_string())
                .or_insert_with(|| revision.to_owned());
        }
        let incarnation = if is_named {
            self.count(key.kind, format!("incarnation of {alias}"))
        } else {
            1
        };
        let birth = Birth {
            step,
            incarnation,
            is_named,
        };
        self.births.insert(object.meta().uid, birth);
        if self.born.0 != step {
            self.born = (step, Vec::new());
        }
        if object.kind() == Kind::Pod {
            self.born.1.push(object.key());
        }
    }

    fn name(&mut self, key: Key, alias: String) {
        self.keys.insert((key.kind, alias.clone()), key.clone());
        self.aliases.insert(key, alias);
    }

    /// The Pods that were created in a step.
    pub fn pods_born_in(&self, step: usize) -> Vec<Key> {
        let (born_in, pods) = &self.born;
        if *born_in == step { pods.clone() } else { Vec::new() }
    }

    /// Pods that were made in one go are alike: those of them that are gone again get the names of those that are gone
    /// in the recording. `stays` tells which are not.
    pub fn rename_gone(&mut self, cluster: &Cluster, born: &[Key], stays: impl Fn(&str) -> bool) {
        let (gone, left): (Vec<&Key>, Vec<&Key>) = born.iter().partition(|key| cluster.get(key).is_none());
        for key in gone {
            let alias = self.alias(key).to_owned();
            if !stays(&alias) {
                continue;
            }
            let owner = |alias: &str| alias.rsplit_once('#').map(|(owner, _)| owner.to_owned());
            let other = left.iter().find(|other| {
                let named = self.alias(other);
                !stays(named) && owner(named) == owner(&alias)
            });
            if let Some(other) = other {
                let named = self.alias(other).to_owned();
                self.name((*other).clone(), alias);
                self.name(key.clone(), named);
            }
        }
    }

    fn alias_for(&mut self, object: &Object) -> String {
        let (kind, name) = (object.kind(), object.meta().name.to_string());
        let Some(owner) = object.meta().controller() else {
            return name;
        };
        let owner_kind = Kind::from_name(owner.kind);
        let owner_alias = owner_kind.map_or_else(String::new, |kind| {
            self.alias(&Key::new(kind, &object.meta().namespace, &owner.name))
                .to_owned()
        });
        match (kind.name(), owner.kind) {
            ("ReplicaSet" | "ControllerRevision", _) => self.numbered(kind, &owner_alias, "-rev"),
            ("EndpointSlice", _) => self.numbered(kind, &owner_alias, "-slice"),
            ("Pod", "ReplicaSet" | "ReplicationController") => self.numbered(kind, &owner_alias, "#"),
            ("Pod", "DaemonSet") => {
                let node = target_node(object).unwrap_or_default();
                self.numbered(kind, &format!("{owner_alias}@{node}"), "#")
            }
            _ => name,
        }
    }

    fn numbered(&mut self, kind: Kind, prefix: &str, sign: &str) -> String {
        let number = self.count(kind, format!("{prefix}{sign}"));
        format!("{prefix}{sign}{number}")
    }

    fn count(&mut self, kind: Kind, what: String) -> usize {
        let count = self.given.entry((kind, what)).or_default();
        *count += 1;
        *count
    }

    /// The revision that a Pod was stamped from: `rev1` for a Pod under a Deployment or DaemonSet, `db-rev1` for one of a StatefulSet.
    pub fn revision_of(&self, pod: &Pod) -> Option<String> {
        if let Some(hash) = pod.meta.labels.get("pod-template-hash") {
            return self.hashes.get(&**hash).cloned();
        }
        let label = pod.meta.labels.get("controller-revision-hash")?;
        let revision = |name: String| Key::new(Kind::ControllerRevision, &pod.meta.namespace, &name.into());
        if let Some(owner) = pod.meta.controller().filter(|owner| owner.kind == "DaemonSet") {
            let alias = self.aliases.get(&revision(format!("{}-{label}", owner.name)))?;
            return alias.rsplit_once('-').map(|(_, short)| short.to_owned());
        }
        Some(self.alias(&revision(label.to_string())).to_owned())
    }

    /// What the recordings call an object.
    pub fn alias<'a>(&'a self, key: &'a Key) -> &'a str {
        self.aliases.get(key).map_or(&key.name, String::as_str)
    }

    /// `Deployment/web`.
    pub fn path(&self, key: &Key) -> String {
        format!("{}/{}", key.kind.name(), self.alias(key))
    }

    /// The object that the recordings call so; the name itself where none is known.
    pub fn key(&self, kind: Kind, alias: &str) -> Key {
        let namespace = if kind == Kind::Node { "" } else { "default" };
        let named = || Key::new(kind, &namespace.into(), &alias.into());
        self.keys.get(&(kind, alias.to_owned())).cloned().unwrap_or_else(named)
    }

    /// What is remembered of an object's creation.
    pub fn birth(&self, uid: Uid) -> Birth {
        self.births.get(&uid).cloned().unwrap_or_default()
    }

    /// Replaces every random name in a text; `about` resolves bare hashes.
    pub fn translate(&self, text: &str, about: &Key) -> String {
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let mut translated = String::new();
        let mut rest = text;
        while let Some(start) = rest.find(is_name) {
            let length = rest[start..].find(|c| !is_name(c)).unwrap_or(rest.len() - start);
            let token = &rest[start..start + length];
            translated += &rest[..start];
            translated += &self.translate_token(token, about).unwrap_or_else(|| token.to_owned());
            rest = &rest[start + length..];
        }
        translated + rest
    }

    fn translate_token(&self, token: &str, about: &Key) -> Option<String> {
        let of = |kind: Kind, name: &str| self.aliases.get(&Key::new(kind, &about.namespace, &name.into()));
        // The recordings' namespace has a name of its own; manifests name none.
        if token == "default" {
            return Some("demo".to_owned());
        }
        let known = |name: &str| {
            [Kind::Pod, Kind::ReplicaSet, Kind::ControllerRevision]
                .into_iter()
                .find_map(|kind| of(kind, name))
        };
        // A Pod that was refused: its name was given and never used.
        let refused = || {
            let owner = token.rsplit_once('-')?.0;
            let owner = of(Kind::ReplicaSet, owner).or_else(|| of(Kind::ReplicationController, owner))?;
            Some(format!("{owner}-?"))
        };
        let known = known(token).or_else(|| self.hashes.get(token));
        known.cloned().or_else(refused)
    }
}

/// The node that a DaemonSet's Pod was made for.
pub fn target_node(object: &Object) -> Option<String> {
    match object {
        Object::Pod(pod) => pod.target_node.as_deref().map(ToString::to_string),
        _ => None,
    }
}
