//! What is stored once for all who have it: what happens to many Pods at a time is the same for most of them.

use crate::api::{Labels, Name, Object, OwnerReference, PodStatus};
use crate::cluster::Write;
use crate::reason::Reason;
use crate::shared::Shared;
use std::collections::VecDeque;
use std::rc::Rc;

/// How many values of a sort are kept to be given again.
const KEPT: usize = 16;

/// The values that were stored lately.
#[derive(Clone, Debug, Default)]
pub(super) struct Sharing {
    reasons: Recent<Rc<Reason>>,
    statuses: Recent<Shared<PodStatus>>,
    owners: Recent<Shared<Vec<OwnerReference>>>,
    labels: Recent<Labels>,
    claims: Recent<Shared<Vec<Name>>>,
}

/// Values, the oldest first.
#[derive(Clone, Debug)]
struct Recent<T>(VecDeque<T>);

impl<T> Default for Recent<T> {
    fn default() -> Recent<T> {
        Recent(VecDeque::new())
    }
}

impl<T: PartialEq + Clone> Recent<T> {
    /// Puts what is known in the place of what is equal to it. Tells whether there was any.
    fn share(&mut self, value: &T) -> Option<T> {
        if let Some(known) = self.0.iter().rev().find(|known| **known == *value) {
            return Some(known.clone());
        }
        if self.0.len() == KEPT {
            self.0.pop_front();
        }
        self.0.push_back(value.clone());
        None
    }
}

impl Sharing {
    /// The same reason, which is stored once for those who had it lately.
    pub(super) fn reason(&mut self, reason: Reason) -> Rc<Reason> {
        let reason = Rc::new(reason);
        self.reasons.share(&reason).unwrap_or(reason)
    }

    /// Lets a Pod that is about to be written share what others have as well.
    pub(super) fn write(&mut self, write: &mut Write) {
        let is_new = matches!(write, Write::Create(_));
        let (Write::Create(Object::Pod(pod)) | Write::Update(Object::Pod(pod)) | Write::UpdateStatus(Object::Pod(pod))) =
            write
        else {
            return;
        };
        // Whoever else has it would not have what is shared here.
        let Some(pod) = Rc::get_mut(pod) else { return };
        if let Some(status) = self.statuses.share(&pod.status) {
            pod.status = status;
        }
        if is_new {
            if let Some(owners) = self.owners.share(&pod.meta.owner_references) {
                pod.meta.owner_references = owners;
            }
            if let Some(labels) = self.labels.share(&pod.meta.labels) {
                pod.meta.labels = labels;
            }
            if let Some(claims) = self.claims.share(&pod.claims) {
                pod.claims = claims;
            }
        }
    }
}
