//! What moves on a page though nobody asked for it.

use std::fmt;

use super::Browser;

/// The layout shifts since the page was loaded, as <https://wicg.github.io/layout-instability/> defines them, without
/// those in the half second after input.
const SHIFTS: &str = r#"
    // a shift is told with the frame that shows it
    await new Promise(shown => requestAnimationFrame(() => requestAnimationFrame(shown)));
    const observer = new PerformanceObserver(() => {});
    observer.observe({type: "layout-shift", buffered: true});
    const shifts = observer.takeRecords().filter(shift => !shift.hadRecentInput);
    const place = ({x, y, width, height}) => `${width} × ${height} at ${x}, ${y}`;
    return shifts.map(({value, startTime, sources}) => [`${value} after ${startTime} ms`, ...sources.map(source =>
        `${(source.node?.outerHTML ?? source.node?.data ?? "what is gone").slice(0, 200)} — ` +
        `from ${place(source.previousRect)} to ${place(source.currentRect)}`)].join("\n    "));
"#;

/// A layout shift.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shift {
    /// How much moved, when, and what from where to where.
    pub details: String,
}

impl fmt::Display for Shift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "shift of {}", self.details)
    }
}

impl Browser {
    /// What has moved under the reader's eyes on this page.
    pub async fn shifts(&self) -> Vec<Shift> {
        let found = self.run_async(SHIFTS, vec![]).await;
        let found = found.as_array().expect("a list");
        found.iter().map(|shift| Shift { details: shift.as_str().unwrap_or_default().to_owned() }).collect()
    }
}
