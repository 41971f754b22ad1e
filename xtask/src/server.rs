//! The server's build, with the client inside.

use std::path::PathBuf;

use anyhow::Result;
use xshell::cmd;

use crate::shell::timed;
use crate::workspace::Workspace;
use crate::{client, setup};

/// The one file to hand on: `target/release/hongyan`.
///
/// # Errors
/// When set-up or either build fails.
pub fn build_release(workspace: &Workspace) -> Result<PathBuf> {
    setup::for_client(workspace)?;
    client::build(workspace)?;
    timed("build the server (release)", || {
        let shell = &workspace.shell;
        cmd!(shell, "cargo build --release --package backend --bin hongyan").run()?;
        Ok(workspace.target.join("release/hongyan"))
    })
}

/// The same for tests: the client as it ships, in a server that compiles faster. Expects set-up to be done.
///
/// A suite is built along with it, though nobody runs it here: so what both depend on has the features that tests
/// want, and need not be compiled a second time for them.
///
/// # Errors
/// When either build fails.
pub fn build_for_tests(workspace: &Workspace) -> Result<PathBuf> {
    client::build(workspace)?;
    client::build_next(workspace)?;
    timed("build the server (for tests)", || {
        let shell = &workspace.shell;
        cmd!(shell, "cargo build --workspace --bin hongyan --test program").run()?;
        Ok(workspace.target.join("debug/hongyan"))
    })
}
