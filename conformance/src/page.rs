//! The parity report: a page for the project's documentation, written by the command so that it can't claim too much.

use crate::run::Outcome;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write};

const OPENING: &str = "\
# Is it the same as Kubernetes?

This page is written by `cargo xtask conformance --page docs/conformance.md`.

A real kube-apiserver and kube-controller-manager were driven operation by operation, and the whole settled state was
recorded after each: every object and its status, conditions, Events, kubectl's answers and printed tables. The engine
makes the same operations and is compared with every one of these states. A recording passes if all its states agree.

A real kube-apiserver was also sent manifests, designed ones and some from public repositories: it accepted them with its
defaults, or refused them in its words. The topics `admission/…` compare acceptance, causes, warnings and the whole
defaulted spec.

";

const CLOSING: &str = "
Not compared is what the real thing leaves to chance: random names, which of several equal Pods is removed (the recorded
choice is followed where the rules leave one), which node a DaemonSet updates first, which of three reasons the condition
Progressing has while a rollout runs, the moment of retries under a quota, repetitions of an Event, and whether a timer
that expires within 0.3 s of a recorded state had expired.
";

/// Writes the page.
pub fn page(outcomes: &[Outcome]) -> Result<String, fmt::Error> {
    let mut text = OPENING.to_owned();
    let releases: BTreeSet<&str> = outcomes.iter().map(|outcome| &*outcome.release).collect();
    let mut topics: BTreeMap<&str, BTreeMap<&str, (usize, usize)>> = BTreeMap::new();
    let mut sums: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for outcome in outcomes {
        let topic = topics.entry(&outcome.topic).or_default();
        for cell in [
            topic.entry(&outcome.release).or_default(),
            sums.entry(&outcome.release).or_default(),
        ] {
            cell.0 += usize::from(outcome.failures.is_empty());
            cell.1 += 1;
        }
    }
    row(&mut text, "topic", releases.iter().map(ToString::to_string))?;
    row(&mut text, "---", releases.iter().map(|_| "---".to_owned()))?;
    for (topic, cells) in topics
        .iter()
        .map(|(topic, cells)| (*topic, cells))
        .chain([("**all**", &sums)])
    {
        let shown = releases.iter().map(|release| match cells.get(release) {
            Some((passed, total)) => format!("{passed} of {total}"),
            None => String::new(),
        });
        row(&mut text, topic, shown)?;
    }
    let steps: usize = outcomes.iter().map(|outcome| outcome.steps).sum();
    writeln!(
        text,
        "\n{} recordings and manifests with {steps} states and answers.",
        outcomes.len()
    )?;
    for outcome in outcomes {
        if let Some(reason) = outcome.known_difference {
            writeln!(text, "\nKnown difference: `{}`, {reason}.", outcome.name)?;
        }
    }
    text += CLOSING;
    Ok(text)
}

fn row(text: &mut String, first: &str, cells: impl Iterator<Item = String>) -> fmt::Result {
    write!(text, "| {first} |")?;
    cells.into_iter().try_for_each(|cell| write!(text, " {cell} |"))?;
    writeln!(text)
}
