//! Moments that come and go: links, files and addresses that are opened, and what the Share dialog offers. Only what is loaded
//! later changes any of it.

use super::run::{Origin, Run};
use super::work::Then;
use super::{Action, Effect, State, Theme, kept};
use crate::downloads::Download;
use crate::scene::share::{Form, Subject};
use crate::{examples, picture};
use rollscope_engine::api::Object;
use rollscope_engine::moment::Moment;
use rollscope_engine::release::Release;
use std::rc::Rc;

/// What is shared, and what has come.
#[derive(Clone, Debug, Default)]
pub struct Share {
    /// What the dialog offers, while it is open.
    pub offer: Option<Rc<Subject>>,
    /// In which form.
    pub form: Form,
    /// The picture of it, as SVG.
    pub picture: Rc<str>,
    /// Whether it could be copied, just now; and which part.
    pub copied: Option<(usize, bool)>,
    /// Why something could not be saved.
    pub refused: Option<String>,
    /// What is to be said of something that came.
    pub notice: Option<Notice>,
    /// What was in the editor before something came.
    pub before: Option<Before>,
    /// Whether a file hangs over the page.
    pub hovering: bool,
    /// The address of the page's folder.
    base: Rc<str>,
    /// The page's address names a moment or manifests: as long as the editor has this text.
    linked: Option<Rc<str>>,
    /// What came last, from whom it may. Other texts are the user's own.
    came: Option<Rc<str>>,
}

/// What is to be said of something that came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// Whether this may be loaded.
    Asks(Source),
    /// It is being loaded.
    Loads(Source),
    /// Something could not be opened, or not as it was meant.
    Says(String),
}

/// Where manifests or a moment can be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The whole address.
    pub url: String,
    /// The site.
    pub origin: String,
}

/// What a user had before something came.
#[derive(Clone, Debug)]
pub struct Before {
    /// The editor's text.
    pub text: Rc<str>,
    /// What was on the stage, if that is known, and the release that was chosen.
    run: Option<(Run, Option<Release>)>,
}

/// Where the page was opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address {
    /// The page's folder.
    pub base: String,
    /// What follows the `#`.
    pub hash: String,
    /// Where manifests are to come from, or why not; and whether that is this very site.
    pub source: Option<Result<(Source, bool), String>>,
    /// A text that was kept when something came at an earlier visit.
    pub before: Option<String>,
}

/// What can be done, or happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// The page was opened there.
    Arrive(Address),
    /// It goes on to another `#`.
    Follow(String),
    /// Load what was asked for.
    Load,
    /// It has come, or can't be had.
    Loaded(Source, Result<String, String>),
    /// Files were chosen or dropped: name and content, or why they can't be read.
    Take(Result<Vec<(String, String)>, String>),
    /// A file hangs over the page, or no longer.
    Hover(bool),
    /// Put away what is said.
    Dismiss,
    /// Bring back what was there before, or let it go.
    Restore(bool),
    /// Open or close the dialog.
    Show(bool),
    /// Offer another form.
    Choose(Form),
    /// A part was copied, or could not be.
    Copied(usize, bool),
    /// Save as a file.
    Save(Download),
}

/// What the browser has to do for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// Get this, and tell.
    Fetch(Source),
    /// Save a file of this name, type and content.
    Save(String, &'static str, Vec<u8>),
    /// The page's address names nothing any more.
    Forget,
}

impl Action {
    /// Something about moments that come and go.
    pub fn share(act: Act) -> Action {
        Action::Share(Rc::new(act))
    }
}

