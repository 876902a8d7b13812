//! The page's address: what it was opened with, what it goes on to, and the rest of what comes from outside.

use super::files::{self, Dropping};
use super::{site, source, storage};
use crate::state::kept;
use crate::state::share::{Act, Address, Wish};
use crate::state::{Action, Theme};
use gloo_events::EventListener;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Location, UrlSearchParams};
use yew::Callback;

/// Listens while it lives.
pub struct Listening {
    _follow: Option<EventListener>,
    _dropping: Option<Dropping>,
    _darkness: Option<EventListener>,
}

/// Whether the address names nothing but the page. Whatever is behind it may be a moment, or where one is.
pub fn is_bare() -> bool {
    let of_page = |location: Location| [location.hash(), location.search()].map(Result::unwrap_or_default);
    let [hash, query] = location().map(of_page).unwrap_or_default();
    hash.len() < 2 && query.len() < 2
}

/// Tells from now on to what the page goes on and what is dropped on it; and at once where it was opened.
pub fn listen(on: &Callback<Action>) -> (Listening, Action) {
    let colours = on.clone();
    let on = on.reform(Action::share);
    let window = web_sys::window();
    let follow = on.clone();
    let listening = Listening {
        _follow: window
            .map(|window| EventListener::new(&window, "hashchange", move |_| follow.emit(Act::Follow(hash())))),
        _dropping: Dropping::listen(&on),
        _darkness: site::on_darkness(move |is_dark| {
            if storage::get(kept::THEME).is_none() {
                colours.emit(Action::FollowSystem(if is_dark { Theme::Dark } else { Theme::Light }));
            }
        }),
    };
    (listening, Action::share(Act::Arrive(here())))
}

/// Gets, saves or forgets.
pub fn carry_out(wish: Wish, on: &Callback<Action>) {
    match wish {
        Wish::Fetch(source) => {
            let on = on.reform(Action::share);
            spawn_local(async move {
                let answer = source::fetch(&source.url).await;
                on.emit(Act::Loaded(source, answer));
            });
        }
        Wish::Save(name, kind, content) => files::save(&name, kind, &content),
        Wish::Forget => {
            let history = web_sys::window().and_then(|window| window.history().ok());
            if let Some((history, location)) = history.zip(location()) {
                let path = location.pathname().unwrap_or_default();
                // It fails only where scripts may not change the address at all.
                drop(history.replace_state_with_url(&JsValue::NULL, "", Some(&path)));
            }
        }
    }
}

fn location() -> Option<Location> {
    Some(web_sys::window()?.location())
}

fn hash() -> String {
    let hash = location().and_then(|location| location.hash().ok()).unwrap_or_default();
    hash.trim_start_matches('#').to_owned()
}

fn here() -> Address {
    let page = location().and_then(|location| location.href().ok()).unwrap_or_default();
    let bare = page.split(['?', '#']).next().unwrap_or_default();
    let folder = bare.rfind('/').map_or(bare, |slash| &bare[..=slash]);
    let query = location()
        .and_then(|location| location.search().ok())
        .unwrap_or_default();
    let wanted = UrlSearchParams::new_with_str(&query)
        .ok()
        .and_then(|query| query.get("src"));
    Address {
        base: folder.to_owned(),
        hash: hash(),
        source: wanted.map(|wanted| source::find(&wanted, &page)),
        before: storage::get(kept::BEFORE).filter(|text| !text.is_empty()),
    }
}
