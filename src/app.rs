//! The root component: it owns the state, the timers, the editor and what is kept, and draws the page.

use crate::browser::address::{self, Listening};
use crate::browser::editor::Editor;
use crate::browser::keyboard::{Keyboard, Press};
use crate::browser::motion::Motion;
use crate::browser::timers::{Interval, Soon, Timeout};
use crate::browser::{dialog, fields, site, storage};
use crate::examples::{self, Example};
use crate::later::{self, Later};
use crate::root::{Message, Part, Root, Start};
use crate::scene::overview::Overview;
use crate::scene::stage::Stage;
use crate::scene::strip::Strip;
use crate::scene::why::Why;
use crate::state::{Action, Effect, Kept, Speed, State, Theme, action_for, kept};
use crate::turns::{Outcome, Picture, Turns, is_move};
use crate::view;
use crate::view::strip::Around;
use rollscope_engine::History;
use rollscope_engine::manifest::Position;
use rollscope_engine::step::Actor;
use std::rc::Rc;
use yew::prelude::*;

/// How long a pause in typing is, in milliseconds.
const PAUSE: u32 = 250;

/// How long one may compute before the browser has its turn, in milliseconds: with the last slice it is no more than a frame.
pub(crate) const PATIENCE: f64 = 11.0;

/// How often one sees how far a run has come that is being computed, in milliseconds.
const BEAT: f64 = 100.0;

/// The whole page.
pub struct App {
    state: State,
    shown: Shown,
    turns: Turns,
    place: view::editor::Place,
    help: NodeRef,
    editor: Option<Editor>,
    pause: Option<Timeout>,
    beat: Option<(Speed, Interval)>,
    slice: Option<Soon>,
    /// When the page was drawn last.
    drawn: f64,
    motion: Motion,
    _keyboard: Option<Keyboard>,
    _listening: Option<Listening>,
}

/// What is drawn of a whole history.
struct Shown {
    history: Rc<History>,
    /// As of which change of what is compared.
    changes: usize,
    /// With that of a run that it is compared with.
    strip: Rc<Strip>,
    overview: Rc<Overview>,
}

impl App {
    fn new(ctx: &Context<Root>, later: Option<Later>, first: &[u8]) -> App {
        let mut state = State::new(later, first, &kept(), theme());
        site::set_theme(state.theme.name());
        later.iter().for_each(|later| site::add_style(later.style));
        let act = ctx.link().callback(Message::Act);
        let press = move |press: &Press| {
            let action = action_for(&press.key, press.shift, press.command);
            // Escape is the browser's as well: it closes what is open.
            action.map(|action| act.emit(action)).is_some() && press.key != "Escape"
        };
        let mut app = App {
            shown: Shown::of(&mut state),
            state,
            turns: Turns::default(),
            place: view::editor::Place::default(),
            help: NodeRef::default(),
            editor: None,
            pause: None,
            beat: None,
            slice: None,
            drawn: 0.0,
            motion: Motion::default(),
            _keyboard: Keyboard::listen(press),
            _listening: None,
        };
        app.follow();
        app.listen(ctx);
        app
    }
}

impl Part for App {
    fn update(&mut self, ctx: &Context<Root>, message: Message) -> bool {
        let is_slice = matches!(message, Message::Act(Action::GoOn));
        let is_act = matches!(message, Message::Act(_));
        match message {
            Message::Act(action) => self.act(ctx, action),
            Message::Frame(frame) => return self.take_turn(ctx, frame),
            Message::Editor(editor) => self.take(editor),
            Message::Later(later) => {
                later.iter().for_each(|later| site::add_style(later.style));
                self.act(ctx, Action::Arrived(later));
                self.shown = Shown::of(&mut self.state);
                self.turns.reset();
                self.listen(ctx);
            }
            // Those are for widgets.
            Message::Order(_) | Message::Need => {}
        }
        // Where one has moved to is drawn with the turn of the next frame.
        if is_act && self.turns.is_due() {
            return false;
        }
        // While it is only computed there is nothing new to be seen but that.
        let now = site::now();
        let is_due = !is_slice || self.state.work.is_none() || now - self.drawn > BEAT;
        if is_due {
            self.drawn = now;
        }
        is_due
    }

