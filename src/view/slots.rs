//! Slots: Pods in places of their own, with the places' names and claims beneath, and the partition between them.

use super::stage::{badges, heading};
use super::tile::tile;
use super::{crowd, partition};
use crate::browser::timers::Timeout;
use crate::scene::blocks::Block;
use crate::scene::crowd::BLOCK;
use crate::scene::slots::{Claim, ClaimState, DnsName, RevisionTag, Sitter, Slot, Slots};
use crate::state::{Action, State};
use rollscope_engine::api::{Key, Kind};
use std::rc::Rc;
use yew::prelude::*;

/// A workload of this kind, whose Pods have places.
pub fn view(state: &State, kind: Kind, scene: &Rc<Slots>, on: &Callback<Action>) -> Html {
    let on_pod = &on.reform(|pod| Action::ChoosePod(Some(pod)));
    let slots = match scene.crowded {
        true => html! { <>{ partition::bar(state, scene, on) }{ crowd::slots(state, scene, on_pod) }</> },
        false => slots(state, scene, on, on_pod),
    };
    html! {
        <>
            { heading(kind.name(), &scene.name, &scene.asked, badges(false, scene.terminating), &scene.counted) }
            <p class="walk">
                { for scene.revisions.iter().map(tag) }
                if let Some(walk) = &scene.walk { <span class="direction">{ walk }</span> }
            </p>
            { slots }
            if let Some(aside) = &scene.aside { <p class="idle">{ aside }</p> }
        </>
    }
}

/// Each in a place of its own, with the partition between them.
fn slots(state: &State, scene: &Rc<Slots>, on: &Callback<Action>, on_pod: &Callback<Key>) -> Html {
    // A claim's letters are smaller than the Pod's, but it has a picture before it.
    let names = scene.slots.iter().map(|slot| slot.name.len());
    let claims = scene.slots.iter().flat_map(|slot| &slot.claims);
    let hosts = scene.slots.iter().filter_map(|slot| slot.dns.as_ref());
    let small = claims
        .map(|claim| claim.name.len() + 3)
        .chain(hosts.map(|name| name.short.len()));
    let longest = names.chain(small).max().unwrap_or(0);
    html! {
        <div class={classes!("slots", scene.is_dense().then_some("dense"))} style={format!("--name:{longest}")}>
            { partition::view(state, scene, on) }
            <Places slots={scene.clone()} on_pod={on_pod.clone()} />
        </div>
    }
}

/// Places in a row are drawn anew if one of them has changed.
const STRETCH: usize = 10;
/// More stretches than these are not made in one frame: those that stand first come first.
const AT_ONCE: usize = 4;
/// Milliseconds until the next ones come.
const NEXT: u32 = 20;

#[derive(Properties)]
struct PlacesProps {
    slots: Rc<Slots>,
    on_pod: Callback<Key>,
}

/// The callback is left out: it does the same at every step.
impl PartialEq for PlacesProps {
    fn eq(&self, other: &PlacesProps) -> bool {
        Rc::ptr_eq(&self.slots, &other.slots)
    }
}

/// All places, hundreds of them little by little.
#[component]
fn Places(props: &PlacesProps) -> Html {
    let (slots, made, update) = (&props.slots, use_mut_ref(|| 0), use_force_update());
    let all = slots.slots.len().div_ceil(STRETCH);
    let now = all.min(*made.borrow() + AT_ONCE);
    *made.borrow_mut() = now;
    use_effect(move || {
        let more = (now < all).then(|| Timeout::new(NEXT, move || update.force_update()));
        move || drop(more)
    });
    let is_large = !slots.is_dense();
    let stretches = (0..now).filter_map(|index| {
        let start = index * STRETCH;
        let block = slots.slots.all.get(start / BLOCK)?.clone();
        let on_pod = props.on_pod.clone();
        Some(html! { <Stretch key={index} {block} {start} {is_large} {on_pod} /> })
    });
    html! { <>{ for stretches }</> }
}

#[derive(Properties)]
struct StretchProps {
    block: Rc<Block<Slot>>,
    start: usize,
    is_large: bool,
    on_pod: Callback<Key>,
}

impl StretchProps {
    fn places(&self) -> &[Slot] {
        let places = &self.block.items[self.start % BLOCK..];
        &places[..places.len().min(STRETCH)]
    }
}

/// The callback is left out: it does the same at every step.
impl PartialEq for StretchProps {
    fn eq(&self, other: &StretchProps) -> bool {
        self.start == other.start
            && self.is_large == other.is_large
            && (Rc::ptr_eq(&self.block, &other.block) || self.places() == other.places())
    }
}

#[component]
fn Stretch(props: &StretchProps) -> Html {
    let places = props.places().iter().zip(props.start..);
    html! { <>{ for places.map(|(each, index)| slot(each, index, props.is_large, &props.on_pod)) }</> }
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

/// The partition stands before the slot with its own place in the order, doubled.
fn slot(slot: &Slot, index: usize, is_large: bool, on_pod: &Callback<Key>) -> Html {
    let class = classes!(
        "slot",
        slot.unwanted.map(|_| "condemned"),
        slot.awaited.then_some("awaited")
    );
    let order = format!("order:{}", 2 * index + 1);
    let number = slot.name.rsplit('-').next().unwrap_or_default();
    // Two beside each other have no room for words.
    let is_wide = is_large && slot.sitters.len() < 2;
    let nobody = || html! { <i class="place" title={format!("{}: no Pod is there", slot.name)} /> };
    let seats = match &slot.sitters[..] {
        // Hundreds of Pods are as few elements as can be.
        [] if !is_large => nobody(),
        [only] if !is_large => tile(&only.tile, false, on_pod),
        sitters => html! {
            <div class="seats">
                { for sitters.iter().map(|each| sitter(each, is_wide, is_large, on_pod)) }
                if sitters.is_empty() { { nobody() } }
            </div>
        },
    };
    html! {
        <div key={slot.name.clone()} {class} style={order}>
            { seats }
            <b class="name" title={slot.name.clone()}>{ if is_large { &slot.name } else { number } }</b>
            { for slot.claims.iter().filter(|_| is_large).map(claim) }
            if let Some(name) = &slot.dns { { dns(name) } }
            if let Some(why) = slot.unwanted { <span class="note">{ why }</span> }
            if slot.awaited { <span class="note wait">{ if is_large { "waited for" } else { "…" } }</span> }
        </div>
    }
}

fn sitter(sitter: &Sitter, is_wide: bool, is_large: bool, on_pod: &Callback<Key>) -> Html {
    html! {
        <div class="seat" key={&**sitter.tile.who.name()}>
            { tile(&sitter.tile, is_wide, on_pod) }
            if sitter.revision > 0 && is_large { <span class="number" aria-hidden="true">{ sitter.revision }</span> }
        </div>
    }
}

fn dns(name: &DnsName) -> Html {
    let title = match name.resolves {
        true => name.full.clone(),
        false => format!("{} does not resolve now", name.full),
    };
    let class = classes!("dns", (!name.resolves).then_some("missing"));
    html! {
        <span {class} {title}>
            { &name.short }
            if !name.resolves { <span class="announced">{ "does not resolve now" }</span> }
        </span>
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
