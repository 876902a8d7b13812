//! The widget: a run in somebody else's page. One component owns its state and timers, as `app.rs` does for the page; what it
//! draws is the page's own stage, why and transport.

use crate::app::PATIENCE;
use crate::browser::outside::{self, Outside};
use crate::browser::timers::{Interval, Soon};
use crate::browser::{keyboard, site};
use crate::embed::{self, Mount, Mounted, Place, Tell, Value};
use crate::later;
use crate::root::{Message, Part, Root, Start};
use crate::scene::overview::Overview;
use crate::scene::strip::Strip;
use crate::state::embedded::{Embedded, Order};
use crate::state::{Action, Effect, Speed, action_for};
use crate::turns::{Outcome, Turns, is_move};
use crate::view;
use rollscope_engine::History;
use std::cell::Cell;
use std::rc::Rc;
use yew::AppHandle;
use yew::prelude::*;

/// Puts a widget into a page.
pub const MOUNT: Mount = |place: Place, tell: Tell| {
    let make = move |_: &Context<Root>| -> Box<dyn Part> { Box::new(Widget::of(Outside(tell.clone()))) };
    let renderer = yew::Renderer::<Root>::with_root_and_props(place, Start { make: Rc::new(make) });
    Rc::new(Handle(renderer.render()))
};

/// A widget that is in a page.
struct Handle(AppHandle<Root>);

impl Mounted for Handle {
    fn order(&self, name: &str, value: &Value) {
        if let Some(order) = outside::order(name, value) {
            self.0.send_message(Message::Order(order));
        }
    }
}

/// The component.
struct Widget {
    outside: Outside,
    embedded: Embedded,
    /// What is drawn of the whole run; nothing before there is one.
    shown: Option<Shown>,
    turns: Turns,
    beat: Option<(Speed, Interval)>,
    slice: Option<Soon>,
}

struct Shown {
    history: Rc<History>,
    strip: Rc<Strip>,
    overview: Rc<Overview>,
}

impl Part for Widget {
    fn update(&mut self, ctx: &Context<Root>, message: Message) -> bool {
        if let Message::Order(Order::Forget) = message {
            (self.beat, self.slice) = (None, None);
        }
        let began = site::now();
        let (is_need, is_act) = (matches!(message, Message::Need), matches!(message, Message::Act(_)));
        let is_slice = matches!(message, Message::Act(Action::GoOn));
        let is_move = match &message {
            Message::Act(action) => is_move(action),
            Message::Order(order) => matches!(order, Order::Seek(_)),
            Message::Frame(frame) => match self.take_turn(ctx, *frame) {
                Outcome::Gone => true,
                outcome => return outcome == Outcome::Draw,
            },
            _ => false,
        };
        // What the page around orders is done before it goes on.
        self.embedded.state.held = is_act && (is_move || is_slice) && self.turns.hold();
        let (mut effects, mut news) = match message {
            Message::Act(action) => self.embedded.act(action),
            Message::Order(order) => {
                let mut news = self.embedded.catch_up();
                let (effects, more) = self.embedded.order(order);
                news.extend(more);
                (effects, news)
            }
            Message::Frame(_) => (Vec::new(), self.embedded.catch_up()),
            Message::Editor(_) => return false,
            Message::Need => (self.embedded.need(), Vec::new()),
            Message::Later(later) => {
                later.iter().for_each(|later| embed::dress(later.style));
                self.shown = None;
                self.embedded.arrive(later)
            }
        };
        if effects.contains(&Effect::LoadLater) {
            ctx.link().send_future(async { Message::Later(later::load().await) });
        }
        while effects.contains(&Effect::GoOn) && site::now() - began < PATIENCE {
            let more = self.embedded.act(Action::GoOn);
            effects = more.0;
            news.extend(more.1);
        }
        if effects.contains(&Effect::GoOn) {
            let go_on = ctx.link().callback(|()| Message::Act(Action::GoOn));
            self.slice = Soon::new(go_on);
        }
        if self.look_over() {
            self.turns.reset();
        } else if !is_need && !is_slice {
            self.turns.follow(ctx, &self.embedded.state, is_move);
        }
        self.keep_the_beat(ctx);
        for each in &news {
            self.outside.tell(each, &self.embedded.state);
        }
        !is_need && !self.turns.is_due()
    }

