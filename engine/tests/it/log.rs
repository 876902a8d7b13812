//! A history as a text that a person can read and a diff can show: one paragraph a step, with its rule and its numbers.

use rollscope_engine::History;
use rollscope_engine::cluster::Waiting;
use rollscope_engine::step::Step;
use std::fmt::Write as _;

/// The log of a run. Steps that only publish counts are listed without numbers of their own.
pub fn log(history: &History) -> String {
    let mut text = String::new();
    for (index, step) in history.steps.iter().enumerate() {
        let answers = history.answers.iter().filter(|answer| answer.position == index);
        for answer in answers {
            let verdict = if answer.accepted { "" } else { "refused: " };
            for line in answer.text.lines() {
                let _ = writeln!(text, "          > {verdict}{line}");
            }
        }
        write_step(&mut text, index + 1, step, history.waits_of(index));
    }
    let _ = writeln!(text, "end: {:?} after {} steps", history.end, history.len());
    text
}

fn write_step(text: &mut String, number: usize, step: &Step, waits: &[Waiting]) {
    let _ = writeln!(text, "{number:>4} {} {}: {}", step.at, step.actor, step.title());
    if let Some((_, reason)) = step.main().filter(|_| !step.is_report()) {
        let _ = writeln!(text, "          {} {}", reason.rule().id, reason.saw());
        if let Some(formula) = reason.formula() {
            let _ = writeln!(text, "          {formula}");
        }
    }
    for waiting in waits {
        let waiter = &waiting.waiter;
        for blocked in waiting.after.iter().flat_map(|blocked| blocked.iter()) {
            let reason = &blocked.reason;
            let _ = write!(
                text,
                "          {} waits: {} {}",
                waiter.1,
                reason.rule().id,
                reason.saw()
            );
            let _ = writeln!(
                text,
                " {}",
                reason.formula().map_or(String::new(), |f| format!("[{f}]"))
            );
        }
    }
}
