//! `cargo xtask test`: formatting, lints and every test, in parts that also run alone.

use anyhow::{Result, bail};
use clap::ValueEnum;
use xshell::cmd;

use crate::shell::{say, timed};
use crate::workspace::Workspace;
use crate::{planted_bugs, server, setup, tests_env};

/// A part of the tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Part {
    /// Formatting, and clippy without a warning
    Lint,
    /// What needs neither server nor browser: the engine, the client's logic, the server's parts, both databases
    Unit,
    /// Promises, over the real server's processes and sockets
    Promises,
    /// The release client in a real browser
    Browser,
}

/// Does the set-up for a part, or for all, and runs it. One part's failure does not keep the others from
/// running: the end says which failed.
///
/// # Errors
/// When anything failed.
pub fn test(workspace: &Workspace, part: Option<Part>, filter: &[String]) -> Result<()> {
    let parts: Vec<Part> = part.map_or_else(|| Part::value_variants().to_vec(), |part| vec![part]);
    set_up(workspace, &parts)?;
    let mut failed = Vec::new();
    for part in parts {
        let name = format!("test {part:?}").to_lowercase();
        if let Err(error) = timed(&name, || run(workspace, part, filter)) {
            say(&format!("{error:#}"));
            failed.push(name);
        }
    }
    if failed.is_empty() { Ok(()) } else { bail!("failed: {}", failed.join(", ")) }
}

/// Licences, bans and sources of the dependencies, by `deny.toml`.
///
/// # Errors
/// When set-up fails or a dependency is not as `deny.toml` wants.
pub fn deny(workspace: &Workspace) -> Result<()> {
    setup::cargo_deny(workspace)?;
    // Advisories are another matter: they come from a database that changes by the day.
    cmd!(workspace.shell, "cargo deny --all-features check bans licenses sources").run()?;
    Ok(())
}

/// First all that may have to be asked of a person, then what takes long.
fn set_up(workspace: &Workspace, parts: &[Part]) -> Result<()> {
    if parts.iter().any(|part| *part != Part::Lint) {
        setup::for_tests(workspace)?;
    }
    if parts.contains(&Part::Lint) {
        setup::for_lints(workspace)?;
    }
    if parts.iter().any(|part| matches!(part, Part::Promises | Part::Browser)) {
        setup::for_client(workspace)?;
    }
    Ok(())
}

fn run(workspace: &Workspace, part: Part, filter: &[String]) -> Result<()> {
    match part {
        Part::Lint => lint(workspace),
        Part::Unit => unit(workspace, filter),
        Part::Promises => over_processes(workspace, &["--lib", "--test", "promises"], filter),
        Part::Browser => over_processes(workspace, &["--test", "browser"], filter),
    }
}

fn lint(workspace: &Workspace) -> Result<()> {
    let shell = &workspace.shell;
    cmd!(shell, "cargo fmt --all --check").run()?;
    cmd!(shell, "cargo clippy --workspace --exclude frontend --all-targets --quiet -- -D warnings").run()?;
    cmd!(shell, "cargo clippy --package frontend --target wasm32-unknown-unknown --quiet -- -D warnings")
        .run()?;
    Ok(())
}

fn unit(workspace: &Workspace, filter: &[String]) -> Result<()> {
    let shell = &workspace.shell;
    let variables = tests_env::variables(workspace, &workspace.target.join("debug/hongyan"));
    cmd!(shell, "cargo test --workspace --exclude tests --no-fail-fast -- {filter...}")
        .envs(variables)
        .run()?;
    if filter.is_empty() { planted_bugs::notice_all(workspace) } else { Ok(()) }
}

fn over_processes(workspace: &Workspace, targets: &[&str], filter: &[String]) -> Result<()> {
    let shell = &workspace.shell;
    let server = server::build_for_tests(workspace)?;
    let variables = tests_env::variables(workspace, &server);
    cmd!(shell, "cargo test --package tests {targets...} --no-fail-fast -- {filter...}")
        .envs(variables)
        .run()?;
    Ok(())
}
