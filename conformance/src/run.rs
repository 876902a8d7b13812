//! A folder of recordings, replayed in the order of their names.

use crate::admission;
use crate::known;
use crate::recording::Recording;
use crate::replay::{Failure, Options, replay};
use std::path::{Path, PathBuf};

/// What came of one recording.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Its name.
    pub name: String,
    /// Its topic.
    pub topic: String,
    /// What was recorded: the release, and the gates that were not at their default.
    pub release: String,
    /// The number of its steps.
    pub steps: usize,
    /// The steps that differ.
    pub failures: Vec<Failure>,
    /// Why it is known to differ.
    pub known_difference: Option<&'static str>,
}

impl Outcome {
    /// Whether nothing differs, or what is known to differ does.
    pub fn has_passed(&self) -> bool {
        self.failures.is_empty() != self.known_difference.is_some()
    }
}

/// Replays every recording under `folder/rollouts` (or, if that is not there, in the folder itself) and reads every
/// manifest of `folder/admission` whose name or topic contains the pattern.
pub fn run(folder: &Path, pattern: &str, options: &Options) -> Result<Vec<Outcome>, String> {
    let mut outcomes = Vec::new();
    let manifests = folder.join("admission");
    if manifests.is_dir() {
        for file in files(&manifests)? {
            outcomes.extend(admission::run(&file, pattern)?);
        }
    }
    let rollouts = folder.join("rollouts");
    let folder = if rollouts.is_dir() { rollouts.as_path() } else { folder };
    if outcomes.is_empty() || rollouts.is_dir() {
        replay_all(folder, pattern, options, &mut outcomes)?;
    }
    Ok(outcomes)
}

fn replay_all(folder: &Path, pattern: &str, options: &Options, outcomes: &mut Vec<Outcome>) -> Result<(), String> {
    for file in files(folder)? {
        let recording = Recording::read(&file)?;
        if !recording.name.contains(pattern) && !recording.topic.contains(pattern) {
            continue;
        }
        let failures = replay(&recording, options);
        let steps = recording.steps.len();
        let known_difference = known::reason(&recording.name);
        outcomes.push(Outcome {
            release: recording.release(),
            name: recording.name,
            topic: recording.topic,
            steps,
            failures,
            known_difference,
        });
    }
    Ok(())
}

fn files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = std::fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    Ok(files)
}
