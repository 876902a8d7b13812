//! What is computed at the same time: a run that was asked for comes, whatever is compared meanwhile, and what was to be compared is
//! compared when it is there.

use super::*;
use crate::state::branches::{Act, With};
use crate::state::share::Act as ShareAct;

fn many(replicas: usize) -> String {
    WEB.replace("replicas: 3", &format!("replicas: {replicas}"))
}

fn scale(replicas: i64) -> Action {
    Action::Intervene(Intervention::Scale(web(), replicas), None)
}

fn compare(with: With) -> Action {
    Action::Branch(Act::Compare(with))
}

fn older() -> Release {
    "1.33".parse().expect("a release")
}

/// Until nothing is computed any more; what was being done, and how many steps of it there were.
fn until_done(state: &mut State) -> Vec<(&'static str, usize)> {
    let mut done = Vec::new();
    while let Some(work) = &state.work {
        done.push((work.progress.doing, work.progress.steps));
        act(state, [Action::GoOn]);
    }
    done
}

/// A run of nine hundred Pods, and one that was turned aside from it.
fn forked() -> State {
    let mut state = page(WEB);
    act(&mut state, [Action::Type(many(900)), Action::Run]);
    until_done(&mut state);
    act(&mut state, [Action::Seek(4), scale(899)]);
    until_done(&mut state);
    assert_eq!(state.branches.kept.len(), 2);
    state
}

