//! What comes from outside: kubectl's changing verbs, and what is said to happen to single Pods. Each becomes requests to
//! the API server, which may refuse them, and the text that kubectl prints.

mod apply;
pub(crate) mod drain;
mod nodes;
mod patch;
mod pods;
mod rollout;

use crate::api::{Applied, Key, Kind, Object};
use crate::cluster::{Cluster, DeleteOptions, Propagation, Write};
use crate::manifest;
use crate::release::Gates;
use crate::scenario::Intervention;
use crate::time::Time;
use crate::value::Value;
use crate::world::Limits;
use std::rc::Rc;

/// What an intervention comes to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outcome {
    /// Whether all of it was accepted.
    pub(crate) accepted: bool,
    /// What kubectl prints.
    pub(crate) text: String,
    /// The requests that the API server accepted.
    pub(crate) writes: Vec<Write>,
    /// Pods that `kubectl drain` goes on asking for.
    pub(crate) follow: Vec<Key>,
}

impl Outcome {
    fn done(text: String, writes: Vec<Write>) -> Outcome {
        Outcome {
            accepted: true,
            text,
            writes,
            follow: Vec::new(),
        }
    }

    fn refused(text: String) -> Outcome {
        Outcome {
            accepted: false,
            text,
            ..Outcome::default()
        }
    }
}

/// Turns an intervention into requests, or into the words of a refusal.
pub(crate) fn carry_out(cluster: &Cluster, gates: Gates, limits: Limits, what: &Intervention, now: Time) -> Outcome {
    let outcome = ask(cluster, gates, what, now);
    let asked = outcome.writes.iter().filter_map(|write| match write {
        Write::Create(object) | Write::Update(object) => object.replicas(),
        Write::UpdateStatus(_) | Write::Delete(..) => None,
    });
    match asked.max().filter(|replicas| *replicas > limits.pods) {
        Some(replicas) => Outcome::refused(too_many(replicas, limits)),
        None => outcome,
    }
}

fn ask(cluster: &Cluster, gates: Gates, what: &Intervention, now: Time) -> Outcome {
    match what {
        Intervention::Apply(text) => apply::apply(cluster, gates, text, false),
        Intervention::ServerSideApply(text) => apply::apply(cluster, gates, text, true),
        Intervention::Pod(key, what) => pods::carry_out(cluster, key, what, now),
        other => match target(other).and_then(|key| cluster.get(key)) {
            Some(object) => change(cluster, gates, object, other, now),
            None => not_found(other),
        },
    }
}

/// The object that an intervention is about.
fn target(what: &Intervention) -> Option<&Key> {
    match what {
        Intervention::Apply(_) | Intervention::ServerSideApply(_) => None,
        Intervention::Scale(key, _)
        | Intervention::SetImage(key, ..)
        | Intervention::Patch(key, _)
        | Intervention::Pause(key)
        | Intervention::Resume(key)
        | Intervention::Undo(key, _)
        | Intervention::Restart(key)
        | Intervention::Delete(key, _)
        | Intervention::ForceDelete(key)
        | Intervention::Cordon(key, _)
        | Intervention::Drain(key, _)
        | Intervention::Taint(key, ..)
        | Intervention::Node(key, _)
        | Intervention::Pod(key, _) => Some(key),
    }
}

/// The object under which the step is listed: the target, or the first that was written.
pub(crate) fn subject(what: &Intervention, outcome: &Outcome) -> Key {
    let written = outcome.writes.iter().map(|write| match write {
        Write::Create(object) | Write::Update(object) | Write::UpdateStatus(object) => object.key(),
        Write::Delete(key, _) => key.clone(),
    });
    let none = || Key::new(Kind::Deployment, &"default".into(), &"".into());
    target(what)
        .cloned()
        .or_else(|| written.into_iter().next())
        .unwrap_or_else(none)
}

