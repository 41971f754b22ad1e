//! Who is to be notified of what, and that it is neither lost nor told twice.

use backend::store::{
    Caller, Claimed, Done, Fresh, Mark, NewDevice, NewSubscription, Read, StoreError, SubscriptionId,
    TokenHash, Trouble,
};
use common::id::{ConversationId, DeviceId};
use common::model::{HistoryPolicy, Shows, Standing};

use crate::support::{START, World, cases};

cases![
    a_message_is_told_to_every_browser_of_the_other_and_to_nobody_else,
    a_burst_is_one_delivery_and_what_comes_meanwhile_is_told_after,
    what_was_read_muted_declined_or_blocked_is_not_told,
    a_mute_is_told_to_ones_own_devices_and_counts_for_nothing,
    whoever_is_out_or_was_not_in_yet_is_not_told,
    what_waits_is_told_without_what_is_to_be_told_no_more,
    what_was_not_expanded_is_found_after_a_restart,
    what_is_shown_is_cleared_once_when_it_was_read,
    who_is_a_stranger_in_a_group_is_known_as_one,
    a_subscription_that_proves_nothing_is_forgotten_and_an_ended_session_is_told_nothing,
    how_a_test_went_counts_like_any_other_push,
    a_claim_is_leased_and_comes_back_when_nobody_says_what_came_of_it,
    what_was_claimed_before_the_start_is_due_at_once,
    a_host_can_be_left_out,
    an_endpoint_is_updated_and_moves_to_who_signs_in,
    a_device_has_few_subscriptions_and_none_when_it_ends,
    the_key_is_made_once_and_kept_until_it_is_replaced,
];

const TTL: i64 = 86_400;

/// A person with a signed-in device that has this endpoint.
pub async fn subscriber(world: &World, name: &str, endpoint: &str) -> Caller {
    let person = world.person(name).await;
    sign_in(world, &person).await;
    subscribe(world, &person, endpoint).await.unwrap();
    person
}

async fn sign_in(world: &World, person: &Caller) {
    let new = NewDevice {
        id: person.device,
        name: "a device".into(),
        token_hash: TokenHash([person.device.0.as_u128() as u8; 32]),
        password_hash: "$argon2id$".into(),
        now: START,
    };
    world.store.create_device(person.account, new).await.unwrap();
}

fn subscription(endpoint: &str) -> NewSubscription {
    NewSubscription {
        endpoint: endpoint.into(),
        host: endpoint.split('/').nth(2).unwrap().into(),
        p256dh: [4; 65],
        auth: [5; 16],
        shows: None,
        language: None,
        now: START,
    }
}

async fn subscribe(world: &World, person: &Caller, endpoint: &str) -> Result<bool, StoreError> {
    world.store.subscribe(person, subscription(endpoint)).await
}

/// Expands all that was written since the last time, and claims what is due then: endpoint and seq, sorted.
async fn told(world: &World) -> Vec<(String, u64)> {
    expand(world).await;
    let mut told = Vec::new();
    for claimed in claim(world).await {
        let news = world.store.news(&claimed, START, 10).await.unwrap().unwrap();
        assert!(news.is_news);
        told.push((news.browser.endpoint, claimed.seq));
        world.store.finish_delivery(&claimed, Done::Delivered, START).await.unwrap();
    }
    told.sort();
    told
}

async fn fresh(world: &World) -> Vec<Fresh> {
    let since = world.store.push_state([1; 32]).await.unwrap().expanded;
    world.store.fresh_since(since, world.store.position().await.unwrap()).await.unwrap()
}

pub async fn expand(world: &World) -> u64 {
    let (fresh, position) = (fresh(world).await, world.store.position().await.unwrap());
    world.store.expand_push(fresh, position, START, START + TTL, START - 1).await.unwrap()
}

pub async fn claim(world: &World) -> Vec<Claimed> {
    world.store.claim_deliveries(START, START + 60, 100, &[]).await.unwrap()
}

