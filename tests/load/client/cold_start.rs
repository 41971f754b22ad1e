//! From nothing to usable, without a server: browser and service worker start, then the program.

use serde_json::json;
use support::browser::{Browser, Screen};

use super::probe::{self, number, p50};
use super::stock::Stock;
use crate::report::Figure;

const RUNS: usize = 5;
/// How many times slower the page's processor is made.
const THROTTLE: f64 = 4.0;
const BAR_MS: f64 = 1500.0;

/// The floor is the same page from the same worker without the program: what browser, worker and styles need.
pub async fn measure(stock: &Stock) -> Figure {
    stock.network.cut();
    let (mut usable, mut compiled, mut shell) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let browser = throttled(stock).await;
        browser.devtools("Network.enable", json!({})).await;
        browser.devtools("Network.setBlockedURLs", json!({"urls": ["*/start-*.js"]})).await;
        browser.go(&stock.open_conversation()).await;
        shell.push(number(&browser, "probe.shell").await);
        browser.close().await;

        let browser = throttled(stock).await;
        browser.go(&stock.open_conversation()).await;
        usable.push(number(&browser, "probe.usable").await);
        compiled.push(number(&browser, "probe.compiled").await);
        browser.close().await;
    }
    stock.network.heal();
    let notes = format!(
        "p50 of {RUNS} new browsers, until the newest messages are there and one can write; the program compiled \
         after {:.0} ms; of each: {}; floor: the same page from the same worker without its program",
        p50(compiled),
        usable.iter().map(|run| format!("{run:.0}")).collect::<Vec<_>>().join(", ")
    );
    let value = p50(usable);
    Figure {
        name: "cold start from the service worker, 4× CPU throttle, 100,000 messages stored, no server",
        value,
        unit: "ms",
        floor: Some(p50(shell)),
        bar: "≤ 1.5 s, goal ≤ 0.6 s",
        met: value <= BAR_MS,
        notes,
        faults: 0,
    }
}

async fn throttled(stock: &Stock) -> Browser {
    let browser = Browser::open(&stock.profile, Screen::desktop()).await;
    browser.devtools("Emulation.setCPUThrottlingRate", json!({"rate": THROTTLE})).await;
    probe::put_into(&browser).await;
    browser
}
