//! What is put into pages before anything of their own runs, and reading what it noted.

use serde_json::{Value, json};
use support::browser::Browser;

/// Puts the probe into every page that the current tab goes to from now on.
pub async fn put_into(browser: &Browser) {
    let source = include_str!("probe.js");
    browser.devtools("Page.addScriptToEvaluateOnNewDocument", json!({"source": source})).await;
}

/// Waits in the page for what an expression promises, a number.
pub async fn number(browser: &Browser, expression: &str) -> f64 {
    let value = browser.run_async(&format!("return await ({expression})"), vec![]).await;
    value.as_f64().unwrap_or_else(|| panic!("{expression} is {value}"))
}

/// The middle one; of an even number the upper.
pub fn p50(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// The numbers in a list.
pub fn numbers(list: &Value) -> Vec<f64> {
    let list = list.as_array().unwrap_or_else(|| panic!("a list was expected: {list}"));
    list.iter()
        .map(|value| value.as_f64().unwrap_or_else(|| panic!("a number was expected: {value}")))
        .collect()
}
