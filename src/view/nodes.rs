//! The stage by nodes, and the switch between it and the stage by workloads.

use super::tile;
use crate::scene::blocks::Blocks;
use crate::scene::nodes::{Crew, Mark, Meter, NodeCard, Nodes, Waiting};
use crate::scene::pod::Tile;
use crate::scene::stage::Stage;
use crate::state::staging::Act;
use crate::state::{Action, State};
use rollscope_engine::Cursor;
use rollscope_engine::api::Key;
use yew::prelude::*;

/// More nodes than this have no room for words.
const MANY: usize = 24;

/// The switch, and below it the nodes if they are to be seen.
pub fn view(state: &State, stage: &Stage, on: &Callback<Action>) -> Html {
    let nodes = state.staging.nodes;
    let button = |label: &str, wanted: bool| {
        let action = Action::Look(Act::Nodes(wanted));
        html! { <button aria-pressed={(nodes == wanted).to_string()} onclick={super::click(on, action)}>{ label }</button> }
    };
    html! {
        <>
            <div class="views" role="group" aria-label="Stage">
                { button("Workloads", false) }
                { button("Nodes", true) }
            </div>
            if nodes {
                { by_node(&Nodes::of(&state.run.cursor, stage), &on.reform(|pod| Action::ChoosePod(Some(pod)))) }
            }
        </>
    }
}

/// The stage by nodes, where there is no other way to look at it.
pub fn of(stage: &Stage, cursor: &Cursor, on_pod: &Callback<Key>) -> Html {
    by_node(&Nodes::of(cursor, stage), on_pod)
}

/// The nodes with their Pods.
pub fn by_node(scene: &Nodes, on_pod: &Callback<Key>) -> Html {
    let density = super::stage::density(scene.pods, scene.crowd);
    let draw = |name: &str, tiles: &Blocks<Tile>| match scene.crowd {
        Some(_) => super::crowd::rows(name, tiles, on_pod),
        None => tile::row(tiles, on_pod),
    };
    let many = scene.nodes.len() > MANY;
    html! {
        <div class={classes!("workloads", "nodes", density, many.then_some("many"))}>
            <div class="cards">{ for scene.nodes.iter().map(|each| node(each, &draw)) }</div>
            if scene.nodes.is_empty() { <p class="idle">{ "There are no nodes." }</p> }
            if !scene.waiting.is_empty() {
                <section role="group" class="waiting" aria-label="Waiting for a node">
                    <h2>{ "Waiting for a node" }</h2>
                    { for scene.waiting.iter().map(|each| waiting(each, &draw)) }
                </section>
            }
        </div>
    }
}

fn node(card: &NodeCard, draw: &dyn Fn(&str, &Blocks<Tile>) -> Html) -> Html {
    let failed = card.marks.iter().any(|mark| mark.is_failure);
    let class = classes!("node", failed.then_some("failed"), card.ringed.then_some("ringed"));
    html! {
        <section role="group" key={&*card.name} {class} aria-label={format!("Node {}", card.name)}>
            <header>
                <h2 title={card.name.to_string()}>{ &*card.name }</h2>
                if !card.zone.is_empty() { <span class="zone">{ &card.zone }</span> }
                { for card.marks.iter().map(mark) }
            </header>
            <dl>{ for card.meters.iter().map(meter) }</dl>
            { crews(&format!("node {}", card.name), &card.crews, draw) }
        </section>
    }
}

/// Pods by workload; where there are several, each with its name.
fn crews(place: &str, crews: &[Crew], draw: &dyn Fn(&str, &Blocks<Tile>) -> Html) -> Html {
    let crew = |crew: &Crew| {
        let name = match crew.name.as_str() {
            "" => place.to_owned(),
            workload => format!("{place}, {workload}"),
        };
        html! {
            <div class="crew" key={crew.name.clone()}>
                if !crew.name.is_empty() { <span class="whose">{ &crew.name }</span> }
                <div class="tiles">{ draw(&name, &crew.tiles) }</div>
            </div>
        }
    };
    match crews {
        [] => html! { <div class="tiles" /> },
        _ => html! { <>{ for crews.iter().map(crew) }</> },
    }
}

fn mark(mark: &Mark) -> Html {
    let class = classes!("badge", mark.is_failure.then_some("failure"));
    html! { <span {class} title={mark.title.clone()}>{ &mark.word }</span> }
}

fn meter(meter: &Meter) -> Html {
    let width = |offered: i64| format!("width:{}", super::percent(meter.used.min(offered), offered));
    let is_full = meter
        .offered
        .is_some_and(|offered| meter.used >= offered && offered > 0);
    html! {
        <div key={meter.resource} class={classes!("meter", is_full.then_some("full"))} title={format!("{} requested: {}", meter.resource, meter.text)}>
            <dt>{ meter.resource }</dt>
            <dd>
                <span class="amount">{ &meter.text }</span>
                if let Some(offered) = meter.offered { <span class="fill"><i style={width(offered)} /></span> }
            </dd>
        </div>
    }
}

fn waiting(group: &Waiting, draw: &dyn Fn(&str, &Blocks<Tile>) -> Html) -> Html {
    let reason = if group.reason.is_empty() {
        "The scheduler has not looked at them yet."
    } else {
        &group.reason
    };
    html! {
        <div class="group">
            <div class="crews">{ crews("no node", &group.crews, draw) }</div>
            <p title={group.message.clone()}>{ reason }</p>
        </div>
    }
}
