//! Sending at a steady rate whatever the answers do, so that a stall counts for every message that it delays (no
//! coordinated omission).

use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use tokio::task::yield_now;
use tokio::time::sleep_until;

/// Tokio's timer counts whole milliseconds, and so does what it waits with: it may be that late.
const TIMER_IS_LATE: Duration = Duration::from_millis(2);

/// Latencies in microseconds, up to a minute.
pub fn histogram() -> Histogram<u64> {
    Histogram::new_with_bounds(1, 60_000_000, 3).expect("bounds in order")
}

/// Adds one.
pub fn note(histogram: &mut Histogram<u64>, latency: Duration) {
    histogram.saturating_record((latency.as_micros() as u64).max(1));
}

/// A percentile in milliseconds.
pub fn at(histogram: &Histogram<u64>, percentile: f64) -> f64 {
    histogram.value_at_percentile(percentile) as f64 / 1000.0
}

/// The usual four, in words.
pub fn in_words(histogram: &Histogram<u64>) -> String {
    format!(
        "p50 {:.2} / p95 {:.2} / p99 {:.2} / max {:.2} ms over {}",
        at(histogram, 50.0),
        at(histogram, 95.0),
        at(histogram, 99.0),
        histogram.max() as f64 / 1000.0,
        histogram.len()
    )
}

/// The times at which to send: `rate` a second for `seconds`.
pub struct Schedule {
    start: Instant,
    rate: f64,
    next: u64,
    count: u64,
}

impl Schedule {
    /// From now on.
    pub fn new(rate: f64, seconds: f64) -> Self {
        Self { start: Instant::now(), rate, next: 0, count: (rate * seconds) as u64 }
    }

    /// Waits for the next one's time and answers its number; `None` at the end.
    pub async fn next(&mut self) -> Option<u64> {
        if self.next == self.count {
            return None;
        }
        let number = self.next;
        self.next += 1;
        let due = self.due(number);
        sleep_until((due - TIMER_IS_LATE).into()).await;
        // the rest by looking at the clock, or the timer would be most of what is measured
        while Instant::now() < due {
            yield_now().await;
        }
        Some(number)
    }

    /// When a number was due.
    pub fn due(&self, number: u64) -> Instant {
        self.start + Duration::from_secs_f64(number as f64 / self.rate)
    }

    /// How many in all.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// When the first was due, and the rate: enough to tell when any was.
    pub fn clock(&self) -> impl Fn(u64) -> Instant + Copy + 'static {
        let (start, rate) = (self.start, self.rate);
        move |number| start + Duration::from_secs_f64(number as f64 / rate)
    }
}
