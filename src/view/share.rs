//! The Share dialog, and what is said of links and files that have come.

use super::click;
use crate::browser::{clipboard, dialog, files};
use crate::downloads::Download;
use crate::scene::share::{Form, LONGEST_LINK, Part, Subject, thousands};
use crate::state::share::{Act, Notice};
use crate::state::{Action, State, Theme};
use std::rc::Rc;
use yew::prelude::*;

/// All of it; nothing as long as nothing is shared and nothing has come.
pub fn view(state: &State, on: &Callback<Action>) -> Html {
    let share = &state.share;
    html! {
        <>
            if share.notice.is_some() || share.before.is_some() {
                <div class="came">
                    { for share.notice.iter().map(|notice| said(notice, on)) }
                    if share.before.is_some() { { before(on) } }
                </div>
            }
            if share.hovering { <p class="hovering">{ "Drop manifests or a .rollscope.json to open it" }</p> }
            if let Some(offer) = &share.offer {
                <Dialog offer={offer.clone()} picture={share.picture.clone()} form={share.form} copied={share.copied} refused={share.refused.clone()} theme={state.theme} on={on.reform(Action::share)} />
            }
        </>
    }
}

fn act(on: &Callback<Action>, act: Act) -> Callback<MouseEvent> {
    click(on, Action::share(act))
}

fn said(notice: &Notice, on: &Callback<Action>) -> Html {
    let dismiss = |name: &'static str| html! { <button onclick={act(on, Act::Dismiss)}>{ name }</button> };
    match notice {
        Notice::Asks(source) => html! {
            <div class="piece" role="alertdialog" aria-label="Load from another site?">
                <p>
                    { "This link wants to load manifests from " }<strong>{ &source.origin }</strong>
                    { ". That site will see your address. " }
                    <span class="mono url">{ &source.url }</span>
                </p>
                <button class="main" onclick={act(on, Act::Load)}>{ format!("Load from {}", source.origin) }</button>
                { dismiss("Don't") }
            </div>
        },
        Notice::Loads(source) => html! {
            <div class="piece" role="status">
                <progress aria-label="Loading" />
                <p>{ format!("Loading from {}", source.origin) }</p>
                { dismiss("Cancel") }
            </div>
        },
        Notice::Says(what) => html! {
            <div class="piece trouble" role="alert">
                <p>{ what }</p>
                { dismiss("Close") }
            </div>
        },
    }
}

fn before(on: &Callback<Action>) -> Html {
    html! {
        <div class="piece" role="status">
            <p>{ "Something else was opened. Your own text is kept." }</p>
            <button onclick={act(on, Act::Restore(true))}>{ "Bring it back" }</button>
            <button onclick={act(on, Act::Restore(false))}>{ "Let it go" }</button>
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct Open {
    offer: Rc<Subject>,
    picture: Rc<str>,
    form: Form,
    copied: Option<(usize, bool)>,
    refused: Option<String>,
    theme: Theme,
    on: Callback<Act>,
}

/// The dialog is open as long as it is there.
#[component]
fn Dialog(open: &Open) -> Html {
    let place = use_node_ref();
    {
        let place = place.clone();
        use_effect_with((), move |()| dialog::set_open(&place, true));
    }
    let Open { offer, form, on, .. } = open;
    // The browser gives the focus back, and tells.
    let close = {
        let place = place.clone();
        Callback::from(move |_: MouseEvent| dialog::set_open(&place, false))
    };
    let tell = |act: Act| on.reform(move |_: MouseEvent| act.clone());
    let tab = |each: &Form| {
        let pressed = (each == form).to_string();
        html! { <button aria-pressed={pressed} onclick={tell(Act::Choose(*each))}>{ each.name() }</button> }
    };
    let download = |each: &Download| html! { <button onclick={tell(Act::Save(*each))}>{ each.name() }</button> };
    html! {
        <dialog ref={place} class="share" aria-labelledby="share-title" onclose={on.reform(|_| Act::Show(false))}>
            <div class="head">
                <h2 id="share-title">{ "Share this moment" }</h2>
                <button class="icon" aria-label="Close" title="Close (Esc)" onclick={close}>{ "×" }</button>
            </div>
            <div class="chips" role="group" aria-label="Where it is to be shown">{ for Form::ALL.iter().map(tab) }</div>
            if let Some(note) = offer.note(*form) { <p class="note">{ note }</p> }
            if *form != Form::Link || !offer.is_long() {
                { for offer.parts(*form).iter().enumerate().map(|(index, part)| snippet(open, index, part)) }
            }
            { preview(open) }
            <section aria-label="Files">
                <h3>{ "Save as" }</h3>
                <div class="chips">{ for Download::ALL.iter().map(download) }</div>
                if let Some(refused) = &open.refused { <p class="note" role="status">{ refused }</p> }
                <h3>{ "Open" }</h3>
                <div class="chips">
                    <label class="file">
                        <input type="file" accept=".json,.yaml,.yml" multiple=true onchange={files::chosen(on.clone())} />
                        <span>{ "A file…" }</span>
                    </label>
                    <span class="note">{ "or drop one anywhere on the page" }</span>
                </div>
            </section>
        </dialog>
    }
}

/// What will be there: where it is live, so is this.
fn preview(open: &Open) -> Html {
    let Open { offer, form, .. } = open;
    let name = format!("Preview: {}", offer.title);
    if matches!(form, Form::Link | Form::Image) {
        return html! { <img class="preview" src={files::data_url("image/svg+xml", &open.picture)} alt={name} /> };
    }
    let theme = open.theme.name();
    html! { <iframe class="preview live" title={name} loading="lazy" src={format!("embed.html?theme={theme}{}", offer.hash)} /> }
}

fn snippet(open: &Open, index: usize, part: &Part) -> Html {
    let length = thousands(part.text.chars().count());
    let length = match open.form {
        Form::Link => format!("{length} of at most {} characters", thousands(LONGEST_LINK)),
        _ => format!("{length} characters"),
    };
    let copied = match open.copied {
        Some((of, true)) if of == index => "copied",
        Some((of, false)) if of == index => "not allowed here",
        _ => "",
    };
    let told = open.on.reform(move |done| Act::Copied(index, done));
    let text = part.text.clone();
    let copy = Callback::from(move |_: MouseEvent| clipboard::copy(text.clone(), told.clone()));
    let name = format!("{}, to be copied", part.place);
    html! {
        <figure class="snippet">
            <figcaption>
                <span>{ &part.place }</span>
                <span class="length">{ length }</span>
                <span class="told" role="status">{ copied }</span>
                <button class="main" onclick={copy}>{ "Copy" }</button>
            </figcaption>
            <pre tabindex="0" aria-label={name}>{ &part.text }</pre>
        </figure>
    }
}
