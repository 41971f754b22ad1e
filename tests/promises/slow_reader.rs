//! P9: one who reads too slowly is closed with its code and catches up; the others notice nothing.

use std::collections::BTreeSet;

use common::limits;
use serde_json::{Value, json};
use support::raw::{Heard, Person, Socket};
use support::{Server, within};

use crate::log::{assert_dense, texts};

const MESSAGES: usize = 1_500;
/// So many do not find room between a server and one who reads nothing: ten megabytes.
const MORE_THAN_BUFFERS: usize = 600;

async fn write_all(person: Person, group: String) {
    let mut socket = person.socket().await;
    let padding = "x".repeat(limits::CONTENT_BYTES - 8);
    let mut on_the_way = 0;
    for number in 0..MESSAGES {
        let content = format!("{number:06} {padding}");
        socket.say("sendMessage", json!({"conversationId": group, "content": content, "type": "text"})).await;
        on_the_way += 1;
        if on_the_way == 16 {
            socket.hear_action("messageSent").await;
            on_the_way -= 1;
        }
    }
    for _ in 0..on_the_way {
        socket.hear_action("messageSent").await;
    }
}

/// What comes to a socket up to its end, and the last position it was told.
async fn read_to_the_end(mut socket: Socket, mut position: String) -> (Vec<Value>, String, Heard) {
    let mut held: Vec<Value> = Vec::new();
    loop {
        match socket.hear_anything().await {
            Heard::Frame(frame) if frame["action"] == "position" => {
                position = frame["data"]["position"].as_str().expect("a position").to_owned();
            }
            Heard::Frame(frame) if frame["action"] == "receiveMessage" => held.push(frame["data"].clone()),
            Heard::Frame(_) => {}
            end => return (held, position, end),
        }
    }
}

fn numbers(log: &[Value]) -> Vec<usize> {
    texts(log).iter().map(|text| text[..6].parse().expect("six digits")).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_reader_is_closed_and_resumes_to_completeness_while_others_read_on() {
    let server = Server::start().await;
    let [anna, bert, carl] = server.people(["anna", "bert", "carl"]).await;
    let group = anna.group("geese", &[&bert, &carl]).await;
    let mut slow = Socket::open_narrow(server.address(), &carl.token).await.expect("a socket");
    let resumed = slow.ask("resume", json!({})).await;
    assert_eq!(resumed["data"]["kind"], "delta", "{resumed}");
    let mut fast = bert.socket().await;

    let writer = tokio::spawn(write_all(anna.clone(), group.clone()));
    let mut heard = BTreeSet::new();
    let hear = async |fast: &mut Socket, heard: &mut BTreeSet<String>, count: usize| {
        while heard.len() < count {
            let message = fast.hear_action("receiveMessage").await;
            heard.insert(message["content"].as_str().unwrap()[..6].to_owned());
        }
    };
    hear(&mut fast, &mut heard, MORE_THAN_BUFFERS).await;
    // by now carl was given up, and reads: what still lay in buffers, the code, and the rest by resuming
    let position = resumed["data"]["position"].as_str().unwrap().to_owned();
    let reading = tokio::spawn(read_to_the_end(slow, position));
    hear(&mut fast, &mut heard, MESSAGES).await;
    within("the writer", writer).await.expect("the writer does not panic");
    let (held, position, end) = within("carl", reading).await.expect("carl does not panic");
    assert!(matches!(end, Heard::Closed(4003, _)), "{end:?}");
    assert!(held.len() < MESSAGES, "the bound on its queue was never reached");

    let (_again, resumed) = carl.resumed_socket(Some(&position)).await;
    let delta = &resumed["conversations"][0];
    assert_eq!(delta["conversationId"], group.as_str());
    let newest = delta["page"]["entries"].as_array().unwrap().last().unwrap();
    assert_eq!(newest["seq"], delta["head"]["seq"], "the newest page reaches the head");
    let log = carl.log(&group).await;
    assert_dense(&log);
    assert_eq!(numbers(&log), (0..MESSAGES).collect::<Vec<_>>());
}
