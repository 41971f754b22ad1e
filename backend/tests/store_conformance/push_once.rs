//! What was told rings no second time, and what is to be told is not kept back for ever.

use backend::store::{Done, LONGEST_PAUSE_S};
use common::model::HistoryPolicy;

use crate::push::{claim, expand, subscriber};
use crate::support::{START, World, cases};

cases![
    what_was_told_does_not_ring_again_when_what_came_after_it_is_no_news,
    a_clock_that_was_set_back_keeps_nothing_back,
];

async fn what_was_told_does_not_ring_again_when_what_came_after_it_is_no_news(world: World) {
    world.store.push_state([1; 32]).await.unwrap();
    let (anna, carl, dora) =
        (world.person("anna").await, world.person("carl").await, world.person("dora").await);
    let bert = subscriber(&world, "bert", "https://b.example/1").await;
    for done in [Done::Delivered, Done::Shown] {
        let group = world.group(&anna, &[&bert, &carl, &dora], HistoryPolicy::All).await;
        world.say_in(&anna, group, "told, and not read").await.unwrap();
        expand(&world).await;
        let annas = claim(&world).await;
        let carls = world.say_in(&carl, group, "carl's, while it is on its way").await.unwrap().entry.seq;
        expand(&world).await;
        world.store.finish_delivery(&annas[0], done, START).await.unwrap();
        let claimed = claim(&world).await;
        let news = async |claimed| world.store.news(claimed, START, 10).await.unwrap().unwrap();
        let of_carl = news(&claimed[0]).await;
        assert_eq!((of_carl.is_news, of_carl.seq, of_carl.unread), (true, carls, 2), "it counts all");
        world.store.block(bert.account, carl.user_id.clone()).await.unwrap();
        assert!(!news(&claimed[0]).await.is_news, "anna's was told");
        world.store.finish_delivery(&claimed[0], done, START).await.unwrap();

        let doras = world.say_in(&dora, group, "dora's, after all that").await.unwrap().entry.seq;
        expand(&world).await;
        let claimed = claim(&world).await;
        assert_eq!(news(&claimed[0]).await.seq, doras);
        world.store.block(bert.account, dora.user_id.clone()).await.unwrap();
        assert!(!news(&claimed[0]).await.is_news, "anna's was told");
        world.store.finish_delivery(&claimed[0], done, START).await.unwrap();
        for other in [&carl, &dora] {
            world.store.unblock(bert.account, other.user_id.clone()).await.unwrap();
        }
    }
}

async fn a_clock_that_was_set_back_keeps_nothing_back(world: World) {
    world.store.push_state([1; 32]).await.unwrap();
    let anna = world.person("anna").await;
    let bert = subscriber(&world, "bert", "https://b.example/1").await;
    world.say(&anna, &bert, "hello").await;
    expand(&world).await;
    let due_at = |at| Done::PutOff(START + at);
    let claimed = claim(&world).await;
    world.store.finish_delivery(&claimed[0], due_at(LONGEST_PAUSE_S), START).await.unwrap();
    assert_eq!(claim(&world).await, [], "it is put off for as long as may be");
    world.store.finish_delivery(&claimed[0], due_at(LONGEST_PAUSE_S + 1), START).await.unwrap();
    let again = claim(&world).await;
    assert_eq!(again.len(), 1, "nothing is put off for so long");
    world.store.finish_delivery(&again[0], Done::Shown, START).await.unwrap();
    assert_eq!((claim(&world).await, world.store.next_delivery_at().await.unwrap()), (vec![], None));
}
