//! Who is told, and who is not: not who has read, has left, has blocked or was signed out, though it was written for them.
//! And nobody on the way learns of whom, or what (P7, P8).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use support::push_service::{Manner, PushService};

use crate::push::{body, friends, read_all, server_for, settled, subscribed};

#[tokio::test]
async fn once_one_device_has_read_the_others_do_not_ring() {
    let push = PushService::start().await;
    let server = server_for(&push).await;
    let [anna, bert] = server.people(["anna", "bert"]).await;
    let conversation = friends(&anna, &bert).await;
    read_all(&bert, &conversation).await;
    let phone = bert.another_device("phone").await;
    let (desk, pocket) = (subscribed(&bert, &push).await, subscribed(&phone, &push).await);
    // while one of them is tried again: what was taken stays, what waits is dropped
    let later = vec![("Retry-After", "10".to_owned())];
    push.behaves_to(&desk, Manner::Refuses(503, later));
    anna.send("bert", "seen in time").await.must_be(200);
    push.hears(&pocket, 1).await;
    push.is_asked(&desk, 1).await;
    read_all(&phone, &conversation).await;
    push.behaves_to(&desk, Manner::Takes);
    settled(&server).await;
    assert_eq!((push.asked(&desk), push.asked(&pocket)), (1, 1));
    assert!(push.received(&desk).is_empty());

    // the next message is told to both, and says nothing of those before
    anna.send("bert", "not seen yet").await.must_be(200);
    for (subscriber, count) in [(&desk, 1), (&pocket, 2)] {
        let heard = push.hears(subscriber, count).await;
        let notification = &heard.last().expect("one at least").payload["notification"];
        assert_eq!((&notification["title"], &notification["body"]), (&"anna".into(), &"not seen yet".into()));
    }
}

#[tokio::test]
async fn who_blocks_left_was_removed_or_signed_out_is_told_no_more() {
    let push = PushService::start().await;
    let server = server_for(&push).await;
    let [anna, bert, carl, dora, emil] = server.people(["anna", "bert", "carl", "dora", "emil"]).await;
    for other in [&bert, &carl, &dora, &emil] {
        read_all(other, &friends(&anna, other).await).await;
    }
    let phone = emil.another_device("phone").await;
    let mut subscribers = vec![];
    for person in [&bert, &carl, &dora, &phone] {
        subscribers.push(subscribed(person, &push).await);
    }
    let stays = subscribed(&emil, &push).await;
    let group = anna.group("Walks", &[&bert, &carl, &dora, &emil]).await;
    anna.send_into(&group, "to all of you").await.must_be(200);
    for subscriber in subscribers.iter().chain([&stays]) {
        let heard = push.hears(subscriber, 1).await;
        assert_eq!(body(&heard[0]), "anna: to all of you");
    }
    settled(&server).await;
    bert.block(&anna).await.must_be(200);
    carl.leave(&group).await.must_be(200);
    anna.remove(&group, &dora).await.must_be(200);
    emil.revoke(&phone).await.must_be(204);
    anna.send_into(&group, "to those who are left").await.must_be(200);
    let heard = push.hears(&stays, 2).await;
    assert_eq!(body(&heard[1]), "anna: to those who are left");
    settled(&server).await;
    let asked: Vec<usize> = subscribers.iter().map(|subscriber| push.asked(subscriber)).collect();
    assert_eq!(asked, [1, 1, 1, 1]);
}

#[tokio::test]
async fn nobody_on_the_way_learns_who_wrote_to_whom_where_or_what() {
    let push = PushService::start().await;
    let server = server_for(&push).await;
    let [anna, bert] = server.people(["anna.sails.home", "bert.bakes.bread"]).await;
    anna.rename("Anna Wu").await;
    bert.rename("Bertram").await;
    read_all(&bert, &friends(&anna, &bert).await).await;
    let berts = subscribed(&bert, &push).await;
    let group = anna.group("Sunday walks", &[&bert]).await;
    let sent = anna.send_into(&group, "the map is under the stone").await.must_be(200).body;
    let heard = push.hears(&berts, 1).await.remove(0);
    let told = heard.payload.to_string();
    let message = sent["messageId"].as_str().expect("an id");
    let secrets = [
        "anna.sails.home",
        "Anna Wu",
        "bert.bakes.bread",
        "Bertram",
        "Sunday walks",
        "the map is under the stone",
        &group,
        message,
    ];
    for secret in ["Anna Wu", "Sunday walks", "the map is under the stone", &group, message] {
        assert!(told.contains(secret), "the browser is told of {secret:?}: {told}");
    }
    // all that travels, and what is inside of it without a key
    let mut seen = format!("{:?} {}", heard.headers, String::from_utf8_lossy(&heard.body));
    let authorization = heard.headers["authorization"].to_str().expect("text");
    for part in authorization.split(['.', '=', ',', ' ']) {
        seen.push_str(&String::from_utf8_lossy(&URL_SAFE_NO_PAD.decode(part).unwrap_or_default()));
    }
    assert!(seen.contains("\"aud\""), "the claims are looked at, too: {seen}");
    let seen = seen.to_lowercase();
    for secret in secrets {
        for form in
            [secret.to_lowercase(), secret.replace('-', ""), URL_SAFE_NO_PAD.encode(secret).to_lowercase()]
        {
            assert!(!seen.contains(&form), "{secret:?} can be seen: {seen}");
            assert!(!server.log().to_lowercase().contains(&form), "{secret:?} is in the log");
        }
    }
}
