//! Many notifications at once: how fast they go out, and what that takes.

use std::time::Duration;

use serde_json::{Value, json};
use support::memory::{forget_peak, peak_bytes, resident_bytes};
use support::push_service::{Pace, PushService, Subscriber};
use support::{Crowd, Options, eventually};

use super::world;
use crate::floor::server::FloorServer;
use crate::link::Link;
use crate::machine::processor_time;
use crate::report::Figure;

const PEOPLE: usize = 250;
const BROWSERS_EACH: usize = 4;
const GROUPS: usize = 10;

pub async fn measure() -> Vec<Figure> {
    let push = PushService::start().await;
    let server = world::server_with(Options::default().env("HONGYAN_PUSH_ALLOW", &push.host())).await;
    let people = world::people(&server, PEOPLE + 1).await;
    let crowd = Crowd::gather(&people, &push, BROWSERS_EACH, GROUPS).await;
    let count = crowd.notifications();
    forget_peak(server.process_id());
    let resident = resident_bytes(server.process_id());
    let used = processor_time(server.process_id());
    crowd.speak().await;
    let pace = all_taken(&push, count).await;
    let used = processor_time(server.process_id()) - used;
    let growth = peak_bytes(server.process_id()).saturating_sub(resident) as f64 / 1e6;
    let faults = crowd.faults(&push) as u64;
    drop(server);

    let bare = PushService::start().await;
    let subscribers: Vec<Subscriber> = crowd.subscribers().iter().map(|_| bare.subscriber()).collect();
    let (bare_pace, bare_used) = bare_posts(&bare, &subscribers, count).await;
    let per_processor_second = |used: Duration| count as f64 / used.as_secs_f64();
    let (value, floor) = (per_processor_second(used), per_processor_second(bare_used));
    vec![
        Figure {
            name: "10,000 notifications to 1,000 browsers, per second of one core",
            value,
            unit: "/s",
            floor: Some(floor),
            bar: "≥ 0.25 ×, goal ≥ 0.6 ×",
            met: value >= 0.25 * floor,
            notes: format!(
                "by the clock {:.0}/s, bare {:.0}/s; {} at once to the one push service",
                per_second(pace),
                per_second(bare_pace),
                pace.most_at_once
            ),
            faults,
        },
        Figure {
            name: "RSS growth while 10,000 notifications go out",
            value: growth,
            unit: "MB",
            floor: None,
            bar: "≤ 30 MB, goal ≤ 15 MB",
            met: growth <= 30.0,
            notes: format!(
                "at its peak, from {:.1} MB with {} people in ten groups",
                resident as f64 / 1e6,
                PEOPLE + 1
            ),
            faults: 0,
        },
    ]
}

/// The same without a store and a queue: the client that the server has encrypts and posts, and that is all. Answers the
/// processor's time, too.
async fn bare_posts(push: &PushService, subscribers: &[Subscriber], count: usize) -> (Pace, Duration) {
    let floor = FloorServer::start("post");
    let mut link = Link::open(floor.address, "none").await;
    let subscriptions: Vec<Value> = subscribers.iter().map(Subscriber::to_json).collect();
    let used = processor_time(floor.process_id());
    link.say(json!({"subscriptions": subscriptions, "count": count}).to_string()).await;
    let pace = all_taken(push, count).await;
    (pace, processor_time(floor.process_id()) - used)
}

/// Waits until so many came, however long it takes, as long as it goes on.
async fn all_taken(push: &PushService, count: usize) -> Pace {
    let mut last = 0;
    loop {
        let pace = eventually("more of them come", async || {
            let pace = push.taken();
            (pace.count > last).then_some(pace)
        })
        .await;
        if pace.count >= count {
            return pace;
        }
        last = pace.count;
    }
}

fn per_second(pace: Pace) -> f64 {
    let (first, last) = pace.span.expect("some came");
    // the first one begins the time
    (pace.count - 1) as f64 / (last - first).max(Duration::from_micros(1)).as_secs_f64()
}
