//! A Pod as a tile: its revision gives the hue, its state the form, and every form has a word.

use super::blocks::{Blocks, Item, Span};
use super::stage::owner;
use rollscope_engine::api::{Key, Kind, Name, Phase, Pod, Uid, available_from};
use rollscope_engine::time::Time;
use std::cmp::Ordering;
use std::fmt;
use std::rc::Rc;

/// One Pod.
#[derive(Clone, PartialEq, Debug)]
pub struct Tile {
    /// Which Pod.
    pub who: Who,
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

/// Which Pod something is of, whatever has become of that.
#[derive(Clone)]
pub struct Who {
    /// Its identity.
    pub uid: Uid,
    pod: Rc<Pod>,
}

/// What one look at a Pod tells, whoever owns it. A look at each of ten thousand is mostly waiting for memory, so there is one
/// and no second.
#[derive(Clone)]
pub struct Seen {
    pub(super) who: Who,
    /// Who has it; 0 for nobody.
    pub(super) owner: Uid,
    /// Of a StatefulSet's Pod its number and what its labels name as its revision, where that is known already.
    pub(super) known: Option<(i64, Name)>,
    /// When it was created.
    pub(super) created: Time,
    /// If it runs: since when it is ready.
    ready: Option<Time>,
    /// Its state, unless it is available.
    form: Form,
    /// Whether its owner counts it.
    active: bool,
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
            .then_with(|| self.who.name().cmp(other.who.name()))
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
        match Form::ready_or_not(pod) {
            Form::NotYet if pod.is_available(min_ready_seconds, now) => Form::Available,
            form => form.or_broken(pod),
        }
    }

    /// The same as far as it is no matter of time: of what runs, it is not known whether it is available or has failed.
    fn ready_or_not(pod: &Pod) -> Form {
        match pod.status.phase {
            _ if pod.is_terminating() => Form::Leaving,
            Phase::Failed => Form::Broken,
            Phase::Succeeded => Form::Ended,
            Phase::Pending => Form::Pending,
            Phase::Running => Form::NotYet,
        }
    }

    /// What is not there yet may have failed.
    fn or_broken(self, pod: &Pod) -> Form {
        match self {
            Form::Pending | Form::NotYet if failure(pod).is_some() => Form::Broken,
            form => form,
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

impl Who {
    /// The Pod's name.
    pub fn name(&self) -> &Name {
        &self.pod.meta.name
    }

    /// Its key.
    pub fn key(&self) -> Key {
        Key::new(Kind::Pod, &self.pod.meta.namespace, self.name())
    }

    /// As it was when it was looked at.
    pub(super) fn pod(&self) -> &Rc<Pod> {
        &self.pod
    }
}

impl PartialEq for Who {
    fn eq(&self, other: &Who) -> bool {
        self.uid == other.uid
    }
}

impl fmt::Debug for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.name())
    }
}

impl Seen {
    /// Looks at a Pod.
    pub(super) fn of(pod: &Rc<Pod>) -> Seen {
        let form = Form::ready_or_not(pod);
        Seen {
            owner: owner(pod),
            known: None,
            who: Who {
                uid: pod.meta.uid,
                pod: pod.clone(),
            },
            created: pod.meta.creation_timestamp,
            ready: pod.status.ready_since.filter(|_| form == Form::NotYet),
            form,
            active: pod.is_active(),
        }
    }

    /// The oldest first, those that leave last.
    pub(super) fn age(&self) -> (bool, Time) {
        (self.form == Form::Leaving, self.created)
    }

    /// The Pod's tile.
    pub(super) fn tile(self, context: Context) -> Tile {
        let tile = self.wordless(context);
        let pod = tile.who.pod();
        let (brief, word) = words(pod, tile.form, context);
        let name = name(pod, tile.form, &word, context.revision);
        let words = Some(Rc::new(Words { brief, word, name }));
        Tile { words, ..tile }
    }

    /// The same where there is no room for words.
    pub(super) fn wordless(self, context: Context) -> Tile {
        let ripe = self.ready.map(|ready| available_from(ready, context.min_ready_seconds));
        let form = match ripe {
            Some(ripe) if ripe <= context.now => Form::Available,
            _ => self.form.or_broken(&self.who.pod),
        };
        Tile {
            who: self.who,
            revision: context.revision,
            hue: context.hue,
            form,
            words: None,
            ringed: false,
            chosen: false,
            created: self.created,
            active: self.active,
            ripe: ripe.filter(|_| form != Form::Broken),
        }
    }
}

impl Tile {
    /// The tile of a Pod.
    pub fn of(pod: &Rc<Pod>, context: Context) -> Tile {
        Seen::of(pod).tile(context)
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
