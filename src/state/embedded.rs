//! A run in somebody else's page: what that page may ask for, how it is answered, and what it is told. Pure, as all state is;
//! `browser/outside.rs` has the words of the two languages.

pub mod computed;

use super::staging;
use super::{Action, Effect, Kept, Run, Speed, State, Theme, kept};
use crate::later::Later;
use rollscope_engine::manifest::Diagnostic;
use rollscope_engine::record;
use std::rc::Rc;

/// What is to be on the stage, as its page writes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wish {
    /// Manifests, or a moment: a file of either, or the end of a link.
    pub text: String,
    /// Whether it is the end of a link.
    pub is_link: bool,
    /// Instead of a text, a recorded run.
    pub recorded: Option<Vec<u8>>,
    /// The step to begin with: a number, or `end`.
    pub step: Option<String>,
    /// The release, for texts that name none.
    pub release: Option<String>,
    /// Whether it begins to play by itself.
    pub autoplay: bool,
}

/// What the page around asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    /// Another run.
    Show(Wish),
    /// Play, from the start if at the end.
    Play,
    /// Stay where it is.
    Pause,
    /// Go to a step.
    Seek(String),
    /// Play as fast as this: `0.5`, `1`, `2`, `4`, `8`.
    Speed(String),
    /// Nobody looks, or somebody does again: playing waits.
    Rest(bool),
    /// With the whole strip, or with a line for it.
    Strip(bool),
    /// By nodes, or by workloads.
    Nodes(bool),
    /// The element is gone: begin anew, for another one.
    Forget,
}

/// What the page around is told.
#[derive(Clone, Debug, PartialEq)]
pub enum News {
    /// A run is on the stage.
    Ready,
    /// The cursor is at another step.
    Step,
    /// A controller has decided something in that step.
    Decision,
    /// That was the last one.
    End,
    /// It has begun to play, or stopped.
    Playing,
    /// Something that was asked for can't be had.
    Error(Complaint),
}

/// What can't be had, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Complaint {
    /// In a sentence.
    pub message: String,
    /// Whether there is nothing to show instead.
    pub is_fatal: bool,
    /// What is wrong in the text, and where.
    pub found: Vec<Diagnostic>,
}

/// Begins to show a run; the step of the moment is told.
pub type Show = fn(&mut State, &Wish) -> Result<(Vec<Effect>, Option<String>), Complaint>;

/// A run in somebody else's page.
#[derive(Debug)]
pub struct Embedded {
    /// Everything that is remembered of it; the page's own state.
    pub state: State,
    /// Whether there is a run of what was asked for.
    pub is_shown: bool,
    /// Whether nobody looks.
    pub is_resting: bool,
    /// Whether the whole strip is to be seen.
    pub has_strip: bool,
    /// The moment of a recorded run, as the end of a link.
    link: String,
    wish: Wish,
    /// Whether what is wished for waits for the rest of the program.
    waits: bool,
    /// Whether that was asked for.
    has_asked: bool,
    /// Whether it could not be had.
    is_in_vain: bool,
    /// The position and whether it plays, as last told.
    told: (usize, bool),
}

impl Embedded {
    /// Nothing is shown yet. `still`: nothing should move by itself.
    pub fn new(later: Option<Later>, still: bool) -> Embedded {
        let kept = Kept {
            still,
            ..Kept::default()
        };
        let mut state = State::of(Run::empty(), "", later, &kept, Theme::default());
        state.staging.fixed = true;
        Embedded {
            state,
            is_shown: false,
            is_resting: false,
            has_strip: false,
            link: String::new(),
            wish: Wish::default(),
            waits: false,
            has_asked: false,
            is_in_vain: false,
            told: (0, false),
        }
    }

    /// Carries out an order.
    pub fn order(&mut self, order: Order) -> (Vec<Effect>, Vec<News>) {
        match order {
            Order::Show(wish) => {
                self.is_in_vain = false;
                return self.show(wish);
            }
            Order::Play | Order::Pause if !self.is_shown => {}
            Order::Play if !self.state.playing => return self.act(Action::Play),
            Order::Pause if self.state.playing => return self.act(Action::Play),
            Order::Play | Order::Pause => {}
            Order::Seek(step) if self.is_shown => return self.seek(&step),
            // Before there is a run, it says where to begin.
            Order::Seek(step) => self.wish.step = Some(step).filter(|step| !step.is_empty()),
            Order::Speed(speed) => return self.set_speed(&speed),
            Order::Rest(rest) => self.is_resting = rest,
            Order::Strip(strip) => self.has_strip = strip,
            Order::Nodes(nodes) => {
                self.state.staging.nodes = nodes;
                return (self.ask(nodes && self.is_shown), Vec::new());
            }
            Order::Forget => {
                *self = Embedded::new(self.state.later, self.state.still);
            }
        }
        Default::default()
    }

