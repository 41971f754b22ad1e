//! People, their devices, and how they come and go.

use backend::store::{NewAccount, NewDevice, Proven, StoreError, TokenHash};
use common::id::{DeviceId, UserId};
use common::model::{HistoryPolicy, Role};

use crate::support::{START, World, cases, new_account};

cases![
    a_name_is_taken_without_regard_to_case_and_for_ever,
    many_who_want_one_name_at_once_get_it_once,
    an_invitation_makes_one_account_and_not_after_its_time,
    people_are_found_by_the_beginning_of_either_name,
    a_session_lives_until_it_is_ended_and_a_revoked_one_says_so,
    another_password_ends_every_other_device,
    a_deleted_person_is_gone_and_their_messages_stay,
    a_deleted_owner_leaves_the_group_to_the_longest_standing,
    only_those_who_accepted_each_other_are_acquainted,
];

fn device(id: DeviceId, token: u8, now: i64) -> NewDevice {
    let password_hash = new_account("anybody").password_hash;
    NewDevice { id, name: format!("device {token}"), token_hash: TokenHash([token; 32]), password_hash, now }
}

async fn a_name_is_taken_without_regard_to_case_and_for_ever(world: World) {
    let anna = world.person("Anna").await;
    let again = world.store.create_account(new_account("aNNA")).await;
    assert!(matches!(again, Err(StoreError::NameTaken)), "{again:?}");
    let found = world.store.find_account(&"ANNA".into()).await.unwrap().unwrap();
    assert_eq!((found.id, found.user_id.0.as_str()), (anna.account, "Anna"));
    world.store.delete_account(anna.account, START).await.unwrap();
    let after = world.store.create_account(new_account("anna")).await;
    assert!(matches!(after, Err(StoreError::NameTaken)), "{after:?}");
    assert!(world.store.find_account(&"anna".into()).await.unwrap().unwrap().deleted);
    assert!(world.store.find_account(&"bert".into()).await.unwrap().is_none());
}

async fn many_who_want_one_name_at_once_get_it_once(world: World) {
    let other_node = world.open_again().await;
    let wanted = (0..20).map(|number| {
        let store = if number % 2 == 0 { &world.store } else { &other_node };
        store.create_account(new_account("anna"))
    });
    let answers = futures_util::future::join_all(wanted).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    assert!(answers.iter().all(|answer| matches!(answer, Ok(_) | Err(StoreError::NameTaken))), "{answers:?}");
}

async fn an_invitation_makes_one_account_and_not_after_its_time(world: World) {
    let (good, late) = (TokenHash([1; 32]), TokenHash([2; 32]));
    world.store.create_invite(good, START + 10, START).await.unwrap();
    world.store.create_invite(late, START + 10, START).await.unwrap();
    let with = |name, invite, now| NewAccount { invite: Some(invite), now, ..new_account(name) };
    world.store.create_account(new_account("taken")).await.unwrap();
    for (refused, why) in
        [(with("anna", TokenHash([3; 32]), START), "unknown"), (with("anna", late, START + 10), "expired")]
    {
        let answer = world.store.create_account(refused).await;
        assert!(matches!(answer, Err(StoreError::InviteUnusable)), "{why}: {answer:?}");
    }
    let taken = world.store.create_account(with("taken", good, START)).await;
    assert!(matches!(taken, Err(StoreError::NameTaken)), "and the invitation is not used up");
    world.store.create_account(with("anna", good, START + 9)).await.unwrap();
    let twice = world.store.create_account(with("bert", good, START + 9)).await;
    assert!(matches!(twice, Err(StoreError::InviteUnusable)), "{twice:?}");
}

async fn people_are_found_by_the_beginning_of_either_name(world: World) {
    for (name, display_name) in
        [("anna", "Zoë"), ("Annika", "鴻雁"), ("bert", "An early bird"), ("a_n", "x%")]
    {
        let new = NewAccount { display_name: display_name.into(), ..new_account(name) };
        world.store.create_account(new).await.unwrap();
    }
    let found = async |prefix: &str| -> Vec<String> {
        let people = world.store.search_people(prefix, 20).await.unwrap();
        people.into_iter().map(|person| person.user_id.0).collect()
    };
    assert_eq!(found("AN").await, ["anna", "Annika", "bert"]);
    assert_eq!(found("ann").await, ["anna", "Annika"]);
    assert_eq!(found("鴻").await, ["Annika"]);
    assert_eq!(found("ZOË").await, ["anna"]);
    assert_eq!(found("a_").await, ["a_n"]);
    assert_eq!(found("%").await, [""; 0]);
    assert_eq!(found("\0").await, [""; 0]);
    assert_eq!(world.store.search_people("an", 2).await.unwrap().len(), 2);
    let bert = world.store.find_account(&"bert".into()).await.unwrap().unwrap();
    world.store.set_display_name(bert.id, "Bertie".into()).await.unwrap();
    assert_eq!(found("an").await, ["anna", "Annika"]);
    world.store.delete_account(bert.id, START).await.unwrap();
    assert_eq!(found("ber").await, [""; 0]);
    let everybody = world.store.list_people().await.unwrap();
    let gone: Vec<_> = everybody.iter().map(|person| (person.user_id.0.as_str(), person.deleted)).collect();
    assert_eq!(gone, [("a_n", false), ("anna", false), ("Annika", false), ("bert", true)]);
}

