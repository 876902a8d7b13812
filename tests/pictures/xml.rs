//! Whether a text is well-formed XML, as far as pictures use it: elements that are closed in their order, attributes that are
//! quoted and there once, references that exist, characters that XML allows. And whether each id is there once.

/// The error says what is wrong, and what comes next there.
pub fn check(text: &str) -> Result<(), String> {
    let mut open: Vec<&str> = Vec::new();
    let mut ids: Vec<&str> = Vec::new();
    let mut rest = text;
    let mut roots = 0;
    while let Some(start) = rest.find('<') {
        texts(&rest[..start], rest)?;
        rest = &rest[start + 1..];
        if let Some(after) = rest.strip_prefix('/') {
            let (name, after) = after.split_once('>').ok_or("an end without an end")?;
            if open.pop() != Some(name) {
                return Err(wrong("another element is open", rest));
            }
            rest = after;
            continue;
        }
        let (name, after) = split(rest, |c| !c.is_ascii_alphanumeric());
        if name.is_empty() {
            return Err(wrong("no name", rest));
        }
        roots += usize::from(open.is_empty());
        rest = attributes(after, &mut ids)?;
        match rest.strip_prefix("/>") {
            Some(after) => rest = after,
            None => {
                open.push(name);
                rest = rest
                    .strip_prefix('>')
                    .ok_or_else(|| wrong("a start without an end", rest))?;
            }
        }
    }
    texts(rest, rest)?;
    match (open.is_empty() && roots == 1, rest.trim().is_empty()) {
        (true, true) => references(text, &ids),
        _ => Err(format!("{roots} roots, left open: {open:?}, after them: {rest}")),
    }
}

/// Reads attributes up to the element's end.
fn attributes<'a>(mut rest: &'a str, ids: &mut Vec<&'a str>) -> Result<&'a str, String> {
    let mut names: Vec<&str> = Vec::new();
    loop {
        let after = rest.trim_start();
        if after.starts_with(['/', '>']) {
            return Ok(after);
        }
        if after.len() == rest.len() {
            return Err(wrong("no space before an attribute", rest));
        }
        let (name, after) = after.split_once("=\"").ok_or_else(|| wrong("no attribute", rest))?;
        let (value, after) = after
            .split_once('"')
            .ok_or_else(|| wrong("a value without an end", rest))?;
        if names.contains(&name) || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == ':') {
            return Err(wrong("twice, or no name", rest));
        }
        if value.contains('<') {
            return Err(wrong("< in a value", rest));
        }
        texts(value, rest)?;
        names.push(name);
        if name == "id" {
            if ids.contains(&value) {
                return Err(wrong("an id that is there already", rest));
            }
            ids.push(value);
        }
        rest = after;
    }
}

/// Text between elements, or in a value.
fn texts(text: &str, rest: &str) -> Result<(), String> {
    let is_allowed = |c: char| !c.is_control() || c == '\n';
    if !text.chars().all(is_allowed) || text.contains("]]>") {
        return Err(wrong("a character that XML does not allow", rest));
    }
    for part in text.split('&').skip(1) {
        let name = part.split_once(';').map_or("", |(name, _)| name);
        if !["amp", "lt", "gt", "quot", "#39"].contains(&name) {
            return Err(wrong("a reference to nothing", rest));
        }
    }
    Ok(())
}

/// What is referred to is there.
fn references(text: &str, ids: &[&str]) -> Result<(), String> {
    for part in text.split("url(#").skip(1).chain(text.split("href=\"#").skip(1)) {
        let (id, _) = split(part, |c| matches!(c, ')' | '"'));
        if !ids.contains(&id) {
            return Err(format!("nothing is called {id}"));
        }
    }
    Ok(())
}

fn split(text: &str, end: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(end).unwrap_or(text.len()))
}

fn wrong(what: &str, rest: &str) -> String {
    format!("{what}: {}", rest.chars().take(120).collect::<String>())
}

#[test]
fn what_is_not_well_formed_is_found() {
    assert_eq!(
        check("<a b=\"1\" id=\"x\"><c/>d &amp; e<f d=\"url(#x)\"></f></a>\n"),
        Ok(())
    );
    for wrong in [
        "<a>",
        "<a></b>",
        "<a/><b/>",
        "<a b=c/>",
        "<a b=\"1\" b=\"2\"/>",
        "<a b=\"1\"c=\"2\"/>",
        "<a>&nbsp;</a>",
        "<a>& </a>",
        "<a>\u{1}</a>",
        "<a b=\"<\"/>",
        "<a><b id=\"x\"/><c id=\"x\"/></a>",
        "<a b=\"url(#x)\"/>",
        "text",
    ] {
        assert!(check(wrong).is_err(), "{wrong}");
    }
}
