//! The world's load in a text: what there is to do, for which workload, over time.

use super::command;
use super::text::Reader;
use crate::api::{Kind, amount};
use crate::manifest::{Data, Document, Entry, Node};
use crate::time::Time;
use crate::value::Value;
use crate::world::{Curve, Point};

impl Reader {
    /// `deployment/web: {cpu: [{at: 60, over: 30, to: 500m}]}`.
    pub(super) fn load(&mut self, node: &Node, documents: &[Document]) {
        for workload in node.entries() {
            let key = match command::target(&workload.key) {
                Ok(key) => key,
                Err(error) => {
                    self.error(workload.key_span, error);
                    continue;
                }
            };
            let is_it =
                |document: &&Document| Kind::from_name(&document.kind) == Some(key.kind) && document.name == *key.name;
            if !documents.iter().any(|document| is_it(&document)) {
                let message = format!("no manifest here is {} {}", key.kind.name(), key.name);
                self.error(workload.key_span, message);
            }
            for metric in workload.value.entries() {
                let curve = self.curve(metric);
                let name = (key.to_string(), metric.key.clone());
                self.scenario.world.load.curves.insert(name, curve);
            }
        }
    }

    fn curve(&mut self, metric: &Entry) -> Curve {
        let mut curve = Curve::default();
        if metric.value.items().is_empty() {
            self.error(
                metric.value.span,
                "a load is a list of {at: seconds, to: amount}".into(),
            );
        }
        for item in metric.value.items() {
            if let Some(point) = self.point(item) {
                if curve.points.last().is_some_and(|last| point.at < last.at + last.over) {
                    self.error(item.span, "the changes of a load follow one another in time".into());
                }
                curve.points.push(point);
            }
        }
        curve
    }

    fn point(&mut self, item: &Node) -> Option<Point> {
        let (mut at, mut over, mut to) = (None, None, None);
        for entry in item.entries() {
            match entry.key.as_str() {
                "at" => at = self.duration(entry),
                "over" => over = self.duration(entry),
                "to" => to = self.share(entry),
                _ => self.unknown(entry, "at, over, to"),
            }
        }
        if item.entry("at").is_none() || item.entry("to").is_none() {
            self.error(
                item.span,
                "a change of a load needs \"at\": seconds, and \"to\": an amount".into(),
            );
        }
        Some(Point {
            at: Time::ZERO + at?,
            over: over.unwrap_or_default(),
            to: to?,
        })
    }

    fn share(&mut self, entry: &Entry) -> Option<i64> {
        let value = match &entry.value.data {
            Data::Int(whole) => Some(Value::Int(*whole)),
            Data::Float(number) => Some(crate::manifest::json_number(*number).into()),
            _ => entry.value.as_str().map(Value::from),
        };
        let amount = value.as_ref().and_then(amount).filter(|amount| *amount >= 0);
        if amount.is_none() {
            self.error(
                entry.value.span,
                "to: expected an amount such as 2 or 500m, not below zero".into(),
            );
        }
        amount
    }
}
