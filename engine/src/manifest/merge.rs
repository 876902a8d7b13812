//! How a change meets a stored object: server-side apply by the field table, and JSON merge patches.

use super::defaults::{is_zero, of_empty};
use super::fields::{ListKind, Struct, Table, Type, table};
use super::seen::Seen;
use super::validate::shown;
use crate::value::{Map, Value};

/// Server-side apply by one manager with force. `live` is the stored object, `owned` what that manager applied last and
/// still owns. Returns the merged object, before defaults: what the manager owned and no longer names is gone, what it
/// names has its value, the rest of `live` stays.
pub fn server_side_apply(live: &Value, owned: Option<&Value>, applied: &Value) -> Value {
    let table = table();
    let kind = root(table, applied);
    let mut merged = live.clone();
    if let Some(owned) = owned {
        remove(table, kind.as_ref(), &mut merged, owned, Some(applied));
    }
    merge(table, kind.as_ref(), &merged, applied)
}

/// `kubectl apply` as it is by default: a three-way merge of what was applied last, what is stored, and the manifest. It
/// differs from server-side apply where the manifest names a block whose defaults are stored: a Deployment's strategy and
/// a volume keep only what the manifest names (ADM-119). Upstream: `patchStrategy: retainKeys`.
pub fn client_side_apply(live: &Value, last: Option<&Value>, applied: &Value) -> Value {
    let mut merged = server_side_apply(live, last, applied);
    let (Some(mut spec), Some(mut named)) = (member(&mut merged, "spec"), applied.get("spec")) else {
        return merged;
    };
    if applied.text("kind") == "Deployment"
        && let (Some(strategy), Some(named)) = (member(spec, "strategy"), named.get("strategy"))
    {
        retain(strategy, named);
    }
    // A Pod's own spec has the volumes, others have them in the template.
    for key in ["template", "spec"] {
        if let (true, Some(inner)) = (member(spec, key).is_some(), named.get(key)) {
            named = inner;
            let Some(inner) = member(spec, key) else { return merged };
            spec = inner;
        }
    }
    if let Some(Value::List(volumes)) = member(spec, "volumes") {
        for volume in volumes {
            let mut all = named.list("volumes").iter();
            if let Some(named) = all.find(|named| named.text("name") == volume.text("name")) {
                retain(volume, named);
            }
        }
    }
    merged
}

fn member<'a>(value: &'a mut Value, key: &str) -> Option<&'a mut Value> {
    match value {
        Value::Map(members) => members.get_mut(key),
        _ => None,
    }
}

/// Leaves only the members that the manifest names.
fn retain(merged: &mut Value, named: &Value) {
    if let Value::Map(members) = merged {
        members.retain(|key, _| named.get(key).is_some());
    }
}

/// What a manager that applied `owned` still owns of `live`: leaves with another value were taken by somebody else.
pub fn still_owned(owned: &Value, live: &Value) -> Value {
    let table = table();
    keep(table, root(table, owned).as_ref(), owned, live).unwrap_or_else(|| Value::Map(Map::new()))
}

/// What a manager that applies `applied` owns alone: a value that somebody else has given `live` already is shared, and
/// stays when the manager no longer names it. List items are not divided.
pub fn owned_alone(applied: &Value, owned: &Value, live: &Value) -> Value {
    let table = table();
    alone(table, root(table, applied).as_ref(), applied, Some(owned), live).unwrap_or_default()
}

fn alone(table: &Table, kind: Option<&Type>, applied: &Value, owned: Option<&Value>, live: &Value) -> Option<Value> {
    let shape = shape(table, kind, applied);
    match (&shape, applied, live) {
        (Shape::Members(..), Value::Map(applied), Value::Map(live)) if !applied.is_empty() => {
            let mut kept = Map::new();
            kept.extend(applied.iter().filter_map(|(key, applied)| {
                let owned = owned.and_then(|owned| owned.get(key));
                let live = live.get(key).unwrap_or(&Value::Null);
                Some((key.clone(), alone(table, shape.member(key), applied, owned, live)?))
            }));
            (!kept.is_empty()).then_some(Value::Map(kept))
        }
        (Shape::Leaf, ..) if owned.is_none() && *live != Value::Null && covers(live, applied) => None,
        _ => Some(applied.clone()),
    }
}

/// Applies an RFC 7386 merge patch.
pub fn json_merge_patch(target: &mut Value, patch: &Value) {
    let Value::Map(patch) = patch else {
        *target = patch.clone();
        return;
    };
    if !matches!(target, Value::Map(_)) {
        *target = Value::Map(Map::new());
    }
    let Value::Map(members) = target else { return };
    for (key, value) in patch {
        if *value == Value::Null {
            members.remove(key);
        } else {
            json_merge_patch(members.or_default(key.clone()), value);
        }
    }
}

