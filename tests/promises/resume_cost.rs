//! Resuming costs what changed: nothing changed in 2,000 conversations, and 2 kB are enough.

use serde_json::json;
use support::raw::Person;
use support::{Network, Server};

const CONVERSATIONS: usize = 2_000;

async fn make_groups(person: &Person) {
    let mut tasks = tokio::task::JoinSet::new();
    for lane in 0..16 {
        let person = person.clone();
        tasks.spawn(async move {
            for number in (lane..CONVERSATIONS).step_by(16) {
                person.group(&format!("group {number}"), &[]).await;
            }
        });
    }
    tasks.join_all().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_idle_resume_with_two_thousand_conversations_stays_under_two_kilobytes() {
    let server = Server::start().await;
    let network = Network::before(server.address()).await;
    let anna = server.person("anna").await;
    make_groups(&anna).await;

    // the first start: everything, in slices, newest first
    let mut socket = anna.socket().await;
    let mut position: Option<String> = None;
    let mut seen = std::collections::BTreeSet::new();
    loop {
        let resumed = socket.ask("resume", json!({"position": position})).await["data"].clone();
        position = Some(resumed["position"].as_str().expect("a position").to_owned());
        for conversation in resumed["conversations"].as_array().expect("a first start has conversations") {
            seen.insert(conversation["conversationId"].as_str().unwrap().to_owned());
        }
        match resumed["kind"].as_str() {
            Some("slice") => {}
            Some("delta") => break,
            other => panic!("neither slice nor delta: {other:?}"),
        }
    }
    assert_eq!(seen.len(), CONVERSATIONS);

    // upgrade, resume and its answer, on the wire, both ways
    let here = anna.moved_to(network.address());
    let (mut socket, resumed) = here.resumed_socket(position.as_deref()).await;
    assert_eq!(resumed["kind"], "delta");
    socket.hear_all().await;
    let (up, down) = network.bytes();
    assert!(up + down <= 2_000, "{up} bytes up, {down} down");
    assert!(resumed.get("conversations").is_none_or(|list| list == &json!([])));

    // one change costs one conversation
    let (position, changed) = (resumed["position"].clone(), seen.first().unwrap());
    anna.send_into(changed, "news").await.must_be(200);
    let resumed = socket.ask("resume", json!({"position": position})).await["data"].clone();
    let conversations = resumed["conversations"].as_array().expect("one changed");
    assert_eq!(conversations.len(), 1);
    assert_eq!(conversations[0]["conversationId"], changed.as_str());
    assert_eq!(conversations[0]["page"]["entries"].as_array().unwrap().last().unwrap()["content"], "news");
}
