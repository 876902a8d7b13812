//! The session with kubectl: what is typed and was typed, what is shown. Only `later.rs` and what it names may call this.

use super::{Action, Effect, State, Tab, workload};
use rollscope_engine::api::{Kind, Object};
use rollscope_engine::kubectl::{Command, Completion, Query, complete, read};

/// What the pane remembers.
#[derive(Clone, Debug, Default)]
pub struct Kubectl {
    /// What is typed.
    pub line: String,
    /// What is shown.
    pub screen: Screen,
    /// The questions that were typed, for each screen but the first; empty where none was.
    pinned: [String; 5],
    /// What was run before, oldest first.
    past: Vec<String>,
    /// Which of those is in the prompt, counted from the newest, and what was typed before.
    recalled: Option<(usize, String)>,
    /// What the last word could be, while that is shown.
    pub offers: Option<Offers>,
    /// A line that was not understood, and why; or the reason why the manifests were not applied.
    pub error: Option<(String, String)>,
    /// Whether the last thing that was done came from the prompt, so that its answer belongs here.
    pub asked: bool,
    /// Whether the pane takes more of the page.
    pub wide: bool,
    /// Whether what is shown was copied, if somebody wanted that.
    pub copied: Option<bool>,
}

/// What the pane shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "named after the commands")]
pub enum Screen {
    /// What was done, with the answers.
    #[default]
    Done,
    Get,
    Watch,
    Status,
    History,
    Describe,
}

/// What the last word could be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offers {
    /// Where in the line the word begins.
    pub start: usize,
    /// The words.
    pub words: Vec<String>,
    /// The one that Enter takes.
    pub chosen: Option<usize>,
}

/// What one can do there.
#[derive(Clone, Debug)]
pub enum Act {
    /// Show something else.
    Show(Screen),
    /// The prompt's text has changed.
    Type(String),
    /// Complete the last word.
    Complete,
    /// Go to the next word that is offered, or the one before.
    Choose(bool),
    /// Take the word of this index.
    Take(usize),
    /// Put the words away.
    Close,
    /// An older line, or a newer one.
    Recall(bool),
    /// Run the line.
    Run,
    /// Give the pane more of the page, or less.
    Widen(bool),
    /// The text was copied, or could not be.
    Copied(bool),
}

impl Screen {
    /// All, in their order.
    pub const ALL: [Screen; 6] = [
        Screen::Done,
        Screen::Get,
        Screen::Watch,
        Screen::Status,
        Screen::History,
        Screen::Describe,
    ];

    /// The word on its button.
    pub fn name(self) -> &'static str {
        match self {
            Screen::Done => "done",
            Screen::Get => "get",
            Screen::Watch => "watch",
            Screen::Status => "status",
            Screen::History => "history",
            Screen::Describe => "describe",
        }
    }

    fn of(query: &Query) -> Screen {
        match query {
            Query::Get(get) if get.watch => Screen::Watch,
            Query::Get(_) => Screen::Get,
            Query::Describe(..) => Screen::Describe,
            Query::Status(..) => Screen::Status,
            Query::History(..) => Screen::History,
        }
    }

    /// Whether it tells what happened, line after line.
    pub fn grows(self) -> bool {
        matches!(self, Screen::Watch | Screen::Status)
    }
}

impl Kubectl {
    /// Another text is on stage: questions about objects of the one before have no answer there.
    pub(super) fn leave_run(&mut self) {
        (self.pinned, self.error, self.asked) = (Default::default(), None, false);
    }
}

