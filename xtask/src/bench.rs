//! What is measured and looked at, rather than passed: figures and screenshots. Both are programs of the
//! `tests` crate, over the release build.

use anyhow::Result;
use xshell::cmd;

use crate::workspace::Workspace;
use crate::{server, setup, tests_env};

/// Runs the benchmarks.
///
/// # Errors
/// When set-up, a build or the benchmarks fail.
pub fn bench(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    run_program(workspace, "bench", arguments)
}

/// Takes the screenshots.
///
/// # Errors
/// When set-up, a build or the browser fails.
pub fn screenshots(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    run_program(workspace, "screenshots", arguments)
}

fn run_program(workspace: &Workspace, program: &str, arguments: &[String]) -> Result<()> {
    setup::for_tests(workspace)?;
    let server = server::build_release(workspace)?;
    let variables = tests_env::variables(workspace, Some(&server));
    let shell = &workspace.shell;
    cmd!(shell, "cargo run --release --package tests --bin {program} -- {arguments...}")
        .envs(variables)
        .run()?;
    Ok(())
}
