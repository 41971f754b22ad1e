//! A message to someone who is away becomes a notification, on each of their devices, once (P7).

use std::time::Instant;

use serde_json::{Value, json};
use support::push_service::{Manner, PushService, Received, Subscriber};
use support::raw::Person;
use support::{Options, Server, eventually};

pub async fn server_for(push: &PushService) -> Server {
    Server::with(Options::default().env("HONGYAN_PUSH_ALLOW", &push.host())).await
}

pub async fn subscribed(person: &Person, push: &PushService) -> Subscriber {
    let subscriber = push.subscriber();
    person.subscribe(&subscriber).await.must_be(201);
    subscriber
}

pub fn body(received: &Received) -> &Value {
    &received.payload["notification"]["body"]
}

/// A conversation of friends, so that nothing is a request.
pub async fn friends(one: &Person, other: &Person) -> String {
    let sent = one.send(&other.name, "do we know each other?").await.must_be(200).body;
    other.send(&one.name, "we do").await.must_be(200);
    sent["conversationId"].as_str().expect("an id").to_owned()
}

pub async fn read_all(person: &Person, conversation: &str) {
    let log = person.log(conversation).await;
    let seq = &log.last().expect("something was said")["seq"];
    person
        .api
        .post(&format!("/api/conversations/{conversation}/read"), json!({"seq": seq}))
        .await
        .must_be(204);
}

/// Waits until every message has been looked at and nothing is on its way any more: whatever was to be told has arrived, and
/// the server knows what came of it.
pub async fn settled(server: &Server) {
    let sql = "select expanded >= (select max(position) from entry where kind = 1) \
               and not exists (select 1 from push_delivery where due_at < ?1) from push";
    let database = rusqlite::Connection::open(server.database()).expect("the database is a file");
    eventually("nothing is on its way any more", async || {
        // what is shown stays there, due at the end of time
        let settled: rusqlite::Result<bool> = database.query_row(sql, [i64::MAX], |row| row.get(0));
        settled.expect("tables of notifications").then_some(())
    })
    .await;
}

#[tokio::test]
async fn every_device_of_who_is_away_hears_once_and_nobody_else() {
    let push = PushService::start().await;
    let server = server_for(&push).await;
    let [anna, bert, carl] = server.people(["anna", "bert", "carl"]).await;
    let phone = bert.another_device("phone").await;
    let conversation = friends(&anna, &bert).await;
    read_all(&bert, &conversation).await;
    read_all(&anna, &conversation).await;
    let (annas, carls) = (subscribed(&anna, &push).await, subscribed(&carl, &push).await);
    let (desk, pocket) = (subscribed(&bert, &push).await, subscribed(&phone, &push).await);
    let sent = anna.send("bert", "are you there?").await.must_be(200).body;
    for subscriber in [&desk, &pocket] {
        let heard = push.hears(subscriber, 1).await;
        let notification = &heard[0].payload["notification"];
        assert_eq!(
            (&notification["title"], &notification["body"]),
            (&json!("anna"), &json!("are you there?"))
        );
        assert_eq!(notification["data"]["messageId"], sent["messageId"]);
        assert_eq!(notification["data"]["unread"], json!([conversation]));
        assert_eq!(heard[0].payload["app_badge"], 1);
    }
    settled(&server).await;
    let heard = [&desk, &pocket, &annas, &carls].map(|subscriber| push.received(subscriber).len());
    assert_eq!(heard, [1, 1, 0, 0]);
    let lengths = [push.received(&desk)[0].body.len(), push.received(&pocket)[0].body.len()];
    bert.send("anna", &"long ".repeat(100)).await.must_be(200);
    assert_eq!(push.hears(&annas, 1).await[0].body.len(), lengths[0], "the length tells nothing");
    let listed = bert.api.get("/api/push/subscriptions").await.must_be(200).body;
    let listed = listed["subscriptions"].as_array().unwrap();
    assert_eq!(listed.len(), 2);
    assert!(listed.iter().all(|one| one["succeededAt"].is_i64() && one["failedAt"].is_null()), "{listed:?}");
    let shown = listed.iter().filter(|one| one["endpoint"].is_string()).count();
    assert_eq!(shown, 1, "a device learns only its own endpoint");
    assert!(!server.log().contains("are you there") && !server.log().contains(&desk.endpoint));
}

