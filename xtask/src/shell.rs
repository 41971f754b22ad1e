//! Saying what is done and how long it took, and asking programs for their versions.

use std::path::PathBuf;
use std::time::Instant;

use anyhow::Result;
use xshell::{Shell, cmd};

/// A line of our own among those of the programs we run.
pub fn say(line: &str) {
    eprintln!("\x1b[1m[xtask]\x1b[0m {line}");
}

/// Does one step and says how long it took; the times are how the hour of CI is kept.
///
/// # Errors
/// Those of the step.
pub fn timed<T>(step: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    say(step);
    let start = Instant::now();
    let done = work();
    let ending = if done.is_ok() { "done" } else { "FAILED" };
    say(&format!("{step}: {ending} in {:.0} s", start.elapsed().as_secs_f32()));
    done
}

/// What `program --version` says, or `None` when there is no such program or it fails.
pub fn find_version(shell: &Shell, program: &str) -> Option<String> {
    cmd!(shell, "{program} --version").quiet().ignore_stderr().read().ok()
}

/// Where `PATH` (as the shell has it) finds the first of these programs.
pub fn find_program(shell: &Shell, names: &[&str]) -> Option<PathBuf> {
    let path = shell.var_os("PATH")?;
    names
        .iter()
        .flat_map(|name| std::env::split_paths(&path).map(move |folder| folder.join(name)))
        .find(|candidate| candidate.is_file())
}
