//! `kubectl get`: tables, names, YAML; and with `-w` every change since the start of the run (spec: CTL-03, CTL-50).

use super::events::{self, Folded};
use super::query::{Get, Output, Target};
use super::row::{self, headers};
use super::{Printed, Scope, align, not_found};
use crate::api::{Key, Kind, Object, Pod};
use crate::cluster::Change;
use crate::history::Cursor;
use crate::interventions::resource;
use crate::scenario::command::key;
use crate::time::Time;
use crate::value::Value;

/// The rows of a watch that are printed; those before are left out.
const WATCHED: usize = 400;

/// What it prints at a moment.
pub(super) fn get(get: &Get, scope: Scope<'_>) -> Printed {
    let mut printed = Printed::default();
    let groups = groups(get, scope, &mut printed.errors);
    if get.output == Output::Yaml {
        yaml(get, &groups, &mut printed);
    } else if get.output == Output::Name {
        let objects = groups.iter().flat_map(|group| &group.objects);
        let name = |object: &&Object| format!("{}/{}", resource(object), object.meta().name);
        printed.lines.extend(objects.map(name));
    } else {
        tables(get, scope, &groups, &mut printed.lines);
    }
    if printed.lines.is_empty() && printed.errors.is_empty() {
        printed.errors.push(nothing(get));
    }
    printed
}

/// The objects of one kind.
struct Group<'a> {
    kind: Option<Kind>,
    objects: Vec<&'a Object>,
    events: Vec<Folded>,
}

fn groups<'a>(get: &Get, scope: Scope<'a>, errors: &mut Vec<String>) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    for target in &get.targets {
        if groups.last().is_none_or(|group| group.kind != target.kind) {
            groups.push(Group {
                kind: target.kind,
                objects: Vec::new(),
                events: Vec::new(),
            });
        }
        let Some(group) = groups.last_mut() else { continue };
        match (target.kind, &target.name) {
            (None, _) => {
                let wanted = |object: &Key| in_namespace(get, &object.namespace);
                group.events = events::folded(scope.cluster.events(), wanted);
            }
            (Some(kind), Some(name)) => {
                let namespace = get.namespace.as_deref().unwrap_or("default");
                let key = key(kind, namespace, name);
                match scope.cluster.get(&key) {
                    Some(object) => group.objects.push(object),
                    None => errors.push(not_found(&key)),
                }
            }
            (Some(kind), None) => group
                .objects
                .extend(scope.cluster.of_kind(kind).filter(|object| is_wanted(get, object))),
        }
    }
    groups
}

fn in_namespace(get: &Get, namespace: &str) -> bool {
    namespace.is_empty() || get.namespace.as_deref().is_none_or(|wanted| wanted == namespace)
}

fn is_wanted(get: &Get, object: &Object) -> bool {
    in_namespace(get, &object.meta().namespace) && get.selector.matches(&object.meta().labels)
}

fn nothing(get: &Get) -> String {
    let cluster_wide = |target: &Target| target.kind.is_some_and(Kind::is_cluster_wide);
    match &get.namespace {
        Some(namespace) if !get.targets.iter().any(cluster_wide) => {
            format!("No resources found in {namespace} namespace.")
        }
        _ => "No resources found".to_owned(),
    }
}

fn tables(get: &Get, scope: Scope<'_>, groups: &[Group<'_>], lines: &mut Vec<String>) {
    let with_kind = groups.iter().any(|group| group.kind != groups[0].kind);
    for group in groups {
        let sheet = Sheet {
            get,
            kind: group.kind,
            with_kind,
        };
        let mut rows: Vec<Vec<String>> = group.objects.iter().map(|object| sheet.row(scope, object)).collect();
        rows.extend(group.events.iter().map(|event| sheet.event(scope, event)));
        if rows.is_empty() {
            continue;
        }
        if get.headers {
            rows.insert(0, sheet.headers());
            lines.extend((!lines.is_empty()).then(String::new));
        }
        lines.extend(align::table(&rows, &mut Vec::new()));
    }
}

/// The columns of one kind, as they were asked for.
struct Sheet<'a> {
    get: &'a Get,
    kind: Option<Kind>,
    with_kind: bool,
}

impl Sheet<'_> {
    fn with_namespace(&self) -> bool {
        self.get.namespace.is_none() && !self.kind.is_some_and(Kind::is_cluster_wide)
    }

    fn headers(&self) -> Vec<String> {
        let mut all: Vec<&str> = Vec::new();
        all.extend(self.with_namespace().then_some("NAMESPACE"));
        match self.kind {
            None => all.extend(events::HEADERS),
            Some(kind) => {
                let (shown, wide) = headers(kind);
                all.push("NAME");
                all.extend(shown);
                all.extend(wide.iter().filter(|_| self.get.output == Output::Wide));
                all.extend(self.get.labels.then_some("LABELS"));
            }
        }
        all.into_iter().map(str::to_owned).collect()
    }

    fn row(&self, scope: Scope<'_>, object: &Object) -> Vec<String> {
        let name = row::name(object);
        let name = if self.with_kind {
            format!("{}/{name}", resource(object))
        } else {
            name
        };
        let namespace = self.with_namespace().then(|| object.meta().namespace.to_string());
        let mut cells: Vec<String> = namespace.into_iter().chain([name]).collect();
        let (shown, wide) = row::row(scope, object);
        cells.extend(shown);
        if self.get.output == Output::Wide {
            cells.extend(wide);
        }
        cells.extend(self.get.labels.then(|| row::or_none(row::pairs(&object.meta().labels))));
        cells
    }

    fn event(&self, scope: Scope<'_>, event: &Folded) -> Vec<String> {
        let namespace = self.with_namespace().then(|| event.object.namespace.to_string());
        namespace.into_iter().chain(event.row(scope.now)).collect()
    }
}