    fn view(&self, ctx: &Context<Root>) -> Html {
        let on = ctx.link().callback(Message::Act);
        let state = &self.state;
        let tab = format!("{:?}", state.tab).to_ascii_lowercase();
        let time = self.time(&on);
        let picture = self.turns.picture(state, || self.picture(&on));
        html! {
            <div class="page" data-tab={tab}>
                { view::top::view(state, self.shown.overview.difference.as_ref(), &on) }
                <main>
                    { view::editor::view(state, &self.place, self.editor.is_some(), &on) }
                    <section class="stage" aria-label="Stage">
                        { picture.stage }
                        { time.beside }
                        if let Some(later) = state.later {
                            { (later.actions)(state, &on) }
                        }
                    </section>
                    if let Some(later) = state.later {
                        { (later.pod)(state, &on) }
                    }
                    <aside class="why" aria-label="Why">
                        { time.report }
                        { view::why::view(&Why::of(&state.run.cursor)) }
                        { picture.others }
                        if let Some(later) = state.later {
                            { (later.kubectl)(state, &on) }
                        }
                    </aside>
                    <section class="time" aria-label="Time">
                        { view::transport::of(state, &on) }
                        { time.head }
                        { view::strip::view(
                            &self.shown.strip,
                            state.position(),
                            &state.now().to_string(),
                            time.frame,
                            on.reform(Action::Seek),
                        ) }
                        { time.foot }
                    </section>
                </main>
                if let Some(later) = state.later {
                    { (later.help)(&self.help, &on) }
                    { (later.work)(state, &on) }
                    { (later.share)(state, &on) }
                }
                <p class="announced" aria-live="polite">{ spoken(state) }</p>
            </div>
        }
    }

    fn rendered(&mut self, ctx: &Context<Root>, first: bool) {
        dialog::set_open(&self.help, self.state.help);
        if let Some(later) = self.state.later {
            (later.motion)(&mut self.motion);
        }
        if first {
            if self.state.later.is_none() {
                load_later(ctx);
            }
            self.load_editor(ctx);
            if self.state.work.is_some() {
                self.go_on_soon(ctx);
            }
        }
    }
}

impl App {
    fn stage(&self) -> Stage {
        let cursor = &self.state.run.cursor;
        let more = self.state.later.map(|later| later.more);
        let pod = self.state.pod.as_ref();
        let kept = self.state.later.and_then(|later| (later.kept)(&self.state.run, pod));
        Stage::with(cursor, &self.state.run.look, pod, more, kept)
            .with_traffic(&self.shown.overview.traffic, cursor.time())
    }

    fn picture(&self, on: &Callback<Action>) -> Picture {
        let (state, stage) = (&self.state, self.stage());
        let draw_crowd = |name: &str, tiles: &_, on_pod: &_| {
            let draw = |later: Later| (later.crowd)(name, tiles, on_pod);
            state.later.map_or_else(Html::default, draw)
        };
        let draw_slots = |kind, slots: &_| {
            let draw = |later: Later| (later.draw_slots)(state, kind, slots, on);
            state.later.map_or_else(Html::default, draw)
        };
        Picture {
            stage: html! {
                <>
                    if let Some(later) = state.later {
                        { (later.nodes)(state, &stage, on) }
                    }
                    if !state.staging.nodes || state.later.is_none() {
                        { view::stage::view(&stage, &draw_slots, &draw_crowd, on.reform(|pod| Action::ChoosePod(Some(pod)))) }
                    }
                </>
            },
            others: state
                .later
                .map_or_else(Html::default, |later| (later.others)(state, on)),
        }
    }

