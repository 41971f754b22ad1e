//! What a person presses in a notification: the answer, and the mark that it is read.

use serde_json::{Value, json};
use support::eventually;
use support::raw::PASSWORD;
use thirtyfour::Key;

use super::{Annas, tag};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_from_a_notification_arrives_once_with_the_app_closed() {
    let mut annas = Annas::closed().await;
    let berts = annas.hears_of_bert("are you there?").await;
    annas.worker.press(&berts, "reply", Some("  on my way 🪿 ")).await;
    assert_eq!(annas.answers().await, ["are you there?", "on my way 🪿"]);
    assert!(annas.worker.pending().await.is_empty());
    assert!(annas.worker.shown().await.is_empty(), "what was answered is put away");
    assert_eq!(annas.read_seq(&berts).await, 3, "who answers has read it");
    // to a group, too, and not to those in it one by one
    let group = annas.group_of_bert().await;
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
async fn what_is_marked_as_read_in_a_notification_is_read_everywhere() {
    let mut annas = Annas::closed().await;
    let berts = annas.hears_of_bert("read me").await;
    annas.worker.press(&berts, "read", None).await;
    assert_eq!(annas.read_seq(&berts).await, 3);
    assert!(annas.worker.pending().await.is_empty() && annas.worker.shown().await.is_empty());

    annas.hears_of_bert("and me").await;
    annas.network.cut();
    annas.worker.press(&berts, "read", None).await;
    assert_eq!(annas.read_seq(&berts).await, 3);
    assert_eq!(annas.worker.pending().await.len(), 1);
    annas.network.heal();
    assert!(annas.worker.sync("pending_action").await);
    assert!(annas.worker.pending().await.is_empty());
    assert_eq!(annas.read_seq(&berts).await, 4);
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
async fn what_is_read_in_a_notification_is_off_the_number_on_the_icon() {
    let mut annas = Annas::closed().await;
    annas.counts().await;
    annas.hears_of_bert("one").await;
    annas.bert.send("Anna", "two").await.must_be(200);
    let berts = tag(&annas.is_told().await);
    annas.carl.send("Anna", "three").await.must_be(200);
    let carls = tag(&annas.is_told().await);
    annas.worker.press(&berts, "read", None).await;
    annas.worker.press(&carls, "reply", Some("four")).await;
    assert_eq!(annas.badges().await, json!([1, 2, 3, 1, 0]));

    // the page has counted since; what is left is known when nothing is
    let berts = annas.hears_of_bert("five").await;
    annas.carl.send("Anna", "six").await.must_be(200);
    annas.is_told().await;
    annas.app.visit("/").await;
    annas.app.at_home().await;
    eventually("the worker counts no more", async || {
        let kept = "return Boolean(await caches.match('/notification-badge'))";
        (annas.worker.run(kept, json!([])).await == false).then_some(())
    })
    .await;
    annas.close().await;
    annas.worker.press(&berts, "read", None).await;
    assert_eq!(annas.badges().await, json!([1, 2, 3, 1, 0, 1, 2]));
    annas.worker.press(&carls, "read", None).await;
    assert_eq!(annas.badges().await, json!([1, 2, 3, 1, 0, 1, 2, 0]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_pressed_is_done_in_no_other_name() {
    let mut annas = Annas::closed().await;
    let group = annas.group_of_bert().await;
    let sent = annas.bert.send_into(&group, "who comes along?").await.must_be(200).body;
    annas.is_told().await;
    let berts = annas.hears_of_bert("are you there?").await;
    // her session ended, and another began; her data are still here
    let signs_in = "
        const [username, password] = arguments;
        const headers = {'Content-Type': 'application/json'};
        await fetch('/api/auth/login', {method: 'POST', headers, body: JSON.stringify({username, password})})";
    annas.worker.run(signs_in, json!(["carl", PASSWORD])).await;
    annas.worker.press(&group, "read", None).await;
    annas.worker.press(&berts, "reply", Some("as somebody else")).await;
    let carls = annas.carl.conversation(&group).await.must_be(200).body;
    let seq = carls["conversation"]["own"]["readSeq"].as_u64().expect("a number");
    assert!(seq < sent["seq"].as_u64().expect("a number"), "carl has read nothing");
    let list = annas.bert.api.get("/api/conversations").await.must_be(200).body;
    assert_eq!(list["conversations"].as_array().unwrap().len(), 2, "carl has never written to bert");
    assert_eq!(annas.worker.pending().await.len(), 2);

    annas.worker.run(signs_in, json!(["Anna", PASSWORD])).await;
    assert!(annas.worker.sync("pending_action").await);
    assert_eq!(annas.answers().await, ["are you there?", "as somebody else"]);
    assert_eq!(annas.read_seq(&group).await, sent["seq"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_has_taken_the_place_of_a_pressed_one_stays() {
    let mut annas = Annas::closed().await;
    let berts = annas.hears_of_bert("are you there?").await;
    annas.worker.run("[self.pressed] = await registration.getNotifications()", json!([])).await;
    // it comes while the browser starts the worker for what was pressed
    annas.bert.send("Anna", "hello?").await.must_be(200);
    annas.is_told().await;
    let press = "
        dispatchEvent(new NotificationEvent('notificationclick', {notification: pressed, action: 'read'}));
        await works.notificationclick.at(-1)";
    annas.worker.run(press, json!([])).await;
    assert_eq!(annas.read_seq(&berts).await, 3, "that one was pressed");
    annas.worker.shows(&berts, "bert (2)", "hello?").await;
}