fn expected(told: &[(&str, u64)]) -> Vec<(String, u64)> {
    told.iter().map(|(endpoint, seq)| ((*endpoint).to_owned(), *seq)).collect()
}

async fn a_message_is_told_to_every_browser_of_the_other_and_to_nobody_else(world: World) {
    world.store.push_state([1; 32]).await.unwrap();
    let anna = subscriber(&world, "anna", "https://a.example/1").await;
    let bert = subscriber(&world, "bert", "https://b.example/1").await;
    let phone = Caller { device: DeviceId(world.id()), ..bert.clone() };
    sign_in(&world, &phone).await;
    subscribe(&world, &phone, "https://b.example/2").await.unwrap();
    subscriber(&world, "carl", "https://c.example/1").await;
    let said = world.say(&anna, &bert, "hello").await;
    assert_eq!(expand(&world).await, 2);
    let claimed = claim(&world).await;
    let news = world.store.news(&claimed[0], START, 10).await.unwrap().unwrap();
    assert_eq!((news.sender.as_str(), news.content.as_str()), ("The anna", "hello"));
    assert_eq!((news.message_id, news.sent_at), (said.entry.message_id, START));
    assert_eq!((news.unread, news.browser.shows, news.delivered), (1, Shows::Text, false));
    for claimed in claimed {
        world.store.finish_delivery(&claimed, Done::Delivered, START).await.unwrap();
    }
    assert_eq!(told(&world).await, [], "once");
    world.say(&bert, &anna, "hello, anna").await;
    assert_eq!(told(&world).await, expected(&[("https://a.example/1", 2)]));
    let listed = world.store.subscriptions(anna.account).await.unwrap();
    assert_eq!((listed.len(), listed[0].succeeded_at), (1, Some(START)));
}

async fn a_burst_is_one_delivery_and_what_comes_meanwhile_is_told_after(world: World) {
    world.store.push_state([1; 32]).await.unwrap();
    let anna = world.person("anna").await;
    let bert = subscriber(&world, "bert", "https://b.example/1").await;
    for text in ["1", "2", "3"] {
        world.say(&anna, &bert, text).await;
    }
    expand(&world).await;
    let claimed = claim(&world).await;
    assert_eq!(claimed.iter().map(|claimed| claimed.seq).collect::<Vec<_>>(), [3]);
    let conversation = world.say(&anna, &bert, "4").await.conversation;
    expand(&world).await;
    assert_eq!(claim(&world).await, [], "it is on its way");
    world.store.finish_delivery(&claimed[0], Done::Delivered, START).await.unwrap();
    let claimed = claim(&world).await;
    assert_eq!((claimed.len(), claimed[0].seq, claimed[0].attempts), (1, 4, 1));
    let news = world.store.news(&claimed[0], START, 10).await.unwrap().unwrap();
    assert_eq!((news.unread, news.unread_in_all), (4, 0), "a request counts nowhere else");
    world.store.set_standing(&bert, conversation, Standing::Accepted).await.unwrap();
    let news = world.store.news(&claimed[0], START, 10).await.unwrap().unwrap();
    assert_eq!((news.unread_in_all, news.unread_conversations), (4, vec![conversation]));
}

