//! How many objects a run has looked at one by one: counted in debug builds, for the tests that no step looks at all.

#[cfg(debug_assertions)]
thread_local! {
    static VISITS: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
}

/// Another object was looked at.
#[inline]
pub fn count() {
    #[cfg(debug_assertions)]
    VISITS.with(|visits| visits.set(visits.get() + 1));
}

/// How many objects this thread has looked at so far.
#[cfg(debug_assertions)]
pub fn so_far() -> u64 {
    VISITS.with(std::cell::Cell::get)
}
