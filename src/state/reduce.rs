//! How every action changes the state.

use super::run::Origin;
use super::work::Then;
use super::{Action, Effect, Run, State, Tab, kept};
use rollscope_engine::Engine;
use rollscope_engine::api::Name;
use rollscope_engine::engine::Whole;
use rollscope_engine::manifest::{Diagnostic, Edit, Severity};
use rollscope_engine::release::Release;
use rollscope_engine::scenario::Intervention;
use std::rc::Rc;

impl Action {
    /// Whether it reads a text or runs another scenario.
    fn needs_the_engine(&self) -> bool {
        matches!(
            self,
            Action::Check
                | Action::Run
                | Action::Apply
                | Action::Mend(_)
                | Action::Loaded(Ok(_))
                | Action::ChooseRelease(_)
                | Action::Intervene(..)
                | Action::TakeBack(_)
        )
    }
}

impl State {
    /// Carries out an action; what has to happen in the browser is returned.
    pub fn reduce(&mut self, action: Action) -> Vec<Effect> {
        if action.needs_the_engine() && !self.run.engine.is_whole() {
            self.waiting.push(action);
            let again = std::mem::take(&mut self.missing);
            return again.then_some(Effect::LoadEngine).into_iter().collect();
        }
        match action {
            Action::Arrived(engine) => return self.complete(engine),
            Action::Type(text) => return self.type_text(text),
            Action::Check => return self.check(),
            Action::Run => return self.start(),
            Action::Apply => return self.apply(),
            Action::Jump(index) => return self.jump(index),
            Action::Mend(index) => return self.mend(index),
            Action::Load(example) => return vec![Effect::Fetch(example)],
            Action::Loaded(Ok(text)) => return self.show_example(&text),
            Action::Loaded(Err(reason)) => self.refusal = Some(format!("The example could not be loaded: {reason}")),
            Action::ChooseRelease(release) => return self.choose_release(release),
            Action::SwitchTheme => return self.switch_theme(),
            Action::ShowEveryWrite(every) => return self.show_every_write(every),
            Action::Next(single) => self.step_to(self.run.next(single || self.every_write)),
            Action::Previous(single) => self.step_to(self.run.previous(single || self.every_write)),
            Action::Seek(position) => self.step_to(position),
            Action::Play => self.play(),
            Action::Tick => self.tick(),
            Action::SetSpeed(speed) => self.speed = speed,
            Action::Show(tab) => self.tab = tab,
            Action::Help(open) => self.help = open,
            Action::ChooseWorkload(key) => (self.workload, self.tool) = (Some(key), None),
            Action::ChoosePod(key) => self.pod = key.filter(|key| self.pod.as_ref() != Some(key)),
            Action::Use(tool) => self.tool = tool,
            Action::Intervene(what, broken) => return self.intervene(what, broken),
            Action::GoOn => return self.go_on(),
            Action::Cancel => self.work = None,
            Action::TakeBack(index) => return self.take_back(index),
            Action::Dismiss => self.said = None,
        }
        Vec::new()
    }

    /// What had to wait for the engine is done now.
    fn complete(&mut self, engine: Option<Whole>) -> Vec<Effect> {
        let waiting = std::mem::take(&mut self.waiting);
        let Some(engine) = engine else {
            self.missing = true;
            self.refusal = Some("A part of the page could not be loaded. Try again.".to_owned());
            return Vec::new();
        };
        (self.run.engine, self.refusal) = (Engine::of(engine), None);
        waiting.into_iter().flat_map(|action| self.reduce(action)).collect()
    }

    fn type_text(&mut self, text: String) -> Vec<Effect> {
        (self.text, self.refusal) = (text.into(), None);
        vec![Effect::Keep(kept::TEXT, self.text.clone()), Effect::CheckSoon]
    }

    fn check(&mut self) -> Vec<Effect> {
        let Some(reading) = self.run.engine.read(&self.text) else {
            return Vec::new();
        };
        vec![self.mark(reading.diagnostics)]
    }

    fn mark(&mut self, diagnostics: Vec<Diagnostic>) -> Effect {
        self.diagnostics = diagnostics.into();
        Effect::Mark(self.diagnostics.clone())
    }

    fn start(&mut self) -> Vec<Effect> {
        let Some(mut reading) = self.run.engine.read(&self.text) else {
            return Vec::new();
        };
        // A text that names a release knows better.
        self.release = self.release.filter(|_| reading.release.is_none());
        if let Some(release) = self.release {
            reading.scenario.set_release(release, &reading.gates);
        }
        let runnable = reading.is_runnable();
        let origin = Origin::of(&reading);
        let mut effects = vec![self.mark(reading.diagnostics)];
        if runnable {
            effects.extend(self.compute(&reading.scenario, Then::Start(self.text.clone(), origin)));
        } else {
            self.refuse(None);
        }
        effects
    }