/// Carries it out.
pub(super) fn act(state: &mut State, act: Act) -> Vec<Effect> {
    let share = &mut state.share;
    match act {
        Act::Arrive(address) => return state.arrive(address),
        Act::Follow(hash) if hash.is_empty() => {}
        Act::Follow(hash) => {
            share.offer = None;
            return state.open_link(&hash);
        }
        Act::Load => {
            if let Some(Notice::Asks(source)) = share.notice.take() {
                return state.fetch(source);
            }
        }
        Act::Loaded(source, answer) => {
            let url = source.url.clone();
            if share
                .notice
                .take_if(|notice| *notice == Notice::Loads(source))
                .is_some()
            {
                let moment = answer.and_then(|content| Moment::from_file(&content));
                return state.take_or_say(moment.map_err(|reason| format!("{url} can't be loaded: {reason}.")));
            }
        }
        Act::Take(files) => {
            (share.hovering, share.offer) = (false, None);
            let moment = files.and_then(|files| of_files(&files));
            let mut effects =
                state.take_or_say(moment.map_err(|reason| format!("This file can't be opened: {reason}.")));
            effects.extend(state.forget_address());
            return effects;
        }
        Act::Hover(hovering) => share.hovering = hovering,
        Act::Dismiss => share.notice = None,
        Act::Restore(back) => return state.restore(back),
        Act::Show(true) => state.offer(),
        Act::Show(false) => (share.offer, share.refused) = (None, None),
        Act::Choose(form) => (share.form, share.copied) = (form, None),
        Act::Copied(part, done) => share.copied = Some((part, done)),
        Act::Save(download) => return state.save(download),
    }
    Vec::new()
}

fn picture(run: &Run, theme: Theme) -> String {
    let options = picture::Options {
        title: run.title.clone(),
        theme: match theme {
            Theme::Light => picture::Theme::Light,
            Theme::Dark => picture::Theme::Dark,
        },
        ..picture::Options::default()
    };
    picture::svg(run.history(), run.position(), &options)
}

/// One file is a moment or manifests; several are manifests.
fn of_files(files: &[(String, String)]) -> Result<Moment, String> {
    match files {
        [] => Err("there is no file".to_owned()),
        [(_, content)] => Moment::from_file(content),
        several => {
            let texts: Vec<&str> = several.iter().map(|(_, content)| content.trim_end()).collect();
            Ok(Moment::of_text(&(texts.join("\n---\n") + "\n")))
        }
    }
}

impl State {
    fn arrive(&mut self, address: Address) -> Vec<Effect> {
        self.share.base = address.base.into();
        let before = address.before.filter(|text| **text != *self.text);
        self.share.before = before.map(|text| Before {
            text: text.into(),
            run: None,
        });
        let is_linked = !address.hash.is_empty() || address.source.is_some();
        self.share.linked = is_linked.then(|| self.text.clone());
        if !address.hash.is_empty() {
            return self.open_link(&address.hash);
        }
        match address.source {
            None => {}
            Some(Ok((source, true))) => return self.fetch(source),
            Some(Ok((source, false))) => self.share.notice = Some(Notice::Asks(source)),
            Some(Err(reason)) => self.say(&reason),
        }
        Vec::new()
    }

    fn fetch(&mut self, source: Source) -> Vec<Effect> {
        self.share.notice = Some(Notice::Loads(source.clone()));
        vec![Effect::Share(Wish::Fetch(source))]
    }

    fn open_link(&mut self, hash: &str) -> Vec<Effect> {
        self.share.linked = Some(self.text.clone());
        let moment = Moment::from_hash(hash);
        self.take_or_say(moment.map_err(|reason| format!("This link can't be opened: {reason}.")))
    }

    fn take_or_say(&mut self, moment: Result<Moment, String>) -> Vec<Effect> {
        match moment {
            Ok(moment) => self.open(&moment),
            Err(reason) => {
                self.say(&reason);
                Vec::new()
            }
        }
    }

    fn say(&mut self, what: &str) {
        self.share.notice = Some(Notice::Says(what.to_owned()));
    }

