//! A session with kubectl at the cursor: what it prints, and a prompt.

use super::{answers, click};
use crate::browser::fields::Taken;
use crate::browser::keyboard::Press;
use crate::browser::{clipboard, fields};
use crate::scene::kubectl::Answer;
use crate::state::kubectl::{Act, Offers, Screen, completed};
use crate::state::{Action, State};
use yew::prelude::*;

/// The pane.
pub fn view(state: &State, on: &Callback<Action>) -> Html {
    let pane = &state.kubectl;
    let question = state.question();
    let answer = question.as_ref().map(|question| {
        let earlier = state.run.previous(state.every_write).min(state.run.position());
        Answer::of(question, &state.run.cursor, earlier, pane.screen.grows())
    });
    html! {
        <section class={classes!("kubectl", pane.wide.then_some("wide"))} aria-label="kubectl">
            { head(state, question.as_deref().zip(answer.as_ref()), on) }
            if let Some((question, answer)) = question.as_ref().zip(answer.as_ref()) {
                { screen(pane.screen, question, answer) }
            } else {
                <div class="screen">{ answers::view(state, on) }</div>
            }
            { said(state, on) }
            { prompt(state, on) }
        </section>
    }
}

fn act(on: &Callback<Action>, act: Act) -> Callback<MouseEvent> {
    click(on, Action::Kubectl(act))
}

fn head(state: &State, shown: Option<(&str, &Answer)>, on: &Callback<Action>) -> Html {
    let pane = &state.kubectl;
    let chip = |screen: &Screen| {
        let pressed = (pane.screen == *screen).to_string();
        html! { <button aria-pressed={pressed} onclick={act(on, Act::Show(*screen))}>{ screen.name() }</button> }
    };
    let widen = if pane.wide {
        "Give the stage its place back"
    } else {
        "Make the pane wide"
    };
    let copied = match pane.copied {
        Some(true) => "copied",
        Some(false) => "not allowed here",
        None => "",
    };
    html! {
        <div class="chips" role="group" aria-label="What kubectl shows">
            { for Screen::ALL.iter().map(chip) }
            <span class="told" role="status">{ copied }</span>
            if let Some((question, answer)) = shown {
                { copier(format!("$ kubectl {question}\n{}", answer.text()), on) }
            }
            <button class="icon widen" aria-label={widen} title={widen} aria-pressed={pane.wide.to_string()} onclick={act(on, Act::Widen(!pane.wide))}>
                <svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">
                    <path d="M4.5 3.5 1 7l3.5 3.5M9.5 3.5 13 7l-3.5 3.5M1 7h12" fill="none" stroke="currentColor" stroke-width="1.3" />
                </svg>
            </button>
        </div>
    }
}

fn copier(text: String, on: &Callback<Action>) -> Html {
    let told = on.reform(|done| Action::Kubectl(Act::Copied(done)));
    let copy = Callback::from(move |_: MouseEvent| clipboard::copy(text.clone(), told.clone()));
    html! {
        <button class="icon" aria-label="Copy what is shown" title="Copy" onclick={copy}>
            <svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">
                <path d="M4.5 4.5v-3h8v8h-3M1.5 4.5h8v8h-8z" fill="none" stroke="currentColor" stroke-width="1.3" />
            </svg>
        </button>
    }
}

fn screen(screen: Screen, question: &str, answer: &Answer) -> Html {
    let part = |(text, is_new): &(String, bool)| match is_new {
        true => html! { <mark>{ text }</mark> },
        false => html! { <>{ text }</> },
    };
    let class = classes!(
        "screen",
        screen.grows().then_some("grows"),
        (screen == Screen::Status).then_some("prose")
    );
    html! {
        <div {class}>
            <pre tabindex="0" role="group" aria-label={format!("Output of kubectl {question}")}>
                <b>{ format!("$ kubectl {question}\n") }</b>
                if answer.left_out > 0 {
                    <i>{ format!("({} earlier lines)\n", answer.left_out) }</i>
                }
                { for answer.parts.iter().map(part) }
                if !answer.errors.is_empty() {
                    <span class="refused">{ answer.errors.join("\n") }</span>
                }
            </pre>
        </div>
    }
}

