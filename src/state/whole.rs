//! How actions change the state that read a text, run a scenario, or come from what is loaded after the page has opened.
//! Only `later.rs` may name any of this.

use super::run::Origin;
use super::work::{Begun, Then, Work};
use super::{Action, Effect, Kept, Run, State, Tab, branches, kept, kubectl, share, time};
use rollscope_engine::Scenario;
use rollscope_engine::api::Name;
use rollscope_engine::manifest::{Diagnostic, Edit, Severity};
use rollscope_engine::release::Release;
use rollscope_engine::scenario::Intervention;
use std::rc::Rc;

/// Carries out an action that needs the engine.
pub fn reduce(state: &mut State, action: Action) -> Vec<Effect> {
    match action {
        Action::Check => return state.forget_other_address().into_iter().chain(state.check()).collect(),
        Action::FollowSystem(theme) => {
            state.theme = theme;
            state.repaint_offer();
            return vec![Effect::Theme(theme)];
        }
        Action::Run => return state.start(),
        Action::Apply => return state.apply(),
        Action::Jump(index) => return state.jump(index),
        Action::Mend(index) => return state.mend(index),
        Action::Loaded(Ok(text)) => return state.show_example(&text),
        Action::Loaded(Err(reason)) => state.refusal = Some(format!("The example could not be loaded: {reason}")),
        Action::ChooseRelease(release) => return state.choose_release(release),
        Action::ChooseWorkload(key) => (state.workload, state.tool) = (Some(key), None),
        Action::Look(act) => state.look(act),
        Action::Use(tool) => state.tool = tool,
        Action::Intervene(what, broken) => return state.intervene(what, broken),
        Action::Kubectl(act) => return kubectl::reduce(state, act),
        Action::GoOn => return state.go_on(),
        Action::Cancel => return state.give_up(),
        Action::TakeBack(index) => return state.take_back(index),
        Action::Dismiss => state.said = None,
        Action::Time(act) => return time::act(state, act),
        Action::Branch(act) => return branches::act(state, act),
        Action::Share(act) => return share::act(state, Rc::unwrap_or_clone(act)),
        _ => {}
    }
    Vec::new()
}

/// The state of a visit that begins with a text from the last one: that text's run or, if it has none, the run that was on
/// stage then.
pub fn begin(state: &mut State, kept: &Kept) {
    let own = Scenario::read(&state.text);
    state.diagnostics = own.diagnostics.clone().into();
    let ran = kept.ran.as_deref().filter(|ran| **ran != *state.text);
    let ran = ran.map(|text| (Rc::from(text), Scenario::read(text)));
    for (text, reading) in [(state.text.clone(), own)].into_iter().chain(ran) {
        if !reading.is_runnable() {
            continue;
        }
        match Work::begin(&text, &reading.scenario, Origin::of(&reading)) {
            Begun::Over(run) => {
                if let Ok(mut run) = *run {
                    let telling = run.telling_position();
                    run.cursor.seek(telling);
                    state.run = run;
                    return;
                }
            }
            Begun::Not(work) => {
                state.work.get_or_insert(work);
            }
        }
    }
}

impl State {
    pub(super) fn check(&mut self) -> Vec<Effect> {
        let reading = Scenario::read(&self.text);
        vec![self.mark(reading.diagnostics)]
    }

    pub(super) fn mark(&mut self, diagnostics: Vec<Diagnostic>) -> Effect {
        self.diagnostics = diagnostics.into();
        Effect::Mark(self.diagnostics.clone())
    }

    pub(super) fn start(&mut self) -> Vec<Effect> {
        let mut reading = Scenario::read(&self.text);
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
        let before = std::mem::replace(&mut self.run, run);
        self.begin_anew(before);
        self.playing = !self.still;
        self.tab = Tab::Rollout;
        (self.refusal, self.tool, self.workload, self.pod, self.said) = (None, None, None, None, None);
        self.kubectl.leave_run();
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
        let reading = Scenario::read(&self.text);
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
        let forget = self.forget_address();
        let mut effects = vec![
            Effect::SetText(self.text.clone()),
            Effect::Keep(kept::TEXT, self.text.clone()),
        ];
        effects.extend(forget);
        effects.extend(self.start());
        effects
    }

    pub(super) fn choose_release(&mut self, release: Release) -> Vec<Effect> {
        let scenario = self.run.scenario_on(release);
        self.compute(&scenario, Then::Release(release, self.run.history().clone()))
    }

    fn intervene(&mut self, what: Intervention, broken: Option<Name>) -> Vec<Effect> {
        self.kubectl.asked = false;
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
