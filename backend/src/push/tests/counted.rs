//! What an operator sees of it at `/metrics`.

use std::collections::BTreeMap;

use axum::body::{Body, to_bytes};
use http::Request;
use tower::ServiceExt;

use super::attention::Device;
use super::*;
use crate::fanout::Attention;
use crate::http::metrics;

impl Scene {
    /// How many notifications there were, by what came of them.
    async fn counted(&self) -> BTreeMap<String, String> {
        let request = Request::get("/metrics").body(Body::empty()).unwrap();
        let answer = metrics::router(self.house.app.metrics.clone()).oneshot(request).await.unwrap();
        let text = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        let lines = str::from_utf8(&text).unwrap().lines();
        lines
            .filter_map(|line| line.strip_prefix("hongyan_pushes_total{outcome=\"")?.split_once("\"} "))
            .map(|(outcome, count)| (outcome.to_owned(), count.to_owned()))
            .collect()
    }
}

#[tokio::test]
async fn each_is_counted_by_what_came_of_it() {
    let (scene, socket) = Scene::open(&[]).await;
    let Scene { anna, bert, .. } = &scene;
    let service = PushService::listen(socket);
    let desk = Device::connected(&scene).await;
    assert!(scene.counted().await.is_empty());

    // put off, and delivered then
    desk.says(Attention::Here(None));
    let sent = scene.write(anna, "bert", "are you looking?").await;
    desk.receives(&sent).await;
    scene.wait_for_the_grace().await;
    scene.wait_until_due_at(sent["timestamp"].as_i64().unwrap() + 30).await;
    desk.says(Attention::Away);
    scene.next().await;
    scene.wait_until_all_is_told().await;

    // to be tried again, and dropped then, since it was read meanwhile
    service.refuses("bert", StatusCode::SERVICE_UNAVAILABLE);
    let sent = scene.write(anna, "bert", "seen in time").await;
    scene.wait_for_the_grace().await;
    eventually(async || scene.outcome().await.1).await;
    scene.read(bert, &sent).await;
    scene.next().await;
    scene.wait_until_all_is_told().await;

    for status in [StatusCode::FORBIDDEN, StatusCode::GONE] {
        service.refuses("bert", status);
        scene.say(anna, "bert", "of no use").await;
        scene.wait_until_all_is_told().await;
    }
    let counted = eventually(async || {
        let counted = scene.counted().await;
        (counted.len() >= 6).then_some(counted)
    });
    let once = ["again", "delivered", "dropped", "failed", "gone", "put off"];
    assert_eq!(counted.await, once.map(|outcome| (outcome.to_owned(), "1".to_owned())).into());
}
