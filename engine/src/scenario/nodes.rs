//! The nodes of a world, as a scenario's text describes them: how many, or each by name with what it offers.

use super::text::Reader;
use crate::api::{Node as Machine, Resources, Taint, ZONE, resources};
use crate::environment::first_nodes;
use crate::manifest::{Data, Entry, Node, Span};
use crate::value::Value;
use std::rc::Rc;

/// More nodes than this are not simulated.
const MOST: i64 = 500;

impl Reader {
    /// A number of ordinary nodes, or a map from names to what they offer.
    pub(super) fn nodes(&mut self, entry: &Entry) {
        match &entry.value.data {
            Data::Int(count @ 0..=MOST) => {
                self.scenario.world.nodes = first_nodes(usize::try_from(*count).unwrap_or(0));
            }
            Data::Map(entries) if i64::try_from(entries.len()).is_ok_and(|count| count <= MOST) => {
                self.scenario.world.nodes = entries.iter().map(|entry| self.node(entry)).collect();
            }
            _ => {
                let message =
                    format!("nodes: expected their number, at most {MOST}, or a map from names to what they offer");
                self.error(entry.value.span, message);
            }
        }
    }

    fn node(&mut self, entry: &Entry) -> Machine {
        let mut node = Machine::named(&entry.key);
        for part in entry.value.entries() {
            match part.key.as_str() {
                "cpu" | "memory" | "pods" | "ephemeral-storage" => self.amount(part, &mut node.allocatable),
                "zone" | "labels" => {
                    let labels = Rc::make_mut(&mut node.meta.labels);
                    match (&part.value.data, part.key.as_str()) {
                        (Data::String(zone), "zone") => {
                            labels.insert(ZONE.into(), zone.as_str().into());
                        }
                        (Data::Map(pairs), "labels") => labels.extend(pairs.iter().filter_map(|pair| {
                            let text = pair.value.as_str()?;
                            Some((pair.key.as_str().into(), text.into()))
                        })),
                        _ => self.error(part.value.span, format!("{}: expected text", part.key)),
                    }
                }
                "taints" => {
                    let taints = part.value.items().iter().filter_map(|item| self.taint(item));
                    node.taints = taints.collect();
                }
                key if key.contains('/') => self.amount(part, &mut node.allocatable),
                _ => self.unknown(part, "cpu, memory, pods, ephemeral-storage, zone, labels, taints"),
            }
        }
        node
    }

    fn amount(&mut self, part: &Entry, allocatable: &mut Resources) {
        let mut list = Value::default();
        *list.entry(&part.key) = part.value.to_value();
        let read = resources(Some(&list));
        match read.get(&part.key) {
            Some(0..) => allocatable.extend(read),
            _ => self.error(
                part.value.span,
                format!("{}: expected an amount such as 4 or 500m or 8Gi", part.key),
            ),
        }
    }

    fn taint(&mut self, item: &Node) -> Option<Taint> {
        let taint = item.as_str().unwrap_or_default().parse();
        taint.map_err(|error: String| self.error(item.span, error)).ok()
    }

    /// Commands about nodes that there are not: a warning, since a later command may bring them.
    pub(super) fn unknown_node(&mut self, span: Span, name: &str) {
        let nodes = &self.scenario.world.nodes;
        let mut known: Vec<&str> = nodes.iter().map(|node| &*node.meta.name).collect();
        known.extend(self.own_nodes.iter().map(String::as_str));
        if !known.contains(&name) {
            let message = format!("no node {name}: there are {}", known.join(", "));
            self.warn(span, message);
        }
    }
}
