//! Going from conversation to conversation all day: whether memory stays what it was.

use serde_json::json;
use support::browser::{App, Browser, Screen};

use super::probe;
use super::stock::Stock;
use crate::report::Figure;

/// Switches after which memory is looked at.
const LOOKS: [usize; 3] = [100, 500, 2_000];
/// Switches in one command.
const STRETCH: usize = 100;
const BAR_MB: f64 = 150.0;
/// What may come and go between two looks, and still is flat.
const FLAT_MB: f64 = 1.0;

pub async fn measure(stock: &Stock) -> Figure {
    let app = App::open(&stock.profile, Screen::desktop(), stock.network.address()).await;
    probe::put_into(&app.browser).await;
    app.visit("/").await;
    app.at_home().await;
    for name in stock.titles() {
        app.browser.find("link", &format!("{name}*")).await;
    }
    let (mut done, mut looks) = (0, Vec::new());
    for look in LOOKS {
        while done < look {
            app.browser.run_async(include_str!("switching.js"), vec![json!(STRETCH)]).await;
            done += STRETCH;
        }
        looks.push(Memory::of(&app.browser).await);
    }
    app.browser.close().await;
    let [_, early, late] = &looks[..] else { unreachable!("as many looks as LOOKS") };
    let value = late.megabytes();
    let growth = value - early.megabytes();
    let said: Vec<String> =
        LOOKS.iter().zip(&looks).map(|(after, memory)| format!("{after}: {}", memory.in_words())).collect();
    Figure {
        name: "memory (JS heap + wasm) after 2,000 conversation switches",
        value,
        unit: "MB",
        floor: None,
        bar: "≤ 150 MB, flat; goal ≤ 60 MB, flat",
        met: value <= BAR_MB && growth <= FLAT_MB,
        notes: format!("{growth:+.2} MB from 500 to 2,000; after {}", said.join("; ")),
        faults: 0,
    }
}

/// What the page holds once everything that can go is gone.
struct Memory {
    heap_bytes: f64,
    wasm_bytes: f64,
    nodes: f64,
    listeners: f64,
}

impl Memory {
    async fn of(browser: &Browser) -> Self {
        browser.devtools("HeapProfiler.collectGarbage", json!({})).await;
        browser.devtools("Performance.enable", json!({})).await;
        let metrics = browser.devtools("Performance.getMetrics", json!({})).await;
        let metric = |name: &str| {
            let found = metrics["metrics"].as_array()?.iter().find(|metric| metric["name"] == name)?;
            found["value"].as_f64()
        };
        let known = "Chromium tells this metric";
        Self {
            heap_bytes: metric("JSHeapUsedSize").expect(known),
            wasm_bytes: probe::number(browser, "probe.memory.buffer.byteLength").await,
            nodes: metric("Nodes").expect(known),
            listeners: metric("JSEventListeners").expect(known),
        }
    }

    fn megabytes(&self) -> f64 {
        (self.heap_bytes + self.wasm_bytes) / 1e6
    }

    fn in_words(&self) -> String {
        format!(
            "heap {:.1} + wasm {:.1} MB, {} nodes, {} listeners",
            self.heap_bytes / 1e6,
            self.wasm_bytes / 1e6,
            self.nodes,
            self.listeners
        )
    }
}