fn yaml(get: &Get, groups: &[Group<'_>], printed: &mut Printed) {
    let objects: Vec<Value> = groups
        .iter()
        .flat_map(|group| &group.objects)
        .map(|object| super::object(object))
        .collect();
    let is_single = matches!(get.targets[..], [Target { name: Some(_), .. }]);
    let value = match (is_single, objects.len()) {
        (true, 0) => return,
        (true, _) => objects.into_iter().next().unwrap_or_default(),
        (false, _) => Value::from([
            ("apiVersion", "v1".into()),
            ("items", Value::List(objects)),
            ("kind", "List".into()),
            ("metadata", Value::from([("resourceVersion", "".into())])),
        ]),
    };
    printed.lines.extend(super::yaml(&value).lines().map(str::to_owned));
}

/// Every change from the start of the run to the cursor, a row each.
pub(super) fn watch(get: &Get, at: &Cursor) -> Printed {
    let (lines, left_out) = told(get, at, WATCHED);
    Printed {
        lines: lines.into_iter().map(|(_, line)| line).collect(),
        left_out,
        ..Printed::default()
    }
}

/// The same, all of it, and when each line is printed.
pub fn watched(get: &Get, at: &Cursor) -> Vec<(Time, String)> {
    told(get, at, usize::MAX).0
}

/// The last lines, and how many were left out before them.
fn told(get: &Get, at: &Cursor, most: usize) -> (Vec<(Time, String)>, usize) {
    let start = Cursor::new(at.history().clone());
    let scope = Scope::of(&start, start.time());
    let kind = get.targets[0].kind;
    let sheet = Sheet {
        get,
        kind,
        with_kind: false,
    };
    let mut rows = match kind {
        Some(kind) => {
            let there = start.cluster().of_kind(kind).filter(|object| is_watched(get, object));
            there.map(|object| Row::Object(object, scope)).collect()
        }
        None => Vec::new(),
    };
    let steps = &at.history().steps[..at.position()];
    for (index, step) in steps.iter().enumerate() {
        let scope = Scope {
            now: step.at,
            ..Scope::of(at, step.at)
        };
        for Change { before, after, .. } in step.changes().filter(|change| Some(change.key.kind) == kind) {
            let is_told = is_seen(before.as_ref(), after.as_ref());
            let object = after
                .as_ref()
                .or(before.as_ref())
                .filter(|object| is_watched(get, object));
            rows.extend(object.filter(|_| is_told).map(|object| Row::Object(object, scope)));
        }
        if kind.is_none() {
            let events = at.history().events_of(index).iter();
            let wanted = events.filter(|event| in_namespace(get, &event.object.namespace));
            rows.extend(wanted.map(|event| Row::Event(event, scope)));
        }
    }
    let left_out = rows.len().saturating_sub(most);
    let (mut lines, mut widths, mut folded) = (Vec::new(), Vec::new(), Vec::new());
    let mut pending: Vec<Vec<String>> = get.headers.then(|| sheet.headers()).into_iter().collect();
    for row in &rows[left_out..] {
        let (Row::Object(_, scope) | Row::Event(_, scope)) = row;
        pending.push(match row {
            Row::Object(object, scope) => sheet.row(*scope, object),
            Row::Event(event, scope) => {
                let index = events::fold(&mut folded, event);
                sheet.event(*scope, &folded[index])
            }
        });
        let printed = align::table(&pending, &mut widths);
        lines.extend(printed.into_iter().map(|line| (scope.now, line)));
        pending.clear();
    }
    (lines, left_out)
}

enum Row<'a> {
    Object(&'a Object, Scope<'a>),
    Event(&'a crate::event::Event, Scope<'a>),
}

fn is_watched(get: &Get, object: &Object) -> bool {
    let mut named = get.targets.iter().map(|target| target.name.as_deref());
    is_wanted(get, object) && named.any(|name| name.is_none_or(|name| *name == *object.meta().name))
}

/// Whether the API would show the difference. What the kubelet remembers, for one, it does not show.
fn is_seen(before: Option<&Object>, after: Option<&Object>) -> bool {
    match (before, after) {
        (Some(Object::Pod(before)), Some(Object::Pod(after))) => !same_pod(before, after),
        (Some(before), Some(after)) => before.meta() != after.meta() || before.to_value() != after.to_value(),
        _ => true,
    }
}

fn same_pod(one: &Pod, other: &Pod) -> bool {
    let (a, b) = (&one.status, &other.status);
    let containers = |pod: &Pod| {
        let all = pod.status.init_containers.iter().chain(&pod.status.containers);
        let seen = all.map(|status| {
            (
                status.state,
                status.ready,
                status.started,
                status.restart_count,
                status.memory.last,
            )
        });
        seen.collect::<Vec<_>>()
    };
    one.meta == other.meta
        && one.node_name == other.node_name
        && (a.phase, a.ready_since) == (b.phase, b.ready_since)
        && (a.trouble.reason, a.trouble.disruption_target) == (b.trouble.reason, b.trouble.disruption_target)
        && a.trouble.unschedulable == b.trouble.unschedulable
        && containers(one) == containers(other)
}