async fn what_was_read_muted_declined_or_blocked_is_not_told(world: World) {
    world.store.push_state([1; 32]).await.unwrap();
    let anna = world.person("anna").await;
    let bert = subscriber(&world, "bert", "https://b.example/1").await;
    let group = world.group(&anna, &[&bert], HistoryPolicy::All).await;
    world.store.mute(&bert, group, START + 1).await.unwrap();
    world.say_in(&anna, group, "muted").await.unwrap();
    assert_eq!(told(&world).await, []);
    world.store.mute(&bert, group, START).await.unwrap();
    let said = world.say_in(&anna, group, "heard").await.unwrap();
    assert_eq!(told(&world).await, expected(&[("https://b.example/1", said.entry.seq)]));

    let said = world.say_in(&anna, group, "read before it was told").await.unwrap();
    expand(&world).await;
    let claimed = claim(&world).await;
    world.mark(&bert, group, Mark::Read, said.entry.seq).await.unwrap();
    assert!(!world.store.news(&claimed[0], START, 10).await.unwrap().unwrap().is_news);
    world.store.finish_delivery(&claimed[0], Done::Dropped, START).await.unwrap();
    let said = world.say_in(&anna, group, "read at once").await.unwrap();
    world.mark(&bert, group, Mark::Read, said.entry.seq).await.unwrap();
    assert_eq!(told(&world).await, []);

    let direct = world.say(&anna, &bert, "a request").await.conversation;
    assert_eq!(told(&world).await, expected(&[("https://b.example/1", 1)]));
    world.store.set_standing(&bert, direct, Standing::Declined).await.unwrap();
    world.say(&anna, &bert, "declined").await;
    assert_eq!(told(&world).await, []);
    world.store.block(bert.account, anna.user_id.clone()).await.unwrap();
    world.say_in(&anna, group, "blocked").await.unwrap();
    assert_eq!(told(&world).await, []);
    let nobody = world.store.mute(&bert, ConversationId(world.id()), 1).await;
    assert!(matches!(nobody, Err(StoreError::NotFound)));
}

async fn a_mute_is_told_to_ones_own_devices_and_counts_for_nothing(world: World) {
    world.store.push_state([1; 32]).await.unwrap();
    let anna = world.person("anna").await;
    let bert = subscriber(&world, "bert", "https://b.example/1").await;
    let group = world.group(&anna, &[&bert], HistoryPolicy::All).await;
    let other = world.group(&anna, &[&bert], HistoryPolicy::All).await;
    world.say_in(&anna, group, "one").await.unwrap();
    let before = world.resume(&bert, None).await.position;
    let annas = world.resume(&anna, None).await.position;

    let muted = world.store.mute(&bert, group, START + 60).await.unwrap();
    assert!(muted.changed);
    assert_eq!(*muted.audience, [bert.account], "nobody else's business");
    assert!(!world.store.mute(&bert, group, START + 60).await.unwrap().changed, "so it is already");
    let told = world.resume(&bert, Some(before)).await.conversations;
    assert_eq!(told.iter().map(|told| told.own.muted_until).collect::<Vec<_>>(), [START + 60]);
    assert_eq!(world.resume(&anna, Some(annas)).await.conversations, []);

    world.say_in(&anna, other, "two").await.unwrap();
    expand(&world).await;
    let claimed = claim(&world).await;
    let news = async |now| world.store.news(&claimed[0], now, 10).await.unwrap().unwrap();
    let of_muted = news(START).await;
    assert_eq!((of_muted.unread_in_all, of_muted.unread_conversations), (1, vec![other]));
    assert_eq!(news(START + 60).await.unread_in_all, 2, "by then it is over");

    world.store.remove_member(&anna, group, bert.user_id.clone(), START).await.unwrap();
    let out = world.store.mute(&bert, group, 0).await;
    assert!(matches!(out, Err(StoreError::Forbidden)));
}

async fn whoever_is_out_or_was_not_in_yet_is_not_told(world: World) {
    world.store.push_state([1; 32]).await.unwrap();
    let anna = world.person("anna").await;
    let bert = subscriber(&world, "bert", "https://b.example/1").await;
    let carl = subscriber(&world, "carl", "https://c.example/1").await;
    let group = world.group(&anna, &[&bert], HistoryPolicy::All).await;
    world.say_in(&anna, group, "before carl").await.unwrap();
    world.add(&anna, group, &carl).await;
    world.remove(&anna, group, &bert).await;
    assert_eq!(told(&world).await, []);
    let said = world.say_in(&anna, group, "after").await.unwrap();
    assert_eq!(told(&world).await, expected(&[("https://c.example/1", said.entry.seq)]));
    world.say_in(&anna, group, "and gone before it is told").await.unwrap();
    expand(&world).await;
    let claimed = claim(&world).await;
    world.remove(&anna, group, &carl).await;
    let is_news = async || world.store.news(&claimed[0], START, 10).await.unwrap().unwrap().is_news;
    assert!(!is_news().await);
    world.add(&anna, group, &carl).await;
    assert!(!is_news().await, "it was written before they came in again");
}

