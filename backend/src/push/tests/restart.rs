//! What a stop leaves to the next start.

use super::*;
use crate::fanout::BACK_WITHIN_MS;

impl Scene {
    async fn restarted(self, flags: &[&str]) -> Self {
        Self { house: self.house.restarted(&with(flags)).await, ..self }
    }
}

#[tokio::test]
async fn what_was_written_just_before_a_stop_waits_until_people_are_back() {
    let flags = ["--push-clear"];
    let (scene, socket) = Scene::open(&flags).await;
    let service = PushService::listen(socket);
    let (carl, phone) = (scene.house.person("carl").await, scene.house.device("carl").await);
    scene.subscribe(&carl, "carl").await;
    let to_carl = scene.write(&scene.anna, "carl", "shown").await;
    scene.wait_for_the_grace().await;
    service.newest_of(1, "carl").await;
    scene.wait_until_all_is_told().await;
    let to_bert = scene.write(&scene.anna, "bert", "you are back soon").await;
    let scene = scene.restarted(&flags).await;
    // where that is taken away, what is to be told has been looked for
    scene.read(&phone, &to_carl).await;
    eventually(async || (service.came("carl").len() == 2).then_some(())).await;
    // Bert is at his desk again
    scene.read(&scene.bert, &to_bert).await;
    scene.clock.advance_ms(BACK_WITHIN_MS + 2_000);
    scene.wait_until_it_is_expanded().await;
    scene.wait_until_all_is_told().await;
    assert_eq!(service.came("bert").len(), 0);
}

#[tokio::test]
async fn what_was_read_just_before_a_stop_is_taken_away_after_it() {
    let flags = ["--push-clear"];
    let (scene, socket) = Scene::open(&flags).await;
    let service = PushService::listen(socket);
    let phone = scene.house.device("bert").await;
    let sent = scene.write(&scene.anna, "bert", "read me").await;
    scene.wait_for_the_grace().await;
    service.newest_of(1, "bert").await;
    scene.wait_until_all_is_told().await;
    scene.read(&phone, &sent).await;
    // what comes after it is published after it
    scene.write(&scene.anna, "anna", "a note").await;
    scene.wait_until_it_is_published().await;
    let scene = scene.restarted(&flags).await;
    let cleared = eventually(async || service.came("bert").into_iter().nth(1)).await;
    assert_eq!(cleared["clearing"]["read"], sent["conversationId"]);
    drop(scene);
}
