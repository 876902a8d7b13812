//! The page around a widget: its orders are read here, and the news it gets are written, both as plain JavaScript values.

use crate::scene::why::{RuleLine, Told, Why};
use crate::state::State;
use crate::state::embedded::{Complaint, News, Order, Wish, without_indentation};
use rollscope_engine::manifest::{Diagnostic, Severity};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::js_sys::{Array, Function, Object, Reflect, Uint8Array};
use web_sys::{Element, Event};
use yew::Callback;

/// An order by its name; `None` for one that nobody knows.
pub fn order(name: &str, value: &JsValue) -> Option<Order> {
    let text = || value.as_string().unwrap_or_default();
    Some(match name {
        "show" => Order::Show(wish(value)),
        "play" => Order::Play,
        "pause" => Order::Pause,
        "seek" => Order::Seek(text()),
        "speed" => Order::Speed(text()),
        "rest" => Order::Rest(value.is_truthy()),
        "strip" => Order::Strip(value.is_truthy()),
        "nodes" => Order::Nodes(value.is_truthy()),
        "forget" => Order::Forget,
        _ => return None,
    })
}

fn wish(value: &JsValue) -> Wish {
    let get = |name: &str| Reflect::get(value, &name.into()).unwrap_or(JsValue::UNDEFINED);
    let text = get("text").as_string().unwrap_or_default();
    let is_indented = get("indented").is_truthy();
    Wish {
        text: if is_indented {
            without_indentation(&text).to_string()
        } else {
            text
        },
        is_link: get("link").is_truthy(),
        recorded: get("recorded").dyn_ref().map(Uint8Array::to_vec),
        step: get("step").as_string(),
        release: get("release").as_string(),
        autoplay: get("autoplay").is_truthy(),
    }
}

/// Who is told the news.
#[derive(Clone, PartialEq, Debug)]
pub struct Outside(pub Function);

impl Outside {
    /// Tells the page around what has happened.
    pub fn tell(&self, news: &News, state: &State) {
        let (name, detail) = match news {
            News::Ready => ("ready", ready(state)),
            News::Step => ("step", step(state)),
            News::Decision => ("decision", decision(state)),
            News::End => ("end", place(state)),
            News::Playing => ("playing", place(state)),
            News::Error(complaint) => ("error", error(complaint)),
        };
        // What a listener throws is reported by the browser.
        drop(self.0.call2(&JsValue::UNDEFINED, &name.into(), &detail));
    }
}

fn ready(state: &State) -> Object {
    let detail = place(state);
    let title = state.run.title.as_deref().map_or(JsValue::NULL, JsValue::from);
    let release = state.run.history().scenario.release.to_string();
    put(&detail, [("title", title), ("release", release.into())])
}

/// Where the cursor is: in every piece of news but errors.
fn place(state: &State) -> Object {
    let cursor = &state.run.cursor;
    put(
        &Object::new(),
        [
            ("position", number(cursor.position())),
            ("steps", number(state.run.history().len())),
            ("time", cursor.time().to_string().into()),
            ("playing", state.playing.into()),
        ],
    )
}

fn step(state: &State) -> Object {
    let detail = place(state);
    match Why::of(&state.run.cursor).step {
        Some(step) => told(&detail, &step),
        None => detail,
    }
}

fn decision(state: &State) -> Object {
    let detail = step(state);
    let why = Why::of(&state.run.cursor).step;
    if let Some((rule, saw)) = why.and_then(|step| Some((step.rule?, step.saw))) {
        put(&detail, [("saw", saw.into()), ("rule", self::rule(&rule).into())]);
    }
    detail
}

fn told(detail: &Object, step: &Told) -> Object {
    let deeds: Array = step
        .did
        .iter()
        .map(|deed| JsValue::from(deed.phrase.as_str()))
        .collect();
    put(
        detail,
        [
            ("actor", step.actor.into()),
            ("title", step.title.as_str().into()),
            ("did", deeds.into()),
        ],
    )
}

fn rule(line: &RuleLine) -> Object {
    let formula = line.formula.as_deref().map_or(JsValue::NULL, JsValue::from);
    put(
        &Object::new(),
        [
            ("id", line.id.into()),
            ("sentence", line.sentence.into()),
            ("formula", formula),
        ],
    )
}

fn error(complaint: &Complaint) -> Object {
    let found: Array = complaint.found.iter().map(diagnostic).collect();
    put(
        &Object::new(),
        [
            ("message", complaint.message.as_str().into()),
            ("fatal", complaint.is_fatal.into()),
            ("diagnostics", found.into()),
        ],
    )
}

fn diagnostic(found: &Diagnostic) -> Object {
    let severity = match found.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    put(
        &Object::new(),
        [
            ("severity", severity.into()),
            ("line", found.span.start.line.into()),
            ("column", found.span.start.column.into()),
            ("message", found.message.as_str().into()),
        ],
    )
}

fn number(number: usize) -> JsValue {
    u32::try_from(number).unwrap_or(u32::MAX).into()
}

/// Lets a link lead to where `address` says at the very moment at which somebody takes it.
pub fn aimed<E: AsRef<Event> + 'static>(address: impl Fn() -> Option<String> + 'static) -> Callback<E> {
    Callback::from(move |event: E| {
        let target = event
            .as_ref()
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok());
        let link = target.and_then(|target| target.closest("a").ok()?);
        if let (Some(link), Some(address)) = (link, address()) {
            // It fails only for a name that is no attribute's.
            drop(link.set_attribute("href", &address));
        }
    })
}

/// The object with more properties.
fn put<const N: usize>(object: &Object, properties: [(&str, JsValue); N]) -> Object {
    for (name, value) in properties {
        // It fails only for an object that is frozen, and this one is our own.
        drop(Reflect::set(object, &name.into(), &value));
    }
    object.clone()
}
