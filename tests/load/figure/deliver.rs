//! From handing a message over to the other person's socket, at a lively rate.

use std::time::Instant;

use hdrhistogram::Histogram;

use super::world;
use crate::floor::server::FloorServer;
use crate::link::{Hearer, Link, Sayer, field, send_frame};
use crate::machine::fdatasync_p50;
use crate::open_loop::{Schedule, at, histogram, in_words, note};
use crate::report::Figure;

const PAIRS: usize = 50;
const RATE: f64 = 2_000.0;
const SECONDS: f64 = 10.0;

pub async fn measure() -> Vec<Figure> {
    let server = world::server().await;
    let people = world::people(&server, PAIRS * 2).await;
    let (mut sayers, mut hearers) = (Vec::new(), Vec::new());
    for pair in people.chunks_exact(2) {
        let (sayer, mut own) = Link::open(server.address(), &pair[0].token).await.split();
        let (_, hearer) = Link::open(server.address(), &pair[1].token).await.split();
        tokio::spawn(async move { while own.hear().await.is_some() {} });
        sayers.push((sayer, pair[1].name.clone()));
        hearers.push(hearer);
    }
    let before = fdatasync_p50(&server.beside(""));
    let (latencies, faults) = run(sayers, hearers).await;
    let fsync = (before + fdatasync_p50(&server.beside(""))).as_secs_f64() * 500.0;
    drop(server);
    let (relay, _) = bare_relay().await;
    let floor = at(&relay, 99.0) + fsync;
    let value = at(&latencies, 99.0);
    vec![Figure {
        name: "send → other person's socket, p99 at 2,000 msg/s",
        value,
        unit: "ms",
        floor: Some(floor),
        bar: "≤ 5 × (relay + fsync), goal ≤ 2 ×",
        met: value <= 5.0 * floor,
        notes: format!("{}; relay {}", in_words(&latencies), in_words(&relay)),
        faults,
    }]
}

async fn bare_relay() -> (Histogram<u64>, u64) {
    let relay = FloorServer::start("relay");
    let (mut sayers, mut hearers) = (Vec::new(), Vec::new());
    for _ in 0..PAIRS {
        let (sayer, mut own) = Link::open(relay.address, "none").await.split();
        let (_, hearer) = Link::open(relay.address, "none").await.split();
        tokio::spawn(async move { while own.hear().await.is_some() {} });
        sayers.push((sayer, "nobody".to_owned()));
        hearers.push(hearer);
    }
    run(sayers, hearers).await
}

/// Sends round robin; each message carries its number, each hearer counts its own.
async fn run(mut sayers: Vec<(Sayer, String)>, hearers: Vec<Hearer>) -> (Histogram<u64>, u64) {
    let mut schedule = Schedule::new(RATE, SECONDS);
    let (clock, each) = (schedule.clock(), schedule.count() / PAIRS as u64);
    let hearing: Vec<_> = hearers
        .into_iter()
        .enumerate()
        .map(|(at, hearer)| tokio::spawn(hear(hearer, at as u64, each, clock)))
        .collect();
    while let Some(number) = schedule.next().await {
        let (sayer, to) = &mut sayers[number as usize % PAIRS];
        sayer.say(send_frame(to, &number.to_string())).await;
    }
    let (mut all, mut faults) = (histogram(), 0);
    for task in hearing {
        let (latencies, wrong) = task.await.expect("a hearer does not panic");
        all.add(latencies).expect("the same bounds");
        faults += wrong;
    }
    (all, faults)
}

async fn hear(
    mut hearer: Hearer,
    first: u64,
    count: u64,
    clock: impl Fn(u64) -> Instant,
) -> (Histogram<u64>, u64) {
    let (mut latencies, mut faults) = (histogram(), 0);
    let mut heard = 0;
    while heard < count {
        let Some(frame) = hearer.hear().await else { return (latencies, faults + count - heard) };
        let Some(content) = field(&frame, "content") else { continue };
        let number: u64 = content.parse().expect("we sent a number");
        faults += u64::from(number != first + heard * PAIRS as u64);
        note(&mut latencies, clock(number).elapsed());
        heard += 1;
    }
    (latencies, faults)
}
