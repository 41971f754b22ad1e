//! Tools that cargo builds from their published sources, into `.tools/bin`, unless the right version is on
//! `PATH` already.

use anyhow::{Context, Result};
use xshell::cmd;

use crate::shell::{find_version, timed};
use crate::workspace::Workspace;

/// Newer ones need a newer Rust. `Trunk.toml` names the same version.
const TRUNK: &str = "0.21.14";
/// Debian ships Firefox without it.
const GECKODRIVER: &str = "0.37.1";
/// Checks licences, bans and sources by `deny.toml`.
const CARGO_DENY: &str = "0.20.2";

/// A program that is published as a crate.
struct Tool<'a> {
    program: &'static str,
    package: &'static str,
    version: &'a str,
    options: &'static [&'static str],
    /// In place of the optimisation that they ask for: they run for seconds, and would compile for many minutes.
    opt_level: u8,
}

/// Builds the client, and serves it while one works on it.
///
/// # Errors
/// When it cannot be built.
pub fn trunk(workspace: &Workspace) -> Result<()> {
    let trunk = Tool {
        program: "trunk",
        package: "trunk",
        version: TRUNK,
        // Without the check for news of itself. `--locked`: it builds only with what it was published with.
        options: &["--locked", "--no-default-features", "--features", "rustls"],
        opt_level: 0,
    };
    install(workspace, &trunk)
}

/// Joins the client's WebAssembly to JavaScript; must be of exactly the version of the library.
///
/// # Errors
/// When it cannot be built.
pub fn wasm_bindgen(workspace: &Workspace) -> Result<()> {
    let lock = workspace.shell.read_file("Cargo.lock")?;
    let wasm_bindgen = Tool {
        program: "wasm-bindgen",
        package: "wasm-bindgen-cli",
        version: locked_version(&lock, "wasm-bindgen").context("Cargo.lock holds no wasm-bindgen")?,
        // Not `--locked`: what its lock file names has been withdrawn since.
        options: &[],
        opt_level: 1,
    };
    install(workspace, &wasm_bindgen)
}

/// Drives Firefox.
///
/// # Errors
/// When it cannot be built.
pub fn geckodriver(workspace: &Workspace) -> Result<()> {
    let geckodriver = Tool {
        program: "geckodriver",
        package: "geckodriver",
        version: GECKODRIVER,
        options: &["--locked"],
        opt_level: 0,
    };
    install(workspace, &geckodriver)
}

/// Checks the dependencies; takes minutes to build and is no part of the tests.
///
/// # Errors
/// When it cannot be built.
pub fn cargo_deny(workspace: &Workspace) -> Result<()> {
    let cargo_deny = Tool {
        program: "cargo-deny",
        package: "cargo-deny",
        version: CARGO_DENY,
        options: &["--locked"],
        opt_level: 1,
    };
    install(workspace, &cargo_deny)
}

fn install(workspace: &Workspace, tool: &Tool<'_>) -> Result<()> {
    let shell = &workspace.shell;
    let Tool { program, package, version, options, opt_level } = *tool;
    if find_version(shell, program).is_some_and(|said| said.split_whitespace().nth(1) == Some(version)) {
        return Ok(());
    }
    let root = &workspace.tools;
    // Kept until the next `cargo clean`: an interrupted installation goes on where it was.
    let target = workspace.target.join("tools");
    timed(&format!("install {package} {version} into .tools (cargo, minutes)"), || {
        cmd!(shell, "cargo install {package} --version {version} {options...} --force --quiet")
            .arg("--root")
            .arg(root)
            .arg("--target-dir")
            .arg(&target)
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", opt_level.to_string())
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
            .env("CARGO_PROFILE_RELEASE_DEBUG", "0")
            .run()?;
        Ok(())
    })
}

/// The version of a package that the lock file fixes.
fn locked_version<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let (_, after) = lock.split_once(&format!("\nname = \"{package}\"\nversion = \""))?;
    after.split_once('"').map(|(version, _)| version)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRUNK_TOML: &str = include_str!("../../../Trunk.toml");
    const CARGO_LOCK: &str = include_str!("../../../Cargo.lock");

    #[test]
    fn the_version_is_that_of_the_package_with_exactly_this_name() {
        let lock = "\n[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.0\"\n\n[[package]]\n\
                    name = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen"), Some("0.2.130"));
        assert_eq!(locked_version(lock, "bindgen"), None);
    }

    #[test]
    fn trunk_is_told_the_versions_that_set_up_installs() {
        let wasm_bindgen = locked_version(CARGO_LOCK, "wasm-bindgen").expect("the client depends on it");
        for line in [format!("trunk-version = \"={TRUNK}\""), format!("wasm_bindgen = \"{wasm_bindgen}\"")] {
            assert!(TRUNK_TOML.contains(&line), "Trunk.toml lacks: {line}");
        }
    }
}
