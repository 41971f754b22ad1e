//! What an installation needs: memory with people in it, time to start after a crash.

use std::time::Instant;

use support::memory::resident_bytes;

use super::world;
use crate::floor;
use crate::link::{Link, send_frame};
use crate::open_loop::Schedule;
use crate::report::Figure;

const PEOPLE: usize = 100;
const STORED: usize = 1_000_000;

pub async fn measure() -> Vec<Figure> {
    vec![active_people().await, start_after_a_crash().await]
}

/// A hundred people, each with a socket, writing once a second between them for a while.
async fn active_people() -> Figure {
    let server = world::server().await;
    let people = world::people(&server, PEOPLE).await;
    let mut sayers = Vec::new();
    for person in &people {
        let (sayer, mut hearer) = Link::open(server.address(), &person.token).await.split();
        tokio::spawn(async move { while hearer.hear().await.is_some() {} });
        sayers.push(sayer);
    }
    let mut schedule = Schedule::new(100.0, 20.0);
    while let Some(number) = schedule.next().await {
        let (from, to) = (number as usize % PEOPLE, (number as usize * 7 + 1) % PEOPLE);
        sayers[from].say(send_frame(&people[to].name, "a line of a usual length")).await;
    }
    let megabytes = resident_bytes(server.process_id()) as f64 / 1e6;
    Figure {
        name: "RSS with 100 active people",
        value: megabytes,
        unit: "MB",
        floor: None,
        bar: "≤ 60 MB, goal ≤ 30 MB",
        met: megabytes <= 60.0,
        notes: "after 2,000 messages, and after 100 passwords were hashed".to_owned(),
        faults: 0,
    }
}

/// A million messages stored, the server killed in the middle of writing more.
async fn start_after_a_crash() -> Figure {
    let mut server = world::server().await;
    let people = world::people(&server, 2).await;
    people[0].send(&people[1].name, "the first").await.must_be(200);
    server.ask_to_stop();
    server.stopped().await;
    floor::sqlite::fill(&server.database(), STORED);
    server.start_again().await;
    people[0].moved_to(server.address()).send(&people[1].name, "after the million").await.must_be(200);
    server.kill_hard();
    let start = Instant::now();
    server.start_again().await;
    let value = start.elapsed().as_secs_f64() * 1000.0;
    server.kill_hard();
    let floor = floor::sqlite::opening_ms(&server.database());
    Figure {
        name: "start to serving with 10⁶ messages, after kill -9",
        value,
        unit: "ms",
        floor: Some(floor),
        bar: "≤ 1 s, goal ≤ 0.2 s",
        met: value <= 1000.0,
        notes: "until /readyz answers, asked every 15 ms".to_owned(),
        faults: 0,
    }
}
