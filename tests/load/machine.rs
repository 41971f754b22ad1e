//! The machine: cores, memory and processor time of a process, the disk's fdatasync.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The core of the server (and of floors that are servers).
pub const SERVER_CORE: u32 = 0;
/// The core of this program.
pub const GENERATOR_CORE: u32 = 1;

/// Binds a process with all its threads to one core; on a machine without `taskset` or a second core it stays free,
/// and the report says nothing "per core" then.
pub fn pin(process: u32, core: u32) {
    let done = Command::new("taskset")
        .args(["-a", "-c", "-p", &core.to_string(), &process.to_string()])
        .stdout(Stdio::null())
        .status();
    if !done.is_ok_and(|status| status.success()) {
        eprintln!("process {process} could not be bound to core {core}: figures per core are not comparable");
    }
}

/// Lets a process, and all that it starts from now on, use every core again.
pub fn unpin(process: u32) {
    let cores = fs::read_to_string("/sys/devices/system/cpu/online").expect("Linux tells its cores");
    // where there is no `taskset`, nothing was bound
    let _ = Command::new("taskset")
        .args(["-a", "-c", "-p", cores.trim(), &process.to_string()])
        .stdout(Stdio::null())
        .status();
}

/// Processor time that a process has used, in all of its threads, those included that have ended.
pub fn processor_time(process: u32) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).expect("a running process");
    // after the name, which stands in parentheses and may hold anything: user's and system's are the 12th and 13th
    let (_, fields) = stat.rsplit_once(')').expect("a name in parentheses");
    let used = fields.split_whitespace().skip(11).take(2);
    let ticks: u64 = used.map(|ticks| ticks.parse::<u64>().expect("a number")).sum();
    // Linux tells hundredths of a second, whatever its own clock
    Duration::from_millis(ticks * 10)
}

/// The p50 of one fdatasync after appending a page, on the disk of this folder.
pub fn fdatasync_p50(folder: &Path) -> Duration {
    let mut file = File::create(folder.join("fsync-probe")).expect("a folder to write in");
    let mut times: Vec<Duration> = (0..200)
        .map(|_| {
            file.write_all(&[7; 4096]).expect("room for a page");
            let start = Instant::now();
            file.sync_data().expect("a disk that syncs");
            start.elapsed()
        })
        .collect();
    times.sort();
    times[times.len() / 2]
}
