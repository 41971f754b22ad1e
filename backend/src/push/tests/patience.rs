//! A push service that takes nothing is asked again: ever more patiently, as it wants it, and for a day.

use super::*;

#[tokio::test]
async fn an_hour_without_a_push_service_is_waited_out_ever_more_patiently_and_loses_nothing() {
    let (scene, socket) = Scene::open(&[]).await;
    let Scene { clock, anna, .. } = &scene;
    let start = clock.now_s();
    scene.say(anna, "bert", "the first").await;
    eventually(async || scene.outcome().await.1).await;
    let mut tried_at = vec![clock.now_s()];
    while clock.now_s() < start + 60 * 60 {
        let due = scene.next().await.expect("it is not given up");
        eventually(async || (scene.outcome().await.1 == Some(due)).then_some(())).await;
        tried_at.push(due);
        match tried_at.len() {
            5 => scene.say(anna, "bert", "the second").await,
            8 => scene.say(anna, "bert", "the third").await,
            _ => {}
        }
    }
    let pauses: Vec<i64> = tried_at.windows(2).map(|pair| pair[1] - pair[0]).collect();
    for (number, pause) in pauses.iter().enumerate() {
        let whole = (5 << number).min(15 * 60);
        assert!((whole / 2..=whole).contains(pause), "attempt {number}: {pauses:?}");
    }

    let service = PushService::listen(socket);
    let due = scene.next().await.expect("it is not given up");
    eventually(async || (scene.outcome().await.0 == Some(due)).then_some(())).await;
    scene.wait_until_all_is_told().await;
    assert_eq!(service.newest_of(1, "bert").await, says("anna (3)", "the third"));
    assert_eq!(service.came("bert").len(), 1, "an hour's news come at once, and once");
}

#[tokio::test]
async fn what_nobody_takes_for_a_day_is_given_up() {
    let (scene, _nobody) = Scene::open(&[]).await;
    let start = scene.clock.now_s();
    scene.say(&scene.anna, "bert", "of use today").await;
    eventually(async || scene.outcome().await.1).await;
    let mut last = start;
    while let Some(due) = scene.next().await {
        eventually(async || (scene.outcome().await.1 == Some(due)).then_some(())).await;
        last = due;
    }
    let day = 24 * 60 * 60;
    assert!((start + day - 15 * 60..start + day + 2).contains(&last), "{} s", last - start);
}

#[tokio::test]
async fn it_is_left_alone_for_as_long_as_it_asks_though_for_no_more_than_an_hour() {
    let (scene, socket) = Scene::open(&[]).await;
    let service = PushService::listen(socket);
    scene.say(&scene.anna, "bert", "in good time").await;
    service.newest_of(1, "bert").await;
    for (told, (asked_for, left_alone_for)) in [("600", 600), ("86400", 3_600)].into_iter().enumerate() {
        scene.wait_until_all_is_told().await;
        let came = service.came("bert").len();
        service.asks_for_patience("bert", asked_for);
        scene.say(&scene.anna, "bert", "in good time").await;
        let asked_at = scene.clock.now_s();
        eventually(async || (scene.outcome().await.1 == Some(asked_at)).then_some(())).await;
        service.takes("bert");
        assert_eq!(scene.next().await, Some(asked_at + left_alone_for), "{asked_for}");
        let (title, _) = service.newest_of(came + 2, "bert").await;
        assert_eq!(title, format!("anna ({})", told + 2));
    }
}
