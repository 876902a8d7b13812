//! Runs of one text beside each other: forks, switching, closing, and playing two in step.

use super::*;
use crate::state::branches::{Act, MOST, With};
use crate::state::time::Act as TimeAct;

fn scale(replicas: i64) -> Action {
    Action::Intervene(Intervention::Scale(web(), replicas), None)
}

fn names(state: &State) -> Vec<String> {
    state
        .branches
        .kept
        .iter()
        .map(|branch| branch.name.to_string())
        .collect()
}

fn position_of(state: &State, part: usize) -> Action {
    Action::Seek(state.run.history().len() * part / 4)
}

/// The second run is at the moment of the first, as far as it goes.
fn in_step(state: &mut State) {
    state.keep_in_step();
    let now = state.run.cursor.time();
    let second = &state.branches.second.as_ref().expect("compared").run;
    if state.run.position() == 0 {
        assert_eq!(second.position(), 0);
        return;
    }
    let next = second.history().time_at(second.position() + 1);
    let is_last = second.position() == second.history().len();
    assert!(
        second.cursor.time() <= now || is_last,
        "{} after {now}",
        second.cursor.time()
    );
    assert!(next > now || is_last, "{next} is not after {now}");
}

#[test]
fn an_intervention_in_the_past_forks_and_both_stay() {
    let mut state = page(WEB);
    act(&mut state, [Action::Run]);
    let original = state.run.history().clone();
    let there = position_of(&state, 2);
    act(&mut state, [there, scale(5)]);
    assert_eq!(names(&state), ["original", "scale 5 at 00:00"]);
    assert_eq!(state.branches.current, 1);
    let time = state.run.cursor.time();
    act(&mut state, [Action::Branch(Act::Switch(0))]);
    assert!(Rc::ptr_eq(state.run.history(), &original));
    assert_eq!(
        state.run.position(),
        original.position_at(time),
        "at the same virtual time"
    );
    act(&mut state, [Action::Branch(Act::Switch(1))]);
    assert_eq!(&*state.run_name(), "scale 5 at 00:00");
}

#[test]
fn at_the_end_a_run_forks_as_everywhere_and_a_new_run_begins_anew() {
    let mut state = page(WEB);
    act(&mut state, [Action::Run, Action::Seek(usize::MAX)]);
    let original = state.run.history().clone();
    act(&mut state, [scale(5)]);
    assert_eq!(names(&state).len(), 2);
    act(&mut state, [Action::Branch(Act::Switch(0))]);
    assert!(
        Rc::ptr_eq(state.run.history(), &original),
        "the run stays that ended here"
    );
    act(&mut state, [Action::Run]);
    assert!(names(&state).is_empty());
}

#[test]
fn what_is_taken_back_stays_as_a_run_of_its_own() {
    let mut state = page(WEB);
    act(
        &mut state,
        [Action::Run, Action::Seek(4), scale(5), Action::TakeBack(1)],
    );
    assert_eq!(
        names(&state),
        ["original", "scale 5 at 00:00", "without scale 5 at 00:00"]
    );
}

#[test]
fn runs_are_closed_but_for_the_last_and_not_more_than_a_few_are_kept() {
    let mut state = page(WEB);
    act(&mut state, [Action::Run]);
    for replicas in 4..12 {
        act(&mut state, [Action::Seek(4), scale(replicas)]);
        assert!(names(&state).len() <= MOST);
        assert_eq!(state.branches.current, names(&state).len() - 1);
    }
    assert!(!names(&state).contains(&"original".to_owned()), "the oldest goes first");
    act(&mut state, [Action::Branch(Act::Close(MOST - 1))]);
    assert_eq!(names(&state).len(), MOST - 1);
    assert_eq!(state.branches.current, MOST - 2, "its neighbour comes on the stage");
    for _ in 0..MOST {
        act(&mut state, [Action::Branch(Act::Close(0))]);
    }
    assert_eq!(names(&state).len(), 1);
    assert_eq!(state.branches.current, 0);
}

