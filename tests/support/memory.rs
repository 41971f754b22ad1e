//! The memory of a process, as Linux tells it.

use std::fs;

/// What it holds, in bytes (VmRSS).
pub fn resident_bytes(process: u32) -> u64 {
    bytes(process, "VmRSS:")
}

/// The most that it has held since [`forget_peak`], in bytes (VmHWM).
pub fn peak_bytes(process: u32) -> u64 {
    bytes(process, "VmHWM:")
}

/// Begins to look for the most anew.
pub fn forget_peak(process: u32) {
    fs::write(format!("/proc/{process}/clear_refs"), "5").expect("one's own child lets one");
}

fn bytes(process: u32, name: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).expect("a running process");
    let line = status.lines().find(|line| line.starts_with(name)).expect("Linux tells it");
    let kilobytes = line.split_whitespace().nth(1).expect("a number follows");
    kilobytes.parse::<u64>().expect("a number") * 1024
}
