//! The page's state, and how every action changes it. Nothing here knows the browser: what has to happen there comes
//! back as [`Effect`]s, so that all of this is tested natively.

pub mod branches;
pub mod embedded;
mod keys;
pub mod kubectl;
mod reduce;
mod run;
pub mod share;
pub mod staging;
#[cfg(test)]
mod tests;
pub mod time;
pub mod together;
pub mod whole;
mod work;
pub mod workload;

pub use keys::action_for;
pub use run::{Run, Said};
pub use work::Work;

use crate::examples::{self, Example};
use crate::later::Later;
use rollscope_engine::api::{Key, Kind, Name, Object};
use rollscope_engine::manifest::{Diagnostic, Position};
use rollscope_engine::release::Release;
use rollscope_engine::scenario::Intervention;
use staging::Staging;
use std::rc::Rc;

/// Everything that the page remembers.
#[derive(Debug)]
pub struct State {
    /// What is loaded later, once it is there.
    pub later: Option<Later>,
    /// The editor's text.
    pub text: Rc<str>,
    /// What is to be said about it, as of the last look.
    pub diagnostics: Rc<[Diagnostic]>,
    /// Why the last request was not carried out, beyond the diagnostics.
    pub refusal: Option<String>,
    /// What is on the stage.
    pub run: Run,
    /// Whether the cursor stays where it is while one moves on: a picture is being made of that.
    pub(crate) held: bool,
    /// Where one has moved to meanwhile.
    hand: Option<usize>,
    /// What is to come there, as soon as it is computed.
    pub work: Option<Work>,
    /// The release that was chosen for texts that name none.
    pub release: Option<Release>,
    /// Whether steps follow each other by themselves.
    pub playing: bool,
    /// How fast they do.
    pub speed: Speed,
    /// Whether steps that only publish counts are shown as well.
    pub every_write: bool,
    /// Light or dark.
    pub theme: Theme,
    /// What a narrow screen shows.
    pub tab: Tab,
    /// Whether the help is open.
    pub help: bool,
    /// Whether nothing should start moving by itself.
    pub still: bool,
    /// The form that is open in the bar of actions.
    pub tool: Option<Tool>,
    /// The workload that the actions are about, if one was chosen.
    pub workload: Option<Key>,
    /// The Pod that is looked at.
    pub pod: Option<Key>,
    /// How the stage is looked at.
    pub staging: Staging,
    /// The last answer to an action.
    pub said: Option<Said>,
    /// The session with kubectl.
    pub kubectl: kubectl::Kubectl,
    /// What was done before all of the page was there, and waits for it.
    pub waiting: Vec<Action>,
    /// Whether the rest of the page could not be had, and nobody asked for it again.
    pub missing: bool,
    /// Time beyond the cursor.
    pub time: time::Time,
    /// The other runs of this text.
    pub branches: branches::Branches,
    /// Moments that come and go.
    pub share: share::Share,
}

/// What was kept from the last visit.
#[derive(Clone, Debug, Default)]
pub struct Kept {
    /// The editor's text.
    pub text: Option<String>,
    /// The last text that ran.
    pub ran: Option<String>,
    /// Whether steps that only publish counts are shown as well.
    pub every_write: bool,
    /// Whether nothing should move by itself.
    pub still: bool,
}

/// How fast steps follow each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names are the speeds")]
pub enum Speed {
    Half,
    #[default]
    One,
    Two,
    Four,
    Eight,
}

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Theme {
    #[default]
    Light,
    Dark,
}

/// What a narrow screen shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    /// Stage, why and time.
    #[default]
    Rollout,
    /// The editor.
    Manifests,
    /// The session with kubectl, and time.
    Kubectl,
}

/// A form in the bar of actions, with what was filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tool {
    /// Another number of replicas.
    Scale(String),
    /// Another image for a container.
    Image(Name, String),
    /// Back to a revision.
    Undo,
}

