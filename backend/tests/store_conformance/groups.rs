//! Groups: who may do what, and what it writes.

use backend::store::{Caller, GroupChange, NewGroup, StoreError};
use common::id::{ConversationId, UserId};
use common::limits;
use common::model::{ConversationKind, EntryType, HistoryPolicy, Role, Standing, SystemEvent};

use crate::support::{START, World, cases};

cases![
    a_new_group_has_its_owner_and_its_first_entries,
    the_same_request_makes_one_group,
    people_come_in_once_and_only_by_an_admin,
    a_full_group_takes_nobody,
    nobody_is_brought_in_by_someone_whom_they_block,
    members_are_managed_by_those_above_them,
    whoever_leaves_sees_their_leaving_last_and_the_group_is_never_without_an_owner,
    a_group_is_renamed_by_admins,
    a_direct_conversation_is_no_group,
];

fn events(entries: &[common::model::Entry]) -> Vec<SystemEvent> {
    entries.iter().map(|entry| entry.system_event().unwrap()).collect()
}

async fn role(world: &World, group: ConversationId, who: &Caller) -> Option<Role> {
    world.view(who, group).await.own.role
}

async fn a_new_group_has_its_owner_and_its_first_entries(world: World) {
    let (anna, bert) = (world.person("anna").await, world.person("bert").await);
    let carl = world.person("carl").await;
    let new = NewGroup {
        title: "Geese".into(),
        people: vec!["BERT".into(), bert.user_id.clone(), anna.user_id.clone(), carl.user_id.clone()],
        history: HistoryPolicy::FromJoining,
        request_id: None,
    };
    let made = world.store.create_group(&anna, new.clone(), START).await.unwrap();
    let added = vec![bert.user_id.clone(), carl.user_id.clone()];
    assert_eq!(
        events(&made.entries),
        [SystemEvent::Created { title: "Geese".into() }, SystemEvent::MembersAdded { user_ids: added },]
    );
    assert!(made.entries.iter().all(|entry| entry.kind == EntryType::System && entry.count == 0));
    assert_eq!(made.audience[..], [anna.account, bert.account, carl.account]);
    assert_eq!(made.came, made.audience[..]);
    let view = world.view(&bert, made.conversation).await;
    assert_eq!((view.kind, view.title.as_deref()), (ConversationKind::Group, Some("Geese")));
    assert_eq!((view.head.seq, view.own.unread(view.head.count)), (2, 0));
    assert_eq!(view.own.standing, Standing::Accepted);
    assert_eq!(world.newest(&carl, made.conversation).await.entries, made.entries);
    let roles: Vec<_> = view.members.iter().map(|member| member.role.unwrap()).collect();
    assert_eq!(roles, [Role::Owner, Role::Member, Role::Member]);
    let nobody = NewGroup { people: vec!["nobody".into()], ..new };
    let refused = world.store.create_group(&anna, nobody, START).await;
    assert!(matches!(refused, Err(StoreError::NotFound)), "{refused:?}");
}

async fn the_same_request_makes_one_group(world: World) {
    let (anna, bert) = (world.person("anna").await, world.person("bert").await);
    let new = NewGroup {
        title: "Geese".into(),
        people: vec![bert.user_id.clone()],
        history: HistoryPolicy::All,
        request_id: Some(world.message_id()),
    };
    let make = async |by: &Caller, new: &NewGroup| world.store.create_group(by, new.clone(), START).await;
    let first = make(&anna, &new).await.unwrap();
    let again = make(&anna, &new).await.unwrap();
    assert_eq!((again.conversation, again.changed), (first.conversation, false));
    assert!(again.audience.is_empty());
    let others = [
        (&anna, NewGroup { title: "Ducks".into(), ..new.clone() }),
        (&anna, NewGroup { people: vec![], ..new.clone() }),
        (&bert, new.clone()),
    ];
    for (by, other) in others {
        let refused = make(by, &other).await;
        assert!(matches!(refused, Err(StoreError::Conflict)), "{refused:?}");
    }
    let mut message = world.message(&anna, &bert, "x");
    message.message_id = new.request_id.unwrap();
    let refused = world.store.append_message(message).await;
    assert!(matches!(refused, Err(StoreError::Conflict)), "an event's id is taken, too: {refused:?}");
}

