//! A StatefulSet: numbered slots, their claims beneath, and the partition between them.

use super::stage::{badges, heading};
use super::tile::tile;
use crate::scene::stateful_set::{Claim, ClaimState, RevisionTag, Slot, StatefulSetScene};
use rollscope_engine::api::Key;
use yew::prelude::*;

/// A StatefulSet.
pub fn view(scene: &StatefulSetScene, on_pod: &Callback<Key>) -> Html {
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
            { heading("StatefulSet", &scene.name, &scene.asked, badges(false, scene.terminating), &scene.counted) }
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
            if !scene.kept.is_empty() {
                <p class="idle">{ format!("claims kept: {}", scene.kept.join(", ")) }</p>
            }
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
        (!slot.wanted).then_some("condemned"),
        partition.map(|_| "after-partition")
    );
    html! {
        <div key={slot.ordinal.to_string()} {class}>
            if let Some(label) = partition { <span class="partition">{ label }</span> }
            <div class="seat">
                if let Some(pod) = &slot.tile {
                    { tile(pod, is_large, on_pod) }
                    if slot.revision > 0 && is_large { <span class="number" aria-hidden="true">{ slot.revision }</span> }
                } else {
                    <i class="place" title={format!("{} is not there", slot.name)} />
                }
            </div>
            <b class="name" title={slot.name.clone()}>{ if is_large { slot.name.clone() } else { slot.ordinal.to_string() } }</b>
            { for slot.claims.iter().filter(|_| is_large).map(claim) }
            if !slot.wanted { <span class="note">{ "not wanted any more" }</span> }
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
