//! A Service: which ready Pods are behind it, by revision.

use super::deployment::count;
use super::report::seconds;
use super::slots::stored_revision;
use super::stage::Scope;
use super::table::Table;
use rollscope_engine::api::{Key, Kind, Labels, Name, Pod, Service, Uid};
use rollscope_engine::controllers::deployment::util;
use rollscope_engine::controllers::stateful_set::pod_revision;
use rollscope_engine::dns;
use rollscope_engine::time::Time;
use rollscope_engine::traffic::Traffic;
use std::rc::Rc;

/// A Service.
#[derive(Clone, PartialEq, Debug)]
pub struct ServiceLine {
    /// Its namespace.
    pub namespace: Name,
    /// Its name.
    pub name: String,
    /// Whether it only gives names.
    pub headless: bool,
    /// Ready Pods by revision, oldest revision first.
    pub shares: Vec<Share>,
    /// Pods that are selected, ready or not.
    pub selected: i64,
    /// `8 ready endpoints · all revision 1`.
    pub text: String,
    /// `2 of 8 new connections fail`; empty while none does.
    pub failing: String,
    /// Of what these are so many: what the nodes' proxies still know.
    pub because: String,
    /// `1.3 s of traffic lost in this run`; empty if none is.
    pub lost: String,
}

/// The ready Pods of one revision.
#[derive(Clone, PartialEq, Debug)]
pub struct Share {
    /// How many.
    pub count: i64,
    /// The revision's hue.
    pub hue: u8,
    /// What the revision is called; may be empty.
    pub revision: String,
}

/// The lines of all Services, each with the workload that most of its Pods belong to.
pub(super) fn lines(scope: &Scope<'_>) -> Vec<(Option<Key>, ServiceLine)> {
    let services = scope.cluster.services();
    services.map(|service| line(scope, service)).collect()
}

fn line(scope: &Scope<'_>, service: &Rc<Service>) -> (Option<Key>, ServiceLine) {
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut selected = 0;
    // A headless name resolves to what is published, be it ready or not (SVC-31, SVC-33).
    let published: Option<Table<&Name, ()>> = service.is_headless().then(|| {
        let names = dns::published(scope.cluster, service).map(|endpoint| (&endpoint.pod, ()));
        Table::of(names.collect())
    });
    for pod in selected_pods(scope, service) {
        let group = Group::around(&mut groups, scope, pod);
        group.pods += 1;
        if !pod.is_terminating() {
            selected += 1;
        }
        let counts = match &published {
            Some(published) => published.get(&&pod.meta.name).is_some(),
            None => pod.is_ready() && !pod.is_terminating(),
        };
        group.ready += i64::from(counts);
    }
    let mut homes: Table<Key, usize> = Table::default();
    let mut shares: Table<(Key, String), Share> = Table::default();
    for Group { home, pods, ready, .. } in groups {
        *homes.entry(&home.workload, || 0) += pods;
        if ready > 0 {
            let share = shares.entry(&(home.workload, home.revision.clone()), || Share {
                count: 0,
                hue: home.hue,
                revision: home.revision,
            });
            share.count += ready;
        }
    }
    let several = homes.rows().len() > 1;
    let home = homes
        .into_rows()
        .into_iter()
        .max_by_key(|(_, pods)| *pods)
        .map(|(key, _)| key);
    let mut shares: Vec<((Key, String), Share)> = shares.into_rows();
    for ((workload, revision), share) in shares.iter_mut().filter(|_| several) {
        share.revision = format!("{} {revision}", workload.name).trim_end().to_owned();
    }
    let shares: Vec<Share> = shares.into_iter().map(|(_, share)| share).collect();
    let line = ServiceLine {
        namespace: service.meta.namespace.clone(),
        name: service.meta.name.to_string(),
        headless: service.is_headless(),
        text: text(&shares, service),
        failing: String::new(),
        because: String::new(),
        lost: String::new(),
        shares,
        selected,
    };
    let named = || named_set(scope, service);
    (home.or_else(named), line)
}

impl ServiceLine {
    /// Adds what becomes of its connections.
    pub(super) fn tell(&mut self, traffic: &Traffic, now: Time) {
        if let Some(span) = traffic.at(now).filter(|span| span.failing() > 0) {
            (self.failing, self.because) = match span.targets.len() {
                0 => (
                    "new connections are refused".to_owned(),
                    "proxies know no address".to_owned(),
                ),
                all => (
                    format!(
                        "{} of {all} new connections {}",
                        span.deaf,
                        verb(span.deaf, "fails", "fail")
                    ),
                    format!(
                        "proxies know {all} {}, {} {} not listen",
                        verb(all, "address", "addresses"),
                        span.deaf,
                        verb(span.deaf, "does", "do")
                    ),
                ),
            };
        }
        if traffic.lost().0 > 0 {
            self.lost = format!("{} of traffic lost in this run", seconds(traffic.lost()));
        }
    }
}

fn verb(count: usize, one: &'static str, many: &'static str) -> &'static str {
    if count == 1 { one } else { many }
}

/// The StatefulSet that is named by this Service, while it has no Pods yet.
fn named_set(scope: &Scope<'_>, service: &Service) -> Option<Key> {
    let object = scope.cluster.of_kind(Kind::StatefulSet).find(|object| match object {
        rollscope_engine::api::Object::StatefulSet(set) => {
            set.spec.service_name == service.meta.name && set.meta.namespace == service.meta.namespace
        }
        _ => false,
    })?;
    Some(object.key())
}

