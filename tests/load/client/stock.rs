//! A browser in which 100,000 messages are stored.
//!
//! People write them, over sockets. A headless device, which is the client's own engine, signs in and fetches all of them;
//! the browser signs in for itself, and then its log is filled up with what the device stored, record by record as
//! `frontend/src/storage` writes them. A browser alone would get there by scrolling, which takes it minutes.

use std::time::Instant;

use common::sync::{ConversationKey, StoredEntry};
use serde_json::{Value, json};
use support::browser::{App, Profile, Screen};
use support::raw::Person;
use support::{Device, Disk, Network, Server};

use crate::link::{Link, send_frame};

/// Messages in the conversation with [`PEER`].
pub const MESSAGES: usize = 100_000;
/// The other person of the long conversation.
pub const PEER: &str = "bert";
/// Other conversations, all of which find room in the list.
const OTHERS: usize = 9;
/// Messages in each of them: more than a page.
const OTHERS_MESSAGES: usize = 70;
/// Messages on their way at once: so far may their order differ from their numbers.
const TURNS: usize = 100;
/// Entries handed to the browser in one command: about a megabyte.
const HANDFUL: usize = 5_000;

/// The number of the first message on screen; messages of the long conversation begin with theirs.
pub const FIRST_ON_SCREEN: &str = r#"(() => {
    const log = document.querySelector("[role=log]");
    const top = log.getBoundingClientRect().top;
    const seen = [...log.querySelectorAll(".bubble-text")].filter((text) => text.getBoundingClientRect().top >= top);
    return seen.map((text) => parseInt(text.textContent)).find(Number.isFinite);
})()"#;

/// Puts entries (`[seq, text]` each) into the log of a conversation of the only account, and notes what is held of it.
const STORE: &str = r#"
    const [entries, conversation, held] = arguments;
    const settled = (request) => new Promise((resolve, reject) => {
        request.onsuccess = request.oncomplete = () => resolve(request.result);
        request.onerror = request.onabort = () => reject(request.error);
    });
    const [{name}] = await indexedDB.databases();
    const database = await settled(indexedDB.open(name));
    const transaction = database.transaction(["entry", "conversation"], "readwrite");
    const [log, records] = ["entry", "conversation"].map((store) => transaction.objectStore(store));
    for (const [seq, text] of entries) log.put(text, [conversation, seq]);
    const record = JSON.parse(await settled(records.get(conversation)));
    records.put(JSON.stringify({...record, held}), conversation);
    await settled(transaction);
    database.close();
"#;

/// A server, and a closed browser that holds all that the server knows.
pub struct Stock {
    /// Which runs as long as this lives.
    server: Server,
    /// Between the two.
    pub network: Network,
    /// The browser's folder.
    pub profile: Profile,
    others: Vec<Person>,
}

impl Stock {
    /// Makes it, which takes a good half minute.
    pub async fn lay_in() -> Self {
        let start = Instant::now();
        let server = Server::start().await;
        let network = Network::before(server.address()).await;
        let [anna, bert] = server.people(["anna", PEER]).await;
        let mut others = Vec::new();
        for number in 0..OTHERS {
            let other = server.person(&format!("p{number}")).await;
            talk(&server, &anna, &other, OTHERS_MESSAGES).await;
            others.push(other);
        }
        talk(&server, &anna, &bert, MESSAGES).await;
        eprintln!("{MESSAGES} messages on the server after {:.0} s", start.elapsed().as_secs_f64());
        let stock = Self { server, network, profile: Profile::fresh(), others };
        let archive = Device::start(&anna.another_device("archive").await, stock.server.address());
        archive.settled().await;
        archive.scroll_to_the_start(&long_conversation()).await;
        eprintln!("on a device after {:.0} s", start.elapsed().as_secs_f64());
        let fetched = archive.disk().clone();
        stock.fill_browser(&fetched).await;
        eprintln!("and in the browser after {:.0} s", start.elapsed().as_secs_f64());
        stock
    }

    /// The address of the long conversation.
    pub fn open_conversation(&self) -> String {
        format!("http://{}/c/@{PEER}", self.network.address())
    }

    /// What all conversations are called.
    pub fn titles(&self) -> impl Iterator<Item = &str> {
        self.others.iter().map(|other| other.name.as_str()).chain([PEER])
    }

    /// The browser signs in and gets what a browser gets then; the rest comes from a device that fetched everything.
    async fn fill_browser(&self, archive: &Disk) {
        let app = App::signed_in(&self.profile, Screen::desktop(), self.network.address(), "anna").await;
        for title in self.titles() {
            app.browser.find("link", &format!("{title}*")).await;
        }
        app.browser.run_async("await navigator.serviceWorker.ready", vec![]).await;
        // a page of the same origin on which no client runs
        app.visit("/healthz").await;
        let key = long_conversation();
        let held = json!(archive.conversation(&key).expect("it was fetched").held);
        let entries: Vec<Value> = archive.stored(&key).map(record).collect();
        assert_eq!(entries.len(), MESSAGES, "the device has fetched all");
        for some in entries.chunks(HANDFUL) {
            app.browser.run_async(STORE, vec![json!(some), json!(key), held.clone()]).await;
        }
        app.browser.close().await;
    }
}

fn long_conversation() -> ConversationKey {
    format!("@{PEER}").parse().expect("a person's conversation")
}

/// An entry as the client stores it, by its seq.
fn record(stored: &StoredEntry) -> Value {
    let StoredEntry { entry, digest } = stored;
    let row = json!([
        entry.seq,
        entry.message_id,
        entry.from,
        entry.kind.code(),
        entry.content,
        entry.content_hash,
        entry.timestamp,
        entry.count,
        entry.actor_count,
        digest
    ]);
    json!([entry.seq, row.to_string()])
}

/// A conversation of so many messages, by turns, all of which the first of the two has read. Each begins with its number
/// and ends with the second's name.
async fn talk(server: &Server, one: &Person, other: &Person, count: usize) {
    let line = |number: usize| {
        let words = match number % 4 {
            0 => "Yes.",
            1 => "A line of a usual length, as people write them all day.",
            2 => {
                "Good. I bring tea, and the map from last time, and we see where the geese have gone; nine at the station."
            }
            _ => "One list:\\n- ink\\n- paper\\n- patience",
        };
        format!("{number}: {words} {}", other.name)
    };
    let first = one.send(&other.name, &line(0)).await.must_be(200);
    let conversation = first.body["conversationId"].as_str().expect("an id").to_owned();
    let mut left = Link::open(server.address(), &one.token).await;
    let (mut right, mut unheard) = Link::open(server.address(), &other.token).await.split();
    tokio::spawn(async move { while unheard.hear().await.is_some() {} });
    for from in (1..count).step_by(TURNS) {
        let turns = from..(from + TURNS).min(count);
        for number in turns.clone() {
            if number % 2 == 0 {
                left.say(send_frame(&other.name, &line(number))).await;
            } else {
                right.say(send_frame(&one.name, &line(number))).await;
            }
        }
        let mut stored = 0;
        while stored < turns.len() {
            let frame = left.hear().await;
            stored += usize::from(frame.contains("\"messageSent\"") || frame.contains("\"receiveMessage\""));
        }
    }
    one.api
        .post(&format!("/api/conversations/{conversation}/read"), json!({"seq": count}))
        .await
        .must_be(204);
}
