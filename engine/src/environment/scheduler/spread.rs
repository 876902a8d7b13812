//! Rules about Pods beside Pods: topologySpreadConstraints, required affinity and anti-affinity (spec: NODE-09 to NODE-11).
//! Upstream: `podtopologyspread/filtering.go`, `interpodaffinity/filtering.go`.

use super::Nodes;
use super::filters::{Refusal, tolerates};
use crate::api::{LabelSelector, Name, Node, Pod};
use crate::cluster::Cluster;
use crate::controllers::daemon_set::placement;
use crate::ordered::Ordered;
use crate::value::Value;

/// The hard constraints of a Pod, counted.
pub(super) struct Spread<'a> {
    constraints: Vec<Constraint<'a>>,
}

struct Constraint<'a> {
    key: &'a str,
    max_skew: i64,
    /// Matching Pods by domain.
    counts: Ordered<Name, i64>,
    /// 1 if the Pod itself matches.
    own: i64,
    least: i64,
}

fn domain<'a>(node: &'a Node, key: &str) -> Option<&'a Name> {
    node.meta.labels.get(key)
}

impl<'a> Spread<'a> {
    pub(super) fn of(nodes: &Nodes, cluster: &Cluster, pod: &'a Pod) -> Spread<'a> {
        let all = pod.template.needs().spread.iter();
        let hard: Vec<&Value> = all
            .filter(|constraint| constraint.text("whenUnsatisfiable") == "DoNotSchedule")
            .collect();
        let has_keys = |node: &Node| hard.iter().all(|one| domain(node, one.text("topologyKey")).is_some());
        let counted: Vec<&Node> = match hard.is_empty() {
            true => Vec::new(),
            false => cluster
                .nodes()
                .map(|node| &**node)
                .filter(|node| has_keys(node))
                .collect(),
        };
        let constraints = hard
            .iter()
            .map(|constraint| Constraint::of(nodes, cluster, pod, constraint, &counted));
        Spread {
            constraints: constraints.collect(),
        }
    }

    /// Why a node would make the spread too uneven.
    pub(super) fn refusal(&self, node: &Node) -> Option<Refusal> {
        for constraint in &self.constraints {
            let reason = "node(s) didn't match pod topology spread constraints";
            let Some(domain) = domain(node, constraint.key) else {
                return Some((format!("{reason} (missing required label)"), true));
            };
            let matching = constraint.counts.get(domain).copied().unwrap_or(0);
            if matching + constraint.own - constraint.least > constraint.max_skew {
                return Some((reason.to_owned(), false));
            }
        }
        None
    }
}

impl<'a> Constraint<'a> {
    fn of(nodes: &Nodes, cluster: &Cluster, pod: &Pod, value: &'a Value, counted: &[&Node]) -> Constraint<'a> {
        let key = value.text("topologyKey");
        let selector = selector(pod, value);
        let is_counted = |node: &&&Node| {
            let honors = |policy: &str, default: &str| match value.text(policy) {
                "" => default == "Honor",
                text => text == "Honor",
            };
            let repels =
                |taint: &crate::api::Taint| taint.effect != "PreferNoSchedule" && !tolerates(cluster, pod, taint);
            let cordon = crate::api::Taint::new("node.kubernetes.io/unschedulable", "NoSchedule");
            let is_tainted = node.taints.iter().any(repels) || (node.unschedulable && repels(&cordon));
            (!honors("nodeAffinityPolicy", "Honor") || placement::matches_labels(node, &pod.template))
                && (!honors("nodeTaintsPolicy", "Ignore") || !is_tainted)
        };
        let mut counts: Ordered<Name, i64> = Ordered::new();
        for node in counted.iter().filter(is_counted) {
            let Some(domain) = domain(node, key) else { continue };
            let matches = |other: &&Pod| {
                other.meta.namespace == pod.meta.namespace
                    && !other.is_terminating()
                    && selector
                        .as_ref()
                        .is_some_and(|selector| selector.matches(&other.meta.labels))
            };
            let matching = nodes.pods(cluster, &node.meta.name).filter(matches).count();
            *counts.or_default(domain.clone()) += i64::try_from(matching).unwrap_or(i64::MAX);
        }
        let domains = i64::try_from(counts.len()).unwrap_or(i64::MAX);
        let enough = domains >= value.int("minDomains").unwrap_or(1);
        let own = selector
            .as_ref()
            .is_some_and(|selector| selector.matches(&pod.meta.labels));
        Constraint {
            key,
            max_skew: value.int("maxSkew").unwrap_or(1),
            own: i64::from(own),
            least: counts.values().copied().min().filter(|_| enough).unwrap_or(0),
            counts,
        }
    }
}

/// The selector of a rule, narrowed to the Pod's own values of `matchLabelKeys`; an absent or empty one matches nothing.
fn selector(pod: &Pod, rule: &Value) -> Option<LabelSelector> {
    let mut selector = LabelSelector::from_value(rule.get("labelSelector"));
    if selector.is_empty() {
        return None;
    }
    let mut labels = (*selector.match_labels).clone();
    for key in rule.list("matchLabelKeys").iter().filter_map(Value::as_str) {
        if let Some(value) = pod.meta.labels.get(key) {
            labels.insert(key.into(), value.clone());
        }
    }
    selector.match_labels = labels.into();
    Some(selector)
}

/// Required affinity and anti-affinity: for each rule the domains that it wants, or refuses.
pub(super) struct Affinity<'a> {
    wanted: Vec<(&'a str, Vec<Name>, bool)>,
    refused: Vec<(&'a str, Vec<Name>)>,
    /// Nodes' labels that Pods already there refuse this Pod for.
    repelled: Vec<(String, Name)>,
}

impl<'a> Affinity<'a> {
    pub(super) fn of(nodes: &Nodes, cluster: &Cluster, pod: &'a Pod) -> Affinity<'a> {
        let wanted = pod.template.needs().affinity.iter().map(|term| {
            let found = domains(nodes, cluster, pod, term);
            // The first of a group that wants to be together may start anywhere.
            let is_first = found.is_empty() && matches(pod, pod, term);
            (term.text("topologyKey"), found, is_first)
        });
        let refused = pod
            .template
            .needs()
            .anti_affinity
            .iter()
            .map(|term| (term.text("topologyKey"), domains(nodes, cluster, pod, term)));
        Affinity {
            wanted: wanted.collect(),
            refused: refused.collect(),
            repelled: repelled(nodes, cluster, pod),
        }
    }

    pub(super) fn refusal(&self, node: &Node) -> Option<Refusal> {
        let inside = |key: &str, domains: &[Name]| domain(node, key).is_some_and(|here| domains.contains(here));
        let misses = |(key, domains, is_first): &(&str, Vec<Name>, bool)| {
            !(inside(key, domains) || (*is_first && domain(node, key).is_some()))
        };
        let is_repelled = |(key, text): &(String, Name)| domain(node, key) == Some(text);
        match () {
            () if self.wanted.iter().any(misses) => Some(("node(s) didn't match pod affinity rules".to_owned(), true)),
            () if self.refused.iter().any(|(key, domains)| inside(key, domains)) => {
                Some(("node(s) didn't match pod anti-affinity rules".to_owned(), false))
            }
            () if self.repelled.iter().any(is_repelled) => {
                let reason = "node(s) didn't satisfy existing pods anti-affinity rules";
                Some((reason.to_owned(), false))
            }
            () => None,
        }
    }
}

/// Whether `other` is meant by a term of `of`.
fn matches(of: &Pod, other: &Pod, term: &Value) -> bool {
    let listed = term.list("namespaces");
    let named = |name: &Name| listed.iter().any(|text| text.as_str() == Some(name));
    let in_namespace = match listed.is_empty() && term.get("namespaceSelector").is_none() {
        true => other.meta.namespace == of.meta.namespace,
        // Namespaces have no labels here: a selector that asks for none means all.
        false => named(&other.meta.namespace) || term.get("namespaceSelector").is_some(),
    };
    in_namespace && selector(of, term).is_some_and(|selector| selector.matches(&other.meta.labels))
}

/// The values of the term's topology key where matching Pods run.
fn domains(nodes: &Nodes, cluster: &Cluster, pod: &Pod, term: &Value) -> Vec<Name> {
    let with_key = cluster
        .nodes()
        .filter_map(|node| Some((node, domain(node, term.text("topologyKey"))?)));
    let has_match = |name: &Name| nodes.pods(cluster, name).any(|other| matches(pod, other, term));
    let found = with_key.filter(|(node, _)| has_match(&node.meta.name));
    found.map(|(_, domain)| domain.clone()).collect()
}

/// Whether a Pod wants no others of some kind near it.
pub(super) fn repels(pod: &Pod) -> bool {
    !pod.template.needs().anti_affinity.is_empty()
}

/// Where Pods run that refuse this one beside them.
fn repelled(nodes: &Nodes, cluster: &Cluster, pod: &Pod) -> Vec<(String, Name)> {
    let mut found = Vec::new();
    for (key, name) in &nodes.repelling {
        let other = cluster.pod(&key.namespace, &key.name);
        let node = cluster.node(name);
        if let Some((other, node)) = other.zip(node) {
            for term in &other.template.needs().anti_affinity {
                let key = term.text("topologyKey");
                if let Some(domain) = domain(node, key).filter(|_| matches(other, pod, term)) {
                    found.push((key.to_owned(), domain.clone()));
                }
            }
        }
    }
    found
}
