//! Messages, and what people think of each other.

use common::wire::ErrorCode;
use common::wire::http::{ChangeProfile, SendMessage};

use super::support::{Room, summary};
use crate::chat::{converse, people, send};
use crate::store::Caller;

fn to(person: &str, content: &str) -> SendMessage {
    SendMessage {
        from: None,
        to: Some(person.into()),
        conversation_id: None,
        content: content.to_owned(),
        kind: "text".to_owned(),
        message_id: None,
        after: None,
    }
}

async fn say(room: &mut Room, from: &Caller, person: &str) -> Vec<(&'static str, Vec<i64>)> {
    send::over_http(&room.app, from, to(person, "hello")).await.unwrap();
    summary(&room.told().await)
}

#[tokio::test]
async fn a_strangers_message_makes_a_conversation_and_writing_back_accepts_it() {
    let mut room = Room::open().await;
    let (anna, ben) = (room.person("anna").await, room.person("ben").await);
    let (a, b) = (anna.account.0, ben.account.0);
    let both = vec![a, b];
    let new = [("conversation", vec![a]), ("conversation", vec![b]), ("message", both.clone())];
    assert_eq!(say(&mut room, &anna, "ben").await, new, "the conversation is told before its first message");
    assert_eq!(say(&mut room, &anna, "ben").await, [("message", both.clone())]);
    assert_eq!(say(&mut room, &ben, "anna").await, new, "it is not a request any more");
    assert_eq!(say(&mut room, &ben, "anna").await, [("message", both)]);
}

#[tokio::test]
async fn the_same_message_again_is_no_news() {
    let mut room = Room::open().await;
    let (anna, _) = (room.person("anna").await, room.person("ben").await);
    let mut message = to("ben", "once");
    message.message_id = Some("018f2f6e-0000-7000-8000-000000000001".parse().unwrap());
    let first = send::over_http(&room.app, &anna, message.clone()).await.unwrap();
    room.told().await;
    room.app.clock.advance_ms(60 * 24 * 3_600_000);
    assert_eq!(send::over_http(&room.app, &anna, message).await.unwrap(), first);
    room.assert_nothing_told();
}

#[tokio::test]
async fn who_is_blocked_is_refused_and_not_told_why_by_anyone_else() {
    let mut room = Room::open().await;
    let (anna, ben) = (room.person("anna").await, room.person("ben").await);
    let account = people::block(&room.app, &ben, &"ANNA".into()).await.unwrap();
    assert_eq!(account.blocked, ["anna".into()]);
    assert_eq!(summary(&room.told().await), [("account", vec![ben.account.0])]);
    let refused = send::over_http(&room.app, &anna, to("ben", "hello")).await.unwrap_err();
    assert_eq!(refused.code(), ErrorCode::Blocked);
    room.assert_nothing_told();
}

#[tokio::test]
async fn another_name_is_told_to_those_who_share_a_conversation() {
    let mut room = Room::open().await;
    let (anna, ben) = (room.person("anna").await, room.person("ben").await);
    room.person("cleo").await;
    say(&mut room, &anna, "ben").await;
    let change = ChangeProfile { display_name: "  Anna Lena ".into() };
    let account = people::rename(&room.app, &anna, change).await.unwrap();
    assert_eq!(account.display_name, "Anna Lena");
    let told = summary(&room.told().await);
    assert_eq!(told, [("account", vec![anna.account.0]), ("profile", vec![ben.account.0])]);
}

#[tokio::test]
async fn a_declined_request_is_the_decliners_own_business() {
    let mut room = Room::open().await;
    let (anna, ben) = (room.person("anna").await, room.person("ben").await);
    let sent = send::over_http(&room.app, &anna, to("ben", "hello")).await.unwrap();
    room.told().await;
    let outsider = room.person("cleo").await;
    let refused = converse::accept(&room.app, &outsider, sent.conversation_id).await.unwrap_err();
    assert_eq!(refused.code(), ErrorCode::NotFound);
    converse::decline(&room.app, &ben, sent.conversation_id).await.unwrap();
    assert_eq!(summary(&room.told().await), [("conversation", vec![ben.account.0])]);
}
