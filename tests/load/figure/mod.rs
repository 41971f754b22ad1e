//! The figures, in the order of the budget. Each of the node's starts a server of its own with an empty data folder, on one
//! core; the client's are in [`crate::client`], and all have `client` in their names.

mod catch_up;
mod connect;
mod deliver;
mod footprint;
mod group;
mod idle;
mod notify;
mod throughput;
mod tick;
mod wire;
mod world;

use std::future::Future;
use std::pin::Pin;

use crate::client;
use crate::machine::fdatasync_p50;
use crate::report::{Figure, Report};

type Measuring = Pin<Box<dyn Future<Output = Vec<Figure>>>>;

/// A group of figures by its name, and how to begin taking them.
type Group = (&'static str, fn() -> Measuring);

/// Takes the figures whose names hold one of the words; all where there are none.
pub async fn measure(words: &[String]) -> Report {
    let folder = tempfile::tempdir().expect("a folder for the disk's probe");
    let before = fdatasync_p50(folder.path()).as_secs_f64() * 1000.0;
    let mut report = Report::default();
    for (name, start) in all() {
        if words.is_empty() || words.iter().any(|word| name.contains(word.as_str())) {
            eprintln!("measuring: {name}");
            report.figures.extend(start().await);
        }
    }
    let after = fdatasync_p50(folder.path()).as_secs_f64() * 1000.0;
    report.fsync_ms = (before, after);
    report
}

fn all() -> Vec<Group> {
    vec![
        ("idle sockets", || Box::pin(idle::measure())),
        ("send to tick", || Box::pin(tick::measure())),
        ("send to other socket", || Box::pin(deliver::measure())),
        ("durable messages", || Box::pin(throughput::measure())),
        ("group deliveries", || Box::pin(group::measure())),
        ("connect", || Box::pin(connect::measure())),
        ("catch-up", || Box::pin(catch_up::measure())),
        ("notifications", || Box::pin(notify::measure())),
        ("footprint", || Box::pin(footprint::measure())),
        ("wire", || Box::pin(wire::measure())),
        ("client: first visit", || Box::pin(client::first_visit())),
        ("client: layout shift", || Box::pin(client::layout_shift())),
        ("client: 100,000 messages", || Box::pin(client::with_much_stored())),
    ]
}
