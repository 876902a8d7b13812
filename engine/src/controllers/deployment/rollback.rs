//! A rollback that an annotation asks for (DEP-72); kubectl edits the template itself.
//! Upstream: `pkg/controller/deployment/rollback.go`.

use super::{Pass, util};
use crate::api::Object;
use crate::cluster::Write;
use crate::event::Note;
use crate::reason::DeploymentReason;
use std::rc::Rc;

impl Pass<'_> {
    /// The revision that is asked for; 0 means the last one. Upstream: `getRollbackTo`.
    pub(super) fn rollback_to(&self) -> Option<i64> {
        util::annotated(&self.stored.meta, util::ROLLBACK_TO)
    }

    /// Puts the revision's template back if it can, and takes the annotation away in any case.
    pub(super) fn rollback(&mut self, asked: i64) {
        if !self.refresh_new_replica_set() && !self.create_new_replica_set() {
            return;
        }
        let revision = if asked == 0 { self.last_revision() } else { asked };
        let target = self
            .sets
            .iter()
            .find(|set| util::revision(set) == revision && revision != 0);
        let name = self.stored.meta.name.clone();
        let mut deployment = (**self.stored).clone();
        deployment.status = self.status.clone();
        deployment.meta.annotations = self.annotations.clone();
        let note = match target {
            None => Note::RevisionNotFound(asked == 0),
            Some(set) if set.spec.template == deployment.spec.template => Note::TemplateUnchanged(name),
            Some(set) => {
                deployment.spec.template = set.spec.template.clone();
                deployment.meta.annotations = util::restored_annotations(&deployment.meta, set);
                Note::RolledBack(Box::new((name, revision)))
            }
        };
        self.decision.notes.push(note);
        Rc::make_mut(&mut deployment.meta.annotations).remove(util::ROLLBACK_TO);
        let write = Write::Update(Object::Deployment(Rc::new(deployment)));
        self.decision.write(write, DeploymentReason::RollBack { revision });
    }

    /// The last revision but one; 0 if there is none. Upstream: `LastRevision`.
    fn last_revision(&self) -> i64 {
        let mut revisions: Vec<i64> = self.sets.iter().map(|set| util::revision(set)).collect();
        crate::order::sort_by_key(&mut revisions, |revision| -revision);
        revisions.get(1).copied().unwrap_or(0)
    }
}
