//! What each Service should list, and what its slices do list, so that a pass looks only at the Pods in which the two differ.

use super::visits;
use crate::api::{Endpoint, EndpointSlice, Name, Pod, Service};
use crate::controllers::endpoint_slice::{Ports, endpoint, publishes_all};
use crate::value::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// The Pods of one Service.
#[derive(Clone, Debug)]
pub struct Listing {
    service: Rc<Service>,
    wanted: BTreeMap<Name, Wanted>,
    /// On which ports they listen, and how many of them do.
    ports: Vec<(Rc<Value>, i64)>,
    /// How many of them are on each node.
    nodes: BTreeMap<Name, i64>,
    /// Those of these nodes that are not there.
    absent: BTreeSet<Name>,
    slices: BTreeMap<Name, Rc<EndpointSlice>>,
    /// The Pods that are listed, each with its slice.
    listed: BTreeSet<(Name, Name)>,
    /// Those that several slices list.
    doubled: BTreeSet<Name>,
    /// The Pods that are not listed as they should be.
    astray: BTreeSet<Name>,
}

/// How a Pod should be listed.
#[derive(Clone, Debug)]
struct Wanted {
    endpoint: Endpoint,
    ports: Rc<Value>,
    node: Name,
}

impl Listing {
    /// Of a Service before any Pod is known.
    pub fn new(service: &Rc<Service>) -> Listing {
        Listing {
            service: service.clone(),
            wanted: BTreeMap::new(),
            ports: Vec::new(),
            nodes: BTreeMap::new(),
            absent: BTreeSet::new(),
            slices: BTreeMap::new(),
            listed: BTreeSet::new(),
            doubled: BTreeSet::new(),
            astray: BTreeSet::new(),
        }
    }

    /// Keeps up with a change of a Pod; `is_there` tells whether a node is.
    pub fn change_pod(&mut self, before: Option<&Pod>, after: Option<&Pod>, is_there: impl Fn(&Name) -> bool) {
        let Some(pod) = after.or(before) else { return };
        let is_ours = |pod: Option<&Pod>| pod.is_some_and(|pod| self.service.selects(pod));
        if !is_ours(before) && !is_ours(after) {
            return;
        }
        let name = &pod.meta.name;
        let wanted = after.and_then(|pod| self.wanted(pod));
        if let Some(was) = self.wanted.remove(name) {
            self.count(&was, -1, &is_there);
        }
        if let Some(is) = wanted {
            self.count(&is, 1, &is_there);
            self.wanted.insert(name.clone(), is);
        }
        self.compare(name);
    }

    fn wanted(&self, pod: &Pod) -> Option<Wanted> {
        if pod.is_finished() || !pod.has_address() || !self.service.selects(pod) {
            return None;
        }
        let ports = Ports::of(&self.service).of_pod(pod);
        let known = self.ports.iter().find(|(known, _)| *known == ports);
        Some(Wanted {
            endpoint: endpoint(pod, publishes_all(&self.service)),
            ports: known.map_or(ports, |(known, _)| known.clone()),
            node: pod.node_name.clone()?,
        })
    }

    fn count(&mut self, wanted: &Wanted, by: i64, is_there: &impl Fn(&Name) -> bool) {
        let Wanted { ports, node, .. } = wanted;
        match self.ports.iter_mut().find(|(known, _)| known == ports) {
            Some((_, number)) => *number += by,
            None => self.ports.push((ports.clone(), by)),
        }
        self.ports.retain(|(_, number)| *number > 0);
        let number = self.nodes.entry(node.clone()).or_default();
        *number += by;
        if *number == 0 {
            self.nodes.remove(node);
            self.absent.remove(node);
        } else if !is_there(node) {
            self.absent.insert(node.clone());
        }
    }

