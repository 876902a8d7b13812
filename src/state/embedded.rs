//! A run in somebody else's page: what that page may ask for, how it is answered, and what it is told. Pure, as all state is;
//! `browser/outside.rs` has the words of the two languages.

use super::run::Origin;
use super::staging;
use super::work::Then;
use super::{Action, Effect, Kept, Run, Speed, State, Theme, kept};
use crate::later::Later;
use rollscope_engine::manifest::{Diagnostic, Severity};
use rollscope_engine::moment::Moment;
use rollscope_engine::scenario::Reading;
use std::rc::Rc;

/// What is to be on the stage, as its page writes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wish {
    /// Manifests, or a moment: a file of either, or the end of a link.
    pub text: String,
    /// Whether it is the end of a link.
    pub is_link: bool,
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
    wish: Wish,
    /// The position and whether it plays, as last told.
    told: (usize, bool),
}

impl Embedded {
    /// Nothing is shown yet. `still`: nothing should move by itself.
    pub fn new(later: Later, still: bool) -> Embedded {
        let kept = Kept {
            still,
            ..Kept::default()
        };
        let mut state = State::of(Run::empty(), "", Some(later), &kept, Theme::default());
        state.staging.fixed = true;
        Embedded {
            state,
            is_shown: false,
            is_resting: false,
            has_strip: false,
            wish: Wish::default(),
            told: (0, false),
        }
    }

    /// Carries out an order.
    pub fn order(&mut self, order: Order) -> (Vec<Effect>, Vec<News>) {
        match order {
            Order::Show(wish) => return self.show(wish),
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
            Order::Nodes(nodes) => self.state.staging.nodes = nodes,
            Order::Forget => {
                let later = self.state.later.expect("a widget has all of the program");
                *self = Embedded::new(later, self.state.still);
            }
        }
        Default::default()
    }

    /// Carries out what was done in the widget. It shows a run and changes none.
    pub fn act(&mut self, action: Action) -> (Vec<Effect>, Vec<News>) {
        if !is_looking(&action) {
            return Default::default();
        }
        let effects = self.state.reduce(action);
        let news = self.settle(&effects);
        (effects, news)
    }

    fn show(&mut self, wish: Wish) -> (Vec<Effect>, Vec<News>) {
        self.is_shown = false;
        self.state.work = None;
        match self.read(&wish) {
            Ok((moment, reading)) => {
                let step = moment.step.map(|step| step.to_string());
                self.wish = Wish {
                    step: wish.step.or(step),
                    ..wish
                };
                let then = Then::Start(moment.text.as_str().into(), Origin::of(&reading));
                let effects = self.state.compute(&reading.scenario, then);
                let news = self.settle(&effects);
                (effects, news)
            }
            Err(complaint) => (Vec::new(), vec![News::Error(complaint)]),
        }
    }

    /// The run that is wished for. What the manifests or the moment say of the release counts more than the page around.
    fn read(&self, wish: &Wish) -> Result<(Moment, Reading), Complaint> {
        let release = wish.release.as_deref().map(str::trim).filter(|name| !name.is_empty());
        let release = release.map(str::parse).transpose().map_err(fatal)?;
        if wish.text.trim().is_empty() {
            return Err(fatal("There are no manifests to show.".to_owned()));
        }
        let moment = if wish.is_link {
            Moment::from_hash(&wish.text).map_err(|error| fatal(format!("The link can't be opened: {error}.")))?
        } else {
            Moment::from_file(&wish.text).map_err(|error| fatal(format!("The file can't be opened: {error}.")))?
        };
        let mut reading = moment.reading();
        if let Some(release) = release.filter(|_| moment.release.is_none() && reading.release.is_none()) {
            reading.scenario.set_release(release, &reading.gates);
        }
        if reading.is_runnable() {
            Ok((moment, reading))
        } else {
            Err(errors(reading.diagnostics))
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

/// Why the manifests are not run.
fn errors(mut found: Vec<Diagnostic>) -> Complaint {
    found.retain(|each| each.severity == Severity::Error);
    let message = match found.len() {
        1 => "The manifests have an error.".to_owned(),
        count => format!("The manifests have {count} errors."),
    };
    Complaint {
        found,
        ..fatal(message)
    }
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
