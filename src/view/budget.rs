//! The budget of a rolling update on one axis: floor, desired, ceiling, and what is counted between them.

use super::percent;
use crate::scene::deployment::{Budget, Part};
use yew::prelude::*;

/// The bar. Labels can't collide: the floor's ends at its line, the ceiling's begins at its own, desired is above.
pub fn view(budget: &Budget) -> Html {
    let at = |value: i64| format!("left:{}", percent(value, budget.end));
    html! {
        <div class={classes!("budget", budget.floor.is_none().then_some("unbound"))} role="img" aria-label={in_words(budget)}>
            <div class="axis">
                if let (Some(floor), Some(ceiling)) = (budget.floor, budget.ceiling) {
                    <i class="band" style={format!("{};width:{}", at(floor), percent(ceiling - floor, budget.end))} />
                }
                { mark("desired", budget.desired, budget.end) }
                if let Some(floor) = budget.floor { { mark("floor", floor, budget.end) } }
                if let Some(ceiling) = budget.ceiling { { mark("ceiling", ceiling, budget.end) } }
                <div class="parts">
                    { for budget.parts.iter().map(|each| part(each, budget.end)) }
                </div>
            </div>
            <div class="outside">
                if budget.leaving > 0 { <span>{ format!("{} leaving", budget.leaving) }</span> }
            </div>
        </div>
    }
}

fn part(part: &Part, end: i64) -> Html {
    let state = if part.available { "available" } else { "not-yet" };
    let key = format!("{} {state}", part.hue);
    html! {
        <div {key} class={classes!("part", state, super::hue(part.hue))} style={format!("width:{}", percent(part.count, end))}>
            <span><b>{ part.count }</b><em>{ format!(" {}", part.label) }</em></span>
        </div>
    }
}

fn mark(name: &'static str, value: i64, end: i64) -> Html {
    let place = percent(value, end);
    let is_left = value * 8 < end;
    html! {
        <div key={name} class={classes!("mark", name, is_left.then_some("left"))} style={format!("left:{place}")}>
            <span>{ format!("{name} {value}") }</span>
        </div>
    }
}

fn in_words(budget: &Budget) -> String {
    let mut words: Vec<String> = budget
        .parts
        .iter()
        .map(|part| format!("{} {}", part.count, part.label))
        .collect();
    if budget.leaving > 0 {
        words.push(format!("{} leaving", budget.leaving));
    }
    words.extend(budget.floor.map(|floor| format!("floor {floor}")));
    words.push(format!("desired {}", budget.desired));
    words.extend(budget.ceiling.map(|ceiling| format!("ceiling {ceiling}")));
    words.join(", ")
}
