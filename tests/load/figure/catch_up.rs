//! Catching up after an absence, and what it costs to come back when nothing happened.

use std::time::Instant;

use serde_json::{Value, json};

use super::world;
use crate::floor;
use crate::link::{Link, field, send_frame};
use crate::report::Figure;

const MISSED: usize = 5_000;
const CONVERSATIONS: usize = 2_000;

pub async fn measure() -> Vec<Figure> {
    vec![catch_up().await, idle_resume().await]
}

/// 5,000 messages in one conversation: the resume brings the newest page, the rest comes page by page.
async fn catch_up() -> Figure {
    let server = world::server().await;
    let people = world::people(&server, 2).await;
    let (_, resumed) = people[1].resumed_socket(None).await;
    let position = resumed["position"].as_str().expect("a position is text").to_owned();
    let (mut sayer, mut ticks) = Link::open(server.address(), &people[0].token).await.split();
    let sending = tokio::spawn(async move {
        for number in 0..MISSED {
            sayer.say(send_frame("p1", &format!("missed line number {number}, of a usual length"))).await;
        }
        sayer
    });
    let mut stored = 0;
    while stored < MISSED {
        let frame = ticks.hear().await.expect("the server keeps the socket");
        stored += usize::from(frame.contains("\"messageSent\""));
    }
    drop(sending.await);
    let mut best = f64::MAX;
    for _ in 0..5 {
        let mut link = Link::open(server.address(), &people[1].token).await;
        let start = Instant::now();
        let resume = json!({"action": "resume", "id": "1", "data": {"position": position}}).to_string();
        link.say(resume).await;
        let frame: Value = serde_json::from_str(&link.hear_action("resumed").await).expect("JSON");
        let conversation = &frame["data"]["conversations"][0];
        let id = conversation["conversationId"].as_str().expect("it changed").to_owned();
        let mut entries = conversation["page"]["entries"].as_array().map_or(0, Vec::len);
        let mut lowest = conversation["page"]["entries"][0]["seq"].as_u64().expect("a newest page");
        while lowest > 1 {
            let ask = json!({"action": "loadHistory", "id": "2",
                "data": {"conversationId": id, "before": lowest, "limit": 100}});
            link.say(ask.to_string()).await;
            let page = link.hear_action("history").await;
            entries += page.matches("\"messageId\"").count();
            lowest = field(&page, "seq").and_then(|seq| seq.parse().ok()).expect("a page with entries");
        }
        assert_eq!(entries, MISSED, "all of them, once");
        best = best.min(start.elapsed().as_secs_f64() * 1000.0);
    }
    let floor = floor::sqlite::reading_ms(&server.database(), MISSED);
    Figure {
        name: "catch-up of 5,000 missed messages",
        value: best,
        unit: "ms",
        floor: Some(floor),
        bar: "≤ 10 × reading the same rows, goal ≤ 3 ×",
        met: best <= 10.0 * floor,
        notes: "best of 5, page by page, one after the other".to_owned(),
        faults: 0,
    }
}

/// Bytes on the wire when nothing happened, with 2,000 conversations.
async fn idle_resume() -> Figure {
    let server = world::server().await;
    let people = world::people(&server, 2).await;
    let one = &people[0];
    for number in 0..CONVERSATIONS {
        one.group(&format!("group {number}"), &[&people[1]]).await;
    }
    let mut position: Option<String> = None;
    loop {
        let (_, resumed) = one.resumed_socket(position.as_deref()).await;
        position = Some(resumed["position"].as_str().expect("a position is text").to_owned());
        if resumed["kind"] == "delta" {
            break;
        }
    }
    let ask = json!({"action": "resume", "id": "1", "data": {"position": position}}).to_string();
    let mut link = Link::open(server.address(), &one.token).await;
    link.say(ask.clone()).await;
    let answer = link.hear_action("resumed").await;
    let bytes = (ask.len() + answer.len()) as f64;
    Figure {
        name: "idle resume with 2,000 conversations",
        value: bytes,
        unit: "B",
        floor: None,
        bar: "≤ 2 kB, goal ≤ 300 B",
        met: bytes <= 2000.0,
        notes: "question and answer".to_owned(),
        faults: 0,
    }
}