/// The type of a whole object; objects without a table merge as plain maps.
pub(super) fn root(table: &Table, object: &Value) -> Option<Type> {
    table
        .kind_index(object.text("apiVersion"), object.text("kind"))
        .map(Type::Struct)
}

/// How a value of some type takes part in a merge.
enum Shape<'a> {
    /// Replaced whole.
    Leaf,
    /// Member by member.
    Members(Option<&'a Struct>, Option<&'a Type>),
    /// Item by item, told apart by keys.
    Keyed(&'a Type, &'a [&'static str]),
    /// Value by value.
    Set,
}

fn shape<'a>(table: &'a Table, kind: Option<&'a Type>, value: &Value) -> Shape<'a> {
    match (kind, value) {
        (Some(Type::Struct(index)), Value::Map(_)) => {
            let structure = table.structure(*index);
            if structure.atomic {
                Shape::Leaf
            } else {
                Shape::Members(Some(structure), None)
            }
        }
        (Some(Type::Map(item, false)), Value::Map(_)) => Shape::Members(None, Some(item)),
        (None | Some(Type::Any), Value::Map(_)) => Shape::Members(None, None),
        (Some(Type::List(item, ListKind::Keyed(keys))), Value::List(_)) => Shape::Keyed(item, keys),
        (Some(Type::List(_, ListKind::Set)), Value::List(_)) => Shape::Set,
        _ => Shape::Leaf,
    }
}

impl<'a> Shape<'a> {
    /// The type of a member.
    fn member(&self, key: &str) -> Option<&'a Type> {
        match self {
            Shape::Members(Some(structure), _) => structure.field(key).map(|field| &field.kind),
            Shape::Members(None, item) => *item,
            _ => None,
        }
    }
}

/// Takes out of `live` what `owned` names and `applied` does not. Maps that become empty by that go too.
fn remove(table: &Table, kind: Option<&Type>, live: &mut Value, owned: &Value, applied: Option<&Value>) {
    let shape = shape(table, kind, owned);
    match (&shape, live, owned) {
        (Shape::Members(..), Value::Map(members), Value::Map(owned)) => {
            for (key, owned) in owned {
                let applied = applied.and_then(|applied| applied.get(key));
                let Some(live) = members.get_mut(key) else {
                    continue;
                };
                let had_content = !is_zero(live);
                remove(table, shape.member(key), live, owned, applied);
                let gone = *live == Value::Null
                    || had_content && is_empty_container(live)
                    || is_left_to_defaults(table, shape.member(key), live);
                if applied.is_none() && gone {
                    members.remove(key);
                }
            }
        }
        (Shape::Keyed(item, keys), Value::List(live), Value::List(owned)) => {
            let applied = Items::new(table, item, keys, applied.map(Value::items).unwrap_or_default());
            let owned = Items::new(table, item, keys, owned);
            live.retain_mut(|live| {
                let id = identity(table, item, keys, live);
                match (owned.get(&id), applied.get(&id)) {
                    (Some(_), None) => false,
                    (Some(owned), Some(applied)) => {
                        remove(table, Some(item), live, owned, Some(applied));
                        true
                    }
                    _ => true,
                }
            });
        }
        (Shape::Set, Value::List(live), Value::List(owned)) => {
            let applied = applied.map(Value::items).unwrap_or_default();
            live.retain(|item| !owned.contains(item) || applied.contains(item));
        }
        (_, live, _) if applied.is_none() => *live = Value::Null,
        _ => {}
    }
}

/// Whether nothing but defaults is left of a struct: nobody owns those, so they go with the last field that was owned.
fn is_left_to_defaults(table: &Table, kind: Option<&Type>, live: &Value) -> bool {
    match kind {
        Some(Type::Struct(index)) => covers(&of_empty(table, table.structure(*index)), live),
        _ => false,
    }
}

fn is_empty_container(value: &Value) -> bool {
    matches!(value, Value::Map(_) | Value::List(_)) && is_zero(value)
}

fn merge(table: &Table, kind: Option<&Type>, live: &Value, applied: &Value) -> Value {
    let shape = shape(table, kind, applied);
    match (&shape, live, applied) {
        (Shape::Members(..), Value::Map(live), Value::Map(applied)) => {
            let mut out = live.clone();
            for (key, value) in applied {
                let before = live.get(key).unwrap_or(&Value::Null);
                out.insert(key.clone(), merge(table, shape.member(key), before, value));
            }
            Value::Map(out)
        }
        (Shape::Keyed(item, keys), Value::List(live), Value::List(applied)) => {
            merge_keyed(table, item, keys, live, applied)
        }
        (Shape::Set, Value::List(live), Value::List(applied)) => {
            let added = applied.iter().filter(|item| !live.contains(item));
            Value::List(live.iter().chain(added).cloned().collect())
        }
        _ => applied.clone(),
    }
}

