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
    let Some(partition) = &slots.partition else {
        return Html::default();
    };
    let moved: Option<&(Key, i64)> = state.staging.moved.as_ref();
    let line = Line {
        partition: partition.clone(),
        slots: slots.clone(),
        moved: moved.filter(|(set, _)| *set == partition.set).map(|(_, value)| *value),
        on: on.clone(),
    };
    line.view()
}

impl Line {
    fn value(&self) -> i64 {
        self.moved.unwrap_or(self.partition.value)
    }

    fn view(&self) -> Html {
        let value = self.value();
        let before = self.partition.before(value, &self.slots.slots);
        let effect = self.partition.effect(value, &self.slots);
        let is_quiet = value == 0 && self.moved.is_none();
        let is_last = before * 2 > self.slots.slots.len();
        let class = classes!(
            "partition",
            is_quiet.then_some("quiet"),
            self.moved.map(|_| "moved"),
            is_last.then_some("last")
        );
        let says = match self.moved.filter(|_| value != self.partition.value) {
            Some(_) => format!("partition {} → {value}", self.partition.value),
            None => format!("partition {value}"),
        };
        let stands = self.partition.before(self.partition.value, &self.slots.slots);
        html! {
            <>
            if self.moved.is_some() && stands != before {
                <i key="stands" class="partition stands" style={format!("order:{}", 2 * stands)} />
            }
            <div
                key="partition"
                {class}
                style={format!("order:{}", 2 * before)}
                role="slider"
                tabindex="0"
                aria-label={format!("Partition of {}", self.partition.set.name)}
                aria-valuemin="0"
                aria-valuemax={self.partition.most.max(value).to_string()}
                aria-valuenow={value.to_string()}
                aria-valuetext={format!("partition {value}: {effect}")}
                title={format!("partition {value}: {effect}. Drag it, or use the arrow keys and Enter.")}
                onpointerdown={self.follow(true)}
                onpointermove={self.follow(false)}
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
