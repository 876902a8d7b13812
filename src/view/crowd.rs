//! Pods that are too many to be elements of their own: blocks of a hundred, each one drawing. What has not changed since
//! the last step is not drawn again. A pointer finds a Pod by its place, keys go from one to the next.

use super::dots::{CELL, drawing};
use crate::browser::board::Board;
use crate::browser::geometry;
use crate::scene::blocks::Blocks;
use crate::scene::crowd::{BLOCK, Crowd, Dot, ROW, word};
use crate::scene::pod::{Form, Tile};
use crate::scene::slots::Slots;
use crate::state::State;
use rollscope_engine::api::Key;
use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering};
use yew::prelude::*;

/// Pods in a row; `name` says whose.
pub fn rows(name: &str, tiles: &Blocks<Tile>, on_pod: &Callback<Key>) -> Html {
    if tiles.is_empty() {
        return Html::default();
    }
    let crowd = Rc::new(Crowd::of(name, tiles));
    html! { <Field {crowd} on_pod={on_pod.clone()} /> }
}

/// The Pods of a workload that has slots.
pub fn slots(state: &State, slots: &Rc<Slots>, on_pod: &Callback<Key>) -> Html {
    let partition = slots.partition.as_ref();
    let shown = partition.map(|line| line.shown(state.staging.moved.as_ref()));
    let crowd = Rc::new(Crowd::in_slots(slots, shown));
    html! { <Field {crowd} on_pod={on_pod.clone()} /> }
}

#[derive(Properties)]
struct FieldProps {
    crowd: Rc<Crowd>,
    on_pod: Callback<Key>,
}

/// The callback is left out: it does the same at every step.
impl PartialEq for FieldProps {
    fn eq(&self, other: &FieldProps) -> bool {
        Rc::ptr_eq(&self.crowd, &other.crowd)
    }
}

/// A list in which one Pod after the other is current; only that one is an element.
#[component]
fn Field(props: &FieldProps) -> Html {
    let crowd = &props.crowd;
    let at = use_state(|| None::<usize>);
    let id = use_memo((), |()| {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        format!("pod-{}", NEXT.fetch_add(1, Ordering::Relaxed))
    });
    let last = crowd.len.saturating_sub(1);
    let current = at.or_else(|| crowd.chosen()).unwrap_or(0).min(last);
    let place = use_node_ref();
    let picture = use_mut_ref(Picture::default);
    let (there, now, said) = (place.clone(), crowd.clone(), id.clone());
    use_effect(move || picture.borrow_mut().show(&there, now, current, &said));
    let choose = {
        let (crowd, on_pod) = (crowd.clone(), props.on_pod.clone());
        Callback::from(move |index: usize| {
            if let Some(pod) = crowd.pod(index) {
                on_pod.emit(pod);
            }
        })
    };
    let go = {
        let at = at.setter();
        Callback::from(move |index: usize| at.set(Some(index)))
    };
    let len = crowd.len;
    let onpointermove = {
        let go = go.clone();
        Callback::from(move |event: PointerEvent| {
            if let Some(index) = pointed(&event, len).filter(|index| *index != current) {
                go.emit(index);
            }
        })
    };
    let onclick = {
        let choose = choose.clone();
        Callback::from(move |event: MouseEvent| {
            if let Some(index) = pointed(&event, len) {
                choose.emit(index);
            }
        })
    };
    // The arrows stay the page's own, as where Pods are buttons.
    let onmousedown = Callback::from(|event: MouseEvent| {
        if geometry::block(&event).is_some() {
            event.prevent_default();
        }
    });
    let sums = crowd.sums();
    html! {
        <div class="crowd">
            <p class="sums" aria-hidden="true">{ for sums.iter().map(sum) }</p>
            <div
                ref={place}
                class="field"
                role="listbox"
                tabindex="0"
                aria-label={format!("Pods of {}: {}", crowd.name, words(&sums))}
                aria-activedescendant={id.to_string()}
                onkeydown={keys(current, last, &go, &choose)}
                {onpointermove}
                {onclick}
                {onmousedown}
            />
        </div>
    }
}

/// The place of the Pod under a pointer.
fn pointed(event: &MouseEvent, len: usize) -> Option<usize> {
    let (block, cell) = geometry::cell(event, u32::try_from(ROW).ok()?)?;
    let index = block * BLOCK + usize::try_from(cell).ok()?;
    (index < len).then_some(index)
}

