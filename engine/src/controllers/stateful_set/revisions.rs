//! Stored revisions of the template (STS-31 to STS-37). Upstream: `getStatefulSetRevisions`, `truncateHistory`.

use super::super::history::{self, Found};
use super::{Decision, View, labelled_revision, owner_reference};
use crate::api::{ControllerRevision, Object, StatefulSet};
use crate::cluster::{DeleteOptions, Write};
use crate::index::Crew;
use crate::reason::StatefulSetReason;
use std::rc::Rc;

/// The two revisions that matter in a pass, and all that are stored.
pub(super) struct Revisions {
    /// What Pods below the partition have.
    pub(super) current: Rc<ControllerRevision>,
    /// The present template's.
    pub(super) update: Rc<ControllerRevision>,
    /// All, oldest number first, as this pass leaves them.
    all: Vec<Rc<ControllerRevision>>,
}

impl Revisions {
    /// Finds, re-uses or creates the template's revision (STS-36).
    pub(super) fn find(view: &View<'_>, set: &Rc<StatefulSet>, decision: &mut Decision) -> Revisions {
        let template = &set.spec.template;
        let label = "controller.kubernetes.io/hash";
        let create = |revision| history::new_revision(&set.meta, owner_reference(set), template, label, revision);
        let reason = |found| match found {
            Found::First => StatefulSetReason::FirstRevision.into(),
            Found::New(revision) => StatefulSetReason::NewRevision { revision }.into(),
            Found::Reused(old, revision) => StatefulSetReason::ReusedRevision { old, revision }.into(),
        };
        let (selector, reference) = (&set.spec.selector, owner_reference(set));
        let adopts = |name| StatefulSetReason::Adopt { name }.into();
        let adopted = history::adopt_orphans(view, &set.meta, selector, &reference, adopts, decision);
        let history::History { update, all } =
            history::find(view, &set.meta, adopted, template, create, reason, decision);
        let stored = all
            .iter()
            .find(|revision| revision.meta.name == set.status.seen.current_revision);
        let current = stored.unwrap_or(&update).clone();
        Revisions { current, update, all }
    }

    /// Deletes revisions that nothing uses beyond the limit, lowest number first (STS-37).
    pub(super) fn truncate_history(&self, set: &StatefulSet, pods: &Crew, decision: &mut Decision) {
        let is_live = |revision: &ControllerRevision| {
            let name = &revision.meta.name;
            *name == self.current.meta.name
                || *name == self.update.meta.name
                || pods.any_with(|labels| labelled_revision(labels) == &**name)
        };
        let spare: Vec<_> = self.all.iter().filter(|revision| !is_live(revision)).collect();
        let (limit, kept) = (
            set.spec.revision_history_limit,
            i64::try_from(spare.len()).unwrap_or(i64::MAX),
        );
        if limit < 0 {
            return;
        }
        for revision in spare.into_iter().take(usize::try_from(kept - limit).unwrap_or(0)) {
            let key = Object::ControllerRevision(revision.clone()).key();
            decision.write(
                Write::Delete(key, DeleteOptions::default()),
                StatefulSetReason::Truncate { limit, kept },
            );
        }
    }
}
