//! What the page does beside the service worker, in Chromium: takes over what was done in notifications and could not be
//! sent, says of nothing that it is done before it is, and leaves the number on the icon alone until it knows better.

use serde_json::{Value, json};
use support::browser::{App, Profile, Screen, Worker};
use support::push_service::{PushService, Subscriber};
use support::raw::Person;
use support::{Network, Options, Server, eventually};

/// Anna's browser, which notifies, and the network before it.
struct Annas {
    push: PushService,
    _server: Server,
    network: Network,
    anna: Person,
    bert: Person,
    subscriber: Subscriber,
    heard: usize,
    app: App,
    worker: Worker,
    _profile: Profile,
}

impl Annas {
    /// With the app closed. Nothing but the page sends later what cannot be sent now.
    async fn away() -> Self {
        let push = PushService::start().await;
        let server = Server::with(Options::default().env("HONGYAN_PUSH_ALLOW", &push.host())).await;
        let network = Network::before(server.address()).await;
        let [anna, bert] = server.people(["anna", "bert"]).await;
        bert.send("anna", "do we know each other?").await.must_be(200);
        let sent = anna.send("bert", "we do").await.must_be(200).body;
        anna.api.post(&read_path(&sent), json!({"seq": sent["seq"]})).await.must_be(204);
        let subscriber = push.subscriber();
        anna.subscribe(&subscriber).await.must_be(201);
        let profile = Profile::fresh();
        let app = App::signed_in(&profile, Screen::desktop(), network.address(), "anna").await;
        app.browser.find("link", "bert*").await;
        app.pretends_to_notify().await;
        let worker = Worker::of(&app).await;
        worker.run("Object.defineProperty(registration, 'sync', {value: undefined})", json!([])).await;
        app.browser.go("about:blank").await;
        Self {
            push,
            _server: server,
            network,
            anna,
            bert,
            subscriber,
            heard: 0,
            app,
            worker,
            _profile: profile,
        }
    }

    /// Gives the browser what the server pushes next; answers its tag.
    async fn is_told(&mut self) -> String {
        self.heard += 1;
        let payload = self.push.hears(&self.subscriber, self.heard).await.remove(self.heard - 1).payload;
        self.worker.push(&payload.to_string()).await;
        payload["notification"]["tag"].as_str().expect("a tag").to_owned()
    }

    /// Bert asks. From now on the worker reaches nobody.
    async fn is_asked(&mut self) {
        self.bert.send("anna", "are you there?").await.must_be(200);
        let berts = self.is_told().await;
        let holds = "
            [self.held] = await registration.getNotifications({tag: arguments[0]});
            self.fetch = async () => { throw new TypeError('no network') }";
        self.worker.run(holds, json!([berts])).await;
    }

    /// She answers him in the notification, which may have gone meanwhile.
    async fn answers(&self, text: &str) {
        let press = "
            const event = {notification: held, action: 'reply', reply: arguments[0]};
            dispatchEvent(new NotificationEvent('notificationclick', event));
            await works.notificationclick.at(-1)";
        self.worker.run(press, json!([text])).await;
    }

    /// Waits until the page has taken over all that could not be sent.
    async fn leaves_nothing(&self) {
        eventually("nothing is left", async || self.worker.pending().await.is_empty().then_some(())).await;
    }

    /// Waits until the page has looked once more what is shown: what was read long ago goes then.
    async fn looks_once_more(&self) {
        let show = "
            const data = {kind: 'message', account: 'anna', key: '@bert', seq: 1};
            await registration.showNotification('bert', {tag: 'read long ago', data});
            await tell({shown: 'message'})";
        self.worker.run(show, json!([])).await;
        eventually("the page looks once more", async || {
            let shown = self.worker.shown().await;
            shown.iter().all(|one| one["tag"] != "read long ago").then_some(())
        })
        .await;
    }

    /// What the notifications say.
    async fn says(&self) -> Vec<String> {
        let shown = self.worker.shown().await;
        shown.iter().filter_map(|one| one["body"].as_str()).map(str::to_owned).collect()
    }

    async fn read_seq(&self, conversation: &str) -> Value {
        self.anna.conversation(conversation).await.must_be(200).body["conversation"]["own"]["readSeq"].take()
    }
}

fn read_path(sent: &Value) -> String {
    format!("/api/conversations/{}/read", sent["conversationId"].as_str().expect("an id"))
}

