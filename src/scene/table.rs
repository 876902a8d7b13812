//! A small ordered table. The standard library's map is some eight kilobytes of code for each pair of types, and every
//! visitor downloads them; scenes have many small tables and build each once.

use rollscope_engine::order;

/// Rows in the order of their keys, each key once.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Table<K, V> {
    rows: Vec<(K, V)>,
}

impl<K, V> Default for Table<K, V> {
    fn default() -> Table<K, V> {
        Table { rows: Vec::new() }
    }
}

impl<K: Ord + Clone, V> Table<K, V> {
    /// All rows at once; of equal keys the first stays.
    pub(super) fn of(mut rows: Vec<(K, V)>) -> Table<K, V> {
        order::sort_by(&mut rows, |a, b| a.0.cmp(&b.0));
        rows.dedup_by(|b, a| a.0 == b.0);
        Table { rows }
    }

    fn find(&self, key: &K) -> Result<usize, usize> {
        self.rows.binary_search_by(|(other, _)| other.cmp(key))
    }

    pub(super) fn get(&self, key: &K) -> Option<&V> {
        self.find(key).ok().map(|index| &self.rows[index].1)
    }

    pub(super) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        self.find(key).ok().map(|index| &mut self.rows[index].1)
    }

    /// The value of a key, made first if it is not there.
    pub(super) fn entry(&mut self, key: &K, make: impl FnOnce() -> V) -> &mut V {
        let index = self.find(key).unwrap_or_else(|index| {
            self.rows.insert(index, (key.clone(), make()));
            index
        });
        &mut self.rows[index].1
    }

    pub(super) fn insert(&mut self, key: &K, value: V) {
        match self.find(key) {
            Ok(index) => self.rows[index].1 = value,
            Err(index) => self.rows.insert(index, (key.clone(), value)),
        }
    }

    pub(super) fn remove(&mut self, key: &K) -> Option<V> {
        self.find(key).ok().map(|index| self.rows.remove(index).1)
    }

    pub(super) fn rows(&self) -> &[(K, V)] {
        &self.rows
    }

    pub(super) fn rows_mut(&mut self) -> &mut [(K, V)] {
        &mut self.rows
    }

    pub(super) fn into_rows(self) -> Vec<(K, V)> {
        self.rows
    }
}
