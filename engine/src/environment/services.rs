//! Which Services had endpoints, and when: what an application needs that is only ready while another answers.

use crate::api::{EndpointSlice, Name};
use crate::ordered::Ordered;
use crate::time::Time;

/// From when on each Service had a ready endpoint, and from when on none.
#[derive(Clone, Debug, Default)]
pub struct Services {
    changes: Ordered<(Name, Name), Vec<(Time, bool)>>,
}

impl Services {
    /// From when on a Service had a ready endpoint, and from when on none, in order; nothing for one that never had any.
    pub fn history(&self, namespace: &Name, name: &Name) -> &[(Time, bool)] {
        self.changes
            .get(&(namespace.clone(), name.clone()))
            .map_or(&[], |changes| changes)
    }

    /// Notes what a Service's slices say now; tells whether that is news.
    pub fn note<'a>(
        &mut self,
        namespace: &Name,
        name: &Name,
        slices: impl Iterator<Item = &'a EndpointSlice>,
        now: Time,
    ) -> bool {
        let mut endpoints = slices.flat_map(|slice| &slice.endpoints);
        let has_ready = endpoints.any(|endpoint| endpoint.ready);
        let changes = self.changes.or_default((namespace.clone(), name.clone()));
        let is_news = changes.last().is_some_and(|(_, was)| *was) != has_ready;
        if is_news {
            changes.push((now, has_ready));
        }
        is_news
    }
}
