//! Jitter: a small seeded generator. It spreads retries over time and guards nothing.

/// SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", OOPSLA 2014).
#[derive(Clone, Debug)]
pub(super) struct Chance(u64);

impl Chance {
    /// The same seed gives the same numbers.
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from `low` to `high`, both included.
    pub(super) fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.next() % (high.saturating_sub(low) + 1)
    }

    /// How long to wait after `failures` failures in a row (1 or more), milliseconds: doubling from
    /// [`FIRST_BACKOFF_MS`] to [`LONGEST_BACKOFF_MS`], of which the upper half is left to chance.
    pub(super) fn backoff_ms(&mut self, failures: u32) -> u64 {
        let doublings = failures.saturating_sub(1).min(16);
        let longest = (FIRST_BACKOFF_MS << doublings).min(LONGEST_BACKOFF_MS);
        self.between(longest / 2, longest)
    }
}

/// The longest wait after a first failure, milliseconds.
pub(super) const FIRST_BACKOFF_MS: u64 = 1_000;
/// No wait of our own choosing is longer, milliseconds.
pub(super) const LONGEST_BACKOFF_MS: u64 = 30_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backoff_doubles_up_to_its_cap_and_is_spread() {
        let mut chance = Chance::new(1);
        for failures in 1..40 {
            let longest = (1_000u64 << (failures - 1).min(10)).min(30_000);
            let waits: Vec<u64> = (0..50).map(|_| chance.backoff_ms(failures)).collect();
            assert!(waits.iter().all(|wait| (longest / 2..=longest).contains(wait)), "{failures}: {waits:?}");
            assert!(waits.iter().any(|wait| *wait != waits[0]), "no jitter after {failures} failures");
        }
    }
}
