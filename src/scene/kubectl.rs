//! What kubectl prints at the cursor, and which of its lines are new since the step before. It asks the engine, so only what
//! is loaded later may call it.

use rollscope_engine::Cursor;
use rollscope_engine::kubectl::{Command, Printed, answer, read};

/// An answer, in parts.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Answer {
    /// Neighbouring lines together, and whether they are new.
    pub parts: Vec<(String, bool)>,
    /// What goes to standard error.
    pub errors: Vec<String>,
    /// How many lines of a long watch were left out before.
    pub left_out: usize,
}

impl Answer {
    /// The answer to a question at the cursor, held against the one at an earlier position. `grows`: it tells what happened
    /// line after line, so that only lines at its end are new.
    pub fn of(question: &str, cursor: &Cursor, earlier: usize, grows: bool) -> Answer {
        let query = match read(question) {
            Ok(Command::Ask(query)) => query,
            Ok(_) => return Answer::default(),
            Err(error) => {
                return Answer {
                    errors: vec![error],
                    ..Answer::default()
                };
            }
        };
        // Ages are counted up to the same moment: that time goes by makes nothing new.
        let now = cursor.time();
        let is = answer(&query, cursor, now);
        let mut before = cursor.clone();
        before.seek(earlier);
        let was = answer(&query, &before, now);
        let fresh = if earlier == cursor.position() {
            vec![false; is.lines.len()]
        } else if grows {
            added(&was, &is)
        } else {
            changed(&was.lines, &is.lines)
        };
        Answer {
            parts: parts(&is.lines, &fresh),
            errors: is.errors,
            left_out: is.left_out,
        }
    }

    /// All of it.
    pub fn text(&self) -> String {
        let parts: String = self.parts.iter().map(|(text, _)| text.as_str()).collect();
        parts + &self.errors.join("\n")
    }
}

/// Lines after those that were there.
fn added(was: &Printed, is: &Printed) -> Vec<bool> {
    let known = was.left_out + was.lines.len();
    let goes_on = is.left_out > 0 || is.lines.starts_with(&was.lines);
    let is_new = |index: usize| !goes_on || index + is.left_out >= known;
    (0..is.lines.len()).map(is_new).collect()
}

/// Lines that were not there; how far apart their columns are does not count.
fn changed(was: &[String], is: &[String]) -> Vec<bool> {
    let words = |line: &String| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>().join(" ");
    let mut known: Vec<String> = was.iter().map(words).collect();
    known.sort_unstable();
    let is_new = |line: &String| match known.binary_search(&words(line)) {
        Ok(_) => false,
        Err(_) => !line.is_empty(),
    };
    // The first rows are not headed by something new.
    is.iter().map(|line| is_new(line) && !was.is_empty()).collect()
}

fn parts(lines: &[String], fresh: &[bool]) -> Vec<(String, bool)> {
    let mut parts: Vec<(String, bool)> = Vec::new();
    for (line, is_new) in lines.iter().zip(fresh) {
        match parts.last_mut().filter(|(_, same)| same == is_new) {
            Some((text, _)) => {
                text.push_str(line);
                text.push('\n');
            }
            None => parts.push((format!("{line}\n"), *is_new)),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use rollscope_engine::{Scenario, simulate};
    use std::rc::Rc;

    const WEB: &str = "
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: 'nginx:1'}]}
";

    fn fresh(answer: &Answer) -> String {
        let new = answer.parts.iter().filter(|(_, is_new)| *is_new);
        new.map(|(text, _)| text.as_str()).collect()
    }

    #[test]
    fn what_a_step_changes_is_new() {
        let mut cursor = Cursor::new(Rc::new(simulate(&Scenario::read(WEB).scenario)));
        let mut told = Vec::new();
        for position in 1..=cursor.history().len() {
            cursor.seek(position);
            let answer = Answer::of("get pods", &cursor, position - 1, false);
            told.push(fresh(&answer));
            let still = Answer::of("get pods", &cursor, position, false);
            assert_eq!((fresh(&still), still.text()), (String::new(), answer.text()));
        }
        // Pods that become ready are new rows; that all grow older is none.
        let ready = |text: &String| text.lines().count() == 2 && text.contains("1/1     Running");
        assert!(told.iter().any(ready), "{told:?}");
        assert!(told.iter().any(String::is_empty));
    }

    #[test]
    fn a_watch_is_new_at_its_end() {
        let mut cursor = Cursor::new(Rc::new(simulate(&Scenario::read(WEB).scenario)));
        let mut all = String::new();
        for position in 0..=cursor.history().len() {
            cursor.seek(position);
            all += &fresh(&Answer::of("get pods -w", &cursor, position.saturating_sub(1), true));
        }
        assert_eq!(all, Answer::of("get pods -w", &cursor, 0, true).text());
        assert!(all.lines().count() > 5, "{all}");
    }

    #[test]
    fn a_question_that_cannot_be_read_is_answered_with_why() {
        let cursor = Cursor::new(Rc::new(simulate(&Scenario::read(WEB).scenario)));
        let answer = Answer::of("get jobs", &cursor, 0, false);
        assert_eq!(answer.text(), "error: the server doesn't have a resource type \"jobs\"");
    }
}