/// What a user, or the timer, can do.
#[derive(Clone, Debug)]
pub enum Action {
    /// What is loaded later has come, or can't be had.
    Arrived(Option<Later>),
    /// The editor's text has changed.
    Type(String),
    /// There was a pause in typing: look at the text.
    Check,
    /// Run the text from the start.
    Run,
    /// Apply the text at the cursor.
    Apply,
    /// Show the place of a diagnostic.
    Jump(usize),
    /// Mend the text as a diagnostic proposes.
    Mend(usize),
    /// Get an example.
    Load(&'static Example),
    /// An example has come, or the reason why it has not.
    Loaded(Result<String, String>),
    /// One step on; or every single write, if so.
    Next(bool),
    /// One step back; or every single write, if so.
    Previous(bool),
    /// To a position, past the end counts as the end.
    Seek(usize),
    /// Play or pause.
    Play,
    /// Time for the next step, if playing.
    Tick,
    /// Play at this speed.
    SetSpeed(Speed),
    /// Show steps that only publish counts, or don't.
    ShowEveryWrite(bool),
    /// Simulate this release.
    ChooseRelease(Release),
    /// The other one of light and dark.
    SwitchTheme,
    /// The visitor's system has become light or dark, and nothing else was chosen.
    FollowSystem(Theme),
    /// Another tab.
    Show(Tab),
    /// Open or close the help.
    Help(bool),
    /// The actions are about this workload now.
    ChooseWorkload(Key),
    /// Look at a Pod, or no longer.
    ChoosePod(Option<Key>),
    /// Look at the stage in another way.
    Look(staging::Act),
    /// Open or change a form, or close it.
    Use(Option<Tool>),
    /// Do something at the cursor. The image, if any, can't be pulled.
    Intervene(Intervention, Option<Name>),
    /// Compute some more of what is being computed.
    GoOn,
    /// Give up what is being computed.
    Cancel,
    /// Take back the intervention of this index.
    TakeBack(usize),
    /// Put the answer away.
    Dismiss,
    /// Something about time beyond the cursor.
    Time(time::Act),
    /// Something about the runs of this text.
    Branch(branches::Act),
    /// Something in the session with kubectl.
    Kubectl(kubectl::Act),
    /// Something about moments that come and go.
    Share(Rc<share::Act>),
}

/// What has to happen in the browser.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Keep something for the next visit.
    Keep(&'static str, Rc<str>),
    /// The editor is to show this text.
    SetText(Rc<str>),
    /// The editor is to mark these.
    Mark(Rc<[Diagnostic]>),
    /// The editor is to show this place.
    Jump(Position),
    /// An example is to be fetched.
    Fetch(&'static Example),
    /// After a pause in typing, the text is to be checked.
    CheckSoon,
    /// The page is to be light or dark.
    Theme(Theme),
    /// [`Action::GoOn`] is to come: at once, or after the browser had its turn if this has taken long.
    GoOn,
    /// The rest of the page is to be loaded once more.
    LoadLater,
    /// Something for moments that come and go.
    Share(share::Wish),
}

/// The names under which things are kept.
pub mod kept {
    /// The editor's text.
    pub const TEXT: &str = "rollscope.text";
    /// The last text that ran.
    pub const RAN: &str = "rollscope.ran";
    /// The text that was there before another one came.
    pub const BEFORE: &str = "rollscope.before";
    /// Light or dark.
    pub const THEME: &str = "rollscope.theme";
    /// Whether steps that only publish counts are shown.
    pub const EVERY_WRITE: &str = "rollscope.every-write";
}

impl State {
    /// The state at the start of a visit: the text from the last one, or the first example, whose run is `first`. Without what is
    /// loaded later, that is all there is to show.
    pub fn new(later: Option<Later>, first: &[u8], kept: &Kept, theme: Theme) -> State {
        let text = kept.text.as_deref().unwrap_or(examples::FIRST);
        let first = Run::first(first);
        let has_run = text == examples::FIRST && first.is_some();
        let mut run = first.unwrap_or_else(Run::empty);
        let telling = run.telling_position();
        run.cursor.seek(telling);
        let mut state = State::of(run, text, later, kept, theme);
        if let Some(later) = later.filter(|_| !has_run) {
            (later.begin)(&mut state, kept);
        }
        state
    }

    pub(crate) fn of(run: Run, text: &str, later: Option<Later>, kept: &Kept, theme: Theme) -> State {
        State {
            later,
            text: text.into(),
            diagnostics: Rc::default(),
            work: None,
            refusal: None,
            run,
            held: false,
            hand: None,
            release: None,
            playing: false,
            speed: Speed::default(),
            every_write: kept.every_write,
            theme,
            tab: Tab::default(),
            help: false,
            still: kept.still,
            tool: None,
            workload: None,
            pod: None,
            staging: Staging::default(),
            said: None,
            kubectl: kubectl::Kubectl::default(),
            waiting: Vec::new(),
            missing: false,
            time: time::Time::default(),
            branches: branches::Branches::default(),
            share: share::Share::default(),
        }
    }

    /// The workloads at the cursor, in the order of the stage.
    pub fn workloads(&self) -> Vec<&Object> {
        let objects = self.run.cursor.cluster().of_kinds(Kind::Deployment, Kind::DaemonSet);
        objects
            .filter(|object| workload::template(object).is_some() && object.meta().controller().is_none())
            .collect()
    }

    /// The workload that actions are about: the chosen one while it exists, else the first.
    pub fn workload(&self) -> Option<&Object> {
        let chosen = self
            .workload
            .as_ref()
            .and_then(|key| self.run.cursor.cluster().get(key));
        chosen.or_else(|| self.workloads().into_iter().next())
    }
}

impl Speed {
    /// The next faster one; after the fastest, the slowest.
    pub fn next(self) -> Speed {
        match self {
            Speed::Half => Speed::One,
            Speed::One => Speed::Two,
            Speed::Two => Speed::Four,
            Speed::Four => Speed::Eight,
            Speed::Eight => Speed::Half,
        }
    }

    /// Milliseconds from step to step.
    pub fn milliseconds(self) -> u32 {
        match self {
            Speed::Half => 1200,
            Speed::One => 600,
            Speed::Two => 300,
            Speed::Four => 150,
            Speed::Eight => 75,
        }
    }

    /// As it is written beside the clock.
    pub fn label(self) -> &'static str {
        match self {
            Speed::Half => "0.5×",
            Speed::One => "1×",
            Speed::Two => "2×",
            Speed::Four => "4×",
            Speed::Eight => "8×",
        }
    }
}

impl Theme {
    /// The name, as it is kept and as style sheets know it.
    pub fn name(self) -> &'static str {
        match self {
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }

    /// The other one.
    pub fn other(self) -> Theme {
        match self {
            Theme::Light => Theme::Dark,
            Theme::Dark => Theme::Light,
        }
    }
}
