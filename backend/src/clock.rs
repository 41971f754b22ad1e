//! Time and chance: the only place that asks the machine for them. Everything else takes them from a [`Clock`],
//! so that tests can hold time still and repeat chance.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use uuid::Uuid;

/// Tells the time and draws random numbers. Cloning gives another handle to the same one.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    /// The machine's clock and its generator.
    Machine,
    /// For tests: a time that is set, in milliseconds, and a generator with a seed. Not for secrets.
    Held { now_ms: Arc<AtomicI64>, chance: Arc<AtomicU64> },
}

impl Clock {
    /// The machine's own.
    pub fn machine() -> Self {
        Self(Source::Machine)
    }

    /// One that stands still at `now_s` (Unix seconds) until [`Self::advance_ms`], for tests.
    pub fn held(now_s: i64, seed: u64) -> Self {
        let now_ms = Arc::new(AtomicI64::new(now_s * 1000));
        Self(Source::Held { now_ms, chance: Arc::new(AtomicU64::new(seed)) })
    }

    /// Moves a held clock; the machine's cannot be moved.
    pub fn advance_ms(&self, by_ms: i64) {
        if let Source::Held { now_ms, .. } = &self.0 {
            now_ms.fetch_add(by_ms, Ordering::Relaxed);
        }
    }

    /// Milliseconds since 1970.
    pub fn now_ms(&self) -> i64 {
        match &self.0 {
            Source::Machine => machine_now_ms(),
            Source::Held { now_ms, .. } => now_ms.load(Ordering::Relaxed),
        }
    }

    /// Seconds since 1970, as they stand on the wire and in the store.
    pub fn now_s(&self) -> i64 {
        self.now_ms().div_euclid(1000)
    }

    /// Random bytes, from the machine's generator fit for secrets.
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        match &self.0 {
            Source::Machine => getrandom::fill(&mut bytes).expect("the system's generator answers"),
            Source::Held { chance, .. } => {
                for chunk in bytes.chunks_mut(8) {
                    let word = mix(chance.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed)).to_le_bytes();
                    chunk.copy_from_slice(&word[..chunk.len()]);
                }
            }
        }
        bytes
    }

    /// A random number below `bound`; 0 when `bound` is 0. Good for spreading things, not for secrets.
    pub fn random_below(&self, bound: u64) -> u64 {
        u64::from_le_bytes(self.random()).checked_rem(bound).unwrap_or(0)
    }

    /// A new id, version 7 (RFC 9562, section 5.7): those made later sort later, to the millisecond.
    pub fn uuid_v7(&self) -> Uuid {
        let millis = u64::try_from(self.now_ms()).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &self.random()).into_uuid()
    }
}

/// The finaliser of SplitMix64: every seed gives a sequence without visible pattern.
fn mix(mut word: u64) -> u64 {
    word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}

#[expect(clippy::disallowed_methods, reason = "this is the place that asks the machine")]
fn machine_now_ms() -> i64 {
    match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_millis()).unwrap_or(i64::MAX),
        Err(before) => -i64::try_from(before.duration().as_millis()).unwrap_or(i64::MAX),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_held_clock_moves_only_when_told() {
        let clock = Clock::held(1_694_956_800, 7);
        assert_eq!(clock.now_s(), 1_694_956_800);
        clock.advance_ms(1_500);
        assert_eq!((clock.now_s(), clock.now_ms()), (1_694_956_801, 1_694_956_801_500));
    }

    #[test]
    fn the_same_seed_draws_the_same() {
        let (one, two) = (Clock::held(0, 7), Clock::held(0, 7));
        assert_eq!(one.random::<16>(), two.random::<16>());
        assert_ne!(one.random::<16>(), Clock::held(0, 7).random::<16>());
    }

    #[test]
    fn ids_sort_by_the_time_they_were_made() {
        let clock = Clock::held(1_694_956_800, 7);
        let first = clock.uuid_v7();
        clock.advance_ms(1);
        assert!(first < clock.uuid_v7());
        assert_eq!(first.get_version_num(), 7);
    }
}
