//! Tools that are published for Node: into `.tools/node_modules`.

use anyhow::{Context, Result};
use xshell::cmd;

use crate::shell::{find_version, say};
use crate::workspace::Workspace;

/// Ships `wasm-opt`, which makes the client smaller; Debian's is too old.
const BINARYEN: &str = "132";
/// Finds what keeps people from using a page; the browser tests run it on every screen.
const AXE: &str = "4.14.1";

/// `wasm-opt`.
///
/// # Errors
/// When it cannot be installed.
pub fn wasm_opt(workspace: &Workspace) -> Result<()> {
    let wanted = format!("wasm-opt version {BINARYEN} ");
    if find_version(&workspace.shell, "wasm-opt").is_some_and(|said| format!("{said} ").starts_with(&wanted))
    {
        return Ok(());
    }
    install(workspace, &format!("binaryen@{BINARYEN}.0.0"))
}

/// `axe.min.js`.
///
/// # Errors
/// When it cannot be installed.
pub fn axe(workspace: &Workspace) -> Result<()> {
    let manifest = workspace.tools.join("node_modules/axe-core/package.json");
    let wanted = format!("\"version\": \"{AXE}\"");
    if workspace.shell.read_file(manifest).is_ok_and(|manifest| manifest.contains(&wanted)) {
        return Ok(());
    }
    install(workspace, &format!("axe-core@{AXE}"))
}

fn install(workspace: &Workspace, package: &str) -> Result<()> {
    let shell = &workspace.shell;
    if find_version(shell, "npm").is_none() {
        super::system::install(workspace, &["nodejs", "npm"])?;
    }
    say(&format!("installing {package} into .tools (npm)"));
    let tools = shell.create_dir(&workspace.tools)?;
    // With a manifest of its own npm looks no further up, and keeps what it installed before.
    if !shell.path_exists(tools.join("package.json")) {
        shell.write_file(tools.join("package.json"), "{ \"private\": true }\n")?;
    }
    cmd!(
        shell,
        "npm install --prefix {tools} --save-exact --ignore-scripts --no-audit --no-fund --silent {package}"
    )
    .run()
    .with_context(|| format!("needs npm's {package}"))
}
