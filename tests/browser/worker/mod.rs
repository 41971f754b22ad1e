//! The service worker in Chromium, branch by branch: what it shows when the server pushes, and what becomes of what a
//! person presses in that, with the app closed. The pushes are the server's own, taken by a push service of ours and
//! given to the browser by DevTools; pressing is an event made in the worker, since DevTools has none.

mod chosen;
mod pressed;
mod shown;
mod taken_away;
mod waiting;
mod windows;

use serde_json::{Value, json};
use support::browser::{App, Profile, Screen, Worker};
use support::push_service::{PushService, Received, Subscriber};
use support::raw::Person;
use support::{Network, Options, Server, eventually};

/// Anna's browser, which is told of what Bert and Carl write. Its name has a capital, as names may.
struct Annas {
    push: PushService,
    server: Server,
    network: Network,
    anna: Person,
    bert: Person,
    carl: Person,
    subscriber: Subscriber,
    heard: usize,
    app: App,
    worker: Worker,
    _profile: Profile,
}

impl Annas {
    async fn new() -> Self {
        Self::of(Options::default()).await
    }

    /// Of a server that is started in a way of its own.
    async fn of(options: Options) -> Self {
        let push = PushService::start().await;
        let server = Server::with(options.env("HONGYAN_PUSH_ALLOW", &push.host())).await;
        let network = Network::before(server.address()).await;
        let [anna, bert, carl] = server.people(["Anna", "bert", "carl"]).await;
        for other in [&bert, &carl] {
            other.send("Anna", "do we know each other?").await.must_be(200);
            let sent = anna.send(&other.name, "we do").await.must_be(200).body;
            read(&anna, conversation_of(&sent), sent["seq"].as_u64().expect("a number")).await;
        }
        let subscriber = push.subscriber();
        anna.subscribe(&subscriber).await.must_be(201);
        let profile = Profile::fresh();
        let app = App::signed_in(&profile, Screen::desktop(), network.address(), "Anna").await;
        // where the worker keeps what could not be sent; the list is on the screen before
        eventually("the app has its database", async || {
            app.databases().await.contains(&"hongyan-anna".to_owned()).then_some(())
        })
        .await;
        let worker = Worker::of(&app).await;
        let heard = 0;
        Self { push, server, network, anna, bert, carl, subscriber, heard, app, worker, _profile: profile }
    }

    async fn closed() -> Self {
        let annas = Self::new().await;
        annas.close().await;
        annas
    }

    /// Closes the app: its last tab leaves.
    async fn close(&self) {
        self.app.browser.go("about:blank").await;
    }

    /// What the server pushes next.
    async fn told(&mut self) -> Value {
        self.heard += 1;
        let Received { payload, .. } =
            self.push.hears(&self.subscriber, self.heard).await.remove(self.heard - 1);
        payload
    }

    /// What the server pushes when Bert writes.
    async fn told_of_bert(&mut self) -> Value {
        self.bert.send("Anna", "are you there?").await.must_be(200);
        self.told().await
    }

    /// Gives the browser what the server pushes next, and answers it as shown.
    async fn is_told(&mut self) -> Value {
        let payload = self.told().await;
        self.is_pushed(&payload).await
    }

    /// Gives the browser this push, and answers it as shown.
    async fn is_pushed(&self, payload: &Value) -> Value {
        self.worker.push(&payload.to_string()).await;
        let said = &payload["notification"];
        let word = |name: &str| said[name].as_str().expect("a text");
        self.worker.shows(word("tag"), word("title"), word("body")).await
    }

    /// Bert writes, and the browser shows it; answers the tag.
    async fn hears_of_bert(&mut self, text: &str) -> String {
        self.bert.send("Anna", text).await.must_be(200);
        let shown = self.is_told().await;
        assert_eq!(shown["body"], text);
        tag(&shown)
    }

    /// Nothing shows a number on an icon here: what it would be is listed in the worker.
    async fn counts(&self) {
        let counting = "
            self.badges = [];
            navigator.setAppBadge = async (count) => badges.push(count);
            navigator.clearAppBadge = async () => badges.push(0)";
        self.worker.run(counting, json!([])).await;
    }

    /// The numbers on the icon, one after the other.
    async fn badges(&self) -> Value {
        self.worker.run("return badges", json!([])).await
    }

    /// Up to where she has read.
    async fn read_seq(&self, conversation: &str) -> Value {
        self.anna.conversation(conversation).await.must_be(200).body["conversation"]["own"]["readSeq"].take()
    }

    /// The group "Walks" that Bert has made with her and Carl, and in which she has written.
    async fn group_of_bert(&self) -> String {
        let group = self.bert.group("Walks", &[&self.anna, &self.carl]).await;
        self.anna.send_into(&group, "at last").await.must_be(200);
        group
    }

    /// What Anna answered Bert, as he sees it.
    async fn answers(&self) -> Vec<String> {
        let mut texts = self.bert.texts().await;
        texts.drain(..2);
        texts
    }
}

fn conversation_of(sent: &Value) -> &str {
    sent["conversationId"].as_str().expect("an id")
}

fn tag(shown: &Value) -> String {
    shown["tag"].as_str().expect("a tag").to_owned()
}

async fn read(person: &Person, conversation: &str, seq: u64) {
    let path = format!("/api/conversations/{conversation}/read");
    person.api.post(&path, json!({"seq": seq})).await.must_be(204);
}
