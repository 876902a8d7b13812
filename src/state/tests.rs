//! What the page does, without a page.

mod branches;
mod embedded;
mod held;
mod moment;
mod share;
mod work;

use super::*;
use rollscope_engine::History;
use rollscope_engine::api::Kind;
use rollscope_engine::manifest::Severity;

pub(super) const WEB: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: web, image: 'nginx:1.7.9'}]
";

pub(super) fn page(text: &str) -> State {
    let kept = Kept {
        text: Some(text.to_owned()),
        ..Kept::default()
    };
    State::new(Some(Later::LINKED), examples::FIRST_RUN, &kept, Theme::Light)
}

pub(super) fn web() -> Key {
    Key::new(Kind::Deployment, &"default".into(), &"web".into())
}

pub(super) fn act(state: &mut State, actions: impl IntoIterator<Item = Action>) -> Vec<Effect> {
    actions.into_iter().flat_map(|action| state.reduce(action)).collect()
}

fn errors(state: &State) -> usize {
    state
        .diagnostics
        .iter()
        .filter(|found| found.severity == Severity::Error)
        .count()
}

#[test]
fn a_first_visit_shows_an_example_in_the_midst_of_its_update() {
    let state = State::new(Some(Later::LINKED), examples::FIRST_RUN, &Kept::default(), Theme::Light);
    assert_eq!(&*state.text, examples::FIRST);
    assert!(state.run.position() > 1 && state.run.position() < state.run.history().len());
    assert!(!state.playing);
}

#[test]
fn a_text_that_does_not_run_comes_back_with_the_run_before_it() {
    let kept = Kept {
        text: Some("kind: [".to_owned()),
        ran: Some(WEB.to_owned()),
        ..Kept::default()
    };
    let state = State::new(Some(Later::LINKED), examples::FIRST_RUN, &kept, Theme::Light);
    assert_eq!(&*state.text, "kind: [");
    assert!(errors(&state) > 0);
    assert!(state.run.cursor.cluster().get(&web()).is_some());
}

#[test]
fn running_starts_after_the_apply_and_plays() {
    let mut state = page(WEB);
    let effects = act(&mut state, [Action::Run]);
    assert_eq!((state.run.position(), state.playing), (1, true));
    assert!(effects.contains(&Effect::Keep(kept::RAN, WEB.into())));
}

#[test]
fn bad_input_leaves_the_stage_alone() {
    let mut state = page(WEB);
    for (text, says) in [
        ("kind: [", "error"),
        ("apiVersion: apps/v1\nkind: Deploymint\nmetadata: {name: a}", "error"),
        (
            &WEB.replace("replicas: 3", "replicas: 100000"),
            "100000 replicas are too many here: at most 2000",
        ),
    ] {
        act(&mut state, [Action::Type(text.to_owned()), Action::Run]);
        let messages: Vec<String> = state.diagnostics.iter().map(ToString::to_string).collect();
        assert!(errors(&state) > 0 && messages.concat().contains(says), "{messages:?}");
        assert!(
            state
                .refusal
                .as_ref()
                .is_some_and(|refusal| refusal.contains("last good run"))
        );
        assert!(state.run.cursor.cluster().get(&web()).is_some());
    }
}

#[test]
fn stepping_skips_mere_counts_and_goes_the_same_way_back() {
    let mut state = page(WEB);
    act(&mut state, [Action::Seek(0)]);
    let mut way = vec![0];
    while state.run.position() < state.run.history().len() {
        act(&mut state, [Action::Next(false)]);
        way.push(state.run.position());
    }
    assert!(way.len() > 3 && way.len() < state.run.history().len());
    let mut back = vec![state.run.position()];
    while state.run.position() > 0 {
        act(&mut state, [Action::Previous(false)]);
        back.insert(0, state.run.position());
    }
    assert_eq!(way, back);
    act(&mut state, [Action::Next(true), Action::Next(true)]);
    assert_eq!(state.run.position(), 2);
}

#[test]
fn playing_ends_at_the_end_and_starts_again_from_there() {
    let mut state = page(WEB);
    act(&mut state, [Action::Run]);
    for _ in 0..state.run.history().len() {
        act(&mut state, [Action::Tick]);
    }
    assert_eq!(
        (state.run.position(), state.playing),
        (state.run.history().len(), false)
    );
    act(&mut state, [Action::Play]);
    assert_eq!((state.run.position(), state.playing), (0, true));
}

