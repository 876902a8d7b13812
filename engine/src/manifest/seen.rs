//! Texts that were met before: keys, names, identities.
//!
//! One type for all such questions, because every other kind of map would be another copy of the map's code in what a
//! visitor downloads.

use crate::ordered::Ordered;

/// Texts with a number each, mostly the index where they stand.
#[derive(Debug, Default)]
pub struct Seen(Ordered<String, usize>);

impl Seen {
    /// Remembers a text; whether it is new. A text that is known keeps its number.
    pub fn is_new(&mut self, text: &str, number: usize) -> bool {
        let is_new = !self.contains(text);
        if is_new {
            self.replace(text, number);
        }
        is_new
    }

    /// Remembers a text with this number; the number it had.
    pub fn replace(&mut self, text: &str, number: usize) -> Option<usize> {
        self.0.insert(text.to_owned(), number)
    }

    /// The number of a text.
    pub fn get(&self, text: &str) -> Option<usize> {
        self.0.get(text).copied()
    }

    /// Whether the text was met.
    pub fn contains(&self, text: &str) -> bool {
        self.0.contains_key(text)
    }
}
