//! The page's own files, its colours, and what the visitor's system prefers.

use gloo_events::EventListener;
use std::cell::RefCell;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{CssStyleSheet, Response, Window};

thread_local! {
    /// Where the site is, if the document is not its page: what is linked to stands there. None where nobody knows of one.
    static BASE: RefCell<Option<String>> = const { RefCell::new(Some(String::new())) };
}

/// The site is there, seen from this document.
pub fn set_base(base: Option<String>) {
    BASE.set(base);
}

/// The address of something of the site, for links.
pub fn address(path: &str) -> Option<String> {
    BASE.with_borrow(|base| base.as_ref().map(|base| format!("{base}{path}")))
}

/// Whether the document is the page, and not somebody else's that has a widget in it.
pub fn is_page() -> bool {
    let document = web_sys::window().and_then(|window| window.document());
    let found = document.and_then(|document| document.query_selector_all("body[data-rollscope]").ok());
    found.is_some_and(|found| found.length() > 0)
}

/// The text of a file of the site. The error says what was answered.
pub async fn fetch(path: &str) -> Result<String, String> {
    let window = web_sys::window().ok_or("no window")?;
    let answer = JsFuture::from(window.fetch_with_str(path)).await;
    let response: Response = answer
        .ok()
        .and_then(|answer| answer.dyn_into().ok())
        .ok_or("the site can't be reached")?;
    if !response.ok() {
        return Err(format!("{path}: {}", response.status()));
    }
    let unreadable = || format!("{path}: not a text");
    let text = JsFuture::from(response.text().map_err(|_| unreadable())?).await;
    text.ok().and_then(|text| text.as_string()).ok_or_else(unreadable)
}

/// Makes the page light or dark.
pub fn set_theme(name: &str) {
    let root = web_sys::window().and_then(|window| window.document()?.document_element());
    if let Some(root) = root {
        // It fails only for a name that is no attribute's.
        drop(root.set_attribute("data-theme", name));
    }
}

/// Adds a style sheet, in a way that a strict policy for content allows.
pub fn add_style(css: &str) {
    let document = web_sys::window().and_then(|window| window.document());
    let sheet = CssStyleSheet::new().and_then(|sheet| sheet.replace_sync(css).map(|()| sheet));
    if let (Some(document), Ok(sheet)) = (document, sheet) {
        let sheets = document.adopted_style_sheets();
        sheets.push(&sheet);
        document.set_adopted_style_sheets(&sheets);
    }
}

/// Milliseconds since the page was opened.
pub fn now() -> f64 {
    let clock = web_sys::window().and_then(|window| window.performance());
    clock.map_or(0.0, |clock| clock.now())
}

/// Whether the visitor's system is dark.
pub fn prefers_dark() -> bool {
    prefers("(prefers-color-scheme: dark)")
}

/// Listens for the visitor's system to become dark or light.
pub fn on_darkness(mut tell: impl FnMut(bool) + 'static) -> Option<EventListener> {
    let query = web_sys::window()?.match_media("(prefers-color-scheme: dark)").ok()??;
    let listening = EventListener::new(&query.clone(), "change", move |_| tell(query.matches()));
    Some(listening)
}

/// Whether the visitor wants nothing to move by itself.
pub fn prefers_stillness() -> bool {
    prefers("(prefers-reduced-motion: reduce)")
}

fn prefers(query: &str) -> bool {
    let matches = |window: Window| window.match_media(query).ok().flatten().map(|list| list.matches());
    web_sys::window().and_then(matches).unwrap_or(false)
}
