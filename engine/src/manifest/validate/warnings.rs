//! What the server accepts and warns of.

use super::super::defaults::APP_ARMOR;
use super::super::seen::Seen;
use super::pod::CONTAINERS;
use super::{MOST, is_zero, names};
use crate::value::Value;

type Warnings = Vec<(String, String)>;

/// Volume types that are gone, as the server spells them, and since when.
const GONE: [(&str, &str); 9] = [
    ("photonPersistentDisk", "v1.11, non-functional in v1.16+"),
    ("gitRepo", "v1.11, and disabled by default in v1.33+"),
    ("scaleIO", "v1.16, non-functional in v1.22+"),
    ("flocker", "v1.22, non-functional in v1.25+"),
    ("storageOS", "v1.22, non-functional in v1.25+"),
    ("quobyte", "v1.22, non-functional in v1.25+"),
    ("glusterfs", "v1.25, non-functional in v1.26+"),
    ("cephfs", "v1.28, non-functional in v1.31+"),
    ("rbd", "v1.28, non-functional in v1.31+"),
];
/// Labels of nodes that have other names now.
const OLD_LABELS: [(&str, &str); 8] = [
    (
        "beta.kubernetes.io/arch",
        "deprecated since v1.14; use \"kubernetes.io/arch\" instead",
    ),
    (
        "beta.kubernetes.io/os",
        "deprecated since v1.14; use \"kubernetes.io/os\" instead",
    ),
    (
        "failure-domain.beta.kubernetes.io/region",
        "deprecated since v1.17; use \"topology.kubernetes.io/region\" instead",
    ),
    (
        "failure-domain.beta.kubernetes.io/zone",
        "deprecated since v1.17; use \"topology.kubernetes.io/zone\" instead",
    ),
    (
        "beta.kubernetes.io/instance-type",
        "deprecated since v1.17; use \"node.kubernetes.io/instance-type\" instead",
    ),
    ("app.kubernetes.io/created-by", "deprecated since v1.9"),
    (
        "scheduler.alpha.kubernetes.io/preferAvoidPods",
        "deprecated since v1.22; use Taints and Tolerations instead",
    ),
    (
        "node-role.kubernetes.io/master",
        "use \"node-role.kubernetes.io/control-plane\" instead",
    ),
];
/// Annotations that are fields now.
const OLD_ANNOTATIONS: [(&str, &str); 3] = [
    (
        "scheduler.alpha.kubernetes.io/critical-pod",
        "non-functional in v1.16+; use the \"priorityClassName\" field instead",
    ),
    (
        "security.alpha.kubernetes.io/sysctls",
        "non-functional in v1.11+; use the \"sysctls\" field instead",
    ),
    (
        "security.alpha.kubernetes.io/unsafe-sysctls",
        "non-functional in v1.11+; use the \"sysctls\" field instead",
    ),
];
const NO_SELECTOR: &str = "a null labelSelector results in matching no pod";
const SECCOMP: &str = "non-functional in v1.27+; use the \"seccompProfile\" field instead";

/// What the server accepts with a warning, as (field, message).
pub fn warnings(object: &Value) -> Warnings {
    let mut out = Vec::new();
    let kind = object.text("kind");
    let name = object
        .at(&["metadata", "name"])
        .and_then(Value::as_str)
        .unwrap_or_default();
    let surprising = names::label(name);
    if matches!(kind, "Deployment" | "ReplicaSet" | "ReplicationController" | "Pod")
        && !surprising.is_empty()
        && !name.is_empty()
    {
        let text = "this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is \
                    recommended";
        let text = if kind == "Pod" {
            text.replace("in Pod names and hostnames", "in the Pod's hostname")
        } else {
            text.to_owned()
        };
        out.push((
            "metadata.name".to_owned(),
            format!("{text}: [{}]", surprising.join(" ")),
        ));
    }
    match kind {
        "Pod" => pod("", object, &mut out),
        "PersistentVolumeClaim" => claim(object, &mut out),
        "Service" => service(object, &mut out),
        _ => object
            .at(&["spec", "template"])
            .map_or((), |template| pod("spec.template.", template, &mut out)),
    }
    for (index, claim) in object
        .get("spec")
        .map_or(&[][..], |spec| spec.list("volumeClaimTemplates"))
        .iter()
        .enumerate()
    {
        fractions(
            &format!("spec.volumeClaimTemplates[{index}]"),
            claim.get("spec"),
            &["storage"],
            &mut out,
        );
    }
    let limit = object.at(&["spec", "revisionHistoryLimit"]).and_then(Value::as_int);
    if kind == "StatefulSet" && limit.is_some_and(|limit| limit < 0) {
        let text = "a negative value retains all historical revisions; a value >= 0 is recommended";
        out.push(("spec.revisionHistoryLimit".to_owned(), text.to_owned()));
    }
    for (field, message) in &mut out {
        // Some of a Service's name the field in their words.
        if !message.starts_with(field.as_str()) && !message.starts_with("annotation ") {
            *message = format!("{field}: {message}");
        }
    }
    // Each is said once.
    let mut said = Seen::default();
    out.retain(|(_, message)| said.is_new(message, 0));
    out
}

