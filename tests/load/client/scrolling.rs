//! Scrolling up through what is stored, with the wheel: what the page's main thread has to do for each frame.

use std::time::Duration;

use hdrhistogram::Histogram;
use serde_json::json;
use support::browser::{App, Browser, Screen};

use super::probe;
use super::stock::{FIRST_ON_SCREEN, Stock};
use super::trace::Trace;
use crate::open_loop::{at, histogram, in_words, note};
use crate::report::Figure;

/// Faster than anybody reads: a hundred CSS pixels a frame.
const PX_PER_SECOND: u32 = 6_000;
/// One movement; a command takes as long.
const STROKE_PX: u32 = 48_000;
const STROKES: usize = 3;
/// The rows that are in the page at once are no more than this high.
const BARE_STROKE_PX: u32 = 12_000;
const BARE_STROKES: usize = 4;
const BAR_MS: f64 = 8.0;

/// Marks every frame until `window.marking` is no longer true.
const MARK_FRAMES: &str = r#"
    window.marking = true;
    const mark = () => {
        performance.mark("frame");
        if (window.marking) requestAnimationFrame(mark);
    };
    mark();
"#;

/// Lays a copy of the rows over the page, with nothing behind them.
const LAY_OVER: &str = r#"
    const log = document.querySelector("[role=log]");
    const copy = log.cloneNode(true);
    const {left, top, width, height} = log.getBoundingClientRect();
    copy.style = `position: fixed; left: ${left}px; top: ${top}px; width: ${width}px; height: ${height}px; z-index: 9`;
    log.replaceWith(copy);
    copy.scrollTop = copy.scrollHeight;
"#;

/// The floor is the same rows without a program: what the browser itself does for a frame.
pub async fn measure(stock: &Stock) -> Figure {
    let app = App::open(&stock.profile, Screen::desktop(), stock.network.address()).await;
    probe::put_into(&app.browser).await;
    app.browser.go(&stock.open_conversation()).await;
    probe::number(&app.browser, "probe.usable").await;
    let browser = &app.browser;
    let from = probe::number(browser, FIRST_ON_SCREEN).await;
    let ours = work_per_frame(browser, &[f64::from(STROKE_PX); STROKES]).await;
    let to = probe::number(browser, FIRST_ON_SCREEN).await;
    browser.run(LAY_OVER, vec![]).await;
    let up_and_down: Vec<f64> = (0..BARE_STROKES)
        .map(|stroke| f64::from(BARE_STROKE_PX) * if stroke % 2 == 0 { 1.0 } else { -1.0 })
        .collect();
    let bare = work_per_frame(browser, &up_and_down).await;
    app.browser.close().await;
    let value = at(&ours, 99.0);
    Figure {
        name: "scrolling 100,000 messages: main-thread work per frame, p99",
        value,
        unit: "ms",
        floor: Some(at(&bare, 99.0)),
        bar: "≤ 8 ms, goal ≤ 4 ms",
        met: value <= BAR_MS,
        notes: format!(
            "processor time at {PX_PER_SECOND} px/s past {:.0} messages, {}; floor: the same rows without a program, {}",
            from - to,
            in_words(&ours),
            in_words(&bare)
        ),
        faults: 0,
    }
}

/// Turns the wheel so far, stroke by stroke (upwards is positive), and answers the work of each frame.
async fn work_per_frame(browser: &Browser, strokes: &[f64]) -> Histogram<u64> {
    let trace = Trace::begin(browser).await;
    browser.run(MARK_FRAMES, vec![]).await;
    for distance in strokes {
        let gesture = json!({"x": 900, "y": 450, "yDistance": distance, "speed": PX_PER_SECOND,
            "gestureSourceType": "mouse"});
        browser.devtools("Input.synthesizeScrollGesture", gesture).await;
    }
    browser.run("window.marking = false", vec![]).await;
    let mut work = histogram();
    for microseconds in trace.work_between_marks("frame").await {
        note(&mut work, Duration::from_secs_f64(microseconds / 1e6));
    }
    work
}
