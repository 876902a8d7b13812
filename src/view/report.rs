//! The report, beside the stage: figures for the run and for every workload, each with the moment it is of.

use super::click;
use crate::scene::report::{Line, Report, Row, side_by_side};
use crate::state::time::Act;
use crate::state::{Action, State};
use rollscope_engine::History;
use rollscope_engine::traffic::Traffic;
use std::rc::Rc;
use yew::prelude::*;

/// The report on what is on the stage.
pub fn view(state: &State, on: &Callback<Action>) -> Html {
    let close = click(on, Action::Time(Act::Report(false)));
    let mut runs = vec![(state.run_name(), state.run.history().clone())];
    let second = state.branches.second.as_ref();
    runs.extend(second.map(|second| (second.name.clone(), second.run.history().clone())));
    html! {
        <section class="report" aria-label="Report">
            <button class="icon" aria-label="Close the report" title="Close the report" onclick={close}>{ "✕" }</button>
            <h2>{ "Report" }</h2>
            <Figures {runs} on={on.clone()} />
        </section>
    }
}

/// What the figures are of.
#[derive(Properties)]
struct FiguresProps {
    runs: Vec<(Rc<str>, Rc<History>)>,
    on: Callback<Action>,
}

/// A history is never changed, so that it is the same exactly if it is the same allocation.
impl PartialEq for FiguresProps {
    fn eq(&self, other: &FiguresProps) -> bool {
        let mut pairs = self.runs.iter().zip(&other.runs);
        self.runs.len() == other.runs.len() && pairs.all(|((name, a), (other, b))| name == other && Rc::ptr_eq(a, b))
    }
}

/// The figures: read off whole histories, once for each.
#[component]
fn Figures(props: &FiguresProps) -> Html {
    let of = |(_, history): &(Rc<str>, Rc<History>)| Report::of(history, &Traffic::of(history));
    let reports: Vec<Report> = props.runs.iter().map(of).collect();
    let columns = props.runs.len();
    let sections = side_by_side(&reports.iter().collect::<Vec<_>>());
    html! {
        <>
            { for reports.iter().zip(&props.runs).map(|(report, (name, _))| html! {
                <p class="summary">
                    if columns > 1 { <b>{ &**name }</b>{ " " } }
                    { &report.verdict.text }
                </p>
            }) }
            <table class={(columns > 1).then_some("two")}>
                if columns > 1 {
                    <thead>
                        <tr>
                            <td />
                            { for props.runs.iter().map(|(name, _)| html! { <th scope="col">{ &**name }</th> }) }
                        </tr>
                    </thead>
                }
                { for sections.iter().map(|(title, rows)| section(title, rows, props)) }
            </table>
        </>
    }
}

fn section(title: &str, rows: &[Row], props: &FiguresProps) -> Html {
    let span = (props.runs.len() + 1).to_string();
    html! {
        <tbody>
            if !title.is_empty() {
                <tr class="of"><th scope="rowgroup" colspan={span}>{ title }</th></tr>
            }
            { for rows.iter().map(|each| row(each, props)) }
        </tbody>
    }
}

fn row(row: &Row, props: &FiguresProps) -> Html {
    let cells = row.cells.iter().enumerate();
    html! {
        <tr>
            <th scope="row">{ &row.name }</th>
            { for cells.map(|(column, line)| html! {
                <td class={(row.better == Some(column)).then_some("better")}>
                    if let Some(line) = line { { cell(line, props) } } else { { "–" } }
                    if row.better == Some(column) { <span class="unseen">{ "better" }</span> }
                </td>
            }) }
        </tr>
    }
}

fn cell(line: &Line, props: &FiguresProps) -> Html {
    let position = |at| props.runs[0].1.position_at(at);
    html! {
        <>
            <span class="value">{ &line.value }</span>
            if let Some(at) = line.moment {
                <button class="moment" title="Go to this moment" onclick={click(&props.on, Action::Seek(position(at)))}>
                    { at.to_string() }
                </button>
            }
            if !line.note.is_empty() { <span class="note">{ &line.note }</span> }
        </>
    }
}
