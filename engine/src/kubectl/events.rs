//! Events: repeated ones folded into one with a count, as the API server keeps them (spec: CTL-74).

use super::Scope;
use super::clock::ago;
use crate::api::Key;
use crate::event::Event;
use crate::time::Time;

/// An Event with its repetitions.
pub(super) struct Folded {
    first: Time,
    last: Time,
    count: usize,
    pub(super) object: Key,
    kind: &'static str,
    reason: &'static str,
    source: &'static str,
    message: String,
}

/// The headers of `get events`.
pub(super) const HEADERS: [&str; 5] = ["LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"];

/// All Events that are wanted, those first that were last seen first.
pub(super) fn folded(events: &[Event], wanted: impl Fn(&Key) -> bool) -> Vec<Folded> {
    let mut all: Vec<Folded> = Vec::new();
    for event in events.iter().filter(|event| wanted(&event.object)) {
        fold(&mut all, event);
    }
    crate::order::sort_by_key(&mut all, |event| event.last);
    all
}

/// Adds an Event; where it went.
pub(super) fn fold(all: &mut Vec<Folded>, event: &Event) -> usize {
    let (reason, message) = (event.note.reason(), event.to_string());
    let same = all
        .iter()
        .rposition(|known| known.reason == reason && known.object == event.object && known.message == message);
    let index = same.unwrap_or(all.len());
    if index == all.len() {
        all.push(Folded {
            first: event.at,
            last: event.at,
            count: 0,
            object: event.object.clone(),
            kind: if event.note.is_warning() { "Warning" } else { "Normal" },
            reason,
            source: event.component().name(),
            message,
        });
    }
    let folded = &mut all[index];
    (folded.last, folded.count) = (event.at, folded.count + 1);
    index
}

impl Folded {
    /// The cells of `get events`.
    pub(super) fn row(&self, now: Time) -> Vec<String> {
        let object = format!("{}/{}", self.object.kind.name().to_ascii_lowercase(), self.object.name);
        let message = self.message.trim().to_owned();
        vec![
            ago(self.last, now),
            self.kind.to_owned(),
            self.reason.to_owned(),
            object,
            message,
        ]
    }

    fn age(&self, now: Time) -> String {
        let (last, first) = (ago(self.last, now), ago(self.first, now));
        match self.count {
            1 => last,
            count => format!("{last} (x{count} over {first})"),
        }
    }
}

/// The last section of `describe`, with tabs.
pub(super) fn section(scope: Scope<'_>, key: &Key) -> String {
    let all = folded(scope.cluster.events(), |object| object == key);
    if all.is_empty() {
        return "Events:\t<none>\n".to_owned();
    }
    let head = "Events:\n  Type\tReason\tAge\tFrom\tMessage\n  ----\t------\t----\t----\t-------\n";
    let line = |event: &Folded| {
        format!(
            "  {}\t{}\t{}\t{}\t{}\n",
            event.kind,
            event.reason,
            event.age(scope.now),
            event.source,
            event.message.trim()
        )
    };
    head.to_owned() + &all.iter().map(line).collect::<String>()
}