fn change(cluster: &Cluster, gates: Gates, object: &Object, what: &Intervention, now: Time) -> Outcome {
    match what {
        Intervention::Scale(_, replicas) => scale(gates, object, *replicas),
        Intervention::SetImage(_, container, image) => set_image(gates, object, container, image),
        Intervention::Patch(_, patch) => patch::patch(gates, object, patch),
        Intervention::Pause(_) => rollout::pause(gates, object, true),
        Intervention::Resume(_) => rollout::pause(gates, object, false),
        Intervention::Undo(_, revision) => rollout::undo(cluster, gates, object, *revision),
        Intervention::Restart(_) => rollout::restart(gates, object, now),
        Intervention::Delete(key, propagation) => {
            let options = DeleteOptions {
                grace_period_seconds: None,
                propagation: *propagation,
            };
            delete(object, key, "deleted", options)
        }
        Intervention::ForceDelete(key) => {
            let options = DeleteOptions {
                grace_period_seconds: Some(0),
                propagation: Propagation::Background,
            };
            delete(object, key, "force deleted", options)
        }
        Intervention::Cordon(_, close) => match object {
            Object::Node(node) => drain::cordon(node, *close),
            _ => Outcome::default(),
        },
        Intervention::Drain(_, flags) => match object {
            Object::Node(node) => drain::drain(cluster, node, *flags),
            _ => Outcome::default(),
        },
        Intervention::Taint(_, taint, remove) => match object {
            Object::Node(node) => nodes::taint(node, taint, *remove),
            _ => Outcome::default(),
        },
        Intervention::Node(_, what) => match object {
            Object::Node(node) => nodes::happen(cluster, node, *what, now),
            _ => Outcome::default(),
        },
        Intervention::Apply(_) | Intervention::ServerSideApply(_) | Intervention::Pod(..) => Outcome::default(),
    }
}

/// The line names the namespace, if the object has one (CTL-80).
fn delete(object: &Object, key: &Key, done: &str, options: DeleteOptions) -> Outcome {
    let mut text = format!("{} \"{}\" {done}", resource(object), key.name);
    if !key.namespace.is_empty() {
        text += &format!(" from {} namespace", key.namespace);
    }
    Outcome::done(text, vec![Write::Delete(key.clone(), options)])
}

/// Only what has a size has the scale subresource (DS-01).
fn scale(gates: Gates, object: &Object, replicas: i64) -> Outcome {
    if object.replicas().is_none() {
        let text = "Error from server (NotFound): the server could not find the requested resource";
        return Outcome::refused(text.to_owned());
    }
    if replicas < 0 {
        let text = "error: The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0";
        return Outcome::refused(text.to_owned());
    }
    let edited = edit(gates, object, |value| {
        *value.entry("spec").entry("replicas") = replicas.into();
    });
    answered(
        object,
        edited.map(|edited| edited.or_else(|| Some(object.clone()))),
        "scaled",
    )
}

/// The refusal of more Pods than the engine simulates.
pub(crate) fn too_many(replicas: i64, limits: Limits) -> String {
    format!(
        "{replicas} replicas are too many here: at most {} Pods are simulated, unless limits.pods says more",
        limits.pods
    )
}

fn set_image(gates: Gates, object: &Object, container: &str, image: &str) -> Outcome {
    let mut found = false;
    let edited = edit(gates, object, |value| {
        let spec = value.entry("spec").entry("template").entry("spec");
        for key in ["initContainers", "containers"] {
            let present = spec.get(key).is_some();
            let Some(Value::List(containers)) = present.then(|| spec.entry(key)) else {
                continue;
            };
            for item in containers {
                if container == "*" || item.get("name").and_then(Value::as_str) == Some(container) {
                    *item.entry("image") = image.into();
                    found = true;
                }
            }
        }
    });
    if !found {
        return Outcome::refused(format!("error: unable to find container named \"{container}\""));
    }
    match edited {
        Ok(None) => Outcome::done(String::new(), Vec::new()),
        edited => answered(object, edited, "image updated"),
    }
}

/// Changes a copy of the object by its value; the server's defaults and checks apply. `None` if nothing changes.
fn edit(gates: Gates, object: &Object, change: impl FnOnce(&mut Value)) -> Result<Option<Object>, String> {
    let before = object.to_value();
    let mut after = before.clone();
    change(&mut after);
    let edited = admit(gates, &mut after, Some((object, &before)))?;
    Ok((edited != *object).then_some(edited))
}

