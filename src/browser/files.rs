//! Files that are chosen or dropped, and files that are saved.

use super::source::MOST;
use crate::state::share::Act;
use gloo_events::{EventListener, EventListenerOptions, EventListenerPhase};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::js_sys::{Array, Uint8Array, encode_uri_component};
use web_sys::{Blob, BlobPropertyBag, DragEvent, File, FileList, HtmlElement, HtmlInputElement, Url};
use yew::{Callback, Event, TargetCast};

/// So many files are taken at once.
const MANY: u32 = 100;

/// Takes files that are dropped anywhere on the page, while it lives.
pub struct Dropping {
    _listeners: Vec<EventListener>,
}

impl Dropping {
    /// Listens before the editor does, which would take the files as text.
    pub fn listen(on: &Callback<Act>) -> Option<Dropping> {
        let window = web_sys::window()?;
        let options = EventListenerOptions {
            phase: EventListenerPhase::Capture,
            passive: false,
        };
        let listeners = ["dragenter", "dragover", "dragleave", "drop"].map(|name| {
            let on = on.clone();
            EventListener::new_with_options(&window, name, options, move |event| {
                if let Some(event) = event.dyn_ref().filter(|event| has_files(event)) {
                    dragged(name, event, &on);
                }
            })
        });
        Some(Dropping {
            _listeners: listeners.into(),
        })
    }
}

fn has_files(event: &DragEvent) -> bool {
    let data = event.data_transfer();
    data.is_some_and(|data| data.types().includes(&"Files".into(), 0))
}

fn dragged(name: &str, event: &DragEvent, on: &Callback<Act>) {
    event.prevent_default();
    event.stop_propagation();
    match name {
        "dragenter" => on.emit(Act::Hover(true)),
        // It has left the window.
        "dragleave" if event.related_target().is_none() => on.emit(Act::Hover(false)),
        "drop" => {
            let files = event.data_transfer().and_then(|data| data.files());
            take(files, on.clone());
        }
        _ => {}
    }
}

/// Takes the files of a field as soon as they are chosen.
pub fn chosen(on: Callback<Act>) -> Callback<Event> {
    Callback::from(move |event: Event| {
        if let Some(field) = event.target_dyn_into::<HtmlInputElement>() {
            take(field.files(), on.clone());
        }
    })
}

fn take(list: Option<FileList>, on: Callback<Act>) {
    let files: Vec<File> = list.map_or_else(Vec::new, |list| {
        (0..list.length().min(MANY))
            .filter_map(|index| list.get(index))
            .collect()
    });
    spawn_local(async move { on.emit(Act::Take(read(files).await)) });
}

async fn read(mut files: Vec<File>) -> Result<Vec<(String, String)>, String> {
    files.sort_by_key(File::name);
    let size: f64 = files.iter().map(|file| file.size()).sum();
    if size > MOST as f64 {
        return Err(format!("it is larger than {} MB", MOST >> 20));
    }
    let mut texts = Vec::new();
    for file in files {
        let text = JsFuture::from(file.text()).await.ok().and_then(|text| text.as_string());
        // What is not UTF-8 is read with marks in its place.
        let text = text.filter(|text| !text.contains(['\0', '\u{fffd}']));
        texts.push((
            file.name(),
            text.ok_or_else(|| format!("{} is not a text", file.name()))?,
        ));
    }
    Ok(texts)
}

/// Saves a file, where the browser saves files.
pub fn save(name: &str, kind: &str, content: &[u8]) {
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    let blob = Blob::new_with_u8_array_sequence_and_options(&Array::of1(&Uint8Array::from(content)), &options);
    let url = blob.and_then(|blob| Url::create_object_url_with_blob(&blob));
    let document = web_sys::window().and_then(|window| window.document());
    let link = document.and_then(|document| document.create_element("a").ok());
    if let (Ok(url), Some(link)) = (url, link.and_then(|link| link.dyn_into::<HtmlElement>().ok())) {
        // None of these fails for an address that has just been made.
        drop(link.set_attribute("href", &url));
        drop(link.set_attribute("download", name));
        link.click();
        drop(Url::revoke_object_url(&url));
    }
}

/// An address that is its own content, for a picture.
pub fn data_url(kind: &str, content: &str) -> String {
    format!("data:{kind},{}", String::from(encode_uri_component(content)))
}