    /// Keeps up with a node that comes or goes.
    pub fn change_node(&mut self, node: &Name, is_there: bool) {
        if is_there {
            self.absent.remove(node);
        } else if self.nodes.contains_key(node) {
            self.absent.insert(node.clone());
        }
    }

    /// Keeps up with a change of one of the slices.
    pub fn change_slice(&mut self, name: &Name, after: Option<&Rc<EndpointSlice>>) {
        let before = match after {
            Some(slice) => self.slices.insert(name.clone(), slice.clone()),
            None => self.slices.remove(name),
        };
        let endpoints = |slice: Option<&Rc<EndpointSlice>>| slice.map_or(Vec::new(), |slice| slice.endpoints.clone());
        let (old, new) = (endpoints(before.as_ref()), endpoints(after));
        let (gone, come) = (missing(&old, &new), missing(&new, &old));
        for pod in &gone {
            self.listed.remove(&(pod.clone(), name.clone()));
        }
        for pod in &come {
            self.listed.insert((pod.clone(), name.clone()));
        }
        for pod in gone.iter().chain(&come) {
            let is_doubled = self.slices_of(pod).nth(1).is_some();
            match is_doubled {
                true => self.doubled.insert(pod.clone()),
                false => self.doubled.remove(pod),
            };
            self.compare(pod);
        }
    }

    /// The slices that list a Pod.
    fn slices_of(&self, pod: &Name) -> impl Iterator<Item = &Name> {
        let from = self.listed.range((pod.clone(), Name::default())..);
        from.take_while(move |(listed, _)| listed == pod)
            .map(|(_, slice)| slice)
    }

    /// Files a Pod among those that are not listed as they should be, or takes it out.
    fn compare(&mut self, pod: &Name) {
        let wanted = self.wanted.get(pod).map(|wanted| &wanted.endpoint);
        if wanted == self.listed_as(pod) {
            self.astray.remove(pod);
        } else {
            self.astray.insert(pod.clone());
        }
    }

    fn listed_as(&self, pod: &Name) -> Option<&Endpoint> {
        let slice = self.slices.get(self.slices_of(pod).next()?)?;
        find(&slice.endpoints, pod)
    }

    /// On which ports the Pods listen. `None`: not all on the same, or some are on nodes that are not there, or listed twice.
    pub fn ports(&self, lists_nodes: bool) -> Option<Option<&Rc<Value>>> {
        let misses_nodes = lists_nodes && !self.absent.is_empty() && !publishes_all(&self.service);
        if misses_nodes || !self.doubled.is_empty() || self.ports.len() > 1 {
            return None;
        }
        Some(self.ports.first().map(|(ports, _)| ports))
    }

    /// The Pods that are not listed as they should be, by name: the slice that lists each, and how it should be listed.
    pub fn astray(&self) -> impl Iterator<Item = (&Name, Option<&Name>, Option<&Endpoint>)> {
        let shown = |name| {
            visits::count();
            let wanted = self.wanted.get(name).map(|wanted| &wanted.endpoint);
            (name, self.slices_of(name).next(), wanted)
        };
        self.astray.iter().map(shown)
    }
}

/// The endpoint of a Pod; they nearly always come by name.
fn find<'a>(endpoints: &'a [Endpoint], pod: &Name) -> Option<&'a Endpoint> {
    match endpoints.binary_search_by(|endpoint| endpoint.pod.cmp(pod)) {
        Ok(place) => endpoints.get(place),
        Err(_) if endpoints.is_sorted_by(|a, b| a.pod < b.pod) => None,
        Err(_) => endpoints.iter().find(|endpoint| endpoint.pod == *pod),
    }
}

/// The Pods of these endpoints that the others do not have just like them.
fn missing(endpoints: &[Endpoint], others: &[Endpoint]) -> Vec<Name> {
    let news = endpoints
        .iter()
        .filter(|endpoint| find(others, &endpoint.pod) != Some(endpoint));
    news.map(|endpoint| endpoint.pod.clone()).collect()
}
