//! Notifications, the whole way in a real browser: Firefox subscribes with a push service of ours, the app is closed,
//! somebody writes, the notification comes up and is pressed. And what the page does about them, in Chromium: takes them
//! away, counts, and opens a conversation at the message. What the service worker does is in `worker.rs`.

use serde_json::{Value, json};
use support::browser::{App, Profile, Screen, Worker};
use support::push_service::{Manner, PushService, Subscriber};
use support::raw::Person;
use support::{Network, Options, Server, eventually};

async fn server_for(push: &PushService) -> Server {
    Server::with(Options::default().env("HONGYAN_PUSH_ALLOW", &push.host())).await
}

/// Makes nothing a request any more, and leaves nothing unread.
async fn friends(one: &Person, other: &Person) {
    other.send(&one.name, "do we know each other?").await.must_be(200);
    let sent = one.send(&other.name, "we do").await.must_be(200).body;
    let path = format!("/api/conversations/{}/read", sent["conversationId"].as_str().expect("an id"));
    one.api.post(&path, json!({"seq": sent["seq"]})).await.must_be(204);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_to_a_closed_app_comes_up_and_leads_to_its_conversation() {
    let push = PushService::start().await;
    let server = server_for(&push).await;
    let [anna, bert, carl] = server.people(["anna", "bert", "carl"]).await;
    friends(&anna, &bert).await;
    let profile = Profile::of_firefox().with_push_service(&push.for_firefox().await);
    let app = App::signed_in(&profile, Screen::desktop(), server.address(), "anna").await;
    app.visit("/settings/notifications").await;
    app.press("button", "notify.turn_on").await;
    app.browser.shows(&app.words.at("notify.on")).await;

    // it tells each hop
    app.press("button", "notify.test").await;
    app.browser.shows(&app.words.with("notify.test_taken", "service", &push.host())).await;
    app.browser.shows(&app.words.at("notify.test_shown")).await;
    eventually("the test comes up", async || {
        app.browser.alerts().await.iter().any(|alert| alert.contains("Hongyan")).then_some(())
    })
    .await;
    app.browser.dismiss_alerts().await;

    app.browser.go("about:blank").await;
    bert.send("anna", "are you there?").await.must_be(200);
    eventually("the notification comes up", async || {
        (app.browser.alerts().await.last()? == "bert: are you there?").then_some(())
    })
    .await;
    // whom she does not know is told of quietly, and counts nowhere
    carl.send("anna", "psst").await.must_be(200);
    let request = "carl: wants to write to you";
    eventually("the request comes up", async || {
        (app.browser.alerts().await.last()? == request).then_some(())
    })
    .await;
    bert.send("anna", "hello?").await.must_be(200);
    eventually("the next one takes the first one's place, and only its", async || {
        let alerts = app.browser.alerts().await;
        (alerts == [request, "bert (2): hello?"]).then_some(())
    })
    .await;
    app.browser.press_alert().await;
    app.browser.to_page("/c/@bert").await;
    points_out(&app, "hello?").await;
    assert_eq!(push.delivered(), 4);

    // a subscription that the server has lost comes back at the next start, with what she had chosen
    app.visit("/settings/notifications").await;
    app.press("radio", "notify.shows_name").await;
    know_of(&anna, &["name"]).await;
    app.browser.go("about:blank").await;
    push.behaves(Manner::Refuses(410, vec![]));
    bert.send("anna", "is this still the right address?").await.must_be(200);
    know_of(&anna, &[]).await;
    push.behaves(Manner::Takes);
    app.visit("/").await;
    know_of(&anna, &["name"]).await;

    // where the app is open, it goes there itself; where it is only being loaded, or slow, it is led there
    for (listens, text) in [(true, "the app is open"), (false, "the app is not there yet")] {
        app.browser.go("about:blank").await;
        app.browser.dismiss_alerts().await;
        eventually("none is left", async || app.browser.alerts().await.is_empty().then_some(())).await;
        bert.send("anna", text).await.must_be(200);
        eventually("the notification comes up", async || app.browser.alerts().await.pop()).await;
        app.visit("/settings/about").await;
        app.browser.shows(&app.words.at("about.lead")).await;
        let tabs = app.browser.driver().windows().await.expect("tabs").len();
        if !listens {
            app.browser.run("navigator.serviceWorker.onmessage = null", vec![]).await;
        }
        app.browser.press_alert().await;
        app.browser.to_page("/c/@bert").await;
        points_out(&app, text).await;
        assert_eq!(
            app.browser.driver().windows().await.expect("tabs").len(),
            tabs,
            "in the window that is there"
        );
    }
}

/// Waits until the server knows these subscriptions of hers, by what they show.
async fn know_of(person: &Person, shows: &[&str]) {
    eventually(&format!("the server knows {shows:?}"), async || {
        let known = person.api.get("/api/push/subscriptions").await.must_be(200).body;
        let known: Vec<&str> =
            known["subscriptions"].as_array()?.iter().filter_map(|one| one["shows"].as_str()).collect();
        (known == shows).then_some(())
    })
    .await;
}

/// Anna's browser in Chromium, and what the server has pushed to it so far.
struct Annas {
    push: PushService,
    server: Server,
    anna: Person,
    bert: Person,
    subscriber: Subscriber,
    heard: usize,
    /// What came last.
    told: Value,
    app: App,
    worker: Worker,
    _profile: Profile,
}

impl Annas {
    /// With the app closed.
    async fn away() -> Self {
        let push = PushService::start().await;
        let server = server_for(&push).await;
        let [anna, bert] = server.people(["anna", "bert"]).await;
        friends(&anna, &bert).await;
        let subscriber = push.subscriber();
        anna.subscribe(&subscriber).await.must_be(201);
        let profile = Profile::fresh();
        let app = App::signed_in(&profile, Screen::desktop(), server.address(), "anna").await;
        // nothing shows a number on an icon here
        let source = "navigator.setAppBadge = async (count) => localStorage.setItem('badge', count)";
        app.browser.devtools("Page.addScriptToEvaluateOnNewDocument", json!({"source": source})).await;
        app.pretends_to_notify().await;
        let worker = Worker::of(&app).await;
        app.browser.go("about:blank").await;
        Self {
            push,
            server,
            anna,
            bert,
            subscriber,
            heard: 0,
            told: Value::Null,
            app,
            worker,
            _profile: profile,
        }
    }

    /// Hands on what the server pushes next; answers the id of its conversation.
    async fn is_told(&mut self) -> String {
        self.heard += 1;
        let payload = self.push.hears(&self.subscriber, self.heard).await.remove(self.heard - 1).payload;
        self.worker.push(&payload.to_string()).await;
        let said = &payload["notification"];
        let word = |name: &str| said[name].as_str().expect("a text");
        self.worker.shows(word("tag"), word("title"), word("body")).await;
        let tag = word("tag").to_owned();
        self.told = payload;
        tag
    }

    /// Waits until the only notifications left are those of these conversations.
    async fn is_left_with(&self, conversations: &[&str]) {
        eventually(&format!("only {conversations:?} are shown"), async || {
            let shown = self.worker.shown().await;
            let tags: Vec<&str> = shown.iter().filter_map(|one| one["tag"].as_str()).collect();
            (tags == conversations).then_some(())
        })
        .await;
    }

    /// Waits until the app has put this number on its icon.
    async fn has_badge(&self, count: u64) {
        eventually(&format!("the icon says {count}"), async || {
            let badge = self.app.browser.run("return Number(localStorage.getItem('badge'))", vec![]).await;
            (badge == count).then_some(())
        })
        .await;
    }

    /// On another device she has read up to what was sent so.
    async fn reads_elsewhere(&self, sent: &Value) {
        let path = format!("/api/conversations/{}/read", sent["conversationId"].as_str().expect("an id"));
        self.anna.api.post(&path, json!({"seq": sent["seq"]})).await.must_be(204);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_read_elsewhere_leaves_the_screen_and_the_icon_at_once() {
    let mut annas = Annas::away().await;
    let to_anna = annas.bert.send("anna", "first").await.must_be(200).body;
    let berts = annas.is_told().await;
    let group = annas.bert.group("Walks", &[&annas.anna]).await;
    let to_group = annas.bert.send_into(&group, "who comes along?").await.must_be(200).body;
    assert_eq!(annas.is_told().await, group);
    annas.app.visit("/").await;
    annas.app.at_home().await;
    annas.has_badge(2).await;
    annas.is_left_with(&[&berts, &group]).await;

    // over the socket
    annas.reads_elsewhere(&to_anna).await;
    annas.has_badge(1).await;
    annas.is_left_with(&[&group]).await;

    // while it was closed
    annas.app.browser.go("about:blank").await;
    annas.reads_elsewhere(&to_group).await;
    annas.app.visit("/").await;
    annas.has_badge(0).await;
    annas.is_left_with(&[]).await;

    // a push that was under way for long
    let shown = "self.shown = []; const show = registration.showNotification;
        registration.showNotification = (title, options) => (shown.push(title), show.call(registration, title, options))";
    annas.worker.run(shown, json!([])).await;
    annas.worker.push(&annas.told.to_string()).await;
    eventually("it is shown, as every push has to be", async || {
        (annas.worker.run("return shown", json!([])).await == json!(["Walks"])).then_some(())
    })
    .await;
    annas.is_left_with(&[]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_read_or_answered_or_left_here_leaves_the_screen_too() {
    let mut annas = Annas::away().await;
    annas.bert.send("anna", "to be read").await.must_be(200);
    let berts = annas.is_told().await;
    let group = annas.bert.group("Walks", &[&annas.anna]).await;
    annas.bert.send_into(&group, "to be left").await.must_be(200);
    annas.is_told().await;
    let [carl, dora] = annas.server.people(["carl", "dora"]).await;
    carl.send("anna", "to be accepted").await.must_be(200);
    let carls = annas.is_told().await;
    dora.send("anna", "to be declined").await.must_be(200);
    let doras = annas.is_told().await;
    annas.app.visit("/").await;
    annas.app.at_home().await;
    annas.is_left_with(&[&berts, &group, &carls, &doras]).await;

    annas.app.open_conversation("bert").await;
    annas.is_left_with(&[&group, &carls, &doras]).await;
    annas.anna.leave(&group).await.must_be(200);
    annas.is_left_with(&[&carls, &doras]).await;
    annas.app.visit("/c/@carl").await;
    annas.app.press("button", "request.accept").await;
    annas.is_left_with(&[&doras]).await;
    annas.anna.answer_request(&doras, "decline").await.must_be(200);
    annas.is_left_with(&[]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_signed_out_from_elsewhere_leaves_nothing_on_the_screen() {
    let mut annas = Annas::away().await;
    annas.bert.send("anna", "for anna only").await.must_be(200);
    annas.is_told().await;
    annas.app.visit("/").await;
    annas.has_badge(1).await;
    let devices = annas.anna.api.get("/api/devices").await.must_be(200).body;
    for device in devices["devices"].as_array().expect("devices") {
        let id = device["deviceId"].as_str().expect("an id");
        if id != annas.anna.device_id {
            annas.anna.api.delete(&format!("/api/devices/{id}")).await.must_be(204);
        }
    }
    annas.app.at_welcome().await;
    annas.is_left_with(&[]).await;
    annas.has_badge(0).await;
}

/// The message on which one has landed, if it is on the screen.
const POINTED: &str = r#"
const bubble = document.querySelector("[data-pointed]");
if (!bubble) return null;
const [{top, bottom}, frame] = [bubble, document.querySelector("[role=log]")].map((it) => it.getBoundingClientRect());
return top >= frame.top && bottom <= frame.bottom ? bubble.querySelector(".bubble-text").innerText : "out of sight";
"#;

async fn points_out(app: &App, text: &str) {
    eventually(&format!("“{text}” is pointed out"), async || {
        (app.browser.run(POINTED, vec![]).await == text).then_some(())
    })
    .await;
    let address = app.browser.run("return location.search", vec![]).await;
    assert_eq!(address, "", "what the address asked for is done");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_notification_leads_to_its_message_however_old_it_is() {
    let annas = Annas::away().await;
    for number in 3..=150 {
        annas.bert.send("anna", &format!("message {number}")).await.must_be(200);
    }
    // nothing of it is held here
    annas.app.visit("/c/@bert?seq=20").await;
    points_out(&annas.app, "message 20").await;
    annas.app.browser.shows(&annas.app.words.at("timeline.unread")).await;

    // it is open already, and what one writes there stays
    annas.app.composer("bert").await.send_keys("half a sent").await.unwrap();
    let press = "
        const [open] = arguments;
        // however long it takes
        self.setTimeout = () => {};
        const [window] = (await clients.matchAll({type: 'window'})).filter((one) => one.url.includes('/c/'));
        return await hears(window, {open})";
    let heard = annas.worker.run(press, json!(["/c/@bert?seq=140"])).await;
    assert_eq!(heard, true, "the app says that it goes there");
    points_out(&annas.app, "message 140").await;
    annas.app.holds("bert", "half a sent").await;

    // one that comes only now
    annas.bert.send("anna", "the newest").await.must_be(200);
    annas.app.browser.go("about:blank").await;
    annas.bert.send("anna", "while it was closed").await.must_be(200);
    annas.app.visit("/c/@bert?seq=152").await;
    points_out(&annas.app, "while it was closed").await;

    // and what is no message of it leads to the conversation
    annas.app.visit("/c/@bert?seq=999999").await;
    annas.app.browser.shows("while it was closed").await;
    assert_eq!(annas.app.browser.run(POINTED, vec![]).await, Value::Null);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_worker_could_not_send_the_open_page_takes_over() {
    let mut annas = Annas::away().await;
    annas.bert.send("anna", "are you there?").await.must_be(200);
    let berts = annas.is_told().await;
    annas.app.visit("/").await;
    annas.app.at_home().await;
    // the worker reaches nobody; the page does
    annas.worker.run("self.fetch = async () => { throw new TypeError('no network') }", json!([])).await;
    annas.worker.press(&berts, "reply", Some("on my way")).await;
    eventually("it arrives", async || (annas.bert.texts().await.last()? == "on my way").then_some(())).await;
    eventually("nothing is left", async || annas.worker.pending().await.is_empty().then_some(())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_choice_that_the_server_has_not_heard_is_not_shown_as_made() {
    let server = Server::start().await;
    let network = Network::before(server.address()).await;
    server.person("anna").await;
    let profile = Profile::fresh();
    let app = App::signed_in(&profile, Screen::phone(), network.address(), "anna").await;
    let _may_notify = Worker::of(&app).await;
    app.pretends_to_notify().await;
    app.visit("/settings/notifications").await;
    app.browser.find("radio", &app.words.at("notify.shows_nothing")).await;
    network.cut();
    app.press("radio", "notify.shows_nothing").await;
    app.browser.shows(&app.words.at("error.no_link")).await;
    let chosen = "return document.querySelector('input[name=shows]:checked').labels[0].innerText";
    assert_eq!(app.browser.run(chosen, vec![]).await, app.words.at("notify.shows_text"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_about_no_message_leaves_the_screen_too_and_an_answer_that_is_nowhere_else_does_not() {
    let mut annas = Annas::away().await;
    annas.bert.send("anna", "are you there?").await.must_be(200);
    let berts = annas.is_told().await;
    annas.worker.push("nothing intelligible").await;
    let asked = json!({"endpoint": annas.subscriber.endpoint});
    annas.anna.api.post("/api/push/test", asked).await.must_be(200);
    annas.is_told().await;
    let unsent = "
        const data = {kind: 'unsent', navigate: '/share?text=on+my+way'};
        await registration.showNotification('bert', {body: 'Not sent yet: on my way', tag: 'an answer', data})";
    annas.worker.run(unsent, json!([])).await;
    annas.app.visit("/settings/notifications").await;
    annas.is_left_with(&[&berts, "an answer"]).await;
    annas.app.press("button", "notify.turn_off").await;
    annas.is_left_with(&["an answer"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_takes_the_place_of_what_is_just_being_closed() {
    let mut annas = Annas::away().await;
    annas.bert.send("anna", "to be read").await.must_be(200);
    let berts = annas.is_told().await;
    annas.app.visit("/").await;
    annas.is_left_with(&[&berts]).await;
    let watches = "
        self.closings = [];
        const {close} = Notification.prototype;
        Notification.prototype.close = function () {
            closings.push(navigator.locks.query());
            return close.call(this);
        }";
    annas.app.browser.run(watches, vec![]).await;
    annas.app.open_conversation("bert").await;
    annas.is_left_with(&[]).await;
    let held = "return (await Promise.all(closings)).map(({held}) => held.some(({name}) => name === 'notifications'))";
    assert_eq!(annas.app.browser.run_async(held, vec![]).await, json!([true]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_turned_off_stays_off_however_slow_the_network_was() {
    let annas = Annas::away().await;
    // every start asks for the server's key; this one has to wait for it
    let source = "
        const ask = fetch;
        self.fetch = async (request, ...more) => {
            if (!String(request.url ?? request).endsWith('/api/push/key')) return ask(request, ...more);
            await new Promise((resolve) => { self.answer = resolve; });
            try { return await ask(request, ...more); } finally { self.isAnswered = true; }
        };
        PushManager.prototype.subscribe = async () => {
            self.hasSubscribed = true;
            throw new Error('not here');
        }";
    annas.app.browser.devtools("Page.addScriptToEvaluateOnNewDocument", json!({"source": source})).await;
    annas.app.visit("/settings/notifications").await;
    eventually("it asks for the key", async || {
        (annas.app.browser.run("return Boolean(self.answer)", vec![]).await == true).then_some(())
    })
    .await;
    annas.app.press("button", "notify.turn_off").await;
    annas.app.browser.find("button", &annas.app.words.at("notify.turn_on")).await;
    annas.app.browser.run("answer()", vec![]).await;
    eventually("it has the key", async || {
        (annas.app.browser.run("return self.isAnswered === true", vec![]).await == true).then_some(())
    })
    .await;
    // what it asks the browser for before it would subscribe has been answered, too
    let asks = "
        const {pushManager} = await navigator.serviceWorker.ready;
        for (const _ of Array(5)) await pushManager.getSubscription()";
    annas.app.browser.run_async(asks, vec![]).await;
    assert_eq!(annas.app.browser.run("return self.hasSubscribed === true", vec![]).await, false);
}
