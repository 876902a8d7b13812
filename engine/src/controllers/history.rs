//! Stored revisions of a template, as StatefulSet and DaemonSet keep them.
//! Upstream: `pkg/controller/history/controller_history.go`.

use super::{Decision, View};
use crate::api::{ControllerRevision, LabelSelector, Name, Object, ObjectMeta, OwnerReference, PodTemplate, Uid};
use crate::cluster::Write;
use crate::reason::Reason;
use crate::time::Time;
use std::rc::Rc;

/// The present template's revision among all of an owner's.
pub(super) struct History {
    /// The present template's.
    pub(super) update: Rc<ControllerRevision>,
    /// All, oldest number first, as this pass leaves them.
    pub(super) all: Vec<Rc<ControllerRevision>>,
}

/// How a template's revision was come by, if something had to be written.
pub(super) enum Found {
    /// The first that was ever stored.
    First,
    /// A new one, with this number.
    New(i64),
    /// An old one, whose number was raised from the first to the second.
    Reused(i64, i64),
}

/// Finds, re-uses or creates the revision of a template (STS-36, DS-40).
pub(super) fn find(
    view: &View<'_>,
    owner: &ObjectMeta,
    adopted: Vec<Rc<ControllerRevision>>,
    template: &Rc<PodTemplate>,
    create: impl FnOnce(i64) -> ControllerRevision,
    reason: impl FnOnce(Found) -> Reason,
    decision: &mut Decision,
) -> History {
    let mut all: Vec<_> = view.cluster.revisions_of(owner.uid).cloned().collect();
    all.extend(adopted);
    crate::order::sort_by(&mut all, |a, b| order(a).cmp(&order(b)));
    let last = all.last().map_or(0, |last| last.revision);
    let equal = all.iter().rposition(|revision| revision.template == *template);
    let update = match equal {
        Some(index) if index + 1 == all.len() => {
            return History {
                update: all[index].clone(),
                all,
            };
        }
        Some(index) => {
            let mut promoted = (*all.remove(index)).clone();
            let found = Found::Reused(promoted.revision, last + 1);
            promoted.revision = last + 1;
            let promoted = Rc::new(promoted);
            let write = Write::Update(Object::ControllerRevision(promoted.clone()));
            decision.writes.push((write, reason(found)));
            promoted
        }
        None => {
            let revision = Rc::new(create(last + 1));
            let found = if last == 0 { Found::First } else { Found::New(last + 1) };
            let write = Write::Create(Object::ControllerRevision(revision.clone()));
            decision.writes.push((write, reason(found)));
            revision
        }
    };
    all.push(update.clone());
    History { update, all }
}

/// Stored revisions without an owner that carry the selected labels get this one. Upstream: `AdoptControllerRevision`.
pub(super) fn adopt_orphans(
    view: &View<'_>,
    owner: &ObjectMeta,
    selector: &LabelSelector,
    reference: &OwnerReference,
    reason: impl Fn(Name) -> Reason,
    decision: &mut Decision,
) -> Vec<Rc<ControllerRevision>> {
    let mut adopted = Vec::new();
    let orphans = view.cluster.revisions_of(Uid(0)).filter(|revision| {
        revision.meta.namespace == owner.namespace && !selector.is_empty() && selector.matches(&revision.meta.labels)
    });
    for orphan in orphans.filter(|_| !owner.is_terminating()) {
        let mut revision = (**orphan).clone();
        revision.meta.owner_references.push(reference.clone());
        let revision = Rc::new(revision);
        let write = Write::Update(Object::ControllerRevision(revision.clone()));
        decision.writes.push((write, reason(orphan.meta.name.clone())));
        adopted.push(revision);
    }
    adopted
}

fn order(revision: &ControllerRevision) -> (i64, Time, &str) {
    (revision.revision, revision.meta.creation_timestamp, &revision.meta.name)
}

/// A revision of this template, named `<owner>-<hash>` (STS-35, DS-40).
pub(super) fn new_revision(
    owner: &ObjectMeta,
    reference: OwnerReference,
    template: &Rc<PodTemplate>,
    hash_label: &str,
    revision: i64,
) -> ControllerRevision {
    let hash = template.hash_name();
    let mut meta = ObjectMeta::named(&owner.namespace, format!("{}-{hash}", owner.name));
    let mut labels = (*template.labels).clone();
    labels.insert(hash_label.into(), hash.into());
    meta.labels = Rc::new(labels);
    meta.annotations = owner.annotations.clone();
    meta.owner_references = vec![reference].into();
    ControllerRevision {
        meta,
        revision,
        template: template.clone(),
    }
}
