//! What a person chose: how much is shown, and when it makes a sound.

use serde_json::json;
use support::eventually;

use super::Annas;

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

/// The browser has another subscription: it hands it over, or is to be asked for it.
const CHANGES: &str = "
const [subscription, how] = arguments;
const options = {userVisibleOnly: true, applicationServerKey: 'the key of before'};
const event = new ExtendableEvent('pushsubscriptionchange');
event.oldSubscription = {options};
if (how === 'told') event.newSubscription = subscription;
// the browser's own asks its maker's push service
registration.pushManager.subscribe = async (given) => given === options ? subscription : null;
dispatchEvent(event);
await works.pushsubscriptionchange.at(-1)";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_browser_that_subscribes_anew_by_itself_tells_the_server() {
    let annas = Annas::closed().await;
    let mut expected = vec![annas.subscriber.endpoint.clone()];
    for how in ["told", "asked"] {
        let another = annas.push.subscriber();
        annas.worker.run(CHANGES, json!([another.to_json(), how])).await;
        annas.bert.send("Anna", how).await.must_be(200);
        annas.push.hears(&another, 1).await;
        expected.push(another.endpoint);
    }
    let listed = annas.anna.api.get("/api/push/subscriptions").await.must_be(200).body;
    assert_eq!(listed["subscriptions"].as_array().unwrap().len(), expected.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_browser_that_subscribes_anew_shows_no_more_than_was_chosen() {
    let annas = Annas::closed().await;
    let chooses = "
        const settings = new Response(JSON.stringify({shows: 'nothing', language: 'zh-TW'}));
        await (await caches.open('notifications')).put('/notification-settings', settings)";
    annas.worker.run(chooses, json!([])).await;
    // the server has heard that the old one is no more, and has forgotten it
    let old = json!({"endpoint": annas.subscriber.endpoint});
    annas.anna.api.delete_with("/api/push/subscriptions", old).await.must_be(204);
    let another = annas.push.subscriber();
    annas.worker.run(CHANGES, json!([another.to_json(), "told"])).await;
    annas.bert.send("Anna", "the secret").await.must_be(200);
    let told = annas.push.hears(&another, 1).await.remove(0).payload;
    assert_eq!(
        (&told["notification"]["title"], &told["notification"]["lang"]),
        (&json!("Hongyan 鴻雁"), &json!("zh-TW"))
    );
    assert!(!told.to_string().contains("the secret"), "{told}");
}
