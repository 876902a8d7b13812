//! `kubectl rollout history`, the list and one revision (spec: CTL-20 to CTL-22, CTL-42).

use super::find;
use crate::api::{Key, Object, ObjectMeta};
use crate::cluster::Cluster;
use crate::controllers::deployment::util;
use crate::interventions::resource;
use crate::value::Value;

/// The list of revisions, or (not 0) the template of one.
pub fn rollout_history(cluster: &Cluster, key: &Key, revision: i64) -> Result<String, String> {
    let object = find(cluster, key)?;
    let mut stored: Vec<Stored<'_>> = match object {
        Object::Deployment(deployment) => {
            let sets = cluster.replica_sets_of(deployment.meta.uid);
            sets.map(|set| Stored {
                revision: util::revision(set),
                meta: &set.meta,
                template: set.labelled_template(),
            })
            .collect()
        }
        Object::StatefulSet(_) | Object::DaemonSet(_) => revisions(cluster, object.meta()),
        _ => {
            return Err(format!(
                "error: no history viewer has been implemented for \"{}\"",
                key.kind.qualified()
            ));
        }
    };
    crate::order::sort_by_key(&mut stored, |stored| stored.revision);
    let name = format!("{}/{}", resource(object), key.name);
    if revision == 0 {
        return Ok(list(&name, &stored));
    }
    let found = stored.iter().find(|stored| stored.revision == revision);
    let found = found.ok_or("error: unable to find the specified revision")?;
    Ok(format!(
        "{name} with revision #{revision}\n{}",
        template(&found.template)
    ))
}

struct Stored<'a> {
    revision: i64,
    meta: &'a ObjectMeta,
    template: Value,
}

fn revisions<'a>(cluster: &'a Cluster, owner: &ObjectMeta) -> Vec<Stored<'a>> {
    let all = cluster.revisions_of(owner.uid);
    let stored = |revision: &'a std::rc::Rc<crate::api::ControllerRevision>| Stored {
        revision: revision.revision,
        meta: &revision.meta,
        template: revision.template.value.clone(),
    };
    all.map(stored).collect()
}

fn list(name: &str, stored: &[Stored<'_>]) -> String {
    if stored.is_empty() {
        return "No rollout history found.".to_owned();
    }
    let mut text = format!("{name} \nREVISION  CHANGE-CAUSE\n");
    for stored in stored {
        let cause = stored
            .meta
            .annotation("kubernetes.io/change-cause")
            .filter(|cause| !cause.is_empty());
        text += &format!("{:<10}{}\n", stored.revision, cause.unwrap_or("<none>"));
    }
    text
}

/// The template as `describe` shows it, with tabs where that aligns.
fn template(template: &Value) -> String {
    let mut text = "Pod Template:\n".to_owned();
    labels(&mut text, "Labels", template.at(&["metadata", "labels"]), true);
    labels(
        &mut text,
        "Annotations",
        template.at(&["metadata", "annotations"]),
        false,
    );
    if let Some(account) = template.at(&["spec", "serviceAccountName"]).and_then(Value::as_str) {
        text += &format!("  Service Account:\t{account}\n");
    }
    for (title, key) in [("Init Containers", "initContainers"), ("Containers", "containers")] {
        let all = template.at(&["spec", key]).map_or(&[][..], Value::items);
        if !all.is_empty() {
            text += &format!("  {title}:\n");
        }
        all.iter()
            .for_each(|container| describe_container(&mut text, container));
    }
    text += "  Volumes:\t<none>\n  Node-Selectors:\t";
    match template.at(&["spec", "nodeSelector"]).and_then(Value::as_map) {
        Some(selector) if !selector.is_empty() => {
            let pairs = selector
                .iter()
                .map(|(key, value)| format!("{key}={}", value.as_str().unwrap_or_default()));
            text += &pairs.collect::<Vec<_>>().join("\n\t");
        }
        _ => text += "<none>",
    }
    text + "\n  Tolerations:\t<none>\n"
}

fn labels(text: &mut String, title: &str, labels: Option<&Value>, always: bool) {
    let pairs: Vec<String> = match labels.and_then(Value::as_map) {
        Some(map) => {
            let sign = if title == "Labels" { "=" } else { ": " };
            map.iter()
                .map(|(key, value)| format!("{key}{sign}{}", value.as_str().unwrap_or_default()))
                .collect()
        }
        None => Vec::new(),
    };
    if always || !pairs.is_empty() {
        let shown = if pairs.is_empty() {
            "<none>".to_owned()
        } else {
            pairs.join("\n\t")
        };
        *text += &format!("  {title}:\t{shown}\n");
    }
}

fn describe_container(text: &mut String, container: &Value) {
    let field = |key: &str| container.get(key).and_then(Value::as_str).unwrap_or_default();
    let ports = container.get("ports").map_or(&[][..], Value::items);
    let list = |key: &str| {
        let shown = ports.iter().map(|port| {
            let number = port.get(key).and_then(Value::as_int).unwrap_or(0);
            format!(
                "{number}/{}",
                port.get("protocol").and_then(Value::as_str).unwrap_or("TCP")
            )
        });
        let shown = shown.collect::<Vec<_>>().join(", ");
        if shown.is_empty() { "<none>".to_owned() } else { shown }
    };
    let plural = if ports.len() > 1 { "s" } else { "" };
    *text += &format!("   {}:\n    Image:\t{}\n", field("name"), field("image"));
    *text += &format!(
        "    Port{plural}:\t{}\n    Host Port{plural}:\t{}\n",
        list("containerPort"),
        list("hostPort")
    );
    *text += "    Environment:\t<none>\n    Mounts:\t<none>\n";
}
