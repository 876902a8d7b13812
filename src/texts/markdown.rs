//! The steps of a run as a table in Markdown, and the rules that they cite. Steps that only publish counts are left out.

use super::{UNTITLED, one_line};
use crate::scene::verdict::Verdict;
use rollscope_engine::History;
use rollscope_engine::reason::Rule;
use rollscope_engine::step::{Actor, Step};
use std::rc::Rc;

/// The first `position` steps of a run.
pub fn markdown(history: &Rc<History>, position: usize, title: Option<&str>) -> String {
    let steps = &history.steps[..position.min(history.len())];
    let mut text = format!("# {}\n\n{}\n", escape(title.unwrap_or(UNTITLED)), summary(history));
    text += "\n| step | time | who | what | why |\n| ---: | ---: | --- | --- | --- |\n";
    let mut rules: Vec<&Rule> = Vec::new();
    let told = steps.iter().zip(1..).filter(|(step, _)| !step.is_report());
    for (step, number) in told.clone() {
        let (at, actor) = (step.at, step.actor);
        text += &format!(
            "| {number} | {at} | {actor} | {} | {} |\n",
            what(step),
            why(step, &mut rules)
        );
    }
    let left_out = steps.len() - told.count();
    if left_out > 0 {
        text += &format!("\n{left_out} steps that only publish counts are left out.\n");
    }
    rules.sort_by_key(|rule| rule.id);
    if !rules.is_empty() {
        text += "\n## Rules\n\n";
    }
    for Rule { id, sentence, source } in rules {
        text += &format!("- **{id}** {} (upstream: {})\n", escape(sentence), escape(source));
    }
    text
}

fn summary(history: &Rc<History>) -> String {
    let verdict = Verdict::of(history).text;
    let release = history.scenario.release;
    format!(
        "Kubernetes {release}, simulated: {} steps; {}.",
        history.len(),
        escape(&verdict)
    )
}

fn what(step: &Step) -> String {
    match step.actor {
        Actor::User => code(&step.title()),
        _ => escape(&step.title()),
    }
}

/// The rule by which it acted, what it saw, and the numbers.
fn why(step: &Step, rules: &mut Vec<&'static Rule>) -> String {
    let Some((_, reason)) = step.main().filter(|_| step.actor != Actor::User) else {
        return String::new();
    };
    let rule = reason.rule();
    let id = rule.id;
    if rules.iter().all(|known| known.id != id) {
        rules.push(rule);
    }
    let formula = reason
        .formula()
        .map_or(String::new(), |formula| format!(" {}", code(&formula)));
    format!("**{id}** {}{formula}", escape(&reason.saw()))
}

/// A text that is nothing but text.
fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for c in one_line(text).chars() {
        match c {
            '<' => escaped.push_str("&lt;"),
            '&' => escaped.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '|' | '[' | ']' | '#' | '~' => {
                escaped.push('\\');
                escaped.push(c);
            }
            c => escaped.push(c),
        }
    }
    escaped
}

/// Text between backquotes, as many as it takes.
fn code(text: &str) -> String {
    let text = one_line(text).replace('|', "\\|");
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let quote = "`".repeat(longest + 1);
    let space = if longest > 0 { " " } else { "" };
    format!("{quote}{space}{text}{space}{quote}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_is_markup() {
        assert_eq!(
            escape("a|b <b> *c* `d`\n[e](f)"),
            "a\\|b &lt;b> \\*c\\* \\`d\\` \\[e\\](f)"
        );
        assert_eq!(code("a|b"), "`a\\|b`");
        assert_eq!(code("a``b"), "``` a``b ```");
    }
}
