//! Strategic merge patches, `kubectl patch`'s own: maps are merged member by member and `null` removes, as in any merge
//! patch; but lists whose items have keys (containers, by their names) are merged item by item, and sets grow.
//! Directives (`$patch`, `$retainKeys`, ...) are not simulated, and refused. Upstream: `strategicpatch/patch.go`.

use super::fields::{ListKind, Table, Type, table};
use super::merge::{identity, root};
use crate::value::{Map, Value};

/// Applies a patch to a whole object. The error names what is not simulated.
pub fn strategic_merge_patch(target: &mut Value, patch: &Value) -> Result<(), String> {
    if let Some(directive) = directive(patch) {
        return Err(format!("the directive {directive} of a patch is not simulated"));
    }
    let table = table();
    let kind = root(table, target);
    merge(table, kind.as_ref(), target, patch);
    Ok(())
}

/// The first key that stands for no field.
fn directive(patch: &Value) -> Option<&str> {
    match patch {
        Value::Map(members) => {
            let own = members.keys().find(|key| key.starts_with('$'));
            own.map(String::as_str).or_else(|| members.values().find_map(directive))
        }
        Value::List(items) => items.iter().find_map(directive),
        _ => None,
    }
}

fn merge(table: &Table, kind: Option<&Type>, target: &mut Value, patch: &Value) {
    match (kind, patch) {
        (_, Value::Map(patch)) => members(table, kind, target, patch),
        (Some(Type::List(item, ListKind::Keyed(keys))), Value::List(patch)) => {
            // Server-side apply tells some items apart by more keys than a patch does.
            items(table, item, &keys[..keys.len().min(1)], target, patch);
        }
        (Some(Type::List(_, ListKind::Set)), Value::List(patch)) => {
            let mut all = target.items().to_vec();
            for item in patch {
                if !all.contains(item) {
                    all.push(item.clone());
                }
            }
            *target = Value::List(all);
        }
        _ => *target = patch.clone(),
    }
}

fn members(table: &Table, kind: Option<&Type>, target: &mut Value, patch: &Map) {
    if !matches!(target, Value::Map(_)) {
        *target = Value::Map(Map::new());
    }
    let Value::Map(target) = target else { return };
    for (key, value) in patch {
        if *value == Value::Null {
            target.remove(key);
            continue;
        }
        let member = match kind {
            Some(Type::Struct(index)) => table.structure(*index).field(key).map(|field| &field.kind),
            Some(Type::Map(item, _)) => Some(&**item),
            _ => None,
        };
        merge(table, member, target.or_default(key.clone()), value);
    }
}

fn items(table: &Table, kind: &Type, keys: &[&'static str], target: &mut Value, patch: &[Value]) {
    let mut all = target.items().to_vec();
    for item in patch {
        let wanted = identity(table, kind, keys, item);
        let found = all
            .iter()
            .position(|other| identity(table, kind, keys, other) == wanted);
        let index = found.unwrap_or_else(|| {
            all.push(Value::default());
            all.len() - 1
        });
        merge(table, Some(kind), &mut all[index], item);
    }
    *target = Value::List(all);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(patch: &str, expect: &str) {
        let live = "
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {a: '1', b: '2'}}
spec:
  selector: {matchLabels: {app: web}}
  template:
    spec:
      containers: [{name: c, image: 'a:1', args: [x, z]}, {name: d, image: 'b:1'}]
";
        let value = |text: &str| super::super::parse(text).0.to_patch();
        let mut target = value(live);
        let outcome = strategic_merge_patch(&mut target, &value(patch));
        let shown = match outcome {
            Ok(()) => crate::kubectl::yaml(&target),
            Err(refused) => refused,
        };
        assert!(shown.contains(expect), "{patch}\n{shown}");
    }

    #[test]
    fn containers_are_told_apart_by_their_names() {
        let spec = |containers: &str| format!("{{spec: {{template: {{spec: {{containers: {containers}}}}}}}}}");
        check(
            &spec("[{name: d, image: 'b:2'}]"),
            "      - args:\n        - x\n        - z\n        image: a:1\n        name: c\n      - image: b:2\n        name: d\n",
        );
        check(
            &spec("[{name: e, image: e}]"),
            "        name: d\n      - image: e\n        name: e\n",
        );
        check(
            &spec("[{name: c, args: [z]}]"),
            "      - args:\n        - z\n        image: a:1\n",
        );
    }

    #[test]
    fn null_removes_and_maps_are_merged() {
        check(
            "{metadata: {labels: {a: null, c: '3'}}}",
            "  labels:\n    b: \"2\"\n    c: \"3\"\n",
        );
        check(
            "{spec: {selector: {matchLabels: {more: x}}}}",
            "    matchLabels:\n      app: web\n      more: x\n",
        );
    }

    #[test]
    fn directives_are_refused() {
        check(
            "{spec: {template: {spec: {containers: [{$patch: delete, name: c}]}}}}",
            "the directive $patch",
        );
    }
}