    fn view(&self, ctx: &Context<Root>) -> Html {
        let Some(widget) = self.drawn() else {
            return Html::default();
        };
        let act = ctx.link().callback(Message::Act);
        let pod = self.embedded.state.pod.is_some();
        let keys = {
            let act = act.clone();
            keyboard::inside(move |press| match action_for(&press.key, press.shift, press.command) {
                // Escape closes what is open; where nothing is, it is the page's.
                Some(Action::Cancel) if pod => {
                    act.emit(Action::ChoosePod(None));
                    true
                }
                Some(
                    action @ (Action::Next(_) | Action::Previous(_) | Action::Seek(_) | Action::Play | Action::Look(_)),
                ) => {
                    act.emit(action);
                    true
                }
                _ => false,
            })
        };
        let make = || view::widget::picture(&widget, &act);
        let picture = self.turns.picture(&self.embedded.state, make);
        let drawn = view::widget::view(&widget, picture, keys, &act);
        if widget.lacks.get() {
            ctx.link().send_message(Message::Need);
        }
        drawn
    }
}

impl Widget {
    fn of(outside: Outside) -> Widget {
        Widget {
            outside,
            embedded: Embedded::new(None, site::prefers_stillness()),
            shown: None,
            turns: Turns::default(),
            beat: None,
            slice: None,
        }
    }

    fn drawn(&self) -> Option<view::widget::Widget<'_>> {
        let shown = self.shown.as_ref()?;
        Some(view::widget::Widget {
            embedded: &self.embedded,
            strip: &shown.strip,
            traffic: &shown.overview.traffic,
            lacks: Cell::new(false),
        })
    }

    /// A frame has begun.
    fn take_turn(&mut self, ctx: &Context<Root>, frame: usize) -> Outcome {
        let mut turns = std::mem::take(&mut self.turns);
        let make = |widget| view::widget::picture(&widget, &ctx.link().callback(Message::Act));
        let outcome = turns.take(frame, ctx, &self.embedded.state, &|| self.drawn().map(make));
        self.turns = turns;
        outcome
    }

    /// A run that has come is drawn whole, once; tells whether it is another one.
    fn look_over(&mut self) -> bool {
        let state = &mut self.embedded.state;
        if !self.embedded.is_shown {
            return self.shown.take().is_some();
        }
        let history = state.run.history().clone();
        if self
            .shown
            .as_ref()
            .is_some_and(|shown| Rc::ptr_eq(&shown.history, &history))
        {
            return false;
        }
        let overview = match state.later {
            Some(later) => (later.overview)(&mut state.run),
            None => Rc::new(Overview::plain(&history)),
        };
        // There is no room for marks.
        let strip = Strip {
            marks: Vec::new(),
            ..Strip::clone(&overview.strip)
        };
        self.shown = Some(Shown {
            history,
            strip: Rc::new(strip),
            overview,
        });
        true
    }

    /// Starts, changes or stops the timer that plays.
    fn keep_the_beat(&mut self, ctx: &Context<Root>) {
        let Embedded { state, is_resting, .. } = &self.embedded;
        let wanted = (state.playing && !is_resting).then_some(state.speed);
        if wanted == self.beat.as_ref().map(|(speed, _)| *speed) {
            return;
        }
        self.beat = wanted.map(|speed| {
            let tick = ctx.link().callback(|()| Message::Act(Action::Tick));
            (speed, Interval::new(speed.milliseconds(), move || tick.emit(())))
        });
    }
}
