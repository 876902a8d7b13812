//! A recording as it lies in its file: the scenario, and for each step the operation and what it changed.

use rollscope_engine::time::Time;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// One recorded scenario.
#[derive(Clone, Debug)]
pub struct Recording {
    /// Its name.
    pub name: String,
    /// Its topic, such as `deployment/rolling-update`.
    pub topic: String,
    /// The Kubernetes release.
    pub kubernetes: String,
    /// The feature gates that were not at their default.
    pub gates: BTreeMap<String, bool>,
    /// The kinds whose printed table rows were recorded.
    pub row_kinds: BTreeSet<String>,
    /// From which step on events of an object may have been dropped.
    pub lossy_from: BTreeMap<String, usize>,
    /// The steps, in order.
    pub steps: Vec<RecordedStep>,
}

/// An operation, and the settled state after it as a difference from the one before.
#[derive(Clone, Debug)]
pub struct RecordedStep {
    /// Its number.
    pub index: usize,
    /// When the operation began.
    pub at: Time,
    /// When the state was captured.
    pub captured: Time,
    /// The operation.
    pub operation: Value,
    /// The answer to it; null if none was recorded.
    pub result: Value,
    /// Pods that a controller chose to delete.
    pub victims: BTreeSet<String>,
    /// Objects that are new or changed, whole.
    pub set: Map<String, Value>,
    /// Objects that are gone.
    pub deleted: Vec<String>,
    /// Events emitted.
    pub events: Vec<Value>,
    /// Table rows that are new or changed.
    pub rows: Map<String, Value>,
}

impl Recording {
    /// The release, and the gates that were not at their default.
    pub fn release(&self) -> String {
        let gates = self.gates.iter().map(|(gate, on)| format!(", {gate}={on}"));
        self.kubernetes.clone() + &gates.collect::<String>()
    }

    /// Reads a file.
    pub fn read(path: &Path) -> Result<Recording, String> {
        let complain = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
        let text = std::fs::read_to_string(path).map_err(|error| complain(&error))?;
        Recording::parse(&text).map_err(|error| complain(&error))
    }

    /// Reads a text.
    pub fn parse(text: &str) -> Result<Recording, String> {
        let file: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if file["format"] != 1 {
            return Err(format!("format {} is not known, only 1 is", file["format"]));
        }
        let map = |key: &str| file[key].as_object().cloned().unwrap_or_default();
        let steps = file["steps"].as_array().ok_or("no steps")?;
        Ok(Recording {
            name: word(&file["name"]),
            topic: word(&file["topic"]),
            kubernetes: word(&file["kubernetes"]),
            gates: map("gates")
                .iter()
                .map(|(gate, on)| (gate.clone(), *on == true))
                .collect(),
            row_kinds: map("columns").keys().cloned().collect(),
            lossy_from: map("eventsLossyFrom")
                .iter()
                .map(|(object, step)| (object.clone(), number(step)))
                .collect(),
            steps: steps.iter().map(RecordedStep::from_json).collect(),
        })
    }
}

impl RecordedStep {
    /// What was chosen where only chance decides: the Pods that went, and the nodes on which a DaemonSet's Pods appeared.
    pub fn choices(&self) -> BTreeSet<String> {
        let deleted = self.events.iter().filter_map(|event| {
            let message = event["message"].as_str()?;
            message.strip_prefix("Deleted pod: ").map(str::to_owned)
        });
        let nodes = self.set.iter().filter_map(|(path, object)| {
            let (_, pod) = path.strip_prefix("Pod/")?.split_once('@')?;
            let is_new = object["createdStep"].as_u64() == u64::try_from(self.index).ok();
            pod.split('#').next().filter(|_| is_new).map(str::to_owned)
        });
        self.victims.iter().cloned().chain(deleted).chain(nodes).collect()
    }

    fn from_json(step: &Value) -> RecordedStep {
        let list = |key: &str| step[key].as_array().cloned().unwrap_or_default();
        let map = |key: &str| step[key].as_object().cloned().unwrap_or_default();
        RecordedStep {
            index: number(&step["i"]),
            at: time(&step["t"]),
            captured: time(&step["ts"]),
            operation: step["op"].clone(),
            result: step["result"].clone(),
            victims: list("victims").iter().map(word).collect(),
            set: map("set"),
            deleted: list("del").iter().map(word).collect(),
            events: list("events"),
            rows: map("rows"),
        }
    }
}

/// A text; empty if it is none.
pub(crate) fn word(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn number(value: &Value) -> usize {
    value
        .as_u64()
        .and_then(|number| usize::try_from(number).ok())
        .unwrap_or_default()
}

/// Recorded times are seconds with three decimals.
fn time(value: &Value) -> Time {
    let milliseconds = (value.as_f64().unwrap_or_default() * 1000.0).round();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "rounded, and times are positive"
    )]
    Time(milliseconds.max(0.0) as u64)
}