    /// Carries out what was done in the widget. It shows a run and changes none.
    pub fn act(&mut self, action: Action) -> (Vec<Effect>, Vec<News>) {
        if !is_looking(&action) {
            self.state.catch_up();
            return Default::default();
        }
        let mut effects = self.state.reduce(action);
        let news = self.settle(&effects);
        effects.extend(self.ask(!self.state.waiting.is_empty() || self.state.pod.is_some()));
        (effects, news)
    }

    /// The cursor goes to where one has moved while it was held.
    pub fn catch_up(&mut self) -> Vec<News> {
        self.state.catch_up();
        if self.is_shown { self.compare() } else { Vec::new() }
    }

    /// Something can't be drawn without the rest of the program. Where that can't be had, one does not ask again and again.
    pub fn need(&mut self) -> Vec<Effect> {
        self.ask(!self.is_in_vain)
    }

    /// The rest of the program is asked for once, where something needs it.
    fn ask(&mut self, is_needed: bool) -> Vec<Effect> {
        let ask = is_needed && self.state.later.is_none() && !self.has_asked;
        self.has_asked |= ask;
        ask.then_some(Effect::LoadLater).into_iter().collect()
    }

    /// The rest of the program has come, or can't be had.
    pub fn arrive(&mut self, later: Option<Later>) -> (Vec<Effect>, Vec<News>) {
        self.has_asked = false;
        self.is_in_vain = later.is_none();
        if later.is_none() {
            self.state.waiting.clear();
            self.state.pod = None;
            let message = "A part of the program can't be loaded.".to_owned();
            let complaint = if self.is_shown { notice(message) } else { fatal(message) };
            return (Vec::new(), vec![News::Error(complaint)]);
        }
        let waits = std::mem::take(&mut self.waits);
        let mut effects = self.state.reduce(Action::Arrived(later));
        self.complete();
        if !waits {
            return (effects, Vec::new());
        }
        let (more, news) = self.show(self.wish.clone());
        effects.extend(more);
        (effects, news)
    }

    /// What of a recorded run only the engine can read.
    fn complete(&mut self) {
        if let Some(later) = self.state.later.filter(|_| !self.link.is_empty()) {
            (later.complete)(&mut self.state.run, &self.link);
        }
    }

    /// The end of a link to the moment at the cursor, which is found when it is called.
    pub fn link(&self) -> impl Fn() -> Option<String> + Clone + use<> {
        let (run, link, later) = (self.state.run.clone(), self.link.clone(), self.state.later);
        move || match later {
            _ if !link.is_empty() => Some(format!("{link}.{}", run.position())),
            Some(later) => (later.link)(&run),
            None => None,
        }
    }

    fn show(&mut self, wish: Wish) -> (Vec<Effect>, Vec<News>) {
        self.is_shown = false;
        self.state.work = None;
        self.link = String::new();
        self.wish = wish;
        if let Some(recorded) = self.wish.recorded.take() {
            return self.show_recorded(&recorded);
        }
        self.waits = self.state.later.is_none();
        let Some(later) = self.state.later else {
            return (self.ask(true), Vec::new());
        };
        match (later.show)(&mut self.state, &self.wish) {
            Ok((effects, step)) => {
                self.wish.step = self.wish.step.take().or(step);
                let news = self.settle(&effects);
                (effects, news)
            }
            Err(complaint) => (Vec::new(), vec![News::Error(complaint)]),
        }
    }

    /// A recorded run is played as it is; that of another version is computed anew.
    fn show_recorded(&mut self, bytes: &[u8]) -> (Vec<Effect>, Vec<News>) {
        let found = record::read(bytes).map_err(str::to_owned).and_then(|recorded| {
            let step = recorded.run.as_ref().and_then(|run| run.step);
            Ok((recorded.link, step, recorded.run.map(Run::recorded).transpose()?))
        });
        match found {
            Ok((link, step, Some(run))) => {
                let own = step.map(|step| step.to_string());
                self.wish.step = self.wish.step.take().or(own);
                (self.link, self.state.run) = (link, run);
                self.state.pod = None;
                self.complete();
                let news = self.begin();
                (self.ask(self.state.staging.nodes), news)
            }
            Ok((link, _, None)) => self.show(Wish {
                text: link,
                is_link: true,
                ..self.wish.clone()
            }),
            Err(what) => {
                let complaint = fatal(format!("The recorded run can't be played: {what}."));
                (Vec::new(), vec![News::Error(complaint)])
            }
        }
    }

