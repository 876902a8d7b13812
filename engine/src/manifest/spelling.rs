//! The name that was probably meant.

/// The nearest of `names`, if near enough to be a slip: up to a third of the letters, or only upper and lower case.
pub fn nearest<'a>(word: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    if word.len() > 64 {
        return None;
    }
    let lower = word.to_ascii_lowercase();
    let most = (lower.chars().count() / 3).clamp(1, 3);
    let ranked = names.map(|name| (distance(&lower, &name.to_ascii_lowercase()), name));
    ranked
        .filter(|(distance, _)| *distance <= most)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// Insertions, deletions, replacements and swaps of neighbours that lead from one word to the other.
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    let mut last = None;
    for (i, char) in from.chars().enumerate() {
        let mut next = vec![i + 1];
        for (j, other) in to.iter().enumerate() {
            let mut best = (row[j] + usize::from(char != *other))
                .min(row[j + 1] + 1)
                .min(next[j] + 1);
            if j > 0 && last == Some(*other) && to[j - 1] == char {
                best = best.min(before[j - 1] + 1);
            }
            next.push(best);
        }
        before = std::mem::replace(&mut row, next);
        last = Some(char);
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::nearest;

    fn check(word: &str, expect: Option<&str>) {
        assert_eq!(
            nearest(word, ["replicas", "selector", "template", "image"].into_iter()),
            expect,
            "{word}"
        );
    }

    #[test]
    fn slips_are_recognised() {
        check("replica", Some("replicas"));
        check("Replicas", Some("replicas"));
        check("slector", Some("selector"));
        check("tempalte", Some("template"));
        check("imgae", Some("image"));
        check("strategy", None);
        check("x", None);
    }
}
