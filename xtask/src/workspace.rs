//! Where things are: the folders of the project, and the shell that the commands run in.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use xshell::Shell;

/// The project's folders, and a shell that stands at its root and finds the tools of `.tools/` first.
pub struct Workspace {
    /// Runs programs at the root, with `.tools/` in front of `PATH`.
    pub shell: Shell,
    /// The folder with the workspace's `Cargo.toml`.
    pub root: PathBuf,
    /// What set-up installs for this project alone.
    pub tools: PathBuf,
    /// Where cargo puts what it builds.
    pub target: PathBuf,
}

impl Workspace {
    /// Finds the project by where xtask was compiled.
    ///
    /// # Errors
    /// When the folder is gone, or `PATH` cannot be written.
    pub fn open() -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .context("xtask lies in a folder of the workspace")?
            .to_path_buf();
        let tools = root.join(".tools");
        let target =
            env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |dir| root.join(dir));
        let shell = Shell::new()?;
        shell.change_dir(&root);
        shell.set_var("PATH", path_with(&tools)?);
        Ok(Self { shell, root, tools, target })
    }

    /// The finished client: what the server takes in, each file with its compressed variants beside it.
    /// `backend/build.rs` names the same folder.
    pub fn client(&self) -> PathBuf {
        self.root.join("target/client")
    }

    /// The same client as another build, for the test of an update.
    pub fn next_client(&self) -> PathBuf {
        self.root.join("target/client-next")
    }
}

/// `PATH` with the project's own tools in front.
fn path_with(tools: &Path) -> Result<OsString> {
    let inherited = env::var_os("PATH").unwrap_or_default();
    let own = [tools.join("bin"), tools.join("node_modules/.bin")];
    Ok(env::join_paths(own.into_iter().chain(env::split_paths(&inherited)))?)
}