#[test]
fn two_runs_are_always_at_the_same_time() {
    let mut state = page(WEB);
    act(&mut state, [Action::Run, Action::Seek(4), scale(9)]);
    act(&mut state, [Action::Branch(Act::Compare(With::Kept(0)))]);
    for part in [0, 1, 3, 4, 2] {
        let there = position_of(&state, part);
        act(&mut state, [there]);
        in_step(&mut state);
    }
    while state.run.position() < state.run.history().len() {
        act(&mut state, [Action::Next(false)]);
        in_step(&mut state);
    }
    act(&mut state, [Action::Play]);
    for _ in 0..5 {
        act(&mut state, [Action::Tick]);
        in_step(&mut state);
    }
    let second = state.branches.second.as_ref().expect("compared");
    let first = second.difference.first.expect("they differ");
    assert!(
        state.run.history().steps[first - 1].title().contains("scale"),
        "{first}"
    );
    act(&mut state, [Action::Branch(Act::Alone)]);
    assert!(state.branches.second.is_none());
}

#[test]
fn the_clock_goes_on_until_both_have_ended_and_who_has_ended_stands_still() {
    let mut state = page(WEB);
    act(&mut state, [Action::Run, Action::Seek(usize::MAX), scale(9)]);
    let long = state.run.history().clone();
    act(&mut state, [Action::Branch(Act::Switch(0)), Action::Seek(1)]);
    act(&mut state, [Action::Branch(Act::Compare(With::Kept(1)))]);
    let end = state.run.history().len();
    assert!(state.len() > end, "beyond its end there are the other one's steps");
    let mut times = Vec::new();
    while state.position() < state.len() {
        act(&mut state, [Action::Next(true)]);
        state.keep_in_step();
        let second = &state.branches.second.as_ref().expect("compared").run;
        assert_eq!(state.run.position(), state.position().min(end));
        assert_eq!(second.cursor.time(), state.now(), "the other one goes on");
        times.push(state.now());
    }
    assert_eq!(state.now(), long.time_at(long.len()));
    assert!(times.is_sorted());
    let mut back = Vec::new();
    while state.position() > 1 {
        back.insert(0, state.now());
        act(&mut state, [Action::Previous(true)]);
    }
    assert_eq!(back, times, "and the same way back");
    act(&mut state, [Action::Seek(usize::MAX), Action::Play]);
    assert_eq!((state.position(), state.playing), (0, true), "playing starts again");
    for _ in 0..state.len() {
        act(&mut state, [Action::Tick]);
    }
    assert_eq!((state.position(), state.playing), (state.len(), false));
    act(&mut state, [Action::Branch(Act::Alone)]);
    assert_eq!((state.position(), state.len()), (end, end));
}

#[test]
fn a_shorter_run_stands_still_at_its_end() {
    let mut state = page(WEB);
    act(&mut state, [Action::Run, Action::Seek(usize::MAX), scale(9)]);
    act(
        &mut state,
        [Action::Branch(Act::Compare(With::Kept(0))), Action::Seek(usize::MAX)],
    );
    state.keep_in_step();
    let second = &state.branches.second.as_ref().expect("compared").run;
    assert_eq!(second.position(), second.history().len());
    assert!(second.cursor.time() < state.now());
    assert_eq!(state.len(), state.run.history().len());
}

#[test]
fn two_runs_change_places_and_all_that_was_on_the_stage_is_kept() {
    let mut state = page(WEB);
    act(&mut state, [Action::Run, Action::Seek(4), scale(9)]);
    act(&mut state, [Action::Branch(Act::Compare(With::Kept(0)))]);
    let (stage, time) = (state.run.history().clone(), state.now());
    act(&mut state, [Action::Branch(Act::Swap)]);
    assert_eq!(names(&state), ["original", "scale 9 at 00:00"]);
    assert_eq!(&*state.run_name(), "original");
    let second = state.branches.second.as_ref().expect("still compared");
    assert_eq!(&*second.name, "scale 9 at 00:00");
    assert!(Rc::ptr_eq(second.run.history(), &stage));
    assert_eq!(state.now(), time, "at the same time");

    // A run that nobody keeps is kept from now on.
    let mut state = page(WEB);
    act(&mut state, [Action::Run]);
    let older = "1.33".parse().expect("a release");
    act(
        &mut state,
        [
            Action::Branch(Act::Compare(With::Release(older))),
            Action::Branch(Act::Swap),
        ],
    );
    assert_eq!(state.run.history().scenario.release, older);
    assert_eq!(names(&state).len(), 2);
    assert_eq!(names(&state)[1], "Kubernetes 1.33.0");
    act(&mut state, [Action::Branch(Act::Swap), scale(5)]);
    assert_ne!(state.run.history().scenario.release, older, "and one can act on either");
}

