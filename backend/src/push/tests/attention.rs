//! Who is at a device, and what that is worth: half a minute, where the device has the message, and nothing where it only
//! says so.

use std::net::IpAddr;
use std::sync::Arc;

use common::id::{ConversationId, DeviceId};
use uuid::Uuid;

use super::*;
use crate::app::App;
use crate::fanout::{Attention, Listener, Room};
use crate::store::{Caller, Mark};

/// A device of Bert's, connected. Whether somebody is there is what it says.
pub(super) struct Device {
    app: App,
    bert: Caller,
    socket: Arc<Listener>,
}

impl Device {
    pub(super) async fn connected(scene: &Scene) -> Self {
        let app = scene.house.app.clone();
        let bert = app.store.find_account(&"bert".into()).await.unwrap().expect("an account");
        let bert = Caller { account: bert.id, user_id: bert.user_id, device: DeviceId(Uuid::nil()) };
        let (hub, room) = (app.fanout.hub(), Room { per_account: 1, per_address: 1 });
        let address = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let socket = hub.admit(bert.clone(), address, hub.ticket(), room).unwrap();
        Self { app, bert, socket }
    }

    pub(super) fn says(&self, attention: Attention) {
        self.app.fanout.attend(&self.socket, attention);
    }

    pub(super) async fn receives(&self, sent: &Value) {
        let conversation: ConversationId = sent["conversationId"].as_str().unwrap().parse().unwrap();
        let (seq, now) = (sent["seq"].as_u64().unwrap(), self.app.clock.now_s());
        self.app.store.move_mark(&self.bert, conversation, Mark::Delivered, seq, now).await.unwrap();
    }
}

#[tokio::test]
async fn who_is_at_a_device_that_has_it_is_left_half_a_minute_and_rings_then() {
    let (scene, socket) = Scene::open(&[]).await;
    let service = PushService::listen(socket);
    let desk = Device::connected(&scene).await;
    desk.says(Attention::Here(None));
    let sent = scene.write(&scene.anna, "bert", "are you looking?").await;
    desk.receives(&sent).await;
    scene.wait_for_the_grace().await;
    scene.wait_until_due_at(sent["timestamp"].as_i64().unwrap() + 30).await;
    assert_eq!(service.came("bert").len(), 0);
    scene.next().await;
    assert_eq!(service.newest_of(1, "bert").await, says("anna", "are you looking?"));
}

#[tokio::test]
async fn who_has_it_and_is_at_no_device_rings_at_once() {
    let (scene, socket) = Scene::open(&[]).await;
    let service = PushService::listen(socket);
    let desk = Device::connected(&scene).await;
    desk.says(Attention::Away);
    let sent = scene.write(&scene.anna, "bert", "are you there?").await;
    desk.receives(&sent).await;
    scene.wait_for_the_grace().await;
    assert_eq!(service.newest_of(1, "bert").await, says("anna", "are you there?"));
}

#[tokio::test]
async fn a_device_that_sleeps_and_still_says_that_one_is_there_buys_no_time() {
    let (scene, socket) = Scene::open(&[]).await;
    let service = PushService::listen(socket);
    let phone = Device::connected(&scene).await;
    phone.says(Attention::Here(None));
    // the clock stands still after the grace: what is put off does not come
    scene.say(&scene.anna, "bert", "are you asleep?").await;
    assert_eq!(service.newest_of(1, "bert").await, says("anna", "are you asleep?"));
}