async fn what_waits_is_told_without_what_is_to_be_told_no_more(world: World) {
    world.store.push_state([1; 32]).await.unwrap();
    let (anna, carl) = (world.person("anna").await, world.person("carl").await);
    let bert = subscriber(&world, "bert", "https://b.example/1").await;
    let group = world.group(&anna, &[&bert, &carl], HistoryPolicy::All).await;
    let annas = world.say_in(&anna, group, "anna's").await.unwrap().entry;
    expand(&world).await;
    let again = Done::Again { at: START, trouble: Trouble::Status(503) };
    world.store.finish_delivery(&claim(&world).await[0], again, START).await.unwrap();
    let carls = world.say_in(&carl, group, "carl's").await.unwrap().entry;
    world.say_in(&bert, group, "my own").await.unwrap();
    expand(&world).await;
    let claimed = claim(&world).await;
    assert_eq!((claimed.len(), claimed[0].seq), (1, carls.seq));
    let news = async || world.store.news(&claimed[0], START, 10).await.unwrap().unwrap();
    assert_eq!(
        (news().await.is_news, news().await.seq, news().await.content.as_str()),
        (true, carls.seq, "carl's")
    );
    world.store.block(bert.account, carl.user_id.clone()).await.unwrap();
    let without_carls = news().await;
    assert_eq!((without_carls.is_news, without_carls.seq), (true, annas.seq));
    assert_eq!((without_carls.sender.as_str(), without_carls.content.as_str()), ("The anna", "anna's"));
    assert_eq!(without_carls.message_id, annas.message_id);

    // nor what was written before the browser was there
    let new = NewSubscription { now: START + 1, ..subscription("https://b.example/new") };
    world.store.subscribe(&bert, new).await.unwrap();
    let of_new = Claimed { subscription: SubscriptionId::of("https://b.example/new"), ..claimed[0].clone() };
    assert!(!world.store.news(&of_new, START, 10).await.unwrap().unwrap().is_news);
    world.mark(&bert, group, Mark::Read, annas.seq).await.unwrap();
    assert!(!news().await.is_news, "what is left was read");
}

async fn what_was_not_expanded_is_found_after_a_restart(world: World) {
    let anna = world.person("anna").await;
    let bert = subscriber(&world, "bert", "https://b.example/1").await;
    world.say(&anna, &bert, "before the first start").await;
    world.store.push_state([1; 32]).await.unwrap();
    assert_eq!(expand(&world).await, 0);
    let later = NewSubscription { now: START + 1, ..subscription("https://b.example/later") };
    world.store.subscribe(&bert, later).await.unwrap();
    world.say(&anna, &bert, "2").await;
    world.say(&anna, &bert, "3").await;
    let again = world.open_again().await;
    let since = again.push_state([2; 32]).await.unwrap();
    assert_eq!(since.key, [1; 32]);
    let fresh = again.fresh_since(since.expanded, u64::MAX >> 1).await.unwrap();
    assert_eq!(fresh.iter().map(|fresh| (fresh.from, fresh.to)).collect::<Vec<_>>(), [(2, 3)]);
    assert_eq!(told(&world).await, expected(&[("https://b.example/1", 3)]));
}

