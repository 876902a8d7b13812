//! Pod templates: what a controller stamps Pods from. A template keeps its whole value, modelled or not, because
//! revisions are told apart by comparing all of it; the parts that the engine acts on are read once.

use super::kind::Kind;
use super::meta::{Labels, Name, labels};
use super::needs::Asked;
use super::resources::{Resources, amount, requests};
use crate::time::Duration;
use crate::value::Value;
use std::rc::Rc;

/// The label that the Deployment controller adds to tell a template's Pods apart.
pub const POD_TEMPLATE_HASH: &str = "pod-template-hash";

/// A Pod template (`metadata` and `spec`), without the label `pod-template-hash`.
#[derive(Clone, Debug, Default)]
pub struct PodTemplate {
    /// All of it, defaulted.
    pub value: Value,
    /// Labels of the Pods.
    pub labels: Labels,
    /// Annotations of the Pods.
    pub annotations: Labels,
    /// Init containers, in order.
    pub init_containers: Vec<Container>,
    /// App containers, in order.
    pub containers: Vec<Container>,
    /// Claims that its volumes name.
    pub claims: Vec<Name>,
    /// What a Pod requests of a node.
    pub requests: Resources,
    /// Which ended containers are started again (POD-23).
    pub restart_policy: RestartPolicy,
    /// The longest a Pod may take to stop, in seconds.
    pub termination_grace_period_seconds: i64,
    /// 32-bit FNV-1a over the value: two templates with different hashes differ.
    pub hash: u32,
    /// What its Pods need, once somebody has asked.
    pub(super) asked: Asked,
}

/// What the engine acts on in a container.
#[derive(Clone, Debug, PartialEq)]
pub struct Container {
    /// Its name.
    pub name: Rc<str>,
    /// Its image.
    pub image: Rc<str>,
    /// Whether it is a sidecar: an init container with `restartPolicy: Always`.
    pub sidecar: bool,
    /// Whether its image must be on the node already (`imagePullPolicy: Never`).
    pub never_pull: bool,
    /// How long its preStop hook takes, as far as that is written.
    pub pre_stop: Duration,
    /// What restarts it.
    pub liveness_probe: Option<Probe>,
    /// When it counts as ready.
    pub readiness_probe: Option<Probe>,
    /// What holds the other probes back.
    pub startup_probe: Option<Probe>,
}

/// Which ended containers of a Pod are started again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the API's own names")]
pub enum RestartPolicy {
    #[default]
    Always,
    OnFailure,
    Never,
}

/// What a container requests and may use of a resource, in thousandths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amount {
    /// The container.
    pub container: Rc<str>,
    /// What is kept free for it.
    pub request: Option<i64>,
    /// The most it gets.
    pub limit: Option<i64>,
}

/// A probe's timing, in seconds; defaults are POD-30.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Probe {
    /// No earlier than this after the container's start.
    pub initial_delay_seconds: i64,
    /// The beat.
    pub period_seconds: i64,
    /// How long it waits for an answer.
    pub timeout_seconds: i64,
    /// Successes in a row that it takes.
    pub success_threshold: i64,
    /// Failures in a row that it takes.
    pub failure_threshold: i64,
    /// The grace of a container that it ends; `None`: the Pod's.
    pub grace_seconds: Option<i64>,
}

impl PodTemplate {
    /// Reads a defaulted template; the label `pod-template-hash` is taken out and returned beside it.
    pub fn from_value(value: Option<&Value>) -> (PodTemplate, Option<Rc<str>>) {
        let mut value = value.cloned().unwrap_or_default();
        let hash_label = match value.entry("metadata").entry("labels") {
            Value::Map(map) => map.remove(POD_TEMPLATE_HASH),
            _ => None,
        };
        let containers = |key: &str| {
            let items = value.at(&["spec", key]).map_or(&[][..], Value::items);
            items.iter().map(Container::from_value).collect()
        };
        let grace = value
            .at(&["spec", "terminationGracePeriodSeconds"])
            .and_then(Value::as_int);
        let template = PodTemplate {
            labels: labels(value.at(&["metadata", "labels"])),
            annotations: labels(value.at(&["metadata", "annotations"])),
            init_containers: containers("initContainers"),
            containers: containers("containers"),
            claims: claims(value.at(&["spec", "volumes"])),
            requests: value.get("spec").map(requests).unwrap_or_default(),
            restart_policy: match value.at(&["spec", "restartPolicy"]).and_then(Value::as_str) {
                Some("OnFailure") => RestartPolicy::OnFailure,
                Some("Never") => RestartPolicy::Never,
                _ => RestartPolicy::Always,
            },
            termination_grace_period_seconds: grace.unwrap_or(30),
            hash: fnv(&value),
            asked: Asked::default(),
            value,
        };
        (template, hash_label.and_then(|label| label.as_str().map(Rc::from)))
    }

