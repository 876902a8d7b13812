//! A recorded operation as interventions, and the engine's answer in the form in which answers were recorded.

use crate::names::Names;
use crate::recording::word;
use rollscope_engine::api::{Key, Kind, Name, Object};
use rollscope_engine::cluster::{Cluster, Propagation};
use rollscope_engine::controllers::disruption::eviction;
use rollscope_engine::scenario::{Intervention, Patch, PodMove};
use rollscope_engine::time::{Duration, Time};
use rollscope_engine::{Simulation, kubectl};
use serde_json::{Value, json};

/// Does what was recorded, and gives the answer; null where the recordings have none. Of several requests, the
/// controllers have acted on the first `seen` before the others come.
pub fn carry_out(
    simulation: &mut Simulation,
    names: &Names,
    at: Time,
    seen: usize,
    operation: &Value,
) -> Result<Value, String> {
    let kind_of_operation = word(&operation["op"]);
    match kind_of_operation.as_str() {
        "wait" | "observe" => Ok(Value::Null),
        "kubectl" => kubectl(simulation, names, at, operation),
        "apply" => Ok(apply(simulation, at, seen, operation)),
        "evict-pod" => Ok(evict(simulation, names, at, operation)),
        _ => {
            for what in interventions(simulation.cluster(), names, operation)? {
                simulation.intervene(at, &what);
                // Binding and status are two requests: a controller that fails has failed once more in between.
                simulation.run_before(simulation.now());
            }
            Ok(Value::Null)
        }
    }
}

fn interventions(cluster: &Cluster, names: &Names, operation: &Value) -> Result<Vec<Intervention>, String> {
    let text = |key: &str| word(&operation[key]);
    let number = |key: &str| operation[key].as_i64().unwrap_or_default();
    let object = || {
        let kind = text("kind");
        let known = Kind::from_name(&kind).ok_or_else(|| format!("the engine has no {kind}"))?;
        Ok::<Key, String>(names.key(known, &text("name")))
    };
    let pod = || names.key(Kind::Pod, &text("pod"));
    let of_pod = |what: PodMove| Ok(on_node(cluster, &pod(), &text("node"), what));
    match text("op").as_str() {
        "scale" => Ok(vec![Intervention::Scale(object()?, number("replicas"))]),
        "set-image" => Ok(vec![Intervention::SetImage(
            object()?,
            text("container").into(),
            text("image").into(),
        )]),
        "patch" => Ok(vec![Intervention::Patch(object()?, merge_patch(&operation["patch"]))]),
        "delete" => Ok(vec![Intervention::Delete(object()?, propagation(&text("propagation")))]),
        "delete-pod" => Ok(vec![Intervention::Delete(pod(), Propagation::Background)]),
        "force-delete" => Ok(vec![Intervention::ForceDelete(pod())]),
        "gone" => of_pod(PodMove::Gone),
        "scheduled" => of_pod(PodMove::Scheduled(text("node").into())),
        "ready" => of_pod(PodMove::Ready(None)),
        "unready" | "running-not-ready" => of_pod(PodMove::NotReady(None)),
        "crash-loop" => of_pod(PodMove::CrashLoop(number("restarts"))),
        "image-pull-error" => of_pod(PodMove::ImagePullError),
        "fail" => of_pod(PodMove::Fail),
        "succeed" => of_pod(PodMove::Succeed),
        "node-add" => Ok(vec![Intervention::Apply(node(operation).to_string().into())]),
        "node-patch" => Ok(vec![Intervention::Patch(
            names.key(Kind::Node, &text("name")),
            merge_patch(&operation["patch"]),
        )]),
        "node-del" => Ok(vec![Intervention::Delete(
            names.key(Kind::Node, &text("name")),
            Propagation::Background,
        )]),
        "deletion-cost" => of_pod(PodMove::Annotate(
            "controller.kubernetes.io/pod-deletion-cost".to_owned(),
            number("cost").to_string(),
        )),
        "label-pod" => {
            let labels = operation["labels"].as_object().cloned().unwrap_or_default();
            let texts = labels
                .into_iter()
                .map(|(key, text)| (key, text.as_str().map(str::to_owned)));
            of_pod(PodMove::Label(texts.collect()))
        }
        other => Err(format!("the operation {other} is not known")),
    }
}

