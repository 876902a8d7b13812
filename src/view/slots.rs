//! Slots: Pods in places of their own, with the places' names and claims beneath, and the partition between them.

use super::stage::{badges, heading};
use super::tile::tile;
use crate::scene::slots::{Claim, ClaimState, RevisionTag, Sitter, Slot, Slots};
use rollscope_engine::api::Key;
use yew::prelude::*;

/// A workload of this kind, whose Pods have places.
pub fn view(kind: &str, scene: &Slots, on_pod: &Callback<Key>) -> Html {
    let partition = scene.partition.as_ref();
    let label = |index: usize| {
        partition
            .filter(|line| line.before == index)
            .map(|line| line.label.as_str())
    };
    // A claim's letters are smaller than the Pod's, but it has a picture before it.
    let names = scene.slots.iter().map(|slot| slot.name.len());
    let claims = scene.slots.iter().flat_map(|slot| &slot.claims);
    let longest = names.chain(claims.map(|claim| claim.name.len() + 3)).max().unwrap_or(0);
    html! {
        <>
            { heading(kind, &scene.name, &scene.asked, badges(false, scene.terminating), &scene.counted) }
            <p class="walk">
                { for scene.revisions.iter().map(tag) }
                if let Some(walk) = &scene.walk { <span class="direction">{ walk }</span> }
            </p>
            <div class={classes!("slots", scene.is_dense().then_some("dense"))} style={format!("--name:{longest}")}>
                { for scene.slots.iter().enumerate().map(|(index, each)| {
                    slot(each, label(index), !scene.is_dense(), on_pod)
                }) }
                if let Some(label) = label(scene.slots.len()) {
                    <span class="partition end" key="partition">{ label }</span>
                }
            </div>
            if let Some(aside) = &scene.aside { <p class="idle">{ aside }</p> }
        </>
    }
}

fn tag(tag: &RevisionTag) -> Html {
    html! {
        <span class={classes!("tag", super::hue(tag.hue))} key={tag.number.to_string()}>
            <i class="swatch" /><b>{ format!("revision {}", tag.number) }</b>
            <span class="image">{ &tag.image }</span>
            if tag.is_target { <span class="badge">{ "rolling out" }</span> }
        </span>
    }
}

fn slot(slot: &Slot, partition: Option<&str>, is_large: bool, on_pod: &Callback<Key>) -> Html {
    let class = classes!(
        "slot",
        slot.unwanted.map(|_| "condemned"),
        partition.map(|_| "after-partition")
    );
    let number = slot.name.rsplit('-').next().unwrap_or_default();
    // Two beside each other have no room for words.
    let is_wide = is_large && slot.sitters.len() < 2;
    html! {
        <div key={slot.name.clone()} {class}>
            if let Some(label) = partition { <span class="partition">{ label }</span> }
            <div class="seats">
                { for slot.sitters.iter().map(|each| sitter(each, is_wide, is_large, on_pod)) }
                if slot.sitters.is_empty() {
                    <i class="place" title={format!("{}: no Pod is there", slot.name)} />
                }
            </div>
            <b class="name" title={slot.name.clone()}>{ if is_large { &slot.name } else { number } }</b>
            { for slot.claims.iter().filter(|_| is_large).map(claim) }
            if let Some(why) = slot.unwanted { <span class="note">{ why }</span> }
        </div>
    }
}

fn sitter(sitter: &Sitter, is_wide: bool, is_large: bool, on_pod: &Callback<Key>) -> Html {
    html! {
        <div class="seat" key={&*sitter.tile.key.name}>
            { tile(&sitter.tile, is_wide, on_pod) }
            if sitter.revision > 0 && is_large { <span class="number" aria-hidden="true">{ sitter.revision }</span> }
        </div>
    }
}

fn claim(claim: &Claim) -> Html {
    let (class, word) = match claim.state {
        ClaimState::Missing => ("missing", "not there yet"),
        ClaimState::Pending => ("pending", "pending"),
        ClaimState::Bound => ("bound", "bound"),
        ClaimState::Leaving => ("leaving", "terminating"),
    };
    let title = format!("Claim {}: {word}", claim.name);
    html! {
        <span class={classes!("claim", class, claim.ringed.then_some("written"))} {title}>
            <svg width="12" height="13" viewBox="0 0 12 13" aria-hidden="true">
                <path d="M1 3v7c0 1.1 2.2 2 5 2s5-.9 5-2V3" /><ellipse cx="6" cy="3" rx="5" ry="2" />
            </svg>
            <span class="text">{ &claim.name }</span>
            <span class="announced">{ word }</span>
        </span>
    }
}
