//! Which code is loaded after the page has opened.
//!
//! With the feature `later` (the release build, see `xtask/src/split.rs`) everything that only [`load`] uses is a file of its
//! own. Without it, the page is one file and opens with the whole engine.

use crate::state::{Action, State};
use crate::{examples, view};
use rollscope_engine::Engine;
use rollscope_engine::engine::Whole;
use yew::{Callback, Html, NodeRef};

/// What is loaded later.
#[derive(Clone, Copy)]
pub struct Later {
    /// The engine.
    pub engine: Whole,
    /// The bar of interventions, which need it.
    pub actions: fn(&State, &Callback<Action>) -> Html,
    /// The help, in a dialog that the page opens.
    pub help: fn(&NodeRef, &Callback<Action>) -> Html,
    /// How far a run has come that is being computed, and the way to give up.
    pub work: fn(&State, &Callback<Action>) -> Html,
    /// How all of this looks.
    pub style: &'static str,
}

impl Later {
    const LINKED: Later = Later {
        engine: Whole::LINKED,
        actions: view::actions::view,
        help: view::help::view,
        work: view::work::view,
        style: concat!(
            include_str!("../static/css/later/actions.css"),
            include_str!("../static/css/later/help.css"),
            include_str!("../static/css/later/work.css"),
        ),
    };
}

/// What there is to run from the start. `None` where that is the engine itself.
pub fn first() -> Option<Engine> {
    cfg!(feature = "later").then(|| Engine::first(examples::FIRST))
}

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