    /// The hash as Kubernetes spells hashes in names (DEP-12): decimal digits mapped to letters without vowels.
    pub fn hash_name(&self) -> String {
        safe_encode(self.hash)
    }

    /// The hash after so many collisions: another one each time (DEP-13).
    pub fn hash_name_after(&self, collisions: Option<i64>) -> String {
        let mut hash = Fnv(self.hash);
        if let Some(collisions) = collisions {
            hash.bytes(collisions.to_string().as_bytes());
        }
        safe_encode(hash.0)
    }

    /// Whether a Pod reads a ConfigMap or Secret when it starts.
    pub fn reads(&self, kind: Kind, name: &str) -> bool {
        let fields: &[&str] = match kind {
            Kind::ConfigMap => &["configMap", "configMapRef", "configMapKeyRef"],
            _ => &["secret", "secretRef", "secretKeyRef"],
        };
        self.value.get("spec").is_some_and(|spec| mentions(spec, fields, name))
    }

    /// What each app container, or the named one, requests and may use of a resource.
    pub fn resources(&self, resource: &str, only: Option<&str>) -> Vec<Amount> {
        let containers = self.value.at(&["spec", "containers"]).map_or(&[][..], Value::items);
        let named = containers
            .iter()
            .filter(|container| only.is_none_or(|name| container.text("name") == name));
        let amounts = named.map(|container| {
            let amount = |list: &str| amount(container.at(&["resources", list, resource])?);
            Amount {
                container: container.text("name").into(),
                request: amount("requests"),
                limit: amount("limits"),
            }
        });
        amounts.collect()
    }
}

fn claims(volumes: Option<&Value>) -> Vec<Name> {
    let named = |volume: &Value| {
        volume
            .at(&["persistentVolumeClaim", "claimName"])?
            .as_str()
            .map(Name::from)
    };
    volumes.map_or(&[][..], Value::items).iter().filter_map(named).collect()
}

/// Semantic equality: the whole value decides, the hash only shortens the way.
impl PartialEq for PodTemplate {
    fn eq(&self, other: &PodTemplate) -> bool {
        std::ptr::eq(self, other) || (self.hash == other.hash && self.value == other.value)
    }
}

/// Whether a reference under one of these fields names this.
fn mentions(value: &Value, fields: &[&str], name: &str) -> bool {
    let is_it = |reference: &Value| reference.text("name") == name || reference.text("secretName") == name;
    match value {
        Value::List(items) => items.iter().any(|item| mentions(item, fields, name)),
        Value::Map(map) => map
            .iter()
            .any(|(key, member)| (fields.contains(&key.as_str()) && is_it(member)) || mentions(member, fields, name)),
        _ => false,
    }
}

impl Container {
    fn from_value(value: &Value) -> Container {
        Container {
            name: value.text("name").into(),
            image: value.text("image").into(),
            sidecar: value.text("restartPolicy") == "Always",
            never_pull: value.text("imagePullPolicy") == "Never",
            pre_stop: value.at(&["lifecycle", "preStop"]).map_or(Duration::ZERO, hook_time),
            liveness_probe: Probe::from_value(value.get("livenessProbe")),
            readiness_probe: Probe::from_value(value.get("readinessProbe")),
            startup_probe: Probe::from_value(value.get("startupProbe")),
        }
    }
}

