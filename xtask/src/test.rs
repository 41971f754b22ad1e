//! `cargo xtask test`: formatting, lints and every test, in parts that also run alone.

use std::path::PathBuf;

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

/// Suites that stand in a folder of their own, in the crate that they are about.
const SUITES: [&str; 2] = ["program", "store_conformance"];

/// Does the set-up for a part, or for all, and runs it. One part's failure does not keep the others from
/// running: the end says which failed.
///
/// # Errors
/// When anything failed.
pub fn test(workspace: &Workspace, part: Option<Part>, filter: &[String]) -> Result<()> {
    let parts: Vec<Part> = part.map_or_else(|| Part::value_variants().to_vec(), |part| vec![part]);
    set_up(workspace, &parts)?;
    let mut run = Run { workspace, filter, server: None };
    let mut failed = Vec::new();
    for part in parts {
        let name = format!("test {part:?}").to_lowercase();
        if let Err(error) = timed(&name, || run.part(part)) {
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

/// One run of some parts. Everything is built with `--workspace`, whatever of it then runs: so all parts agree on
/// the features of what they depend on, and that is compiled once.
struct Run<'a> {
    workspace: &'a Workspace,
    filter: &'a [String],
    /// The server under test, once it is built.
    server: Option<PathBuf>,
}

impl Run<'_> {
    fn part(&mut self, part: Part) -> Result<()> {
        match part {
            Part::Lint => self.lint(),
            Part::Unit => self.unit(),
            Part::Promises => self.over_processes("promises"),
            Part::Browser => self.over_processes("browser"),
        }
    }

    fn lint(&self) -> Result<()> {
        let shell = &self.workspace.shell;
        cmd!(shell, "cargo fmt --all --check").run()?;
        cmd!(shell, "cargo clippy --workspace --all-targets --quiet -- -D warnings").run()?;
        let wasm = ["--package", "frontend", "--target", "wasm32-unknown-unknown"];
        cmd!(shell, "cargo clippy {wasm...} --quiet -- -D warnings").run()?;
        Ok(())
    }

    fn unit(&self) -> Result<()> {
        let (shell, filter) = (&self.workspace.shell, self.filter);
        let variables = tests_env::variables(self.workspace, None);
        let suites = SUITES.iter().flat_map(|suite| ["--test", suite]);
        cmd!(shell, "cargo test --workspace --lib --bins {suites...} --no-fail-fast -- {filter...}")
            .envs(variables)
            .run()?;
        if filter.is_empty() { planted_bugs::notice_all(self.workspace) } else { Ok(()) }
    }

    fn over_processes(&mut self, target: &str) -> Result<()> {
        let server = match self.server.take() {
            Some(server) => server,
            None => server::build_for_tests(self.workspace)?,
        };
        let variables = tests_env::variables(self.workspace, Some(&server));
        self.server = Some(server);
        let (shell, filter) = (&self.workspace.shell, self.filter);
        cmd!(shell, "cargo test --workspace --test {target} --no-fail-fast -- {filter...}")
            .envs(variables)
            .run()?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::workspace::Workspace;

    /// `unit` runs what stands beside the code and the suites that it knows, `promises` and `browser` what stands in
    /// the crate `tests`: any other would be run by nobody.
    #[test]
    fn no_tests_stand_where_nobody_runs_them() {
        let root = Workspace::open().unwrap().root;
        for member in ["common", "backend", "frontend", "xtask"] {
            let Ok(suites) = root.join(member).join("tests").read_dir() else { continue };
            for suite in suites {
                let path = suite.unwrap().path();
                let name = path.file_stem().unwrap().to_str().unwrap();
                assert!(super::SUITES.contains(&name), "nobody runs {}", path.display());
            }
        }
    }
}
