//! The service worker in Chromium, branch by branch: what it shows when the server pushes, and what becomes of what a
//! person presses in that, with the app closed. The pushes are the server's own, taken by a push service of ours and
//! given to the browser by DevTools; pressing is an event made in the worker, since DevTools has none.

use serde_json::{Value, json};
use support::browser::{App, Profile, Screen, Worker};
use support::push_service::{PushService, Received, Subscriber};
use support::raw::{PASSWORD, Person};
use support::{Network, Options, Server, eventually};
use thirtyfour::Key;

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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_push_shows_who_wrote_what_and_the_next_one_takes_its_place_with_the_count() {
    let mut annas = Annas::closed().await;
    // nothing shows a number on an icon here
    annas
        .worker
        .run("self.badges = []; navigator.setAppBadge = async (count) => badges.push(count)", json!([]))
        .await;
    let sent = annas.bert.send("Anna", "are you there? 鴻雁").await.must_be(200).body;
    let shown = annas.is_told().await;
    assert_eq!((&shown["title"], &shown["body"]), (&json!("bert"), &json!("are you there? 鴻雁")));
    assert_eq!(tag(&shown), conversation_of(&sent));
    assert_eq!(shown["timestamp"].as_u64().unwrap() / 1_000, sent["timestamp"].as_u64().unwrap());
    let icon = |name: &str| json!(format!("{}/icons/{name}.png", annas.app.origin()));
    assert_eq!((&shown["icon"], &shown["badge"]), (&icon("icon-192"), &icon("badge-96")));
    let actions: Vec<&Value> =
        shown["actions"].as_array().unwrap().iter().map(|one| &one["action"]).collect();
    assert_eq!(actions, ["reply", "read"]);
    assert_eq!((&shown["silent"], &shown["renotify"]), (&json!(false), &json!(true)));

    annas.bert.send("Anna", "hello?").await.must_be(200);
    let shown = annas.is_told().await;
    assert_eq!((&shown["title"], &shown["body"]), (&json!("bert (2)"), &json!("hello?")));
    assert_eq!(annas.worker.shown().await.len(), 1, "one for a conversation");
    assert_eq!(annas.worker.run("return badges", json!([])).await, json!([1, 2]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_wants_others_to_see_less_is_shown_less() {
    let mut annas = Annas::closed().await;
    let mut asks_for = async |shows: &str| {
        let mut subscription = annas.subscriber.to_json();
        subscription["shows"] = shows.into();
        annas.anna.api.post("/api/push/subscriptions", subscription).await.must_be(200);
        annas.bert.send("Anna", "the secret").await.must_be(200);
        annas.is_told().await
    };
    let shown = asks_for("name").await;
    assert_eq!((&shown["title"], &shown["body"]), (&json!("bert"), &json!("New message")));
    let shown = asks_for("nothing").await;
    assert_eq!((&shown["title"], &shown["body"]), (&json!("Hongyan 鴻雁"), &json!("2 new messages")));
    assert_eq!(shown["actions"], json!([]), "one does not answer what one does not see");
    assert_eq!(annas.worker.shown().await.len(), 1, "and the name is not left beside it");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_push_that_says_nothing_intelligible_still_shows_that_there_is_something() {
    let annas = Annas::closed().await;
    let broken = [
        "",
        "nonsense",
        "{",
        "null",
        "[]",
        "{}",
        r#"{"notification": null}"#,
        r#"{"notification": {"body": "without a title", "tag": "titleless"}}"#,
        r#"{"notification": {"title": "", "tag": "untitled"}}"#,
        r#"{"notification": {"title": "actions", "tag": "actions", "actions": "reply"}}"#,
        r#"{"notification": {"title": "data", "tag": "data", "data": 7}}"#,
        r#"{"notification": {"title": "unread", "tag": "unread", "data": {"unread": 7, "unreadIsComplete": true}}}"#,
        r#"{"notification": {"title": "tagless"}, "app_badge": "many"}"#,
        r#"{"notification": {"title": "times", "tag": "times", "timestamp": "yesterday"}}"#,
        r#"{"notification": {"title": "nowhere", "tag": "nowhere", "navigate": "http://[", "data": null}}"#,
    ];
    for payload in broken {
        annas.worker.push(payload).await;
        let shown = annas.worker.shown().await;
        let title = shown.first().and_then(|one| one["title"].as_str()).unwrap_or_default();
        assert!(shown.len() == 1 && !title.is_empty(), "{payload:?}: {shown:?}");
        // the next one is to be seen by itself
        let all = "for (const shown of await registration.getNotifications()) shown.close()";
        annas.worker.run(all, json!([])).await;
        eventually("none is left", async || annas.worker.shown().await.is_empty().then_some(())).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_read_elsewhere_goes_with_the_next_push_and_nothing_else_does() {
    let mut annas = Annas::closed().await;
    let berts = annas.hears_of_bert("to be read elsewhere").await;
    annas.carl.send("Anna", "to be left").await.must_be(200);
    let carls = tag(&annas.is_told().await);
    let dora = annas.server.person("dora").await;
    dora.send("Anna", "hello, stranger").await.must_be(200);
    let request = tag(&annas.is_told().await);
    let tags = async |annas: &Annas| {
        let mut tags: Vec<String> = annas.worker.shown().await.iter().map(tag).collect();
        tags.sort();
        tags
    };
    let sorted = |mut tags: Vec<String>| {
        tags.sort();
        tags
    };
    assert_eq!(tags(&annas).await, sorted(vec![berts.clone(), carls.clone(), request.clone()]));

    // on another device
    read(&annas.anna, &berts, 3).await;
    annas.carl.send("Anna", "one more").await.must_be(200);
    let mut told = annas.told().await;
    assert_eq!(told["notification"]["data"]["unread"], json!([carls]));
    // a push that has no room for all of them says nothing about those that it leaves out
    told["notification"]["data"]["unreadIsComplete"] = false.into();
    told["notification"]["body"] = "not all of it".into();
    annas.is_pushed(&told).await;
    assert_eq!(tags(&annas).await.len(), 3);
    // an older one than what is shown knows nothing of that
    let mut late = told.clone();
    late["notification"]["data"]["unreadIsComplete"] = true.into();
    late["notification"]["data"]["at"] = 1.into();
    late["notification"]["body"] = "late".into();
    annas.is_pushed(&late).await;
    assert_eq!(tags(&annas).await.len(), 3);
    told["notification"]["data"]["unreadIsComplete"] = true.into();
    told["notification"]["body"] = "all of it".into();
    annas.is_pushed(&told).await;
    eventually("only what was read is taken away", async || {
        (tags(&annas).await == sorted(vec![carls.clone(), request.clone()])).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_read_elsewhere_goes_at_once_where_the_operator_wants_it() {
    let mut annas = Annas::of(Options::default().env("HONGYAN_PUSH_CLEAR", "true")).await;
    annas.close().await;
    let berts = annas.hears_of_bert("to be read elsewhere").await;
    annas.carl.send("Anna", "to be left").await.must_be(200);
    let carls = tag(&annas.is_told().await);
    read(&annas.anna.another_device("elsewhere").await, &berts, 3).await;
    let clearing = annas.told().await;
    // nothing takes its place
    annas.worker.push(&clearing.to_string()).await;
    eventually("only what was read is taken away", async || {
        let shown = annas.worker.shown().await;
        (shown.iter().map(tag).collect::<Vec<_>>() == [carls.as_str()]).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn notifications_are_silent_when_a_person_wants_them_to_be() {
    let annas = Annas::new().await;
    // as if it had subscribed, which Chromium cannot without its maker's push service
    annas.app.browser.run("localStorage.setItem('hongyan.notifies', 'a key')", vec![]).await;
    annas.app.visit("/settings/notifications").await;
    let is_silent = async |tag: &str| {
        let payload = json!({"notification": {"title": "psst", "body": tag, "tag": tag}});
        annas.is_pushed(&payload).await["silent"] == true
    };
    assert!(!is_silent("as the system has it").await);
    let kept =
        "const kept = await caches.match('/notification-settings'); return kept ? await kept.json() : {}";
    annas.app.press("radio", "notify.sound_off").await;
    eventually("the worker can read it", async || {
        (annas.worker.run(kept, json!([])).await["sound"] == false).then_some(())
    })
    .await;
    assert!(is_silent("without sound").await);
    annas.app.press("radio", "notify.sound_on").await;
    annas.app.press("radio", "notify.quiet_hours").await;
    eventually("the worker can read it", async || {
        let kept = annas.worker.run(kept, json!([])).await;
        (kept["sound"] == true && kept["quietFrom"].is_number()).then_some(())
    })
    .await;
    // whenever this runs: a night around now, and the day that is left; one of the two goes over midnight
    let hours = "
        const now = new Date(), minute = now.getHours() * 60 + now.getMinutes();
        const [from, to] = arguments.map((away) => (minute + away + 1440) % 1440);
        const settings = {...await (await caches.match('/notification-settings')).json(), quietFrom: from, quietTo: to};
        await (await caches.open('notifications')).put('/notification-settings', new Response(JSON.stringify(settings)))";
    annas.worker.run(hours, json!([-600, 600])).await;
    assert!(is_silent("at night").await);
    annas.worker.run(hours, json!([600, -600])).await;
    assert!(!is_silent("by day").await);
    // before and after midnight
    annas.worker.run(hours, json!([-1, 1_200])).await;
    assert!(is_silent("in a night that has just begun").await);
    annas.worker.run(hours, json!([-1_200, 1])).await;
    assert!(is_silent("in one that is about to end").await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_test_notification_shows_that_it_came() {
    let mut annas = Annas::closed().await;
    let berts = annas.hears_of_bert("this one stays").await;
    let asked = json!({"endpoint": annas.subscriber.endpoint});
    annas.anna.api.post("/api/push/test", asked).await.must_be(200);
    let shown = annas.is_told().await;
    assert_eq!((&shown["title"], &shown["tag"]), (&json!("Hongyan 鴻雁"), &json!("test")));
    assert_eq!(shown["body"], "Notifications reach this device.");
    let shown = annas.worker.shown().await;
    assert!(shown.iter().any(|one| tag(one) == berts), "{shown:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_from_a_notification_arrives_once_with_the_app_closed() {
    let mut annas = Annas::closed().await;
    let berts = annas.hears_of_bert("are you there?").await;
    annas.worker.press(&berts, "reply", Some("  on my way 🪿 ")).await;
    assert_eq!(annas.answers().await, ["are you there?", "on my way 🪿"]);
    assert!(annas.worker.pending().await.is_empty());
    assert!(annas.worker.shown().await.is_empty(), "what was answered is put away");
    // to a group, too, and not to those in it one by one
    let group = annas.bert.group("Walks", &[&annas.anna, &annas.carl]).await;
    annas.carl.send_into(&group, "who comes along?").await.must_be(200);
    let shown = annas.is_told().await;
    assert_eq!((&shown["title"], &shown["body"]), (&json!("Walks"), &json!("carl: who comes along?")));
    annas.worker.press(&group, "reply", Some("I do")).await;
    let said: Vec<Value> =
        annas.carl.log(&group).await.iter().map(|entry| entry["content"].clone()).collect();
    assert_eq!(said[said.len() - 2..], [json!("who comes along?"), json!("I do")]);
    // the page shows both as its own, once
    annas.app.visit("/c/@bert").await;
    annas.app.shows_messages(&["do we know each other?", "we do", "are you there?", "on my way 🪿"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_without_a_network_is_kept_and_goes_out_once_when_the_browser_says_so() {
    let mut annas = Annas::closed().await;
    let berts = annas.hears_of_bert("are you there?").await;
    annas.network.cut();
    annas.worker.press(&berts, "reply", Some("in a tunnel")).await;
    let pending = annas.worker.pending().await;
    assert_eq!(pending.len(), 1);
    assert_eq!((&pending[0]["key"], &pending[0]["content"]), (&json!("@bert"), &json!("in a tunnel")));
    assert!(!annas.worker.sync("pending_action").await, "too early");
    // stored by the server, whose answer is lost
    annas.network.heal();
    annas.network.lose_replies();
    let (done, ()) = tokio::join!(annas.worker.sync("pending_action"), async {
        eventually("the server has it", async || (annas.answers().await.len() == 2).then_some(())).await;
        annas.network.cut();
    });
    assert!(!done);
    annas.network.heal();
    assert!(annas.worker.sync("pending_action").await);
    assert!(annas.worker.pending().await.is_empty());
    assert!(annas.worker.sync("pending_action").await, "there is nothing to do");
    assert_eq!(annas.answers().await, ["are you there?", "in a tunnel"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_browser_is_asked_to_say_when_there_is_a_network_again() {
    let mut annas = Annas::closed().await;
    let berts = annas.hears_of_bert("are you there?").await;
    // with no window open it refuses to be asked
    annas.app.visit("/").await;
    annas.app.at_home().await;
    annas.network.cut();
    annas.worker.press(&berts, "reply", Some("in a tunnel")).await;
    let asked = annas.worker.run("return await registration.sync.getTags()", json!([])).await;
    assert_eq!(asked, json!(["pending_action"]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waits_goes_along_with_the_next_push() {
    let mut annas = Annas::closed().await;
    let berts = annas.hears_of_bert("are you there?").await;
    annas.network.cut();
    annas.worker.press(&berts, "reply", Some("in a tunnel")).await;
    assert_eq!(annas.worker.pending().await.len(), 1);
    annas.network.heal();
    annas.carl.send("Anna", "and you?").await.must_be(200);
    annas.is_told().await;
    assert!(annas.worker.pending().await.is_empty());
    assert_eq!(annas.answers().await, ["are you there?", "in a tunnel"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_takes_over_what_waits_where_no_browser_says_so() {
    let mut annas = Annas::closed().await;
    annas.worker.run("Object.defineProperty(registration, 'sync', {value: undefined})", json!([])).await;
    let berts = annas.hears_of_bert("are you there?").await;
    annas.network.cut();
    annas.worker.press(&berts, "reply", Some("in a tunnel")).await;
    let carls = {
        annas.network.heal();
        annas.carl.send("Anna", "and you?").await.must_be(200);
        let shown = annas.told().await;
        annas.network.cut();
        tag(&annas.is_pushed(&shown).await)
    };
    annas.worker.press(&carls, "read", None).await;
    assert_eq!(annas.worker.pending().await.len(), 2);
    // from cold, without a network: it stands in the conversation, and waits like anything else that was written
    annas.app.visit("/c/@bert").await;
    annas.app.shows_state("in a tunnel", "state.queued_link").await;
    eventually("the page has taken it over", async || annas.worker.pending().await.is_empty().then_some(()))
        .await;
    annas.network.heal();
    annas.app.shows_state("in a tunnel", "state.sent").await;
    assert_eq!(annas.answers().await, ["are you there?", "in a tunnel"]);
    eventually("what was marked as read is", async || {
        let whole = annas.anna.conversation(&carls).await.must_be(200).body;
        (whole["conversation"]["own"]["readSeq"] == 3).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_marked_as_read_in_a_notification_is_read_everywhere() {
    let mut annas = Annas::closed().await;
    let read_seq = async |annas: &Annas, conversation: &str| {
        annas.anna.conversation(conversation).await.must_be(200).body["conversation"]["own"]["readSeq"]
            .clone()
    };
    let berts = annas.hears_of_bert("read me").await;
    annas.worker.press(&berts, "read", None).await;
    assert_eq!(read_seq(&annas, &berts).await, 3);
    assert!(annas.worker.pending().await.is_empty() && annas.worker.shown().await.is_empty());

    annas.hears_of_bert("and me").await;
    annas.network.cut();
    annas.worker.press(&berts, "read", None).await;
    assert_eq!(read_seq(&annas, &berts).await, 3);
    assert_eq!(annas.worker.pending().await.len(), 1);
    annas.network.heal();
    assert!(annas.worker.sync("pending_action").await);
    assert!(annas.worker.pending().await.is_empty());
    assert_eq!(read_seq(&annas, &berts).await, 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_of_who_has_to_sign_in_again_goes_out_then() {
    let mut annas = Annas::closed().await;
    let berts = annas.hears_of_bert("are you there?").await;
    let new = "geese fly south in autumn";
    let change = json!({"currentPassword": PASSWORD, "newPassword": new});
    annas.anna.api.post("/api/me/password", change).await.must_be(204);
    annas.worker.press(&berts, "reply", Some("in time")).await;
    assert_eq!(annas.worker.pending().await.len(), 1);
    assert_eq!(annas.answers().await, ["are you there?"]);
    let app = &annas.app;
    app.visit("/").await;
    app.press("button", "welcome.sign_in").await;
    app.browser.fill(&app.words.at("welcome.password"), new).await;
    app.browser.keys(Key::Enter.value().to_string()).await;
    eventually("it goes out", async || (annas.answers().await.len() == 2).then_some(())).await;
    app.visit("/c/@bert").await;
    app.shows_state("in time", "state.sent").await;
    assert_eq!(annas.answers().await, ["are you there?", "in time"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_in_the_name_of_who_has_signed_out_is_nobodys() {
    let mut annas = Annas::closed().await;
    let berts = annas.hears_of_bert("are you there?").await;
    annas.app.visit("/settings").await;
    annas.app.press("button", "settings.sign_out").await;
    let dialog = annas.app.browser.find("dialog", &annas.app.words.at("sign_out.title")).await;
    annas.app.browser.press_in(&dialog, "button", &annas.app.words.at("sign_out.confirm")).await;
    annas.app.at_welcome().await;
    eventually("what is hers is put away", async || annas.worker.shown().await.is_empty().then_some(()))
        .await;
    annas.app.sign_in("carl").await;
    // one that was on its way meanwhile
    annas.bert.send("Anna", "one more thing").await.must_be(200);
    annas.is_told().await;
    annas.worker.press(&berts, "reply", Some("as somebody else")).await;
    assert!(annas.worker.sync("pending_action").await, "there is nothing to do");
    assert!(annas.worker.pending().await.is_empty());
    assert_eq!(annas.answers().await, ["are you there?", "one more thing"]);
    let list = annas.bert.api.get("/api/conversations").await.must_be(200).body;
    assert_eq!(list["conversations"].as_array().unwrap().len(), 1, "carl has never written to bert");
    let databases = annas.app.databases().await;
    assert!(databases.iter().all(|name| !name.contains("anna")), "{databases:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_browser_that_subscribes_anew_by_itself_tells_the_server() {
    let annas = Annas::closed().await;
    let changes = "
        const [subscription, how] = arguments;
        const options = {userVisibleOnly: true, applicationServerKey: 'the key of before'};
        const event = new ExtendableEvent('pushsubscriptionchange');
        event.oldSubscription = {options};
        if (how === 'told') event.newSubscription = subscription;
        // the browser's own asks its maker's push service
        registration.pushManager.subscribe = async (given) => given === options ? subscription : null;
        dispatchEvent(event);
        await works.pushsubscriptionchange.at(-1)";
    let mut expected = vec![annas.subscriber.endpoint.clone()];
    for how in ["told", "asked"] {
        let another = annas.push.subscriber();
        annas.worker.run(changes, json!([another.to_json(), how])).await;
        annas.bert.send("Anna", how).await.must_be(200);
        annas.push.hears(&another, 1).await;
        expected.push(another.endpoint);
    }
    let listed = annas.anna.api.get("/api/push/subscriptions").await.must_be(200).body;
    assert_eq!(listed["subscriptions"].as_array().unwrap().len(), expected.len());
}