#[tokio::test]
async fn what_was_read_elsewhere_is_taken_away_where_the_operator_wants_it() {
    let push = PushService::start().await;
    let options =
        Options::default().env("HONGYAN_PUSH_ALLOW", &push.host()).env("HONGYAN_PUSH_CLEAR", "true");
    let server = Server::with(options).await;
    let [anna, bert] = server.people(["anna", "bert"]).await;
    let phone = bert.another_device("phone").await;
    let conversation = friends(&anna, &bert).await;
    read_all(&bert, &conversation).await;
    let berts = subscribed(&bert, &push).await;
    anna.send("bert", "read me").await.must_be(200);
    push.hears(&berts, 1).await;
    read_all(&phone, &conversation).await;
    let heard = push.hears(&berts, 2).await;
    let clearing = &heard[1].payload;
    assert_eq!(clearing["clearing"]["read"], json!(conversation));
    assert_eq!((&clearing["clearing"]["unread"], &clearing["app_badge"]), (&json!([]), &json!(0)));
    assert!(
        clearing["notification"].is_null() && clearing["web_push"].is_null(),
        "it shows nothing: {clearing}"
    );
    assert_eq!(heard[0].body.len(), heard[1].body.len());
}

#[tokio::test]
async fn a_muted_conversation_is_quiet_until_it_is_muted_no_more() {
    let push = PushService::start().await;
    let server = server_for(&push).await;
    let [anna, bert] = server.people(["anna", "bert"]).await;
    let conversation = friends(&anna, &bert).await;
    let path = format!("/api/conversations/{conversation}/mute");
    let mute = async |body: Value| bert.api.call("PUT", &path, Some(&body)).await;
    for never in [json!({"seconds": -1}), json!({"seconds": "1h"})] {
        assert_eq!(mute(never).await.must_fail(400, "malformed").body["error"]["field"], "seconds");
    }
    for for_ever in [json!({}), json!({"seconds": u64::MAX})] {
        let muted = mute(for_ever).await.must_be(200).body;
        assert_eq!(muted["conversation"]["own"]["mutedUntil"], 253_402_300_799_i64);
    }
    let annas = anna.api.get(&format!("/api/conversations/{conversation}")).await.must_be(200).body;
    assert!(annas["conversation"]["own"]["mutedUntil"].is_null(), "nobody else learns of it: {annas}");
    let berts = subscribed(&bert, &push).await;
    anna.send("bert", "psst").await.must_be(200);
    settled(&server).await;
    assert_eq!(push.received(&berts).len(), 0);
    mute(json!({"seconds": 0})).await.must_be(200);
    anna.send("bert", "and now?").await.must_be(200);
    assert_eq!(body(&push.hears(&berts, 1).await[0]), "and now?");
}

#[tokio::test]
async fn a_burst_is_told_together() {
    let push = PushService::start().await;
    let server = server_for(&push).await;
    let [anna, bert] = server.people(["anna", "bert"]).await;
    let conversation = friends(&anna, &bert).await;
    read_all(&bert, &conversation).await;
    let berts = subscribed(&bert, &push).await;
    let start = Instant::now();
    for number in 1..=50 {
        anna.send("bert", &format!("line {number}")).await.must_be(200);
    }
    let last = eventually("all of it is told", async || {
        push.received(&berts).pop().filter(|last| body(last) == &json!("line 50"))
    })
    .await;
    assert_eq!(last.payload["notification"]["title"], "anna (50)");
    settled(&server).await;
    let received = push.received(&berts);
    // one for each grace that has passed, at most
    let (count, graces) = (received.len(), start.elapsed().as_secs() / 2);
    assert!(count as u64 <= graces, "{count} pushes of one burst within {graces} graces");
    // and what is one to the browser, and to a push service that waits for it, is one
    for one in &received {
        assert_eq!(one.payload["notification"]["tag"], json!(conversation));
        assert_eq!(one.headers["topic"], received[0].headers["topic"]);
    }
}

#[tokio::test]
async fn a_device_that_only_looks_connected_buys_no_time() {
    let push = PushService::start().await;
    let options = Options::default().env("HONGYAN_PUSH_ALLOW", &push.host()).metrics();
    let server = Server::with(options).await;
    let [anna, bert] = server.people(["anna", "bert"]).await;
    let with_bert = friends(&anna, &bert).await;
    let berts = subscribed(&bert, &push).await;
    // Bert's phone sleeps in his pocket: connected, “active”, and silent
    let mut asleep = bert.socket().await;
    asleep.say("attention", json!({"active": true, "conversationId": with_bert})).await;
    anna.send("bert", "to the sleeper").await.must_be(200);
    push.hears(&berts, 1).await;
    drop(asleep);
    // not only in the end: it was put off at no time
    let counted =
        async |outcome| server.figure(&format!("hongyan_pushes_total{{outcome=\"{outcome}\"}}")).await;
    let delivered = eventually("it is counted", async || counted("delivered").await).await;
    assert_eq!((delivered, counted("put off").await), (1, None));
}

