//! Push services as they may be: they lie, break off, ask for odd things. Nothing is lost by it, and nobody is told twice
//! (P7, P9).

use serde_json::{Value, json};
use support::push_service::{Manner, PushService, Subscriber};

use crate::push::{body, friends, server_for, settled};

/// How a push service lies, and whether that counts as having taken the push.
fn lies() -> Vec<(&'static str, Manner, bool)> {
    let says = |words: &str| Manner::Says(words.as_bytes().to_vec());
    let asks_for =
        |status, patience: &str| Manner::Refuses(status, vec![("Retry-After", patience.to_owned())]);
    let header = format!("HTTP/1.1 201 Created\r\nX-Long: {}\r\n\r\n", "x".repeat(4_000_000));
    vec![
        ("nonsense", says("\u{1}\u{2} 鴻雁 \r\n\r\n"), false),
        ("nothing at all", says(""), false),
        ("half a line", says("HTTP/1.1 20"), false),
        ("no status", says("HTTP/1.1 999999 What\r\n\r\n"), false),
        ("headers without end", says(&header), false),
        ("a page of HTML", says("HTTP/1.1 200 OK\r\nContent-Length: 17\r\n\r\n<h1>Sign in!</h1>"), true),
        ("less than it says", says("HTTP/1.1 201 Created\r\nContent-Length: 1000\r\n\r\n"), true),
        ("patience in words", asks_for(429, "soon"), false),
        ("patience below zero", asks_for(503, "-1"), false),
        ("patience until yesterday", asks_for(429, "Sun, 17 Sep 2023 13:19:00 GMT"), false),
        ("patience until no day", asks_for(503, "Someday, 99 Foo 2026 99:99:99 GMT"), false),
        ("patience in parts", asks_for(429, "1.5"), false),
    ]
}

#[tokio::test]
async fn a_push_service_that_lies_loses_and_doubles_nothing_and_is_believed_again() {
    let server = server_for(&PushService::start().await).await;
    let [anna, bert] = server.people(["anna", "bert"]).await;
    friends(&anna, &bert).await;
    let mut liars: Vec<(&str, PushService, Subscriber, bool)> = vec![];
    for (name, manner, takes) in lies() {
        let liar = PushService::start().await;
        liar.behaves_once(manner);
        let subscriber = liar.subscriber();
        bert.another_device(name).await.subscribe(&subscriber).await.must_be(201);
        liars.push((name, liar, subscriber, takes));
    }
    anna.send("bert", "believe me").await.must_be(200);
    for (name, liar, subscriber, takes) in &liars {
        if !takes {
            let heard = liar.hears(subscriber, 1).await;
            assert_eq!(body(&heard[0]), "believe me", "{name}");
        }
    }
    settled(&server).await;
    for (name, liar, subscriber, takes) in &liars {
        let heard = liar.received(subscriber).len();
        assert_eq!((heard, liar.asked(subscriber)), if *takes { (0, 1) } else { (1, 2) }, "{name}");
    }
    anna.send("bert", "once more").await.must_be(200);
    for (name, liar, subscriber, takes) in &liars {
        let heard = liar.hears(subscriber, if *takes { 1 } else { 2 }).await;
        assert_eq!(body(heard.last().expect("one at least")), "once more", "{name}");
    }
    let listed = bert.api.get("/api/push/subscriptions").await.must_be(200).body;
    let troubles: Vec<&Value> =
        listed["subscriptions"].as_array().unwrap().iter().map(|one| &one["trouble"]).collect();
    assert_eq!(troubles.len(), liars.len(), "nobody who lies is forgotten for it: {listed}");
    assert!(troubles.iter().all(|trouble| **trouble != json!("gone")), "{listed}");
}