fn claim(object: &Value, out: &mut Warnings) {
    let old = "volume.beta.kubernetes.io/storage-class";
    if object.at(&["metadata", "annotations", old]).is_some() {
        let text = "deprecated since v1.8; use \"storageClassName\" attribute instead".to_owned();
        out.push((format!("metadata.annotations[{old}]"), text));
    }
    fractions("spec", object.get("spec"), &["storage"], out);
}

/// Parts of a byte, mostly an `m` that was meant as mega.
fn fractions(path: &str, owner: Option<&Value>, resources: &[&str], out: &mut Warnings) {
    for kind in ["limits", "requests"] {
        for resource in resources {
            let Some(amount) = owner.and_then(|owner| owner.at(&["resources", kind, resource])) else {
                continue;
            };
            if super::amount_of(amount).is_some_and(|amount| !amount.is_whole()) {
                let shown = super::shown(amount);
                let text = format!("fractional byte value {shown} is invalid, must be an integer");
                out.push((format!("{path}.resources.{kind}[{resource}]"), text));
            }
        }
    }
}

fn service(object: &Value, out: &mut Warnings) {
    let hints = "service.kubernetes.io/topology-aware-hints";
    if object.at(&["metadata", "annotations", hints]).is_some() {
        let text = format!("annotation {hints} is deprecated, please use service.kubernetes.io/topology-mode instead");
        out.push((format!("metadata.annotations[{hints}]"), text));
    }
    let Some(spec) = object.get("spec") else { return };
    let is_given = |key| spec.get(key).is_some_and(|value| !is_zero(value));
    let kind = spec.text("type");
    let is_headless = kind == "ClusterIP" && spec.text("clusterIP") == "None";
    let mut warn = |field: &str, text: &str| out.push((format!("spec.{field}"), format!("spec.{field} {text}")));
    if is_headless {
        for key in ["loadBalancerIP", "externalIPs"] {
            if is_given(key) {
                warn(key, "is ignored for headless services");
            }
        }
        if spec.text("sessionAffinity") != "None" {
            warn("SessionAffinity", "is ignored for headless services");
        }
    }
    if is_given("externalIPs") && kind == "ExternalName" {
        warn("externalIPs", "is ignored when spec.type is \"ExternalName\"");
    } else if is_given("externalIPs") && !is_headless {
        warn("externalIPs", "is deprecated");
    }
    if is_given("externalName") && kind != "ExternalName" {
        warn("externalName", "is ignored when spec.type is not \"ExternalName\"");
    }
    if spec.text("trafficDistribution") == "PreferClose" {
        let text = "\"PreferClose\" is deprecated; use \"PreferSameZone\"";
        out.push(("spec.trafficDistribution".to_owned(), text.to_owned()));
    }
}

