//! Completion of a command line that is being typed, as a shell would offer it.

use super::query::VERBS;
use crate::api::{Key, Kind, Object, PodTemplate};
use crate::cluster::Cluster;
use crate::scenario::command::{key, kind_of, split};

/// What the last word of a line could be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completion {
    /// Where in the line that word begins.
    pub start: usize,
    /// Whole words in the order in which they are offered; one that is finished ends with a space.
    pub candidates: Vec<String>,
}

const ROLLOUT: [&str; 6] = ["status", "history", "undo", "pause", "resume", "restart"];

/// Kinds as they are offered: those that are asked for most come first.
const KINDS: [&str; 20] = [
    "pods",
    "deployments",
    "replicasets",
    "statefulsets",
    "daemonsets",
    "services",
    "events",
    "nodes",
    "persistentvolumeclaims",
    "horizontalpodautoscalers",
    "poddisruptionbudgets",
    "endpointslices",
    "configmaps",
    "controllerrevisions",
    "secrets",
    "resourcequotas",
    "persistentvolumes",
    "storageclasses",
    "replicationcontrollers",
    "all",
];

/// What can come at the end of a line.
pub fn complete(cluster: &Cluster, line: &str) -> Completion {
    let start = line.rfind(char::is_whitespace).map_or(0, |at| at + 1);
    let (before, word) = line.split_at(start);
    let mut words = split(before);
    if matches!(words.first(), Some(&("kubectl" | "k"))) {
        words.remove(0);
    }
    let namespace = words
        .windows(2)
        .find(|pair| pair[0] == "-n")
        .map_or("default", |pair| pair[1]);
    let offer = Offer {
        cluster,
        namespace,
        word,
    };
    let mut candidates = offer.all(&words);
    candidates.retain(|candidate| candidate.starts_with(word) && candidate.trim_end() != "");
    // What is there already is no proposal.
    candidates.retain(|candidate| candidate != word);
    Completion { start, candidates }
}

struct Offer<'a> {
    cluster: &'a Cluster,
    namespace: &'a str,
    word: &'a str,
}

/// A word that is finished.
fn finished(word: impl AsRef<str>) -> String {
    format!("{} ", word.as_ref())
}

