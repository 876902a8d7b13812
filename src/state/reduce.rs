//! How actions change the state, as far as that takes no engine; `whole.rs` has all others.

use super::{Action, Effect, State, kept};
use crate::later::Later;

impl State {
    /// Carries out an action; what has to happen in the browser is returned.
    pub fn reduce(&mut self, action: Action) -> Vec<Effect> {
        if !self.held {
            self.catch_up();
        }
        match action {
            Action::Arrived(later) => return self.complete(later),
            Action::Type(text) => return self.type_text(text),
            Action::Load(example) => return vec![Effect::Fetch(example)],
            Action::SwitchTheme => return self.switch_theme(),
            Action::ShowEveryWrite(every) => return self.show_every_write(every),
            Action::Next(single) => self.step_to(self.next(single || self.every_write)),
            Action::Previous(single) => self.step_to(self.previous(single || self.every_write)),
            Action::Seek(position) => self.step_to(position),
            Action::Play => self.play(),
            Action::Tick => self.tick(),
            Action::SetSpeed(speed) => self.speed = speed,
            Action::Show(tab) => self.tab = tab,
            Action::Help(open) => self.help = open,
            Action::ChoosePod(key) => self.pod = key.filter(|key| self.pod.as_ref() != Some(key)),
            action => return self.ask(action),
        }
        Vec::new()
    }

    /// The rest of the page does it; now, or as soon as it is there.
    fn ask(&mut self, action: Action) -> Vec<Effect> {
        if let Some(later) = self.later {
            return (later.reduce)(self, action);
        }
        self.waiting.push(action);
        let again = std::mem::take(&mut self.missing);
        again.then_some(Effect::LoadLater).into_iter().collect()
    }

    /// What had to wait for the rest of the page is done now.
    fn complete(&mut self, later: Option<Later>) -> Vec<Effect> {
        let waiting = std::mem::take(&mut self.waiting);
        if later.is_none() {
            self.missing = true;
            self.refusal = Some("A part of the page could not be loaded. Try again.".to_owned());
            return Vec::new();
        }
        (self.later, self.refusal) = (later, None);
        waiting.into_iter().flat_map(|action| self.reduce(action)).collect()
    }

    fn type_text(&mut self, text: String) -> Vec<Effect> {
        (self.text, self.refusal) = (text.into(), None);
        vec![Effect::Keep(kept::TEXT, self.text.clone()), Effect::CheckSoon]
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
        self.go_to(position);
    }

    /// Playing at the end starts again.
    fn play(&mut self) {
        self.playing = !self.playing;
        if self.playing && self.position() == self.len() {
            self.go_to(0);
        }
    }

    fn tick(&mut self) {
        if self.playing {
            self.go_to(self.next(self.every_write));
            self.playing = self.position() < self.len();
        }
    }
}
