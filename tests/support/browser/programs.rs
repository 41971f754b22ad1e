//! The programs: finding, starting and ending them.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::json;
use thirtyfour::common::capabilities::desiredcapabilities::Capabilities;
use thirtyfour::{ChromeCapabilities, ChromiumLikeCapabilities};

use super::Screen;

fn program(variable: &str, usual: &str) -> PathBuf {
    let program = env::var_os(variable).map_or_else(|| PathBuf::from(usual), PathBuf::from);
    assert!(program.is_file(), "no {}: install it, or name it in {variable}", program.display());
    program
}

/// How often chromedriver is started until it has its port.
const STARTS: usize = 10;

/// Starts chromedriver on a free port and answers the port. It takes one that is free for IPv6 and ends when somebody has
/// the same for IPv4: then another start has another.
pub fn start_chromedriver() -> (Child, u16) {
    (0..STARTS).find_map(|_| try_to_start()).expect("chromedriver says on which port it listens")
}

fn try_to_start() -> Option<(Child, u16)> {
    let mut command = Command::new(program("HONGYAN_CHROMEDRIVER", "/usr/bin/chromedriver"));
    command.arg("--port=0").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut process = command.spawn().expect("chromedriver starts");
    let mut lines = BufReader::new(process.stdout.take().expect("piped")).lines();
    let port = lines.by_ref().map_while(Result::ok).find_map(|line| {
        let (_, port) = line.split_once("started successfully on port ")?;
        port.trim_end_matches('.').parse().ok()
    });
    let Some(port) = port else {
        process.wait().expect("one's own child can be waited for");
        return None;
    };
    // what it says later must not fill the pipe
    thread::spawn(move || lines.for_each(drop));
    Some((process, port))
}

/// How Chromium is started.
pub fn capabilities(folder: &str, screen: &Screen, name_for_localhost: Option<&str>) -> Capabilities {
    let mut capabilities = ChromeCapabilities::new();
    let chromium = program("HONGYAN_CHROMIUM", "/usr/bin/chromium");
    let arguments = [
        "--headless=new".to_owned(),
        "--no-sandbox".to_owned(),
        "--disable-gpu".to_owned(),
        "--disable-dev-shm-usage".to_owned(),
        "--hide-crash-restore-bubble".to_owned(),
        "--no-first-run".to_owned(),
        // nothing that would ask the internet
        "--disable-background-networking".to_owned(),
        "--disable-component-update".to_owned(),
        "--disable-sync".to_owned(),
        // tabs behind others go on, as they do for a person who has them side by side
        "--disable-background-timer-throttling".to_owned(),
        "--disable-renderer-backgrounding".to_owned(),
        "--disable-backgrounding-occluded-windows".to_owned(),
        // an element's role and name as a screen reader has them, for finding elements by them
        "--enable-blink-features=ComputedAccessibilityInfo".to_owned(),
        format!("--user-data-dir={folder}"),
        format!("--lang={}", screen.language),
        format!("--window-size={},{}", screen.width.max(500), screen.height),
    ];
    let done = "capabilities are JSON";
    capabilities.set_binary(&chromium.display().to_string()).expect(done);
    let names = name_for_localhost.map(|name| format!("--host-resolver-rules=MAP {name} 127.0.0.1"));
    for argument in arguments.iter().chain(&names) {
        capabilities.add_arg(argument).expect(done);
    }
    let preferences = json!({"intl.accept_languages": screen.language, "credentials_enable_service": false});
    capabilities.add_experimental_option("prefs", preferences).expect(done);
    let mut capabilities = Capabilities::from(capabilities);
    capabilities.set("goog:loggingPrefs", json!({"browser": "ALL"})).expect(done);
    capabilities
}

/// Kills the processes of the browser that uses this folder, and no others.
pub fn kill_those_of(folder: &str) {
    let argument = format!("--user-data-dir={folder}");
    let processes = fs::read_dir("/proc").expect("Linux has /proc");
    for process in processes.flatten() {
        let Some(id) = process.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
        let words = fs::read(process.path().join("cmdline")).unwrap_or_default();
        if words.split(|byte| *byte == 0).any(|word| word == argument.as_bytes()) {
            // it may be gone in this moment
            let _ = kill(Pid::from_raw(id), Signal::SIGKILL);
        }
    }
}