/// Carries out an act.
pub fn reduce(state: &mut State, act: Act) -> Vec<Effect> {
    let pane = &mut state.kubectl;
    pane.copied = None;
    match act {
        Act::Show(screen) => (pane.screen, pane.error, pane.asked) = (screen, None, false),
        Act::Type(line) => {
            let is_open = pane.offers.is_some();
            (pane.line, pane.recalled) = (line, None);
            state.kubectl.offers = offers(state).filter(|_| is_open);
        }
        Act::Complete => {
            if let Some((line, offers)) = completed(state) {
                (state.kubectl.line, state.kubectl.offers) = (line, offers);
            }
        }
        Act::Choose(next) => {
            if let Some(offers) = &mut pane.offers {
                let count = offers.words.len();
                offers.chosen = Some(match (offers.chosen, next) {
                    (None, true) => 0,
                    (None, false) => count - 1,
                    (Some(index), true) => (index + 1) % count,
                    (Some(index), false) => (index + count - 1) % count,
                });
            }
        }
        Act::Take(index) => {
            if let Some(offers) = pane.offers.take()
                && let Some(word) = offers.words.get(index)
            {
                pane.line = with(&pane.line, offers.start, word);
            }
        }
        Act::Close => pane.offers = None,
        Act::Recall(older) => recall(pane, older),
        Act::Run => return run(state),
        Act::Widen(wide) => pane.wide = wide,
        Act::Copied(done) => pane.copied = Some(done),
    }
    Vec::new()
}

impl State {
    /// The question whose answer is shown; `None` where that is what was done.
    pub fn question(&self) -> Option<String> {
        let screen = self.kubectl.screen;
        let typed = Screen::ALL[1..].iter().position(|other| *other == screen)?;
        match self.kubectl.pinned[typed].as_str() {
            "" => Some(self.own_question(screen)),
            typed => Some(typed.to_owned()),
        }
    }

    /// What one would ask about the workload that the actions are about.
    fn own_question(&self, screen: Screen) -> String {
        let workload = self.workload().filter(|workload| {
            let asks = matches!(screen, Screen::Status | Screen::History);
            !asks || workload::rolls_out(workload)
        });
        let workload = workload.or_else(|| self.workloads().into_iter().find(|other| workload::rolls_out(other)));
        let name = |object: &Object| format!("{}/{}", object.kind().name().to_ascii_lowercase(), object.meta().name);
        match (screen, workload) {
            (Screen::Watch, _) => "get pods -w".to_owned(),
            (Screen::Status, Some(workload)) => format!("rollout status {}", name(workload)),
            (Screen::History, Some(workload)) => format!("rollout history {}", name(workload)),
            (Screen::Describe, Some(workload)) => format!("describe {}", name(workload)),
            (Screen::Describe, None) => "describe pods".to_owned(),
            (Screen::Get, Some(workload)) => match workload.kind() {
                Kind::StatefulSet => "get sts,pods,pvc".to_owned(),
                Kind::DaemonSet => "get ds,pods".to_owned(),
                Kind::Deployment => "get deploy,rs,pods".to_owned(),
                _ => "get rs,rc,pods".to_owned(),
            },
            _ => "get deploy,rs,sts,ds,pods,pvc".to_owned(),
        }
    }
}

/// What Tab makes of the line, and what is offered then. `None` where it makes nothing of it: then it goes on to what comes
/// next in the page.
pub fn completed(state: &State) -> Option<(String, Option<Offers>)> {
    let pane = &state.kubectl;
    if let Some(offers) = &pane.offers
        && let Some(word) = offers.chosen.and_then(|index| offers.words.get(index))
    {
        return Some((with(&pane.line, offers.start, word), None));
    }
    let offers = offers(state)?;
    let common = common(&offers.words);
    let line = with(&pane.line, offers.start, common);
    let is_one = offers.words.len() == 1;
    let is_new = line != pane.line || pane.offers.is_none();
    is_new.then_some((line, (!is_one).then_some(offers)))
}

/// What the last word could be; nothing of an empty line.
fn offers(state: &State) -> Option<Offers> {
    let line = &state.kubectl.line;
    let Completion { start, candidates } = complete(state.run.cursor.cluster(), line);
    let is_wanted = !line.trim().is_empty() && !candidates.is_empty();
    is_wanted.then_some(Offers {
        start,
        words: candidates,
        chosen: None,
    })
}

/// What all words begin with.
fn common(words: &[String]) -> &str {
    let first = words.first().map_or("", String::as_str);
    let alike = |length: &usize| {
        let start = first.get(..*length);
        start.is_some_and(|start| words.iter().all(|word| word.starts_with(start)))
    };
    let longest = (0..=first.len()).rev().find(alike).unwrap_or(0);
    &first[..longest]
}

