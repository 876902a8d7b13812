//! The stage: all workloads at the cursor.

use super::{budget, tile};
use crate::scene::blocks::Blocks;
use crate::scene::deployment::{DeploymentScene, ReplicaSetRow};
use crate::scene::pod::Tile;
use crate::scene::service::ServiceLine;
use crate::scene::slots::Slots;
use crate::scene::stage::{Body, Stage, Workload};
use rollscope_engine::api::{Key, Kind};
use std::rc::Rc;
use yew::prelude::*;

/// Draws a workload whose Pods have places.
pub type DrawSlots<'a> = &'a dyn Fn(Kind, &Rc<Slots>) -> Html;

/// Draws a row of Pods that are too many to be elements of their own, by whose they are.
pub type DrawCrowd<'a> = &'a dyn Fn(&str, &Blocks<Tile>, &Callback<Key>) -> Html;

/// What draws Pods, and is told which was clicked on.
#[derive(Clone, Copy)]
struct Draw<'a> {
    slots: DrawSlots<'a>,
    crowd: Option<DrawCrowd<'a>>,
    on_pod: &'a Callback<Key>,
}

impl Draw<'_> {
    fn tiles(self, name: &str, tiles: &Blocks<Tile>) -> Html {
        match self.crowd {
            Some(crowd) => crowd(name, tiles, self.on_pod),
            None => tile::row(tiles, self.on_pod),
        }
    }
}

/// Everything on the stage; `on_pod` is told which Pod was clicked on.
#[expect(clippy::needless_pass_by_value, reason = "callbacks are handed over, as Yew does")]
pub fn view(stage: &Stage, slots: DrawSlots<'_>, crowd: DrawCrowd<'_>, on_pod: Callback<Key>) -> Html {
    if stage.is_empty() {
        return empty();
    }
    let draw = Draw {
        slots,
        crowd: stage.crowd.map(|_| crowd),
        on_pod: &on_pod,
    };
    html! {
        <div class={classes!("workloads", density(stage.pods, stage.crowd))}>
            { for stage.workloads.iter().map(|each| workload(each, draw)) }
            if !stage.services.is_empty() {
                <section class="workload">{ for stage.services.iter().map(service) }</section>
            }
            if !stage.limits.is_empty() {
                <section role="group" class="workload limits" aria-label="Around the workloads">
                    { for stage.limits.iter().map(|line| html! { <p>{ line }</p> }) }
                </section>
            }
        </div>
    }
}

fn empty() -> Html {
    html! {
        <div class="empty">
            <p class="lead">{ "Nothing is in the cluster yet." }</p>
            <p>{ "Step forward, or play: the manifests are applied first." }</p>
        </div>
    }
}

/// How large so many Pods are drawn, or so many at most in a crowd.
pub fn density(pods: usize, crowd: Option<usize>) -> &'static str {
    match (crowd, pods) {
        (Some(5000..), _) => "crowded myriad",
        (Some(2500..), _) => "crowded thousands",
        (Some(700..), _) => "crowded hundreds",
        (Some(_), _) => "crowded",
        (None, 0..=80) => "roomy",
        _ => "dense",
    }
}

fn workload(workload: &Workload, draw: Draw<'_>) -> Html {
    let body = match &workload.body {
        Body::Deployment(scene) => deployment(scene, draw),
        Body::Slots(scene) => (draw.slots)(workload.key.kind, scene),
        Body::ReplicaSet(set) => replica_set(&workload.key, set, draw),
        Body::Pods(tiles) => pods(tiles, draw),
    };
    html! {
        <section role="group" key={workload.key.to_string()} class="workload" aria-label={workload.key.to_string().replace('/', " ")}>
            { body }
            { for workload.services.iter().map(service) }
        </section>
    }
}

/// Kind, name and numbers of a workload.
pub fn heading(kind: &str, name: &str, asked: &str, badges: Html, counted: &str) -> Html {
    html! {
        <header class="heading">
            <div class="who">
                <h2><span class="kind">{ kind }</span>{ " " }{ name }</h2>
                <span class="asked">{ asked }</span>
                { badges }
            </div>
            <span class="counted">{ counted }</span>
        </header>
    }
}

/// What is unusual about a workload.
pub fn badges(paused: bool, terminating: bool) -> Html {
    html! {
        <>
            if paused { <span class="badge">{ "paused" }</span> }
            if terminating { <span class="badge">{ "terminating" }</span> }
        </>
    }
}

fn deployment(scene: &DeploymentScene, draw: Draw<'_>) -> Html {
    let badges = badges(scene.paused, scene.terminating);
    let idle: Vec<String> = scene.idle.iter().map(i64::to_string).collect();
    html! {
        <>
            { heading("Deployment", &scene.name, &scene.asked, badges, &scene.counted) }
            { budget::view(&scene.budget) }
            <div class="rows">
                { for scene.rows.iter().map(|each| row(each, draw)) }
                if !idle.is_empty() {
                    <p class="idle" key="idle">
                        { format!("revision {}: no Pods", idle.join(", ")) }
                    </p>
                }
            </div>
        </>
    }
}

fn row(set: &ReplicaSetRow, draw: Draw<'_>) -> Html {
    let name = match set.revision {
        0 => set.key.name.to_string(),
        number => format!("revision {number}"),
    };
    html! {
        <div key={&*set.key.name} class={classes!("row", super::hue(set.hue), set.was.map(|_| "written"))}>
            <div class="revision" title={set.key.to_string()}>
                <b><i class="swatch" />{ &name }<span class="size" title="spec.replicas of the ReplicaSet">{ set.wants() }</span></b>
                <span class="image">{ &set.image }</span>
            </div>
            <div class="tiles">
                { draw.tiles(&name, &set.tiles) }
                { for (0..if draw.crowd.is_some() { 0 } else { set.missing.min(60) }).map(|_| html! { <i class="place" title="wanted, not created yet" /> }) }
                if let Some(hint) = &set.hint { <span class="hint">{ hint }</span> }
            </div>
        </div>
    }
}

fn replica_set(key: &Key, set: &ReplicaSetRow, draw: Draw<'_>) -> Html {
    let asked = format!("{} desired", set.size);
    html! {
        <>
            { heading(key.kind.name(), &key.name, &asked, Html::default(), "") }
            <div class="rows">{ row(set, draw) }</div>
        </>
    }
}

fn pods(tiles: &Blocks<Tile>, draw: Draw<'_>) -> Html {
    html! {
        <>
            { heading("", "Pods without an owner", "", Html::default(), "") }
            <div class="tiles">{ draw.tiles("Pods", tiles) }</div>
        </>
    }
}

fn service(line: &ServiceLine) -> Html {
    let share = |count: i64| format!("width:{}", super::percent(count, line.end()));
    let kind = if line.headless { "Service, headless" } else { "Service" };
    html! {
        <div class="service" key={format!("service {}", line.name)}>
            <span class="revision"><b>{ &line.name }</b><span class="image">{ kind }</span></span>
            <span class="shares" aria-hidden="true">
                { for line.shares.iter().map(|each| html! {
                    <i key={each.revision.clone()} class={super::hue(each.hue)} style={share(each.count)} />
                }) }
            </span>
            <span class="text">
                { &line.text }
                if !line.failing.is_empty() {
                    <b class="failing">{ &line.failing }</b>
                    <span class="because">{ &line.because }</span>
                }
                if !line.lost.is_empty() {
                    <span class="lost">{ &line.lost }</span>
                }
            </span>
        </div>
    }
}
