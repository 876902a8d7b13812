//! `kubectl rollout history`, the list and one revision (spec: CTL-20 to CTL-22, CTL-42).

use super::find;
use super::template::pod_template;
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
        pod_template(&found.template)
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