/// The Node of a `node-add`, as a manifest.
fn node(operation: &Value) -> Value {
    let mut node = json!({
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": { "name": operation["name"], "labels": operation["labels"] },
        "spec": {},
    });
    for field in ["unschedulable", "taints"] {
        if !operation[field].is_null() {
            node["spec"][field] = operation[field].clone();
        }
    }
    node
}

/// Recorded moves of the kubelet bind the Pod first, if it has no node yet, and write its whole status: a restart count
/// that an earlier move left is gone.
fn on_node(cluster: &Cluster, pod: &Key, node: &str, what: PodMove) -> Vec<Intervention> {
    let (unbound, restarts) = match cluster.get(pod) {
        Some(Object::Pod(pod)) => (pod.node_name.is_none(), pod.max_restarts()),
        _ => (false, 0),
    };
    let mut moves = Vec::new();
    let bind = PodMove::Scheduled(node.into());
    if unbound && !node.is_empty() && what != bind {
        moves.push(bind);
    }
    if restarts > 0 && writes_status(&what) {
        moves.push(PodMove::CrashLoop(0));
    }
    moves.push(what);
    moves
        .into_iter()
        .map(|what| Intervention::Pod(pod.clone(), what))
        .collect()
}

fn writes_status(what: &PodMove) -> bool {
    let others = matches!(
        what,
        PodMove::Gone | PodMove::Scheduled(_) | PodMove::Label(_) | PodMove::Annotate(..)
    );
    !others && !matches!(what, PodMove::CrashLoop(_))
}

fn propagation(text: &str) -> Propagation {
    match text {
        "Foreground" => Propagation::Foreground,
        "Orphan" => Propagation::Orphan,
        _ => Propagation::Background,
    }
}

/// The documents of an apply, of which each is a request of its own.
pub fn documents(operation: &Value) -> usize {
    operation["yaml"].as_str().map_or(0, |text| text.split(BETWEEN).count())
}

/// What stands between two documents.
const BETWEEN: &str = "\n---\n";

/// Applies all documents; each one's code follows from what kubectl prints of it.
fn apply(simulation: &mut Simulation, at: Time, seen: usize, operation: &Value) -> Value {
    /// More than the controllers need.
    const WHILE: Duration = Duration(100);
    let text = word(&operation["yaml"]);
    let documents: Vec<&str> = text.split(BETWEEN).collect();
    let (first, rest) = documents.split_at(seen.min(documents.len()));
    let mut request = |at: Time, documents: &[&str]| {
        simulation.run_before(at);
        simulation
            .intervene(at, &Intervention::ServerSideApply(documents.join(BETWEEN).into()))
            .1
    };
    let mut printed = request(at, first);
    if !rest.is_empty() {
        printed += &request(at + WHILE, rest);
    }
    let documents = rollscope_engine::manifest::read(&text).documents;
    let objects = documents.iter().map(|document| {
        let (kind, name) = (&document.kind, &document.name);
        let mut answer = json!({ "object": format!("{kind}/{name}") });
        let refused = format!("The {kind} \"{name}\" is invalid: ");
        let line = |suffix: &str| printed.lines().any(|line| line.ends_with(&format!("/{name} {suffix}")));
        if let Some((_, details)) = printed.split_once(&refused) {
            refuse(&mut answer, kind, name, details);
        } else if line("created") {
            answer["code"] = 201.into();
        } else {
            answer["code"] = 200.into();
        }
        answer
    });
    json!({ "objects": objects.collect::<Vec<_>>() })
}

/// The server's answer behind kubectl's words: one broken rule on the line, or several as a list.
fn refuse(answer: &mut Value, kind: &str, name: &str, details: &str) {
    let mut lines = details.lines();
    let first = lines.next().unwrap_or_default();
    let list = lines.map_while(|line| line.strip_prefix("* "));
    let broken: Vec<&str> = if first.is_empty() { list.collect() } else { vec![first] };
    let causes: Vec<Value> = broken.iter().filter_map(|rule| cause(rule)).collect();
    let summary = if broken.len() == 1 {
        broken.concat()
    } else {
        format!("[{}]", broken.join(", "))
    };
    let qualified = Kind::from_name(kind).map_or_else(|| kind.to_owned(), Kind::qualified);
    answer["code"] = 422.into();
    answer["reason"] = "Invalid".into();
    answer["message"] = format!("{qualified} \"{name}\" is invalid: {summary}").into();
    answer["causes"] = causes.into();
}

