//! What came of a folder, for a reader: what differs first, then a table topic by topic.

use crate::run::Outcome;
use std::collections::BTreeMap;
use std::fmt::{self, Write};

/// Writes the report; its last line is `N passed, M failed`.
pub fn report(outcomes: &[Outcome]) -> Result<String, fmt::Error> {
    let mut text = String::new();
    for outcome in outcomes.iter().filter(|outcome| !outcome.has_passed()) {
        describe(&mut text, outcome)?;
    }
    table(&mut text, outcomes)?;
    let passed = outcomes.iter().filter(|outcome| outcome.has_passed()).count();
    for outcome in outcomes {
        if let Some(reason) = outcome.known_difference {
            writeln!(text, "\nknown difference: {}, {reason}", outcome.name)?;
        }
    }
    let steps: usize = outcomes.iter().map(|outcome| outcome.steps).sum();
    writeln!(text, "\n{} recordings and manifests, {steps} states", outcomes.len())?;
    writeln!(text, "{passed} passed, {} failed", outcomes.len() - passed)?;
    Ok(text)
}

fn describe(text: &mut String, outcome: &Outcome) -> fmt::Result {
    if let Some(reason) = outcome.known_difference {
        writeln!(
            text,
            "{}: no longer differs; take it off the list of known differences ({reason})",
            outcome.name
        )?;
    }
    for failure in &outcome.failures {
        let operation = failure.operation.to_string();
        writeln!(
            text,
            "{} ({}), step {}: {operation}",
            outcome.name, outcome.topic, failure.step
        )?;
        for difference in &failure.differences {
            writeln!(text, "    {difference}")?;
        }
    }
    Ok(())
}

fn table(text: &mut String, outcomes: &[Outcome]) -> fmt::Result {
    let mut topics: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for outcome in outcomes {
        let (passed, total) = topics.entry(&outcome.topic).or_default();
        *passed += usize::from(outcome.has_passed());
        *total += 1;
    }
    let width = topics.keys().map(|topic| topic.len()).max().unwrap_or(0);
    for (topic, (passed, total)) in topics {
        let mark = if passed == total { "" } else { "  <-" };
        writeln!(text, "{topic:width$}  {passed:3} / {total:3}{mark}")?;
    }
    Ok(())
}
