//! Coming back: connect, authenticate, resume.

use std::net::SocketAddr;
use std::time::Instant;

use futures_util::StreamExt;
use futures_util::stream;

use super::world;
use crate::floor::server::FloorServer;
use crate::link::Link;
use crate::machine::processor_time;
use crate::report::Figure;

const PEOPLE: usize = 100;
const TIMES: usize = 4_000;

pub async fn measure() -> Vec<Figure> {
    let server = world::server().await;
    let people = world::people(&server, PEOPLE).await;
    let mut resumes = Vec::new();
    for person in &people {
        person.send(&people[0].name, "hello").await.must_be(200);
        let (_socket, resumed) = person.resumed_socket(None).await;
        let position = resumed["position"].as_str().expect("a position is text");
        resumes.push(format!(r#"{{"action":"resume","id":"1","data":{{"position":"{position}"}}}}"#));
    }
    let one = |number: usize| (people[number % PEOPLE].token.clone(), resumes[number % PEOPLE].clone());
    let ours = come_and_go(server.address(), server.process_id(), one).await;
    drop(server);
    let floor = FloorServer::start("upgrade");
    let bare = come_and_go(floor.address, floor.process_id(), one).await;
    vec![Figure {
        name: "connect + authenticate + resume, per second of one core",
        value: ours,
        unit: "/s",
        floor: Some(bare),
        bar: "≥ 0.3 ×, goal ≥ 0.6 ×",
        met: ours >= 0.3 * bare,
        notes: format!("{TIMES} times, 16 at once"),
        faults: 0,
    }]
}

async fn come_and_go(address: SocketAddr, process: u32, one: impl Fn(usize) -> (String, String)) -> f64 {
    let before = processor_time(process);
    let start = Instant::now();
    stream::iter(0..TIMES)
        .map(|number| {
            let (token, resume) = one(number);
            async move {
                let mut link = Link::open(address, &token).await;
                link.say(resume).await;
                link.hear().await;
            }
        })
        .buffer_unordered(16)
        .collect::<()>()
        .await;
    eprintln!("  {:.0}/s by the clock", TIMES as f64 / start.elapsed().as_secs_f64());
    TIMES as f64 / (processor_time(process) - before).as_secs_f64()
}
