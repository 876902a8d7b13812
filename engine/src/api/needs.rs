//! What a Pod needs beside its containers: where it may run, and what has to be there before it starts. Scheduler and kubelet
//! ask for it at every Pod, who only shows a run never does; so it is read once, when somebody asks.

use super::kind::Kind;
use super::meta::{Labels, labels};
use super::node::Toleration;
use super::template::PodTemplate;
use crate::value::Value;
use std::cell::OnceCell;
use std::fmt;

/// What a Pod of a template needs.
#[derive(Clone, Debug)]
pub struct Needs {
    /// Labels that a node must have.
    pub node_selector: Labels,
    /// Required affinity to nodes: terms of which one must fit.
    pub node_terms: Vec<Value>,
    /// Required affinity to other Pods.
    pub affinity: Vec<Value>,
    /// Required anti-affinity to other Pods.
    pub anti_affinity: Vec<Value>,
    /// How evenly the Pods are spread.
    pub spread: Vec<Value>,
    /// The ports of its node that a Pod takes, with their protocols.
    pub host_ports: Vec<(i64, String)>,
    /// Taints that the Pods put up with.
    pub tolerations: Vec<Toleration>,
    /// Its volumes.
    pub volumes: Vec<Value>,
    /// The ConfigMaps and Secrets that the environment of its containers refers to, each with the container's name.
    pub references: Vec<(String, Kind, Value)>,
}

/// What its Pods need, once somebody has asked. Nobody can see whether somebody has: a template stays what it is.
#[derive(Clone, Default)]
pub(super) struct Asked(OnceCell<Needs>);

impl fmt::Debug for Asked {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl PodTemplate {
    /// What its Pods need.
    pub fn needs(&self) -> &Needs {
        self.asked.0.get_or_init(|| Needs::of(&self.value))
    }
}

impl Needs {
    fn of(template: &Value) -> Needs {
        let list = |path: &[&str]| {
            let spec = template.get("spec");
            spec.and_then(|spec| spec.at(path)).map_or(&[][..], Value::items)
        };
        let required = |affinity: &str, part: &[&str]| {
            let path = ["affinity", affinity, "requiredDuringSchedulingIgnoredDuringExecution"];
            list(&[&path, part].concat()).to_vec()
        };
        let containers = || list(&["initContainers"]).iter().chain(list(&["containers"]));
        Needs {
            node_selector: labels(template.at(&["spec", "nodeSelector"])),
            node_terms: required("nodeAffinity", &["nodeSelectorTerms"]),
            affinity: required("podAffinity", &[]),
            anti_affinity: required("podAntiAffinity", &[]),
            spread: list(&["topologySpreadConstraints"]).to_vec(),
            host_ports: list(&["containers"]).iter().flat_map(host_ports).collect(),
            tolerations: list(&["tolerations"]).iter().map(Toleration::from_value).collect(),
            volumes: list(&["volumes"]).to_vec(),
            references: containers().flat_map(references).collect(),
        }
    }
}

fn host_ports(container: &Value) -> impl Iterator<Item = (i64, String)> {
    let ports = container.list("ports").iter();
    ports.filter_map(|port| {
        let number = port.int("hostPort").filter(|port| *port > 0)?;
        Some((number, port.text("protocol").to_owned()))
    })
}

/// Those of one container: whole ones, then single keys.
fn references(container: &Value) -> Vec<(String, Kind, Value)> {
    let both = |source: &Value, names: [&str; 2]| {
        let found = [Kind::ConfigMap, Kind::Secret]
            .into_iter()
            .zip(names.map(|name| source.get(name).cloned()));
        found.filter_map(|(kind, reference)| Some((container.text("name").to_owned(), kind, reference?)))
    };
    let whole = container.list("envFrom").iter();
    let whole = whole.flat_map(|source| both(source, ["configMapRef", "secretRef"]));
    let sources = container
        .list("env")
        .iter()
        .filter_map(|variable| variable.get("valueFrom"));
    let keys = sources.flat_map(|source| both(source, ["configMapKeyRef", "secretKeyRef"]));
    whole.chain(keys).collect()
}