#[test]
fn an_edited_text_is_compared_with_the_one_before_and_with_other_releases() {
    let mut state = page(WEB);
    let edited = WEB.replace("replicas: 3", "replicas: 5");
    act(&mut state, [Action::Run]);
    assert!(state.branches.former.is_none());
    act(&mut state, [Action::Type(edited), Action::Run]);
    act(&mut state, [Action::Branch(Act::Compare(With::Former))]);
    let second = state.branches.second.as_ref().expect("compared");
    assert_eq!(&*second.name, "before the edit");
    assert!(second.difference.first.is_some());
    let older = "1.33".parse().expect("a release");
    act(&mut state, [Action::Branch(Act::Compare(With::Release(older)))]);
    let second = state.branches.second.as_ref().expect("compared");
    assert_eq!(second.run.history().scenario.release, older);
    assert_ne!(state.run.history().scenario.release, older, "the stage stays as it was");
    let other = WEB.replace("name: web", "name: api");
    act(&mut state, [Action::Type(other), Action::Run]);
    assert!(state.branches.former.is_none(), "something else is no edit");
}

#[test]
fn the_window_follows_the_cursor_and_nothing_else() {
    let mut state = page(WEB);
    act(&mut state, [Action::Run]);
    let strip = crate::scene::strip::Strip::of(state.run.history());
    let mut go = |action: Action| {
        act(&mut state, [action]);
        time::follow(&mut state, &strip.scale);
        let place = strip.scale.place(state.run.position());
        (state.time.window, state.time.window.contains(place))
    };
    go(Action::Time(TimeAct::Zoom(3.0, None)));
    assert!(go(Action::Seek(usize::MAX)).1);
    assert!(go(Action::Seek(0)).1);
    let (window, seen) = go(Action::Time(TimeAct::Pan(9.0)));
    assert!(!seen && !window.is_whole(), "one may look elsewhere");
    assert!(go(Action::Next(true)).1, "a step comes back");
    assert!(go(Action::Time(TimeAct::Fit)).0.is_whole());
}

/// A comparison that takes longer is of what is on the stage when it is there; whoever wants none meanwhile has none.
#[test]
fn a_comparison_is_of_the_run_on_the_stage() {
    let until_done = |state: &mut State| {
        while state.work.is_some() {
            act(state, [Action::GoOn]);
        }
    };
    let comparing = || {
        let mut state = page(WEB);
        let many = WEB.replace("replicas: 3", "replicas: 900");
        act(&mut state, [Action::Type(many), Action::Run]);
        until_done(&mut state);
        act(&mut state, [Action::Seek(4), scale(899)]);
        until_done(&mut state);
        assert_eq!(state.branches.kept.len(), 2);
        act(&mut state, [Action::Branch(Act::Compare(With::Kept(0)))]);
        let work = state.work.as_ref().expect("it takes longer");
        assert_eq!(work.progress.doing, "Comparing");
        state
    };
    let mut alone = comparing();
    act(&mut alone, [Action::Branch(Act::Alone), Action::GoOn]);
    assert!(alone.work.is_none() && alone.branches.second.is_none());
    let mut switched = comparing();
    act(&mut switched, [Action::Branch(Act::Switch(0))]);
    until_done(&mut switched);
    assert!(switched.branches.second.is_none(), "nothing stands beside itself");
    let mut compared = comparing();
    until_done(&mut compared);
    assert!(compared.branches.second.is_some());
}