    /// A frame has begun; tells whether there is something new to be seen.
    fn take_turn(&mut self, ctx: &Context<Root>, frame: usize) -> bool {
        let mut turns = std::mem::take(&mut self.turns);
        let outcome = turns.take(frame, ctx, &self.state, &|| {
            Some(self.picture(&ctx.link().callback(Message::Act)))
        });
        self.turns = turns;
        if outcome == Outcome::Gone {
            self.state.catch_up();
            self.turns.follow(ctx, &self.state, true);
        }
        outcome != Outcome::Same
    }

    fn follow(&mut self) {
        if let Some(later) = self.state.later {
            (later.follow)(&mut self.state, &self.shown.strip.scale);
        }
    }

    /// To what comes from outside; first of all, where the page was opened.
    fn listen(&mut self, ctx: &Context<Root>) {
        if let Some(later) = self.state.later {
            let (listening, action) = (later.listen)(&ctx.link().callback(Message::Act));
            self._listening = Some(listening);
            self.act(ctx, action);
        }
    }

    /// What stands around the strip; at first the verdict alone.
    fn time(&self, on: &Callback<Action>) -> Around {
        let Shown { strip, overview, .. } = &self.shown;
        match self.state.later {
            Some(later) => (later.time)(&self.state, strip, &overview.verdict, on),
            None => Around {
                head: view::transport::verdict(&overview.verdict),
                ..Around::default()
            },
        }
    }

    fn act(&mut self, ctx: &Context<Root>, action: Action) {
        let began = site::now();
        let (is_move, is_slice) = (is_move(&action), matches!(action, Action::GoOn));
        // What is computed meanwhile goes on without the cursor.
        self.state.held = (is_move || is_slice) && self.turns.hold();
        let mut effects = self.state.reduce(action);
        let is_more = |effect: &Effect| matches!(effect, Effect::GoOn);
        while effects.iter().any(is_more) && site::now() - began < PATIENCE {
            effects.retain(|effect| !is_more(effect));
            effects.extend(self.state.reduce(Action::GoOn));
        }
        effects.into_iter().for_each(|effect| self.bring_about(ctx, effect));
        let changes = self.state.branches.changes;
        if self.shown.changes != changes || !Rc::ptr_eq(&self.shown.history, self.state.run.history()) {
            self.shown = Shown::of(&mut self.state);
            self.turns.reset();
        } else if !is_slice {
            self.turns.follow(ctx, &self.state, is_move);
        }
        self.follow();
        self.keep_the_beat(ctx);
    }

    fn load_editor(&self, ctx: &Context<Root>) {
        let Some(place) = self.place.editor.cast() else { return };
        let on_change = ctx.link().callback(|text| Message::Act(Action::Type(text)));
        let on_run = ctx.link().callback(|()| Message::Act(Action::Run));
        let (text, dark) = (self.state.text.to_string(), self.state.theme == Theme::Dark);
        let loading = Editor::load(place, text, dark, on_change, on_run);
        ctx.link().send_future(async move { Message::Editor(loading.await) });
    }

    /// The editor may have come late: what was typed until then is in the state.
    fn take(&mut self, editor: Option<Editor>) {
        self.editor = editor;
        if let Some(editor) = &self.editor {
            editor.set_text(&self.state.text);
            editor.set_dark(self.state.theme == Theme::Dark);
            editor.mark(&self.state.diagnostics);
        }
    }

    fn bring_about(&mut self, ctx: &Context<Root>, effect: Effect) {
        match (effect, &self.editor) {
            (Effect::Keep(name, text), _) => storage::set(name, &text),
            (Effect::SetText(text), Some(editor)) => editor.set_text(&text),
            (Effect::Mark(found), Some(editor)) => editor.mark(&found),
            (Effect::Jump(place), Some(editor)) => editor.jump(place),
            (Effect::Jump(place), None) => fields::show_place(&self.place.area, utf16_offset(&self.state.text, place)),
            (Effect::SetText(_) | Effect::Mark(_), None) => {}
            (Effect::Fetch(example), _) => fetch(ctx, example),
            (Effect::LoadLater, _) => load_later(ctx),
            (Effect::Share(wish), _) => {
                if let Some(later) = self.state.later {
                    (later.wish)(wish, &ctx.link().callback(Message::Act));
                }
            }
            (Effect::GoOn, _) => self.go_on_soon(ctx),
            (Effect::CheckSoon, _) => {
                let check = ctx.link().callback(|()| Message::Act(Action::Check));
                self.pause = Some(Timeout::new(PAUSE, move || check.emit(())));
            }
            (Effect::Theme(theme), editor) => {
                site::set_theme(theme.name());
                editor.iter().for_each(|editor| editor.set_dark(theme == Theme::Dark));
            }
        }
    }