async fn people_come_in_once_and_only_by_an_admin(world: World) {
    let (anna, bert) = (world.person("anna").await, world.person("bert").await);
    let (carl, dora) = (world.person("carl").await, world.person("dora").await);
    let group = world.group(&anna, &[&bert], HistoryPolicy::FromJoining).await;
    let add = async |by: &Caller, people: &[&Caller]| {
        let people = people.iter().map(|person| person.user_id.clone()).collect();
        world.store.add_members(by, group, people, START).await
    };
    assert!(matches!(add(&bert, &[&carl]).await, Err(StoreError::Forbidden)));
    assert!(matches!(add(&carl, &[&carl]).await, Err(StoreError::NotFound)));
    let added = add(&anna, &[&bert, &carl]).await.unwrap();
    assert_eq!(events(&added.entries), [SystemEvent::MembersAdded { user_ids: vec![carl.user_id.clone()] }]);
    assert_eq!(added.came, [carl.account]);
    let again = add(&anna, &[&bert, &carl]).await.unwrap();
    assert!(!again.changed && again.entries.is_empty());
    world.store.change_role(&anna, group, bert.user_id.clone(), Role::Admin, START).await.unwrap();
    assert!(add(&bert, &[&dora]).await.unwrap().changed);
    world.remove(&anna, group, &bert).await;
    assert!(
        matches!(add(&bert, &[&bert]).await, Err(StoreError::Forbidden)),
        "nobody brings themselves back"
    );
    let nobody = world.store.add_members(&anna, group, vec!["nobody".into()], START).await;
    assert!(matches!(nobody, Err(StoreError::NotFound)));
}

async fn a_full_group_takes_nobody(world: World) {
    let anna = world.person("anna").await;
    let people: Vec<_> = (0..limits::GROUP_MEMBERS).map(|number| format!("p{number}")).collect();
    let made = people.iter().map(|name| world.store.create_account(crate::support::new_account(name)));
    futures_util::future::join_all(made).await.into_iter().for_each(|made| assert!(made.is_ok()));
    let mut names: Vec<UserId> = people.into_iter().map(UserId).collect();
    let new =
        |people| NewGroup { title: "Flock".into(), people, history: HistoryPolicy::All, request_id: None };
    let too_many = world.store.create_group(&anna, new(names.clone()), START).await;
    assert!(matches!(too_many, Err(StoreError::Full)), "{too_many:?}");
    let last = names.pop().unwrap();
    let full = world.store.create_group(&anna, new(names.clone()), START).await.unwrap();
    assert_eq!(full.audience.len(), limits::GROUP_MEMBERS);
    let one_more = world.store.add_members(&anna, full.conversation, vec![last], START).await;
    assert!(matches!(one_more, Err(StoreError::Full)), "{one_more:?}");
    let again = world.store.add_members(&anna, full.conversation, names, START).await;
    assert!(!again.unwrap().changed, "those who are in are passed over");
    let said = world.say_in(&anna, full.conversation, "hello all").await.unwrap();
    assert_eq!(said.audience.len(), limits::GROUP_MEMBERS);
}

async fn nobody_is_brought_in_by_someone_whom_they_block(world: World) {
    let (anna, bert) = (world.person("anna").await, world.person("bert").await);
    let group = world.group(&anna, &[], HistoryPolicy::All).await;
    world.store.block(bert.account, anna.user_id.clone()).await.unwrap();
    let refused = world.store.add_members(&anna, group, vec![bert.user_id.clone()], START).await;
    assert!(matches!(refused, Err(StoreError::Blocked)), "{refused:?}");
    let new = NewGroup {
        title: "x".into(),
        people: vec![bert.user_id],
        history: HistoryPolicy::All,
        request_id: None,
    };
    let refused = world.store.create_group(&anna, new, START).await;
    assert!(matches!(refused, Err(StoreError::Blocked)), "{refused:?}");
}

async fn members_are_managed_by_those_above_them(world: World) {
    let (anna, bert) = (world.person("anna").await, world.person("bert").await);
    let (carl, dora) = (world.person("carl").await, world.person("dora").await);
    let group = world.group(&anna, &[&bert, &carl, &dora], HistoryPolicy::All).await;
    let give = async |by: &Caller, to: &Caller, role| {
        world.store.change_role(by, group, to.user_id.clone(), role, START).await
    };
    let remove = async |by: &Caller, who: &Caller| {
        world.store.remove_member(by, group, who.user_id.clone(), START).await
    };
    assert!(matches!(give(&bert, &carl, Role::Admin).await, Err(StoreError::Forbidden)));
    let given = give(&anna, &bert, Role::Admin).await.unwrap();
    let event = SystemEvent::RoleChanged { user_id: bert.user_id.clone(), role: Role::Admin };
    assert_eq!(events(&given.entries), [event]);
    assert!(!give(&anna, &bert, Role::Admin).await.unwrap().changed);
    assert!(matches!(give(&bert, &carl, Role::Admin).await, Err(StoreError::Forbidden)), "owners only");
    assert!(matches!(give(&anna, &anna, Role::Member).await, Err(StoreError::Forbidden)), "the last owner");
    assert!(matches!(remove(&carl, &dora).await, Err(StoreError::Forbidden)));
    assert!(matches!(remove(&bert, &anna).await, Err(StoreError::Forbidden)));
    let removed = remove(&bert, &dora).await.unwrap();
    assert_eq!(removed.went, [dora.account]);
    assert_eq!(removed.audience[..], [anna.account, bert.account, carl.account]);
    assert!(!remove(&bert, &dora).await.unwrap().changed);
    assert!(matches!(give(&anna, &dora, Role::Admin).await, Err(StoreError::NotFound)));
    let stranger = world.person("ernst").await;
    assert!(matches!(remove(&bert, &stranger).await, Err(StoreError::NotFound)));
    assert!(matches!(remove(&stranger, &bert).await, Err(StoreError::NotFound)));
    assert!(matches!(remove(&dora, &bert).await, Err(StoreError::Forbidden)), "a former member");
    give(&anna, &carl, Role::Owner).await.unwrap();
    give(&carl, &anna, Role::Member).await.unwrap();
    assert_eq!(role(&world, group, &anna).await, Some(Role::Member));
}

