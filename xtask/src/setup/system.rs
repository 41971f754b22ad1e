//! What belongs to the machine: browsers, PostgreSQL, fonts; by Debian's package manager when we may use it.

use std::path::Path;

use anyhow::{Result, bail};
use xshell::cmd;

use crate::shell::{find_program, timed};
use crate::tests_env;
use crate::workspace::Workspace;

/// What the tests drive and start, installed when missing.
///
/// # Errors
/// When something is missing and we may not install it: names the command to type.
pub fn packages(workspace: &Workspace) -> Result<()> {
    let shell = &workspace.shell;
    let mut missing = Vec::new();
    if tests_env::find_chromium(shell).is_none() {
        missing.push("chromium");
    }
    if find_program(shell, &["chromedriver"]).is_none() {
        missing.push("chromium-driver");
    }
    if tests_env::find_firefox(shell).is_none() {
        missing.push("firefox-esr");
    }
    if tests_env::find_postgres_bin().is_none() {
        missing.push("postgresql");
    }
    // Screenshots without them show boxes; other systems bring their own.
    if is_debian() {
        for package in ["fonts-noto-cjk", "fonts-noto-color-emoji"] {
            if !is_installed(workspace, package) {
                missing.push(package);
            }
        }
    }
    if missing.is_empty() { Ok(()) } else { install(workspace, &missing) }
}

/// Installs packages of Debian's.
///
/// # Errors
/// When that is not for us to do: names the command to type.
pub fn install(workspace: &Workspace, packages: &[&str]) -> Result<()> {
    let shell = &workspace.shell;
    let list = packages.join(" ");
    if !is_debian() {
        bail!("please install, with this system's package manager, what Debian calls: {list}");
    }
    if cmd!(shell, "id -u").quiet().read()? != "0" {
        bail!(
            "these are missing and only root may install them; please type:\n\n    sudo apt-get install {list}\n"
        );
    }
    timed(&format!("install {list} (apt-get)"), || {
        cmd!(shell, "apt-get update -q").run()?;
        cmd!(shell, "apt-get install -q -y --no-install-recommends {packages...}")
            .env("DEBIAN_FRONTEND", "noninteractive")
            .run()?;
        Ok(())
    })
}

fn is_debian() -> bool {
    Path::new("/usr/bin/apt-get").exists()
}

fn is_installed(workspace: &Workspace, package: &str) -> bool {
    let shell = &workspace.shell;
    let format = "-f=${Status}";
    let status = cmd!(shell, "dpkg-query -W {format} {package}").quiet().ignore_stderr().read();
    status.is_ok_and(|status| status.ends_with(" installed"))
}
