//! Spreading a message to a thousand sockets.

use std::time::Instant;

use futures_util::StreamExt;
use futures_util::stream;
use serde_json::json;

use super::world;
use crate::floor::server::FloorServer;
use crate::link::{Link, field};
use crate::machine::processor_time;
use crate::report::Figure;

const MEMBERS: usize = 250;
const SOCKETS_EACH: usize = 4;
const MESSAGES: usize = 200;

pub async fn measure() -> Vec<Figure> {
    let server = world::server().await;
    let people = world::people(&server, MEMBERS).await;
    let others: Vec<_> = people[1..].iter().collect();
    let group = people[0].group("everybody", &others).await;
    let address = server.address();
    let links: Vec<Link> = stream::iter(0..MEMBERS * SOCKETS_EACH)
        .map(|number| Link::open(address, &people[number / SOCKETS_EACH].token))
        .buffered(32)
        .collect()
        .await;
    let content = "a line of a usual length, as people write them all day";
    let frame = json!({"action": "sendMessage",
        "data": {"conversationId": group, "content": content, "type": "text"}})
    .to_string();
    let ours = spread(links, &frame, 1, server.process_id()).await;
    let heard = ours.example;
    drop(server);
    let floor = FloorServer::start("spread");
    let floor_address = floor.address;
    let links: Vec<Link> = stream::iter(0..MEMBERS * SOCKETS_EACH)
        .map(|_| Link::open(floor_address, "none"))
        .buffered(32)
        .collect()
        .await;
    // it says the same bytes again and again
    let bare = spread(links, &heard, 0, floor.process_id()).await;
    vec![Figure {
        name: "deliveries/s into a group of 1,000 sockets, per second of one core",
        value: ours.per_processor_second,
        unit: "/s",
        floor: Some(bare.per_processor_second),
        bar: "≥ 0.5 ×, goal ≥ 0.85 ×",
        met: ours.per_processor_second >= 0.5 * bare.per_processor_second,
        notes: format!(
            "by the clock {:.0}/s, bare {:.0}/s (both held up by this program, which reads them all on the other core)",
            ours.per_second, bare.per_second
        ),
        faults: ours.faults + bare.faults,
    }]
}

struct Spread {
    per_second: f64,
    per_processor_second: f64,
    faults: u64,
    example: String,
}

/// The first socket says the frame again and again; all others hear it that often, each time with a number that is higher
/// by `rise`.
async fn spread(links: Vec<Link>, frame: &str, rise: u64, process: u32) -> Spread {
    let mut links = links.into_iter();
    let (mut sayer, mut own) = links.next().expect("at least one").split();
    tokio::spawn(async move { while own.hear().await.is_some() {} });
    let before = processor_time(process);
    let start = Instant::now();
    let hearing: Vec<_> = links
        .map(|mut link| {
            tokio::spawn(async move {
                let (mut example, mut before, mut faults) = (String::new(), None, 0);
                for _ in 0..MESSAGES {
                    let text = loop {
                        let text = link.hear().await;
                        if text.contains("\"receiveMessage\"") {
                            break text;
                        }
                    };
                    let seq: Option<u64> = field(&text, "seq").and_then(|seq| seq.parse().ok());
                    faults +=
                        u64::from(seq.is_none() || before.is_some_and(|before| seq != Some(before + rise)));
                    before = seq;
                    if example.is_empty() {
                        example = text.as_str().to_owned();
                    }
                }
                (example, faults)
            })
        })
        .collect();
    let count = hearing.len() * MESSAGES;
    for number in 0..MESSAGES {
        sayer.say(frame.to_owned()).await;
        if number % 10 == 9 {
            // readers on one core: not so far ahead that queues overflow
            tokio::task::yield_now().await;
        }
    }
    let (mut faults, mut example) = (0, String::new());
    for task in hearing {
        match task.await {
            Ok((heard, wrong)) => {
                example = heard;
                faults += wrong;
            }
            Err(_) => faults += MESSAGES as u64,
        }
    }
    let used = (processor_time(process) - before).as_secs_f64();
    Spread {
        per_second: count as f64 / start.elapsed().as_secs_f64(),
        per_processor_second: count as f64 / used,
        faults,
        example,
    }
}
