//! Stored revisions of the template (STS-31 to STS-37). Upstream: `getStatefulSetRevisions`, `truncateHistory`, and
//! `pkg/controller/history/controller_history.go`.

use super::{Decision, View, owner_reference, pod_revision};
use crate::api::{ControllerRevision, Object, ObjectMeta, Pod, StatefulSet};
use crate::cluster::{DeleteOptions, Write};
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
        let mut all: Vec<_> = view.cluster.revisions_of(set.meta.uid).cloned().collect();
        crate::order::sort_by(&mut all, |a, b| order(a).cmp(&order(b)));
        let last = all.last().map_or(0, |last| last.revision);
        let equal = all.iter().rposition(|revision| revision.template == set.spec.template);
        let update = match equal {
            Some(index) if index + 1 == all.len() => all[index].clone(),
            Some(index) => {
                let mut promoted = (*all.remove(index)).clone();
                let reason = StatefulSetReason::ReusedRevision {
                    old: promoted.revision,
                    revision: last + 1,
                };
                promoted.revision = last + 1;
                let promoted = Rc::new(promoted);
                decision.write(Write::Update(Object::ControllerRevision(promoted.clone())), reason);
                all.push(promoted.clone());
                promoted
            }
            None => {
                let revision = Rc::new(new_revision(set, last + 1));
                let reason = match last {
                    0 => StatefulSetReason::FirstRevision,
                    last => StatefulSetReason::NewRevision { revision: last + 1 },
                };
                decision.write(Write::Create(Object::ControllerRevision(revision.clone())), reason);
                all.push(revision.clone());
                revision
            }
        };
        let stored = all
            .iter()
            .find(|revision| revision.meta.name == set.status.current_revision);
        let current = stored.unwrap_or(&update).clone();
        Revisions { current, update, all }
    }

    /// Deletes revisions that nothing uses beyond the limit, lowest number first (STS-37).
    pub(super) fn truncate_history(
        &self,
        _view: &View<'_>,
        set: &StatefulSet,
        pods: &[Rc<Pod>],
        decision: &mut Decision,
    ) {
        let is_live = |revision: &ControllerRevision| {
            let name = &revision.meta.name;
            *name == self.current.meta.name
                || *name == self.update.meta.name
                || pods.iter().any(|pod| pod_revision(pod) == &**name)
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

fn order(revision: &ControllerRevision) -> (i64, crate::time::Time, &str) {
    (revision.revision, revision.meta.creation_timestamp, &revision.meta.name)
}

/// The revision of the present template (STS-35).
fn new_revision(set: &StatefulSet, revision: i64) -> ControllerRevision {
    let template = &set.spec.template;
    let hash = template.hash_name();
    let mut meta = ObjectMeta::named(&set.meta.namespace, format!("{}-{hash}", set.meta.name));
    let mut labels = (*template.labels).clone();
    labels.insert("controller.kubernetes.io/hash".into(), hash);
    meta.labels = Rc::new(labels);
    meta.annotations = set.meta.annotations.clone();
    meta.owner_references = vec![owner_reference(set)];
    ControllerRevision {
        meta,
        revision,
        template: template.clone(),
    }
}
