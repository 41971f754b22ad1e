//! P9: a full disk and a locked database are met with a clear answer, nothing is lost, and all recovers by itself.

use common::sync::{ConversationKey, SendState, WaitCause};
use rusqlite::Connection;
use serde_json::json;
use support::raw::Person;
use support::{Device, Options, Server, eventually};

/// Sending fails as pinned, over HTTP and over a socket, and reading goes on.
async fn assert_unavailable(person: &Person, to: &str) {
    let answer = person.send(to, "not now").await.must_fail(503, "unavailable");
    let wait: u64 = answer.header("retry-after").expect("Retry-After").parse().expect("in seconds");
    assert_eq!(answer.body["error"]["retryAfter"], wait);
    assert!((1..=60).contains(&wait), "{wait} s");

    let mut socket = person.socket().await;
    let refusal = socket.ask("sendMessage", json!({"to": to, "content": "not now", "type": "text"})).await;
    assert_eq!(refusal["data"]["code"], "unavailable", "{refusal}");
    assert!(refusal["data"]["retryAfter"].is_u64(), "{refusal}");
    assert_eq!(socket.ask("ping", json!({})).await["action"], "pong", "the socket stays");
    person.api.get("/api/conversations").await.must_be(200);
}

/// A device writes while nothing can be stored; afterwards everything has arrived once.
async fn assert_a_device_waits_and_recovers(
    server: &Server,
    block: impl AsyncFnOnce(),
    unblock: impl AsyncFnOnce(),
) {
    let [anna, bert] = server.people(["anna", "bert"]).await;
    let device = Device::start(&anna, server.address());
    let other = Device::start(&bert, server.address());
    device.write("bert", "before").await;
    device.settled().await;

    block().await;
    let waiting = device.write("bert", "while it was full").await;
    device.write("bert", "and another").await;
    let until = |state: &SendState| {
        matches!(state, SendState::Queued(WaitCause::Until(_)) | SendState::Unknown(WaitCause::Until(_)))
    };
    device
        .until("it says when it tries again", |_, view| view.waiting.get(&waiting).is_some_and(until))
        .await;
    assert_unavailable(&bert, "anna").await;
    unblock().await;

    device.settled().await;
    let key = ConversationKey::direct(&"anna".into());
    let all = ["before", "while it was full", "and another"];
    other.until("all arrive, in order", |disk, _| disk.texts(&key) == all).await;
    eventually("others send again", async || (bert.send("anna", "back").await.status == 200).then_some(()))
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_delays_and_loses_nothing() {
    let server = Server::with(Options::default().small_disk()).await;
    assert_a_device_waits_and_recovers(&server, async || server.fill_disk(), async || server.make_room())
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_another_process_locks_delays_and_loses_nothing() {
    let server = Server::start().await;
    let other = Connection::open(server.database()).expect("SQLite takes more than one process");
    assert_a_device_waits_and_recovers(
        &server,
        async || other.execute_batch("begin exclusive").expect("nobody else holds it for long"),
        async || other.execute_batch("rollback").expect("it was begun"),
    )
    .await;
}
