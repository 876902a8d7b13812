//! Events: compared per source and object, in order; what a real client repeats, combines or drops is allowed for.

use crate::compare::Difference;
use crate::names::Names;
use crate::recording::word;
use rollscope_engine::event::Event;
use serde_json::Value;
use std::collections::BTreeSet;

/// What an Event says: type, reason, message.
type Said = (String, String, String);

/// An Event as recordings have it.
#[derive(Clone, Debug, PartialEq)]
pub struct Spoken {
    /// Who emitted it, about which object.
    about: (String, String),
    said: Said,
}

impl Spoken {
    /// A recorded Event.
    pub fn recorded(event: &Value) -> Spoken {
        let message = forget_choice(word(&event["message"]));
        Spoken {
            about: (word(&event["source"]), word(&event["object"])),
            said: (word(&event["type"]), word(&event["reason"]), message),
        }
    }

    /// One of the engine's.
    pub fn emitted(event: &Event, names: &Names) -> Spoken {
        let kind = if event.note.is_warning() { "Warning" } else { "Normal" };
        let message = forget_choice(names.translate(&event.to_string(), &event.object));
        Spoken {
            about: (event.source.name().to_owned(), names.path(&event.object)),
            said: (kind.to_owned(), event.note.reason().to_owned(), message),
        }
    }
}

/// Which of several budgets an event refreshes is chosen arbitrarily (rule 7).
fn forget_choice(message: String) -> String {
    match message.split_once("  Chose ") {
        Some((matches, _)) => matches.to_owned(),
        None => message,
    }
}

/// What came of a comparison.
#[derive(Clone, Debug, Default)]
pub struct Heard {
    /// What differs.
    pub differences: Vec<Difference>,
    /// Which of the late Events belong to this step.
    pub claimed: BTreeSet<usize>,
}

/// Compares the Events of one step: those recorded with those emitted until the capture. `late` are those emitted between
/// the capture and the next operation; recordings file them under this step or the next. `is_lossy` tells of which
/// objects Events may have been dropped.
pub fn compare(recorded: &[Spoken], own: &[Spoken], late: &[Spoken], is_lossy: impl Fn(&str) -> bool) -> Heard {
    let mut heard = Heard::default();
    let mut abouts: Vec<_> = recorded.iter().chain(own).map(|spoken| &spoken.about).collect();
    abouts.sort();
    abouts.dedup();
    for about in abouts {
        let of = |all: &[Spoken]| -> Vec<Said> {
            all.iter()
                .filter(|spoken| spoken.about == *about)
                .map(|spoken| spoken.said.clone())
                .collect()
        };
        let (expected, mut got) = (of(recorded), of(own));
        let lossy = is_lossy(&about.1);
        if agrees(&expected, &got, lossy) {
            continue;
        }
        let mine = late.iter().enumerate().filter(|(_, spoken)| spoken.about == *about);
        for (index, spoken) in mine {
            let count = |all: &[Said]| all.iter().filter(|said| **said == spoken.said).count();
            if count(&expected) > count(&got) {
                got.push(spoken.said.clone());
                heard.claimed.insert(index);
            }
        }
        if !agrees(&expected, &got, lossy) {
            let place = format!("events of {} about {}", about.0, about.1);
            let (expected, got) = (Some(show(&expected)), Some(show(&got)));
            heard.differences.push(Difference { place, expected, got });
        }
    }
    heard
}

/// Where Events may have been dropped, more may have been emitted than were recorded.
fn agrees(expected: &[Said], got: &[Said], is_lossy: bool) -> bool {
    if is_lossy {
        expected.iter().all(|said| got.contains(said))
    } else {
        normal(expected) == normal(got)
    }
}

/// Retries once each and without their place; repetitions once; runs of Pods created or deleted in one order.
fn normal(said: &[Said]) -> (BTreeSet<&Said>, Vec<&Said>) {
    let (retried, mut others): (Vec<&Said>, Vec<&Said>) = said.iter().partition(|said| is_retry(said));
    let mut start = 0;
    while start < others.len() {
        let reason = &others[start].1;
        let length = others[start..].iter().take_while(|said| said.1 == *reason).count();
        if reason == "SuccessfulCreate" || reason == "SuccessfulDelete" {
            others[start..start + length].sort();
        }
        start += length;
    }
    others.dedup();
    (retried.into_iter().collect(), others)
}

fn is_retry(said: &Said) -> bool {
    said.1 == "FailedCreate"
}

fn show(said: &[Said]) -> Value {
    said.iter()
        .map(|(_, reason, message)| format!("{reason}: {message}"))
        .collect()
}
