//! Which names may be taken, so that whoever makes up a new one need not search for it among all others.

/// Bits for each name: so many that few names hit those of others.
const SPARSE: usize = 16;
/// How many names the first filter is for.
const FEW: usize = 512;

/// Names that were given once. That one is among them may be wrong, that it is not never is.
#[derive(Clone, Debug, Default)]
pub struct Taken {
    /// Three bits for each name; where there are too many for one filter, another one of four times its size follows.
    filters: Vec<Vec<u64>>,
    /// How many names the last filter has.
    names: usize,
}

impl Taken {
    /// Remembers a name.
    pub fn add(&mut self, name: &str) {
        let room = self.filters.last().map_or(0, |filter| filter.len() * 64 / SPARSE);
        if self.names == room {
            self.filters.push(vec![0; (room * 4).max(FEW) * SPARSE / 64]);
            self.names = 0;
        }
        self.names += 1;
        if let Some(filter) = self.filters.last_mut() {
            let (word, bits) = place(filter, hash(name));
            filter[word] |= bits;
        }
    }

    /// Whether a name may be among them.
    pub fn may_have(&self, name: &str) -> bool {
        let hash = hash(name);
        self.filters.iter().any(|filter| {
            let (word, bits) = place(filter, hash);
            filter[word] & bits == bits
        })
    }
}

/// The word and the bits of a name in a filter, whose size is a power of two: all in one word, so that one place in memory answers.
fn place(filter: &[u64], hash: u64) -> (usize, u64) {
    let word = (hash >> 40) as usize & (filter.len() - 1);
    let bit = |shift: u32| 1 << (hash >> shift & 63);
    (word, bit(22) | bit(28) | bit(34))
}

/// FNV-1a, mixed once more: its upper bits are those to be used.
fn hash(name: &str) -> u64 {
    let add = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325, add);
    (hash ^ (hash >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

#[cfg(test)]
mod tests {
    use super::Taken;

    /// What was given is known, and hardly anything else is.
    #[test]
    fn knows_what_was_given() {
        let mut taken = Taken::default();
        assert!(!taken.may_have("web-0"));
        let name = |number: usize| format!("web-5d59d67564-{number:05}");
        (0..20_000).for_each(|number| taken.add(&name(number)));
        assert!((0..20_000).all(|number| taken.may_have(&name(number))));
        let wrong = (20_000..40_000).filter(|number| taken.may_have(&name(*number)));
        assert!(wrong.count() < 800);
    }
}
