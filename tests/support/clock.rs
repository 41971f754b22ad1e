//! The only place of the tests that asks the machine for the time or for chance.

use std::time::{SystemTime, UNIX_EPOCH};

use common::id::MessageId;
use rand::Rng;

/// Milliseconds since 1970.
#[expect(clippy::disallowed_methods, reason = "this is the tests' clock")]
pub fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("the clock stands after 1970");
    u64::try_from(since.as_millis()).expect("milliseconds fit for millions of years")
}

/// Seconds since 1970, as the wire has them.
pub fn now_s() -> i64 {
    i64::try_from(now_ms() / 1000).expect("seconds fit")
}

/// A message id that nobody used before.
pub fn fresh_id() -> MessageId {
    let mut bytes = [0; 16];
    rand::rng().fill_bytes(&mut bytes);
    MessageId(uuid::Builder::from_random_bytes(bytes).into_uuid())
}

/// A seed for jitter.
pub fn seed() -> u64 {
    rand::rng().next_u64()
}
