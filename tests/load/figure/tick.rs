//! From handing a message over to its tick, at a calm rate.

use super::world;
use crate::link::{Link, field, send_frame};
use crate::machine::fdatasync_p50;
use crate::open_loop::{Schedule, at, histogram, in_words, note};
use crate::report::Figure;

pub async fn measure() -> Vec<Figure> {
    let server = world::server().await;
    let people = world::people(&server, 2).await;
    let (mut sayer, mut hearer) = Link::open(server.address(), &people[0].token).await.split();
    let disk = server.beside("");
    let before = fdatasync_p50(&disk);
    let mut schedule = Schedule::new(100.0, 20.0);
    let (clock, count) = (schedule.clock(), schedule.count());
    let heard = tokio::spawn(async move {
        let (mut latencies, mut expected) = (histogram(), 1);
        let mut faults = 0;
        while expected <= count {
            let Some(frame) = hearer.hear().await else { return (latencies, faults + count - expected + 1) };
            if !frame.contains("\"messageSent\"") {
                continue;
            }
            let seq: u64 = field(&frame, "seq").and_then(|seq| seq.parse().ok()).expect("a tick has a seq");
            faults += u64::from(seq != expected);
            note(&mut latencies, clock(seq - 1).elapsed());
            expected += 1;
        }
        (latencies, faults)
    });
    while let Some(number) = schedule.next().await {
        sayer.say(send_frame("p1", &format!("line {number}"))).await;
    }
    let (latencies, faults) = heard.await.expect("the hearer does not panic");
    let floor = (before + fdatasync_p50(&disk)).as_secs_f64() * 500.0;
    let value = at(&latencies, 50.0);
    vec![Figure {
        name: "durable send → tick, p50 at 100 msg/s",
        value,
        unit: "ms",
        floor: Some(floor),
        bar: "≤ floor + 0.5 ms, goal ≤ 1.3 × floor + 0.1 ms",
        met: value <= floor + 0.5,
        notes: in_words(&latencies),
        faults,
    }]
}
