//! P1, P2, P4, P5: what is written offline goes out once and in order when the link returns, whatever happens between.

use std::time::Duration;

use common::sync::{ConversationKey, LinkState, SendState, WaitCause};
use common::text::Content;
use common::wire::ErrorCode;
use support::{Device, Network, Server};

use crate::log::{assert_dense, texts, texts_of};

fn with(name: &str) -> ConversationKey {
    ConversationKey::direct(&name.into())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_written_offline_survives_a_crash_and_goes_out_once_in_order() {
    let server = Server::start().await;
    let network = Network::before(server.address()).await;
    let [anna, bert] = server.people(["anna", "bert"]).await;
    let mut device = Device::start(&anna, network.address());
    let other = Device::start(&bert, server.address());
    device.write("bert", "0").await;
    device.settled().await;

    network.cut();
    device.until("it says so", |_, view| matches!(view.link, Some(LinkState::Offline { .. }))).await;
    for number in 1..=10 {
        let id = device.write("bert", &number.to_string()).await;
        let queued = Some(&SendState::Queued(WaitCause::Link));
        device.until("it is queued", |_, view| view.waiting.get(&id) == queued).await;
    }
    let mistake = device.write("bert", "a mistake").await;
    let typo = device.write("bert", "a tpyo").await;
    device.crash();
    device.start_again();
    assert_eq!(device.disk().outbox().len(), 12);
    device.verb(move |engine, now_ms| engine.take_back(mistake, now_ms).expect("it was never handed over"));
    let mended = Content::parse("a typo".into()).unwrap();
    device.verb(move |engine, now_ms| engine.edit(typo, mended, now_ms).expect("it was never handed over"));
    device.until("one is taken back", |disk, _| disk.outbox().len() == 11).await;

    network.heal();
    device.settled().await;
    let mut expected: Vec<String> = (0..=10).map(|number| number.to_string()).collect();
    expected.push("a typo".into());
    other.until("all arrive", |disk, _| disk.texts(&with("anna")) == expected).await;
    device.until("and stand there", |disk, _| disk.texts(&with("bert")) == expected).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replies_that_are_lost_after_the_commit_double_nothing() {
    let server = Server::start().await;
    let network = Network::before(server.address()).await;
    let [anna, bert] = server.people(["anna", "bert"]).await;
    let mut device = Device::start(&anna, network.address());
    let mut at_bert = bert.socket().await;
    device.until("it is live", |_, view| view.is_live()).await;

    let mut expected = Vec::new();
    for round in 0..3 {
        network.lose_replies();
        let mut ids = Vec::new();
        for number in 0..3 {
            let text = format!("{round}.{number}");
            ids.push(device.write("bert", &text).await);
            expected.push(text);
        }
        // the server has them on disk; the device cannot know
        for text in &expected[expected.len() - 3..] {
            assert_eq!(&at_bert.hear_action("receiveMessage").await["content"], text);
        }
        for id in ids {
            assert!(
                device.disk().outbox().iter().any(|waiting| waiting.message_id == id && waiting.handed_over)
            );
        }
        if round == 1 {
            device.crash();
            device.start_again();
        }
        network.heal();
        device.online();
        device.settled().await;
    }
    device.until("all are entries", |disk, _| disk.texts(&with("bert")) == expected).await;
    let conversation = device.disk().conversation(&with("bert")).unwrap().conversation_id.unwrap();
    let log = bert.log(&conversation.to_string()).await;
    assert_dense(&log);
    assert_eq!(texts(&log), expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tunnel_passes_and_what_waited_goes_on() {
    let server = Server::start().await;
    let network = Network::before(server.address()).await;
    let [anna, bert] = server.people(["anna", "bert"]).await;
    let device = Device::start(&anna, network.address());
    device.until("it is live", |_, view| view.is_live()).await;
    network.swallow();
    let id = device.write("bert", "into the tunnel").await;
    device.until("it is on its way", |_, view| view.waiting.get(&id) == Some(&SendState::InFlight)).await;
    bert.send("anna", "meanwhile").await.must_be(200);
    network.heal();
    device.settled().await;
    device.until("both are there", |disk, _| disk.texts(&with("bert")).len() == 2).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_message_says_why_and_does_not_hold_up_the_others() {
    let server = Server::start().await;
    let [anna, bert] = server.people(["anna", "bert"]).await;
    let network = Network::before(server.address()).await;
    let device = Device::start(&anna, network.address());
    device.until("it is live", |_, view| view.is_live()).await;
    network.cut();
    let nobody = device.write("nobody", "anyone there?").await;
    device.write("bert", "you are").await;
    network.heal();
    let refused = Some(&SendState::Refused(ErrorCode::NotFound));
    device.until("it says why", |_, view| view.waiting.get(&nobody) == refused).await;
    device.until("the other went", |disk, _| disk.texts(&with("bert")) == ["you are"]).await;
    device.verb(move |engine, now_ms| {
        engine.take_back(nobody, now_ms).expect("a refused one can be taken back")
    });
    device.settled().await;
    assert_eq!(bert.api.get("/api/conversations").await.body["conversations"].as_array().unwrap().len(), 1);
}

/// Two people on three devices with wrong clocks write to each other while the network does everything a network can.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bad_networks_wrong_clocks_and_crashes_end_in_one_log_everywhere() {
    const DAY_MS: i64 = 24 * 60 * 60 * 1000;
    let server = Server::start().await;
    let [anna, bert] = server.people(["anna", "bert"]).await;
    let phone = anna.another_device("phone").await;
    let networks = [(); 3].map(|()| Network::before(server.address()));
    let [first, second, third] = networks;
    let networks = [first.await, second.await, third.await];
    let mut devices = [
        Device::start_with_clock(&anna, networks[0].address(), DAY_MS),
        Device::start_with_clock(&phone, networks[1].address(), -DAY_MS),
        Device::start_with_clock(&bert, networks[2].address(), 0),
    ];
    let keys = [with("bert"), with("bert"), with("anna")];
    let to = ["bert", "bert", "anna"];
    let mut written: [Vec<String>; 3] = Default::default();
    for round in 0..12 {
        for (at, device) in devices.iter_mut().enumerate() {
            let network = &networks[at];
            match (round + at * 5) % 7 {
                0 => network.cut(),
                1 => network.lose_replies(),
                2 => network.cut_once(),
                3 => network.swallow(),
                4 => {
                    device.crash();
                    device.start_again();
                }
                5 => network.delay(Duration::from_millis(40)),
                _ => {
                    network.heal();
                    device.online();
                }
            }
            for number in 0..3 {
                let text = format!("{at}: {round}.{number}");
                device.write(to[at], &text).await;
                written[at].push(text);
            }
        }
    }
    for (device, network) in devices.iter().zip(&networks) {
        network.heal();
        device.online();
    }
    let total: usize = written.iter().map(Vec::len).sum();
    for (device, key) in devices.iter().zip(&keys) {
        device
            .until("everything is sent and known", |disk, view| {
                let head = disk.conversation(key).map_or(0, |record| record.head_seq);
                view.is_live() && disk.outbox().is_empty() && head == total as u64
            })
            .await;
        device.scroll_to_the_start(key).await;
    }
    let conversation = devices[0].disk().conversation(&keys[0]).unwrap().conversation_id.unwrap().to_string();
    let log = bert.log(&conversation).await;
    assert_dense(&log);
    let digest = devices[0].disk().digest(&keys[0]);
    for (device, key) in devices.iter().zip(&keys) {
        let disk = device.disk();
        assert_eq!(disk.texts(key), texts(&log));
        assert_eq!(disk.digest(key), digest);
    }
    assert_eq!(texts_of(&log, "bert"), written[2], "each device's order is kept");
    for at in [0, 1] {
        let prefix = format!("{at}:");
        let kept: Vec<&str> = texts(&log).into_iter().filter(|text| text.starts_with(&prefix)).collect();
        assert_eq!(kept, written[at], "each device's order is kept");
    }
    // all unread counts agree with an oracle: bert wrote 36, anna has read nothing; and the other way round
    assert_eq!(
        devices.each_ref().map(|device| device.unread(&with(if device.me().0 == "anna" {
            "bert"
        } else {
            "anna"
        }))),
        [36, 36, 72]
    );
}
