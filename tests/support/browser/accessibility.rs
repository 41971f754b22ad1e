//! What axe-core finds wrong with a page.

use std::env;
use std::fmt;
use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use super::Browser;

/// A rule of axe-core that the page breaks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Violation {
    /// The rule's id.
    pub rule: String,
    /// What is wrong, and where.
    pub details: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.rule, self.details)
    }
}

impl Browser {
    /// Runs the rules of axe-core (WCAG 2.2 A and AA, and its best practices) on the page as it is now; also the one
    /// about the size of targets, which axe-core leaves out unless asked: 24 px (SC 2.5.8), for fingers 44 px (SC 2.5.5).
    pub async fn violations(&self) -> Vec<Violation> {
        let axe = fs::read_to_string(axe_file()).expect("axe.min.js is text");
        self.run(&axe, vec![]).await;
        let body = r#"
            // a bubble that is still rising has another colour than it will have
            await Promise.all(document.getAnimations().filter(a => a.effect?.getComputedTiming().endTime !== Infinity)
                .map(animation => animation.finished.catch(() => {})));
            const least = matchMedia("(pointer: coarse)").matches ? 44 : 24;
            const found = await axe.run(document, {
                resultTypes: ["violations"],
                rules: {"target-size": {enabled: true}},
                checks: {"target-size": {options: {minSize: least}}, "target-offset": {options: {minOffset: least}}},
            });
            return found.violations.map(({id, nodes}) => ({id, nodes: nodes.map(node =>
                node.html.slice(0, 200) + " — " + node.failureSummary)}));
        "#;
        let found = self.run_async(body, vec![]).await;
        let found = found.as_array().expect("axe answers a list");
        found
            .iter()
            .map(|violation| {
                let nodes = violation["nodes"].as_array().map(Vec::as_slice).unwrap_or_default();
                let details: Vec<&str> = nodes.iter().filter_map(Value::as_str).collect();
                let rule = violation["id"].as_str().unwrap_or_default().to_owned();
                Violation { rule, details: details.join("\n    ") }
            })
            .collect()
    }
}

fn axe_file() -> PathBuf {
    let here = concat!(env!("CARGO_MANIFEST_DIR"), "/../.tools/node_modules/axe-core/axe.min.js");
    let file = env::var_os("HONGYAN_AXE").map_or_else(|| PathBuf::from(here), PathBuf::from);
    assert!(
        file.is_file(),
        "no {}: `cargo xtask setup` installs it, or name it in HONGYAN_AXE",
        file.display()
    );
    file
}
