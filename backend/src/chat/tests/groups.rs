//! Groups: who hears of what, and who may.

use common::id::{ConversationId, UserId};
use common::model::Role;
use common::wire::ErrorCode;
use common::wire::http::{AddMembers, ChangeGroup, ChangeRole, CreateGroup};

use super::support::{Room, summary};
use crate::chat::converse;
use crate::store::Caller;

fn group_of(people: &[&str]) -> CreateGroup {
    CreateGroup {
        request_id: None,
        title: " Geese ".into(),
        user_ids: people.iter().map(|name| UserId::from(*name)).collect(),
        history: Default::default(),
    }
}

async fn flock(room: &mut Room) -> (Caller, Caller, Caller, ConversationId) {
    let (anna, ben) = (room.person("anna").await, room.person("ben").await);
    let cleo = room.person("cleo").await;
    let group = converse::create_group(&room.app, &anna, group_of(&["ben"])).await.unwrap();
    assert_eq!(group.title.as_deref(), Some("Geese"));
    assert_eq!(group.own.role, Some(Role::Owner));
    let told = summary(&room.told().await);
    let (a, b) = (anna.account.0, ben.account.0);
    assert_eq!(told.first(), Some(&("conversation", vec![a])));
    assert!(told.contains(&("conversation", vec![b])) && told.contains(&("entry", vec![a, b])), "{told:?}");
    (anna, ben, cleo, group.conversation_id)
}

#[tokio::test]
async fn who_comes_hears_of_the_group_first_and_who_goes_hears_of_going_last() {
    let mut room = Room::open().await;
    let (anna, ben, cleo, group) = flock(&mut room).await;
    let (a, b, c) = (anna.account.0, ben.account.0, cleo.account.0);
    let add = AddMembers { user_ids: vec!["cleo".into(), "ben".into()] };
    converse::add_members(&room.app, &anna, group, add).await.unwrap();
    assert_eq!(
        summary(&room.told().await),
        [
            ("conversation", vec![c]),
            ("entry", vec![a, b, c]),
            ("conversation", vec![a]),
            ("conversation", vec![b])
        ]
    );
    converse::remove_member(&room.app, &anna, group, &"Ben".into()).await.unwrap();
    let told = summary(&room.told().await);
    assert_eq!(told[0], ("entry", vec![a, b, c]), "the last thing of the log that he sees");
    assert!(told[1..].contains(&("conversation", vec![b])), "and that he is out");
    let change = ChangeGroup { title: Some("Swans".into()), history: None };
    converse::change_group(&room.app, &anna, group, change).await.unwrap();
    let told = summary(&room.told().await);
    assert!(told.iter().all(|(_, to)| !to.contains(&b)), "{told:?}");
}

#[tokio::test]
async fn roles_decide_who_may_what() {
    let mut room = Room::open().await;
    let (anna, ben, cleo, group) = flock(&mut room).await;
    let add = || AddMembers { user_ids: vec!["cleo".into()] };
    let code = converse::add_members(&room.app, &ben, group, add()).await.unwrap_err().code();
    assert_eq!(code, ErrorCode::Forbidden);
    let code = converse::add_members(&room.app, &cleo, group, add()).await.unwrap_err().code();
    assert_eq!(code, ErrorCode::NotFound, "an outsider does not learn that there is a group");
    let admin = ChangeRole { role: Role::Admin };
    converse::change_role(&room.app, &anna, group, &"ben".into(), admin).await.unwrap();
    let whole = converse::add_members(&room.app, &ben, group, add()).await.unwrap();
    assert_eq!(whole.members.len(), 3);
    let refused = converse::remove_member(&room.app, &ben, group, &"anna".into()).await.unwrap_err();
    assert_eq!(refused.code(), ErrorCode::Forbidden, "an admin does not remove an owner");
    room.told().await;
    room.told().await;
    room.assert_nothing_told();
}

#[tokio::test]
async fn what_is_not_fit_is_named() {
    let room = Room::open().await;
    let anna = room.person("anna").await;
    let refused = converse::create_group(&room.app, &anna, group_of(&["nobody"])).await.unwrap_err();
    assert_eq!(refused.code(), ErrorCode::NotFound);
    let untitled = CreateGroup { title: " ".into(), ..group_of(&[]) };
    let refused = converse::create_group(&room.app, &anna, untitled).await.unwrap_err();
    assert_eq!(refused.body().field.as_deref(), Some("title"));
    let refused = converse::list(&room.app, &anna, Some("nonsense")).await.unwrap_err();
    assert_eq!(refused.body().field.as_deref(), Some("cursor"));
}
