//! A storm of reconnects: 300 sockets are cut at once, and all come back by themselves.

use common::sync::{ConversationKey, LinkState};
use support::{Device, Network, Server};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_hundred_sockets_cut_at_once_all_come_back_and_miss_nothing() {
    let server = Server::start().await;
    let network = Network::before(server.address()).await;
    let people = server.people(["anna", "bert", "carl", "dora", "emil", "fay"]).await;
    let others: Vec<_> = people[1..].iter().collect();
    let group = people[0].group("geese", &others).await;
    let key = ConversationKey::Group(group.parse().unwrap());
    let devices: Vec<Device> =
        people.iter().flat_map(|person| (0..50).map(|_| Device::start(person, network.address()))).collect();
    for device in &devices {
        device.until("it is live", |_, view| view.is_live()).await;
    }
    let before = network.accepted();

    network.cut_once();
    // what is written while all are away reaches all
    people[0].send_into(&group, "anyone?").await.must_be(200);
    for device in &devices {
        device
            .until("back, with the news", |disk, view| view.is_live() && disk.texts(&key) == ["anyone?"])
            .await;
    }
    assert_eq!(network.open(), devices.len(), "one socket each");
    let tries = network.accepted() - before;
    assert!(tries <= 2 * devices.len(), "{tries} tries: no hammering");
    let offline = |device: &&Device| {
        device
            .view()
            .links
            .iter()
            .any(|link| matches!(link, LinkState::Offline { .. } | LinkState::Connecting))
    };
    assert_eq!(devices.iter().filter(offline).count(), devices.len(), "all were cut");
}
