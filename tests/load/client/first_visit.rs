//! What a browser that was never used is sent before a person sees the first screen.

use serde_json::Value;
use support::browser::{App, Profile, Screen};
use support::{Network, Server};

use crate::report::Figure;

const BAR_KB: f64 = 350.0;

/// The sizes of the bodies as they came: the page, the program with its glue, and the styles.
const BODIES: &str = r#"
    const [page] = performance.getEntriesByType("navigation");
    const bodies = new Map([["page", page.encodedBodySize]]);
    for (const {name, encodedBodySize} of performance.getEntriesByType("resource")) {
        const {pathname} = new URL(name);
        if (/\.(wasm|js|css)$/.test(pathname)) bodies.set(pathname.slice(1), encodedBodySize);
    }
    return [...bodies];
"#;

pub async fn measure() -> Figure {
    let server = Server::start().await;
    let network = Network::before(server.address()).await;
    let profile = Profile::fresh();
    let app = App::open(&profile, Screen::desktop(), network.address()).await;
    app.at_welcome().await;
    let bodies = app.browser.run(BODIES, vec![]).await;
    app.browser.run_async("await navigator.serviceWorker.ready", vec![]).await;
    let (_, all_bytes) = network.bytes();
    let mut bodies: Vec<(String, f64)> = bodies.as_array().expect("a list").iter().map(body).collect();
    bodies.sort_by(|one, other| other.1.total_cmp(&one.1));
    let value = bodies.iter().map(|(_, bytes)| bytes).sum::<f64>() / 1000.0;
    let named: Vec<String> =
        bodies.iter().map(|(name, bytes)| format!("{name} {:.1}", bytes / 1000.0)).collect();
    app.browser.close().await;
    Figure {
        name: "first visit over the wire",
        value,
        unit: "kB",
        floor: None,
        bar: "≤ 350 kB, goal ≤ 250 kB",
        met: value <= BAR_KB,
        notes: format!(
            "{}; with headers, icons and the service worker's own copy {:.0} kB",
            named.join(", "),
            all_bytes as f64 / 1000.0
        ),
        faults: 0,
    }
}

fn body(pair: &Value) -> (String, f64) {
    let name = pair[0].as_str().expect("a name").to_owned();
    (name, pair[1].as_f64().expect("a size"))
}