/// `field: detail`, with the reason that the server gives for such a detail.
fn cause(rule: &str) -> Option<Value> {
    let (field, message) = rule.split_once(": ")?;
    let reasons = [
        ("Invalid value", "FieldValueInvalid"),
        ("Forbidden", "FieldValueForbidden"),
        ("Required value", "FieldValueRequired"),
        ("Unsupported value", "FieldValueNotSupported"),
        ("Duplicate value", "FieldValueDuplicate"),
    ];
    let (_, reason) = reasons.into_iter().find(|(start, _)| message.starts_with(start))?;
    Some(json!({ "field": field, "message": message, "reason": reason }))
}

/// A command line: `rollout <verb> <kind>/<name> [--flag=value]`.
fn kubectl(simulation: &mut Simulation, names: &Names, at: Time, operation: &Value) -> Result<Value, String> {
    let args: Vec<String> = operation["args"].as_array().into_iter().flatten().map(word).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let unknown = || format!("kubectl {} is not known", args.join(" "));
    let ["rollout", verb, target, flags @ ..] = &words[..] else {
        return Err(unknown());
    };
    let (kind, name) = target.split_once('/').ok_or_else(unknown)?;
    let kind = Kind::ALL
        .into_iter()
        .find(|known| known.name().eq_ignore_ascii_case(kind))
        .ok_or_else(unknown)?;
    let key = names.key(kind, name);
    let flag = |name: &str| flags.iter().find_map(|flag| flag.strip_prefix(name)?.strip_prefix('='));
    let number = |name: &str| flag(name).and_then(|text| text.parse::<i64>().ok()).unwrap_or(0);
    let answer = match *verb {
        "status" => kubectl::rollout_status(simulation.cluster(), &key),
        "history" => kubectl::rollout_history(simulation.cluster(), &key, number("--revision")),
        verb => {
            let what = match verb {
                "undo" => Intervention::Undo(key.clone(), number("--to-revision")),
                "pause" => Intervention::Pause(key.clone()),
                "resume" => Intervention::Resume(key.clone()),
                "restart" => Intervention::Restart(key.clone()),
                _ => return Err(unknown()),
            };
            let (accepted, text) = simulation.intervene(at, &what);
            let text = as_older_kubectl(kind, text);
            if accepted { Ok(text) } else { Err(text) }
        }
    };
    let line = |text: String| names.translate(&text, &key) + "\n";
    Ok(match answer {
        Ok(text) => json!({ "exit": 0, "stdout": line(text), "stderr": "" }),
        Err(text) => json!({ "exit": 1, "stdout": "", "stderr": line(text) }),
    })
}

/// The recorded kubectl is older than the server: it finds a difference of encoding between the stored revision of a
/// StatefulSet or DaemonSet and its template, and never skips a rollback (CTL-32).
fn as_older_kubectl(kind: Kind, text: String) -> String {
    match text.split_once(" skipped rollback") {
        Some((object, _)) if kind != Kind::Deployment => format!("{object} rolled back"),
        _ => text,
    }
}

/// The server's answer to an eviction.
fn evict(simulation: &mut Simulation, names: &Names, at: Time, operation: &Value) -> Value {
    let key = names.key(Kind::Pod, &word(&operation["pod"]));
    let refusal = match simulation.cluster().get(&key) {
        Some(Object::Pod(pod)) => eviction::evict(simulation.cluster(), pod, at).err(),
        _ => None,
    };
    simulation.intervene(at, &Intervention::Pod(key, PodMove::Evict));
    let Some(refusal) = refusal else {
        return json!({ "code": 201 });
    };
    let mut answer = json!({ "code": refusal.code, "message": refusal.message });
    if let Some(cause) = refusal.cause {
        answer["reason"] = "TooManyRequests".into();
        answer["causes"] = json!([{ "reason": "DisruptionBudget", "message": cause }]);
    }
    answer
}

fn merge_patch(patch: &Value) -> Patch {
    Patch {
        text: patch.to_string().into(),
        strategic: false,
    }
}

/// A recorded Pod's name as the engine's.
pub fn real_name(names: &Names, alias: &str) -> Name {
    names.key(Kind::Pod, alias).name.clone()
}