#[tokio::test]
async fn what_the_push_service_says_is_done() {
    let push = PushService::start().await;
    let server = server_for(&push).await;
    let [anna, bert] = server.people(["anna", "bert"]).await;
    friends(&anna, &bert).await;
    let [busy, broken, gone, forbidden, endless] = [(); 5].map(|()| push.subscriber());
    let soon = vec![("Retry-After", "1".to_owned())];
    push.behaves_to(&busy, Manner::Refuses(429, soon));
    push.behaves_to(&broken, Manner::Refuses(503, vec![]));
    push.behaves_to(&gone, Manner::Refuses(410, vec![]));
    push.behaves_to(&forbidden, Manner::Refuses(403, vec![]));
    push.behaves_to(&endless, Manner::TalksForEver);
    for subscriber in [&busy, &broken, &gone, &forbidden, &endless] {
        bert.another_device("another").await.subscribe(subscriber).await.must_be(201);
    }
    anna.send("bert", "hello").await.must_be(200);
    for subscriber in [&busy, &broken, &gone, &forbidden] {
        push.is_asked(subscriber, 1).await;
    }
    push.hears(&endless, 1).await;
    push.behaves_to(&busy, Manner::Takes);
    push.behaves_to(&broken, Manner::Takes);
    push.hears(&busy, 1).await;
    push.hears(&broken, 1).await;
    settled(&server).await;
    let listed = bert.api.get("/api/push/subscriptions").await.must_be(200).body;
    assert_eq!(listed["subscriptions"].as_array().unwrap().len(), 4, "who is gone is forgotten");
    assert_eq!((push.asked(&gone), push.asked(&forbidden)), (1, 1));
    let troubles: Vec<&Value> =
        listed["subscriptions"].as_array().unwrap().iter().map(|one| &one["trouble"]).collect();
    assert!(troubles.contains(&&json!("refused")), "{troubles:?}");
}

#[tokio::test]
async fn a_push_service_that_is_silent_holds_up_no_other() {
    let (silent, push) = (PushService::called("localhost").await, PushService::start().await);
    silent.behaves(Manner::IsSilent);
    let allowed = format!("{},{}", push.host(), silent.host());
    let server = Server::with(Options::default().env("HONGYAN_PUSH_ALLOW", &allowed)).await;
    let [anna, bert] = server.people(["anna", "bert"]).await;
    let people: Vec<String> = (0..70).map(|number| format!("sleeper{number}")).collect();
    let mut names = vec![];
    for name in &people {
        let person = server.person(name).await;
        person.subscribe(&silent.subscriber()).await.must_be(201);
        names.push(person);
    }
    let berts = subscribed(&bert, &push).await;
    let everybody: Vec<&Person> = names.iter().collect();
    let group = anna.group("all", &everybody).await;
    anna.send_into(&group, "to seventy that sleep").await.must_be(200);
    anna.send("bert", "and to one who does not").await.must_be(200);
    push.hears(&berts, 1).await;
}

#[tokio::test]
async fn only_known_push_services_are_sent_to() {
    let server = Server::start().await;
    let anna = server.person("anna").await;
    let push = PushService::start().await;
    let own = push.subscriber().to_json();
    let refused = anna.api.post("/api/push/subscriptions", own.clone()).await.must_be(422);
    assert_eq!(refused.body["error"]["field"], "endpoint");
    for endpoint in addresses() {
        let mut subscription = own.clone();
        subscription["endpoint"] = endpoint.clone().into();
        let answer = anna.api.post("/api/push/subscriptions", subscription).await;
        assert_eq!(answer.status, 422, "{endpoint}");
    }
    assert_eq!(push.received_in_all(), 0);
}

/// Five hundred ways to name an address that is nobody's business; none names a push service, so none comes so
/// far as to be looked up. What the names of those may lead to is tested where they are looked up (`push/resolve.rs`).
fn addresses() -> Vec<String> {
    let mut hosts: Vec<String> = [
        "localhost",
        "localhost.",
        "LOCALHOST",
        "127.1",
        "0",
        "0x7f000001",
        "2130706433",
        "017700000001",
        "127.0.0.1.nip.io",
        "fcm.googleapis.com.evil.example",
        "evil-fcm.googleapis.com",
        "metadata.google.internal",
        "[::]",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:a00:1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[fe80::1]",
        "[fd00::1]",
        "[ff02::1]",
        "１２７.０.０.１",
        "ⓛocalhost",
    ]
    .map(str::to_owned)
    .into();
    for (first, second) in
        [(10, 0), (127, 0), (169, 254), (172, 16), (192, 168), (100, 64), (0, 0), (224, 0), (255, 255)]
    {
        for last in [0, 1, 7, 80, 128, 254] {
            let address = u32::from_be_bytes([first, second, last, last]);
            hosts.push(format!("{first}.{second}.{last}.{last}"));
            hosts.push(address.to_string());
            hosts.push(format!("0x{address:x}"));
            hosts.push(format!("[::ffff:{first}.{second}.{last}.{last}]"));
        }
    }
    let schemes = ["https://", "http://"];
    let all: Vec<String> = hosts
        .iter()
        .flat_map(|host| schemes.iter().map(move |scheme| format!("{scheme}{host}/push/x")))
        .chain(hosts.iter().map(|host| format!("https://fcm.googleapis.com@{host}/")))
        .collect();
    assert!(all.len() >= 500, "{}", all.len());
    all
}

