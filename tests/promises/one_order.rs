//! P3, one order: dense numbers, the same on every device, and each sender's own order kept, refusals or not.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use support::raw::{Person, Socket};
use support::{Server, clock};

use crate::log::{assert_dense, texts_of};

const MESSAGES: usize = 40;

/// A message that waits, as a device's outbox has it.
struct Waiting {
    id: String,
    content: String,
}

/// Sends like a device does: all that waits at once, each naming the one before; what came too early goes again, what
/// was refused is dropped, and the one behind it names the one before that. Every seventh message is refused.
async fn write_all(person: &Person, group: &str) -> (BTreeMap<u64, String>, Vec<Value>) {
    let mut socket = person.socket().await;
    let mut sent = BTreeMap::new();
    let mut waiting: Vec<Waiting> = (0..MESSAGES)
        .map(|number| {
            let content =
                if number % 7 == 3 { "\u{7}".to_owned() } else { format!("{} {number}", person.name) };
            Waiting { id: clock::fresh_id().to_string(), content }
        })
        .collect();
    while !waiting.is_empty() {
        hand_over(&mut socket, group, &waiting).await;
        let first = waiting[0].id.clone();
        for _ in 0..waiting.len() {
            let answer = socket
                .hear_where("an answer", |frame| {
                    frame["action"] == "messageSent" || frame["action"] == "error"
                })
                .await;
            let data = &answer["data"];
            let at = waiting.iter().position(|message| data["messageId"] == message.id.as_str());
            let at = at.unwrap_or_else(|| panic!("nobody asked: {answer}"));
            match data["code"].as_str() {
                None => {
                    let message = waiting.remove(at);
                    sent.insert(data["seq"].as_u64().expect("a number"), message.content);
                }
                Some("tooEarly") => assert_ne!(waiting[at].id, first, "nothing was before it: {answer}"),
                Some(code) => {
                    assert_eq!(code, "invalid");
                    waiting.remove(at);
                }
            }
        }
    }
    (sent, socket.hear_all().await)
}

async fn hand_over(socket: &mut Socket, group: &str, waiting: &[Waiting]) {
    let mut before: Option<&str> = None;
    for message in waiting {
        let frame = json!({"conversationId": group, "content": message.content, "type": "text",
            "messageId": message.id, "after": before});
        socket.say("sendMessage", frame).await;
        before = Some(&message.id);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_writers_with_refusals_in_the_middle_make_one_dense_log_on_every_device() {
    let server = Server::start().await;
    let people = server.people(["anna", "bert", "carl", "dora", "emil"]).await;
    let others: Vec<&Person> = people[1..].iter().collect();
    let group = people[0].group("geese", &others).await;
    let mut listening = Vec::new();
    for person in &people {
        listening.push(person.another_device("listens only").await.socket().await);
    }

    let mut writers = tokio::task::JoinSet::new();
    for person in people.clone() {
        let group = group.clone();
        writers.spawn(async move { (person.name.clone(), write_all(&person, &group).await) });
    }
    let written = writers.join_all().await;

    let log = people[0].log(&group).await;
    assert_dense(&log);
    for person in &people {
        assert_eq!(person.log(&group).await, log, "{} reads another log", person.name);
        let kept: Vec<String> = (0..MESSAGES)
            .filter(|number| number % 7 != 3)
            .map(|number| format!("{} {number}", person.name))
            .collect();
        assert_eq!(texts_of(&log, &person.name), kept, "the order of writing is kept");
    }
    let by_seq: BTreeMap<u64, &str> = log
        .iter()
        .map(|entry| (entry["seq"].as_u64().unwrap(), entry["content"].as_str().unwrap()))
        .collect();
    for (name, (sent, heard)) in &written {
        let heard =
            heard.iter().filter(|frame| frame["action"] == "receiveMessage").map(|frame| &frame["data"]);
        let heard = heard.map(|data| (data["seq"].as_u64().unwrap(), data["content"].as_str().unwrap()));
        let seen: BTreeMap<u64, &str> =
            sent.iter().map(|(seq, text)| (*seq, text.as_str())).chain(heard).collect();
        assert!(seen.iter().all(|(seq, text)| by_seq[seq] == *text), "{name} was told something else");
    }
    for socket in &mut listening {
        let heard = socket.hear_all().await;
        let live =
            heard.iter().filter(|frame| frame["action"] == "receiveMessage").map(|frame| &frame["data"]);
        let live: BTreeMap<u64, &Value> = live.map(|data| (data["seq"].as_u64().unwrap(), data)).collect();
        assert_eq!(live.len(), 5 * MESSAGES * 34 / 40, "every message, once, live");
        assert!(live.iter().all(|(seq, data)| by_seq[seq] == data["content"]));
    }
}

#[tokio::test]
async fn a_message_whose_predecessor_is_not_there_is_too_early() {
    let server = Server::start().await;
    let anna = server.person("anna").await;
    let mut socket = anna.socket().await;
    let [first, second] = [clock::fresh_id().to_string(), clock::fresh_id().to_string()];
    let frame = |id: &str, after: Option<&str>| json!({"to": "anna", "content": id, "type": "text", "messageId": id, "after": after});
    let early = socket.ask("sendMessage", frame(&second, Some(&first))).await;
    assert_eq!((&early["action"], &early["data"]["code"]), (&json!("error"), &json!("tooEarly")));
    assert_eq!(early["data"]["messageId"], second.as_str());
    let sent = socket.ask("sendMessage", frame(&first, None)).await;
    assert_eq!(sent["data"]["seq"], 1);
    let sent = socket.ask("sendMessage", frame(&second, Some(&first))).await;
    assert_eq!(sent["data"]["seq"], 2);
    // what was committed once stays committed: `after` of a repetition is not looked at
    let again = socket.ask("sendMessage", frame(&second, Some(&clock::fresh_id().to_string()))).await;
    assert_eq!(again["data"]["seq"], 2);
}
