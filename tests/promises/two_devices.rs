//! P5: all devices of an account agree on history, read state and unread counts.

use common::sync::ConversationKey;
use support::{Device, Network, Server};

fn with(name: &str) -> ConversationKey {
    ConversationKey::direct(&name.into())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_read_on_one_device_is_read_on_the_other_even_if_it_was_away() {
    let server = Server::start().await;
    let network = Network::before(server.address()).await;
    let [anna, bert] = server.people(["anna", "bert"]).await;
    let laptop = Device::start(&anna, server.address());
    let mut phone = Device::start(&anna.another_device("phone").await, network.address());
    for number in 0..7 {
        bert.send("anna", &number.to_string()).await.must_be(200);
    }
    let key = with("bert");
    for device in [&laptop, &phone] {
        device
            .until("seven are unread", |disk, _| disk.conversation(&key).is_some_and(|it| it.unread() == 7))
            .await;
    }
    // she has written to him: it is no request of a stranger
    phone.write("bert", "yes?").await;
    phone.settled().await;

    network.cut();
    laptop.mark_read(&key, 5);
    laptop
        .until("two are unread", |disk, _| disk.conversation(&key).is_some_and(|it| it.unread() == 2))
        .await;
    bert.send("anna", "7").await.must_be(200);
    laptop.write("bert", "I am here").await;
    laptop
        .until("three are unread", |disk, _| disk.conversation(&key).is_some_and(|it| it.unread() == 3))
        .await;
    phone.crash();
    phone.start_again();
    network.heal();
    phone.online();
    let same = |device: &Device| device.disk().conversation(&key).unwrap().own.read_seq;
    phone.until("it caught up", |disk, _| disk.conversation(&key).is_some_and(|it| it.unread() == 3)).await;
    assert_eq!(same(&phone), 5);

    phone.mark_read(&key, 10);
    for device in [&laptop, &phone] {
        device
            .until("all is read", |disk, _| disk.conversation(&key).is_some_and(|it| it.unread() == 0))
            .await;
        device.until("the same log", |disk, _| disk.timeline(&key).len() == 10).await;
    }
    assert_eq!(laptop.timeline(&key), phone.timeline(&key));
    // reading is never taken back
    laptop.mark_read(&key, 2);
    bert.send("anna", "8").await.must_be(200);
    laptop.until("one is unread", |disk, _| disk.conversation(&key).is_some_and(|it| it.unread() == 1)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_read_offline_is_told_on_return_also_after_a_crash() {
    let server = Server::start().await;
    let network = Network::before(server.address()).await;
    let [anna, bert] = server.people(["anna", "bert"]).await;
    let mut phone = Device::start(&anna, network.address());
    phone.write("bert", "0").await;
    phone.settled().await;
    bert.send("anna", "1").await.must_be(200);
    let key = with("bert");
    phone.until("one is unread", |disk, _| disk.conversation(&key).is_some_and(|it| it.unread() == 1)).await;
    network.cut();
    phone.until("it is offline", |_, view| !view.is_live()).await;
    phone.mark_read(&key, 2);
    phone.until("read here", |disk, _| disk.conversation(&key).is_some_and(|it| it.unread() == 0)).await;
    phone.crash();
    phone.start_again();
    assert_eq!(phone.unread(&key), 0, "a restart does not forget what was read");
    let mut at_bert = bert.socket().await;
    network.heal();
    phone.online();
    let read = at_bert.hear_where("a receipt", |frame| {
        frame["action"] == "receipt" && frame["data"]["userId"] == "anna" && frame["data"]["readSeq"] == 2
    });
    read.await;
}

/// Counts of unread messages against an oracle: what others wrote after the read mark.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unread_counts_are_right_among_membership_entries_and_own_messages() {
    let server = Server::start().await;
    let [anna, bert, carl] = server.people(["anna", "bert", "carl"]).await;
    let group = anna.group("geese", &[&bert]).await;
    let key = ConversationKey::Group(group.parse().unwrap());
    let device = Device::start(&anna, server.address());
    for round in 0..10_u64 {
        bert.send_into(&group, "from bert").await.must_be(200);
        anna.send_into(&group, "from another program of anna's").await.must_be(200);
        if round % 3 == 0 {
            anna.add(&group, &[&carl]).await.must_be(200);
            carl.send_into(&group, "from carl").await.must_be(200);
            anna.remove(&group, &carl).await.must_be(200);
        }
        let end = device_end(&device, &key, &anna, &group).await;
        let read = if round % 2 == 0 { end / 2 } else { end - 1 };
        device.mark_read(&key, read);
        let log = anna.log(&group).await;
        let mark = device.disk().conversation(&key).map_or(0, |record| record.own.read_seq).max(read);
        let oracle = log
            .iter()
            .filter(|entry| entry["seq"].as_u64().unwrap() > mark)
            .filter(|entry| entry["type"] == "text" && entry["from"] != "anna")
            .count() as u64;
        device
            .until("the count is the oracle's", |disk, _| {
                disk.conversation(&key).is_some_and(|record| record.unread() == oracle)
            })
            .await;
    }
}

/// Waits until the device holds the log to its end, and answers the last number.
async fn device_end(
    device: &Device,
    key: &ConversationKey,
    person: &support::raw::Person,
    group: &str,
) -> u64 {
    let log = person.log(group).await;
    let end = log.last().expect("a group has a first entry")["seq"].as_u64().expect("a number");
    device
        .until("it holds all", |disk, _| disk.timeline(key).last().is_some_and(|entry| entry.seq == end))
        .await;
    end
}