fn selected_pods<'a>(scope: &'a Scope<'_>, service: &'a Service) -> impl Iterator<Item = &'a Rc<Pod>> {
    let of_kind = scope.cluster.of_kind(Kind::Pod);
    // Pods of one template share their labels.
    let mut last: Option<(&Labels, bool)> = None;
    of_kind.filter_map(move |object| match object {
        rollscope_engine::api::Object::Pod(pod) => {
            let labels = &pod.meta.labels;
            let known = last.filter(|(others, _)| Rc::ptr_eq(others, labels));
            let is_its = || service.selector.iter().all(|(key, text)| labels.get(key) == Some(text));
            let matches = known.map_or_else(is_its, |(_, matches)| matches);
            last = Some((labels, matches));
            let ours = pod.meta.namespace == service.meta.namespace && !service.selector.is_empty();
            (matches && ours).then_some(pod)
        }
        _ => None,
    })
}

/// Pods of one owner and one revision, which have one home.
struct Group<'a> {
    owner: Uid,
    revision: &'a str,
    /// Those of the first Pod.
    labels: &'a Labels,
    home: Home,
    pods: usize,
    ready: i64,
}

impl<'a> Group<'a> {
    /// The group of a Pod.
    fn around<'g>(groups: &'g mut Vec<Group<'a>>, scope: &Scope<'_>, pod: &'a Pod) -> &'g mut Group<'a> {
        // Who has no owner is a group alone.
        let owner = pod.meta.controller().map_or(pod.meta.uid, |owner| owner.uid);
        let labels = &pod.meta.labels;
        let is_alike = |group: &Group<'_>| group.owner == owner && Rc::ptr_eq(group.labels, labels);
        if let Some(index) = groups.iter().rposition(is_alike) {
            return &mut groups[index];
        }
        let revision = pod_revision(pod);
        let is_it = |group: &Group<'_>| group.owner == owner && group.revision == revision;
        let index = groups.iter().rposition(is_it).unwrap_or_else(|| {
            let home = Home::of(scope, pod);
            groups.push(Group {
                owner,
                revision,
                labels,
                home,
                pods: 0,
                ready: 0,
            });
            groups.len() - 1
        });
        &mut groups[index]
    }
}

/// The workload and revision that a Pod belongs to.
struct Home {
    workload: Key,
    hue: u8,
    revision: String,
}

impl Home {
    fn of(scope: &Scope<'_>, pod: &Pod) -> Home {
        let namespace = &pod.meta.namespace;
        let bare = || Home {
            workload: Key::new(Kind::Pod, namespace, &pod.meta.name),
            hue: 0,
            revision: String::new(),
        };
        let Some(owner) = pod.meta.controller() else {
            return bare();
        };
        let Some(kind) = Kind::from_name(owner.kind) else {
            return bare();
        };
        let key = Key::new(kind, namespace, &owner.name);
        if let Some(revision) = stored_revision(pod) {
            return Home::by_revision(scope, key, &revision);
        }
        let Some(set) = scope.cluster.replicas(&key) else {
            return bare();
        };
        let deployment = set.meta.controller();
        Home {
            hue: scope.look.hues.hue(&key),
            revision: deployment.map_or(String::new(), |_| format!("revision {}", util::revision(set))),
            workload: deployment.map_or(key, |owner| Key::new(Kind::Deployment, namespace, &owner.name)),
        }
    }

    fn by_revision(scope: &Scope<'_>, workload: Key, revision: &Key) -> Home {
        let number = match scope.cluster.get(revision) {
            Some(rollscope_engine::api::Object::ControllerRevision(stored)) => stored.revision,
            _ => 0,
        };
        Home {
            workload,
            hue: scope.look.hues.hue(revision),
            revision: format!("revision {number}"),
        }
    }
}

/// What gets its connections; a headless name is only resolved.
fn text(shares: &[Share], service: &Service) -> String {
    let ready: i64 = shares.iter().map(|share| share.count).sum();
    let endpoints = if service.is_headless() {
        match ready {
            0 => return "does not resolve".to_owned(),
            1 => "resolves to 1 Pod".to_owned(),
            _ => format!("resolves to {ready} Pods"),
        }
    } else {
        match ready {
            0 => return "no ready endpoint".to_owned(),
            1 => "1 ready endpoint".to_owned(),
            _ => format!("{ready} ready endpoints"),
        }
    };
    match shares {
        [] => endpoints,
        [only] if only.revision.is_empty() => endpoints,
        [only] => format!("{endpoints} · all {}", only.revision),
        _ => {
            let each = shares.iter().map(|share| {
                let percent = (share.count * 100 + ready / 2) / ready;
                format!("{} of {} ({percent} %)", share.count, share.revision)
            });
            format!("{endpoints} · {}", each.collect::<Vec<_>>().join(", "))
        }
    }
}

impl ServiceLine {
    /// Ready Pods.
    pub fn ready(&self) -> i64 {
        self.shares.iter().map(|share| share.count).sum()
    }

    /// The bar's end: all selected Pods, ready or not.
    pub fn end(&self) -> i64 {
        self.selected.max(self.ready()).max(count(1))
    }
}
