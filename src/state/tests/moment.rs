//! Moments of the page's runs: what was clicked travels with them.

use super::*;
use rollscope_engine::moment::Moment;

/// What is on the stage, sent off as a link and opened by somebody else.
fn travelled(state: &State) -> Run {
    let link = state.run.moment().expect("the run of a text").to_hash();
    Run::open(&Moment::from_hash(&link).expect("a link")).expect("a run")
}

#[test]
fn what_was_clicked_travels_with_the_step() {
    let mut state = page(WEB);
    act(&mut state, [Action::Run, Action::Seek(7)]);
    let break_image = Action::Intervene(
        Intervention::SetImage(web(), "nginx".into(), "nginx:9".into()),
        Some("nginx:9".into()),
    );
    act(&mut state, [break_image, Action::Next(false), Action::Next(false)]);
    act(&mut state, [Action::Intervene(Intervention::Scale(web(), 5), None)]);
    act(&mut state, [Action::ChooseRelease("1.33".parse().expect("a release"))]);
    let other = travelled(&state);
    let steps = |run: &Run| format!("{:?}", run.history().steps);
    assert_eq!(steps(&other), steps(&state.run));
    assert_eq!(other.position(), state.run.position());
    assert_eq!(other.cursor.cluster(), state.run.cursor.cluster());
    assert_eq!(other.history().scenario.release.minor, 33);
}

#[test]
fn what_was_taken_back_stays_away() {
    let mut state = page(examples::FIRST);
    act(&mut state, [Action::TakeBack(1)]);
    let interventions = &state.run.history().scenario.interventions;
    assert_eq!(travelled(&state).history().scenario.interventions, *interventions);
}

#[test]
fn a_moment_that_cannot_be_run_says_why() {
    let error = Run::open(&Moment::of_text("kind: [")).expect_err("no manifest");
    assert!(error.starts_with("1:"), "{error}");
    let past = Moment {
        step: Some(usize::MAX),
        ..Moment::of_text(WEB)
    };
    let run = Run::open(&past).expect("a run");
    assert_eq!(run.position(), run.history().len());
}