#[test]
fn an_intervention_comes_next_and_can_be_taken_back() {
    let mut state = page(WEB);
    let before = (state.run.position(), state.run.history().len());
    let scale = Action::Intervene(Intervention::Scale(web(), 5), None);
    act(&mut state, [Action::Use(Some(Tool::Scale("5".to_owned()))), scale]);
    assert_eq!(state.run.position(), before.0 + 1);
    assert_eq!(
        state.said.as_ref().map(|said| said.text.trim()),
        Some("deployment.apps/web scaled")
    );
    assert_eq!(state.tool, None);
    act(&mut state, [Action::Seek(usize::MAX)]);
    assert_eq!(state.run.cursor.cluster().of_kind(Kind::Pod).count(), 5);
    act(&mut state, [Action::TakeBack(1)]);
    assert_eq!(state.run.history().len(), before.1);
    act(&mut state, [Action::TakeBack(0), Action::TakeBack(7)]);
    assert_eq!(state.run.history().scenario.interventions.len(), 1);
}

#[test]
fn what_an_intervention_brings_has_hues_of_its_own() {
    let mut state = page(WEB);
    act(&mut state, [Action::Seek(usize::MAX)]);
    let set = Intervention::SetImage(web(), "web".into(), "nginx:1.9.1".into());
    act(&mut state, [Action::Intervene(set, None), Action::Seek(usize::MAX)]);
    let sets = state.run.cursor.cluster().of_kind(Kind::ReplicaSet);
    let mut hues: Vec<u8> = sets.map(|set| state.run.look.hues.hue(&set.key())).collect();
    hues.sort_unstable();
    assert_eq!(hues, [0, 1]);
}

#[test]
fn another_release_keeps_the_time_and_lasts_until_a_text_names_one() {
    let release = |state: &State| state.run.history().scenario.release.minor;
    let mut state = page(WEB);
    act(&mut state, [Action::Seek(7)]);
    let time = state.run.cursor.time();
    act(&mut state, [Action::ChooseRelease(Release { minor: 37, patch: 0 })]);
    assert_eq!((release(&state), state.run.cursor.time()), (37, time));
    let difference = |state: &State| state.run.overview.as_ref()?.difference.clone();
    assert!(difference(&state).is_some_and(|difference| difference.first.is_none()));
    act(
        &mut state,
        [Action::Intervene(Intervention::Restart(web()), None), Action::Run],
    );
    assert_eq!(release(&state), 37);
    let named = format!("{WEB}---\napiVersion: rollscope.dev/v1\nkind: Scenario\nrelease: \"1.34\"\n");
    act(&mut state, [Action::Type(named), Action::Run]);
    assert_eq!(release(&state), 34);
}

#[test]
fn a_refusal_is_said_and_changes_nothing() {
    let mut state = page(WEB);
    let before = state.run.history().len();
    act(
        &mut state,
        [Action::Intervene(Intervention::Scale(web(), 100_000), None)],
    );
    let said = state.said.clone().expect("an answer");
    assert!(!said.accepted && said.text.contains("2000"), "{said:?}");
    assert_eq!(said.command, "kubectl scale deployment/web --replicas=100000");
    assert_eq!(state.run.history().len(), before);
}

#[test]
fn an_image_that_cannot_be_pulled_gets_stuck() {
    let mut state = page(WEB);
    let image = workload::missing_image("nginx:1.7.9");
    let set = Intervention::SetImage(web(), "web".into(), image.clone());
    act(
        &mut state,
        [Action::Intervene(set, Some(image)), Action::Seek(usize::MAX)],
    );
    let pods = state.run.cursor.cluster().of_kind(Kind::Pod);
    let waiting = pods.filter(|pod| matches!(pod, Object::Pod(pod) if pod.waiting_reason().is_some()));
    assert_eq!(waiting.count(), 1);
    let revisions = workload::earlier_revisions(state.run.cursor.cluster(), state.workloads()[0]);
    assert_eq!(
        revisions.iter().map(|revision| revision.number).collect::<Vec<_>>(),
        [1]
    );
}

#[test]
fn applying_at_the_cursor_updates_what_is_there() {
    let mut state = page(WEB);
    let text = WEB.replace("1.7.9", "1.9.1");
    act(&mut state, [Action::Type(text), Action::Apply]);
    assert_eq!(
        state.said.as_ref().map(|said| said.text.trim()),
        Some("deployment.apps/web configured")
    );
    act(&mut state, [Action::Seek(usize::MAX)]);
    assert_eq!(state.run.cursor.cluster().of_kind(Kind::ReplicaSet).count(), 2);
    act(&mut state, [Action::Type("kind: [".to_owned()), Action::Apply]);
    assert!(state.refusal.is_some());
}

#[test]
fn a_fix_mends_the_text() {
    let mut state = page(&WEB.replace("kind: Deployment", "kind: Deploymemt"));
    let fixable = state
        .diagnostics
        .iter()
        .position(|found| found.fix.is_some())
        .expect("a fix");
    let effects = act(&mut state, [Action::Mend(fixable)]);
    assert_eq!(&*state.text, WEB);
    assert!(effects.contains(&Effect::SetText(WEB.into())));
    assert_eq!(errors(&state), 0);
}

