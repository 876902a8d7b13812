//! A Service: which ready Pods are behind it, by revision.

use super::deployment::count;
use super::pod::Seen;
use super::report::seconds;
use super::slots::stored_revision;
use super::stage::Scope;
use super::table::Table;
use rollscope_engine::api::{Key, Kind, Labels, Name, Object, Pod, Service, Uid};
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
    let kept = scope.kept.filter(|_| !service.is_headless());
    let groups = kept.map(|kept| kept.groups(scope, service));
    // Pods whose owner is gone go by the name of the first of them.
    let groups = groups.filter(|groups| groups.have_homes(scope));
    let groups = groups.unwrap_or_else(|| Rc::new(Groups::of(scope, service)));
    let mut homes: Table<Key, usize> = Table::default();
    let mut shares: Table<(Key, String), Share> = Table::default();
    for group in groups.of.rows().iter().flat_map(|(_, groups)| groups) {
        let home = Home::of(scope, &group.one);
        *homes.entry(&home.workload, || 0) += group.pods;
        if group.ready > 0 {
            let share = shares.entry(&(home.workload, home.revision.clone()), || Share {
                count: 0,
                hue: home.hue,
                revision: home.revision,
            });
            share.count += count(group.ready);
        }
    }
    let all = || groups.of.rows().iter().flat_map(|(_, groups)| groups);
    let selected = count(all().map(|group| group.selected).sum());
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
            (self.failing, self.because) = match span.targets {
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
        Object::StatefulSet(set) => {
            set.spec.service_name == service.meta.name && set.meta.namespace == service.meta.namespace
        }
        _ => false,
    })?;
    Some(object.key())
}

/// Pods of one owner and one revision, which have one home.
#[derive(Clone)]
struct Group {
    revision: Rc<str>,
    /// One of them.
    one: Rc<Pod>,
    pods: usize,
    selected: usize,
    ready: usize,
}

/// The Pods that a Service selects, by their owners; who has no owner is a group alone.
#[derive(Clone, Default)]
pub struct Groups {
    of: Table<Uid, Vec<Group>>,
}

impl Groups {
    pub(super) fn of(scope: &Scope<'_>, service: &Service) -> Groups {
        // A headless name resolves to what is published, be it ready or not (SVC-31, SVC-33).
        let published: Option<Table<&Name, ()>> = service.is_headless().then(|| {
            let names = dns::published(scope.cluster, service).map(|endpoint| (&endpoint.pod, ()));
            Table::of(names.collect())
        });
        let mut groups = Groups::default();
        let mut selects = Selects::new(service);
        for object in scope.cluster.of_kind(Kind::Pod) {
            if let Object::Pod(pod) = object
                && selects.pod(pod)
            {
                let counts = match &published {
                    Some(published) => published.get(&&pod.meta.name).is_some(),
                    None => is_endpoint(pod),
                };
                groups.add(pod, counts);
            }
        }
        groups
    }

    fn add(&mut self, pod: &Rc<Pod>, counts: bool) {
        let (owner, revision) = owner(pod);
        self.add_to(owner, revision, pod, counts);
    }

    /// The same of one that was looked at.
    pub(super) fn meet(&mut self, seen: &Seen) {
        let pod = seen.who.pod();
        match &seen.known {
            Some((_, hash)) => self.add_to(seen.owner, hash, pod, is_endpoint(pod)),
            None => self.add(pod, is_endpoint(pod)),
        }
    }

    fn add_to(&mut self, owner: Uid, revision: &str, pod: &Rc<Pod>, counts: bool) {
        let groups = self.of.entry(&owner, Vec::new);
        let known = groups.iter().position(|group| *group.revision == *revision);
        let index = known.unwrap_or_else(|| {
            groups.push(Group {
                revision: revision.into(),
                one: pod.clone(),
                pods: 0,
                selected: 0,
                ready: 0,
            });
            groups.len() - 1
        });
        let group = &mut groups[index];
        group.pods += 1;
        group.selected += usize::from(!pod.is_terminating());
        group.ready += usize::from(counts);
    }

    fn have_homes(&self, scope: &Scope<'_>) -> bool {
        let mut owners = self
            .of
            .rows()
            .iter()
            .flat_map(|(_, groups)| groups)
            .filter(|group| group.one.meta.controller().is_some());
        owners.all(|group| Home::of(scope, &group.one).workload.kind != Kind::Pod)
    }

    /// A Pod as it was goes, as it is it comes.
    pub(super) fn change(&mut self, before: Option<&Rc<Pod>>, after: Option<&Rc<Pod>>) {
        if let Some(pod) = before {
            self.remove(pod);
        }
        if let Some(pod) = after {
            self.add(pod, is_endpoint(pod));
        }
    }

    fn remove(&mut self, pod: &Pod) {
        let (owner, revision) = owner(pod);
        let Some(groups) = self.of.get_mut(&owner) else { return };
        if let Some(group) = groups.iter_mut().find(|group| *group.revision == *revision) {
            group.pods -= 1;
            group.selected -= usize::from(!pod.is_terminating());
            group.ready -= usize::from(is_endpoint(pod));
        }
        groups.retain(|group| group.pods > 0);
        if groups.is_empty() {
            self.of.remove(&owner);
        }
    }
}

/// Whether a Pod gets connections.
fn is_endpoint(pod: &Pod) -> bool {
    pod.is_ready() && !pod.is_terminating()
}

/// What makes the home of a Pod: its owner, and the revision where one owner has several.
fn owner(pod: &Pod) -> (Uid, &str) {
    match pod.meta.controller() {
        None => (pod.meta.uid, ""),
        Some(owner) if matches!(owner.kind, "StatefulSet" | "DaemonSet") => (owner.uid, pod_revision(pod)),
        Some(owner) => (owner.uid, ""),
    }
}

/// Whom a Service selects.
pub(super) struct Selects<'a> {
    service: &'a Service,
    /// Pods of one template share their labels.
    last: Option<(&'a Labels, bool)>,
}

impl<'a> Selects<'a> {
    pub(super) fn new(service: &'a Service) -> Selects<'a> {
        Selects { service, last: None }
    }

    pub(super) fn pod(&mut self, pod: &'a Pod) -> bool {
        let (service, labels) = (self.service, &pod.meta.labels);
        let known = self.last.filter(|(others, _)| Rc::ptr_eq(others, labels));
        let is_its = || service.selector.iter().all(|(key, text)| labels.get(key) == Some(text));
        let matches = known.map_or_else(is_its, |(_, matches)| matches);
        self.last = Some((labels, matches));
        matches && pod.meta.namespace == service.meta.namespace && !service.selector.is_empty()
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
            Some(Object::ControllerRevision(stored)) => stored.revision,
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
