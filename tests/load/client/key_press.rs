//! From Enter to the bubble, which appears once the message is durably stored.

use std::time::Duration;

use serde_json::json;
use support::browser::{App, Screen};
use thirtyfour::Key;

use super::probe::{self, numbers};
use super::stock::{MESSAGES, PEER, Stock};
use crate::open_loop::{at, histogram, in_words, note};
use crate::report::Figure;

const PRESSES: usize = 100;
const BAR_MS: f64 = 50.0;

/// The floor is one strict write of IndexedDB and a frame, in the same page.
pub async fn measure(stock: &Stock) -> Figure {
    let app = App::open(&stock.profile, Screen::desktop(), stock.network.address()).await;
    probe::put_into(&app.browser).await;
    app.browser.go(&stock.open_conversation()).await;
    probe::number(&app.browser, "probe.usable").await;
    app.browser.run(include_str!("key_press.js"), vec![]).await;
    app.browser.run("document.querySelector('textarea').focus()", vec![]).await;
    for press in 1..=PRESSES {
        let keys = format!("{}: as one writes to {PEER}{}", MESSAGES + press, Key::Enter.value());
        app.browser.keys(keys).await;
        app.browser.run_async("await pressesAre(arguments[0])", vec![json!(press)]).await;
    }
    let ours = latencies(&app.browser.run("return presses", vec![]).await);
    let bare =
        latencies(&app.browser.run_async(include_str!("key_press_floor.js"), vec![json!(PRESSES)]).await);
    app.browser.close().await;
    let value = at(&ours, 50.0);
    Figure {
        name: "key press → bubble painted, p50, 100,000 messages stored",
        value,
        unit: "ms",
        floor: Some(at(&bare, 50.0)),
        bar: "≤ 50 ms, goal ≤ 16 ms",
        met: value <= BAR_MS,
        notes: format!("{}; floor: one strict write and a frame, {}", in_words(&ours), in_words(&bare)),
        faults: 0,
    }
}

fn latencies(milliseconds: &serde_json::Value) -> hdrhistogram::Histogram<u64> {
    let mut latencies = histogram();
    for time in numbers(milliseconds) {
        note(&mut latencies, Duration::from_secs_f64(time / 1000.0));
    }
    latencies
}