    /// Puts a moment on the stage. What was typed stays to be brought back.
    fn open(&mut self, moment: &Moment) -> Vec<Effect> {
        self.share.notice = None;
        let mut effects = Vec::new();
        let came = self.share.came.replace(moment.text.as_str().into());
        let is_own =
            came.is_none_or(|came| came != self.text) && *self.text != *examples::FIRST && !self.text.trim().is_empty();
        if is_own && *self.text != moment.text {
            effects.push(Effect::Keep(kept::BEFORE, self.text.clone()));
            self.share.before = Some(Before {
                text: self.text.clone(),
                run: Some((self.run.clone(), self.release)),
            });
        }
        self.text = moment.text.as_str().into();
        self.share.linked = self.share.linked.take().map(|_| self.text.clone());
        effects.push(Effect::SetText(self.text.clone()));
        let mut reading = moment.reading();
        let is_runnable = reading.is_runnable();
        let origin = Origin::of(&reading);
        effects.push(self.mark(std::mem::take(&mut reading.diagnostics)));
        self.refusal = None;
        if is_runnable {
            effects.extend(self.compute(&reading.scenario, Then::Open(moment.step, origin)));
        } else {
            self.refuse(None);
        }
        effects
    }

    /// The run of a moment is there.
    pub(super) fn opened(&mut self, run: Run, step: Option<usize>) {
        self.put_on_stage(run);
        self.release = Some(self.run.history().scenario.release);
        let Some(step) = step else { return };
        self.playing = false;
        self.run.cursor.seek(step);
        let steps = self.run.history().len();
        if step > steps {
            self.say(&format!(
                "This is the last step: the moment is that after step {step}, but here the run has {steps}."
            ));
        }
    }

    fn restore(&mut self, back: bool) -> Vec<Effect> {
        let before = self.share.before.take();
        let mut effects = vec![Effect::Keep(kept::BEFORE, "".into())];
        if let Some(Before { text, run }) = before.filter(|_| back) {
            self.text = text.clone();
            effects.extend([Effect::SetText(text.clone()), Effect::Keep(kept::TEXT, text)]);
            effects.extend(self.check());
            effects.extend(self.forget_address());
            match run {
                Some((run, release)) => {
                    self.put_on_stage(run);
                    (self.release, self.playing) = (release, false);
                }
                None => effects.extend(self.start()),
            }
        }
        effects
    }

    /// The page's address no longer names what is in the editor once something else was typed.
    pub(super) fn forget_other_address(&mut self) -> Option<Effect> {
        let is_other = self.share.linked.as_ref().is_some_and(|linked| *linked != self.text);
        is_other.then(|| self.forget_address())?
    }

    pub(super) fn forget_address(&mut self) -> Option<Effect> {
        self.share.linked.take().map(|_| Effect::Share(Wish::Forget))
    }

    fn offer(&mut self) {
        let title = self.name_of_run();
        let moment = self.run.moment();
        self.playing = false;
        self.share.copied = None;
        self.share.picture = picture(&self.run, self.theme).into();
        self.share.offer = moment.map(|moment| Rc::new(Subject::new(&self.share.base, &title, moment)));
    }

    /// The picture in the dialog follows the page's colours.
    pub(super) fn repaint_offer(&mut self) {
        if self.share.offer.is_some() {
            self.share.picture = picture(&self.run, self.theme).into();
        }
    }

    /// The scenario's own title, or what it has.
    pub fn name_of_run(&self) -> String {
        let names = || {
            let workloads = self.workloads();
            let name = |object: &&Object| format!("{} {}", object.kind().name(), object.meta().name);
            workloads.iter().map(name).collect::<Vec<_>>().join(", ")
        };
        self.run.title.clone().unwrap_or_else(names)
    }

    fn save(&mut self, download: Download) -> Vec<Effect> {
        let Some(offer) = &self.share.offer else {
            return Vec::new();
        };
        match download.content(offer, &self.run) {
            Ok(content) => {
                let save = Wish::Save(download.file_name(offer), download.media_type(), content);
                self.share.refused = None;
                vec![Effect::Share(save)]
            }
            Err(refused) => {
                self.share.refused = Some(refused);
                Vec::new()
            }
        }
    }
}
