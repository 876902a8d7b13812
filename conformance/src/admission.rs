//! What a real API server answered to manifests: acceptance, causes, warnings, the defaulted spec, and the same for
//! updates as replacement and as server-side apply.

use crate::compare::Difference;
use crate::replay::Failure;
use crate::run::Outcome;
use rollscope_engine::manifest::{
    Document, Manifest, Settings, Severity, client_side_apply, default, drop_disabled, read_for, server_side_apply,
    validate_update,
};
use rollscope_engine::value::Value;
use serde_json::{Map, Value as Json, json};
use std::path::Path;

/// How the recorded server was started.
const RECORDED: Settings = Settings {
    allow_privileged: false,
    service_addresses: Some("10.96.0.0/16"),
};

/// Reads every case of a file `admission/<kind>.json` whose id contains the pattern.
pub(crate) fn run(file: &Path, pattern: &str) -> Result<Vec<Outcome>, String> {
    let error = |error: &dyn std::fmt::Display| format!("{}: {error}", file.display());
    let text = std::fs::read_to_string(file).map_err(|cause| error(&cause))?;
    let cases: Vec<Json> = serde_json::from_str(&text).map_err(|cause| error(&cause))?;
    let topic = format!("admission/{}", file.file_stem().unwrap_or_default().display());
    let text = |case: &Json, key: &str| case[key].as_str().unwrap_or_default().to_owned();
    let asked = cases
        .iter()
        .filter(|case| text(case, "id").contains(pattern) || topic.contains(pattern));
    let outcomes = asked.map(|case| Outcome {
        name: text(case, "id"),
        topic: topic.clone(),
        release: "v1.36.2".to_owned(),
        steps: 1,
        failures: check(case)
            .err()
            .map(|difference| failure(case, difference))
            .into_iter()
            .collect(),
        known_difference: None,
    });
    Ok(outcomes.collect())
}

fn failure(case: &Json, difference: String) -> Failure {
    Failure {
        step: 0,
        operation: json!({ "op": case["op"] }),
        differences: vec![Difference::told(difference)],
    }
}

fn check(case: &Json) -> Result<(), String> {
    match case["op"].as_str() {
        Some("create") => create(case),
        _ => update(case),
    }
}

/// A replacement, a server-side and a client-side apply of the same manifest to the stored old one.
fn update(case: &Json) -> Result<(), String> {
    let document = |key: &str| {
        let manifest = read_for(case[key].as_str().unwrap_or_default(), &RECORDED);
        manifest
            .documents
            .into_iter()
            .next()
            .ok_or(format!("no document in {key}"))
    };
    let (old, new) = (document("old")?, document("yaml")?);
    let stored = old.object.clone().ok_or("the old manifest is refused")?;
    let defaulted = |mut object: Value| {
        default(&mut object);
        drop_disabled(&mut object, false);
        object
    };
    let replaced = defaulted(new.written.clone());
    let applied = defaulted(server_side_apply(&stored, Some(&old.written), &new.written));
    let by_client = defaulted(client_side_apply(&stored, Some(&old.written), &new.written));
    for (way, object) in [
        ("replace", replaced),
        ("serverSideApply", applied),
        ("apply", by_client),
    ] {
        let answer = &case["answers"][way];
        let broken: Vec<String> = validate_update(&object, &stored)
            .into_iter()
            .map(|broken| broken.message)
            .collect();
        let outcome = if answer["accepted"] == true {
            if broken.is_empty() {
                same(&object, &answer["spec"])
            } else {
                Err(format!("refused: {broken:?}"))
            }
        } else if way == "apply" {
            says_all(&broken, answer["stderr"].as_str().unwrap_or_default())
        } else {
            same_causes(broken, answer)
        };
        outcome.map_err(|difference| format!("{way}: {difference}"))?;
    }
    Ok(())
}