/// What comparing begins with, and what is beside the run then.
fn ways() -> [(With, &'static str); 2] {
    [
        (With::Kept(0), "original"),
        (With::Release(older()), "Kubernetes 1.33.0"),
    ]
}

fn beside(state: &State) -> Option<&str> {
    state.branches.second.as_ref().map(|second| &*second.name)
}

/// How many Pods there are at the end.
fn pods(run: &Run) -> usize {
    let mut cursor = run.cursor.clone();
    cursor.seek(usize::MAX).of_kind(Kind::Pod).count()
}

#[test]
fn a_comparison_that_is_asked_for_during_a_run_waits_for_it() {
    for (with, name) in ways() {
        let mut state = forked();
        act(
            &mut state,
            [Action::Type(long()), Action::Run, compare(with), Action::GoOn],
        );
        let work = state.work.as_ref().expect("it takes longer");
        assert_eq!(work.progress.doing, "Computing, then comparing");
        until_done(&mut state);
        assert_eq!(pods(&state.run), 2000, "the run is on the stage");
        assert_eq!(beside(&state), Some(name));
        // The same while an intervention is computed.
        let mut state = forked();
        act(&mut state, [scale(800), compare(with)]);
        until_done(&mut state);
        assert_eq!((pods(&state.run), beside(&state)), (800, Some(name)));
    }
}

#[test]
fn what_is_compared_during_another_command_is_of_what_comes_of_it() {
    for (with, name) in ways() {
        let mut state = forked();
        act(&mut state, [compare(with), Action::GoOn]);
        assert!(state.work.is_some(), "it takes longer");
        act(
            &mut state,
            [
                Action::Kubectl(kubectl::Act::Type("scale deploy web --replicas 800".to_owned())),
                Action::Kubectl(kubectl::Act::Run),
            ],
        );
        until_done(&mut state);
        assert_eq!((pods(&state.run), beside(&state)), (800, Some(name)));
        let second = &state.branches.second.as_ref().expect("compared").run;
        let expected = if name == "original" { 900 } else { 800 };
        assert_eq!(pods(second), expected, "{name}");
        // What is refused leaves all as it was.
        let mut state = forked();
        act(&mut state, [compare(with), Action::GoOn, scale(100_000)]);
        until_done(&mut state);
        assert!(state.said.as_ref().is_some_and(|said| !said.accepted));
        assert_eq!((pods(&state.run), beside(&state)), (899, Some(name)));
    }
}

#[test]
fn giving_up_ends_what_is_being_done_and_nothing_else() {
    for (with, name) in ways() {
        // Of a run and a comparison that waits, the run.
        let mut state = forked();
        act(
            &mut state,
            [
                Action::Type(long()),
                Action::Run,
                compare(with),
                Action::GoOn,
                Action::Cancel,
            ],
        );
        until_done(&mut state);
        assert_eq!((pods(&state.run), beside(&state)), (899, Some(name)));
        // Of a comparison and a command that came in between, the command.
        let mut state = forked();
        act(&mut state, [compare(with), Action::GoOn, scale(800), Action::Cancel]);
        until_done(&mut state);
        assert_eq!((pods(&state.run), beside(&state)), (899, Some(name)));
        // A comparison alone.
        let mut state = forked();
        act(&mut state, [compare(with), Action::GoOn, Action::Cancel, Action::GoOn]);
        assert!(state.work.is_none());
        assert_eq!((pods(&state.run), beside(&state)), (899, None));
        // The comparison, once the run is there.
        let mut state = forked();
        act(&mut state, [scale(800), compare(with)]);
        while state.branches.kept.len() < 3 {
            act(&mut state, [Action::GoOn]);
        }
        act(&mut state, [Action::Cancel]);
        assert!(state.work.is_none());
        assert_eq!((pods(&state.run), beside(&state)), (800, None));
    }
}

#[test]
fn whoever_wants_no_comparison_has_none_and_keeps_the_run() {
    for (with, _) in ways() {
        let mut state = forked();
        act(
            &mut state,
            [scale(800), compare(with), Action::GoOn, Action::Branch(Act::Alone)],
        );
        until_done(&mut state);
        assert_eq!((pods(&state.run), beside(&state)), (800, None));
        let mut state = forked();
        act(&mut state, [compare(with), Action::GoOn, Action::Branch(Act::Alone)]);
        assert!(state.work.is_none());
    }
}

#[test]
fn another_release_is_that_of_the_run_on_the_stage() {
    let mut state = forked();
    act(
        &mut state,
        [
            compare(With::Release(older())),
            Action::GoOn,
            Action::Branch(Act::Switch(0)),
        ],
    );
    until_done(&mut state);
    let second = &state.branches.second.as_ref().expect("compared").run;
    assert_eq!((pods(&state.run), pods(second)), (900, 900));
    assert_eq!(second.history().scenario.release, older());
}

/// The one that was there before has a name and stays as it is.
#[test]
fn the_release_is_chosen_for_the_run_on_the_stage() {
    let mut state = forked();
    let switch = |index| Action::Branch(Act::Switch(index));
    act(&mut state, [Action::ChooseRelease(older()), Action::GoOn, switch(0)]);
    assert!(state.work.is_some(), "it takes longer");
    until_done(&mut state);
    let on_stage = |state: &State| (pods(&state.run), state.run.history().scenario.release == older());
    assert_eq!(on_stage(&state), (900, true));
    act(&mut state, [switch(1)]);
    assert_eq!(on_stage(&state), (899, false));
}

#[test]
fn runs_of_another_text_are_not_compared_with_it() {
    let mut state = forked();
    let other = long()
        .replace("name: web}", "name: api}")
        .replace("deployment/web", "deployment/api");
    act(
        &mut state,
        [compare(With::Kept(0)), Action::Type(other), Action::Run, Action::GoOn],
    );
    until_done(&mut state);
    assert_eq!((pods(&state.run), beside(&state)), (2000, None));
}

#[test]
fn before_the_edit_is_before_the_last_one() {
    let mut state = page(WEB);
    act(&mut state, [Action::Run, Action::Type(many(5)), Action::Run]);
    act(&mut state, [Action::Type(long()), Action::Run, compare(With::Former)]);
    until_done(&mut state);
    let second = &state.branches.second.as_ref().expect("compared").run;
    assert_eq!((pods(&state.run), pods(second)), (2000, 5));
}

#[test]
fn what_was_brought_back_stays() {
    let mut state = page(&many(4));
    let moment = rollscope_engine::moment::Moment::of_text(&long());
    let opened = ShareAct::Follow(moment.to_hash().trim_start_matches('#').to_owned());
    act(&mut state, [Action::Share(Rc::new(opened))]);
    assert!(state.work.is_some(), "it takes longer");
    act(&mut state, [Action::Share(Rc::new(ShareAct::Restore(true)))]);
    until_done(&mut state);
    assert_eq!(pods(&state.run), 4);
}

/// Its run is computed already: that on the stage.
#[test]
fn the_default_release_is_not_computed_twice() {
    let mut state = forked();
    let steps = state.run.history().len();
    for action in [compare(With::Release(older())), Action::ChooseRelease(older())] {
        act(&mut state, [action]);
        let done = until_done(&mut state);
        let comparing = done.iter().filter(|(doing, _)| *doing == "Comparing");
        let fewest = comparing.map(|(_, steps)| *steps).min();
        assert!(fewest.is_none_or(|fewest| fewest >= steps * 9 / 10), "{done:?}");
    }
    act(&mut state, [Action::Branch(Act::Alone)]);
    let difference = state
        .run
        .overview
        .as_ref()
        .and_then(|overview| overview.difference.clone());
    assert!(difference.is_some(), "and yet it is compared with it");
}

/// Nobody is told how a run differs that does not come on the stage.
#[test]
fn what_is_refused_is_not_compared() {
    let mut state = page(WEB);
    let on_older = format!(
        "apiVersion: rollscope.dev/v1\nkind: Scenario\nrelease: \"1.34\"\n---\n{}",
        many(900)
    );
    act(&mut state, [Action::Type(on_older), Action::Run]);
    until_done(&mut state);
    act(&mut state, [scale(100_000)]);
    let done = until_done(&mut state);
    assert!(state.said.as_ref().is_some_and(|said| !said.accepted));
    assert!(
        !done.is_empty() && done.iter().all(|(doing, _)| *doing == "Computing"),
        "{done:?}"
    );
}