/// The answer to the last line that did not only ask.
fn said(state: &State, on: &Callback<Action>) -> Html {
    let (command, text, refused) = match (&state.kubectl.error, &state.said) {
        (Some((line, error)), _) => (line.clone(), error.clone(), true),
        (None, Some(said)) if state.kubectl.asked => (said.command.clone(), said.text.clone(), !said.accepted),
        _ => return html! { <div role="status" /> },
    };
    let bare = command.strip_prefix("kubectl ").unwrap_or(&command).to_owned();
    let is_ours = command.starts_with("node ") || command.starts_with("pod ");
    let command = if is_ours { bare } else { format!("kubectl {bare}") };
    html! {
        <div role="status">
            <div class={classes!("answer", refused.then_some("refused"))}>
                <code>{ format!("$ {command}") }</code>
                if state.kubectl.error.is_none() {
                    <button class="icon" aria-label="Put the answer away" onclick={click(on, Action::Dismiss)}>{ "✕" }</button>
                }
                <pre>{ text.trim_end() }</pre>
            </div>
        </div>
    }
}

fn prompt(state: &State, on: &Callback<Action>) -> Html {
    let pane = &state.kubectl;
    let emit = |act: Act| Action::Kubectl(act);
    let typed = on.reform(|text| Action::Kubectl(Act::Type(text)));
    let sent = on.reform(move |()| emit(Act::Run));
    let (on_key, keys) = (on.clone(), Keys::of(state));
    let pressed = fields::pressed(move |press| {
        let (taken, act) = keys.meaning(press);
        act.into_iter().for_each(|act| on_key.emit(Action::Kubectl(act)));
        taken
    });
    let offers = pane.offers.as_ref();
    let active = offers.and_then(|offers| offers.chosen).map(id);
    let close = on.reform(move |_: FocusEvent| emit(Act::Close));
    html! {
        <form class="prompt" onsubmit={fields::sent(sent)}>
            if let Some(offers) = offers { { list(offers, on) } }
            <label for="kubectl-line">{ "$ kubectl" }</label>
            <input
                id="kubectl-line"
                type="text"
                role="combobox"
                aria-label="kubectl command"
                aria-autocomplete="list"
                aria-expanded={offers.is_some().to_string()}
                aria-controls={offers.map(|_| "kubectl-offers")}
                aria-activedescendant={active}
                autocomplete="off"
                autocapitalize="none"
                spellcheck="false"
                enterkeyhint="go"
                placeholder="get pods"
                value={pane.line.clone()}
                oninput={fields::typed(typed)}
                onkeydown={pressed}
                onblur={close}
            />
        </form>
    }
}

fn id(index: usize) -> String {
    format!("kubectl-offer-{index}")
}

/// The words that are offered, in the line above the prompt.
fn list(offers: &Offers, on: &Callback<Action>) -> Html {
    let option = |(index, word): (usize, &String)| {
        let selected = (offers.chosen == Some(index)).to_string();
        html! {
            <li
                id={id(index)}
                role="option"
                aria-selected={selected}
                onmousedown={fields::unfocused()}
                onclick={act(on, Act::Take(index))}
            >
                { word.trim_end() }
            </li>
        }
    };
    html! {
        <ul id="kubectl-offers" role="listbox" aria-label="Completions">
            { for offers.words.iter().enumerate().map(option) }
        </ul>
    }
}

/// What keys mean in the prompt as it is.
struct Keys {
    completes: bool,
    chosen: Option<usize>,
    is_open: bool,
}

impl Keys {
    fn of(state: &State) -> Keys {
        let offers = state.kubectl.offers.as_ref();
        Keys {
            completes: completed(state).is_some(),
            chosen: offers.and_then(|offers| offers.chosen),
            is_open: offers.is_some(),
        }
    }

    fn meaning(&self, press: &Press) -> (Taken, Option<Act>) {
        let act = match (press.key.as_str(), self.is_open) {
            ("Tab", _) if !press.shift && self.completes => Act::Complete,
            ("ArrowDown", true) => Act::Choose(true),
            ("ArrowUp", true) => Act::Choose(false),
            ("ArrowUp", false) => Act::Recall(true),
            ("ArrowDown", false) => Act::Recall(false),
            ("Enter", true) if self.chosen.is_some() => Act::Take(self.chosen.unwrap_or_default()),
            ("Enter", _) => Act::Run,
            ("Escape", true) => Act::Close,
            ("Escape", false) => return (Taken::Leave, None),
            _ => return (Taken::Not, None),
        };
        (Taken::Yes, Some(act))
    }
}
