//! How a Pod comes to its node, or does not: what the scheduler writes, and the containers' first states.

use super::act::Deed;
use super::{Move, Surroundings, decide};
use crate::api::{ContainerStatus, Ended, Name, Object, Pod, PodTemplate};
use crate::cluster::Write;
use crate::event::Note;
use crate::reason::EnvironmentReason as Why;
use crate::time::Time;
use std::rc::Rc;

/// The scheduler binds a Pod to a node, and the kubelet begins.
pub fn bind(around: &Surroundings<'_>, node: &Name, pod: &Rc<Pod>) -> Deed {
    let mut bound = (**pod).clone();
    bound.node_name = Some(node.clone());
    bound.status.trouble.change(|trouble| trouble.unschedulable = None);
    let (write, _, mut notes) = decide(around, &Rc::new(bound), Move::Begin, around.now);
    notes.insert(0, Note::Scheduled(node.clone()));
    (write, Why::Scheduled, notes)
}

/// The scheduler binds a Pod to a node on which its volumes are not there yet.
pub fn bind_only(node: &Name, pod: &Rc<Pod>) -> Deed {
    let mut bound = (**pod).clone();
    bound.node_name = Some(node.clone());
    bound.status.trouble.change(|trouble| trouble.unschedulable = None);
    let template = bound.template.clone();
    let reason = first_reason(&template);
    renew(
        &mut bound.status.init_containers,
        template.init_containers.len(),
        "PodInitializing",
        Time::ZERO,
    );
    renew(
        &mut bound.status.containers,
        template.containers.len(),
        reason,
        Time::ZERO,
    );
    let notes = vec![Note::Scheduled(node.clone())];
    (Write::UpdateStatus(Object::Pod(Rc::new(bound))), Why::Scheduled, notes)
}

/// What app containers wait for at first.
pub(super) fn first_reason(template: &PodTemplate) -> &'static str {
    if template.init_containers.is_empty() {
        "ContainerCreating"
    } else {
        "PodInitializing"
    }
}

/// The scheduler finds no node for a Pod (NODE-03).
pub fn refuse(pod: &Rc<Pod>, message: Rc<str>) -> Deed {
    let mut refused = (**pod).clone();
    refused.status.trouble.unschedulable = Some(message.clone());
    let notes = vec![Note::FailedScheduling(message.clone())];
    let why = Why::Unschedulable { message };
    (Write::UpdateStatus(Object::Pod(Rc::new(refused))), why, notes)
}

/// Containers before their first start; those that a reboot ended are counted on.
pub(super) fn renew(statuses: &mut Box<[ContainerStatus]>, count: usize, reason: &'static str, now: Time) {
    let before = std::mem::take(statuses);
    *statuses = vec![ContainerStatus::waiting(reason); count].into();
    for (status, before) in statuses.iter_mut().zip(before) {
        let lost = before.is_running().then_some(Ended {
            reason: "Error",
            exit_code: 255,
            at: now,
        });
        if let Some(ended) = lost.or(before.newest_end()) {
            status.memory.last = Some(ended);
        }
        status.restart_count = before.restart_count + i32::from(lost.is_some());
    }
}
