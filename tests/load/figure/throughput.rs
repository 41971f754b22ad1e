//! How many durable messages a second one core takes.

use std::time::{Duration, Instant};

use super::world;
use crate::floor;
use crate::link::{Link, field, send_frame};
use crate::machine::processor_time;
use crate::report::Figure;

const PAIRS: usize = 200;
const WINDOW: u64 = 8;
const TIME: Duration = Duration::from_secs(10);
/// What is said when the time is over. Its number tells, too, whether all before it were heard.
const LAST: &str = "the end";

pub async fn measure() -> Vec<Figure> {
    let server = world::server().await;
    let people = world::people(&server, PAIRS * 2).await;
    let mut pairs = Vec::new();
    for pair in people.chunks_exact(2) {
        let from = Link::open(server.address(), &pair[0].token).await;
        let to = Link::open(server.address(), &pair[1].token).await;
        pairs.push((from, to, pair[1].name.clone()));
    }
    let before = processor_time(server.process_id());
    let start = Instant::now();
    let end = start + TIME;
    let running: Vec<_> =
        pairs.into_iter().map(|(from, to, name)| tokio::spawn(converse(from, to, name, end))).collect();
    let (mut sent, mut faults) = (0, 0);
    for task in running {
        let (count, wrong) = task.await.expect("a pair does not panic");
        sent += count;
        faults += wrong;
    }
    let seconds = start.elapsed().as_secs_f64();
    let used = (processor_time(server.process_id()) - before).as_secs_f64();
    let floor = floor::sqlite::rows_per_second(&server.database(), &server.beside("floor.db"));
    let value = sent as f64 / seconds;
    vec![Figure {
        name: "durable messages/s, 200 pairs, window 8, one core",
        value,
        unit: "msg/s",
        floor: Some(floor),
        bar: "≥ 0.25 ×, goal ≥ 0.6 ×",
        met: value >= 0.25 * floor,
        notes: format!("{sent} messages, the server's core busy {:.0} %", used / seconds * 100.0),
        faults,
    }]
}

/// Keeps a window of messages on their way until the time is over; the other side hears each once, in order.
async fn converse(from: Link, to: Link, name: String, end: Instant) -> (u64, u64) {
    let (mut sayer, mut ticks) = from.split();
    let (_, mut hearer) = to.split();
    let line = send_frame(&name, &"a line of a usual length, as people write them all day ".repeat(2));
    let hearing = tokio::spawn(async move {
        let (mut heard, mut faults) = (0_u64, 0_u64);
        loop {
            let Some(frame) = hearer.hear().await else { return faults + 1 };
            let Some(content) = field(&frame, "content") else { continue };
            heard += 1;
            let seq: u64 = field(&frame, "seq").and_then(|seq| seq.parse().ok()).unwrap_or(0);
            faults += u64::from(seq != heard);
            if content == LAST {
                return faults;
            }
        }
    });
    for _ in 0..WINDOW {
        sayer.say(line.clone()).await;
    }
    let (mut on_the_way, mut sent, mut faults) = (WINDOW, 0, 0);
    while on_the_way > 0 {
        let Some(frame) = ticks.hear().await else { return (sent, faults + on_the_way) };
        if frame.contains("\"error\"") {
            faults += 1;
        } else if !frame.contains("\"messageSent\"") {
            continue;
        }
        sent += 1;
        on_the_way -= 1;
        if Instant::now() < end {
            sayer.say(line.clone()).await;
            on_the_way += 1;
        }
    }
    sayer.say(send_frame(&name, LAST)).await;
    (sent, faults + hearing.await.expect("a hearer does not panic"))
}