impl Offer<'_> {
    fn all(&self, words: &[&str]) -> Vec<String> {
        let Some((&verb, arguments)) = words.split_first() else {
            return VERBS.map(finished).to_vec();
        };
        match arguments.last() {
            Some(&("-n" | "--namespace")) => return self.namespaces(),
            Some(&("-o" | "--output")) => return ["wide", "yaml", "name"].map(finished).to_vec(),
            Some(&("-l" | "--selector")) => return Vec::new(),
            _ => {}
        }
        let plain: Vec<&str> = arguments
            .iter()
            .copied()
            .filter(|word| !word.starts_with('-'))
            .collect();
        if self.word.starts_with('-') {
            return self.flags(verb, &plain);
        }
        match (verb, &plain[..]) {
            ("get" | "describe" | "delete", plain) => self.objects(plain),
            ("rollout", []) => ROLLOUT.map(finished).to_vec(),
            ("rollout", [_, rest @ ..]) => self.workloads(rest, true),
            ("scale", rest) => {
                let mut all = self.workloads(rest, false);
                all.extend(self.target(rest).map(|_| "--replicas=".to_owned()));
                all
            }
            ("patch", rest) => {
                let mut all = self.workloads(rest, false);
                all.extend(self.target(rest).map(|_| "-p '".to_owned()));
                all
            }
            ("set", []) => vec![finished("image")],
            ("set", ["image", rest @ ..]) => self.images(rest),
            ("cordon" | "uncordon" | "drain", []) => self.names(Kind::Node),
            ("taint", []) => vec![finished("nodes")],
            ("taint", [_]) => self.names(Kind::Node),
            ("node", []) => ["lost", "back", "reboot"].map(finished).to_vec(),
            ("node", [_]) => self.names(Kind::Node),
            ("pod", []) => [
                "ready",
                "not-ready",
                "crash-loop",
                "image-pull-error",
                "fail",
                "succeed",
                "evict",
                "gone",
            ]
            .map(finished)
            .to_vec(),
            ("pod", [_]) => self.names(Kind::Pod),
            ("apply", _) if arguments.last() == Some(&"-f") => vec![finished("manifests.yaml")],
            ("apply", _) if !arguments.contains(&"-f") => vec![finished("-f")],
            _ => Vec::new(),
        }
    }

    fn flags(&self, verb: &str, plain: &[&str]) -> Vec<String> {
        let all: &[&str] = match (verb, plain.first()) {
            ("get", _) => &["-w ", "-o ", "-l ", "-n ", "-A ", "--show-labels ", "--no-headers "],
            ("describe", _) => &["-l ", "-n ", "-A "],
            ("scale", _) => &["--replicas="],
            ("patch", _) => &["-p '", "--type=merge "],
            ("rollout", Some(&"status")) => &["--watch=false "],
            ("rollout", Some(&"history")) => return self.revisions("--revision=", plain),
            ("rollout", Some(&"undo")) => return self.revisions("--to-revision=", plain),
            ("delete", _) => &[
                "--grace-period=0 ",
                "--force ",
                "--cascade=orphan ",
                "--cascade=foreground ",
            ],
            ("drain", _) => &["--ignore-daemonsets ", "--delete-emptydir-data ", "--force "],
            ("apply", _) => &["-f "],
            _ => &[],
        };
        all.iter().map(|flag| (*flag).to_owned()).collect()
    }

    fn revisions(&self, flag: &str, plain: &[&str]) -> Vec<String> {
        let target = self.target(&plain[1..]);
        let Some(object) = target.and_then(|key| self.cluster.get(&key)) else {
            return vec![flag.to_owned()];
        };
        let uid = object.meta().uid;
        let sets = self
            .cluster
            .replica_sets_of(uid)
            .map(|set| crate::controllers::deployment::util::revision(set));
        let mut numbers: Vec<i64> = sets
            .chain(self.cluster.revisions_of(uid).map(|stored| stored.revision))
            .collect();
        crate::order::sort_by_key(&mut numbers, |number| *number);
        numbers
            .iter()
            .map(|number| finished(format!("{flag}{number}")))
            .collect()
    }

    fn namespaces(&self) -> Vec<String> {
        let mut all: Vec<String> = vec![finished("default")];
        for object in self
            .cluster
            .objects()
            .filter(|object| !object.meta().namespace.is_empty())
        {
            let name = finished(&object.meta().namespace);
            if !all.contains(&name) {
                all.push(name);
            }
        }
        all
    }

    /// The names of a kind's objects.
    fn names(&self, kind: Kind) -> Vec<String> {
        let here = |object: &&Object| kind.is_cluster_wide() || *object.meta().namespace == *self.namespace;
        let all = self.cluster.of_kind(kind).filter(here);
        all.map(|object| finished(&object.meta().name)).collect()
    }

    /// A kind and a name, or both in one word; the last of several kinds.
    fn objects(&self, plain: &[&str]) -> Vec<String> {
        if let Some((kind, _)) = self.word.split_once('/') {
            let names = kind_of(kind).map(|kind| self.names(kind)).unwrap_or_default();
            return names.iter().map(|name| format!("{kind}/{name}")).collect();
        }
        match plain {
            [] => {
                let done = self.word.rfind(',').map_or("", |at| &self.word[..=at]);
                let given: Vec<&str> = done.split(',').collect();
                let open = KINDS.iter().filter(|kind| !given.contains(kind));
                open.map(|kind| finished(format!("{done}{kind}"))).collect()
            }
            [kind, ..] if kind.contains('/') => Vec::new(),
            [kind, named @ ..] => {
                let all = kind_of(kind).map(|kind| self.names(kind)).unwrap_or_default();
                all.into_iter()
                    .filter(|name| !named.contains(&name.trim_end()))
                    .collect()
            }
        }
    }

    /// Workloads as `deployment/web`; `rolls_out` leaves ReplicaSets out.
    fn workloads(&self, plain: &[&str], rolls_out: bool) -> Vec<String> {
        match plain {
            [] => {}
            [kind] if !kind.contains('/') => return kind_of(kind).map(|kind| self.names(kind)).unwrap_or_default(),
            _ => return Vec::new(),
        }
        let kinds = [
            Kind::Deployment,
            Kind::StatefulSet,
            Kind::DaemonSet,
            Kind::ReplicaSet,
            Kind::ReplicationController,
        ];
        let given = self
            .word
            .split_once('/')
            .and_then(|(kind, _)| Some((kind, kind_of(kind)?)));
        let mut all = Vec::new();
        for kind in kinds {
            let is_offered = match given {
                Some((_, given)) => given == kind,
                None => !rolls_out || !matches!(kind, Kind::ReplicaSet | Kind::ReplicationController),
            };
            if is_offered {
                let prefix = given.map_or_else(|| kind.name().to_ascii_lowercase(), |(word, _)| word.to_owned());
                all.extend(self.names(kind).iter().map(|name| format!("{prefix}/{name}")));
            }
        }
        all
    }

    /// The object that the words name.
    fn target(&self, plain: &[&str]) -> Option<Key> {
        let (kind, name) = match plain {
            [word] => word.split_once('/')?,
            [word, ..] if word.contains('/') => word.split_once('/')?,
            [kind, name, ..] => (*kind, *name),
            [] => return None,
        };
        Some(key(kind_of(kind)?, self.namespace, name))
    }

    /// The object, then its containers with the images that they have.
    fn images(&self, plain: &[&str]) -> Vec<String> {
        let template = self.target(plain).and_then(|key| template(self.cluster.get(&key)?));
        match template {
            None => self.workloads(plain, false),
            Some(template) => {
                let all = template.containers.iter();
                let is_named = self.word.contains('=');
                all.map(|container| match is_named {
                    true => format!("{}={}", container.name, container.image),
                    false => format!("{}=", container.name),
                })
                .collect()
            }
        }
    }
}

fn template(object: &Object) -> Option<&PodTemplate> {
    match object {
        Object::Deployment(it) => Some(&it.spec.template),
        Object::StatefulSet(it) => Some(&it.spec.template),
        Object::DaemonSet(it) => Some(&it.spec.template),
        Object::ReplicaSet(it) | Object::ReplicationController(it) => Some(&it.spec.template),
        _ => None,
    }
}
