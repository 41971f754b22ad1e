//! P1, accepted is kept: kill -9 in the middle of sending, again and again; all that was acknowledged is there, under
//! the number that was told, the numbers are dense, and what was sent again is not doubled.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;
use support::raw::{Heard, Person};
use support::{Server, clock, eventually};

use crate::log::{assert_dense, texts_of};

const WRITERS: usize = 3;
const MESSAGES: usize = 400;
const ROUNDS: usize = 5;

/// What a writer knows: what it still has to send, and what was acknowledged under which number.
struct Writer {
    person: Person,
    waiting: VecDeque<(String, String)>,
    acknowledged: BTreeMap<String, u64>,
}

impl Writer {
    fn new(person: Person) -> Self {
        let message = |number| (clock::fresh_id().to_string(), format!("{} {number}", person.name));
        let waiting = (0..MESSAGES).map(message).collect();
        Self { person, waiting, acknowledged: BTreeMap::new() }
    }

    /// Sends, eight at a time, until all is acknowledged or the server is gone.
    async fn write(&mut self, address: SocketAddr, group: &str, acknowledged: &AtomicUsize) {
        let Ok(mut socket) = self.person.moved_to(address).try_socket().await else { return };
        let mut on_the_way = 0;
        loop {
            while on_the_way < self.waiting.len().min(8) {
                let (id, content) = &self.waiting[on_the_way];
                let after = on_the_way.checked_sub(1).map(|before| &self.waiting[before].0);
                let data = json!({"conversationId": group, "content": content, "type": "text",
                    "messageId": id, "after": after});
                socket.say("sendMessage", data).await;
                on_the_way += 1;
            }
            if self.waiting.is_empty() {
                return;
            }
            let Heard::Frame(frame) = socket.hear_anything().await else { return };
            if frame["action"] == "receiveMessage" {
                continue;
            }
            assert_eq!(frame["action"], "messageSent", "{frame}");
            // what is stored already may be answered before what was asked earlier and is being stored
            let asked = self.waiting.iter().take(on_the_way);
            let at = asked.into_iter().position(|(id, _)| frame["data"]["messageId"] == id.as_str());
            let (id, _) = at.and_then(|at| self.waiting.remove(at)).expect("what is answered was asked");
            self.acknowledged.insert(id, frame["data"]["seq"].as_u64().expect("a number"));
            on_the_way -= 1;
            acknowledged.fetch_add(1, Ordering::SeqCst);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_survives_kill_9_and_the_numbers_stay_dense() {
    let mut server = Server::start().await;
    let people = server.people(["anna", "bert", "carl"]).await;
    let group = people[0].group("geese", &[&people[1], &people[2]]).await;
    let mut writers: Vec<Writer> = people.iter().cloned().map(Writer::new).collect();
    let acknowledged = Arc::new(AtomicUsize::new(0));

    for round in 1..=ROUNDS {
        let address = server.address();
        let mut tasks = tokio::task::JoinSet::new();
        for mut writer in writers.drain(..) {
            let (group, acknowledged) = (group.clone(), acknowledged.clone());
            tasks.spawn(async move {
                writer.write(address, &group, &acknowledged).await;
                writer
            });
        }
        if round < ROUNDS {
            let enough = round * WRITERS * MESSAGES / ROUNDS;
            eventually("enough is acknowledged", async || {
                (acknowledged.load(Ordering::SeqCst) >= enough).then_some(())
            })
            .await;
            server.kill_hard();
        }
        writers = tasks.join_all().await;
        if round < ROUNDS {
            server.start_again().await;
        }
        let reader = people[0].moved_to(server.address());
        let log = reader.log(&group).await;
        assert_dense(&log);
        let stored: BTreeMap<&str, u64> = log
            .iter()
            .map(|entry| {
                (entry["messageId"].as_str().expect("an id"), entry["seq"].as_u64().expect("a number"))
            })
            .collect();
        for writer in &writers {
            for (id, seq) in &writer.acknowledged {
                assert_eq!(stored.get(id.as_str()), Some(seq), "acknowledged in round {round} or before");
            }
        }
    }

    let log = people[0].moved_to(server.address()).log(&group).await;
    for writer in &writers {
        assert!(writer.waiting.is_empty());
        let name = &writer.person.name;
        let all: Vec<String> = (0..MESSAGES).map(|number| format!("{name} {number}")).collect();
        assert_eq!(texts_of(&log, name), all, "each once, in the order of writing");
    }
}