/// kubectl prints every broken rule, and no other; it gives each difference a blank line at its end.
fn says_all(broken: &[String], printed: &str) -> Result<(), String> {
    let lines = |text: &str| {
        text.lines()
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let (head, details) = printed.split_once(" is invalid: ").unwrap_or_default();
    let details = details.replace("\n* ", "\n");
    let ours = broken.join("\n");
    if !head.is_empty() && lines(&details) == lines(&ours) {
        return Ok(());
    }
    Err(format!("refused with {broken:?}, kubectl: {printed}"))
}

fn create(case: &Json) -> Result<(), String> {
    let answer = &case["answer"];
    let manifest = read_for(case["yaml"].as_str().unwrap_or_default(), &RECORDED);
    if answer["accepted"] == true {
        if case["kubectl"]["exit"] != 0 {
            // kubectl refuses what the bare server takes (a missing kind); the words are kubectl's.
            return says(&manifest, case["kubectl"]["stderr"].as_str().unwrap_or_default());
        }
        let errors: Vec<String> = errors(&manifest).collect();
        if !errors.is_empty() {
            return Err(format!("refused: {errors:?}"));
        }
        warned(&manifest, answer)?;
        return same_spec(&manifest, &answer["spec"]);
    }
    match answer["code"].as_u64() {
        Some(422) => causes(&manifest, answer),
        // Where only kubectl can tell why (an unknown version or kind), its words count.
        Some(404) => says(&manifest, case["kubectl"]["stderr"].as_str().unwrap_or_default()),
        Some(400)
            if answer["message"]
                .as_str()
                .is_some_and(|text| text.contains(" is registered for version")) =>
        {
            says(&manifest, case["kubectl"]["stderr"].as_str().unwrap_or_default())
        }
        _ => says(&manifest, answer["message"].as_str().unwrap_or_default()),
    }
}

fn errors(manifest: &Manifest) -> impl Iterator<Item = String> {
    manifest
        .diagnostics
        .iter()
        .filter(|found| found.severity == Severity::Error)
        .map(|found| found.message.clone())
}

fn warned(manifest: &Manifest, answer: &Json) -> Result<(), String> {
    let mut expected: Vec<&str> = answer["warnings"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Json::as_str)
        .collect();
    let found = manifest
        .diagnostics
        .iter()
        .filter(|found| found.severity == Severity::Warning);
    let mut found: Vec<&str> = found.map(|found| found.message.as_str()).collect();
    expected.sort_unstable();
    found.sort_unstable();
    if found == expected {
        Ok(())
    } else {
        Err(format!("warnings {found:?}, expected {expected:?}"))
    }
}

fn causes(manifest: &Manifest, answer: &Json) -> Result<(), String> {
    same_causes(errors(manifest).collect(), answer)
}

fn same_causes(mut found: Vec<String>, answer: &Json) -> Result<(), String> {
    let cause = |cause: &Json| {
        let part = |key: &str| cause[key].as_str().unwrap_or_default();
        format!("{}: {}", part("field"), part("message"))
    };
    let mut expected: Vec<String> = answer["causes"].as_array().into_iter().flatten().map(cause).collect();
    expected.sort();
    found.sort();
    if found == expected {
        Ok(())
    } else {
        Err(format!("found {found:#?}, expected {expected:#?}"))
    }
}

/// Every finding of decoding stands in the server's one sentence.
fn says(manifest: &Manifest, message: &str) -> Result<(), String> {
    let message = message.replace(":\n ", ":").replace('\n', " ");
    let mut findings = manifest
        .diagnostics
        .iter()
        .map(|found| match found.message.split_once("; read as") {
            Some((answer, _)) => answer,
            None => found.message.as_str(),
        });
    let found: Vec<&str> = findings.by_ref().collect();
    let stands = |text: &&str| {
        let core = text.strip_prefix("strict decoding error: ").unwrap_or(text);
        let core = core.split_once(" (a tab").map_or(core, |(core, _)| core);
        let core = core.strip_prefix("error converting YAML to JSON: ").unwrap_or(core);
        message.contains(core)
    };
    if !found.is_empty() && found.iter().any(stands) {
        Ok(())
    } else {
        Err(format!("found {found:?}, expected {message}"))
    }
}

fn same_spec(manifest: &Manifest, expected: &Json) -> Result<(), String> {
    let [
        Document {
            object: Some(object), ..
        },
    ] = manifest.documents.as_slice()
    else {
        return Err(format!("{} documents", manifest.documents.len()));
    };
    let mut object = object.clone();
    drop_disabled(&mut object, false);
    same(&object, expected)
}

fn same(object: &Value, expected: &Json) -> Result<(), String> {
    let mut spec = to_json(object.get("spec").unwrap_or(&Value::Null));
    let mut expected = expected.clone();
    without_allocated(&mut expected, &mut spec);
    if spec == expected {
        Ok(())
    } else {
        Err(difference("spec", &spec, &expected))
    }
}

/// Addresses and ports that the server allocates are not the engine's to know.
fn without_allocated(expected: &mut Json, found: &mut Json) {
    let is_allocated = |value: &Json| *value == "<allocated>" || *value == json!(["<allocated>"]);
    match (expected, found) {
        (Json::Object(expected), Json::Object(found)) => {
            expected.retain(|key, value| {
                if is_allocated(value) {
                    found.remove(key);
                }
                !is_allocated(value)
            });
            expected.iter_mut().for_each(|(key, value)| {
                found
                    .get_mut(key)
                    .into_iter()
                    .for_each(|found| without_allocated(value, found));
            });
        }
        (Json::Array(expected), Json::Array(found)) => {
            expected
                .iter_mut()
                .zip(found)
                .for_each(|(expected, found)| without_allocated(expected, found));
        }
        _ => {}
    }
}

fn to_json(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(value) => Json::from(*value),
        Value::Int(number) => Json::from(*number),
        Value::Float(number) => Json::from(*number),
        Value::String(text) => Json::from(text.as_str()),
        Value::List(items) => Json::Array(items.iter().map(to_json).collect()),
        Value::Map(members) => Json::Object(
            members
                .iter()
                .map(|(key, value)| (key.clone(), to_json(value)))
                .collect::<Map<_, _>>(),
        ),
    }
}

/// The first places where two values differ.
fn difference(path: &str, found: &Json, expected: &Json) -> String {
    match (found, expected) {
        (Json::Object(found), Json::Object(expected)) => {
            let keys: std::collections::BTreeSet<&String> = found.keys().chain(expected.keys()).collect();
            let at = |map: &Map<String, Json>, key: &String| map.get(key).cloned().unwrap_or_default();
            let differing = keys.into_iter().filter(|key| at(found, key) != at(expected, key));
            let parts = differing.map(|key| difference(&format!("{path}.{key}"), &at(found, key), &at(expected, key)));
            parts.collect::<Vec<_>>().join("; ")
        }
        (Json::Array(found), Json::Array(expected)) if found.len() == expected.len() => {
            let pairs = found.iter().zip(expected).enumerate().filter(|(_, (a, b))| a != b);
            pairs
                .map(|(i, (a, b))| difference(&format!("{path}[{i}]"), a, b))
                .collect::<Vec<_>>()
                .join("; ")
        }
        _ => format!("{path} is {found}, expected {expected}"),
    }
}
