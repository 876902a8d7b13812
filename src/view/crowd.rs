//! Pods that are too many to be elements of their own: blocks of a hundred, each one drawing. What has not changed since
//! the last step is not drawn again. A pointer finds a Pod by its place, keys go from one to the next.

use super::hue;
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

/// A dot's cell is this long in the drawing.
const CELL: usize = 100;

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
    // A block that was not drawn again still asks what is there now.
    let now = use_mut_ref(|| crowd.clone());
    now.borrow_mut().clone_from(crowd);
    let choose = {
        let (now, on_pod) = (now.clone(), props.on_pod.clone());
        Callback::from(move |index: usize| {
            if let Some(pod) = now.borrow().pod(index) {
                on_pod.emit(pod.clone());
            }
        })
    };
    let last = crowd.len.saturating_sub(1);
    let current = at.or_else(|| crowd.chosen()).unwrap_or(0).min(last);
    let go = {
        let at = at.setter();
        Callback::from(move |index: usize| at.set(Some(index)))
    };
    let blocks = (0..crowd.len.div_ceil(BLOCK)).map(|index| {
        let current = (current / BLOCK == index).then(|| Current {
            index: current,
            id: id.to_string(),
            said: crowd.sentence(current),
        });
        html! { <Block key={index} crowd={crowd.clone()} {index} {current} on_point={go.clone()} on_choose={choose.clone()} /> }
    });
    let sums = crowd.sums();
    html! {
        <div class="crowd">
            <p class="sums" aria-hidden="true">{ for sums.iter().map(sum) }</p>
            <div
                class="field"
                role="listbox"
                tabindex="0"
                aria-label={format!("Pods of {}: {}", crowd.name, words(&sums))}
                aria-activedescendant={id.to_string()}
                onkeydown={keys(current, last, &go, &choose)}
            >
                { for blocks }
            </div>
        </div>
    }
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
    html! {
        <span key={word(*form)}>
            <svg viewBox={format!("0 0 {CELL} {CELL}")}>{ for drawing(&[dot], None).into_iter().map(path) }</svg>
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

/// Where the keyboard or the pointer is.
#[derive(Clone, PartialEq)]
struct Current {
    index: usize,
    id: String,
    said: String,
}

#[derive(Properties)]
struct BlockProps {
    crowd: Rc<Crowd>,
    index: usize,
    current: Option<Current>,
    on_point: Callback<usize>,
    on_choose: Callback<usize>,
}

impl BlockProps {
    /// The partition's place in this block.
    fn boundary(&self) -> Option<usize> {
        let inside = self.crowd.boundary.filter(|place| place / BLOCK == self.index);
        inside.map(|place| place % BLOCK)
    }
}

/// The callbacks are left out: they do the same at every step.
impl PartialEq for BlockProps {
    fn eq(&self, other: &BlockProps) -> bool {
        self.index == other.index
            && self.current == other.current
            && self.boundary() == other.boundary()
            && self.crowd.first == other.crowd.first
            && self.crowd.is_alike(&other.crowd, self.index)
    }
}

#[component]
fn Block(props: &BlockProps) -> Html {
    let start = props.index * BLOCK;
    let dots = props.crowd.dots(props.index);
    let place = move |event: &MouseEvent, count: usize| {
        let cell = geometry::cell(event, ".block", "svg", u32::try_from(ROW).ok()?)?;
        let cell = usize::try_from(cell).ok()?;
        (cell < count).then_some(start + cell)
    };
    let count = dots.len();
    let (on_point, on_choose) = (props.on_point.clone(), props.on_choose.clone());
    let known = props.current.as_ref().map(|current| current.index);
    let onpointermove = Callback::from(move |event: PointerEvent| {
        if let Some(index) = place(&event, count).filter(|index| Some(*index) != known) {
            on_point.emit(index);
        }
    });
    let onclick = Callback::from(move |event: MouseEvent| {
        if let Some(index) = place(&event, count) {
            on_choose.emit(index);
        }
    });
    // The arrows stay the page's own, as where Pods are buttons.
    let onmousedown = Callback::from(|event: MouseEvent| event.prevent_default());
    let number = props.crowd.first.map(|first| first + (0..).nth(start).unwrap_or(0));
    html! {
        <div class="block" {onpointermove} {onclick} {onmousedown}>
            if let Some(number) = number { <span class="from" aria-hidden="true">{ number }</span> }
            <svg viewBox={format!("0 0 {0} {0}", CELL * ROW)} aria-hidden="true">
                { for drawing(&dots, props.boundary()).into_iter().map(path) }
            </svg>
            if let Some(current) = &props.current { { option(current, start, &dots) } }
        </div>
    }
}

/// The Pod that is spoken of.
fn option(current: &Current, start: usize, dots: &[Dot]) -> Html {
    let place = current.index - start;
    let style = format!("--x:{};--y:{}", place % ROW, place / ROW);
    let chosen = dots.get(place).is_some_and(|dot| dot.chosen);
    html! {
        <i
            id={current.id.clone()}
            class="current"
            {style}
            role="option"
            aria-selected={chosen.to_string()}
            aria-label={current.said.clone()}
            title={current.said.clone()}
        />
    }
}

/// A path: what it is of, and its way.
type Path = (&'static str, Option<Form>, u8, String);

fn path((part, form, colour, d): Path) -> Html {
    html! { <path class={classes!(part, form.map(Form::class), hue(colour))} {d} /> }
}

/// What is drawn of dots that stand beside each other is a single dashed line; the style sheet knows how thick it is and how
/// it is dashed. Here are its name, where in a cell it begins, and how much of the last cell it leaves free.
type Part = (&'static str, usize, usize, usize);

const FULL: Part = ("full", 8, 50, 16);

/// States are told apart by form, as large tiles are: full, half full, hollow, with a sign.
fn parts(form: Option<Form>) -> &'static [Part] {
    match form {
        Some(Form::Available) => &[FULL],
        Some(Form::NotYet) => &[FULL, ("half", 22, 36, 44)],
        Some(Form::Pending) => &[FULL, ("hole", 22, 50, 44)],
        // A failure is red, whatever its revision; that is told by a line below it.
        Some(Form::Broken) => &[FULL, ("bar", 42, 33, 84), ("point", 42, 62, 84), ("base", 8, 84, 16)],
        Some(Form::Ended) => &[("small", 34, 50, 68)],
        Some(Form::Leaving) => &[FULL, ("thin", 18, 50, 36), ("minus", 30, 50, 60)],
        None => &[("speck", 42, 50, 84)],
    }
}

/// One path for all that look alike: a hundred Pods are a handful of elements.
fn drawing(dots: &[Dot], boundary: Option<usize>) -> Vec<Path> {
    let mut paths: Vec<Path> = Vec::new();
    for (x, y, run) in runs(dots, |dot| Some((dot.form, dot.hue))) {
        let Dot { form, hue, .. } = run[0];
        for (part, left, top, free) in parts(form) {
            let way = way(&mut paths, (part, form, hue));
            way.push_str(&format!("M{} {}h{}", x + left, y + top, run.len() * CELL - free));
        }
    }
    let is_ringed = |dot: &Dot| dot.ringed.then_some(());
    let is_awaited = |dot: &Dot| dot.awaited.then_some(());
    let is_chosen = |dot: &Dot| dot.chosen.then_some(());
    outline(&mut paths, "ring", &runs(dots, is_ringed));
    outline(&mut paths, "wait", &runs(dots, is_awaited));
    outline(&mut paths, "chosen", &runs(dots, is_chosen));
    if let Some(place) = boundary {
        let (x, y) = (place % ROW * CELL, place / ROW * CELL);
        let line = format!("M0 {}H{x}V{y}H{}", y + CELL, CELL * ROW);
        way(&mut paths, ("line", None, 0)).push_str(&line);
    }
    paths
}

/// Dots that are alike and stand beside each other in a row, with the place of the first; those without a look are left out.
fn runs<K: PartialEq>(dots: &[Dot], look: impl Fn(&Dot) -> Option<K>) -> Vec<(usize, usize, &[Dot])> {
    let mut runs = Vec::new();
    for (row, dots) in dots.chunks(ROW).enumerate() {
        let mut column = 0;
        for run in dots.chunk_by(|a, b| look(a) == look(b)) {
            if look(&run[0]).is_some() {
                runs.push((column * CELL, row * CELL, run));
            }
            column += run.len();
        }
    }
    runs
}

fn outline(paths: &mut Vec<Path>, part: &'static str, runs: &[(usize, usize, &[Dot])]) {
    for (x, y, run) in runs {
        let width = run.len() * CELL - 10;
        way(paths, (part, None, 0)).push_str(&format!("M{} {}h{width}v90h-{width}z", x + 5, y + 5));
    }
}

fn way<'a>(paths: &'a mut Vec<Path>, of: (&'static str, Option<Form>, u8)) -> &'a mut String {
    let known = paths.iter().position(|path| (path.0, path.1, path.2) == of);
    let index = known.unwrap_or_else(|| {
        paths.push((of.0, of.1, of.2, String::new()));
        paths.len() - 1
    });
    &mut paths[index].3
}