async fn what_is_shown_is_cleared_once_when_it_was_read(world: World) {
    world.store.push_state([1; 32]).await.unwrap();
    let anna = world.person("anna").await;
    let bert = subscriber(&world, "bert", "https://b.example/1").await;
    let said = world.say(&anna, &bert, "one").await;
    let conversation = said.conversation;
    let device = DeviceId(world.id());
    let read = async |seq| {
        let read = Read { account: bert.account, conversation, on: vec![(device, seq)] };
        world.store.clear_read(vec![read], START, START + TTL).await.unwrap()
    };
    expand(&world).await;
    assert_eq!(read(said.entry.seq).await, 0, "it is not shown yet");
    let claimed = claim(&world).await;
    assert!(!claimed[0].shown);
    world.store.finish_delivery(&claimed[0], Done::Shown, START).await.unwrap();
    assert_eq!(claim(&world).await, [], "there is nothing more to tell");

    // something newer takes its place, and what was read before that is not all
    let newer = world.say(&anna, &bert, "two").await.entry.seq;
    expand(&world).await;
    let claimed = claim(&world).await;
    assert_eq!((claimed[0].seq, claimed[0].shown, claimed[0].attempts), (newer, true, 1));
    world.store.finish_delivery(&claimed[0], Done::Shown, START).await.unwrap();
    assert_eq!(read(said.entry.seq).await, 0);
    assert_eq!(read(newer).await, 1);
    let claimed = claim(&world).await;
    assert!(claimed[0].shown);
    assert_eq!(read(newer).await, 0, "that is on its way");
    world.store.finish_delivery(&claimed[0], Done::Delivered, START).await.unwrap();
    assert_eq!((read(newer).await, claim(&world).await), (0, vec![]));

    // the device that reads takes away by itself what it shows
    let read_there = world.say(&anna, &bert, "read where it is shown").await.entry.seq;
    expand(&world).await;
    let claimed = claim(&world).await;
    world.store.finish_delivery(&claimed[0], Done::Shown, START).await.unwrap();
    let there =
        Read { account: bert.account, conversation, on: vec![(device, 1), (bert.device, read_there)] };
    assert_eq!(world.store.clear_read(vec![there], START, START + TTL).await.unwrap(), 0);
    assert_eq!((read(read_there).await, claim(&world).await), (0, vec![]));

    // what is read while it is on its way is cleared when it has arrived
    let overtaken = world.say(&anna, &bert, "overtaken").await.entry.seq;
    expand(&world).await;
    let claimed = claim(&world).await;
    world.mark(&bert, conversation, Mark::Read, overtaken).await.unwrap();
    assert_eq!(read(overtaken).await, 0);
    world.store.finish_delivery(&claimed[0], Done::Shown, START).await.unwrap();
    let claimed = claim(&world).await;
    assert!(claimed[0].shown);
    world.store.finish_delivery(&claimed[0], Done::Delivered, START).await.unwrap();

    // what comes while it is on its way is told
    let third = world.say(&anna, &bert, "three").await.entry.seq;
    expand(&world).await;
    let claimed = claim(&world).await;
    assert_eq!(claimed[0].seq, third);
    let fourth = world.say(&anna, &bert, "four").await.entry.seq;
    expand(&world).await;
    world.store.finish_delivery(&claimed[0], Done::Shown, START).await.unwrap();
    assert_eq!(claim(&world).await.iter().map(|claimed| claimed.seq).collect::<Vec<_>>(), [fourth]);
}

async fn who_is_a_stranger_in_a_group_is_known_as_one(world: World) {
    world.store.push_state([1; 32]).await.unwrap();
    let anna = world.person("anna").await;
    let bert = subscriber(&world, "bert", "https://b.example/1").await;
    let group = world.group(&anna, &[&bert], HistoryPolicy::All).await;
    let is_familiar = async || {
        expand(&world).await;
        let claimed = claim(&world).await;
        let news = world.store.news(&claimed[0], START, 10).await.unwrap().unwrap();
        world.store.finish_delivery(&claimed[0], Done::Delivered, START).await.unwrap();
        news.is_familiar
    };
    let first = world.say_in(&anna, group, "you do not know me").await.unwrap();
    assert!(!is_familiar().await);
    world.mark(&bert, group, Mark::Read, first.entry.seq).await.unwrap();
    world.say_in(&anna, group, "now you have seen what this is").await.unwrap();
    assert!(is_familiar().await);

    let other = world.group(&anna, &[&bert], HistoryPolicy::FromJoining).await;
    world.say_in(&anna, other, "and here?").await.unwrap();
    assert!(!is_familiar().await, "each group by itself");
    world.say(&bert, &anna, "who are you?").await;
    world.say_in(&anna, other, "a friend, now").await.unwrap();
    assert!(is_familiar().await);
}

