//! Bad input, slow readers, floods, and the end.

use common::limits;
use common::wire::CloseCode;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpSocket;
use tokio_tungstenite::tungstenite::Message;

use super::support::{House, id};
use crate::chat::converse;
use crate::config::{Bounds, Switch};

#[tokio::test]
async fn a_malformed_frame_names_the_field_and_the_socket_stays() {
    let house = House::open().await;
    let anna = house.person("anna").await;
    let mut client = house.connect(&anna).await;
    for (text, field) in [
        ("nonsense", None),
        (r#"{"action":"dance","data":{}}"#, Some("action")),
        (r#"{"action":"sendMessage","data":{"to":"ben","type":"text"}}"#, Some("content")),
        (r#"{"action":"ack","data":{"conversationId":7,"seq":1}}"#, Some("conversationId")),
    ] {
        client.send_text(text).await;
        let error = client.expect("error").await;
        assert_eq!(error["code"], "malformed", "{text}");
        assert_eq!(error.get("field").and_then(Value::as_str), field, "{text}");
    }
    client.socket.send(Message::Binary(vec![1, 2].into())).await.unwrap();
    assert_eq!(client.expect("error").await["code"], "malformed");
    client.expect_silence().await;
}

#[tokio::test]
async fn values_that_are_not_allowed_are_refused_by_field() {
    let house = House::open().await;
    let (anna, ben) = (house.person("anna").await, house.person("ben").await);
    let (mut client, mut at_ben) = (house.connect(&anna).await, house.connect(&ben).await);
    let unknown = id();
    for (change, code, field) in [
        (json!({"content": ""}), "invalid", Some("content")),
        (json!({"content": "a\u{7}"}), "invalid", Some("content")),
        (json!({"content": "x".repeat(limits::CONTENT_BYTES + 1)}), "tooLarge", Some("content")),
        (json!({"type": "video"}), "invalid", Some("type")),
        (json!({"from": "ben"}), "forbidden", None),
        (json!({"to": "nobody"}), "notFound", None),
        (json!({"to": null}), "invalid", Some("to")),
        (json!({"conversationId": unknown}), "invalid", Some("to")),
        (json!({"to": null, "conversationId": unknown}), "notFound", None),
    ] {
        let message_id = id();
        let mut message = json!({"to": "ben", "content": "a", "type": "text", "messageId": message_id});
        message.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        client.ask("x", "sendMessage", message).await;
        let frame = client.next().await;
        assert_eq!(frame["replyTo"], "x");
        let error = &frame["data"];
        assert_eq!((error["code"].as_str(), error["messageId"].as_str()), (Some(code), Some(&*message_id)));
        assert_eq!(error.get("field").and_then(Value::as_str), field, "{change}");
    }
    at_ben.expect_silence().await;
}

#[tokio::test]
async fn a_frame_over_the_limit_is_closed_with_its_code() {
    let house = House::open().await;
    let anna = house.person("anna").await;
    for size in [limits::CLIENT_FRAME_BYTES + 1, 20 * limits::CLIENT_FRAME_BYTES] {
        let client = house.connect(&anna).await;
        let (mut sink, stream) = client.socket.split();
        let send = async move { sink.send(Message::text("x".repeat(size))).await.map(|()| sink) };
        let receive = async move {
            let mut stream = stream;
            match stream.next().await {
                Some(Ok(Message::Close(Some(close)))) => u16::from(close.code),
                other => panic!("{other:?}"),
            }
        };
        let (_, code) = tokio::join!(send, receive);
        assert_eq!(code, CloseCode::FrameTooBig.code());
    }
    let mut client = house.connect(&anna).await;
    client.send_text(&" ".repeat(limits::CLIENT_FRAME_BYTES)).await;
    assert_eq!(client.expect("error").await["code"], "malformed");
}

#[tokio::test]
async fn text_that_is_not_utf8_is_closed_as_the_rfc_says() {
    let house = House::open().await;
    let anna = house.person("anna").await;
    let mut client = house.connect(&anna).await;
    // a masked text frame of two bytes that are no UTF-8, with a mask of zero
    let frame = [0x81, 0x82, 0, 0, 0, 0, 0xc3, 0x28];
    client.socket.get_mut().write_all(&frame).await.unwrap();
    assert_eq!(client.closed().await.0, 1007);
}

#[tokio::test]
async fn too_many_frames_that_are_none_end_the_socket() {
    let house = House::open().await;
    let anna = house.person("anna").await;
    let mut client = house.connect(&anna).await;
    // twice the bound, for a minute may turn in between
    for _ in 0..130 {
        if client.socket.send(Message::text("nonsense")).await.is_err() {
            break;
        }
    }
    assert_eq!(client.closed().await.0, CloseCode::Abuse.code());
}

#[tokio::test]
async fn who_is_too_fast_is_told_how_long_to_wait() {
    let house = House::open_with(Bounds { send_burst: 3, sends_per_second: 1, ..Bounds::default() }).await;
    let anna = house.person("anna").await;
    let mut client = house.connect(&anna).await;
    for _ in 0..4 {
        client.send("sendMessage", json!({"to": "anna", "content": "a", "type": "text"})).await;
    }
    let error = client.wait_for("error").await;
    assert_eq!((&error["code"], &error["retryAfter"]), (&json!("rateLimited"), &json!(1)));
}

#[tokio::test]
async fn more_sockets_read_no_more() {
    let house = House::open().await;
    let anna = house.person("anna").await;
    let (mut first, mut second) = (house.connect(&anna).await, house.connect(&anna).await);
    first.send("sendMessage", json!({"to": "anna", "content": "a", "type": "text"})).await;
    let note = first.expect("messageSent").await["conversationId"].clone();
    second.expect("receiveMessage").await;
    // each by itself is within the pace of frames
    const EACH: usize = 400;
    let mut refused = 0;
    for client in [&mut first, &mut second] {
        for _ in 0..EACH {
            client.send("loadHistory", json!({"conversationId": note})).await;
        }
    }
    for client in [&mut first, &mut second] {
        for _ in 0..EACH {
            let frame = client.next().await;
            refused += usize::from(frame["data"]["code"] == "rateLimited");
        }
    }
    assert!(refused > 0, "{} pages were read at once", 2 * EACH);
}

#[tokio::test]
async fn who_never_waits_is_closed() {
    let house = House::open_with(Bounds { send_burst: 1, sends_per_second: 1, ..Bounds::default() }).await;
    let anna = house.person("anna").await;
    let ping = Message::text(r#"{"action":"ping","data":{}}"#);
    for message in [ping, Message::Ping(Default::default())] {
        let mut client = house.connect(&anna).await;
        // twice the bound, for a minute may turn in between
        for _ in 0..2_200 {
            if client.socket.send(message.clone()).await.is_err() {
                break;
            }
        }
        assert_eq!(client.closed().await.0, CloseCode::Abuse.code());
    }
}

#[tokio::test]
async fn a_long_frame_counts_for_several() {
    let house = House::open_with(Bounds { send_burst: 2, sends_per_second: 1, ..Bounds::default() }).await;
    let anna = house.person("anna").await;
    let mut client = house.connect(&anna).await;
    let long = json!({"action": "ping", "data": {"novel": "x".repeat(limits::CLIENT_FRAME_BYTES - 64)}});
    client.send_text(&long.to_string()).await;
    for _ in 0..12 {
        client.send("ping", json!({})).await;
    }
    client.expect("pong").await;
    assert_eq!(client.wait_for("error").await["code"], "rateLimited");
}

#[tokio::test]
async fn an_account_has_its_number_of_sockets() {
    let house = House::open_with(Bounds { sockets_per_account: 2, ..Bounds::default() }).await;
    let anna = house.person("anna").await;
    let first = house.connect(&anna).await;
    let mut second = house.connect(&anna).await;
    assert_eq!(house.connect(&anna).await.closed().await.0, CloseCode::TooMany.code());
    second.expect_silence().await;
    drop(first);
    while house.app.metrics.sockets.get() > 1 {
        tokio::task::yield_now().await;
    }
    house.connect(&anna).await.expect_silence().await;
}

#[tokio::test]
async fn a_slow_reader_is_closed_and_the_others_do_not_notice() {
    let house = House::open_with(Bounds { rate_limits: Switch::Off, ..Bounds::default() }).await;
    let (anna, ben) = (house.person("anna").await, house.person("ben").await);
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4_096).unwrap();
    let mut slow = house.connect_over(&ben, socket.connect(house.address).await.unwrap()).await;
    let (mut at_anna, mut at_ben) = (house.connect(&anna).await, house.connect(&ben).await);
    let content = "x".repeat(limits::CONTENT_BYTES);
    let mut number = 0;
    // until he is given up; his farewell waits for him for some seconds only
    while house.app.metrics.sockets.get() == 3 {
        number += 1;
        assert!(number <= 600, "the bound on his queue was never reached");
        at_anna.send("sendMessage", json!({"to": "ben", "content": content, "type": "text"})).await;
        assert_eq!(at_anna.expect("messageSent").await["seq"], number);
        assert_eq!(at_ben.expect("receiveMessage").await["seq"], number);
    }
    assert_eq!(slow.closed().await.0, CloseCode::TooSlow.code());
}

#[tokio::test]
async fn who_asks_for_much_and_reads_nothing_does_not_keep_the_store_from_others() {
    let house = House::open_with(Bounds { rate_limits: Switch::Off, ..Bounds::default() }).await;
    let (anna, ben) = (house.person("anna").await, house.person("ben").await);
    let mut at_anna = house.connect(&anna).await;
    let content = "x".repeat(limits::CONTENT_BYTES);
    let mut note = Value::Null;
    for _ in 0..limits::PAGE_ENTRIES {
        at_anna.send("sendMessage", json!({"to": "anna", "content": content, "type": "text"})).await;
        note = at_anna.expect("messageSent").await["conversationId"].clone();
    }
    let mut never_read = Vec::new();
    for _ in 0..8 {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4_096).unwrap();
        let mut stuck = house.connect_over(&anna, socket.connect(house.address).await.unwrap()).await;
        for _ in 0..32 {
            stuck.send("loadHistory", json!({"conversationId": note})).await;
        }
        never_read.push(stuck);
    }
    for _ in 0..20 {
        house.connect_synced(&ben).await;
    }
}

#[tokio::test]
async fn a_revoked_device_is_closed_at_once_and_hears_nothing_more() {
    let house = House::open().await;
    let (anna, tablet) = (house.person("anna").await, house.device("anna").await);
    let (mut here, mut there) = (house.connect(&anna).await, house.connect(&tablet).await);
    let account = anna.caller.account;
    house.app.store.revoke_device(account, tablet.caller.device, 0).await.unwrap();
    house.app.fanout.close_device(account, tablet.caller.device, CloseCode::Revoked);
    here.send("sendMessage", json!({"to": "anna", "content": "secret", "type": "text"})).await;
    here.expect("messageSent").await;
    let Some(Ok(Message::Close(Some(close)))) = there.socket.next().await else { panic!("not closed") };
    assert_eq!(u16::from(close.code), CloseCode::Revoked.code());
    here.expect_silence().await;
}

#[tokio::test]
async fn goodbye_says_when_to_come_back_and_owes_nobody_an_answer() {
    let house = House::open_with(Bounds { rate_limits: Switch::Off, ..Bounds::default() }).await;
    let anna = house.person("anna").await;
    let (mut at_anna, mut idle) = (house.connect(&anna).await, house.connect(&anna).await);
    for number in 0..50 {
        let message = json!({"to": "anna", "content": number.to_string(), "type": "text"});
        at_anna.send("sendMessage", message).await;
    }
    at_anna.expect("messageSent").await;
    let app = house.app.clone();
    let stopping = tokio::spawn(async move { app.stop().await });
    let mut sent = 1;
    let reason = loop {
        match at_anna.socket.next().await {
            Some(Ok(Message::Text(_))) => sent += 1,
            Some(Ok(Message::Close(Some(close)))) => {
                assert_eq!(u16::from(close.code), CloseCode::ComeBack.code());
                break close.reason.to_string();
            }
            other => panic!("{other:?}"),
        }
    };
    let retry_after = serde_json::from_str::<Value>(&reason).unwrap()["retryAfter"].as_u64().unwrap();
    assert!((1..=60).contains(&retry_after));
    assert_eq!(idle.closed().await.0, CloseCode::ComeBack.code());
    drop((at_anna, idle));
    assert!(stopping.await.unwrap(), "nothing is left behind");
    let house = house.open_again().await;
    let stored = converse::list(&house.app, &anna.caller, None).await.unwrap().conversations[0].head.seq;
    assert_eq!(stored, sent, "whatever was stored was acknowledged");
}