fn with(line: &str, start: usize, word: &str) -> String {
    format!("{}{word}", line.get(..start).unwrap_or_default())
}

fn recall(pane: &mut Kubectl, older: bool) {
    pane.offers = None;
    let (place, draft) = pane
        .recalled
        .take()
        .map_or((0, pane.line.clone()), |(index, draft)| (index + 1, draft));
    // Place 0 is the draft, 1 the newest line.
    let place = if older {
        (place + 1).min(pane.past.len())
    } else {
        place.saturating_sub(1)
    };
    match place
        .checked_sub(1)
        .and_then(|index| Some((index, pane.past.iter().rev().nth(index)?)))
    {
        Some((index, line)) => {
            pane.line.clone_from(line);
            pane.recalled = Some((index, draft));
        }
        None => pane.line = draft,
    }
}

fn run(state: &mut State) -> Vec<Effect> {
    let pane = &mut state.kubectl;
    let line = pane.line.trim().to_owned();
    (pane.offers, pane.recalled, pane.error, pane.asked) = (None, None, None, false);
    if line.is_empty() {
        return Vec::new();
    }
    if pane.past.last() != Some(&line) {
        pane.past.push(line.clone());
    }
    let command = match read(&line) {
        Ok(command) => command,
        // The line stays, to be mended.
        Err(why) => {
            pane.error = Some((line, why));
            return Vec::new();
        }
    };
    pane.line.clear();
    match command {
        Command::Ask(query) => {
            pane.screen = Screen::of(&query);
            if let Some(index) = Screen::ALL[1..].iter().position(|screen| *screen == pane.screen) {
                let bare = line.strip_prefix("kubectl ").or_else(|| line.strip_prefix("k "));
                pane.pinned[index] = bare.unwrap_or(&line).trim_start().to_owned();
            }
            Vec::new()
        }
        Command::Do(what) => {
            let effects = state.reduce(Action::Intervene(what, None));
            state.kubectl.asked = true;
            effects
        }
        Command::Apply => {
            let tab = state.tab;
            let effects = state.reduce(Action::Apply);
            if tab == Tab::Kubectl {
                state.tab = tab;
            }
            state.kubectl.asked = true;
            state.kubectl.error = state.refusal.clone().map(|refusal| (line, refusal));
            effects
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{WEB, act, page, web};
    use super::*;
    use rollscope_engine::scenario::Intervention;

    fn typed(state: &mut State, line: &str) -> Vec<Effect> {
        act(state, [Act::Type(line.to_owned()), Act::Run].map(Action::Kubectl))
    }

    #[test]
    fn a_question_stays_and_a_command_is_done_at_the_cursor() {
        let mut state = page(WEB);
        assert_eq!((state.kubectl.screen, state.question()), (Screen::Done, None));
        typed(&mut state, "kubectl get pods -w");
        assert_eq!(state.question().as_deref(), Some("get pods -w"));
        assert_eq!((state.kubectl.screen, state.kubectl.line.as_str()), (Screen::Watch, ""));
        let before = state.run.position();
        typed(&mut state, "scale deploy web --replicas 5");
        assert_eq!(state.run.position(), before + 1);
        assert_eq!(state.run.history().answers.len(), 2);
        let said = state.said.clone().expect("an answer");
        assert_eq!(
            (said.text.trim(), state.kubectl.asked),
            ("deployment.apps/web scaled", true)
        );
        assert_eq!(state.question().as_deref(), Some("get pods -w"));
        // The buttons' answers are shown beside the buttons.
        act(&mut state, [Action::Intervene(Intervention::Scale(web(), 2), None)]);
        assert!(!state.kubectl.asked);
    }

    #[test]
    fn what_kubectl_refuses_leaves_the_run_and_is_said() {
        let mut state = page(WEB);
        typed(&mut state, "drain node-9");
        assert_eq!(state.run.history().answers.len(), 1);
        assert!(
            state
                .said
                .as_ref()
                .is_some_and(|said| !said.accepted && said.text.contains("NotFound"))
        );
        typed(&mut state, "gte pods");
        assert_eq!(state.kubectl.line, "gte pods");
        let (line, why) = state.kubectl.error.clone().expect("an error");
        assert!(line == "gte pods" && why.contains("Did you mean \"get\"?"), "{why}");
        typed(&mut state, "get pods");
        assert_eq!(state.kubectl.error, None);
    }

    #[test]
    fn the_manifests_are_applied_by_a_command() {
        let mut state = page(WEB);
        state.tab = Tab::Kubectl;
        act(&mut state, [Action::Type(WEB.replace("replicas: 3", "replicas: 4"))]);
        typed(&mut state, "apply -f manifests.yaml");
        let said = state.said.clone().expect("an answer");
        assert_eq!(
            (said.text.trim(), state.tab),
            ("deployment.apps/web configured", Tab::Kubectl)
        );
        act(&mut state, [Action::Type("kind: [".to_owned())]);
        typed(&mut state, "apply -f manifests.yaml");
        assert!(
            state
                .kubectl
                .error
                .as_ref()
                .is_some_and(|(_, why)| why.starts_with("Not run"))
        );
        assert_eq!(state.tab, Tab::Kubectl);
    }

    #[test]
    fn lines_are_recalled_and_what_was_typed_comes_back() {
        let mut state = page(WEB);
        for line in ["get pods", "get rs", "get rs", "nonsense"] {
            typed(&mut state, line);
        }
        act(&mut state, [Action::Kubectl(Act::Type("des".to_owned()))]);
        let mut recall = |older: bool| {
            act(&mut state, [Action::Kubectl(Act::Recall(older))]);
            state.kubectl.line.clone()
        };
        let up = [true; 5].map(&mut recall);
        assert_eq!(up, ["nonsense", "get rs", "get pods", "get pods", "get pods"]);
        let down = [false; 4].map(&mut recall);
        assert_eq!(down, ["get rs", "nonsense", "des", "des"]);
    }

    #[test]
    fn tab_completes_lists_and_then_goes_on() {
        let mut state = page(WEB);
        assert_eq!(completed(&state), None, "an empty line");
        let mut tab = |line: Option<&str>| {
            let typed = line.map(|line| Act::Type(line.to_owned()));
            act(
                &mut state,
                typed.into_iter().chain([Act::Complete]).map(Action::Kubectl),
            );
            let offered = state.kubectl.offers.as_ref().map_or(0, |offers| offers.words.len());
            (state.kubectl.line.clone(), offered, completed(&state).is_some())
        };
        assert_eq!(tab(Some("rollout und")), ("rollout undo ".to_owned(), 0, true));
        assert_eq!(tab(None), ("rollout undo deployment/web ".to_owned(), 0, false));
        assert_eq!(tab(Some("get persi")), ("get persistentvolume".to_owned(), 2, false));
        assert_eq!(tab(Some("nothing ")), ("nothing ".to_owned(), 0, false));
        act(
            &mut state,
            [Act::Type("rollout ".to_owned()), Act::Complete, Act::Choose(false)].map(Action::Kubectl),
        );
        assert_eq!(state.kubectl.offers.as_ref().and_then(|offers| offers.chosen), Some(5));
        act(&mut state, [Act::Choose(true), Act::Take(0)].map(Action::Kubectl));
        assert_eq!(
            (state.kubectl.line.as_str(), &state.kubectl.offers),
            ("rollout status ", &None)
        );
    }

    #[test]
    fn questions_are_about_what_is_on_stage() {
        let mut state = page(WEB);
        let mut asked = |screen: Screen| {
            act(&mut state, [Action::Kubectl(Act::Show(screen))]);
            state.question().unwrap_or_default()
        };
        assert_eq!(
            Screen::ALL.map(&mut asked),
            [
                "",
                "get deploy,rs,pods",
                "get pods -w",
                "rollout status deployment/web",
                "rollout history deployment/web",
                "describe deployment/web"
            ]
        );
        // Another run, and what was typed about objects of the last one is gone.
        typed(&mut state, "describe pod web-0");
        assert_eq!(state.question().as_deref(), Some("describe pod web-0"));
        act(&mut state, [Action::Run]);
        assert_eq!(state.question().as_deref(), Some("describe deployment/web"));
    }
}
