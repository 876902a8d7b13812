//! Who waited in vain, from when until the user did something or the run ended: what the time strip flags and the report
//! lists.

use super::pod::failure;
use super::verdict::{is_wanted, waits_since, without_stop};
use rollscope_engine::api::{Key, Kind, Object};
use rollscope_engine::cluster::Cluster;
use rollscope_engine::history::{Cursor, History};
use rollscope_engine::order;
use rollscope_engine::step::Actor;
use rollscope_engine::time::Duration;
use std::rc::Rc;

/// Before an intervention, a wait shorter than this is nothing to speak of.
const LONG: Duration = Duration(10_000);

/// A wait in vain.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Stall {
    /// The position from which on nothing changed about it.
    pub since: usize,
    /// The position at which the user did something; `None` if it lasts to the end.
    pub until: Option<usize>,
    pub who: (Actor, Key),
    /// What it waited for.
    pub reasons: Vec<String>,
}

/// All of them, the first first.
pub(super) fn stalls(history: &Rc<History>) -> Vec<Stall> {
    let mut found: Vec<Stall> = Vec::new();
    let mut cursor = Cursor::new(history.clone());
    let ends = history.answers.iter().skip(1).map(|answer| answer.position);
    for end in ends.chain([history.len()]) {
        let is_last = end == history.len();
        let cluster = cursor.seek(end);
        for (waiter, blocked) in cluster.waiting() {
            let unwanted = blocked.iter().filter(|blocked| !is_wanted(blocked));
            let reasons: Vec<String> = unwanted.map(|blocked| without_stop(&blocked.reason.saw())).collect();
            let since = waits_since(history, end, waiter);
            let long = history.time_at(end).since(history.time_at(since)) >= LONG;
            if reasons.is_empty() || !(is_last || long && has_failed(cluster)) {
                continue;
            }
            // What the user did may have changed nothing about it.
            let is_same = |known: &&mut Stall| known.since == since && known.who == *waiter;
            let until = (!is_last).then_some(end);
            match found.iter_mut().find(is_same) {
                Some(known) => known.until = until,
                None => found.push(Stall {
                    since,
                    until,
                    who: waiter.clone(),
                    reasons,
                }),
            }
        }
    }
    order::sort_by_key(&mut found, |stall| stall.since);
    found
}

fn has_failed(cluster: &Cluster) -> bool {
    cluster.of_kind(Kind::Pod).any(|object| match object {
        Object::Pod(pod) => failure(pod).is_some(),
        _ => false,
    })
}
