//! What a browser that was never used is sent before a person sees the first screen.

use serde_json::{Value, json};
use support::browser::{App, Profile, Screen};
use support::{Network, Server};

use crate::report::Figure;

const BAR_KB: f64 = 350.0;

/// Notes when the first screen stands, before the browser has painted it.
const WATCH: &str = r#"
    new MutationObserver((_, observer) => {
        if (!document.querySelector(".welcome")) return;
        window.standsAt = performance.now();
        observer.disconnect();
    }).observe(document, {childList: true, subtree: true});
"#;

/// The sizes of the bodies as they came: the page, the program with its glue, and the styles. What is asked for once the
/// first screen stands is told apart.
const BODIES: &str = r#"
    const [page] = performance.getEntriesByType("navigation");
    const before = new Map([["page", page.encodedBodySize]]), after = new Map();
    for (const {name, startTime, encodedBodySize} of performance.getEntriesByType("resource")) {
        const {pathname} = new URL(name);
        if (!/\.(wasm|js|css)$/.test(pathname)) continue;
        (startTime < standsAt ? before : after).set(pathname.slice(1), encodedBodySize);
    }
    return {before: [...before], after: [...after]};
"#;

pub async fn measure() -> Figure {
    let server = Server::start().await;
    let network = Network::before(server.address()).await;
    let profile = Profile::fresh();
    // nothing comes yet: a page must be there to be told what its next one begins with
    network.cut();
    let app = App::open(&profile, Screen::desktop(), network.address()).await;
    app.browser.devtools("Page.addScriptToEvaluateOnNewDocument", json!({"source": WATCH})).await;
    network.heal();
    app.visit("/").await;
    app.at_welcome().await;
    app.browser.run_async("await navigator.serviceWorker.ready", vec![]).await;
    let (_, all_bytes) = network.bytes();
    let bodies = app.browser.run(BODIES, vec![]).await;
    let (value, before) = total(&bodies["before"]);
    let (_, after) = total(&bodies["after"]);
    app.browser.close().await;
    Figure {
        name: "first visit over the wire, until the first screen stands",
        value,
        unit: "kB",
        floor: None,
        bar: "≤ 350 kB, goal ≤ 250 kB",
        met: value <= BAR_KB,
        notes: format!(
            "{before}; once that stands {after}; with headers, icons and the service worker's own copy {:.0} kB",
            all_bytes as f64 / 1000.0
        ),
        faults: 0,
    }
}

/// All together in kB, and each by its name, the largest first.
fn total(bodies: &Value) -> (f64, String) {
    let mut bodies: Vec<(String, f64)> = bodies.as_array().expect("a list").iter().map(body).collect();
    bodies.sort_by(|one, other| other.1.total_cmp(&one.1));
    let named: Vec<String> =
        bodies.iter().map(|(name, bytes)| format!("{name} {:.1}", bytes / 1000.0)).collect();
    (bodies.iter().map(|(_, bytes)| bytes).sum::<f64>() / 1000.0, named.join(", "))
}

fn body(pair: &Value) -> (String, f64) {
    let name = pair[0].as_str().expect("a name").to_owned();
    (name, pair[1].as_f64().expect("a size"))
}
