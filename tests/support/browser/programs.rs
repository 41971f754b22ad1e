//! The programs: finding, starting and ending them.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::{Value, json};
use thirtyfour::common::capabilities::desiredcapabilities::Capabilities;
use thirtyfour::{ChromeCapabilities, ChromiumLikeCapabilities, FirefoxCapabilities};

use super::{Engine, Screen};

/// A program, by its variable or where it usually is.
pub fn program(variable: &str, usual: &str) -> PathBuf {
    let program = env::var_os(variable).map_or_else(|| PathBuf::from(usual), PathBuf::from);
    assert!(program.is_file(), "no {}: `cargo xtask setup`, or name it in {variable}", program.display());
    program
}

/// How often a driver is started until it has its port.
const STARTS: usize = 10;

/// Starts the engine's driver on a free port and answers the port. Chromium's takes one that is free for IPv6 and ends
/// when somebody has the same for IPv4: then another start has another.
pub fn start_driver(engine: Engine) -> (Child, u16) {
    (0..STARTS).find_map(|_| try_to_start(engine)).expect("a driver says on which port it listens")
}

fn try_to_start(engine: Engine) -> Option<(Child, u16)> {
    let (program, flags, before_port) = match engine {
        Engine::Chromium => (
            program("HONGYAN_CHROMEDRIVER", "/usr/bin/chromedriver"),
            &["--port=0"][..],
            "started successfully on port ",
        ),
        // lets tests look at the browser's own windows
        Engine::Firefox => (
            program("HONGYAN_GECKODRIVER", GECKODRIVER),
            &["--port=0", "--allow-system-access"][..],
            "Listening on 127.0.0.1:",
        ),
    };
    let mut command = Command::new(program);
    command.args(flags).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut process = command.spawn().expect("a driver starts");
    let mut lines = BufReader::new(process.stdout.take().expect("piped")).lines();
    let port = lines.by_ref().map_while(Result::ok).find_map(|line| {
        let (_, port) = line.split_once(before_port)?;
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

/// Where set-up puts it.
const GECKODRIVER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../.tools/bin/geckodriver");

/// Capabilities are written in JSON, and all of these can be.
const JSON: &str = "capabilities are JSON";

/// How Chromium is started.
pub fn chromium(folder: &str, screen: &Screen, name_for_localhost: Option<&str>) -> Capabilities {
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
    capabilities.set_binary(&chromium.display().to_string()).expect(JSON);
    let names = name_for_localhost.map(|name| format!("--host-resolver-rules=MAP {name} 127.0.0.1"));
    for argument in arguments.iter().chain(&names) {
        capabilities.add_arg(argument).expect(JSON);
    }
    let preferences = json!({"intl.accept_languages": screen.language, "credentials_enable_service": false});
    capabilities.add_experimental_option("prefs", preferences).expect(JSON);
    let mut capabilities = Capabilities::from(capabilities);
    capabilities.set("goog:loggingPrefs", json!({"browser": "ALL"})).expect(JSON);
    capabilities
}

/// How Firefox is started, with preferences beside those that every test has.
pub fn firefox(folder: &str, screen: &Screen, more: &[(&str, Value)]) -> Capabilities {
    let usual = [
        ("intl.accept_languages", json!(screen.language)),
        ("layout.css.prefers-color-scheme.content-override", json!(u8::from(!screen.dark))),
        // nothing that would ask the internet
        ("network.captive-portal-service.enabled", json!(false)),
        ("network.connectivity-service.enabled", json!(false)),
    ];
    let preferences: serde_json::Map<String, Value> =
        usual.iter().chain(more).map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    let options = json!({
        "binary": program("HONGYAN_FIREFOX", "/usr/bin/firefox-esr"),
        "args": ["-headless", "-profile", folder, "-width", screen.width.to_string(), "-height", screen.height.to_string()],
        "prefs": preferences,
    });
    let mut capabilities = Capabilities::from(FirefoxCapabilities::new());
    capabilities.set("moz:firefoxOptions", options).expect(JSON);
    capabilities
}

/// Kills the processes of the browser that uses this folder, and no others.
pub fn kill_those_of(folder: &str) {
    let names = [folder.to_owned(), format!("--user-data-dir={folder}")];
    let processes = fs::read_dir("/proc").expect("Linux has /proc");
    for process in processes.flatten() {
        let Some(id) = process.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
        let words = fs::read(process.path().join("cmdline")).unwrap_or_default();
        if words.split(|byte| *byte == 0).any(|word| names.iter().any(|name| word == name.as_bytes())) {
            // it may be gone in this moment
            let _ = kill(Pid::from_raw(id), Signal::SIGKILL);
        }
    }
}