impl Probe {
    fn from_value(value: Option<&Value>) -> Option<Probe> {
        let value = value?;
        let number = |key: &str, absent: i64| value.int(key).unwrap_or(absent);
        Some(Probe {
            initial_delay_seconds: number("initialDelaySeconds", 0).max(0),
            period_seconds: number("periodSeconds", 10).max(1),
            timeout_seconds: number("timeoutSeconds", 1).max(1),
            success_threshold: number("successThreshold", 1).max(1),
            failure_threshold: number("failureThreshold", 3).max(1),
            grace_seconds: value.int("terminationGracePeriodSeconds"),
        })
    }
}

/// How long a hook takes: what `sleep` is told, be it the hook's own or a command's; anything else takes no time.
fn hook_time(hook: &Value) -> Duration {
    let slept = hook.at(&["sleep", "seconds"]).and_then(Value::as_int);
    let command = hook.at(&["exec", "command"]).map_or(&[][..], Value::items);
    let mut words = command
        .iter()
        .filter_map(Value::as_str)
        .flat_map(|word| word.split(|letter: char| letter.is_whitespace() || letter == ';' || letter == '&'));
    let typed = || {
        words.find(|word| *word == "sleep" || word.ends_with("/sleep"))?;
        words.next()?.trim_end_matches('s').parse().ok()
    };
    Duration::seconds(slept.or_else(typed).unwrap_or(0))
}

/// A count, or a share of the replicas.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum IntOrPercent {
    /// A count of Pods.
    Int(i64),
    /// Percent of `spec.replicas`.
    Percent(i64),
}

impl IntOrPercent {
    /// Reads `3` or `25%`.
    pub fn from_value(value: Option<&Value>) -> Option<IntOrPercent> {
        match value? {
            Value::Int(count) => Some(IntOrPercent::Int(*count)),
            Value::String(text) => text.strip_suffix('%')?.parse().ok().map(IntOrPercent::Percent),
            _ => None,
        }
    }

    /// Writes `3` or `"25%"`.
    pub fn to_value(self) -> Value {
        match self {
            IntOrPercent::Int(count) => count.into(),
            IntOrPercent::Percent(percent) => format!("{percent}%").into(),
        }
    }

    /// The count out of `total`, a share rounded up.
    pub fn round_up(self, total: i64) -> i64 {
        match self {
            IntOrPercent::Int(count) => count,
            IntOrPercent::Percent(percent) => percent.saturating_mul(total).saturating_add(99).div_euclid(100),
        }
    }

    /// The count out of `total`, a share rounded down.
    pub fn round_down(self, total: i64) -> i64 {
        match self {
            IntOrPercent::Int(count) => count,
            IntOrPercent::Percent(percent) => percent.saturating_mul(total).div_euclid(100),
        }
    }
}

/// Maps the decimal digits of a hash to Kubernetes' alphabet without vowels.
/// Upstream: `apimachinery/pkg/util/rand › SafeEncodeString`.
pub fn safe_encode(hash: u32) -> String {
    const DIGITS: &[u8; 10] = b"456789bcdf";
    hash.to_string()
        .bytes()
        .map(|digit| char::from(DIGITS[usize::from(digit - b'0')]))
        .collect()
}

/// 32-bit FNV-1a over a canonical dump of the value.
pub fn fnv(value: &Value) -> u32 {
    let mut hash = Fnv(0x811c_9dc5);
    hash.value(value);
    hash.0
}

struct Fnv(u32);

impl Fnv {
    fn bytes(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u32::from(*byte)).wrapping_mul(0x0100_0193);
        }
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::Null => self.bytes(b"n"),
            Value::Bool(value) => self.bytes(if *value { b"t" } else { b"f" }),
            Value::Int(number) => self.bytes(&number.to_le_bytes()),
            Value::Float(number) => self.bytes(&number.to_le_bytes()),
            Value::String(text) => {
                self.bytes(b"\"");
                self.bytes(text.as_bytes());
            }
            Value::List(items) => {
                self.bytes(b"[");
                items.iter().for_each(|item| self.value(item));
            }
            Value::Map(map) => {
                self.bytes(b"{");
                for (key, value) in map {
                    self.bytes(key.as_bytes());
                    self.bytes(b":");
                    self.value(value);
                }
            }
        }
        self.bytes(b";");
    }
}
