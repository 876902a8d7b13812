//! Which code is loaded after the page has opened.
//!
//! With the feature `later` (the release build, see `xtask/src/split.rs`) everything that only [`load`] uses is a file of its
//! own. Without it, the page is one file and opens with the whole engine.

use crate::browser::address::{self, Listening};
use crate::browser::motion::{self, Motion};
use crate::embed::Mount;
use crate::scene::difference::Difference;
use crate::scene::pod::Tile;
use crate::scene::scale::Scale;
use crate::scene::slots::{self, Slots};
use crate::scene::stage::{SlotsOf, Stage};
use crate::scene::strip::Strip;
use crate::scene::verdict::Verdict;
use crate::state::share::Wish;
use crate::state::{self, Action, Effect, Kept, Run, State, whole};
use crate::view;
use crate::view::strip::Around;
use crate::widget;
use rollscope_engine::History;
use rollscope_engine::api::{Key, Kind};
use rollscope_engine::traffic::Traffic;
use std::rc::Rc;
use yew::{Callback, Html, NodeRef};

/// What is loaded later.
#[derive(Clone, Copy, Debug)]
pub struct Later {
    /// Carries out what needs the engine.
    pub reduce: fn(&mut State, Action) -> Vec<Effect>,
    /// Shows what was kept from the last visit.
    pub begin: fn(&mut State, &Kept),
    /// What a release other than the default changes.
    pub difference: fn(&Run) -> Option<Difference>,
    /// What becomes of connections.
    pub traffic: fn(&Rc<History>) -> Vec<Traffic>,
    /// What is in the menu of examples.
    pub examples: fn(&Callback<Action>) -> Html,
    /// The bar of interventions, which need it.
    pub actions: fn(&State, &Callback<Action>) -> Html,
    /// What makes slots of a workload that has them.
    pub slots: SlotsOf,
    /// How they are drawn.
    pub draw_slots: fn(&State, Kind, &Rc<Slots>, &Callback<Action>) -> Html,
    /// A row of Pods that are too many to be elements of their own.
    pub crowd: fn(&str, &Rc<[Tile]>, &Callback<Key>) -> Html,
    /// The stage by nodes, and the way there.
    pub nodes: fn(&State, &Stage, &Callback<Action>) -> Html,
    /// The panel of a Pod.
    pub pod: fn(&State, &Callback<Action>) -> Html,
    /// The session with kubectl.
    pub kubectl: fn(&State, &Callback<Action>) -> Html,
    /// The help, in a dialog that the page opens.
    pub help: fn(&NodeRef, &Callback<Action>) -> Html,
    /// How far a run has come that is being computed, and the way to give up.
    pub work: fn(&State, &Callback<Action>) -> Html,
    /// What stands around the time strip.
    pub time: fn(&State, &Rc<Strip>, &Verdict, &Callback<Action>) -> Around,
    /// The strip with all flags and, where two runs are compared, with both.
    pub strip: fn(&State, Strip) -> Strip,
    /// Keeps the cursor in view.
    pub follow: fn(&mut State, &Scale),
    /// Sends off the tiles that a step has moved.
    pub motion: fn(&mut Motion),
    /// Who stands still besides the controllers that say so, and why.
    pub others: fn(&State, &Callback<Action>) -> Html,
    /// The Share dialog, and what is said of what has come.
    pub share: fn(&State, &Callback<Action>) -> Html,
    /// Tells what comes to the page while it is open, and where it was opened.
    pub listen: fn(&Callback<Action>) -> (Listening, Action),
    /// Gets, saves, forgets.
    pub wish: fn(Wish, &Callback<Action>),
    /// A run in somebody else's page.
    pub widget: Mount,
    /// How all of this looks.
    pub style: &'static str,
}

impl Later {
    /// All of it. Code that names this is linked with the whole engine.
    pub const LINKED: Later = Later {
        reduce: whole::reduce,
        begin: whole::begin,
        difference: whole::difference,
        traffic: Traffic::of,
        examples: view::examples::lists,
        actions: view::actions::view,
        slots: slots::of,
        draw_slots: view::slots::view,
        crowd: view::crowd::rows,
        nodes: view::nodes::view,
        pod: view::pod::view,
        kubectl: view::kubectl::view,
        help: view::help::view,
        work: view::work::view,
        time: view::time::around,
        strip: view::compare::strip,
        follow: state::time::follow,
        motion: motion::follow,
        others: view::others::view,
        share: view::share::view,
        listen: address::listen,
        wish: address::carry_out,
        widget: widget::MOUNT,
        style: concat!(
            include_str!("../static/css/later/actions.css"),
            include_str!("../static/css/later/crowd.css"),
            include_str!("../static/css/later/examples.css"),
            include_str!("../static/css/later/findings.css"),
            include_str!("../static/css/later/help.css"),
            include_str!("../static/css/later/nodes.css"),
            include_str!("../static/css/later/pod.css"),
            include_str!("../static/css/later/slots.css"),
            include_str!("../static/css/later/kubectl.css"),
            include_str!("../static/css/later/others.css"),
            include_str!("../static/css/later/work.css"),
            include_str!("../static/css/later/time.css"),
            include_str!("../static/css/later/report.css"),
            include_str!("../static/css/later/compare.css"),
            include_str!("../static/css/later/share.css"),
            include_str!("../static/css/later/widget.css"),
        ),
    };
}

/// Whether there is anything to wait for.
pub const IS_LATER: bool = cfg!(feature = "later");

/// What is loaded later. `None` if it can't be had.
pub async fn load() -> Option<Later> {
    #[cfg(feature = "later")]
    return split::rest().await.ok();
    #[cfg(not(feature = "later"))]
    Some(Later::LINKED)
}

#[cfg(feature = "later")]
mod split {
    use super::Later;
    use wasm_split_helpers::{SplitLoaderError, wasm_split};

    #[wasm_split(rest, fallible)]
    pub fn rest() -> Result<Later, SplitLoaderError> {
        Ok(Later::LINKED)
    }
}
