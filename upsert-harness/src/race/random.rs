//! Numbers that a seed repeats: SplitMix64, <https://prng.di.unimi.it/splitmix64.c>.

use std::time::{SystemTime, UNIX_EPOCH};

/// A seed that nobody has chosen.
pub(crate) fn now() -> u64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    since.as_secs() ^ u64::from(since.subsec_nanos()) << 32
}

#[derive(Debug, Clone)]
pub(crate) struct Random(u64);

impl Random {
    /// The numbers of one thread in the race with this seed.
    pub(crate) fn new(seed: u64, thread: usize) -> Self {
        let mut seeds = Self(seed);
        for _ in 0..thread {
            seeds.next();
        }
        Self(seeds.next())
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`, and 0 where that is 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        let number = usize::try_from(self.next() >> 32).unwrap_or_default();
        number.checked_rem(end).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::Random;

    #[test]
    fn a_seed_repeats_its_numbers_and_threads_have_their_own() {
        let take = |seed, thread| {
            let mut random = Random::new(seed, thread);
            [(); 4].map(|()| random.below(1000))
        };
        assert_eq!(take(7, 0), take(7, 0));
        assert_ne!(take(7, 0), take(7, 1));
        assert_ne!(take(7, 0), take(8, 0));
        assert_eq!(Random::new(1, 1).below(0), 0);
    }
}