async fn a_subscription_that_proves_nothing_is_forgotten_and_an_ended_session_is_told_nothing(world: World) {
    world.store.push_state([1; 32]).await.unwrap();
    let anna = world.person("anna").await;
    let bert = subscriber(&world, "bert", "https://b.example/1").await;
    let browsers = async || world.store.subscriptions(bert.account).await.unwrap().len();
    let days = |days: i64| START + days * 24 * 60 * 60;
    world.say(&anna, &bert, "one").await;
    expand(&world).await;
    let claimed = claim(&world).await;
    // days without news are no failure, and a hiccup after them takes nothing away
    let again_at = days(4) + 5;
    let hiccup = Done::Again { at: again_at, trouble: Trouble::Status(503) };
    world.store.finish_delivery(&claimed[0], hiccup, days(4)).await.unwrap();
    assert_eq!((browsers().await, world.store.next_delivery_at().await.unwrap()), (1, Some(again_at)));
    let failed = Done::Failed(Trouble::Status(400));
    world.store.finish_delivery(&claimed[0], failed, days(7)).await.unwrap();
    assert_eq!(browsers().await, 1, "three days ago it failed for the first time");
    world.store.finish_delivery(&claimed[0], Done::Delivered, days(7)).await.unwrap();
    world.store.finish_delivery(&claimed[0], failed, days(30)).await.unwrap();
    world.store.finish_delivery(&claimed[0], failed, days(60)).await.unwrap();
    assert_eq!(browsers().await, 1, "it was one");

    // the browser has another key since, or somebody else signed in with it: that is not gone
    let other_key = Done::Gone { account: bert.account, p256dh: [7; 65] };
    world.store.finish_delivery(&claimed[0], other_key, START).await.unwrap();
    let other_person = Done::Gone { account: anna.account, p256dh: [4; 65] };
    world.store.finish_delivery(&claimed[0], other_person, START).await.unwrap();
    assert_eq!(browsers().await, 1);
    let gone = Done::Gone { account: bert.account, p256dh: [4; 65] };
    world.store.finish_delivery(&claimed[0], gone, START).await.unwrap();
    assert_eq!(browsers().await, 0);
    subscribe(&world, &bert, "https://b.example/2").await.unwrap();
    world.say(&anna, &bert, "two").await;
    expand(&world).await;
    let claimed = claim(&world).await;
    world.store.finish_delivery(&claimed[0], hiccup, days(1)).await.unwrap();
    world.store.finish_delivery(&claimed[0], failed, days(4) + 1).await.unwrap();
    assert_eq!(browsers().await, 0, "no push service ever took anything for it");

    // a device that was away for as long as a session lasts
    subscribe(&world, &bert, "https://b.example/3").await.unwrap();
    world.say(&anna, &bert, "three").await;
    let (fresh, position) = (fresh(&world).await, world.store.position().await.unwrap());
    let made = world.store.expand_push(fresh, position, START, START + TTL, START).await.unwrap();
    assert_eq!(made, 0);
}

async fn how_a_test_went_counts_like_any_other_push(world: World) {
    let bert = subscriber(&world, "bert", "https://b.example/1").await;
    let tested = async |went, now| {
        world.store.push_went(SubscriptionId::of("https://b.example/1"), went, now).await.unwrap();
        let listed = world.store.subscriptions(bert.account).await.unwrap();
        (listed[0].succeeded_at, listed[0].failed_at, listed[0].trouble)
    };
    let busy = Trouble::Status(503);
    assert_eq!(tested(Err(busy), START + 1).await, (None, Some(START + 1), Some(busy)));
    assert_eq!(tested(Ok(()), START + 2).await, (Some(START + 2), Some(START + 1), Some(busy)));
}

