//! A set of whole numbers, kept as its gapless runs: which number is missing first is answered without counting.

use std::collections::BTreeMap;
use std::ops::Range;

/// Whole numbers, of which most follow one another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Numbers {
    /// First number of each run, and the one after its last.
    runs: BTreeMap<i64, i64>,
}

impl Numbers {
    /// The run that a number is in.
    fn run_of(&self, number: i64) -> Option<(i64, i64)> {
        let (first, end) = self.runs.range(..=number).next_back()?;
        (number < *end).then_some((*first, *end))
    }

    /// Puts a number in, if it is not there yet.
    pub fn insert(&mut self, number: i64) {
        if self.run_of(number).is_some() {
            return;
        }
        let end = self.runs.remove(&(number + 1)).unwrap_or(number + 1);
        let first = match number.checked_sub(1).and_then(|before| self.run_of(before)) {
            Some((first, _)) => first,
            None => number,
        };
        self.runs.insert(first, end);
    }

    /// Takes a number out, if it is there.
    pub fn remove(&mut self, number: i64) {
        let Some((first, end)) = self.run_of(number) else {
            return;
        };
        self.runs.remove(&first);
        if first < number {
            self.runs.insert(first, number);
        }
        if number + 1 < end {
            self.runs.insert(number + 1, end);
        }
    }

    /// The lowest number from `number` on that is not there.
    pub fn missing_from(&self, number: i64) -> i64 {
        self.run_of(number).map_or(number, |(_, end)| end)
    }

    /// The highest number up to `number` that is not there.
    pub fn missing_up_to(&self, number: i64) -> i64 {
        self.run_of(number).map_or(number, |(first, _)| first - 1)
    }

    /// How many of these are not there; as much work as there are gaps.
    pub fn count_missing(&self, range: Range<i64>) -> i64 {
        let mut from = range.start;
        let mut missing = 0;
        while from < range.end {
            let gap = self.missing_from(from);
            let next = self.runs.range(gap..).next().map_or(range.end, |(first, _)| *first);
            missing += (next.min(range.end) - gap).max(0);
            from = next;
        }
        missing
    }
}

#[cfg(test)]
mod tests {
    use super::Numbers;

    #[test]
    fn runs_join_and_split() {
        let mut numbers = Numbers::default();
        [0, 1, 4, 3, 2, 8, 2]
            .into_iter()
            .for_each(|number| numbers.insert(number));
        assert_eq!((numbers.missing_from(0), numbers.missing_from(8)), (5, 9));
        numbers.remove(3);
        numbers.remove(6);
        assert_eq!((numbers.missing_from(0), numbers.missing_from(4)), (3, 5));
        assert_eq!((numbers.missing_up_to(4), numbers.missing_up_to(2)), (3, -1));
        assert_eq!(numbers.count_missing(0..10), 5);
        assert_eq!(numbers.count_missing(3..4), 1);
        assert_eq!(numbers.count_missing(5..5), 0);
    }

    /// What it answers is what a plain set would answer.
    #[test]
    fn is_a_set() {
        let mut numbers = Numbers::default();
        let mut plain = std::collections::BTreeSet::new();
        let mut random: u64 = 7;
        for _ in 0..2_000 {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let number = i64::try_from(random >> 59).unwrap_or(0);
            if random & 64 == 0 {
                plain.insert(number);
                numbers.insert(number);
            } else {
                plain.remove(&number);
                numbers.remove(number);
            }
            let missing = |number: &i64| !plain.contains(number);
            assert_eq!(Some(numbers.missing_from(number)), (number..).find(missing));
            assert_eq!(numbers.count_missing(0..32) as usize, (0..32).filter(missing).count());
        }
    }
}