#[tokio::test]
async fn a_redirect_leads_nowhere() {
    let (push, elsewhere) = (PushService::start().await, PushService::start().await);
    let server = server_for(&push).await;
    let [anna, bert] = server.people(["anna", "bert"]).await;
    friends(&anna, &bert).await;
    let (berts, other) = (subscribed(&bert, &push).await, elsewhere.subscriber());
    for status in [301, 302, 307, 308] {
        push.behaves_to(&berts, Manner::Refuses(status, vec![("Location", other.endpoint.clone())]));
        let asked = push.asked(&berts);
        anna.send("bert", "where to?").await.must_be(200);
        push.is_asked(&berts, asked + 1).await;
    }
    settled(&server).await;
    assert_eq!(elsewhere.asked(&other), 0);
}

#[tokio::test]
async fn a_subscription_is_its_devices_and_ends_with_it() {
    let push = PushService::start().await;
    let server = server_for(&push).await;
    let [anna, bert] = server.people(["anna", "bert"]).await;
    let key = anna.api.get("/api/push/key").await.must_be(200).body;
    assert_eq!(key["publicKey"].as_str().unwrap().len(), 87, "65 bytes in base64url");
    let phone = bert.another_device("phone").await;
    let (desk, pocket) = (subscribed(&bert, &push).await, subscribed(&phone, &push).await);
    bert.subscribe(&desk).await.must_be(200);
    bert.api.delete(&format!("/api/devices/{}", phone.device_id)).await.must_be(204);
    anna.send("bert", "one device less").await.must_be(200);
    let heard = push.hears(&desk, 1).await;
    assert_eq!(body(&heard[0]), "wants to write to you", "what a stranger says is for when one has looked");
    settled(&server).await;
    assert_eq!(push.asked(&pocket), 0);

    let tested = bert.api.post("/api/push/test", json!({"endpoint": desk.endpoint})).await.must_be(200).body;
    assert_eq!((&tested["pushService"], &tested["trouble"]), (&json!(push.host()), &Value::Null));
    push.hears(&desk, 2).await;
    push.behaves(Manner::Refuses(410, vec![]));
    let tested = bert.api.post("/api/push/test", json!({"endpoint": desk.endpoint})).await.must_be(200).body;
    assert_eq!(tested["trouble"], "gone");
    bert.api.post("/api/push/test", json!({"endpoint": desk.endpoint})).await.must_be(404);
    bert.api.delete_with("/api/push/subscriptions", json!({"endpoint": desk.endpoint})).await.must_be(204);
}

#[tokio::test]
async fn a_push_service_learns_how_the_operator_is_reached() {
    let push = PushService::start().await;
    let contact = "mailto:anna@example.net";
    let options =
        Options::default().env("HONGYAN_PUSH_ALLOW", &push.host()).env("HONGYAN_PUSH_CONTACT", contact);
    let server = Server::with(options).await;
    let bert = server.person("bert").await;
    let berts = subscribed(&bert, &push).await;
    bert.api.post("/api/push/test", json!({"endpoint": berts.endpoint})).await.must_be(200);
    assert_eq!(push.hears(&berts, 1).await[0].contact.as_deref(), Some(contact));
}

#[tokio::test]
async fn the_key_stays_until_it_is_replaced() {
    let mut server = Server::start().await;
    let key = async |server: &Server| {
        server.api().get("/api/push/key").await.must_be(200).body["publicKey"].clone()
    };
    let first = key(&server).await;
    let refused = server.command(&["replace-push-key"]);
    assert_eq!(refused.status.code(), Some(2), "a server that runs would go on with the other");
    server.kill_hard();
    server.start_again().await;
    assert_eq!(key(&server).await, first);
    server.kill_hard();
    let replaced = server.command(&["replace-push-key"]);
    assert!(replaced.status.success(), "{replaced:?}");
    server.start_again().await;
    let second = key(&server).await;
    assert_ne!(second, first);
    let said = String::from_utf8_lossy(&replaced.stdout).into_owned();
    assert!(said.contains(second.as_str().expect("a key")), "{said}");
}
