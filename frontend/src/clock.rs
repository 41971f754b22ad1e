//! Time and chance: the only place that asks the browser for them.

use common::id::MessageId;

/// Milliseconds since 1970, by this device's clock, which may be wrong.
pub fn now_ms() -> u64 {
    js_sys::Date::now() as u64
}

/// Seconds since 1970, by the same.
pub fn now_s() -> i64 {
    (now_ms() / 1000).cast_signed()
}

/// A new id, version 7. Also where `crypto.randomUUID` is missing: on plain http away from localhost.
pub fn new_message_id() -> MessageId {
    MessageId(uuid::Builder::from_unix_timestamp_millis(now_ms(), &random()).into_uuid())
}

/// A number that nobody can guess.
pub fn random_number() -> u64 {
    u64::from_le_bytes(random())
}

/// Local midnight before (or at) a time, and the one after it; Unix seconds. Days are not always 24 hours long.
pub fn local_day(timestamp: i64) -> (i64, i64) {
    let midnight = js_sys::Date::new(&wasm_bindgen::JsValue::from_f64(timestamp as f64 * 1000.0));
    midnight.set_hours(0);
    midnight.set_minutes(0);
    midnight.set_seconds(0);
    midnight.set_milliseconds(0);
    let start = midnight.get_time();
    midnight.set_date(midnight.get_date() + 1);
    ((start / 1000.0) as i64, (midnight.get_time() / 1000.0) as i64)
}

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("every browser has crypto.getRandomValues, on insecure origins too");
    bytes
}
