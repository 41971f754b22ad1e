//! A real browser, headless, driven by WebDriver: found by what a person would find (role and name), never by class.
//! Chromium unless a test is about Firefox, which lends itself to less (no DevTools: no fingers, no crashing tabs).
//!
//! `HONGYAN_CHROMIUM`, `HONGYAN_CHROMEDRIVER`, `HONGYAN_FIREFOX`, `HONGYAN_GECKODRIVER` name the programs (where set-up
//! puts them otherwise), `HONGYAN_AXE` the file `axe.min.js`, `HONGYAN_OUT` the folder for screenshots. What a browser
//! stores lies in its [`Profile`], which outlives closing and killing it.

mod accessibility;
mod alerts;
mod app;
mod devtools;
mod find;
mod programs;
mod screen;
mod shifts;
mod tour;
mod words;
mod worker;
mod world;

use std::fs;
use std::path::Path;
use std::process::Child;
use std::thread;

use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::prelude::*;

pub use accessibility::Violation;
pub use app::{App, Shown};
pub use devtools::DevTools;
pub use screen::{Screen, out_folder};
pub use shifts::Shift;
pub use words::Words;
pub use worker::Worker;
pub use world::World;

use crate::deadline::{DEADLINE, within};

/// Whose browser it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Engine {
    /// Chrome, Edge, Samsung's and others.
    Chromium,
    /// Mozilla's.
    Firefox,
}

/// The folder of one person's browser.
pub struct Profile {
    folder: TempDir,
    engine: Engine,
    name_for_localhost: Option<String>,
    preferences: Vec<(&'static str, Value)>,
}

impl Profile {
    /// A browser that was never used.
    pub fn fresh() -> Self {
        let folder = tempfile::Builder::new().prefix("hongyan-browser-").tempdir();
        let folder = folder.expect("a folder for a browser");
        Self { folder, engine: Engine::Chromium, name_for_localhost: None, preferences: vec![] }
    }

    /// The same in Firefox.
    pub fn of_firefox() -> Self {
        Self { engine: Engine::Firefox, ..Self::fresh() }
    }

    /// Firefox with this push service, and leave to notify.
    pub fn with_push_service(self, url: &str) -> Self {
        let preferences = vec![
            ("dom.push.serverURL", json!(url)),
            ("dom.push.testing.allowInsecureServerURL", json!(true)),
            ("dom.push.connection.enabled", json!(true)),
            ("permissions.default.desktop-notification", json!(1)),
            // focus is as a person has it: drivers say that every window has it
            ("focusmanager.testmode", json!(false)),
            // the system's own needs a desktop
            ("alerts.useSystemBackend", json!(false)),
        ];
        Self { preferences, ..self }
    }

    /// A browser that finds this machine under another name, as one finds a server in the network at home.
    pub fn with_name_for_localhost(self, name: &str) -> Self {
        Self { name_for_localhost: Some(name.to_owned()), ..self }
    }
}

/// An open browser. Closing is [`Browser::close`]; dropping kills it.
pub struct Browser {
    driver: WebDriver,
    process_of_driver: Child,
    engine: Engine,
    folder: String,
}

impl Browser {
    /// Opens it with one empty tab.
    pub async fn open(profile: &Profile, screen: Screen) -> Self {
        let folder = profile.folder.path().display().to_string();
        let engine = profile.engine;
        let (process_of_driver, port) = programs::start_driver(engine);
        let capabilities = match engine {
            Engine::Chromium => programs::chromium(&folder, &screen, profile.name_for_localhost.as_deref()),
            Engine::Firefox => programs::firefox(&folder, &screen, &profile.preferences),
        };
        let url = format!("http://127.0.0.1:{port}");
        crate::tls::choose();
        let opening = WebDriver::new(url, capabilities);
        let driver = within("a browser opens", opening).await.expect("the driver opens a browser");
        let browser = Self { driver, process_of_driver, engine, folder };
        browser.driver.set_script_timeout(DEADLINE).await.expect("a timeout");
        if engine == Engine::Chromium {
            browser.apply(&screen).await;
        }
        browser
    }

    /// The driver, for what has no word here.
    pub fn driver(&self) -> &WebDriver {
        &self.driver
    }

    /// Goes to an address.
    pub async fn go(&self, url: &str) {
        within("a page", self.driver.goto(url)).await.unwrap_or_else(|error| panic!("{url}: {error}"));
    }

    /// Runs a script in the page; `arguments[0]`… are the arguments.
    pub async fn run(&self, script: &str, arguments: Vec<Value>) -> Value {
        match within("a script", self.driver.execute(script, arguments)).await {
            Ok(answer) => answer.json().clone(),
            Err(error) => panic!("{script}: {error}"),
        }
    }

