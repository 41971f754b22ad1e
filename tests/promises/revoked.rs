//! P8: revoking a device, changing the password, deleting the account close the tap at once.

use common::sync::LostReason;
use serde_json::json;
use support::raw::{Heard, PASSWORD};
use support::{Device, Network, Server};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revoked_devices_sockets_close_at_once_and_its_token_says_so() {
    let server = Server::start().await;
    let anna = server.person("anna").await;
    let phone = anna.another_device("phone").await;
    let (mut first, mut second) = (phone.socket().await, phone.socket().await);
    let device = Device::start(&phone, server.address());
    device.until("it is live", |_, view| view.is_live()).await;

    let listed = anna.api.get("/api/devices").await.must_be(200).body;
    let listed = listed["devices"].as_array().unwrap();
    assert_eq!(listed.len(), 2);
    assert_eq!((&listed[0]["deviceId"], &listed[0]["current"]), (&json!(anna.device_id), &json!(true)));
    assert_eq!((&listed[1]["deviceId"], &listed[1]["name"]), (&json!(phone.device_id), &json!("phone")));

    anna.revoke(&phone).await.must_be(204);
    for socket in [&mut first, &mut second] {
        assert!(matches!(socket.closed().await, Heard::Closed(4002, _)));
    }
    device.until("it knows", |_, view| view.lost == Some(LostReason::Revoked)).await;
    phone.api.get("/api/me").await.must_fail(401, "revoked");
    let refused = phone.try_socket().await.expect_err("no socket");
    assert_eq!((refused.status, &refused.body["error"]["code"]), (401, &json!("revoked")));
    assert_eq!(anna.api.get("/api/devices").await.body["devices"].as_array().unwrap().len(), 1);

    // others' devices cannot be revoked, nor is it told whether they are there
    let bert = server.person("bert").await;
    bert.revoke(&anna).await.must_fail(404, "notFound");
    anna.api.get("/api/me").await.must_be(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_device_revoked_while_it_was_away_learns_it_on_return_and_sends_nothing() {
    let server = Server::start().await;
    let network = Network::before(server.address()).await;
    let anna = server.person("anna").await;
    let phone = anna.another_device("phone").await;
    let device = Device::start(&phone, network.address());
    device.until("it is live", |_, view| view.is_live()).await;
    network.cut();
    device.write("anna", "found on the street").await;
    anna.revoke(&phone).await.must_be(204);
    network.heal();
    device.online();
    device.until("it knows", |_, view| view.lost == Some(LostReason::Revoked)).await;
    assert_eq!(anna.api.get("/api/conversations").await.body["conversations"], json!([]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_password_ends_the_other_devices_which_keep_their_outbox() {
    let server = Server::start().await;
    let anna = server.person("anna").await;
    let phone = anna.another_device("phone").await;
    let mut at_phone = phone.socket().await;
    let device = Device::start(&phone, server.address());
    device.until("it is live", |_, view| view.is_live()).await;

    let wrong = json!({"currentPassword": "not this one", "newPassword": "a quite different one"});
    let refused = anna.api.post("/api/me/password", wrong).await;
    assert!(matches!(refused.status, 401 | 403), "{}", refused.text);
    let weak = json!({"currentPassword": PASSWORD, "newPassword": "password"});
    anna.api.post("/api/me/password", weak).await.must_fail(422, "weakPassword");
    assert_eq!(at_phone.ask("ping", json!({})).await["action"], "pong", "nothing has changed yet");

    let new = json!({"currentPassword": PASSWORD, "newPassword": "geese fly south in autumn"});
    anna.api.post("/api/me/password", new).await.must_be(204);
    assert!(matches!(at_phone.closed().await, Heard::Closed(4001, _)));
    device.until("it asks to sign in", |_, view| view.lost == Some(LostReason::SignedOut)).await;
    device.write("anna", "kept for later").await;
    assert_eq!(device.disk().outbox().len(), 1);
    phone.api.get("/api/me").await.must_fail(401, "unauthorized");
    anna.api.get("/api/me").await.must_be(200);
    let old = json!({"username": "anna", "password": PASSWORD});
    server.api().post("/api/auth/login", old).await.must_fail(401, "wrongCredentials");
}

#[tokio::test]
async fn a_deleted_account_is_gone_and_its_messages_stay() {
    let server = Server::start().await;
    let [anna, bert] = server.people(["anna", "bert"]).await;
    let sent = anna.send("bert", "remember me").await.must_be(200).body;
    let mut socket = anna.socket().await;
    let refused = anna.api.post("/api/me/delete", json!({"password": "not this one"})).await;
    assert!(matches!(refused.status, 401 | 403), "{}", refused.text);
    anna.api.post("/api/me/delete", json!({"password": PASSWORD})).await.must_be(204);
    assert!(matches!(socket.closed().await, Heard::Closed(4002, _)), "its devices wipe");
    anna.api.get("/api/me").await.must_fail(401, "revoked");
    let again = json!({"username": "anna", "password": PASSWORD});
    server.api().post("/api/auth/login", again.clone()).await.must_fail(401, "wrongCredentials");
    server.api().post("/api/auth/register", again).await.must_fail(409, "nameTaken");

    let log = bert.log(sent["conversationId"].as_str().unwrap()).await;
    assert_eq!(crate::log::texts(&log), ["remember me"]);
    bert.send("anna", "too late").await.must_fail(404, "notFound");
}
