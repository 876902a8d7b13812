//! A far move across thousands of Pods takes longer than one of the browser's frames. So it is shown in turns, each in a frame of
//! its own: at once where the hand has got to, with all that is said of the step there; then all Pods are looked at; then what
//! is drawn of them is made; then it is shown, as a whole.
//!
//! A picture that was begun is finished, so that one sees pictures for as long as the hand goes on. Meanwhile the hand is
//! followed by the clock and the handle alone. The next picture is of where it is by then; those between are left out.

use crate::browser::{frames, site};
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
    /// The number of the frame in which that is, and how many there were.
    next: Option<usize>,
    count: usize,
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
        self.next = None;
        let is_there = is_move && self.picture.get_mut().is_some();
        if let Some(later) = state.later.filter(|_| is_there) {
            (later.begin_turns)(self, ctx, state);
        }
        // Without a frame to come, all is drawn now.
        if !self.is_under_way() {
            self.reset();
        }
    }

    /// The picture is made when the page is drawn.
    pub fn reset(&mut self) {
        let count = self.count;
        *self = Turns {
            count,
            ..Turns::default()
        };
    }

    /// Whether a picture is being made.
    pub fn is_under_way(&self) -> bool {
        self.next.is_some()
    }

    /// Whether the cursor stays where it is while one moves on. Where no frames come nobody sees the picture, so nothing waits for it.
    pub fn hold(&self) -> bool {
        self.is_under_way() && frames::are_drawn()
    }

    /// Whether the page is drawn when the next frame begins.
    pub fn is_due(&self) -> bool {
        self.moved
    }

    /// What is to be seen now. It is kept only where it may be seen once more: a copy of hundreds of tiles takes its time.
    pub fn picture(&self, state: &State, make: impl FnOnce() -> Picture) -> Picture {
        match state.run.is_myriad() {
            true => self.picture.borrow_mut().get_or_insert_with(make).clone(),
            false => make(),
        }
    }

    /// A frame has begun.
    pub fn take(&mut self, frame: usize, ctx: &Context<Root>, state: &State, make: Make<'_>) -> Outcome {
        match state.later.filter(|_| self.next == Some(frame)) {
            Some(later) => (later.take_turn)(self, ctx, state, make),
            None => Outcome::Same,
        }
    }

    fn make(&mut self, ctx: &Context<Root>, state: &State, picture: Option<Picture>) {
        self.made = (picture, state.run.position());
        self.come(ctx, Turn::Show);
    }

    fn come(&mut self, ctx: &Context<Root>, turn: Turn) {
        let link = ctx.link().clone();
        self.turn = turn;
        self.count += 1;
        let number = self.count;
        self.next = frames::next(move || link.send_message(Message::Frame(number))).then_some(number);
    }
}

/// Makes a picture as of now.
pub type Make<'a> = &'a dyn Fn() -> Option<Picture>;

/// Begins to make one, if the cursor is far from the last.
pub fn begin(turns: &mut Turns, ctx: &Context<Root>, state: &State) {
    // Another run beside it moves along, and nodes are drawn otherwise.
    let is_alone = state.branches.second.is_none() && !state.staging.nodes;
    if is_alone && state.run.is_far() {
        turns.come(ctx, Turn::Look);
    }
}

/// Does what is to be done in a frame.
pub fn take(turns: &mut Turns, ctx: &Context<Root>, state: &State, make: Make<'_>) -> Outcome {
    turns.next = None;
    let moved = std::mem::take(&mut turns.moved);
    match turns.turn {
        Turn::Look => {
            let began = site::now();
            state.run.brought(state.pod.as_ref());
            if site::now() - began < SOON {
                turns.make(ctx, state, make());
            } else {
                turns.come(ctx, Turn::Make);
            }
        }
        Turn::Make => turns.make(ctx, state, make()),
        Turn::Show => {
            // What was seen is let go of with the next one: ten thousand take their time.
            std::mem::swap(turns.picture.get_mut(), &mut turns.made.0);
            turns.come(ctx, Turn::End);
            if turns.is_under_way() {
                return Outcome::Draw;
            }
        }
        Turn::End if turns.made.1 == state.position() && !moved => return Outcome::Same,
        Turn::End => {}
    }
    match (turns.is_under_way(), moved) {
        (true, false) => Outcome::Same,
        (true, true) => Outcome::Draw,
        (false, _) => Outcome::Gone,
    }
}

/// Whether an action does no more than to move.
pub fn is_move(action: &Action) -> bool {
    use Action::{Next, Play, Previous, Seek, Tick};
    matches!(action, Next(_) | Play | Previous(_) | Seek(_) | Tick)
}
