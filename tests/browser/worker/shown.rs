//! What is shown when the server pushes, and what is taken away.

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
    annas.app.pretends_to_notify().await;
    annas.app.visit("/settings/notifications").await;
    let is_silent = async |tag: &str| {
        // the page takes none of somebody else's away
        let of = json!({"kind": "message", "account": "somebody", "key": "@bert", "seq": 1});
        let payload = json!({"notification": {"title": "psst", "body": tag, "tag": tag, "data": of}});
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
async fn nothing_is_forgotten_however_long_the_others_take_to_be_shown() {
    let mut annas = Annas::closed().await;
    annas.carl.send("Anna", "to be read elsewhere").await.must_be(200);
    annas.is_told().await;
    let mut told = annas.told_of_bert().await;
    let berts = told["notification"]["tag"].clone();
    told["notification"]["data"]["unread"] = json!([berts]);
    let all: Vec<String> = (0..5)
        .map(|number| {
            told["notification"]["tag"] = format!("conversation {number}").into();
            told.to_string()
        })
        .collect();
    // each waits for its picture; and time is over when the test says so
    let holds = "
        Object.assign(self, {pictures: [], shows: [], showing: 0, overlaps: 0, asked: 0, clocks: []});
        const show = registration.showNotification;
        registration.showNotification = (title, options) => {
            showing += 1;
            const picture = new Promise((resolve) => pictures.push(resolve));
            const shown = picture.then(() => show(title, options)).finally(() => { showing -= 1; });
            shows.push(shown);
            return shown;
        };
        const list = registration.getNotifications.bind(registration);
        registration.getNotifications = () => {
            if (showing) overlaps += 1;
            return list();
        };
        const locked = withList;
        self.withList = (work) => {
            asked += 1;
            return locked(work);
        };
        AbortSignal.timeout = () => {
            const clock = new AbortController();
            clocks.push(clock);
            return clock.signal;
        };
        for (const data of arguments) dispatchEvent(new PushEvent('push', {data}))";
    annas.worker.run(holds, json!(all)).await;
    eventually("all are to be shown", async || {
        (annas.worker.run("return asked", json!([])).await == 5).then_some(())
    })
    .await;
    annas.worker.run("clocks.forEach((clock) => clock.abort())", json!([])).await;
    for number in 0..5 {
        eventually("the next is being shown", async || {
            (annas.worker.run("return pictures.length", json!([])).await.as_u64()? > number).then_some(())
        })
        .await;
        let loads = "pictures[arguments[0]](); await shows[arguments[0]]";
        annas.worker.run(loads, json!([number])).await;
    }
    annas.worker.run("await Promise.all(works.push)", json!([])).await;
    assert_eq!(
        annas.worker.run("return overlaps", json!([])).await,
        0,
        "somebody listed what was just shown"
    );
    let mut shown: Vec<String> = annas.worker.shown().await.iter().map(tag).collect();
    shown.sort();
    assert_eq!(shown, (0..5).map(|number| format!("conversation {number}")).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_keeps_the_list_for_long_keeps_nothing_from_being_shown() {
    let mut annas = Annas::closed().await;
    let berts = annas.hears_of_bert("to be read elsewhere").await;
    read(&annas.anna, &berts, 3).await;
    annas.carl.send("Anna", "are you there?").await.must_be(200);
    let told = annas.told().await;
    // a page that is frozen over it; and there is no time to wait for it
    let freezes = "
        await new Promise((resolve) => {
            navigator.locks.request('notifications', () => {
                resolve();
                return new Promise((free) => { self.free = free; });
            });
        });
        self.timeout = AbortSignal.timeout;
        AbortSignal.timeout = () => AbortSignal.abort()";
    annas.worker.run(freezes, json!([])).await;
    annas.is_pushed(&told).await;
    assert_eq!(annas.worker.shown().await.len(), 2, "nothing is taken away meanwhile");
    annas.worker.run("free(); AbortSignal.timeout = timeout", json!([])).await;
    annas.is_pushed(&told).await;
    assert_eq!(annas.worker.shown().await.len(), 1, "the next push does that");
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
async fn what_the_page_does_not_know_stays_while_it_has_not_caught_up() {
    let annas = Annas::new().await;
    // it was caught up when nobody was notified; then the link died
    let looks = "
        self.looks = 0;
        const list = ServiceWorkerRegistration.prototype.getNotifications;
        ServiceWorkerRegistration.prototype.getNotifications = async function () {
            try { return await list.call(this); } finally { looks += 1; }
        };
        navigator.setAppBadge = async (count) => { self.badge = count; }";
    annas.app.browser.run(looks, vec![]).await;
    annas.bert.send("Anna", "are you there?").await.must_be(200);
    eventually("the page has counted it", async || {
        (annas.app.browser.run("return self.badge", vec![]).await == 1).then_some(())
    })
    .await;
    annas.network.cut();
    annas.app.pretends_to_notify().await;
    let of = json!({"kind": "request", "account": "anna", "key": "@dora", "seq": 1});
    let payload =
        json!({"notification": {"title": "dora", "body": "wants to write", "tag": "dora", "data": of}});
    annas.is_pushed(&payload).await;
    eventually("the page has looked", async || {
        (annas.app.browser.run("return looks", vec![]).await.as_u64()? > 0).then_some(())
    })
    .await;
    annas.worker.shows("dora", "dora", "wants to write").await;
}
