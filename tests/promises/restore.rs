//! A restore from a backup: a new epoch, and clients that know more than the backup bring their messages back.

use std::time::Duration;

use common::sync::ConversationKey;
use support::{Device, Network, Server, eventually};

use crate::log::{assert_dense, texts};

fn with(name: &str) -> ConversationKey {
    ConversationKey::direct(&name.into())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_that_know_more_than_the_backup_end_up_equal_with_everything_there() {
    let mut server = Server::start().await;
    let network = Network::before(server.address()).await;
    let [anna, bert] = server.people(["anna", "bert"]).await;
    let phone = anna.another_device("phone").await;
    let devices = [
        Device::start(&anna, network.address()),
        Device::start(&phone, network.address()),
        Device::start(&bert, network.address()),
    ];
    let [laptop, _, berts] = &devices;
    let mut all = Vec::new();
    for number in 0..5 {
        for (device, to) in [(laptop, "bert"), (berts, "anna")] {
            let text = format!("to {to} before the backup {number}");
            device.write(to, &text).await;
            device.settled().await;
            all.push(text);
        }
    }
    let keys = [with("bert"), with("bert"), with("anna")];
    for (device, key) in devices.iter().zip(&keys) {
        device.until("all before the backup", |disk, _| disk.texts(key) == all).await;
    }

    // while serving: others write at the same time
    let backup = server.beside("backup.db");
    let made = server.command(&["backup", backup.to_str().unwrap()]);
    assert!(made.status.success(), "{made:?}");
    let mut later = Vec::new();
    for number in 0..5 {
        for (device, to) in [(laptop, "bert"), (berts, "anna")] {
            let text = format!("to {to} after the backup {number}");
            device.write(to, &text).await;
            device.settled().await;
            later.push(text);
        }
    }
    for (device, key) in devices.iter().zip(&keys) {
        device.until("all after the backup", |disk, _| disk.texts(key).len() == 20).await;
    }
    let epoch = |device: &Device| device.disk().position().unwrap().split('-').next().unwrap().to_owned();
    let old_epoch = epoch(laptop);

    server.ask_to_stop();
    assert!(server.stopped().await.success());
    // one writes on while the server is away
    berts.write("anna", "in between").await;
    let restored = server.command(&["restore", backup.to_str().unwrap()]);
    assert!(restored.status.success(), "{restored:?}");
    server.start_again().await;
    network.lead_to(server.address());

    for device in &devices {
        device.online();
    }
    let mut expected: Vec<String> = all.iter().chain(&later).cloned().collect();
    expected.push("in between".into());
    expected.sort();
    for (device, key) in devices.iter().zip(&keys) {
        device
            .until("everything is there again", |disk, view| {
                let mut texts = disk.texts(key);
                texts.sort();
                texts == expected && view.is_live() && disk.outbox().is_empty()
            })
            .await;
        assert_ne!(epoch(device), old_epoch, "a restore makes a new epoch");
    }
    let (laptop, phone, berts) = (&devices[0], &devices[1], &devices[2]);
    eventually("all three hold the same log", async || {
        let digests =
            [laptop.disk().digest(&keys[0]), phone.disk().digest(&keys[1]), berts.disk().digest(&keys[2])];
        (digests[0] == digests[1] && digests[1] == digests[2]).then_some(())
    })
    .await;
    assert_eq!(laptop.timeline(&keys[0]), berts.timeline(&keys[2]));

    let anna = anna.moved_to(server.address());
    let conversation = laptop.disk().conversation(&keys[0]).unwrap().conversation_id.unwrap().to_string();
    let log = anna.log(&conversation).await;
    assert_dense(&log);
    assert_eq!(texts(&log)[..10], all, "what the backup had stays where it was");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_made_in_the_middle_of_sending_is_whole() {
    let mut server = Server::start().await;
    let anna = server.person("anna").await;
    let writer = tokio::spawn({
        let anna = anna.clone();
        async move {
            for number in 0..200 {
                anna.send("anna", &number.to_string()).await.must_be(200);
            }
        }
    });
    let mut listening = anna.socket().await;
    for _ in 0..50 {
        listening.hear_action("receiveMessage").await;
    }
    let backup = server.beside("backup.db");
    let file = backup.to_str().unwrap().to_owned();
    let made = server.command(&["backup", &file]);
    assert!(made.status.success(), "{made:?}");
    let again = server.command(&["backup", &file]);
    assert!(!again.status.success(), "a backup that is there is not overwritten");
    tokio::time::timeout(Duration::from_secs(60), writer).await.unwrap().unwrap();

    let running = server.command(&["restore", &file]);
    assert!(!running.status.success(), "not under a server that runs");
    server.ask_to_stop();
    server.stopped().await;
    let junk = server.beside("junk");
    std::fs::write(&junk, "not a backup").unwrap();
    assert!(!server.command(&["restore", junk.to_str().unwrap()]).status.success());
    assert!(server.command(&["restore", &file]).status.success());
    server.start_again().await;
    let anna = anna.moved_to(server.address());
    let list = anna.api.get("/api/conversations").await.must_be(200).body;
    let log = anna.log(list["conversations"][0]["conversationId"].as_str().unwrap()).await;
    assert_dense(&log);
    assert!((50..=200).contains(&log.len()), "{} messages", log.len());
    let expected: Vec<String> = (0..log.len()).map(|number| number.to_string()).collect();
    assert_eq!(texts(&log), expected);
}
