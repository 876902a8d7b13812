//! Resource quotas, as far as they count Pods: the admission check, and the controller that keeps the books (spec: RS-08,
//! RS-33). Upstream: `apiserver/pkg/admission/plugin/resourcequota`, `pkg/controller/resourcequota`.

use super::{Decision, View};
use crate::api::{Key, Kind, Name, Object, ResourceQuota};
use crate::cluster::Write;
use crate::reason::ReplicaSetReason;
use std::rc::Rc;

/// One look at one quota: publishes its limit and what is used of it.
pub fn reconcile(view: &View<'_>, key: &Key) -> Decision {
    let mut decision = Decision::default();
    if let Some(Object::ResourceQuota(quota)) = view.cluster.get(key) {
        let mut counted = (**quota).clone();
        counted.hard_pods = quota.limit();
        counted.used_pods = counted.hard_pods.map(|_| view.index.unfinished(&key.namespace));
        if counted != **quota {
            let reason = ReplicaSetReason::QuotaCounted {
                used: counted.used_pods.unwrap_or(0),
                limit: counted.hard_pods.unwrap_or(0),
            };
            let write = Write::UpdateStatus(Object::ResourceQuota(Rc::new(counted)));
            decision.write(write, reason);
        }
    }
    decision
}

/// What the quota that limits a namespace most leaves to a pass, which uses it up.
pub struct Room<'a> {
    quota: Option<&'a ResourceQuota>,
    used: i64,
}

impl<'a> Room<'a> {
    /// The room as a pass finds it.
    pub fn new(view: &View<'a>, namespace: &Name) -> Room<'a> {
        let quotas = view
            .cluster
            .of_kind(Kind::ResourceQuota)
            .filter_map(|object| match object {
                Object::ResourceQuota(quota) if quota.meta.namespace == *namespace => Some((quota.limit()?, &**quota)),
                _ => None,
            });
        let quota = quotas.min_by_key(|(limit, _)| *limit).map(|(_, quota)| quota);
        // All that have not ended count.
        let used = view.index.unfinished(namespace);
        Room { quota, used }
    }

    /// Admits one Pod more, or says in the server's words why not.
    pub fn admit(&mut self, pod: &Name) -> Result<(), Rc<str>> {
        let Some((quota, limit)) = self.quota.and_then(|quota| Some((quota, quota.limit()?))) else {
            return Ok(());
        };
        let used = self.used;
        if used < limit {
            self.used += 1;
            return Ok(());
        }
        let name = &quota.meta.name;
        let counts = format!("requested: pods=1, used: pods={used}, limited: pods={limit}");
        Err(format!("pods \"{pod}\" is forbidden: exceeded quota: {name}, {counts}").into())
    }
}
