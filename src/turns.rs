//! A far move across thousands of Pods takes longer than one of the browser's frames. So it is shown in turns, each in a frame of
//! its own: at once where the hand has got to, with all that is said of the step there; then all Pods are looked at; then what
//! is drawn of them is made; then it is shown, as a whole.
//!
//! A picture that was begun is finished, so that one sees pictures for as long as the hand goes on. Meanwhile the hand is
//! followed by the clock and the handle alone. The next picture is of where it is by then; those between are left out.

use crate::browser::frames::{self, Frame};
use crate::browser::site;
use crate::root::{Message, Root};
use crate::state::{Action, State};
use std::cell::RefCell;
use yew::{Context, Html};

/// Where all Pods were looked at within so many milliseconds, the picture is made in the same frame.
const SOON: f64 = 4.0;

/// What is drawn of all Pods. For some frames it may be of another moment than what stands around it.
#[derive(Clone, Debug)]
pub struct Picture {
    /// The stage.
    pub stage: Html,
    /// Who is held up.
    pub others: Html,
}

/// What is done in the next frame.
#[derive(Clone, Copy, Debug, Default)]
enum Turn {
    /// All Pods are looked at.
    #[default]
    Look,
    /// The picture is made.
    Make,
    /// It is shown.
    Show,
    /// It was shown: there may be somewhere else to go.
    End,
}

/// A picture, and the next one if it is being made.
#[derive(Debug, Default)]
pub struct Turns {
    /// What is seen; nothing where it is to be made when the page is drawn.
    picture: RefCell<Option<Picture>>,
    /// What is to be seen, or was, and at which position.
    made: (Option<Picture>, usize),
    turn: Turn,
    next: Option<Frame>,
    /// Whether one has moved in this frame: that is drawn with its turn.
    moved: bool,
}

/// What comes of a turn.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// There is nothing new to be seen.
    Same,
    /// The page is to be drawn.
    Draw,
    /// One has gone on since the picture was made, or there are no more frames: all is to be drawn as of now.
    Gone,
}

impl Turns {
    /// Something was done: either the picture is made when the page is drawn, or it begins to be made, or that goes on.
    pub fn follow(&mut self, ctx: &Context<Root>, state: &State, is_move: bool) {
        if is_move && self.is_under_way() {
            self.moved = true;
            return;
        }
        // Another run beside it moves along, and nodes are drawn otherwise.
        let is_alone = state.branches.second.is_none() && !state.staging.nodes;
        let can = is_move && is_alone && self.picture.get_mut().is_some();
        if state.later.is_some_and(|later| can && (later.is_far)(&state.run)) {
            self.come(ctx, Turn::Look);
        } else {
            self.next = None;
        }
        // Without a frame to come, all is drawn now.
        if !self.is_under_way() {
            *self = Turns::default();
        }
    }

    /// Whether a picture is being made.
    pub fn is_under_way(&self) -> bool {
        self.next.is_some()
    }

    /// Whether the page is drawn when the next frame begins.
    pub fn is_due(&self) -> bool {
        self.moved
    }

    /// What is to be seen now.
    pub fn picture(&self, make: impl FnOnce() -> Picture) -> Picture {
        self.picture.borrow_mut().get_or_insert_with(make).clone()
    }

    /// A frame has begun.
    pub fn take(&mut self, ctx: &Context<Root>, state: &State, make: impl FnOnce() -> Option<Picture>) -> Outcome {
        let Some(later) = state.later.filter(|_| self.next.take().is_some()) else {
            return Outcome::Same;
        };
        let moved = std::mem::take(&mut self.moved);
        match self.turn {
            Turn::Look => {
                let began = site::now();
                (later.kept)(&state.run, state.pod.as_ref());
                if site::now() - began < SOON {
                    self.make(ctx, state, make());
                } else {
                    self.come(ctx, Turn::Make);
                }
            }
            Turn::Make => self.make(ctx, state, make()),
            Turn::Show => {
                // What was seen is let go of with the next one: ten thousand take their time.
                std::mem::swap(self.picture.get_mut(), &mut self.made.0);
                self.come(ctx, Turn::End);
                if self.is_under_way() {
                    return Outcome::Draw;
                }
            }
            Turn::End if self.made.1 == state.position() && !moved => return Outcome::Same,
            Turn::End => {}
        }
        match (self.is_under_way(), moved) {
            (true, false) => Outcome::Same,
            (true, true) => Outcome::Draw,
            (false, _) => Outcome::Gone,
        }
    }

    fn make(&mut self, ctx: &Context<Root>, state: &State, picture: Option<Picture>) {
        self.made = (picture, state.run.position());
        self.come(ctx, Turn::Show);
    }

    fn come(&mut self, ctx: &Context<Root>, turn: Turn) {
        let link = ctx.link().clone();
        self.turn = turn;
        self.next = frames::next(move || link.send_message(Message::Frame));
    }
}

/// Whether an action does no more than to move.
pub fn is_move(action: &Action) -> bool {
    use Action::{Next, Play, Previous, Seek, Tick};
    matches!(action, Next(_) | Play | Previous(_) | Seek(_) | Tick)
}