#[test]
fn typing_is_kept_at_once_and_looked_at_later() {
    let mut state = page(WEB);
    let effects = act(&mut state, [Action::Type("a".to_owned())]);
    assert_eq!(effects, [Effect::Keep(kept::TEXT, "a".into()), Effect::CheckSoon]);
}

#[test]
fn the_page_follows_the_system_and_keeps_only_what_was_chosen() {
    let mut state = page(WEB);
    assert_eq!(
        act(&mut state, [Action::FollowSystem(Theme::Dark)]),
        [Effect::Theme(Theme::Dark)]
    );
    let chosen = [Effect::Theme(Theme::Light), Effect::Keep(kept::THEME, "light".into())];
    assert_eq!(act(&mut state, [Action::SwitchTheme]), chosen);
}

#[test]
fn keys_have_their_actions() {
    assert!(matches!(
        action_for("ArrowRight", true, false),
        Some(Action::Next(true))
    ));
    assert!(matches!(action_for("Enter", false, true), Some(Action::Run)));
    assert!(action_for("ArrowRight", false, true).is_none());
    assert!(action_for("x", false, false).is_none());
}

#[test]
fn a_missing_image_keeps_the_name() {
    let check = |image: &str, expect: &str| assert_eq!(&*workload::missing_image(image), expect);
    check("nginx:1.9.1", "nginx:no-such-tag");
    check("registry:5000/nginx", "registry:5000/nginx:no-such-tag");
}

#[test]
fn a_refusal_stays_until_something_is_typed() {
    let mut state = page(WEB);
    act(
        &mut state,
        [Action::Type("kind: [".to_owned()), Action::Run, Action::Check],
    );
    assert!(state.refusal.is_some());
    act(&mut state, [Action::Type("kind:".to_owned())]);
    assert!(state.refusal.is_none());
}

#[test]
fn without_the_engine_the_example_plays_and_what_is_asked_for_waits() {
    let mut state = State::new(None, examples::FIRST_RUN, &Kept::default(), Theme::Light);
    let whole = State::new(Some(Later::LINKED), examples::FIRST_RUN, &Kept::default(), Theme::Light);
    assert_eq!(state.run.position(), whole.run.position());
    assert_eq!(state.run.history().len(), whole.run.history().len());

    act(&mut state, [Action::Type(WEB.to_owned()), Action::Run]);
    assert_eq!(state.run.title, whole.run.title);
    act(&mut state, [Action::Arrived(Some(Later::LINKED))]);
    assert_eq!(state.workload().map(Object::key), Some(web()));
    assert!(state.waiting.is_empty());
}

#[test]
fn an_engine_that_cannot_be_had_is_said_and_asked_for_again() {
    let mut state = State::new(None, examples::FIRST_RUN, &Kept::default(), Theme::Light);
    act(&mut state, [Action::Arrived(None), Action::Next(false)]);
    assert!(state.refusal.is_some());
    let effects = act(&mut state, [Action::Type(WEB.to_owned()), Action::Run, Action::Run]);
    let asked = effects.iter().filter(|effect| matches!(effect, Effect::LoadLater));
    assert_eq!(asked.count(), 1);
    act(&mut state, [Action::Arrived(Some(Later::LINKED))]);
    assert_eq!(state.refusal, None);
    assert_eq!(state.workload().map(Object::key), Some(web()));
}

/// Long enough that it can't be over at once.
fn long() -> String {
    let update = "interventions: [{at: 60, run: kubectl set image deployment/web web=nginx:1.9.1}]";
    let scenario = format!("apiVersion: rollscope.dev/v1\nkind: Scenario\n{update}\n---\n");
    scenario + &WEB.replace("replicas: 3", "replicas: 2000")
}

#[test]
fn a_long_run_is_computed_in_slices_and_then_on_stage() {
    let mut state = page(WEB);
    let before = state.run.history().len();
    let effects = act(&mut state, [Action::Type(long()), Action::Run]);
    assert!(effects.contains(&Effect::GoOn) && state.work.is_some());
    assert_eq!(state.run.history().len(), before, "the stage stays as it was");
    let mut steps = vec![0];
    while let Some(work) = &state.work {
        steps.push(work.progress.steps);
        act(&mut state, [Action::GoOn]);
    }
    assert!(steps.is_sorted() && steps.len() > 2, "{steps:?}");
    assert!(state.run.history().len() >= *steps.last().expect("some"));
    let at_once = rollscope_engine::simulate(&state.run.history().scenario);
    let told = |history: &History| {
        history
            .steps
            .iter()
            .map(|step| (step.at, step.title()))
            .collect::<Vec<_>>()
    };
    assert_eq!(told(state.run.history()), told(&at_once), "slices change nothing");
}

