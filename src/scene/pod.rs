//! A Pod as a tile: its revision gives the hue, its state the form, and every form has a word.

use super::blocks::{Blocks, Item, Span};
use rollscope_engine::api::{Key, Phase, Pod, Uid};
use rollscope_engine::time::Time;
use std::cmp::Ordering;
use std::rc::Rc;

/// One Pod.
#[derive(Clone, PartialEq, Debug)]
pub struct Tile {
    /// Which Pod.
    pub key: Key,
    /// Its identity.
    pub uid: Uid,
    /// The number of its revision; 0 if it has none.
    pub revision: i64,
    /// Its revision's hue.
    pub hue: u8,
    /// Its state.
    pub form: Form,
    /// What it says, where there is room for words.
    words: Option<Rc<Words>>,
    /// Whether the step at the cursor wrote it.
    pub ringed: bool,
    /// Whether its panel is open.
    pub chosen: bool,
    /// When it was created.
    pub(super) created: Time,
    /// Whether its owner counts it.
    pub(super) active: bool,
    /// From when on it is available, if it stays as it is and that is a question of time.
    pub(super) ripe: Option<Time>,
}

/// What a tile says.
#[derive(PartialEq, Debug)]
struct Words {
    brief: String,
    word: String,
    name: String,
}

/// What is to be known of tiles.
#[derive(Clone, Copy, Default)]
pub struct TileSum {
    /// How many have each form.
    pub forms: [usize; Form::ALL.len()],
    /// How many are counted by their owner.
    pub(super) active: usize,
    /// Where the Pod is whose panel is open.
    pub chosen: Option<usize>,
    lasts: Span,
}

/// The oldest first, those that leave last.
impl Item for Tile {
    type Sum = TileSum;

    fn add_to(&self, sum: &mut TileSum, index: usize) {
        sum.forms[self.form as usize] += 1;
        sum.active += usize::from(self.active);
        if self.chosen {
            sum.chosen = Some(index);
        }
        sum.lasts.with(self);
    }

    fn lasts(sum: &TileSum) -> Span {
        sum.lasts
    }

    fn at(&self, now: Time) -> Tile {
        let form = match self.ripe {
            Some(ripe) if ripe <= now => Form::Available,
            Some(_) => Form::NotYet,
            None => self.form,
        };
        Tile { form, ..self.clone() }
    }

    fn order(&self, other: &Tile) -> Ordering {
        let age = |tile: &Tile| (tile.form == Form::Leaving, tile.created);
        age(self)
            .cmp(&age(other))
            .then_with(|| self.key.name.cmp(&other.key.name))
    }
}

impl Blocks<Tile> {
    /// How many have one of these forms.
    pub(super) fn with(&self, is_meant: impl Fn(Form) -> bool) -> usize {
        let meant = || Form::ALL.into_iter().filter(|form| is_meant(*form));
        self.sums()
            .map(|sum| meant().map(|form| sum.forms[form as usize]).sum::<usize>())
            .sum()
    }
}

/// The states that are told apart by form.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Form {
    /// Ready, and long enough.
    Available,
    /// Runs, but can't be relied on yet.
    NotYet,
    /// Does not run yet.
    Pending,
    /// Something failed.
    Broken,
    /// Ended well, for good.
    Ended,
    /// Told to go.
    Leaving,
}

/// What is known of a Pod beyond itself.
#[derive(Clone, Copy, Debug)]
pub struct Context {
    /// The present.
    pub now: Time,
    /// `minReadySeconds` of its owner.
    pub min_ready_seconds: i64,
    /// The hue of its revision.
    pub hue: u8,
    /// The number of its revision; 0 if it has none.
    pub revision: i64,
}

impl Form {
    /// All forms, in the order in which they are listed and drawn.
    pub const ALL: [Form; 6] = [
        Form::Available,
        Form::NotYet,
        Form::Pending,
        Form::Broken,
        Form::Ended,
        Form::Leaving,
    ];

    /// The form of a Pod's state.
    pub fn of(pod: &Pod, min_ready_seconds: i64, now: Time) -> Form {
        match pod.status.phase {
            _ if pod.is_terminating() => Form::Leaving,
            Phase::Failed => Form::Broken,
            Phase::Succeeded => Form::Ended,
            Phase::Running if pod.is_available(min_ready_seconds, now) => Form::Available,
            _ if failure(pod).is_some() => Form::Broken,
            Phase::Pending => Form::Pending,
            Phase::Running => Form::NotYet,
        }
    }

