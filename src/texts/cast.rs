//! A recording that asciinema plays, in version 2 of its format: `kubectl get pods -w` in virtual time. What the user does
//! meanwhile, in another terminal, is a mark to jump to.

use super::{UNTITLED, everywhere, one_line, question};
use rollscope_engine::kubectl::watched;
use rollscope_engine::time::Time;
use rollscope_engine::{Cursor, History};
use std::rc::Rc;

/// The longest wait that a player keeps to, in seconds.
const LONGEST_WAIT: u64 = 3;
/// The terminal's height.
const HEIGHT: usize = 24;

/// The first `position` steps of a run.
pub fn cast(history: &Rc<History>, position: usize, title: Option<&str>) -> String {
    let mut cursor = Cursor::new(history.clone());
    cursor.seek(position);
    let command = format!("kubectl get pods -w{}", everywhere(history));
    let lines = question(&command).map_or(Vec::new(), |get| watched(&get, &cursor));
    let width = lines
        .iter()
        .map(|(_, line)| line.chars().count())
        .max()
        .unwrap_or(0)
        .clamp(80, 240);
    let mut events: Vec<(Time, &str, String)> = vec![(Time::ZERO, "o", format!("$ {command}\r\n"))];
    events.extend(lines.into_iter().map(|(time, line)| (time, "o", format!("{line}\r\n"))));
    for answer in history
        .answers
        .iter()
        .filter(|answer| answer.position < cursor.position())
    {
        let done = &history.scenario.interventions[answer.intervention];
        events.push((history.time_at(answer.position + 1), "m", done.what.to_string()));
    }
    events.sort_by_key(|(time, ..)| *time);
    let mut cast = format!(
        "{{\"version\": 2, \"width\": {width}, \"height\": {HEIGHT}, \"idle_time_limit\": {LONGEST_WAIT}, \"title\": {}}}\n",
        quoted(&one_line(title.unwrap_or(UNTITLED)))
    );
    for (time, kind, text) in events {
        let (seconds, rest) = (time.0 / 1000, time.0 % 1000);
        cast += &format!("[{seconds}.{rest:03}, \"{kind}\", {}]\n", quoted(&text));
    }
    cast
}

/// A text as JSON has it.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\r' => quoted.push_str("\\r"),
            '\n' => quoted.push_str("\\n"),
            c if c.is_control() => quoted.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted + "\""
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn any_text_is_a_string() {
        assert_eq!(quoted("a\"b\\c\r\n\u{1b}é"), r#""a\"b\\c\r\n\u001bé""#);
    }
}