/// A Pod or a template; `base` is in front of its fields.
fn pod(base: &str, owner: &Value, out: &mut Warnings) {
    let Some(spec) = owner.get("spec") else { return };
    let path = &format!("{base}spec");
    let annotations = owner.at(&["metadata", "annotations"]);
    let annotated = |key: &str| annotations.is_some_and(|annotations| annotations.get(key).is_some());
    let annotation = |key: &str| format!("{base}metadata.annotations[{key}]");
    for (key, _) in spec.get("nodeSelector").and_then(Value::as_map).into_iter().flatten() {
        if let Some(said) = of_label(key) {
            out.push((format!("{path}.nodeSelector[{key}]"), said.to_owned()));
        }
    }
    affinity(&format!("{path}.affinity"), spec.get("affinity"), out);
    for (index, constraint) in spec.list("topologySpreadConstraints").iter().enumerate() {
        let path = format!("{path}.topologySpreadConstraints[{index}]");
        old_label(&format!("{path}.topologyKey"), constraint.text("topologyKey"), out);
        if constraint.get("labelSelector").is_none() {
            out.push((format!("{path}.labelSelector"), NO_SELECTOR.to_owned()));
        }
    }
    for (key, said) in OLD_ANNOTATIONS.iter().filter(|(key, _)| annotated(key)) {
        out.push((annotation(key), (*said).to_owned()));
    }
    for (index, volume) in spec.list("volumes").iter().enumerate() {
        let field = |source: &str| format!("{path}.volumes[{index}].{source}");
        let members = volume.as_map().into_iter().flatten();
        for (key, _) in members {
            if let Some((source, since)) = GONE.iter().find(|(source, _)| source.eq_ignore_ascii_case(key)) {
                out.push((field(source), format!("deprecated in {since}")));
            }
        }
        let claim = volume.at(&["ephemeral", "volumeClaimTemplate", "spec"]);
        fractions(&field("ephemeral.volumeClaimTemplate.spec"), claim, &["storage"], out);
    }
    for (list, key, what) in [("hostAliases", "ip", "ip"), ("imagePullSecrets", "name", "name")] {
        let mut seen = Seen::default();
        for (index, item) in spec.list(list).iter().enumerate() {
            let (field, text) = (format!("{path}.{list}[{index}].{key}"), item.text(key));
            if !seen.is_new(text, index) {
                out.push((field.clone(), format!("duplicate {what} {text:?}")));
            }
            if text.is_empty() && list == "imagePullSecrets" {
                out.push((field, "invalid empty name \"\"".to_owned()));
            }
        }
    }
    let is_confined = |owner: &Value, profile: &str| owner.at(&["securityContext", profile]).is_some();
    let key = "seccomp.security.alpha.kubernetes.io/pod";
    if annotated(key) && !is_confined(spec, "seccompProfile") {
        out.push((annotation(key), SECCOMP.to_owned()));
    }
    for (path, container) in containers(path, spec) {
        let name = container.text("name");
        let key = format!("container.seccomp.security.alpha.kubernetes.io/{name}");
        if annotated(&key) && !is_confined(container, "seccompProfile") {
            out.push((annotation(&key), SECCOMP.to_owned()));
        }
        let key = format!("{APP_ARMOR}{name}");
        let is_told = base.is_empty()
            || ![spec, container]
                .iter()
                .any(|owner| is_confined(owner, "appArmorProfile"));
        if annotated(&key) && is_told {
            let text = "deprecated since v1.30; use the \"appArmorProfile\" field instead";
            out.push((annotation(&key), text.to_owned()));
        }
        fractions(&path, Some(container), &["memory", "ephemeral-storage"], out);
        variables(&path, container, out);
    }
    ports(path, spec, out);
    let grace = spec.int("terminationGracePeriodSeconds").unwrap_or_default();
    if grace < 0 {
        let text = "must be >= 0; negative values are invalid and will be treated as 1".to_owned();
        out.push((format!("{path}.terminationGracePeriodSeconds"), text));
    }
}

/// All containers with their paths.
fn containers<'a>(path: &'a str, spec: &'a Value) -> impl Iterator<Item = (String, &'a Value)> {
    CONTAINERS.into_iter().flat_map(move |list| {
        let containers = spec.list(list).iter().enumerate();
        containers.map(move |(index, container)| (format!("{path}.{list}[{index}]"), container))
    })
}

fn of_label(key: &str) -> Option<&'static str> {
    OLD_LABELS.iter().find(|(old, _)| *old == key).map(|(_, said)| *said)
}

fn old_label(field: &str, key: &str, out: &mut Warnings) {
    if let Some(said) = of_label(key) {
        out.push((field.to_owned(), format!("{key} is {said}")));
    }
}

fn affinity(path: &str, affinity: Option<&Value>, out: &mut Warnings) {
    let required = "requiredDuringSchedulingIgnoredDuringExecution";
    let preferred = "preferredDuringSchedulingIgnoredDuringExecution";
    let of = |kind: &str, key: &str| affinity.and_then(|affinity| affinity.at(&[kind, key]));
    let terms = of("nodeAffinity", required).map_or(&[][..], |nodes| nodes.list("nodeSelectorTerms"));
    for (index, term) in terms.iter().enumerate() {
        let path = format!("{path}.nodeAffinity.{required}.nodeSelectorTerms[{index}]");
        node_term(&path, Some(term), false, out);
    }
    let wishes = of("nodeAffinity", preferred).map(Value::items).unwrap_or_default();
    for (index, wish) in wishes.iter().enumerate() {
        let path = format!("{path}.nodeAffinity.{preferred}[{index}].preference");
        node_term(&path, wish.get("preference"), true, out);
    }
    for kind in ["podAffinity", "podAntiAffinity"] {
        for (strength, inner) in [(required, ""), (preferred, "podAffinityTerm")] {
            for (index, term) in of(kind, strength)
                .map(Value::items)
                .unwrap_or_default()
                .iter()
                .enumerate()
            {
                let term = if inner.is_empty() { Some(term) } else { term.get(inner) };
                if term.is_some_and(|term| term.get("labelSelector").is_none()) {
                    let path = super::join(&format!("{path}.{kind}.{strength}[{index}]"), inner);
                    out.push((format!("{path}.labelSelector"), NO_SELECTOR.to_owned()));
                }
            }
        }
    }
}