async fn whoever_leaves_sees_their_leaving_last_and_the_group_is_never_without_an_owner(world: World) {
    let (anna, bert) = (world.person("anna").await, world.person("bert").await);
    let carl = world.person("carl").await;
    let group = world.group(&anna, &[&bert, &carl], HistoryPolicy::All).await;
    let left = world.store.leave(&anna, group, START).await.unwrap();
    let heir = SystemEvent::RoleChanged { user_id: bert.user_id.clone(), role: Role::Owner };
    assert_eq!(events(&left.entries), [heir, SystemEvent::MemberLeft]);
    assert_eq!(
        (left.went.clone(), &left.audience[..]),
        (vec![anna.account], &[bert.account, carl.account][..])
    );
    assert_eq!(world.newest(&anna, group).await.entries.last(), left.entries.last());
    assert_eq!(role(&world, group, &bert).await, Some(Role::Owner));
    assert!(!world.store.leave(&anna, group, START).await.unwrap().changed);
    let carl_left = world.store.remove_member(&carl, group, "CARL".into(), START).await.unwrap();
    assert_eq!(events(&carl_left.entries), [SystemEvent::MemberLeft], "removing oneself is leaving");
    let last = world.store.leave(&bert, group, START).await.unwrap();
    assert_eq!(events(&last.entries), [SystemEvent::MemberLeft]);
    assert!(last.audience.is_empty());
    let outside = world.say_in(&bert, group, "anyone?").await;
    assert!(matches!(outside, Err(StoreError::NotFound)), "{outside:?}");
}

async fn a_group_is_renamed_by_admins(world: World) {
    let (anna, bert) = (world.person("anna").await, world.person("bert").await);
    let group = world.group(&anna, &[&bert], HistoryPolicy::FromJoining).await;
    let change = async |by: &Caller, title: Option<&str>, history| {
        let change = GroupChange { title: title.map(str::to_owned), history };
        world.store.change_group(by, group, change, START).await
    };
    assert!(matches!(change(&bert, Some("Mine"), None).await, Err(StoreError::Forbidden)));
    let changed = change(&anna, Some("Swans"), Some(HistoryPolicy::All)).await.unwrap();
    assert_eq!(
        events(&changed.entries),
        [
            SystemEvent::Renamed { title: "Swans".into() },
            SystemEvent::HistoryPolicyChanged { policy: HistoryPolicy::All },
        ]
    );
    assert!(!change(&anna, Some("Swans"), Some(HistoryPolicy::All)).await.unwrap().changed);
    assert!(!change(&anna, None, None).await.unwrap().changed);
    let view = world.view(&bert, group).await;
    assert_eq!((view.title.as_deref(), view.history), (Some("Swans"), HistoryPolicy::All));
}

async fn a_direct_conversation_is_no_group(world: World) {
    let (anna, bert) = (world.person("anna").await, world.person("bert").await);
    let direct = world.say(&anna, &bert, "hello").await.conversation;
    let people = vec![bert.user_id.clone()];
    let refusals = [
        world.store.leave(&anna, direct, START).await,
        world.store.add_members(&anna, direct, people, START).await,
        world.store.remove_member(&anna, direct, bert.user_id.clone(), START).await,
        world.store.change_role(&anna, direct, bert.user_id.clone(), Role::Owner, START).await,
        world.store.change_group(&anna, direct, GroupChange::default(), START).await,
    ];
    for refused in refusals {
        assert!(matches!(refused, Err(StoreError::Forbidden)), "{refused:?}");
    }
    let group = world.group(&anna, &[&bert], HistoryPolicy::All).await;
    let refused = world.store.set_standing(&bert, group, Standing::Declined).await;
    assert!(matches!(refused, Err(StoreError::Forbidden)), "{refused:?}");
}