const WAITS: &str = "Not sent yet: in a tunnel";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn that_an_answer_waits_is_said_until_it_goes_out_where_nobody_sees_the_app() {
    let mut annas = Annas::away().await;
    annas.is_asked().await;
    annas.app.visit("/").await;
    annas.app.at_home().await;
    let _in_front = annas.app.browser.open_tab("about:blank").await;
    eventually("the app is behind", async || {
        let seen = "return (await windows()).map(({visibilityState}) => visibilityState)";
        (annas.worker.run(seen, json!([])).await == json!(["hidden"])).then_some(())
    })
    .await;
    annas.network.cut();
    annas.answers("in a tunnel").await;
    annas.leaves_nothing().await;
    annas.looks_once_more().await;
    assert_eq!(annas.says().await, [WAITS]);

    annas.network.heal();
    eventually("it arrives", async || (annas.bert.texts().await.last()? == "in a tunnel").then_some(()))
        .await;
    eventually("that is said no more", async || annas.says().await.is_empty().then_some(())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_app_that_cannot_take_an_answer_over_does_not_say_so() {
    let mut annas = Annas::away().await;
    annas.is_asked().await;
    // as browsers do that were told to keep nothing
    let forbid =
        "IDBFactory.prototype.open = () => { throw new DOMException('forbidden', 'SecurityError'); };";
    annas.app.browser.devtools("Page.addScriptToEvaluateOnNewDocument", json!({"source": forbid})).await;
    annas.app.visit("/").await;
    annas.app.browser.shows(&annas.app.words.at("notice.storage_memory")).await;
    annas.answers("in a tunnel").await;
    annas.looks_once_more().await;
    assert_eq!(annas.says().await, [WAITS]);
    assert_eq!(annas.worker.pending().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_group_that_was_never_seen_here_is_marked_as_read_once_it_is_known() {
    let mut annas = Annas::away().await;
    let group = annas.bert.group("Walks", &[&annas.anna]).await;
    annas.anna.send_into(&group, "at last").await.must_be(200);
    let sent = annas.bert.send_into(&group, "who comes along?").await.must_be(200).body;
    assert_eq!(annas.is_told().await, group);
    annas.network.cut();
    annas.worker.press(&group, "read", None).await;
    annas.app.visit("/").await;
    annas.app.browser.find("link", "bert*").await;
    annas.looks_once_more().await;
    assert_eq!(annas.worker.pending().await.len(), 1);

    annas.network.heal();
    annas.leaves_nothing().await;
    eventually("it is read", async || (annas.read_seq(&group).await == sent["seq"]).then_some(())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_is_no_message_comes_to_stand_where_one_is_just_writing() {
    let mut annas = Annas::away().await;
    annas.is_asked().await;
    annas.app.visit("/c/@bert").await;
    let composer = annas.app.composer("bert").await;
    composer.send_keys("half a sent").await.expect("a composer takes text");
    annas.answers("ding \u{7} dong").await;
    annas.app.holds("bert", "half a sent\nding \u{7} dong").await;
    composer.send_keys("!").await.expect("a composer takes text");
    annas.app.visit("/c/@bert").await;
    annas.app.holds("bert", "half a sent\nding \u{7} dong!").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_number_on_the_icon_stays_until_the_app_has_caught_up() {
    let mut annas = Annas::away().await;
    // nothing shows a number on an icon here
    let counting = "
        self.badges = [];
        navigator.setAppBadge = async (count) => badges.push(count);
        navigator.clearAppBadge = async () => badges.push(0)";
    annas.worker.run(counting, json!([])).await;
    let source = "navigator.setAppBadge = async (count) => localStorage.setItem('badge', count)";
    annas.app.browser.devtools("Page.addScriptToEvaluateOnNewDocument", json!({"source": source})).await;
    annas.bert.send("anna", "while it was closed").await.must_be(200);
    annas.is_told().await;
    assert_eq!(annas.worker.run("return badges", json!([])).await, json!([1]));
    annas.network.cut();
    annas.app.visit("/").await;
    annas.app.browser.find("link", "bert*").await;
    annas.looks_once_more().await;
    let badge = "return localStorage.getItem('badge')";
    assert_eq!(annas.app.browser.run(badge, vec![]).await, Value::Null);
    let kept = "return Boolean(await caches.match('/notification-badge'))";
    assert_eq!(annas.worker.run(kept, json!([])).await, true, "the worker goes on counting");

    annas.network.heal();
    eventually("the app counts", async || (annas.app.browser.run(badge, vec![]).await == "1").then_some(()))
        .await;
    eventually("the worker does not", async || {
        (annas.worker.run(kept, json!([])).await == false).then_some(())
    })
    .await;
}
