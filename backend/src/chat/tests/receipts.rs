//! Receipts: told to those who may know.

use common::wire::ErrorCode;
use common::wire::http::SendMessage;

use super::support::{Room, summary};
use crate::chat::{message, read, send};
use crate::store::Mark;
use common::wire::http::MessageStatus;

#[tokio::test]
async fn nobody_learns_that_a_request_was_read_before_it_is_accepted() {
    let mut room = Room::open().await;
    let (anna, ben) = (room.person("anna").await, room.person("ben").await);
    let hello = |to: &str| SendMessage {
        from: None,
        to: Some(to.into()),
        conversation_id: None,
        content: "hello".to_owned(),
        kind: "text".to_owned(),
        message_id: None,
        after: None,
    };
    let sent = send::over_http(&room.app, &anna, hello("ben")).await.unwrap();
    room.told().await;
    let there = sent.conversation_id;
    read::mark_read(&room.app, &ben, there, 1).await.unwrap();
    let told = summary(&room.told().await);
    assert!(told.iter().all(|(_, to)| !to.contains(&anna.account.0)), "{told:?}");
    let info = message::info(&room.app, &anna, sent.message_id).await.unwrap();
    assert_eq!((info.status, info.read_at), (MessageStatus::Sent, None));

    send::over_http(&room.app, &ben, hello("anna")).await.unwrap();
    room.told().await;
    let moved = read::move_mark(&room.app, &anna, there, Mark::Read, 2).await.unwrap();
    assert!(!moved.moves.is_empty());
    let told = summary(&room.told().await);
    assert_eq!(told, [("own receipt", vec![anna.account.0]), ("receipt", vec![ben.account.0])]);
    assert!(read::move_mark(&room.app, &anna, there, Mark::Delivered, 1).await.unwrap().moves.is_empty());
    let refused = read::mark_read(&room.app, &anna, there, 3).await.unwrap_err();
    assert_eq!((refused.code(), refused.body().field.as_deref()), (ErrorCode::Invalid, Some("seq")));
    let stranger = room.person("cleo").await;
    let refused = read::mark_read(&room.app, &stranger, there, 1).await.unwrap_err();
    assert_eq!(refused.code(), ErrorCode::NotFound);
    room.assert_nothing_told();
}
