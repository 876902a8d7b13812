//! Why: the step at the cursor as sentences, and why everybody else stands still.

use crate::browser::site;
use crate::scene::why::{Deed, Next, RuleLine, Told, Wait, Why};
use yew::prelude::*;

/// The panel.
pub fn view(why: &Why) -> Html {
    html! {
        <>
            <div class="step">
                { place(why) }
                if let Some(step) = &why.step { { told(step, why) } } else { { start(why) } }
            </div>
            { waits(why) }
        </>
    }
}

fn place(why: &Why) -> Html {
    let actor = why.step.as_ref().map(|step| format!(" · {}", step.actor));
    html! { <p class="where">{ format!("step {} of {}{}", why.position, why.len, actor.unwrap_or_default()) }</p> }
}

fn start(why: &Why) -> Html {
    html! {
        <>
            <h2>{ if why.len == 0 { "Nothing has been run" } else { "Before the first step" } }</h2>
            <p class="soft">
                { "Each step is one write of one controller. Here you read what it saw, which rule made it act, and \
                   why the others wait." }
            </p>
            <dl>{ next(why.next.as_ref()) }</dl>
        </>
    }
}

fn told(step: &Told, why: &Why) -> Html {
    html! {
        <>
            <h2>{ super::breaking(&step.title) }</h2>
            <dl>
                if !step.saw.is_empty() { <dt>{ "Saw" }</dt><dd>{ &step.saw }</dd> }
                if let Some(line) = &step.rule { <dt>{ "Rule" }</dt><dd>{ rule(line) }</dd> }
                { did(step) }
                if let Some((text, refused)) = &step.answer {
                    <dt>{ "Answer" }</dt>
                    <dd><pre class={classes!(refused.then_some("refused"))}>{ text.trim_end() }</pre></dd>
                }
                if !step.unmoved.is_empty() {
                    <dt>{ "But" }</dt>
                    <dd>
                        { "No Pod is replaced for this: those that run have read it when they started." }
                        { for step.unmoved.iter().map(|command| html! { <pre>{ command }</pre> }) }
                    </dd>
                }
                { next(why.next.as_ref()) }
            </dl>
            if !step.also.is_empty() {
                <details class="also">
                    <summary>{ format!("{} more {} in this step", step.also.len(), if step.also.len() == 1 { "rule" } else { "rules" }) }</summary>
                    { for step.also.iter().map(|(line, saw)| html! { <p>{ saw }<br />{ rule(line) }</p> }) }
                </details>
            }
        </>
    }
}

fn rule(line: &RuleLine) -> Html {
    html! {
        <>
            { link(line.id, format!("upstream: {}", line.source)) }{ " " }{ line.sentence }
            if let Some(formula) = &line.formula { <span class="formula">{ formula }</span> }
        </>
    }
}

/// A rule's id, which leads to its place on the page of rules.
pub(super) fn link(id: &'static str, title: String) -> Html {
    html! { <a class="rule" href={site::address(&format!("rules.html#{id}"))} target="_blank" {title}>{ id }</a> }
}

/// A single deed that the title tells already is not told again.
fn did(step: &Told) -> Html {
    let deed = |deed: &Deed| {
        html! {
            <p>{ &deed.phrase }if !deed.names.is_empty() { <span class="names">{ &deed.names }</span> }</p>
        }
    };
    match &step.did[..] {
        [] => Html::default(),
        [only] if only.phrase == step.title && only.names.is_empty() => Html::default(),
        [only] if only.phrase == step.title => {
            html! { <><dt>{ "Did" }</dt><dd><span class="names">{ &only.names }</span></dd></> }
        }
        deeds => html! { <><dt>{ "Did" }</dt><dd>{ for deeds.iter().map(deed) }</dd></> },
    }
}

fn next(next: Option<&Next>) -> Html {
    let text = match next {
        None => return Html::default(),
        Some(Next::Rest) => html! { "Nothing more happens by itself." },
        Some(Next::Limit) => html! { "The step limit was reached." },
        Some(Next::Step { within, actor, title }) => html! {
            <>{ title }<span class="names">{ format!("{within} · {actor}") }</span></>
        },
    };
    html! { <><dt>{ "Next" }</dt><dd>{ text }</dd></> }
}

fn waits(why: &Why) -> Html {
    if why.waits.is_empty() {
        return Html::default();
    }
    html! {
        <div class="waits">
            <h3>{ "Why not" }</h3>
            { for why.waits.iter().map(wait) }
        </div>
    }
}

/// Somebody who stands still.
pub(super) fn wait(wait: &Wait) -> Html {
    html! {
        <div class="wait">
            <p><b>{ &wait.who }</b>if wait.is_past { <span class="soft">{ " · at its last look" }</span> }</p>
            { for wait.because.iter().map(|(rule, saw)| html! {
                <p>
                    { link(rule.id, rule.sentence.into()) }{ " " }{ saw }
                    if let Some(formula) = &rule.formula { <span class="formula">{ formula }</span> }
                </p>
            }) }
            <p class="until">{ &wait.until }</p>
            if let Some(command) = &wait.command {
                <p class="act">{ "It is up to you: " }<code>{ command }</code></p>
            }
        </div>
    }
}