    pub(super) fn put_on_stage(&mut self, run: Run) {
        self.run = run;
        self.playing = !self.still;
        self.tab = Tab::Rollout;
        (self.refusal, self.tool, self.workload, self.pod, self.said) = (None, None, None, None, None);
    }

    /// The stage stays as it is, and the reason is said.
    pub(super) fn refuse(&mut self, refusal: Option<String>) {
        self.tab = Tab::Manifests;
        self.refusal = refusal.or_else(|| {
            let errors = self
                .diagnostics
                .iter()
                .filter(|found| found.severity == Severity::Error);
            Some(match errors.count() {
                1 => "Not run: one error has to be mended first. The stage shows the last good run.".to_owned(),
                count => format!("Not run: {count} errors have to be mended first. The stage shows the last good run."),
            })
        });
    }

    fn apply(&mut self) -> Vec<Effect> {
        let Some(reading) = self.run.engine.read(&self.text) else {
            return Vec::new();
        };
        let runnable = reading.is_runnable();
        let mut effects = vec![self.mark(reading.diagnostics)];
        if runnable {
            self.refusal = None;
            self.tab = Tab::Rollout;
            effects.extend(self.intervene(Intervention::Apply(self.text.clone()), None));
        } else {
            self.refuse(None);
        }
        effects
    }

    fn jump(&mut self, index: usize) -> Vec<Effect> {
        self.tab = Tab::Manifests;
        let place = self.diagnostics.get(index).map(|found| found.span.start);
        place.map(Effect::Jump).into_iter().collect()
    }

    fn mend(&mut self, index: usize) -> Vec<Effect> {
        let fix = self.diagnostics.get(index).and_then(|found| found.fix.as_ref());
        let Some(text) = fix.and_then(|fix| edited(&self.text, &fix.edits)) else {
            return Vec::new();
        };
        (self.text, self.refusal) = (text, None);
        let mut effects = vec![
            Effect::SetText(self.text.clone()),
            Effect::Keep(kept::TEXT, self.text.clone()),
        ];
        effects.extend(self.check());
        effects
    }

    fn show_example(&mut self, text: &str) -> Vec<Effect> {
        self.text = text.into();
        let mut effects = vec![
            Effect::SetText(self.text.clone()),
            Effect::Keep(kept::TEXT, self.text.clone()),
        ];
        effects.extend(self.start());
        effects
    }

    fn choose_release(&mut self, release: Release) -> Vec<Effect> {
        let scenario = self.run.scenario_on(release);
        self.compute(&scenario, Then::Release(release))
    }

    fn switch_theme(&mut self) -> Vec<Effect> {
        self.theme = self.theme.other();
        vec![
            Effect::Theme(self.theme),
            Effect::Keep(kept::THEME, self.theme.name().into()),
        ]
    }

    fn show_every_write(&mut self, every: bool) -> Vec<Effect> {
        self.every_write = every;
        vec![Effect::Keep(kept::EVERY_WRITE, every.to_string().into())]
    }

    fn step_to(&mut self, position: usize) {
        self.playing = false;
        self.run.cursor.seek(position);
    }

    /// Playing at the end starts again.
    fn play(&mut self) {
        self.playing = !self.playing;
        if self.playing && self.run.position() == self.run.history().len() {
            self.run.cursor.seek(0);
        }
    }

    fn tick(&mut self) {
        if self.playing {
            self.run.cursor.seek(self.run.next(self.every_write));
            self.playing = self.run.position() < self.run.history().len();
        }
    }

    fn intervene(&mut self, what: Intervention, broken: Option<Name>) -> Vec<Effect> {
        let (scenario, index) = self.run.scenario_with(what, broken);
        self.compute(&scenario, Then::Answer(index))
    }

    fn take_back(&mut self, index: usize) -> Vec<Effect> {
        self.said = None;
        match self.run.scenario_without(index) {
            Some((scenario, at)) => self.compute(&scenario, Then::Without(at)),
            None => Vec::new(),
        }
    }
}

/// The text with all replacements made. `None` if they are of another text.
fn edited(text: &str, edits: &[Edit]) -> Option<Rc<str>> {
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for Edit { span, text: new } in edits {
        let (start, end) = (span.start.offset as usize, span.end.offset as usize);
        out += text.get(done..start)?;
        out += new;
        done = end;
    }
    out += text.get(done..)?;
    Some(out.into())
}
