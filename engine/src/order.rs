//! Sorting, compiled once. The standard library's sort is six kilobytes of code for each type of item and each order, and
//! every visitor of the page downloads them; this sorts positions, which are of one type, and then swaps the items.

use std::cmp::Ordering;

/// Sorts; equal items keep their order.
pub fn sort_by<T>(items: &mut [T], compare: impl Fn(&T, &T) -> Ordering) {
    for (a, b) in sorting_swaps(items.len(), &|a, b| compare(&items[a], &items[b])) {
        items.swap(a, b);
    }
}

/// Sorts by a key; items of equal keys keep their order.
pub fn sort_by_key<T, K: Ord>(items: &mut [T], key: impl Fn(&T) -> K) {
    sort_by(items, |a, b| key(a).cmp(&key(b)));
}

/// The only sort in the page: which items to swap, one pair after the other.
fn sorting_swaps(len: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<(usize, usize)> {
    let mut sorted: Vec<usize> = (0..len).collect();
    sorted.sort_by(|a, b| compare(*a, *b));
    let mut target = vec![0; len];
    for (to, from) in sorted.into_iter().enumerate() {
        target[from] = to;
    }
    let mut swaps = Vec::new();
    for at in 0..len {
        // Each swap brings one item home.
        while target[at] != at {
            let to = target[at];
            swaps.push((at, to));
            target.swap(at, to);
        }
    }
    swaps
}

#[cfg(test)]
mod tests {
    use super::sort_by_key;

    #[test]
    fn sorts_and_keeps_the_order_of_equals() {
        let mut items = vec![(2, 'a'), (1, 'b'), (2, 'c'), (0, 'd'), (1, 'e')];
        sort_by_key(&mut items, |item| item.0);
        assert_eq!(items, [(0, 'd'), (1, 'b'), (1, 'e'), (2, 'a'), (2, 'c')]);
    }
}