async fn a_session_lives_until_it_is_ended_and_a_revoked_one_says_so(world: World) {
    let (anna, bert) = (world.person("anna").await, world.person("bert").await);
    let ids = [DeviceId(world.id()), DeviceId(world.id()), DeviceId(world.id())];
    for (token, id) in (0..).zip(ids) {
        world.store.create_device(anna.account, device(id, token, START)).await.unwrap();
    }
    let find = async |token: u8| world.store.find_session(&TokenHash([token; 32])).await.unwrap();
    let session = find(0).await.unwrap();
    assert_eq!((session.account, session.device, session.revoked), (anna.account, ids[0], false));
    assert_eq!((session.user_id, session.created_at), (anna.user_id.clone(), START));
    assert!(find(9).await.is_none());

    world.store.touch_device(ids[2], START + 50).await.unwrap();
    world.store.touch_device(ids[2], START + 40).await.unwrap();
    let devices = world.store.list_devices(anna.account, ids[1]).await.unwrap();
    let listed: Vec<_> = devices.iter().map(|device| (device.device_id, device.current)).collect();
    assert_eq!(listed, [(ids[1], true), (ids[2], false), (ids[0], false)]);
    assert_eq!(devices[1].last_seen_at, START + 50);
    assert_eq!(
        world.store.last_seen(&[anna.account, bert.account]).await.unwrap(),
        [(anna.account, START + 50)]
    );

    let not_ours = world.store.revoke_device(bert.account, ids[0], START).await;
    assert!(matches!(not_ours, Err(StoreError::NotFound)));
    world.store.revoke_device(anna.account, ids[0], START).await.unwrap();
    assert!(find(0).await.unwrap().revoked);
    assert!(matches!(
        world.store.revoke_device(anna.account, ids[0], START).await,
        Err(StoreError::NotFound)
    ));
    world.store.end_device(anna.account, ids[1]).await.unwrap();
    world.store.end_device(anna.account, ids[1]).await.unwrap();
    world.store.end_device(anna.account, ids[0]).await.unwrap();
    assert!(find(1).await.is_none());
    assert!(find(0).await.unwrap().revoked, "a tombstone stays");
    assert_eq!(world.store.list_devices(anna.account, ids[2]).await.unwrap().len(), 1);
}

async fn another_password_ends_every_other_device(world: World) {
    let anna = world.person("anna").await;
    let ids = [DeviceId(world.id()), DeviceId(world.id()), DeviceId(world.id())];
    for (token, id) in (0..).zip(ids) {
        world.store.create_device(anna.account, device(id, token, START)).await.unwrap();
    }
    let by = |device, hash: &str| Some(Proven { device, password_hash: hash.into() });
    let old = new_account("anna").password_hash;
    let mut ended = world.store.set_password(anna.account, "new".into(), by(ids[1], &old)).await.unwrap();
    ended.sort();
    assert_eq!(ended, [ids[0], ids[2]]);
    assert!(world.store.find_session(&TokenHash([0; 32])).await.unwrap().is_none());
    assert!(world.store.find_session(&TokenHash([1; 32])).await.unwrap().is_some());
    let stored = world.store.find_account(&anna.user_id).await.unwrap().unwrap();
    assert_eq!(stored.password_hash, "new");
    // whoever compared with the old one comes too late, to sign in as to change it
    let late = device(DeviceId(world.id()), 4, START);
    assert!(matches!(world.store.create_device(anna.account, late.clone()).await, Err(StoreError::NotFound)));
    for by in [by(ids[1], &old), by(ids[0], "new")] {
        let late = world.store.set_password(anna.account, "other".into(), by).await;
        assert!(matches!(late, Err(StoreError::NotFound)));
    }
    let in_time = NewDevice { password_hash: "new".into(), ..late };
    world.store.create_device(anna.account, in_time.clone()).await.unwrap();
    world.store.end_device(anna.account, in_time.id).await.unwrap();
    assert_eq!(world.store.set_password(anna.account, "newer".into(), None).await.unwrap(), [ids[1]]);
}

