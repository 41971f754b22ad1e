//! The store or a push service is in trouble for a while.

use rusqlite::Connection;

use super::*;
use crate::store::SubscriptionId;

/// Another connection to the database.
fn connect(scene: &Scene) -> Connection {
    let database = Connection::open(scene.house.database()).unwrap();
    database.busy_timeout(DEADLINE).unwrap();
    database
}

/// A push service that takes everything, once this is done.
fn listen(socket: TcpSocket, before: impl Fn() + Clone + Send + Sync + 'static) -> PushService {
    let service = PushService::default();
    let own = service.clone();
    let take = async move |Path(name): Path<String>, headers: HeaderMap, body: Bytes| {
        before();
        own.0.lock().unwrap().came.push(Came { name, headers, body });
        StatusCode::CREATED
    };
    let listener = socket.listen(16).unwrap();
    tokio::spawn(async move { axum::serve(listener, Router::new().route("/push/{name}", post(take))).await });
    service
}

#[tokio::test]
async fn what_was_taken_is_not_sent_again_because_that_could_not_be_written_down() {
    let (scene, socket) = Scene::open(&[]).await;
    let (database, app) = (Arc::new(Mutex::new(connect(&scene))), &scene.house.app);
    let rename = |from: &str, to: &str| format!("alter table push_subscription rename column {from} to {to}");
    let (hides, hide) = (Arc::clone(&database), rename("succeeded_at", "elsewhere"));
    let service = listen(socket, move || hides.lock().unwrap().execute_batch(&hide).unwrap());
    scene.write(&scene.anna, "bert", "once").await;
    scene.wait_until_it_is_published().await;
    scene.clock.advance_ms(2_000);
    let delivered = "hongyan_pushes_total{outcome=\"delivered\"} 1";
    eventually(async || app.metrics.render().contains(delivered).then_some(())).await;
    // what is asked after that it is written down fails, so that has failed before
    let subscription = SubscriptionId::of(&format!("http://{}/push/bert", scene.address));
    assert!(app.store.push_went(subscription, Ok(()), scene.clock.now_s()).await.is_err());
    database.lock().unwrap().execute_batch(&rename("elsewhere", "succeeded_at")).unwrap();
    scene.wait_until_all_is_told().await;
    assert_eq!(service.came("bert").len(), 1);
}

#[tokio::test]
async fn what_cannot_be_looked_at_is_given_back_as_if_it_had_not_been_claimed() {
    let (scene, _socket) = Scene::open(&[]).await;
    let (database, store) = (connect(&scene), &scene.house.app.store);
    scene.write(&scene.anna, "bert", "what does it say?").await;
    database.execute_batch("alter table entry rename column content to elsewhere").unwrap();
    scene.wait_for_the_grace().await;
    let soon = scene.clock.now_s() + 5;
    eventually(async || (store.next_delivery_at().await.unwrap() == Some(soon)).then_some(())).await;
    let claimed = store.claim_deliveries(soon, soon + 60, 1, &[]).await.unwrap();
    assert_eq!(claimed[0].attempts, 1, "that was none");
}

#[tokio::test]
async fn a_push_service_that_asks_for_patience_is_left_alone_by_all() {
    let (scene, socket) = Scene::open(&["--push-allow", "localhost"]).await;
    let service = PushService::listen(socket);
    service.asks_for_patience("bert", "40");
    let (carl, dora) = (scene.house.person("carl").await, scene.house.person("dora").await);
    scene.subscribe(&carl, "carl").await;
    scene.subscribe_at(&dora, format!("http://localhost:{}/push/dora", scene.address.port())).await;
    scene.say(&scene.anna, "bert", "you first").await;
    eventually(async || scene.outcome().await.1).await;
    scene.write(&scene.anna, "carl", "and you").await;
    scene.say(&scene.anna, "dora", "and you").await;
    service.newest_of(1, "dora").await;
    assert_eq!((service.came("bert").len(), service.came("carl").len()), (1, 0));
    scene.clock.advance_ms(60_000);
    scene.house.app.push.0.due.notify_one();
    service.newest_of(1, "carl").await;
}
