//! What is shown when the server pushes.

use serde_json::{Value, json};
use support::{Options, eventually};

use super::{Annas, conversation_of, read, tag};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_push_shows_who_wrote_what_and_the_next_one_takes_its_place_with_the_count() {
    let mut annas = Annas::closed().await;
    annas.counts().await;
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
    assert_eq!(annas.badges().await, json!([1, 2]));
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
async fn pushes_that_come_at_once_are_all_shown() {
    let mut annas = Annas::closed().await;
    let told = annas.told_of_bert().await;
    let of = |number: usize| {
        let mut told = told.clone();
        told["notification"]["tag"] = format!("conversation {number}").into();
        // the server's know of each other
        told["notification"]["data"]["unreadIsComplete"] = false.into();
        told.to_string()
    };
    for round in 0..4 {
        let all: Vec<String> = (0..5).map(|number| of(round * 5 + number)).collect();
        annas.worker.push_at_once(&all).await;
        assert_eq!(annas.worker.shown().await.len(), (round + 1) * 5);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_number_on_the_icon_is_that_of_the_latest_push() {
    let mut annas = Annas::of(Options::default().env("HONGYAN_PUSH_CLEAR", "true")).await;
    annas.close().await;
    annas.counts().await;
    let berts = annas.hears_of_bert("first").await;
    annas.bert.send("Anna", "under way for long").await.must_be(200);
    let late = annas.told().await;
    annas.carl.send("Anna", "and from me").await.must_be(200);
    annas.is_told().await;
    annas.is_pushed(&late).await;
    assert_eq!(annas.badges().await, json!([1, 3]));

    // what takes away says it, too, and the page that is open hears of it: it knows better
    annas.app.visit("/").await;
    annas.app.at_home().await;
    let hears = "navigator.serviceWorker.addEventListener('message', ({data}) => self.told = data.shown)";
    annas.app.browser.run(hears, vec![]).await;
    read(&annas.anna.another_device("elsewhere").await, &berts, 4).await;
    let clearing = annas.told().await;
    annas.worker.push(&clearing.to_string()).await;
    eventually("the page hears of it", async || {
        (annas.app.browser.run("return self.told", vec![]).await == "clearing").then_some(())
    })
    .await;
    assert_eq!(annas.badges().await, json!([1, 3, 1]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_late_push_does_not_take_the_place_of_a_newer_one() {
    let mut annas = Annas::closed().await;
    let late = annas.told_of_bert().await;
    let berts = annas.hears_of_bert("hello?").await;
    let newer = annas.worker.shows(&berts, "bert (2)", "hello?").await;
    annas.worker.push(&late.to_string()).await;
    let again = annas.worker.shows(&berts, "bert (2)", "hello?").await;
    for same in ["icon", "badge", "timestamp", "lang", "actions", "data"] {
        assert_eq!(again[same], newer[same], "{same}");
    }
    assert_eq!((&again["silent"], &again["renotify"]), (&json!(true), &json!(false)), "it rings once");
    annas.worker.press(&berts, "read", None).await;
    assert_eq!(annas.read_seq(&berts).await, 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_browser_has_read_by_itself_is_shown_as_if_the_worker_had() {
    let mut annas = Annas::closed().await;
    annas.counts().await;
    let told = annas.told_of_bert().await;
    // as `PushEvent` has it of a declarative push: no text, and a notification none of whose fields are its own
    let reads = "
        const [{notification, app_badge}] = arguments;
        const event = new PushEvent('push');
        const ready = Object.create(notification);
        Object.defineProperties(event, {notification: {value: ready}, appBadge: {value: app_badge}});
        dispatchEvent(event);
        await works.push.at(-1)";
    annas.worker.run(reads, json!([told])).await;
    let berts = told["notification"]["tag"].as_str().expect("a tag");
    let shown = annas.worker.shows(berts, "bert", "are you there?").await;
    let mut data = told["notification"]["data"].clone();
    data["navigate"] = told["notification"]["navigate"].clone();
    assert_eq!(shown["data"], data);
    assert_eq!(annas.badges().await, json!([1]));
    annas.worker.press(berts, "reply", Some("yes")).await;
    assert_eq!(annas.answers().await, ["are you there?", "yes"]);
}