/// What is on the board, which is drawn past Yew.
#[derive(Default)]
struct Picture {
    board: Option<Board>,
    shown: Option<Rc<Crowd>>,
    dots: Vec<Vec<Dot>>,
}

impl Picture {
    /// Draws what is not there yet; `id` is that of the current Pod's element.
    fn show(&mut self, place: &NodeRef, crowd: Rc<Crowd>, current: usize, id: &str) {
        if self.board.is_none() {
            self.board = place.cast().and_then(|field| Board::new(field, CELL * ROW));
        }
        let Some(board) = &mut self.board else { return };
        let count = crowd.len.div_ceil(BLOCK);
        board.resize(count, crowd.first.is_some());
        self.dots.resize_with(count, Vec::new);
        let is_numbered = |crowd: &Crowd| crowd.first.is_some();
        if self
            .shown
            .as_deref()
            .is_some_and(|before| is_numbered(before) != is_numbered(&crowd))
        {
            (self.shown, self.dots) = (None, vec![Vec::new(); count]);
        }
        for (index, dots) in self.dots.iter_mut().enumerate() {
            let before = self.shown.as_deref();
            let line = boundary(&crowd, index);
            let is_moved = before.is_none_or(|before| boundary(before, index) != line);
            if !is_moved && before.is_some_and(|before| crowd.is_shared(before, index)) {
                continue;
            }
            let now = crowd.dots(index);
            if is_moved || *dots != now {
                board.draw(index, &drawing(&now, line));
                *dots = now;
            }
            if let Some(first) = crowd.first {
                board.number(index, first + (0..).nth(index * BLOCK).unwrap_or(0));
            }
        }
        if count > 0 {
            let chosen = self.dots[current / BLOCK].get(current % BLOCK);
            let said = crowd.sentence(current);
            board.point(current / BLOCK, &option(current, chosen, id, &said), &said);
        }
        self.shown = Some(crowd);
    }
}

/// The partition's place in a block.
fn boundary(crowd: &Crowd, block: usize) -> Option<usize> {
    let inside = crowd.boundary.filter(|place| place / BLOCK == block);
    inside.map(|place| place % BLOCK)
}

/// The Pod that is spoken of.
fn option(index: usize, dot: Option<&Dot>, id: &str, said: &str) -> [(&'static str, String); 9] {
    let place = index % BLOCK;
    let is_chosen = dot.is_some_and(|dot| dot.chosen);
    [
        ("id", id.to_owned()),
        ("class", "current".to_owned()),
        ("x", (place % ROW * CELL).to_string()),
        ("y", (place / ROW * CELL).to_string()),
        ("width", CELL.to_string()),
        ("height", CELL.to_string()),
        ("role", "option".to_owned()),
        ("aria-selected", is_chosen.to_string()),
        ("aria-label", said.to_owned()),
    ]
}

/// `412 available, 3 pending`.
fn words(sums: &[(Option<Form>, usize)]) -> String {
    let sums: Vec<String> = sums
        .iter()
        .map(|(form, count)| format!("{count} {}", word(*form)))
        .collect();
    sums.join(", ")
}

/// A count beside a dot that looks like what is counted.
fn sum((form, count): &(Option<Form>, usize)) -> Html {
    let dot = Dot {
        form: *form,
        hue: 0,
        ringed: false,
        chosen: false,
        awaited: false,
    };
    let paths = drawing(&[dot], None).into_iter();
    html! {
        <span key={word(*form)}>
            <svg viewBox={format!("0 0 {CELL} {CELL}")}>{ for paths.map(|(class, d)| html! { <path {class} {d} /> }) }</svg>
            { format!("{count} {}", word(*form)) }
        </span>
    }
}

fn keys(current: usize, last: usize, go: &Callback<usize>, choose: &Callback<usize>) -> Callback<KeyboardEvent> {
    let (go, choose) = (go.clone(), choose.clone());
    Callback::from(move |event: KeyboardEvent| {
        match event.key().as_str() {
            "ArrowRight" => go.emit((current + 1).min(last)),
            "ArrowLeft" => go.emit(current.saturating_sub(1)),
            "ArrowDown" => go.emit((current + ROW).min(last)),
            "ArrowUp" => go.emit(current.saturating_sub(ROW)),
            "PageDown" => go.emit((current + BLOCK).min(last)),
            "PageUp" => go.emit(current.saturating_sub(BLOCK)),
            "Home" => go.emit(0),
            "End" => go.emit(last),
            "Enter" | " " => choose.emit(current),
            _ => return,
        }
        event.prevent_default();
    })
}
