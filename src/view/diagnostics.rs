//! What is to be said about the text: a line for each finding, which leads to its place.

use super::click;
use crate::state::{Action, State};
use rollscope_engine::manifest::{Diagnostic, Severity};
use yew::prelude::*;

/// More lines than this are only counted; mending the first ones usually mends the others.
const MOST: usize = 50;

/// The list, and above it in a line how the text stands.
pub fn view(state: &State, on: &Callback<Action>) -> Html {
    let found = &state.diagnostics;
    let hidden = found.len().saturating_sub(MOST);
    html! {
        <div class="findings">
            <p class={classes!("summary", worst(found).map(class))} role="status">{ summary(state) }</p>
            if !found.is_empty() {
                <ul>{ for found.iter().take(MOST).enumerate().map(|(index, found)| line(index, found, on)) }</ul>
            }
            if hidden > 0 {
                <p>{ format!("and {hidden} more") }</p>
            }
        </div>
    }
}

fn line(index: usize, found: &Diagnostic, on: &Callback<Action>) -> Html {
    let place = format!("{}:{}", found.span.start.line, found.span.start.column);
    html! {
        <li class={class(found.severity)}>
            <button class="goto" onclick={click(on, Action::Jump(index))}>
                <span class="mono">{ place }</span>
                <span class="severity">{ name(found.severity) }</span>
                <span class="message">{ super::breaking(&found.message) }</span>
            </button>
            if let Some(help) = found.help {
                <p class="hint">{ help.sentence }{ " " }<span class="rule">{ help.rule }</span></p>
            }
            if let Some(fix) = &found.fix {
                <button class="fix" onclick={click(on, Action::Mend(index))}>{ &fix.title }</button>
            }
        </li>
    }
}

fn summary(state: &State) -> String {
    if let Some(refusal) = &state.refusal {
        return refusal.clone();
    }
    let count = |severity| {
        state
            .diagnostics
            .iter()
            .filter(|found| found.severity == severity)
            .count()
    };
    let counted = |severity, one: &str, many: &str| match count(severity) {
        0 => None,
        1 => Some(format!("1 {one}")),
        count => Some(format!("{count} {many}")),
    };
    let parts = [
        counted(Severity::Error, "error", "errors"),
        counted(Severity::Warning, "warning", "warnings"),
        counted(Severity::Note, "note", "notes"),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    match (count(Severity::Error), parts.is_empty()) {
        (_, true) => "Accepted".to_owned(),
        (0, _) => format!("Accepted · {}", parts.join(", ")),
        _ => parts.join(", "),
    }
}

fn worst(found: &[Diagnostic]) -> Option<Severity> {
    found.iter().map(|found| found.severity).min()
}

fn class(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

fn name(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "✕ error",
        Severity::Warning => "△ warning",
        Severity::Note => "○ note",
    }
}
