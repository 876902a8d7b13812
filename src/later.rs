//! Which code is loaded after the page has opened.
//!
//! With the feature `later` (the release build, see `xtask/src/split.rs`) everything that only [`load`] uses is a file of its
//! own. Without it, the page is one file and opens with the whole engine.

use crate::app;
use crate::browser::address::{self, Listening};
use crate::browser::motion::{self, Motion};
use crate::embed::Mount;
use crate::root::Root;
use crate::scene::blocks::Blocks;
use crate::scene::kept::Keeps;
use crate::scene::overview::Overview;
use crate::scene::pod::Tile;
use crate::scene::scale::Scale;
use crate::scene::slots::Slots;
use crate::scene::stage::{More, Stage};
use crate::scene::strip::Strip;
use crate::scene::verdict::Verdict;
use crate::state::share::Wish;
use crate::state::{self, Action, Effect, Kept, Run, State, embedded, whole};
use crate::turns::{self, Turns};
use crate::view;
use crate::view::strip::Around;
use crate::widget;
#[cfg(feature = "later")]
use crate::{browser::keyboard, browser::site, scene::telling, scene::why::Why, state::action_for};
use rollscope_engine::Cursor;
use rollscope_engine::api::{Key, Kind};
#[cfg(feature = "later")]
use rollscope_engine::record;
use std::pin::Pin;
use std::rc::Rc;
use yew::{Callback, Context, Html, NodeRef};

/// What is loaded later.
#[derive(Clone, Copy, Debug)]
pub struct Later {
    /// Carries out what needs the engine.
    pub reduce: fn(&mut State, Action) -> Vec<Effect>,
    /// Shows what was kept from the last visit.
    pub begin: fn(&mut State, &Kept),
    /// What is drawn and said of the whole of a run.
    pub overview: fn(&mut Run) -> Rc<Overview>,
    /// What is in the menu of examples.
    pub examples: fn(&Callback<Action>) -> Html,
    /// The bar of interventions, which need it.
    pub actions: fn(&State, &Callback<Action>) -> Html,
    /// What makes slots of a workload that has them, and tells of what stands around the workloads.
    pub more: More,
    /// What is kept of a crowd from one moment to the next.
    pub kept: for<'a> fn(&'a Run, Option<&Key>) -> Option<&'a dyn Keeps>,
    /// Begins to show it in several frames, if it takes so many.
    pub begin_turns: fn(&mut Turns, &Context<Root>, &State),
    /// What is done in one of them.
    pub take_turn: fn(&mut Turns, &Context<Root>, &State, turns::Make<'_>) -> turns::Outcome,
    /// How slots are drawn.
    pub draw_slots: fn(&State, Kind, &Rc<Slots>, &Callback<Action>) -> Html,
    /// A row of Pods that are too many to be elements of their own.
    pub crowd: fn(&str, &Blocks<Tile>, &Callback<Key>) -> Html,
    /// The stage by nodes, and the way there.
    pub nodes: fn(&State, &Stage, &Callback<Action>) -> Html,
    /// The stage by nodes alone.
    pub by_node: fn(&Stage, &Cursor, &Callback<Key>) -> Html,
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
    /// Begins to show what a widget is to show, and says with which step.
    pub show: embedded::Show,
    /// Gives a recorded run what only the engine can read of its link.
    pub complete: fn(&mut Run, &str),
    /// The end of a link to the moment at the cursor.
    pub link: fn(&Run) -> Option<String>,
    /// How all of this looks.
    pub style: &'static str,
}

impl Later {
    /// All of it. Code that names this is linked with the whole engine.
    pub const LINKED: Later = Later {
        reduce: whole::reduce,
        begin: whole::begin,
        overview: Run::overview,
        examples: view::examples::lists,
        actions: view::actions::view,
        more: More::ALL,
        kept: Run::brought,
        begin_turns: turns::begin,
        take_turn: turns::take,
        draw_slots: view::slots::view,
        crowd: view::crowd::rows,
        nodes: view::nodes::view,
        by_node: view::nodes::of,
        pod: view::pod::view,
        kubectl: view::kubectl::view,
        help: view::help::view,
        work: view::work::view,
        time: view::time::around,
        follow: state::time::follow,
        motion: motion::follow,
        others: view::others::view,
        share: view::share::view,
        listen: address::listen,
        wish: address::carry_out,
        show: embedded::computed::show,
        complete: embedded::computed::complete,
        link: embedded::computed::link,
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

/// A run in somebody else's page: what puts it there, and how it looks.
#[derive(Clone, Copy, Debug)]
pub struct Embedding {
    /// Puts a widget into a page.
    pub mount: Mount,
    /// Beside the page's own style.
    pub style: &'static str,
}

impl Embedding {
    const LINKED: Embedding = Embedding {
        mount: widget::MOUNT,
        style: include_str!("../static/css/later/widget.css"),
    };
}

/// What only widgets need. `None` if it can't be had.
pub async fn embedding() -> Option<Embedding> {
    #[cfg(feature = "later")]
    return split::widget().await.ok();
    #[cfg(not(feature = "later"))]
    Some(Embedding::LINKED)
}

/// Opens the page. It is loaded at once where the document is the page, and not with widgets.
pub type Open = fn() -> Pin<Box<dyn Future<Output = ()>>>;

const OPEN: Open = || Box::pin(app::open());

/// What only the page needs, and not a widget. `None` if it can't be had.
pub async fn page() -> Option<Open> {
    #[cfg(feature = "later")]
    return split::page(SHARED).await.ok();
    #[cfg(not(feature = "later"))]
    Some(OPEN)
}

/// Both the page and widgets draw with these; what is named here is in the first file, and they need no third one.
#[cfg(feature = "later")]
pub const SHARED: Shared = [
    view::stage::view as *const (),
    view::strip::view as *const (),
    view::strip::scrubber as *const (),
    view::transport::of as *const (),
    view::why::view as *const (),
    app::spoken as *const (),
    Stage::with as *const (),
    Stage::with_traffic as *const (),
    Overview::plain as *const (),
    Why::of as *const (),
    Run::recorded as *const (),
    State::of as *const (),
    State::reduce as *const (),
    drop::<State> as *const (),
    action_for as *const (),
    record::read as *const (),
    Run::empty as *const (),
    keyboard::is_free as *const (),
    yew::Renderer::<Root>::render as *const (),
    <Action as Clone>::clone as *const (),
    telling::position as *const (),
    telling::is_decision as *const (),
    site::prefers_stillness as *const (),
    site::now as *const (),
    drop::<Why> as *const (),
    drop::<Overview> as *const (),
];

#[cfg(feature = "later")]
type Shared = [*const (); 26];

#[cfg(feature = "later")]
mod split {
    use super::{Embedding, Later, OPEN, Open, Shared};
    use wasm_split_helpers::{SplitLoaderError, wasm_split};

    #[wasm_split(page, fallible)]
    pub fn page(_: Shared) -> Result<Open, SplitLoaderError> {
        Ok(OPEN)
    }

    #[wasm_split(widget, fallible)]
    pub fn widget() -> Result<Embedding, SplitLoaderError> {
        Ok(Embedding::LINKED)
    }

    #[wasm_split(rest, fallible)]
    pub fn rest() -> Result<Later, SplitLoaderError> {
        Ok(Later::LINKED)
    }
}
