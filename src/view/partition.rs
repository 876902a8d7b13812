//! The partition of a StatefulSet: a line between its slots that can be moved, with a pointer or by keys, and says what it
//! would do there. It is asked for when the pointer lets go, or with Enter.

use crate::browser::geometry;
use crate::scene::partition::Partition;
use crate::scene::slots::Slots;
use crate::state::staging::Act;
use crate::state::{Action, State};
use rollscope_engine::api::Key;
use std::rc::Rc;
use yew::prelude::*;

/// What the line's callbacks need.
#[derive(Clone)]
struct Line {
    partition: Partition,
    slots: Rc<Slots>,
    moved: Option<i64>,
    on: Callback<Action>,
}

/// The line; its place among the slots is its `order`.
pub fn view(state: &State, slots: &Rc<Slots>, on: &Callback<Action>) -> Html {
    let draw = |line: Line| if state.staging.fixed { line.fixed() } else { line.view() };
    Line::of(state, slots, on).map_or_else(Html::default, draw)
}

/// The same beside slots that are dots: a bar as wide as the stage, with a handle. Where nothing can be moved, the dots show it.
pub fn bar(state: &State, slots: &Rc<Slots>, on: &Callback<Action>) -> Html {
    let line = Line::of(state, slots, on).filter(|_| !state.staging.fixed);
    line.map_or_else(Html::default, |line| line.bar())
}

impl Line {
    fn of(state: &State, slots: &Rc<Slots>, on: &Callback<Action>) -> Option<Line> {
        let partition = slots.partition.as_ref()?;
        let moved: Option<&(Key, i64)> = state.staging.moved.as_ref();
        Some(Line {
            partition: partition.clone(),
            slots: slots.clone(),
            moved: moved.filter(|(set, _)| *set == partition.set).map(|(_, value)| *value),
            on: on.clone(),
        })
    }

    fn value(&self) -> i64 {
        self.moved.unwrap_or(self.partition.value)
    }

    /// Where it is, and no more.
    fn fixed(&self) -> Html {
        let value = self.partition.value;
        let before = self.partition.before(value, &self.slots.slots);
        let class = classes!("partition", "fixed", (value == 0).then_some("quiet"));
        html! {
            <div key="partition" {class} style={format!("order:{}", 2 * before)} title={self.partition.effect(value, &self.slots)}>
                <span class="says">{ format!("partition {value}") }</span>
            </div>
        }
    }

    fn view(&self) -> Html {
        let before = self.partition.before(self.value(), &self.slots.slots);
        let is_last = before * 2 > self.slots.slots.len();
        let stands = self.partition.before(self.partition.value, &self.slots.slots);
        let class = classes!("partition", is_last.then_some("last"));
        html! {
            <>
            if self.moved.is_some() && stands != before {
                <i key="stands" class="partition stands" style={format!("order:{}", 2 * stands)} />
            }
            { self.slider(class, format!("order:{}", 2 * before), self.follow(false)) }
            </>
        }
    }

    fn bar(&self) -> Html {
        let at = super::percent(self.value(), self.partition.most);
        let is_last = self.value() * 2 > self.partition.most;
        let class = classes!("partition", "bar", is_last.then_some("last"));
        html! { <div class="partitioned">{ self.slider(class, format!("--at:{at}"), self.slide()) }</div> }
    }

    fn slider(&self, mut class: Classes, style: String, on_move: Callback<PointerEvent>) -> Html {
        let value = self.value();
        let effect = self.partition.effect(value, &self.slots);
        class.push((value == 0 && self.moved.is_none()).then_some("quiet"));
        class.push(self.moved.map(|_| "moved"));
        let says = match self.moved.filter(|_| value != self.partition.value) {
            Some(_) => format!("partition {} → {value}", self.partition.value),
            None => format!("partition {value}"),
        };
        html! {
            <>
            <div
                key="partition"
                {class}
                {style}
                role="slider"
                tabindex="0"
                aria-label={format!("Partition of {}", self.partition.set.name)}
                aria-valuemin="0"
                aria-valuemax={self.partition.most.max(value).to_string()}
                aria-valuenow={value.to_string()}
                aria-valuetext={format!("partition {value}: {effect}")}
                title={format!("partition {value}: {effect}. Drag it, or use the arrow keys and Enter.")}
                onpointerdown={self.follow(true)}
                onpointermove={on_move}
                onpointerup={self.let_go()}
                onpointercancel={self.on.reform(|_| Action::Look(Act::Move(None)))}
                onkeydown={self.keys()}
                onblur={self.on.reform(|_| Action::Look(Act::Move(None)))}
            >
                <span class="says">{ says }</span>
            </div>
            if self.moved.is_some() {
                <p key="effect" class="effect">{ effect }<span>{ "Enter applies it, Esc does not" }</span></p>
            }
            </>
        }
    }

    /// Along the bar, each place is a number.
    fn slide(&self) -> Callback<PointerEvent> {
        let line = self.clone();
        Callback::from(move |event: PointerEvent| {
            if !geometry::is_pressed(&event) || line.moved.is_none() {
                return;
            }
            if let Some(place) = geometry::fraction(&event) {
                line.move_to(super::units(place) * line.partition.most / 100_000);
            }
        })
    }

    fn move_to(&self, value: i64) {
        let moved = (
            self.partition.set.clone(),
            value.clamp(0, self.partition.most.max(self.partition.value)),
        );
        self.on.emit(Action::Look(Act::Move(Some(moved))));
    }

    fn follow(&self, begins: bool) -> Callback<PointerEvent> {
        let line = self.clone();
        Callback::from(move |event: PointerEvent| {
            if !geometry::is_pressed(&event) || !(begins || line.moved.is_some()) {
                return;
            }
            if begins {
                geometry::capture(&event);
                line.move_to(line.value());
            } else if let Some(index) = geometry::passed(&event, ".slots", ".slot") {
                let value = line.partition.value_at(index, &line.slots.slots);
                if value != line.value() {
                    line.move_to(value);
                }
            }
        })
    }

    fn let_go(&self) -> Callback<PointerEvent> {
        let line = self.clone();
        Callback::from(move |_| line.ask())
    }

    /// Asks for what was chosen; nothing if that is what there is.
    fn ask(&self) {
        let Some(value) = self.moved else { return };
        self.on.emit(Action::Look(Act::Move(None)));
        if value != self.partition.value {
            self.on
                .emit(Action::Intervene(self.partition.intervention(value), None));
        }
    }

    fn keys(&self) -> Callback<KeyboardEvent> {
        let line = self.clone();
        Callback::from(move |event: KeyboardEvent| {
            match event.key().as_str() {
                "ArrowRight" | "ArrowUp" => line.move_to(line.value() + 1),
                "ArrowLeft" | "ArrowDown" => line.move_to(line.value() - 1),
                "PageUp" => line.move_to(line.value() + line.partition.most / 10),
                "PageDown" => line.move_to(line.value() - line.partition.most / 10),
                "Home" => line.move_to(0),
                "End" => line.move_to(line.partition.most),
                "Enter" if line.moved.is_some() => line.ask(),
                "Escape" if line.moved.is_some() => line.on.emit(Action::Look(Act::Move(None))),
                _ => return,
            }
            event.prevent_default();
        })
    }
}