async fn a_deleted_person_is_gone_and_their_messages_stay(world: World) {
    let (anna, bert) = (world.person("anna").await, world.person("bert").await);
    let carl = world.person("carl").await;
    let said = world.say(&anna, &bert, "remember me").await;
    let id = DeviceId(world.id());
    world.store.create_device(anna.account, device(id, 1, START)).await.unwrap();
    let before = world.resume(&bert, None).await.position;
    let deleted = world.store.delete_account(anna.account, START).await.unwrap();
    assert_eq!((deleted.devices, deleted.acquaintances), (vec![id], vec![bert.account]));
    assert!(deleted.profile.deleted);
    assert_eq!(deleted.profile.display_name, "anna");
    assert!(world.store.find_session(&TokenHash([1; 32])).await.unwrap().unwrap().revoked);
    let late = world.store.create_device(anna.account, device(DeviceId(world.id()), 2, START)).await;
    assert!(matches!(late, Err(StoreError::NotFound)));
    assert!(matches!(world.store.delete_account(anna.account, START).await, Err(StoreError::NotFound)));
    assert!(matches!(world.store.load_account(anna.account).await, Err(StoreError::NotFound)));

    assert_eq!(world.newest(&bert, said.conversation).await.entries, [said.entry]);
    let resumed = world.resume(&bert, Some(before)).await;
    assert_eq!(resumed.profiles, [deleted.profile]);
    assert_eq!(resumed.conversations[0].members[0].role, None);
    let refused = world.store.append_message(world.message(&bert, &anna, "hello?")).await;
    assert!(matches!(refused, Err(StoreError::NotFound)), "{refused:?}");
    let refused = world.say_in(&bert, said.conversation, "hello?").await;
    assert!(matches!(refused, Err(StoreError::NotFound)), "{refused:?}");
    let refused = world.store.append_message(world.message(&carl, &anna, "hello?")).await;
    assert!(matches!(refused, Err(StoreError::NotFound)), "{refused:?}");
}

async fn a_deleted_owner_leaves_the_group_to_the_longest_standing(world: World) {
    let (anna, bert) = (world.person("anna").await, world.person("bert").await);
    let (carl, dora) = (world.person("carl").await, world.person("dora").await);
    let group = world.group(&anna, &[&bert], HistoryPolicy::FromJoining).await;
    world.add(&anna, group, &carl).await;
    world.add(&anna, group, &dora).await;
    world.store.change_role(&anna, group, dora.user_id.clone(), Role::Admin, START).await.unwrap();
    let deleted = world.store.delete_account(anna.account, START).await.unwrap();
    assert_eq!(deleted.left.len(), 1);
    assert_eq!(deleted.left[0].went, [anna.account]);
    let role = async |who: &UserId| -> Option<Role> {
        let view = world.view(&bert, group).await;
        view.members.into_iter().find(|member| member.user_id == *who).unwrap().role
    };
    assert_eq!(role(&dora.user_id).await, Some(Role::Owner), "an admin before a member");
    assert_eq!(role(&anna.user_id).await, None);
    world.store.leave(&dora, group, START).await.unwrap();
    assert_eq!(role(&bert.user_id).await, Some(Role::Owner), "who came first");
    assert_eq!(role(&carl.user_id).await, Some(Role::Member));
}

async fn only_those_who_accepted_each_other_are_acquainted(world: World) {
    let (anna, bert) = (world.person("anna").await, world.person("bert").await);
    let carl = world.person("carl").await;
    let names = [UserId::from("BERT"), carl.user_id.clone(), "nobody".into(), anna.user_id.clone()];
    let known = async || world.store.find_acquaintances(anna.account, &names).await.unwrap();
    world.say(&anna, &bert, "hello").await;
    assert_eq!(known().await, [], "a request does not let one in");
    assert_eq!(world.store.acquaintances(anna.account).await.unwrap(), [bert.account]);
    world.say(&bert, &anna, "hello").await;
    assert_eq!(known().await, [(bert.account, bert.user_id.clone())]);
    world.store.block(bert.account, anna.user_id.clone()).await.unwrap();
    assert_eq!(known().await, []);
    let group = world.group(&carl, &[&anna], HistoryPolicy::All).await;
    assert_eq!(known().await, [(carl.account, carl.user_id.clone())]);
    world.store.leave(&carl, group, START).await.unwrap();
    assert_eq!(known().await, []);
}
