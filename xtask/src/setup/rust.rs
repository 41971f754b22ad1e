//! Parts of the Rust toolchain that `rust-toolchain.toml` names, for machines where rustup does not add them by
//! itself.

use std::path::Path;

use anyhow::{Context, Result};
use xshell::cmd;

use crate::shell::say;
use crate::workspace::Workspace;

const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// The standard library for WebAssembly.
///
/// # Errors
/// When it is missing and rustup is, too, or fails.
pub fn wasm_target(workspace: &Workspace) -> Result<()> {
    let shell = &workspace.shell;
    let libraries = cmd!(shell, "rustc --print target-libdir --target {WASM_TARGET}").quiet().read()?;
    if Path::new(&libraries).is_dir() {
        return Ok(());
    }
    say("installing Rust's standard library for WebAssembly (rustup)");
    cmd!(shell, "rustup target add {WASM_TARGET}").run().with_context(|| {
        format!("needs Rust's target {WASM_TARGET}; with rustup: rustup target add {WASM_TARGET}")
    })
}

/// rustfmt and clippy.
///
/// # Errors
/// When one is missing and rustup is, too, or fails.
pub fn components(workspace: &Workspace) -> Result<()> {
    let shell = &workspace.shell;
    for (component, program) in [("rustfmt", "fmt"), ("clippy", "clippy")] {
        if cmd!(shell, "cargo {program} --version").quiet().ignore_stdout().ignore_stderr().run().is_ok() {
            continue;
        }
        say(&format!("installing {component} (rustup)"));
        cmd!(shell, "rustup component add {component}")
            .run()
            .with_context(|| format!("needs {component}; with rustup: rustup component add {component}"))?;
    }
    Ok(())
}