fn node_term(path: &str, term: Option<&Value>, is_wish: bool, out: &mut Warnings) {
    let expressions = term.map_or(&[][..], |term| term.list("matchExpressions"));
    for (index, expression) in expressions.iter().enumerate() {
        let path = format!("{path}.matchExpressions[{index}]");
        old_label(&format!("{path}.key"), expression.text("key"), out);
        for (number, value) in expression.list("values").iter().enumerate().filter(|_| is_wish) {
            let text = value.as_str().unwrap_or_default();
            for complaint in names::value(text) {
                out.push((
                    format!("{path}.values[{number}]"),
                    format!("{text} is invalid, {complaint}"),
                ));
            }
        }
    }
}

fn variables(path: &str, container: &Value, out: &mut Warnings) {
    let mut names = Seen::default();
    for (index, variable) in container.list("env").iter().enumerate() {
        let (name, value) = (variable.text("name"), variable.text("value"));
        let reference = format!("$({name})");
        let builds_on_it = value.contains(&reference) && value != reference && variable.get("valueFrom").is_none();
        if !names.is_new(name, index) && !builds_on_it {
            let text = format!("hides previous definition of {name:?}, which may be dropped when using apply");
            out.push((format!("{path}.env[{index}]"), text));
        }
    }
}

/// A container's port, where it stands, and the one before that has its number and protocol.
struct Known<'a> {
    field: String,
    port: &'a Value,
    before: Option<usize>,
}

impl Known<'_> {
    fn number(&self, key: &str) -> i64 {
        self.port.int(key).unwrap_or_default()
    }
}

fn ports(path: &str, spec: &Value, out: &mut Warnings) {
    let mut last = Seen::default();
    let mut known: Vec<Known> = Vec::new();
    // Whoever has more ports of one number than this does not read what is said of them.
    let mut pairs = 100 * MOST;
    for (path, container) in containers(path, spec) {
        for (index, port) in container.list("ports").iter().enumerate() {
            let mut this = Known {
                field: format!("{path}.ports[{index}]"),
                port,
                before: None,
            };
            let (protocol, inner) = (port.text("protocol"), this.number("containerPort"));
            this.before = last.replace(&format!("{inner}/{protocol}"), known.len());
            let (name, address) = (port.text("name"), port.text("hostIP"));
            if !address.is_empty() && this.number("hostPort") == 0 {
                let shown =
                    format!("{{Name:{name} HostPort:0 ContainerPort:{inner} Protocol:{protocol} HostIP:{address}}}");
                out.push((this.field.clone(), format!("hostIP set without hostPort: {shown}")));
            }
            let mut other = this.before;
            while let Some(index) = other.filter(|_| pairs > 0 && out.len() < MOST) {
                out.extend(clash(&this, &known[index]).map(|text| (this.field.clone(), text)));
                other = known[index].before;
                pairs -= 1;
            }
            known.push(this);
        }
    }
    port_names(spec, &known, out);
}

/// What two ports of one number and protocol do to each other.
fn clash(this: &Known, other: &Known) -> Option<String> {
    let (host, other_host) = (this.number("hostPort"), other.number("hostPort"));
    let (address, other_address) = (this.port.text("hostIP"), other.port.text("hostIP"));
    let what = if address == other_address && host == other_host {
        "duplicate"
    } else if host == 0 || other_host == 0 {
        "overlapping"
    } else if host == other_host && address.is_empty() != other_address.is_empty() {
        "dangerously ambiguous"
    } else {
        return None;
    };
    Some(format!("{what} port definition with {}", other.field))
}

/// Names of ports are looked up in the whole Pod.
fn port_names(spec: &Value, known: &[Known], out: &mut Warnings) {
    // The server stops at the first init container that ends before the others start.
    let is_sidecar = |container: &Value| container.text("restartPolicy") == "Always";
    if !spec.list("initContainers").iter().all(is_sidecar) {
        return;
    }
    let mut names = Seen::default();
    let lasting = |known: &&Known| !known.field.contains(".ephemeralContainers[");
    for (index, Known { field, port, .. }) in known.iter().filter(lasting).enumerate() {
        let name = port.text("name");
        if name.is_empty() || names.is_new(name, index) || out.len() >= MOST {
            continue;
        }
        let first = &known[names.get(name).unwrap_or_default()].field;
        let text = format!(
            "duplicate port name {name:?} with {first}, services and probes that select ports by name will use {first}"
        );
        out.push((field.clone(), text));
    }
}
