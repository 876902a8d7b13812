//! The one component, whatever is in it: the page, or a run in somebody else's. There is one, since what a component needs around it
//! is large and would be there twice.

use crate::browser::editor::Editor;
use crate::later::Later;
use crate::state::Action;
use crate::state::embedded::Order;
use std::fmt;
use std::rc::Rc;
use yew::prelude::*;

/// The page, or a widget: what a component does.
pub trait Part {
    /// Something has reached it; tells whether it is to be drawn anew.
    fn update(&mut self, ctx: &Context<Root>, message: Message) -> bool;
    /// What is to be seen.
    fn view(&self, ctx: &Context<Root>) -> Html;
    /// What was to be seen is there.
    fn rendered(&mut self, _: &Context<Root>, _first: bool) {}
}

/// What reaches it.
pub enum Message {
    /// Something was done.
    Act(Action),
    /// What is loaded later has come, or can't be had.
    Later(Option<Later>),
    /// The page's editor has come, or never will.
    Editor(Option<Editor>),
    /// The page around a widget wants something.
    Order(Order),
    /// A widget is to draw something that is loaded later.
    Need,
    /// One of the browser's frames begins, in which something is to be done, unless that was given up; with its number.
    Frame(usize),
}

/// The component.
pub struct Root(Box<dyn Part>);

/// What it begins with: what makes the part in it.
#[derive(Clone, Properties)]
pub struct Start {
    /// It is called once.
    pub make: Rc<Make>,
}

/// Makes the page, or a widget.
pub type Make = dyn Fn(&Context<Root>) -> Box<dyn Part>;

/// There is one start.
impl PartialEq for Start {
    fn eq(&self, _: &Start) -> bool {
        true
    }
}

impl fmt::Debug for Root {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Root")
    }
}

impl Component for Root {
    type Message = Message;
    type Properties = Start;

    fn create(ctx: &Context<Root>) -> Root {
        Root((ctx.props().make)(ctx))
    }

    fn update(&mut self, ctx: &Context<Root>, message: Message) -> bool {
        self.0.update(ctx, message)
    }

    fn view(&self, ctx: &Context<Root>) -> Html {
        self.0.view(ctx)
    }

    fn rendered(&mut self, ctx: &Context<Root>, first: bool) {
        self.0.rendered(ctx, first);
    }
}