    /// What has become of it.
    fn settle(&mut self, effects: &[Effect]) -> Vec<News> {
        if self.is_shown {
            return self.compare();
        }
        if let Some(refusal) = self.state.refusal.take() {
            return vec![News::Error(fatal(refusal))];
        }
        let is_there = |effect: &Effect| matches!(effect, Effect::Keep(kept::RAN, _));
        if effects.iter().any(is_there) {
            return self.begin();
        }
        Vec::new()
    }

    /// The run is there: to where it is to begin.
    fn begin(&mut self) -> Vec<News> {
        self.is_shown = true;
        let autoplay = self.wish.autoplay && !self.state.still;
        let run = &mut self.state.run;
        let usual = if self.wish.autoplay { 1 } else { run.telling_position() };
        let wanted = self
            .wish
            .step
            .as_deref()
            .map(|step| position(step, run.history().len()));
        let (position, complaint) = match wanted {
            None => (usual, None),
            Some(Ok(position)) => (position, None),
            Some(Err(complaint)) => (usual, Some(News::Error(complaint))),
        };
        run.cursor.seek(position);
        self.state.playing = autoplay && position < run.history().len();
        self.told = (run.position(), self.state.playing);
        let playing = self.state.playing.then_some(News::Playing);
        [News::Ready].into_iter().chain(playing).chain(complaint).collect()
    }

    fn compare(&mut self) -> Vec<News> {
        let run = &self.state.run;
        let now = (run.position(), self.state.playing);
        let (position, playing) = std::mem::replace(&mut self.told, now);
        let mut news = Vec::new();
        if now.0 != position {
            news.push(News::Step);
            news.extend(run.is_decision(now.0).then_some(News::Decision));
        }
        news.extend((now.1 != playing).then_some(News::Playing));
        news.extend((now.0 != position && now.0 == run.history().len()).then_some(News::End));
        news
    }

    fn seek(&mut self, step: &str) -> (Vec<Effect>, Vec<News>) {
        match position(step, self.state.run.history().len()) {
            Ok(position) => self.act(Action::Seek(position)),
            Err(complaint) => (Vec::new(), vec![News::Error(complaint)]),
        }
    }

    fn set_speed(&mut self, name: &str) -> (Vec<Effect>, Vec<News>) {
        match speed(name) {
            Some(speed) => self.act(Action::SetSpeed(speed)),
            None => {
                let message = format!("speed \"{name}\" is none of 0.5, 1, 2, 4 and 8.");
                (Vec::new(), vec![News::Error(notice(message))])
            }
        }
    }
}

/// What only looks at a run.
fn is_looking(action: &Action) -> bool {
    use Action::{ChoosePod, GoOn, Look, Next, Play, Previous, Seek, SetSpeed, ShowEveryWrite, Tick};
    matches!(
        action,
        ChoosePod(_)
            | GoOn
            | Look(staging::Act::Nodes(_) | staging::Act::Switch | staging::Act::Show(_) | staging::Act::Others(_))
            | Next(_)
            | Play
            | Previous(_)
            | Seek(_)
            | SetSpeed(_)
            | ShowEveryWrite(_)
            | Tick
    )
}

fn fatal(message: String) -> Complaint {
    Complaint {
        is_fatal: true,
        ..notice(message)
    }
}

fn notice(message: String) -> Complaint {
    Complaint {
        message,
        is_fatal: false,
        found: Vec::new(),
    }
}

/// The position that is meant in a run of this length.
fn position(step: &str, len: usize) -> Result<usize, Complaint> {
    let step = step.trim();
    if step == "end" {
        return Ok(len);
    }
    match step.parse() {
        Ok(position) if position <= len => Ok(position),
        Ok(_) => Err(notice(format!("There is no step {step}: this run has {len} steps."))),
        Err(_) => Err(notice(format!("step \"{step}\" is neither a number nor \"end\"."))),
    }
}

fn speed(name: &str) -> Option<Speed> {
    Some(match name.trim() {
        "0.5" => Speed::Half,
        "" | "1" => Speed::One,
        "2" => Speed::Two,
        "4" => Speed::Four,
        "8" => Speed::Eight,
        _ => return None,
    })
}

/// The text of a script in a page without the indentation that the page's own lines have; the first line is the first with
/// something in it.
pub fn without_indentation(text: &str) -> Rc<str> {
    let is_blank = |line: &&str| line.trim().is_empty();
    let lines: Vec<&str> = text.lines().skip_while(is_blank).collect();
    let indentation = |line: &&str| line.len() - line.trim_start_matches(' ').len();
    let common = lines
        .iter()
        .filter(|line| !is_blank(line))
        .map(indentation)
        .min()
        .unwrap_or(0);
    let mut out = String::with_capacity(text.len());
    for line in lines {
        out += line.get(common..).unwrap_or_default();
        out.push('\n');
    }
    out.into()
}