#[test]
fn what_takes_too_long_can_be_given_up() {
    let mut state = page(WEB);
    let before = state.run.history().clone();
    act(
        &mut state,
        [Action::Type(long()), Action::Run, Action::GoOn, Action::Cancel],
    );
    assert!(state.work.is_none());
    assert!(act(&mut state, [Action::GoOn]).is_empty());
    assert!(Rc::ptr_eq(&before, state.run.history()));
    assert_eq!(*state.text, *long(), "what was typed stays");
}

/// Whenever one gives up: while it is computed, while what is drawn of it is made, and while it is held against another release.
#[test]
fn giving_up_leaves_the_last_good_run_whatever_is_being_done() {
    for doing in ["Computing", "Drawing", "Comparing"] {
        let mut state = page(WEB);
        act(&mut state, [Action::Run]);
        let (before, drawn) = (state.run.history().clone(), state.run.overview.clone());
        let many = WEB
            .replace("Deployment", "StatefulSet")
            .replace("replicas: 3", "serviceName: web\n  replicas: 400");
        let on_older = format!("apiVersion: rollscope.dev/v1\nkind: Scenario\nrelease: \"1.34\"\n---\n{many}");
        act(&mut state, [Action::Type(on_older), Action::Run]);
        while state.work.as_ref().expect("it takes longer").progress.doing != doing {
            act(&mut state, [Action::GoOn]);
            assert!(Rc::ptr_eq(&before, state.run.history()), "the stage stays as it was");
        }
        act(&mut state, [Action::Cancel, Action::GoOn]);
        assert!(state.work.is_none());
        assert!(Rc::ptr_eq(&before, state.run.history()));
        assert!(Rc::ptr_eq(
            &drawn.expect("made"),
            state.run.overview.as_ref().expect("kept")
        ));
    }
}

/// What is computed in slices comes with what is drawn of it, so that nothing is left to be made when it is there.
#[test]
fn what_comes_on_stage_is_drawn_already() {
    let mut state = page(WEB);
    act(&mut state, [Action::Type(long()), Action::Run]);
    while state.work.is_some() {
        act(&mut state, [Action::GoOn]);
    }
    let drawn = state.run.overview.clone().expect("made on the way");
    let at_once = crate::scene::making::overview(state.run.history());
    assert_eq!(drawn.strip, at_once.strip);
    assert_eq!(drawn.verdict, at_once.verdict);
    assert_eq!(*state.run.look, crate::scene::look::Look::of(state.run.history()));
    act(
        &mut state,
        [Action::Branch(crate::state::branches::Act::Compare(
            crate::state::branches::With::Release("1.34".parse().expect("a release")),
        ))],
    );
    while state.work.is_some() {
        assert!(state.branches.second.is_none(), "not before all of it is there");
        act(&mut state, [Action::GoOn]);
    }
    let second = state.branches.second.as_ref().expect("compared");
    assert!(second.run.overview.is_some());
    assert!(second.strip.sections.iter().all(|section| section.under.is_some()));
}

#[test]
fn a_visit_that_begins_with_a_long_run_shows_something_meanwhile() {
    let mut state = page(&long());
    assert!(state.work.is_some() && !state.run.history().is_empty());
    while state.work.is_some() {
        act(&mut state, [Action::GoOn]);
    }
    act(&mut state, [Action::Seek(usize::MAX)]);
    let pods = state
        .run
        .cursor
        .cluster()
        .objects()
        .filter(|object| object.kind() == Kind::Pod);
    assert_eq!(pods.count(), 2000);
}

#[test]
fn the_stage_is_looked_at_by_nodes_and_back_and_a_panel_keeps_its_part() {
    use staging::{Act, Part};
    let mut state = page(WEB);
    let key = action_for("n", false, false).expect("a key of its own");
    act(&mut state, [key.clone()]);
    assert!(state.staging.nodes);
    act(&mut state, [Action::Next(false), Action::Look(Act::Show(Part::Events))]);
    assert!(state.staging.nodes, "stepping does not change the view");
    let pod = Key::new(Kind::Pod, &"default".into(), &"any".into());
    act(
        &mut state,
        [Action::ChoosePod(Some(pod.clone())), Action::ChoosePod(None)],
    );
    assert_eq!(state.staging.part, Part::Events);
    act(&mut state, [key]);
    assert!(!state.staging.nodes);
}

#[test]
fn a_partition_on_its_way_asks_for_nothing() {
    use staging::Act;
    let mut state = page(WEB);
    let len = state.run.history().len();
    act(&mut state, [Action::Look(Act::Move(Some((web(), 2))))]);
    assert_eq!(state.staging.moved, Some((web(), 2)));
    assert_eq!(state.run.history().len(), len);
    act(&mut state, [Action::Look(Act::Move(None))]);
    assert_eq!(state.staging.moved, None);
}
