//! How the stage is looked at: by workloads or by nodes, which part of a Pod's panel, and a partition that is being moved.

use super::State;
use rollscope_engine::api::Key;

/// How the stage is looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Staging {
    /// Whether Pods stand on their nodes instead of in their workloads.
    pub nodes: bool,
    /// What the panel of a Pod shows.
    pub part: Part,
    /// The StatefulSet whose partition is being moved, and where to. Nothing has been asked for yet.
    pub moved: Option<(Key, i64)>,
    /// Whether those who do nothing are listed.
    pub others: bool,
    /// Whether the run is only looked at: nothing on the stage changes it.
    pub fixed: bool,
}

/// A part of a Pod's panel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are on the buttons")]
pub enum Part {
    #[default]
    Status,
    Containers,
    Events,
    Yaml,
}

/// Another look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// By nodes, or by workloads.
    Nodes(bool),
    /// The other one of the two.
    Switch,
    /// Another part of the panel.
    Show(Part),
    /// A partition is on its way; `None` lets it go where it was.
    Move(Option<(Key, i64)>),
    /// Those who do nothing, listed or not.
    Others(bool),
}

impl State {
    pub(super) fn look(&mut self, act: Act) {
        let staging = &mut self.staging;
        match act {
            Act::Nodes(nodes) => staging.nodes = nodes,
            Act::Switch => staging.nodes = !staging.nodes,
            Act::Show(part) => staging.part = part,
            Act::Move(moved) => staging.moved = moved,
            Act::Others(open) => staging.others = open,
        }
    }
}
