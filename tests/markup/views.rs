//! The views, called as the page calls them.

use super::snapshots::Snapshots;
use super::{Case, act, page};
use rollscope::later::Later;
use rollscope::scene::overview::Overview;
use rollscope::scene::stage::Stage;
use rollscope::scene::strip::Strip;
use rollscope::scene::verdict::Verdict;
use rollscope::scene::why::Why;
use rollscope::state::branches::{self, With};
use rollscope::state::kubectl::{self, Screen};
use rollscope::state::staging::{self, Part};
use rollscope::state::{Action, State, Tool, time};
use rollscope::view;
use rollscope::view::transport::{Controls, Transport};
use rollscope_engine::api::Kind;
use rollscope_engine::scenario::Intervention;
use std::rc::Rc;
use yew::{Callback, Html, html};

const LATER: Later = Later::LINKED;

/// All views of a run, and then of two runs beside each other.
pub fn of_a_run(case: &Case, snapshots: &mut Snapshots) {
    let state = &mut page(case);
    let mut take = |view: &str, html: Html| snapshots.take(case.name, view, html);
    let on = &Callback::noop();
    // The head says next to nothing of a run: one is enough.
    if case.name == "deployment" {
        let difference = overview(state).difference.clone();
        take("top", view::top::view(state, difference.as_ref(), on));
    }
    take("stage", stage(state));
    take("why", view::why::view(&Why::of(&state.run.cursor)));
    state.staging.others = true;
    take("others", (LATER.others)(state, &Callback::noop()));
    state.staging.others = false;
    take("transport", transport(state));
    take("verdict", view::transport::verdict(&Verdict::of(state.run.history())));
    take("answers", view::answers::view(state, on));
    of_time(state, &mut take);
    of_pods(state, &mut take);
    of_actions(state, &mut take);
    of_kubectl(state, &mut take);
    of_two_runs(state, &mut take);
    of_a_mistake(state, &mut take);
}

/// The strip, whole and closely; the report.
fn of_time(state: &mut State, take: &mut impl FnMut(&str, Html)) {
    take("strip", strip(state));
    take("tools", around(state).head);
    let time = Action::Time;
    act(
        state,
        [time(time::Act::Zoom(4.0, Some(0.5))), time(time::Act::Report(true))],
    );
    let closely = around(state);
    take("report", closely.report);
    take(
        "zoom",
        html! { <>{ closely.head }{ closely.frame.over }{ closely.foot }</> },
    );
    act(state, [time(time::Act::Fit), time(time::Act::Report(false))]);
}

/// The stage by nodes, and all parts of the panel of the newest Pod.
fn of_pods(state: &mut State, take: &mut impl FnMut(&str, Html)) {
    let look = Action::Look;
    act(state, [look(staging::Act::Nodes(true))]);
    take("nodes", (LATER.nodes)(state, &scene(state), &Callback::noop()));
    act(state, [look(staging::Act::Nodes(false))]);
    let pods = state.run.cursor.cluster().of_kind(Kind::Pod);
    let newest = pods
        .max_by_key(|pod| pod.meta().creation_timestamp)
        .map(|pod| pod.key());
    assert!(newest.is_some(), "a Pod to look at");
    act(state, [Action::ChoosePod(newest)]);
    for part in [Part::Status, Part::Containers, Part::Events, Part::Yaml] {
        act(state, [look(staging::Act::Show(part))]);
        let name = format!("pod-{part:?}").to_ascii_lowercase();
        take(&name, (LATER.pod)(state, &Callback::noop()));
    }
    act(state, [Action::ChoosePod(None)]);
}

/// The bar, and a form above it.
fn of_actions(state: &mut State, take: &mut impl FnMut(&str, Html)) {
    take("actions", (LATER.actions)(state, &Callback::noop()));
    act(state, [Action::Use(Some(Tool::Undo))]);
    take("actions-undo", (LATER.actions)(state, &Callback::noop()));
    act(state, [Action::Use(None)]);
}

/// What each button shows.
fn of_kubectl(state: &mut State, take: &mut impl FnMut(&str, Html)) {
    for screen in Screen::ALL {
        act(state, [Action::Kubectl(kubectl::Act::Show(screen))]);
        let name = format!("kubectl-{}", screen.name());
        take(&name, (LATER.kubectl)(state, &Callback::noop()));
    }
}

/// Restarted in the midst of the run, beside the run as it was.
fn of_two_runs(state: &mut State, take: &mut impl FnMut(&str, Html)) {
    let midst = state.run.telling_position();
    act(state, [Action::Seek(midst)]);
    let workload = state.workload().expect("a workload").key();
    let restart = Action::Intervene(Intervention::Restart(workload), None);
    let compare = Action::Branch(branches::Act::Compare(With::Kept(0)));
    act(state, [restart, compare, Action::Time(time::Act::Report(true))]);
    assert!(state.branches.second.is_some(), "two runs");
    let compared = around(state);
    take("compare", html! { <>{ compared.head }{ compared.beside }</> });
    take("compare-report", compared.report);
    take("compare-strip", strip(state));
    take("actions-said", (LATER.actions)(state, &Callback::noop()));
}

/// What is said about a text with a mistake.
fn of_a_mistake(state: &mut State, take: &mut impl FnMut(&str, Html)) {
    take("diagnostics", view::diagnostics::view(state, &Callback::noop()));
    let text = state.text.replace("containers:", "container:");
    act(state, [Action::Type(text), Action::Run]);
    take("diagnostics-mistake", view::diagnostics::view(state, &Callback::noop()));
}

fn scene(state: &State) -> Stage {
    let cursor = &state.run.cursor;
    let stage = Stage::with(cursor, &state.run.look, state.pod.as_ref(), Some(LATER.more), None);
    stage.with_traffic(&overview(state).traffic, cursor.time())
}

/// By workloads; those that have slots with them.
fn stage(state: &State) -> Html {
    let slots = |kind, slots: &_| (LATER.draw_slots)(state, kind, slots, &Callback::noop());
    view::stage::view(&scene(state), &slots, &LATER.crowd, Callback::noop())
}

fn drawn(state: &State) -> Rc<Strip> {
    let second = state.branches.second.as_ref();
    second.map_or_else(|| overview(state).strip.clone(), |second| second.strip.clone())
}

fn overview(state: &State) -> Rc<Overview> {
    (LATER.overview)(&mut state.run.clone())
}

fn around(state: &State) -> view::strip::Around {
    let verdict = Verdict::of(state.run.history());
    (LATER.time)(state, &drawn(state), &verdict, &Callback::noop())
}

fn strip(state: &State) -> Html {
    let (position, moment) = (state.run.position(), state.run.cursor.time().to_string());
    view::strip::view(&drawn(state), position, &moment, around(state).frame, Callback::noop())
}

fn transport(state: &State) -> Html {
    let transport = Transport {
        position: state.run.position(),
        len: state.run.history().len(),
        time: state.run.cursor.time(),
        playing: state.playing,
        speed: state.speed.label(),
        show_reports: state.every_write,
    };
    let controls = Controls {
        start: Callback::noop(),
        back: Callback::noop(),
        toggle: Callback::noop(),
        forward: Callback::noop(),
        end: Callback::noop(),
        speed: Callback::noop(),
        reports: Callback::noop(),
    };
    view::transport::view(&transport, &controls)
}
