//! The numbers, in the text format of Prometheus.

use std::sync::Arc;
use std::time::Duration;

use common::wire::{CloseCode, ErrorCode};
use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{EncodeLabelSet, LabelSetEncoder};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};

/// Every number that the server keeps. Cloning gives another handle to the same ones.
#[derive(Clone, Debug)]
pub struct Metrics {
    /// Sockets that are open now.
    pub sockets: Gauge,
    /// Frames that clients sent.
    pub frames_in: Counter,
    /// Frames queued to sockets.
    pub frames_out: Counter,
    /// Messages and other entries stored.
    pub entries: Counter,
    /// Requests that shared one commit.
    commit_requests: Histogram,
    /// Requests that wait for the writer now.
    writer_queue: Gauge,
    /// Sockets that one announcement went to.
    pub audience: Histogram,
    /// Frames that lay in a socket's queue when one more came.
    pub socket_queue: Histogram,
    commit_seconds: Histogram,
    refusals: Family<Labels<1>, Counter>,
    pushes: Family<Labels<1>, Counter>,
    closes: Family<Labels<1>, Counter>,
    http_seconds: Family<Labels<3>, Histogram, fn() -> Histogram>,
    registry: Arc<Registry>,
}

/// Names and values of labels; the values come from closed lists, so that series stay few.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Labels<const N: usize>([(&'static str, String); N]);

impl<const N: usize> EncodeLabelSet for Labels<N> {
    fn encode(&self, encoder: &mut LabelSetEncoder) -> Result<(), std::fmt::Error> {
        use prometheus_client::encoding::EncodeLabel;
        self.0.iter().try_for_each(|label| label.encode(encoder.encode_label()))
    }
}

impl Metrics {
    /// All at zero.
    pub fn new() -> Self {
        let small = || Histogram::new(exponential_buckets(1.0, 2.0, 12));
        let mut all = Self {
            sockets: Gauge::default(),
            frames_in: Counter::default(),
            frames_out: Counter::default(),
            entries: Counter::default(),
            commit_requests: small(),
            writer_queue: Gauge::default(),
            audience: small(),
            socket_queue: small(),
            commit_seconds: seconds(),
            refusals: Family::default(),
            pushes: Family::default(),
            closes: Family::default(),
            http_seconds: Family::new_with_constructor(seconds),
            registry: Arc::default(),
        };
        let mut registry = Registry::with_prefix("hongyan");
        registry.register("sockets", "Open WebSockets", all.sockets.clone());
        registry.register("frames_in", "Frames from clients", all.frames_in.clone());
        registry.register("frames_out", "Frames queued to clients", all.frames_out.clone());
        registry.register("entries", "Entries stored, messages among them", all.entries.clone());
        registry.register_with_unit("commit", "Time of a commit", Unit::Seconds, all.commit_seconds.clone());
        registry.register("commit_requests", "Requests in one commit", all.commit_requests.clone());
        registry.register("writer_queue", "Requests waiting for the writer", all.writer_queue.clone());
        registry.register("audience", "Sockets told of one event", all.audience.clone());
        registry.register("socket_queue", "Frames in a socket's queue", all.socket_queue.clone());
        registry.register("refusals", "Errors answered, by code", all.refusals.clone());
        registry.register("pushes", "Notifications, by what came of them", all.pushes.clone());
        registry.register("closes", "Sockets closed by the server, by code", all.closes.clone());
        registry.register_with_unit("http", "Time to answer", Unit::Seconds, all.http_seconds.clone());
        all.registry = Arc::new(registry);
        all
    }

    /// The writer committed this many requests together, in this time, and so many wait for it now.
    pub fn committed(&self, requests: usize, waiting: usize, took: Duration) {
        self.commit_seconds.observe(took.as_secs_f64());
        self.commit_requests.observe(requests as f64);
        self.writer_queue.set(i64::try_from(waiting).unwrap_or(i64::MAX));
    }

    /// An error was answered, over HTTP or a socket.
    pub fn refused(&self, code: ErrorCode) {
        let name = serde_json::to_value(code).ok().and_then(|name| name.as_str().map(str::to_owned));
        self.refusals.get_or_create(&Labels([("code", name.unwrap_or_default())])).inc();
    }

    /// A notification was tried, or was of no use any more.
    pub fn pushed(&self, outcome: &str) {
        self.pushes.get_or_create(&Labels([("outcome", outcome.to_owned())])).inc();
    }

    /// The server closed a socket.
    pub fn closed(&self, code: CloseCode) {
        self.closes.get_or_create(&Labels([("code", format!("{code:?}"))])).inc();
    }

    /// A request over HTTP was answered. `route` is the pattern, not the path.
    pub fn answered(&self, method: &str, route: &str, status: u16, took: Duration) {
        let labels = Labels([
            ("method", method.to_owned()),
            ("route", route.to_owned()),
            ("status", status.to_string()),
        ]);
        self.http_seconds.get_or_create(&labels).observe(took.as_secs_f64());
    }

    /// All of it as text.
    pub fn render(&self) -> String {
        let mut text = String::new();
        encode(&mut text, &self.registry).expect("writing into a string cannot fail");
        text
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

/// From a tenth of a millisecond to some six seconds.
fn seconds() -> Histogram {
    Histogram::new(exponential_buckets(0.000_1, 2.0, 17))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_counted_can_be_read() {
        let metrics = Metrics::new();
        metrics.sockets.inc();
        metrics.refused(ErrorCode::RateLimited);
        metrics.committed(2, 1, Duration::from_millis(3));
        metrics.answered("GET", "/api/me", 200, Duration::from_millis(1));
        let text = metrics.render();
        for line in [
            "hongyan_sockets 1",
            "hongyan_refusals_total{code=\"rateLimited\"} 1",
            "hongyan_commit_seconds_count 1",
            "hongyan_commit_requests_sum 2.0",
            "hongyan_writer_queue 1",
            "hongyan_http_seconds_count{method=\"GET\",route=\"/api/me\",status=\"200\"} 1",
        ] {
            assert!(text.contains(line), "{line} is missing in\n{text}");
        }
    }
}
