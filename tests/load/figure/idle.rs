//! What an idle, authenticated socket costs in memory and processor time.

use std::time::{Duration, Instant};

use futures_util::StreamExt;
use futures_util::stream;
use support::memory::resident_bytes;
use tokio::time::sleep;

use super::world;
use crate::link::Link;
use crate::machine::processor_time;
use crate::report::Figure;

const STEPS: [usize; 4] = [2_000, 6_000, 12_000, 18_000];
const SOCKETS_EACH: usize = 30;
const HEARTBEAT: Duration = Duration::from_secs(25);

pub async fn measure() -> Vec<Figure> {
    let server = world::server().await;
    let people = world::people(&server, STEPS[3].div_ceil(SOCKETS_EACH)).await;
    let mut links: Vec<Link> = Vec::with_capacity(STEPS[3]);
    let mut measured = Vec::new();
    for step in STEPS {
        let (address, held) = (server.address(), links.len());
        let more = stream::iter(held..step)
            .map(|number| Link::open(address, &people[number / SOCKETS_EACH].token))
            .buffer_unordered(64);
        links.extend(more.collect::<Vec<_>>().await);
        // the last of them has been served when the first asks and is answered
        ping_all(&mut links, Duration::ZERO).await;
        measured.push((step as f64, resident_bytes(server.process_id()) as f64));
    }
    let before = processor_time(server.process_id());
    let start = Instant::now();
    ping_all(&mut links, HEARTBEAT).await;
    ping_all(&mut links, HEARTBEAT).await;
    let used = processor_time(server.process_id()) - before;
    let per_socket = used.as_secs_f64() * 1e6 / start.elapsed().as_secs_f64() / STEPS[3] as f64;
    let slope = slope(&measured) / 1024.0;
    let notes = measured
        .iter()
        .map(|(sockets, bytes)| format!("{sockets}: {:.1} MB", bytes / 1e6))
        .collect::<Vec<_>>()
        .join(", ");
    vec![
        Figure {
            name: "memory per idle socket",
            value: slope,
            unit: "KiB",
            floor: None,
            bar: "≤ 10 KB, goal ≤ 4 KB",
            met: slope <= 10.0,
            notes,
            faults: 0,
        },
        Figure {
            name: "CPU per idle socket with heartbeats",
            value: per_socket,
            unit: "µs/s",
            floor: None,
            bar: "≤ 2, goal ≤ 0.5",
            met: per_socket <= 2.0,
            notes: format!("18,000 sockets, a ping each {} s", HEARTBEAT.as_secs()),
            faults: 0,
        },
    ]
}

/// One ping from each, spread over this time, and its answer.
async fn ping_all(links: &mut [Link], over: Duration) {
    let pause = over / 100;
    let each = links.len().div_ceil(100);
    for some in links.chunks_mut(each) {
        let start = Instant::now();
        for link in some.iter_mut() {
            link.say(r#"{"action":"ping","data":{}}"#).await;
        }
        for link in some.iter_mut() {
            link.hear_action("pong").await;
        }
        sleep(pause.saturating_sub(start.elapsed())).await;
    }
}

/// The slope of a line through the points, by least squares.
fn slope(points: &[(f64, f64)]) -> f64 {
    let count = points.len() as f64;
    let (x, y) = points.iter().fold((0.0, 0.0), |(x, y), point| (x + point.0 / count, y + point.1 / count));
    let (over, under) = points.iter().fold((0.0, 0.0), |(over, under), point| {
        (over + (point.0 - x) * (point.1 - y), under + (point.0 - x).powi(2))
    });
    over / under
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slope_of_a_line_is_its_slope() {
        assert!((slope(&[(0.0, 5.0), (1.0, 7.0), (2.0, 9.0)]) - 2.0).abs() < 1e-9);
    }
}