/// Keeps the order of `live` where it can; items that both have follow the order of `applied`, new ones stand where
/// `applied` has them. (structured-merge-diff's mergeListItems.)
fn merge_keyed(table: &Table, item: &Type, keys: &[&'static str], live: &[Value], applied: &[Value]) -> Value {
    let ids = |list: &[Value]| -> Vec<String> { list.iter().map(|value| identity(table, item, keys, value)).collect() };
    let (left, right) = (ids(live), ids(applied));
    let (mut in_live, mut in_applied, mut merged) = (Seen::default(), Seen::default(), Seen::default());
    left.iter().enumerate().for_each(|(index, id)| {
        in_live.is_new(id, index);
    });
    if !right.iter().enumerate().all(|(index, id)| in_applied.is_new(id, index)) {
        return Value::List(applied.to_vec());
    }
    let mut shared = right.iter().filter(|id| in_live.contains(id)).peekable();
    let mut out = Vec::new();
    let (mut l, mut r) = (0, 0);
    while l < left.len() || r < right.len() {
        let (here, there) = (left.get(l), right.get(r));
        match (here, there) {
            (Some(here), _) if !in_applied.contains(here) => {
                out.push(live[l].clone());
                l += 1;
            }
            // Shared, but merged already or not the one whose turn it is.
            (Some(here), _) if merged.contains(here) => l += 1,
            (Some(here), Some(there)) if here != there && shared.peek().is_some_and(|next| *next != here) => l += 1,
            (_, Some(there)) => {
                let before = in_live.get(there).map_or(&Value::Null, |index| &live[index]);
                out.push(merge(table, Some(item), before, &applied[r]));
                if shared.peek().is_some_and(|next| *next == there) {
                    shared.next();
                }
                merged.is_new(there, r);
                r += 1;
            }
            _ => l += 1,
        }
    }
    Value::List(out)
}

fn keep(table: &Table, kind: Option<&Type>, owned: &Value, live: &Value) -> Option<Value> {
    let shape = shape(table, kind, owned);
    match (&shape, owned, live) {
        (Shape::Members(..), Value::Map(owned_members), Value::Map(live)) if !owned_members.is_empty() => {
            let members = owned_members.iter().filter_map(|(key, owned)| {
                let live = live.get(key).unwrap_or(&Value::Null);
                keep(table, shape.member(key), owned, live).map(|kept| (key.clone(), kept))
            });
            let mut kept = Map::new();
            kept.extend(members);
            let members = kept;
            (!members.is_empty()).then_some(Value::Map(members))
        }
        (Shape::Keyed(item, keys), Value::List(owned), Value::List(live)) => {
            let live = Items::new(table, item, keys, live);
            let items = owned.iter().filter_map(|owned| {
                let live = live.get(&identity(table, item, keys, owned))?;
                keep(table, Some(item), owned, live)
            });
            let items: Vec<Value> = items.collect();
            (!items.is_empty()).then_some(Value::List(items))
        }
        (Shape::Set, Value::List(owned), Value::List(live)) => {
            let items: Vec<Value> = owned.iter().filter(|item| live.contains(item)).cloned().collect();
            (!items.is_empty()).then_some(Value::List(items))
        }
        // A stored object omits empty fields and fills in what an atomic value leaves open.
        _ if is_zero(owned) && *live == Value::Null || covers(live, owned) => Some(owned.clone()),
        _ => None,
    }
}

/// Whether `live` is `owned` with nothing but additions (defaults inside atomic values).
fn covers(live: &Value, owned: &Value) -> bool {
    match (live, owned) {
        (Value::Map(live), Value::Map(owned)) => owned.iter().all(|(key, owned)| match live.get(key) {
            Some(live) => covers(live, owned),
            None => is_zero(owned),
        }),
        (Value::List(live), Value::List(owned)) => {
            live.len() == owned.len() && live.iter().zip(owned).all(|(live, owned)| covers(live, owned))
        }
        _ => live == owned,
    }
}

/// The key fields of a list item, defaults filled in, as text.
pub(super) fn identity(table: &Table, item: &Type, keys: &[&'static str], value: &Value) -> String {
    let Type::Struct(index) = item else { return shown(value) };
    let structure = table.structure(*index);
    let key = |name: &&'static str| match value.get(name) {
        Some(Value::String(text)) => text.clone(),
        Some(value) => shown(value),
        None => structure
            .field(name)
            .and_then(|field| field.default)
            .unwrap_or_default()
            .to_owned(),
    };
    keys.iter().map(key).collect::<Vec<_>>().join("\n")
}

/// The items of a list by their keys; of two with the same key the first.
struct Items<'a> {
    list: &'a [Value],
    places: Seen,
}

