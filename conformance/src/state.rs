//! A state: all objects and printed rows; and what the format says is not determined in it.

use crate::recording::{RecordedStep, Recording};
use serde_json::Value;
use std::collections::BTreeMap;

/// The recorded state, put together from the differences.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// Objects by `Kind/name`.
    pub objects: BTreeMap<String, Value>,
    /// Printed rows by `Kind/name`.
    pub rows: BTreeMap<String, Value>,
}

impl State {
    /// Takes in what a step changed.
    pub fn advance(&mut self, step: &RecordedStep) {
        for path in &step.deleted {
            self.objects.remove(path);
            self.rows.remove(path);
        }
        let objects = step.set.iter().map(|(path, object)| (path.clone(), object.clone()));
        self.objects.extend(objects);
        let rows = step.rows.iter().map(|(path, cells)| (path.clone(), cells.clone()));
        self.rows.extend(rows);
    }
}

impl State {
    /// Leaves out whole kinds.
    pub fn forget_kinds(&mut self, kinds: &[String]) {
        let keeps = |path: &str| !kinds.iter().any(|kind| path.split('/').next() == Some(kind));
        self.objects.retain(|path, _| keeps(path));
        self.rows.retain(|path, _| keeps(path));
    }

    /// Leaves out what the format says is not determined.
    pub fn forget_undetermined(&mut self, recording: &Recording) {
        for object in self.objects.values_mut() {
            let Value::Object(members) = object else { continue };
            for clock in ["created", "readySince"] {
                members.remove(clock);
            }
            if let Some(Value::Array(conditions)) = members.get_mut("conditions") {
                conditions.iter_mut().for_each(forget_racing_reason);
            }
        }
        if recording.topic == "pdb/multiple" {
            self.objects.retain(|path, _| !path.starts_with("PodDisruptionBudget/"));
            self.rows.retain(|path, _| !path.starts_with("PodDisruptionBudget/"));
        }
        self.forget_restored_revisions();
    }

    /// In the middle of a Recreate the condition Progressing may still say what it said before (rule 3).
    pub fn allow_previous_progress(&mut self, deployment: &str, before: &State, got: &State) {
        let progress = |state: &State| {
            let conditions = state.objects.get(deployment)?["conditions"].as_array()?;
            conditions
                .iter()
                .find(|condition| condition["type"] == "Progressing")
                .cloned()
        };
        let (Some(recorded), Some(ours)) = (progress(self), progress(got)) else {
            return;
        };
        let stands = progress(before).is_some_and(|previous| previous == recorded);
        let conditions = self
            .objects
            .get_mut(deployment)
            .and_then(|object| object["conditions"].as_array_mut());
        let mine = conditions
            .into_iter()
            .flatten()
            .find(|condition| **condition == recorded);
        if let Some(mine) = mine.filter(|_| stands) {
            *mine = ours;
        }
    }

    /// While a StatefulSet is deleted in the foreground, its revisions are removed and made again (rule 8).
    fn forget_restored_revisions(&mut self) {
        let going = self
            .objects
            .iter()
            .filter(|(path, object)| path.starts_with("StatefulSet/") && object["deleting"] == true);
        let going: Vec<String> = going.map(|(path, _)| path.clone()).collect();
        if going.is_empty() {
            return;
        }
        self.objects.retain(|path, _| !path.starts_with("ControllerRevision/"));
        for (path, object) in &mut self.objects {
            if going.contains(path) {
                object["status"]["currentRevision"] = Value::Null;
                object["status"]["updateRevision"] = Value::Null;
            } else if going.iter().any(|set| object["owner"] == set.as_str()) {
                object["rev"] = Value::Null;
            }
        }
    }
}

/// While a rollout runs, three reasons of Progressing race with each other (rule 3).
fn forget_racing_reason(condition: &mut Value) {
    let races = matches!(
        condition["reason"].as_str(),
        Some("NewReplicaSetCreated" | "FoundNewReplicaSet" | "ReplicaSetUpdated")
    );
    if races && condition["type"] == "Progressing" {
        condition["reason"] = "(progressing)".into();
        condition["message"] = "(progressing)".into();
    }
}