    /// Runs the body of an async function in the page and awaits what it returns.
    pub async fn run_async(&self, body: &str, arguments: Vec<Value>) -> Value {
        let script = format!(
            "const done = arguments[arguments.length - 1]; const given = [...arguments].slice(0, -1);
             (async (...arguments) => {{ {body} }})(...given).then(value => done({{value}}),
                 error => done({{error: String(error)}}));"
        );
        let answer = within("a script", self.driver.execute_async(&script, arguments)).await;
        let answer = answer.unwrap_or_else(|error| panic!("{body}: {error}"));
        assert!(answer.json().get("error").is_none(), "{body}: {}", answer.json()["error"]);
        answer.json()["value"].clone()
    }

    /// A command of the DevTools protocol to the current tab.
    pub async fn devtools(&self, method: &str, parameters: Value) -> Value {
        match within(method, self.driver.cdp().send_raw(method, parameters)).await {
            Ok(answer) => answer,
            Err(error) => panic!("{method}: {error}"),
        }
    }

    /// The address of the WebSocket on which the whole browser speaks the DevTools protocol, for what tells more than
    /// the answer to a command.
    pub fn debugger(&self) -> String {
        let file = Path::new(&self.folder).join("DevToolsActivePort");
        let text = fs::read_to_string(file).expect("a browser that is driven says where it listens");
        let (port, path) = text.split_once('\n').expect("a port and a path");
        format!("ws://127.0.0.1:{port}{}", path.trim())
    }

    /// Opens one more tab and goes there; answers its handle.
    pub async fn open_tab(&self, url: &str) -> WindowHandle {
        let tab = self.driver.new_tab().await.expect("a new tab");
        self.to_tab(&tab).await;
        self.go(url).await;
        tab
    }

    /// The tab that commands go to.
    pub async fn tab(&self) -> WindowHandle {
        self.driver.window().await.expect("a tab")
    }

    /// Sends commands to this tab from now on.
    pub async fn to_tab(&self, tab: &WindowHandle) {
        self.driver.switch_to_window(tab.clone()).await.expect("the tab is there");
    }

    /// Closes the current tab and goes to another.
    pub async fn close_tab(&self, then: &WindowHandle) {
        self.driver.close_window().await.expect("a tab can be closed");
        self.to_tab(then).await;
    }

    /// Kills the process behind the current tab, as the system does when memory is short, and goes to another.
    pub async fn kill_tab(&self, then: &WindowHandle) {
        let devtools = self.driver.cdp();
        let crash = within("a tab crashes", devtools.send_raw("Page.crash", json!({})));
        crash.await.expect_err("the driver says that it has crashed");
        self.to_tab(then).await;
    }

    /// What the page has written to the console as errors.
    pub async fn console_errors(&self) -> Vec<String> {
        let log = self.driver.browser_log().await.expect("the log was asked for");
        log.into_iter().filter(|line| line.level == "SEVERE").map(|line| line.message).collect()
    }

    /// Closes the browser as a person does.
    pub async fn close(self) {
        within("the browser closes", self.driver.clone().quit()).await.expect("it closes");
    }

    /// Kills the browser as the system does when memory is short.
    pub fn kill(self) {
        // dropping does it
    }

    /// What the page shows, for the person who reads a failed test: in words, and as a picture in the run's output.
    pub async fn describe(&self) -> String {
        let text = self.driver.execute("return document.body.innerText", vec![]).await;
        let text = text.map(|text| text.json().to_string()).unwrap_or_default();
        let url = self.driver.current_url().await.map(|url| url.to_string()).unwrap_or_default();
        // a test's thread has its name
        let test = thread::current().name().unwrap_or("test").replace("::", "-");
        let picture = out_folder("failed").join(format!("{test}.png"));
        match self.driver.screenshot(&picture).await {
            Ok(()) => format!("at {url}: {text}\nas seen: {}", picture.display()),
            Err(error) => format!("at {url}: {text}\nno picture: {error}"),
        }
    }

    async fn apply(&self, screen: &Screen) {
        let metrics = json!({"width": screen.width, "height": screen.height, "deviceScaleFactor": 1,
            "mobile": screen.touch});
        self.devtools("Emulation.setDeviceMetricsOverride", metrics).await;
        let fingers = json!({"enabled": screen.touch, "maxTouchPoints": 5});
        self.devtools("Emulation.setTouchEmulationEnabled", fingers).await;
        let theme = if screen.dark { "dark" } else { "light" };
        let features = json!({"features": [{"name": "prefers-color-scheme", "value": theme}]});
        self.devtools("Emulation.setEmulatedMedia", features).await;
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        programs::kill_those_of(&self.folder);
        // it may have ended by itself
        let _ = self.process_of_driver.kill();
        let _ = self.process_of_driver.wait();
        // nobody is left to be told that the session ends
        let _ = self.driver.clone().leak();
    }
}
