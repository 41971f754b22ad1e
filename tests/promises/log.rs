//! What must be true of every log, however it was read.

use std::collections::BTreeSet;

use serde_json::Value;

/// The numbers are 1, 2, 3 … and no message stands there twice.
#[track_caller]
pub fn assert_dense(log: &[Value]) {
    let seqs: Vec<u64> = log.iter().map(|entry| entry["seq"].as_u64().expect("a number")).collect();
    assert_eq!(seqs, (1..=log.len() as u64).collect::<Vec<_>>(), "the numbers have holes or doubles");
    let ids: BTreeSet<&str> = log.iter().map(|entry| entry["messageId"].as_str().expect("an id")).collect();
    assert_eq!(ids.len(), log.len(), "a message stands there twice");
}

/// The texts of a log, in order; what the system wrote is passed over.
pub fn texts(log: &[Value]) -> Vec<&str> {
    log.iter()
        .filter(|entry| entry["type"] == "text")
        .map(|entry| entry["content"].as_str().expect("a text has content"))
        .collect()
}

/// The texts that this person wrote.
pub fn texts_of<'a>(log: &'a [Value], from: &str) -> Vec<&'a str> {
    log.iter()
        .filter(|entry| entry["type"] == "text" && entry["from"] == from)
        .map(|entry| entry["content"].as_str().expect("a text has content"))
        .collect()
}