    /// The name under which style sheets know it.
    pub fn class(self) -> &'static str {
        match self {
            Form::Available => "available",
            Form::NotYet => "not-yet",
            Form::Pending => "pending",
            Form::Broken => "broken",
            Form::Ended => "ended",
            Form::Leaving => "leaving",
        }
    }

    /// Whether it counts towards its owner's size.
    pub fn is_counted(self) -> bool {
        !matches!(self, Form::Leaving | Form::Ended)
    }
}

impl Tile {
    /// The tile of a Pod.
    pub fn of(key: &Key, pod: &Pod, context: Context) -> Tile {
        let tile = Tile::wordless(key, pod, context);
        let (brief, word) = words(pod, tile.form, context);
        let name = name(pod, tile.form, &word, context.revision);
        let words = Some(Rc::new(Words { brief, word, name }));
        Tile { words, ..tile }
    }

    /// What a small tile says: four letters at most, none for what the form says alone.
    pub fn brief(&self) -> &str {
        self.words.as_ref().map_or("", |words| &words.brief)
    }

    /// What a large tile says.
    pub fn word(&self) -> &str {
        self.words.as_ref().map_or("", |words| &words.word)
    }

    /// All of it in one sentence, for those who don't see it.
    pub fn name(&self) -> &str {
        self.words.as_ref().map_or("", |words| &words.name)
    }

    /// The same where there is no room for words.
    pub fn wordless(key: &Key, pod: &Pod, context: Context) -> Tile {
        let form = Form::of(pod, context.min_ready_seconds, context.now);
        let ripe = pod.available_at(context.min_ready_seconds);
        Tile {
            key: key.clone(),
            uid: pod.meta.uid,
            revision: context.revision,
            hue: context.hue,
            form,
            words: None,
            ringed: false,
            chosen: false,
            created: pod.meta.creation_timestamp,
            active: pod.is_active(),
            ripe: ripe.filter(|_| matches!(form, Form::Available | Form::NotYet)),
        }
    }
}

/// What keeps a container from running, in kubectl's word, if that is a failure.
pub fn failure(pod: &Pod) -> Option<&'static str> {
    let reason = pod.waiting_reason()?;
    let failed = reason.starts_with("Err") || reason.ends_with("BackOff") || reason.ends_with("Error");
    failed.then_some(reason)
}

/// The small tile's and the large tile's words.
fn words(pod: &Pod, form: Form, context: Context) -> (String, String) {
    let (brief, word) = match form {
        Form::Available => ("", "available"),
        Form::Leaving => ("", "leaving"),
        Form::Ended => ("end", "completed"),
        Form::Broken => ("!", broken_word(pod)),
        Form::Pending => pending_words(pod),
        Form::NotYet => return not_yet_words(pod, context),
    };
    (brief.to_owned(), word.to_owned())
}

fn broken_word(pod: &Pod) -> &'static str {
    match failure(pod) {
        Some("ErrImagePull" | "ImagePullBackOff") => "no image",
        Some("CrashLoopBackOff") => "crashes",
        Some(reason) => reason,
        None => "failed",
    }
}

fn pending_words(pod: &Pod) -> (&'static str, &'static str) {
    match pod.waiting_reason() {
        None if pod.node_name.is_none() => ("new", "no node yet"),
        Some("PodInitializing") => ("init", "init"),
        _ => ("pull", "pulling"),
    }
}

fn not_yet_words(pod: &Pod, context: Context) -> (String, String) {
    let Some(moment) = pod.available_at(context.min_ready_seconds) else {
        return ("···".to_owned(), "starting".to_owned());
    };
    let seconds = moment.since(context.now).0.div_ceil(1000);
    let brief = if seconds < 1000 {
        format!("{seconds}s")
    } else {
        "···".to_owned()
    };
    (brief, format!("ready, {seconds} s"))
}

fn name(pod: &Pod, form: Form, word: &str, revision: i64) -> String {
    let mut parts = vec![format!("Pod {}", pod.meta.name)];
    if revision > 0 {
        parts.push(format!("revision {revision}"));
    }
    let phase = pod.status.phase.name();
    parts.push(match form {
        Form::Available => format!("{phase}, available"),
        Form::NotYet if pod.is_ready() => {
            let seconds = word.strip_prefix("ready, ").unwrap_or(word);
            format!("{phase}, ready, available in {seconds}")
        }
        Form::NotYet => format!("{phase}, not ready"),
        Form::Broken => failure(pod).unwrap_or(phase).to_owned(),
        Form::Leaving => "terminating".to_owned(),
        Form::Pending | Form::Ended => format!("{phase}, {word}"),
    });
    parts.join(", ")
}