    /// What is computed in slices goes on when the browser had its turn: it may have drawn the page, or heard a click.
    fn go_on_soon(&mut self, ctx: &Context<Root>) {
        let go_on = ctx.link().callback(|()| Message::Act(Action::GoOn));
        self.slice = Soon::new(go_on);
    }

    /// Starts, changes or stops the timer that plays.
    fn keep_the_beat(&mut self, ctx: &Context<Root>) {
        let wanted = self.state.playing.then_some(self.state.speed);
        if wanted == self.beat.as_ref().map(|(speed, _)| *speed) {
            return;
        }
        self.beat = wanted.map(|speed| {
            let tick = ctx.link().callback(|()| Message::Act(Action::Tick));
            (speed, Interval::new(speed.milliseconds(), move || tick.emit(())))
        });
    }
}

impl Shown {
    fn of(state: &mut State) -> Shown {
        let overview = match state.later {
            Some(later) => (later.overview)(&mut state.run),
            None => Rc::new(Overview::plain(state.run.history())),
        };
        let second = state.branches.second.as_ref();
        Shown {
            history: state.run.history().clone(),
            changes: state.branches.changes,
            strip: second.map_or_else(|| overview.strip.clone(), |second| second.strip.clone()),
            overview,
        }
    }
}

fn fetch(ctx: &Context<Root>, example: &'static Example) {
    let path = example.path();
    ctx.link()
        .send_future(async move { Message::Act(Action::Loaded(site::fetch(&path).await)) });
}

fn load_later(ctx: &Context<Root>) {
    ctx.link().send_future(async { Message::Later(later::load().await) });
}

/// Opens the page as soon as it can show something: the first example needs nothing else.
pub async fn open() {
    let is_first = kept().text.is_none_or(|text| text == examples::FIRST);
    let later = if later::IS_LATER && is_first && address::is_bare() {
        None
    } else {
        later::load().await
    };
    let make = move |ctx: &Context<Root>| -> Box<dyn Part> { Box::new(App::new(ctx, later, examples::FIRST_RUN)) };
    yew::Renderer::<Root>::with_props(Start { make: Rc::new(make) }).render();
}

fn kept() -> Kept {
    Kept {
        text: storage::get(kept::TEXT),
        ran: storage::get(kept::RAN),
        every_write: storage::get(kept::EVERY_WRITE).as_deref() == Some("true"),
        still: site::prefers_stillness(),
    }
}

/// The theme that was chosen, or else the system's.
fn theme() -> Theme {
    match storage::get(kept::THEME).as_deref() {
        Some("light") => Theme::Light,
        Some("dark") => Theme::Dark,
        _ if site::prefers_dark() => Theme::Dark,
        _ => Theme::Light,
    }
}

fn utf16_offset(text: &str, place: Position) -> u32 {
    let before = text.get(..place.offset as usize).unwrap_or(text);
    u32::try_from(before.encode_utf16().count()).unwrap_or(u32::MAX)
}

/// What a screen reader says: the step, unless steps follow each other by themselves.
pub(crate) fn spoken(state: &State) -> String {
    let is_at_rest = !state.playing && !state.is_ahead();
    let Some(step) = state.run.cursor.step().filter(|_| is_at_rest) else {
        return String::new();
    };
    let deeds: Vec<String> = step.deeds().into_iter().map(|(phrase, _)| phrase).collect();
    if step.actor == Actor::User || deeds.is_empty() {
        format!("{}: {}", step.actor, step.title())
    } else {
        format!("{}: {}", step.actor, deeds.join(", "))
    }
}
