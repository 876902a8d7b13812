//! A session with kubectl: what was done and what it printed, how each rollout went, and what there is at the end.

use super::{UNTITLED, everywhere, one_line};
use rollscope_engine::api::{Key, Kind};
use rollscope_engine::history::Answer;
use rollscope_engine::kubectl::{Command, answer, read};
use rollscope_engine::{Cursor, History};
use std::rc::Rc;

/// Of more workloads than this, nobody watches each.
const WATCHED: usize = 8;

/// The kinds that the last question is about, as one types them.
const KINDS: [(Kind, &str); 5] = [
    (Kind::Deployment, "deploy"),
    (Kind::ReplicaSet, "rs"),
    (Kind::StatefulSet, "sts"),
    (Kind::DaemonSet, "ds"),
    (Kind::ReplicationController, "rc"),
];

/// The first `position` steps of a run.
pub fn transcript(history: &Rc<History>, position: usize, title: Option<&str>) -> String {
    let mut session = Session {
        cursor: Cursor::new(history.clone()),
        text: format!(
            "# {}\n# Kubernetes {}, simulated; times are those of the virtual clock.\n",
            one_line(title.unwrap_or(UNTITLED)),
            history.scenario.release
        ),
    };
    let position = position.min(history.len());
    let done: Vec<&Answer> = history
        .answers
        .iter()
        .filter(|answer| answer.position < position)
        .collect();
    for (index, answer) in done.iter().enumerate() {
        session.command(answer);
        let until = done.get(index + 1).map_or(position, |next| next.position);
        session.statuses(answer, until);
    }
    session.cursor.seek(position);
    session.last();
    session.text
}

struct Session {
    cursor: Cursor,
    text: String,
}

impl Session {
    fn heading(&mut self) {
        self.text += &format!("\n# {}\n", self.cursor.time());
    }

    /// What was done, and what was printed.
    fn command(&mut self, answer: &Answer) {
        self.cursor.seek(answer.position + 1);
        let history = self.cursor.history();
        let line = one_line(&history.scenario.interventions[answer.intervention].what.to_string());
        let text = answer.text.trim_end().to_owned();
        self.heading();
        self.text += &format!("$ {line}\n");
        self.text += &text;
        self.text.push('\n');
    }

    /// How the rollouts went that this set off, until the next thing was done.
    fn statuses(&mut self, answer: &Answer, until: usize) {
        let history = self.cursor.history().clone();
        let step = history.steps.get(answer.position);
        let rolls = |key: &&Key| matches!(key.kind, Kind::Deployment | Kind::StatefulSet | Kind::DaemonSet);
        let mut keys: Vec<&Key> = step.into_iter().flat_map(|step| step.touched()).filter(rolls).collect();
        keys.sort();
        keys.dedup();
        self.cursor.seek(until);
        for key in keys.into_iter().take(WATCHED) {
            // What was deleted has no status.
            if self.cursor.cluster().get(key).is_some() {
                let namespace = match &*key.namespace {
                    "default" => String::new(),
                    other => format!(" -n {other}"),
                };
                let kind = key.kind.name().to_ascii_lowercase();
                self.ask(&format!("rollout status {kind}/{}{namespace}", key.name));
            }
        }
    }

    /// All Pods over time, and everything as it is.
    fn last(&mut self) {
        self.heading();
        let all = everywhere(self.cursor.history());
        let cluster = self.cursor.cluster();
        let kinds = KINDS.iter().filter(|(kind, _)| cluster.of_kind(*kind).next().is_some());
        let mut kinds: Vec<&str> = kinds.map(|(_, word)| *word).collect();
        kinds.push("pods");
        self.ask(&format!("get pods -w{all}"));
        self.ask(&format!("get {}{all}", kinds.join(",")));
    }

    fn ask(&mut self, line: &str) {
        let Ok(Command::Ask(query)) = read(line) else { return };
        let printed = answer(&query, &self.cursor, self.cursor.time());
        // Right below a heading there is no gap.
        if !self.text.lines().last().is_some_and(|line| line.starts_with("# ")) {
            self.text.push('\n');
        }
        self.text += &format!("$ kubectl {line}\n");
        if printed.left_out > 0 {
            self.text += &format!("# {} lines before these are left out\n", printed.left_out);
        }
        for line in printed.lines.iter().chain(&printed.errors) {
            self.text += line.trim_end();
            self.text.push('\n');
        }
    }
}
