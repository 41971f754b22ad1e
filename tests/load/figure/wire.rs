//! What is around a message on the wire.

use super::world;
use crate::link::{Link, send_frame};
use crate::report::Figure;

pub async fn measure() -> Vec<Figure> {
    let server = world::server().await;
    let people = world::people(&server, 2).await;
    let mut from = Link::open(server.address(), &people[0].token).await;
    let mut to = Link::open(server.address(), &people[1].token).await;
    let content = "Hello, world!";
    from.say(send_frame(&people[1].name, content)).await;
    let frame = to.hear_action("receiveMessage").await;
    // an unmasked frame of over 125 bytes has a header of 4
    let around = (frame.len() + 4 - content.len()) as f64;
    vec![Figure {
        name: "bytes around the content per delivered message",
        value: around,
        unit: "B",
        floor: None,
        bar: "≤ 260 B (pinned JSON)",
        met: around <= 260.0,
        notes: String::new(),
        faults: 0,
    }]
}
