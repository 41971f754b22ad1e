//! `run` and `dev`: the server in front of a person.

use std::process::{Child, Command};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use xshell::cmd;

use crate::shell::say;
use crate::workspace::Workspace;
use crate::{server, setup};

/// Builds all and becomes the server: what it prints, how it stops and what it exits with are its own.
///
/// # Errors
/// When set-up or a build fails, or the server cannot be started.
pub fn run(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    let server = server::build_release(workspace)?;
    let mut command = Command::new(server);
    command.current_dir(&workspace.root).arg("serve").args(arguments);
    become_program(command)
}

#[cfg(unix)]
fn become_program(mut command: Command) -> Result<()> {
    use std::os::unix::process::CommandExt;
    Err(command.exec()).context("the server was built but does not start")
}

#[cfg(not(unix))]
fn become_program(mut command: Command) -> Result<()> {
    let status = command.status().context("the server was built but does not start")?;
    std::process::exit(status.code().unwrap_or(1))
}

/// A server, and `trunk serve` before it; when one ends, so does the other.
///
/// # Errors
/// When set-up or the server's build fails, or either program cannot be started.
pub fn dev(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    setup::for_client(workspace)?;
    let shell = &workspace.shell;
    cmd!(shell, "cargo build --package backend --bin hongyan").run()?;
    let server = workspace.target.join("debug/hongyan");
    let mut programs = [
        start("the server", cmd!(shell, "{server} serve {arguments...}").into())?,
        start("trunk", cmd!(shell, "trunk serve --offline").into())?,
    ];
    say("the client is at http://127.0.0.1:8081 and reloads when you change it; Ctrl+C ends both");
    let ended = wait_for_any(&mut programs);
    for (_, program) in &mut programs {
        // One of them has ended already; what cannot be killed needs no killing.
        program.kill().ok();
        program.wait().ok();
    }
    bail!("{} ended", ended?)
}

fn start(name: &'static str, mut command: Command) -> Result<(&'static str, Child)> {
    Ok((name, command.spawn().with_context(|| format!("cannot start {name}"))?))
}

/// Which one ended first.
fn wait_for_any(programs: &mut [(&'static str, Child)]) -> Result<&'static str> {
    loop {
        for (name, program) in programs.iter_mut() {
            if program.try_wait()?.is_some() {
                return Ok(name);
            }
        }
        thread::sleep(Duration::from_millis(200));
    }
}
