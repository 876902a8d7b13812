//! Gestures on the time strip: the wheel with Ctrl and two fingers zoom, the wheel sideways pans.

use gloo_events::{EventListener, EventListenerOptions};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, PointerEvent, WheelEvent};
use yew::{Callback, NodeRef};

/// A turn of the wheel by this much doubles or halves, about.
const TURN: f64 = 140.0;

/// What was meant.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Gesture {
    /// Closer by a factor, around a place between 0 and 1.
    Zoom(f64, f64),
    /// To the right, by a share of what is seen.
    Pan(f64),
}

/// Listens while it lives.
pub struct Gestures {
    _listeners: Vec<EventListener>,
}

/// Fingers that are down, and where.
type Fingers = Rc<RefCell<Vec<(i32, f64)>>>;

impl Gestures {
    /// Listens on the strip that `inside` lies in.
    pub fn listen(inside: &NodeRef, on: &Callback<Gesture>) -> Option<Gestures> {
        let strip = inside.cast::<Element>()?.closest(".strip").ok()??;
        let fingers = Fingers::default();
        let options = EventListenerOptions::enable_prevent_default();
        let (wheeled, turned) = (strip.clone(), on.clone());
        let wheel = EventListener::new_with_options(&strip, "wheel", options, move |event| {
            if let Some(gesture) = event.dyn_ref().and_then(|event| wheel(&wheeled, event)) {
                event.prevent_default();
                turned.emit(gesture);
            }
        });
        let mut listeners = vec![wheel];
        for name in ["pointerdown", "pointermove", "pointerup", "pointercancel"] {
            let (touched, fingers, on) = (strip.clone(), fingers.clone(), on.clone());
            listeners.push(EventListener::new(&strip, name, move |event| {
                if let Some(gesture) = pinch(&touched, &mut fingers.borrow_mut(), event) {
                    on.emit(gesture);
                }
            }));
        }
        Some(Gestures { _listeners: listeners })
    }
}

fn wheel(strip: &Element, event: &WheelEvent) -> Option<Gesture> {
    // Lines and pages instead of pixels: old wheels.
    let unit = [1.0, 16.0, 400.0][event.delta_mode().min(2) as usize];
    let (across, down) = (event.delta_x() * unit, event.delta_y() * unit);
    if event.ctrl_key() || event.meta_key() {
        let factor = (-down / TURN).clamp(-1.0, 1.0).exp2();
        return Some(Gesture::Zoom(factor, place(strip, f64::from(event.client_x()))?));
    }
    let across = if event.shift_key() && across == 0.0 {
        down
    } else {
        across
    };
    let zoomed = strip.matches(".zoomed").unwrap_or(false);
    (zoomed && (event.shift_key() || across.abs() > down.abs()))
        .then(|| Gesture::Pan(across / strip.get_bounding_client_rect().width()))
}

/// Where on the whole run something on the screen is.
fn place(strip: &Element, x: f64) -> Option<f64> {
    let whole = strip.query_selector(".over").ok()??.get_bounding_client_rect();
    Some(((x - whole.left()) / whole.width()).clamp(0.0, 1.0))
}

/// Two fingers: how much further apart they are than before.
fn pinch(strip: &Element, fingers: &mut Vec<(i32, f64)>, event: &Event) -> Option<Gesture> {
    let event: &PointerEvent = event.dyn_ref()?;
    if event.pointer_type() != "touch" {
        return None;
    }
    let (id, x) = (event.pointer_id(), f64::from(event.client_x()));
    match event.type_().as_str() {
        "pointerdown" => fingers.push((id, x)),
        "pointermove" => {
            let before = distance(fingers);
            fingers.iter_mut().find(|(known, _)| *known == id)?.1 = x;
            let (before, now) = (before?, distance(fingers)?);
            let middle = fingers.iter().map(|(_, x)| x).sum::<f64>() / 2.0;
            return Some(Gesture::Zoom(now / before, place(strip, middle)?));
        }
        _ => fingers.retain(|(known, _)| *known != id),
    }
    None
}

fn distance(fingers: &[(i32, f64)]) -> Option<f64> {
    match fingers {
        [(_, a), (_, b)] => Some((a - b).abs().max(20.0)),
        _ => None,
    }
}
