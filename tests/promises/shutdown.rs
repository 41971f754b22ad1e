//! P9: a graceful stop tells clients when to come back, answers what it has accepted, and loses nothing.

use serde_json::{Value, json};
use support::raw::{Heard, Person, Socket};
use support::{Device, Server, clock};

use crate::log::{assert_dense, texts};

/// Sends without waiting for answers until the socket is closed; answers what was acknowledged, and how it closed.
async fn flood(person: Person) -> (Vec<String>, Heard) {
    let mut socket = person.socket().await;
    let mut acknowledged = Vec::new();
    let mut on_the_way = 0;
    loop {
        while on_the_way < 16 {
            let data = json!({"to": person.name, "content": "flood", "type": "text",
                "messageId": clock::fresh_id().to_string()});
            socket.say("sendMessage", data).await;
            on_the_way += 1;
        }
        match socket.hear_anything().await {
            Heard::Frame(frame) if frame["action"] == "messageSent" => {
                on_the_way -= 1;
                acknowledged.push(frame["data"]["messageId"].as_str().expect("an id").to_owned());
            }
            // in its last moments it may say that it takes no more
            Heard::Frame(frame) => {
                assert_eq!(frame["data"]["code"], "unavailable", "{frame}");
                on_the_way -= 1;
            }
            end => return (acknowledged, end),
        }
    }
}

fn assert_come_back(end: &Heard) -> u64 {
    let Heard::Closed(1012, reason) = end else {
        panic!("closed without telling when to come back: {end:?}")
    };
    let reason: Value = serde_json::from_str(reason).unwrap_or_else(|_| panic!("no JSON: {reason:?}"));
    reason["retryAfter"].as_u64().unwrap_or_else(|| panic!("no retryAfter in {reason}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_graceful_stop_in_the_middle_of_sending_loses_nothing_acknowledged() {
    let mut server = Server::start().await;
    let people = server.people(["anna", "bert", "carl", "dora"]).await;
    let floods: Vec<_> = people.iter().cloned().map(|person| tokio::spawn(flood(person))).collect();
    let mut idle: Vec<Socket> = Vec::new();
    for person in &people {
        idle.push(person.socket().await);
    }
    // all floods are under way
    for socket in &mut idle {
        for _ in 0..20 {
            socket.hear_action("receiveMessage").await;
        }
    }
    server.ask_to_stop();
    assert!(server.stopped().await.success(), "a stop that was asked for is a success");
    for socket in &mut idle {
        assert_come_back(&socket.closed().await);
    }
    let mut outcomes = Vec::new();
    for flood in floods {
        outcomes.push(flood.await.expect("no flood panics"));
    }

    server.start_again().await;
    for (person, (acknowledged, end)) in people.iter().zip(&outcomes) {
        assert_come_back(end);
        assert!(!acknowledged.is_empty());
        let person = person.moved_to(server.address());
        let list = person.api.get("/api/conversations").await.must_be(200).body;
        let conversation = list["conversations"][0]["conversationId"].as_str().expect("a conversation");
        let log = person.log(conversation).await;
        assert_dense(&log);
        let mut stored: Vec<&str> = log.iter().map(|entry| entry["messageId"].as_str().unwrap()).collect();
        stored.sort_unstable();
        for id in acknowledged {
            assert!(stored.binary_search(&id.as_str()).is_ok(), "{id} was acknowledged and is gone");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sockets_are_told_to_come_back_at_different_times() {
    let mut server = Server::start().await;
    let anna = server.person("anna").await;
    let mut sockets = Vec::new();
    for _ in 0..40 {
        sockets.push(anna.socket().await);
    }
    server.ask_to_stop();
    let mut times = std::collections::BTreeSet::new();
    for socket in &mut sockets {
        times.insert(assert_come_back(&socket.closed().await));
    }
    assert!(times.len() > 1, "all would come back in the same second: {times:?}");
    assert!(server.stopped().await.success());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_device_comes_back_by_itself_and_sends_what_it_wrote_meanwhile() {
    let mut server = Server::start().await;
    let network = support::Network::before(server.address()).await;
    let anna = server.person("anna").await;
    let device = Device::start(&anna, network.address());
    device.write("anna", "before").await;
    device.settled().await;

    server.ask_to_stop();
    assert!(server.stopped().await.success());
    device.until("it notices", |_, view| !view.is_live()).await;
    device.write("anna", "meanwhile").await;
    server.start_again().await;
    network.lead_to(server.address());
    device.settled().await;

    let anna = anna.moved_to(server.address());
    let list = anna.api.get("/api/conversations").await.must_be(200).body;
    let log = anna.log(list["conversations"][0]["conversationId"].as_str().unwrap()).await;
    assert_eq!(texts(&log), ["before", "meanwhile"]);
}
