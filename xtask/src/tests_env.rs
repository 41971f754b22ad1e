//! What the tests and benchmarks are told, in one place. `cargo xtask test` sets all of it; who runs a test by
//! hand (`cargo test -p tests --test promises`) may set it from `cargo xtask setup`'s folders.
//!
//! | variable | holds |
//! | --- | --- |
//! | `HONGYAN_BIN` | the server to start, with the client inside |
//! | `HONGYAN_CLIENT_NEXT` | a folder with the same client as if built anew: `hongyan serve` takes it with `HONGYAN_CLIENT_DIR` |
//! | `HONGYAN_CHROMIUM` | the browser |
//! | `HONGYAN_CHROMEDRIVER` | what drives it |
//! | `HONGYAN_FIREFOX`, `HONGYAN_GECKODRIVER` | the other browser, for what is tried in two, and what drives it |
//! | `HONGYAN_AXE` | `axe.min.js` |
//! | `HONGYAN_PG_BIN` | the folder with PostgreSQL's `initdb` and `postgres` |
//! | `HONGYAN_OUT` | a folder for what a run leaves: screenshots, figures, logs of failed tests |
//!
//! Three more are for whoever looks for a fault of the engine, and come through as they are: `HONGYAN_SEED` (one schedule
//! alone), `HONGYAN_SEEDS` (so many of each kind), `HONGYAN_TRACE` (say what happens).

use std::fs;
use std::path::{Path, PathBuf};

use xshell::Shell;

use crate::shell::find_program;
use crate::workspace::Workspace;

/// The variables, for a run with this server. One whose thing is not there is left out: the test that needs it
/// says so.
pub fn variables(workspace: &Workspace, server: Option<&Path>) -> Vec<(&'static str, PathBuf)> {
    let shell = &workspace.shell;
    let axe = workspace.tools.join("node_modules/axe-core/axe.min.js");
    let next_client = workspace.next_client();
    [
        ("HONGYAN_BIN", server.map(Path::to_path_buf)),
        ("HONGYAN_CLIENT_NEXT", next_client.is_dir().then_some(next_client)),
        ("HONGYAN_CHROMIUM", find_chromium(shell)),
        ("HONGYAN_CHROMEDRIVER", find_program(shell, &["chromedriver"])),
        ("HONGYAN_FIREFOX", find_firefox(shell)),
        ("HONGYAN_GECKODRIVER", find_program(shell, &["geckodriver"])),
        ("HONGYAN_AXE", axe.is_file().then_some(axe)),
        ("HONGYAN_PG_BIN", find_postgres_bin()),
        ("HONGYAN_OUT", Some(workspace.target.join("out"))),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some((name, value?)))
    .collect()
}

/// The browser, by the names that systems give it.
pub fn find_chromium(shell: &Shell) -> Option<PathBuf> {
    find_program(shell, &["chromium", "chromium-browser", "google-chrome"])
}

/// The other browser, by the names that systems give it.
pub fn find_firefox(shell: &Shell) -> Option<PathBuf> {
    find_program(shell, &["firefox-esr", "firefox"])
}

/// The newest PostgreSQL that Debian's packages put down (its programs are not on `PATH`).
pub fn find_postgres_bin() -> Option<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .ok()?
        .flatten()
        .filter_map(|version| Some((version.file_name().to_str()?.parse().ok()?, version.path().join("bin"))))
        .filter(|(_, bin)| bin.join("initdb").is_file() && bin.join("postgres").is_file())
        .collect();
    found.sort();
    found.pop().map(|(_, bin)| bin)
}