/// Defaults, checks and types an object as the API server does before it stores it.
fn admit(gates: Gates, value: &mut Value, stored: Option<(&Object, &Value)>) -> Result<Object, String> {
    let keeps = stored.is_some_and(|(_, before)| has_max_unavailable(before));
    manifest::default(value);
    manifest::drop_disabled(value, gates.max_unavailable_stateful_set || keeps);
    if gates.max_unavailable_stateful_set {
        default_max_unavailable(value);
    }
    let invalid = match stored {
        Some((_, before)) => manifest::validate_update(value, before),
        None => manifest::validate(value),
    };
    let text = |key: &[&str]| value.at(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (kind, name) = (text(&["kind"]), text(&["metadata", "name"]));
    if let [first, rest @ ..] = &invalid[..] {
        let details = match rest {
            [] => first.message.clone(),
            _ => invalid
                .iter()
                .map(|invalid| format!("\n* {}", invalid.message))
                .collect(),
        };
        return Err(format!("The {kind} \"{name}\" is invalid: {details}"));
    }
    let mut object = Object::from_value(value).ok_or_else(|| format!("{kind} {name} is not simulated"))?;
    if let Some((stored, _)) = stored {
        object.keep_system_fields(stored);
        let applied = stored.meta().applied.as_ref().map(|applied| {
            let owned = manifest::still_owned(&applied.owned, value);
            let manifest = applied.manifest.clone();
            Rc::new(Applied { owned, manifest })
        });
        object.meta_mut().applied = applied;
    }
    Ok(object)
}

/// With the gate `MaxUnavailableStatefulSet`, an absent bound is filled in as 1.
/// Upstream: `pkg/apis/apps/v1/defaults.go › SetDefaults_StatefulSet`.
fn default_max_unavailable(value: &mut Value) {
    let is_set = value.get("kind").and_then(Value::as_str) == Some("StatefulSet");
    let strategy = value.at(&["spec", "updateStrategy"]);
    let rolls = strategy.is_some_and(|strategy| {
        strategy.get("type").and_then(Value::as_str) == Some("RollingUpdate") && strategy.get("rollingUpdate").is_some()
    });
    if is_set && rolls && !has_max_unavailable(value) {
        let block = value.entry("spec").entry("updateStrategy").entry("rollingUpdate");
        *block.entry("maxUnavailable") = 1.into();
    }
}

fn has_max_unavailable(value: &Value) -> bool {
    value
        .at(&["spec", "updateStrategy", "rollingUpdate", "maxUnavailable"])
        .is_some()
}

/// kubectl's line for a change that was made, made nothing, or was refused.
fn answered(object: &Object, edited: Result<Option<Object>, String>, verb: &str) -> Outcome {
    let line = format!("{}/{} {verb}", resource(object), object.meta().name);
    match edited {
        Ok(Some(edited)) => Outcome::done(line, vec![Write::Update(edited)]),
        Ok(None) => Outcome::done(format!("{line} (no change)"), Vec::new()),
        Err(text) => Outcome::refused(text),
    }
}

/// `deployment.apps`: kind and group as kubectl prints them (CTL-01).
pub(crate) fn resource(object: &Object) -> String {
    resource_of(object.kind())
}

fn resource_of(kind: Kind) -> String {
    let name = kind.name().to_ascii_lowercase();
    match kind.api_version().split_once('/') {
        Some((group, _)) => format!("{name}.{group}"),
        None => name,
    }
}

fn not_found(what: &Intervention) -> Outcome {
    let Some(key) = target(what) else {
        return Outcome::default();
    };
    let (resource, name) = (key.kind.resource(), &key.name);
    Outcome::refused(match what {
        Intervention::Scale(..) => format!("error: no objects passed to scale {resource} \"{name}\" not found"),
        _ => format!("Error from server (NotFound): {resource} \"{name}\" not found"),
    })
}
