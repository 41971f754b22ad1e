//! Many notifications at once: each browser has its own, once; few go to a push service at the same time, and what waits is
//! no burden (P7, P9).

use support::memory::{forget_peak, peak_bytes, resident_bytes};
use support::push_service::{Manner, PushService};
use support::{Crowd, Options, Server, eventually};

use crate::push::subscribed;

const PEOPLE: usize = 26;
const BROWSERS_EACH: usize = 4;
const GROUPS: usize = 10;
/// Requests to one push service at the same time, at most.
const AT_ONCE: usize = 16;
/// Memory may grow by so much, bytes, with all that a debug build holds.
const GROWTH: u64 = 8 << 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_notifications_come_once_each_few_at_a_time_and_in_bounded_memory() {
    let (push, other) = (PushService::called("localhost").await, PushService::start().await);
    let allowed = format!("{},{}", other.host(), push.host());
    let server = Server::with(Options::default().env("HONGYAN_PUSH_ALLOW", &allowed)).await;
    let mut people = vec![];
    for number in 0..PEOPLE {
        people.push(server.person(&format!("p{number}")).await);
    }
    let crowd = Crowd::gather(&people, &push, BROWSERS_EACH, GROUPS).await;
    assert_eq!(crowd.notifications(), 1_000);
    // here already, since a password that is hashed takes more memory than all the rest
    let [yara, zoe] = server.people(["yara", "zoe"]).await;
    let zoes = subscribed(&zoe, &other).await;
    push.behaves(Manner::Holds);
    forget_peak(server.process_id());
    let before = resident_bytes(server.process_id());
    crowd.speak().await;
    eventually("as many as may are on their way", async || {
        (push.taken().most_at_once >= AT_ONCE).then_some(())
    })
    .await;
    // all the others wait, and nobody else's do
    yara.send("zoe", "hello").await.must_be(200);
    other.hears(&zoes, 1).await;
    assert_eq!(push.taken().count, 0);
    push.behaves(Manner::Takes);
    let mut last = 0;
    while last < crowd.notifications() {
        // it goes on, however long it takes
        last = eventually("more of them come", async || {
            let taken = push.taken().count;
            (taken > last).then_some(taken)
        })
        .await;
    }
    // what was on its way before has arrived once this has
    yara.send("zoe", "still there?").await.must_be(200);
    other.hears(&zoes, 2).await;
    assert_eq!(crowd.faults(&push), 0);
    let pace = push.taken();
    assert_eq!(pace.count, crowd.notifications());
    // one that the server has given up counts until its end is noticed here
    let given_up = pace.begun - pace.count;
    assert!((AT_ONCE..=AT_ONCE + given_up).contains(&pace.most_at_once), "{pace:?}");
    let growth = peak_bytes(server.process_id()).saturating_sub(before);
    assert!(growth <= GROWTH, "memory grew by {growth} bytes");
}
