//! What differs between two values, as an RFC 7386 merge patch.

use rollscope_engine::value::{Map, Value};

/// The patch that makes `after` of `before`; `None` if they are equal. Neither may have members that are null.
pub(super) fn between(before: &Value, after: &Value) -> Option<Value> {
    match (before, after) {
        _ if before == after => None,
        (Value::Map(before), Value::Map(after)) => Some(Value::Map(of_members(before, after))),
        _ => Some(after.clone()),
    }
}

fn of_members(before: &Map, after: &Map) -> Map {
    let gone = before.into_iter().filter(|(key, _)| after.get(key.as_str()).is_none());
    let gone = gone.map(|(key, _)| (key.clone(), Value::Null));
    let kept = after.into_iter().filter_map(|(key, value)| {
        let patch = match before.get(key.as_str()) {
            Some(old) => between(old, value)?,
            None => value.clone(),
        };
        Some((key.clone(), patch))
    });
    gone.chain(kept).collect()
}

#[cfg(test)]
mod tests {
    use super::between;
    use rollscope_engine::manifest::json_merge_patch;
    use rollscope_engine::value::Value;

    fn value(text: &str) -> Value {
        rollscope_engine::manifest::parse(text).0.to_patch()
    }

    fn check(before: &str, after: &str, patch: Option<&str>) {
        let (before, after) = (value(before), value(after));
        let found = between(&before, &after);
        assert_eq!(found, patch.map(value), "{before:?} {after:?}");
        let mut patched = before;
        found.iter().for_each(|patch| json_merge_patch(&mut patched, patch));
        assert_eq!(patched, after);
    }

    #[test]
    fn only_what_differs_is_in_a_patch() {
        check("{a: 1, b: {c: 2}}", "{a: 1, b: {c: 2}}", None);
        check(
            "{a: 1, b: {c: 2, d: 3}}",
            "{a: 1, b: {c: 4, d: 3}}",
            Some("{b: {c: 4}}"),
        );
        check("{a: 1, b: 2}", "{b: 2, c: {d: 1}}", Some("{a: null, c: {d: 1}}"));
        check("{a: [1, 2], b: 1}", "{a: [1], b: 1}", Some("{a: [1]}"));
        check("{a: [1]}", "{a: {b: 1}}", Some("{a: {b: 1}}"));
        check("{a: {b: 1}}", "{a: {}}", Some("{a: {b: null}}"));
    }
}
