//! What few have: a value that is nearly always as usual takes no more than a pointer until it is not.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::{Deref, DerefMut};

/// A type with a usual value.
pub trait Usual: Clone + PartialEq + 'static {
    /// That value.
    const USUAL: &'static Self;
}

/// A value that is nearly always as usual. Whoever changes it gets room for another one.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Rare<T>(Option<Box<T>>);

impl<T> Default for Rare<T> {
    fn default() -> Rare<T> {
        Rare(None)
    }
}

impl<T: Usual> From<T> for Rare<T> {
    fn from(value: T) -> Rare<T> {
        Rare((value != *T::USUAL).then(|| Box::new(value)))
    }
}

impl<T: Usual> Rare<T> {
    /// Changes it; what is as usual again takes no room.
    pub fn change(&mut self, how: impl FnOnce(&mut T)) {
        let mut value = (**self).clone();
        how(&mut value);
        *self = value.into();
    }
}

impl<T: Usual> Deref for Rare<T> {
    type Target = T;
    fn deref(&self) -> &T {
        self.0.as_deref().unwrap_or(T::USUAL)
    }
}

impl<T: Usual> DerefMut for Rare<T> {
    fn deref_mut(&mut self) -> &mut T {
        self.0.get_or_insert_with(|| Box::new(T::USUAL.clone()))
    }
}

/// Whether there is room for it does not count.
impl<T: Usual> PartialEq for Rare<T> {
    fn eq(&self, other: &Rare<T>) -> bool {
        **self == **other
    }
}

impl<T: Usual + fmt::Debug> fmt::Debug for Rare<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::{Rare, Usual};

    impl Usual for u8 {
        const USUAL: &'static u8 = &7;
    }

    #[test]
    fn only_what_is_unusual_takes_room() {
        let mut number = Rare::<u8>::default();
        assert_eq!((*number, size_of_val(&number)), (7, size_of::<usize>()));
        assert_eq!(number, Rare::from(7));
        *number += 1;
        assert_eq!((*number, Rare::from(8)), (8, number.clone()));
        *number -= 1;
        assert!(number.0.is_some() && number == Rare::default());
        number.change(|number| *number += 0);
        assert!(number.0.is_none());
    }
}