async fn a_claim_is_leased_and_comes_back_when_nobody_says_what_came_of_it(world: World) {
    world.store.push_state([1; 32]).await.unwrap();
    let anna = world.person("anna").await;
    let bert = subscriber(&world, "bert", "https://b.example/1").await;
    world.say(&anna, &bert, "1").await;
    expand(&world).await;
    assert_eq!(claim(&world).await.len(), 1);
    assert_eq!(claim(&world).await.len(), 0);
    assert_eq!(world.store.next_delivery_at().await.unwrap(), Some(START + 60));
    let later = world.store.claim_deliveries(START + 60, START + 120, 100, &[]).await.unwrap();
    assert_eq!(later.iter().map(|claimed| claimed.attempts).collect::<Vec<_>>(), [2]);
    world
        .store
        .finish_delivery(&later[0], Done::Again { at: START + 500, trouble: Trouble::Status(503) }, START)
        .await
        .unwrap();
    assert_eq!(world.store.next_delivery_at().await.unwrap(), Some(START + 500));
    let listed = world.store.subscriptions(bert.account).await.unwrap();
    assert_eq!((listed[0].failed_at, listed[0].trouble), (Some(START), Some(Trouble::Status(503))));
    let later = world.store.claim_deliveries(START + 500, START + 560, 100, &[]).await.unwrap();
    world.store.finish_delivery(&later[0], Done::PutOff(START + 530), START).await.unwrap();
    let later = world.store.claim_deliveries(START + 530, START + 600, 100, &[]).await.unwrap();
    assert_eq!(later[0].attempts, 4);
    let gone = Done::Gone { account: bert.account, p256dh: [4; 65] };
    world.store.finish_delivery(&later[0], gone, START).await.unwrap();
    assert_eq!(world.store.next_delivery_at().await.unwrap(), None);
    assert_eq!(world.store.subscriptions(bert.account).await.unwrap(), []);
    assert_eq!(world.store.news(&later[0], START, 1).await.unwrap(), None);
}

async fn what_was_claimed_before_the_start_is_due_at_once(world: World) {
    world.store.push_state([1; 32]).await.unwrap();
    let anna = world.person("anna").await;
    let bert = subscriber(&world, "bert", "https://b.example/1").await;
    world.say(&anna, &bert, "1").await;
    expand(&world).await;
    assert_eq!(claim(&world).await.len(), 1);
    let newest = world.say(&anna, &bert, "2").await.entry.seq;
    expand(&world).await;
    let again = world.open_again().await;
    again.give_back_deliveries(START, START + 60).await.unwrap();
    let claimed = claim(&world).await;
    assert_eq!((claimed.len(), claimed[0].seq, claimed[0].attempts), (1, newest, 2));

    // what is tried again much later, and what is shown and has nothing to tell, stays as it is
    let again_at = START + 500;
    world
        .store
        .finish_delivery(&claimed[0], Done::Again { at: again_at, trouble: Trouble::Status(503) }, START)
        .await
        .unwrap();
    again.give_back_deliveries(START, START + 60).await.unwrap();
    assert_eq!(world.store.next_delivery_at().await.unwrap(), Some(again_at));
    world.store.finish_delivery(&claimed[0], Done::Shown, START).await.unwrap();
    again.give_back_deliveries(START, START + 60).await.unwrap();
    assert_eq!(claim(&world).await, []);
}

async fn a_host_can_be_left_out(world: World) {
    world.store.push_state([1; 32]).await.unwrap();
    let anna = world.person("anna").await;
    let bert = subscriber(&world, "bert", "https://slow.example/1").await;
    subscribe(&world, &bert, "https://quick.example/1").await.unwrap();
    world.say(&anna, &bert, "1").await;
    expand(&world).await;
    let busy = ["slow.example".to_owned()];
    let claimed = world.store.claim_deliveries(START, START + 60, 100, &busy).await.unwrap();
    assert_eq!(claimed.len(), 1);
    let news = world.store.news(&claimed[0], START, 1).await.unwrap().unwrap();
    assert_eq!(news.browser.endpoint, "https://quick.example/1");
    assert_eq!(claim(&world).await.len(), 1);
}