impl<'a> Items<'a> {
    fn new(table: &Table, item: &Type, keys: &[&'static str], list: &'a [Value]) -> Self {
        let mut places = Seen::default();
        for (index, value) in list.iter().enumerate() {
            places.is_new(&identity(table, item, keys, value), index);
        }
        Items { list, places }
    }

    fn get(&self, id: &str) -> Option<&'a Value> {
        self.places.get(id).map(|index| &self.list[index])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::read;

    fn object(text: &str) -> Value {
        read(text)
            .documents
            .first()
            .map(|document| document.written.clone())
            .unwrap_or_default()
    }

    fn deployment(spec: &str) -> Value {
        object(&format!(
            "{{apiVersion: apps/v1, kind: Deployment, metadata: {{name: web}}, spec: {spec}}}"
        ))
    }

    /// Applies `applied` by the owner of `owned` to `live` and compares the merged spec.
    fn check(live: &str, owned: &str, applied: &str, expect: &str) {
        let merged = server_side_apply(&deployment(live), Some(&deployment(owned)), &deployment(applied));
        assert_eq!(merged.get("spec"), deployment(expect).get("spec"), "{live} + {applied}");
    }

    #[test]
    fn fields_of_others_stay_and_own_ones_go() {
        check("{replicas: 5, paused: true}", "{paused: true}", "{}", "{replicas: 5}");
        check(
            "{replicas: 5, minReadySeconds: 3}",
            "{minReadySeconds: 3}",
            "{paused: true}",
            "{replicas: 5, paused: true}",
        );
    }

    #[test]
    fn a_map_that_loses_its_last_field_goes() {
        let labelled = "{replicas: 2, template: {metadata: {labels: {a: b}}}}";
        check(
            labelled,
            "{template: {metadata: {labels: {a: b}}}}",
            "{}",
            "{replicas: 2}",
        );
    }

    #[test]
    fn defaults_beside_a_lost_field_go_with_it() {
        let surge = "{strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 2}}}";
        let recreate = "{strategy: {type: Recreate}}";
        let live = |unavailable: &str| {
            format!(
                "{{strategy: {{type: RollingUpdate, rollingUpdate: {{maxSurge: 2, maxUnavailable: {unavailable}}}}}}}"
            )
        };
        check(&live("25%"), surge, recreate, recreate);
        let kept = "{strategy: {type: Recreate, rollingUpdate: {maxUnavailable: 3}}}";
        check(&live("3"), surge, recreate, kept);
    }

    #[test]
    fn containers_merge_by_name() {
        let pod = |containers: &str| format!("{{template: {{spec: {{containers: [{containers}]}}}}}}");
        check(
            &pod("{name: a, image: i1, tty: true}, {name: b, image: i1}"),
            &pod("{name: a, image: i1}, {name: b, image: i1}"),
            &pod("{name: c, image: i3}, {name: a, image: i2}"),
            &pod("{name: c, image: i3}, {name: a, image: i2, tty: true}"),
        );
    }

    #[test]
    fn selectors_are_replaced_whole() {
        check(
            "{selector: {matchLabels: {a: b}}}",
            "{}",
            "{selector: {matchLabels: {c: d}}}",
            "{selector: {matchLabels: {c: d}}}",
        );
    }

    #[test]
    fn what_another_manager_changed_is_no_longer_owned() {
        let owned = deployment("{replicas: 3, paused: false, minReadySeconds: 1}");
        let live = deployment("{replicas: 5, minReadySeconds: 1}");
        let kept = still_owned(&owned, &live);
        assert_eq!(
            kept.get("spec"),
            deployment("{paused: false, minReadySeconds: 1}").get("spec")
        );
    }

    #[test]
    fn merge_patches_follow_the_rfc() {
        let mut target = deployment("{replicas: 1, paused: true, template: {metadata: {labels: {a: b}}}}");
        let mut patch = deployment("{replicas: 2, template: {metadata: {labels: {c: d}}}}");
        *patch.entry("spec").entry("paused") = Value::Null;
        json_merge_patch(&mut target, &patch);
        assert_eq!(
            target,
            deployment("{replicas: 2, template: {metadata: {labels: {a: b, c: d}}}}")
        );
    }
}
