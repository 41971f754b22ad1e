//! What is to be told outlives the server that was to tell it: a crash loses nothing, and doubles nothing (P7).

use serde_json::json;
use support::eventually;
use support::push_service::{Manner, PushService};

use crate::push::{body, friends, read_all, server_for, settled, subscribed};

#[tokio::test]
async fn a_crash_between_the_commit_and_the_push_loses_and_doubles_nothing() {
    let push = PushService::start().await;
    let mut server = server_for(&push).await;
    let [anna, bert] = server.people(["anna", "bert"]).await;
    friends(&anna, &bert).await;
    let berts = subscribed(&bert, &push).await;
    for number in 0..3 {
        let text = format!("before crash {number}");
        let anna = anna.moved_to(server.address());
        // so that none is taken before the crash, should that come after the grace
        push.behaves(Manner::IsSilent);
        anna.send("bert", &text).await.must_be(200);
        server.kill_hard();
        push.behaves(Manner::Takes);
        server.start_again().await;
        let heard = push.hears(&berts, number + 1).await;
        assert_eq!(body(heard.last().unwrap()), &json!(text));
        settled(&server).await;
    }
    assert_eq!(push.received(&berts).len(), 3);
}

#[tokio::test]
async fn what_is_on_its_way_when_the_server_ends_is_told_after_the_next_start_and_holds_up_no_news() {
    let push = PushService::start().await;
    let mut server = server_for(&push).await;
    let [anna, bert] = server.people(["anna", "bert"]).await;
    let conversation = friends(&anna, &bert).await;
    read_all(&bert, &conversation).await;
    let berts = subscribed(&bert, &push).await;
    for (told, crashes) in [false, true].into_iter().enumerate() {
        let asked = push.asked(&berts);
        push.behaves(Manner::IsSilent);
        anna.moved_to(server.address()).send("bert", "on its way").await.must_be(200);
        push.is_asked(&berts, asked + 1).await;
        if crashes {
            server.kill_hard();
        } else {
            server.ask_to_stop();
            server.stopped().await;
        }
        push.behaves(Manner::Takes);
        server.start_again().await;
        anna.moved_to(server.address()).send("bert", "news").await.must_be(200);
        let heard = eventually("all of it is told", async || {
            push.received(&berts).pop().filter(|last| body(last) == "news")
        });
        let title = format!("anna ({})", 2 * (told + 1));
        assert_eq!(heard.await.payload["notification"]["title"], title);
        settled(&server).await;
    }
}