async fn an_endpoint_is_updated_and_moves_to_who_signs_in(world: World) {
    let anna = subscriber(&world, "anna", "https://a.example/1").await;
    let other = NewSubscription { shows: Some(Shows::Nothing), ..subscription("https://a.example/1") };
    assert!(!world.store.subscribe(&anna, other).await.unwrap(), "the same again");
    assert!(!subscribe(&world, &anna, "https://a.example/1").await.unwrap());
    let listed = world.store.subscriptions(anna.account).await.unwrap();
    assert_eq!((listed.len(), listed[0].browser.shows), (1, Shows::Nothing), "what it shows stays");
    let bert = world.person("bert").await;
    sign_in(&world, &bert).await;
    assert!(subscribe(&world, &bert, "https://a.example/1").await.unwrap());
    assert_eq!(world.store.subscriptions(anna.account).await.unwrap(), []);
    world.store.unsubscribe(anna.account, "https://a.example/1").await.unwrap();
    assert_eq!(world.store.subscriptions(bert.account).await.unwrap().len(), 1, "it is not hers");
    world.store.unsubscribe(bert.account, "https://a.example/1").await.unwrap();
    assert_eq!(world.store.subscriptions(bert.account).await.unwrap(), []);
}

async fn a_device_has_few_subscriptions_and_none_when_it_ends(world: World) {
    let anna = world.person("anna").await;
    let nobody = subscribe(&world, &anna, "https://a.example/0").await;
    assert!(matches!(nobody, Err(StoreError::NotFound)));
    sign_in(&world, &anna).await;
    for number in 0..6 {
        let new =
            NewSubscription { now: START + number, ..subscription(&format!("https://a.example/{number}")) };
        world.store.subscribe(&anna, new).await.unwrap();
    }
    let listed = world.store.subscriptions(anna.account).await.unwrap();
    let endpoints: Vec<&str> = listed.iter().map(|listed| listed.browser.endpoint.as_str()).collect();
    assert_eq!(
        endpoints,
        ["https://a.example/2", "https://a.example/3", "https://a.example/4", "https://a.example/5"]
    );
    world.store.revoke_device(anna.account, anna.device, START).await.unwrap();
    assert_eq!(world.store.subscriptions(anna.account).await.unwrap(), []);

    let emil = world.person("emil").await;
    for number in 0..25 {
        let device = Caller { device: DeviceId(world.id()), ..emil.clone() };
        sign_in(&world, &device).await;
        let endpoint = format!("https://e.example/{number}");
        let new = NewSubscription { now: START + number, ..subscription(&endpoint) };
        world.store.subscribe(&device, new).await.unwrap();
    }
    let listed = world.store.subscriptions(emil.account).await.unwrap();
    assert_eq!((listed.len(), listed[0].browser.endpoint.as_str()), (20, "https://e.example/5"));

    let bert = subscriber(&world, "bert", "https://b.example/1").await;
    world.store.end_device(bert.account, bert.device).await.unwrap();
    assert_eq!(world.store.subscriptions(bert.account).await.unwrap(), []);
    let carl = subscriber(&world, "carl", "https://c.example/1").await;
    world.store.set_password(carl.account, "$other$".into(), None).await.unwrap();
    assert_eq!(world.store.subscriptions(carl.account).await.unwrap(), []);
    let dora = subscriber(&world, "dora", "https://d.example/1").await;
    world.store.delete_account(dora.account, START).await.unwrap();
    assert_eq!(world.store.subscriptions(dora.account).await.unwrap(), []);
}

async fn the_key_is_made_once_and_kept_until_it_is_replaced(world: World) {
    assert_eq!(world.store.push_state([1; 32]).await.unwrap().key, [1; 32]);
    assert_eq!(world.store.push_state([2; 32]).await.unwrap().key, [1; 32]);
    world.store.replace_push_key([3; 32]).await.unwrap();
    assert_eq!(world.store.push_state([4; 32]).await.unwrap().key, [3; 32]);
}
