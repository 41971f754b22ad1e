//! Would the engine's tests notice? Each patch of `tests/planted` puts one bug into a copy of `common`, and its
//! tests must fail there. A test that nothing can make fail proves nothing.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use xshell::cmd;

use crate::shell::say;
use crate::tree::Tree;
use crate::workspace::Workspace;

/// How the tests of a copy ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    Passed,
    Failed,
    DidNotCompile,
}

/// Plants each bug in turn.
///
/// # Errors
/// When the tests fail without any bug, a patch does not apply or compile, or a bug goes unnoticed.
pub fn notice_all(workspace: &Workspace) -> Result<()> {
    let copy = SourceCopy::make(workspace)?;
    ensure!(copy.test()? == Ending::Passed, "the engine's tests fail without any planted bug");
    let mut unnoticed = Vec::new();
    for patch in patches(&workspace.root)? {
        let name = patch.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        copy.restore()?;
        copy.apply(&patch).with_context(|| format!("{name} does not apply any more: mend the patch"))?;
        match copy.test()? {
            Ending::Failed => say(&format!("planted bug {name}: noticed")),
            Ending::Passed => unnoticed.push(name),
            Ending::DidNotCompile => bail!("with {name} the tests do not even compile: mend the patch"),
        }
    }
    ensure!(unnoticed.is_empty(), "nobody noticed: {}", unnoticed.join(", "));
    Ok(())
}

fn patches(root: &Path) -> Result<Vec<PathBuf>> {
    let folder = root.join("tests/planted");
    let mut patches = Vec::new();
    for entry in fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "patch") {
            patches.push(path);
        }
    }
    ensure!(!patches.is_empty(), "{} holds no patches", folder.display());
    patches.sort();
    Ok(patches)
}

/// A workspace of `common` alone, to plant bugs in.
struct SourceCopy<'a> {
    workspace: &'a Workspace,
    root: PathBuf,
}

impl<'a> SourceCopy<'a> {
    fn make(workspace: &'a Workspace) -> Result<Self> {
        let copy = Self { workspace, root: workspace.target.join("planted") };
        copy.restore()?;
        let from =
            |name: &str| fs::read_to_string(workspace.root.join(name)).with_context(|| name.to_owned());
        fs::write(copy.root.join("Cargo.toml"), with_one_member(&from("Cargo.toml")?, "common"))?;
        fs::write(copy.root.join("Cargo.lock"), from("Cargo.lock")?)?;
        // where a test looks for its vector
        let docs = copy.root.join("docs");
        fs::create_dir_all(&docs)?;
        fs::write(docs.join("protocol.md"), from("docs/protocol.md")?)?;
        Ok(copy)
    }

    /// Makes the copy's `common` equal to ours; what is equal keeps its time and is not compiled again.
    fn restore(&self) -> Result<()> {
        Tree::read(&self.workspace.root.join("common"))?.write(&self.root.join("common"))
    }

    fn apply(&self, patch: &Path) -> Result<()> {
        let shell = &self.workspace.shell;
        let _here = shell.push_dir(&self.root);
        // Within a repository git takes a patch's paths from the repository's top, and skips what lies elsewhere.
        let no_repository = self.root.parent().unwrap_or(&self.root);
        cmd!(shell, "git apply {patch}").env("GIT_CEILING_DIRECTORIES", no_repository).quiet().run()?;
        Ok(())
    }

    fn test(&self) -> Result<Ending> {
        let shell = &self.workspace.shell;
        let _here = shell.push_dir(&self.root);
        // What `common` depends on is compiled already, in the project's own folder. The copy's own version keeps it
        // from being taken there for the `common` without bugs.
        let target = &self.workspace.target;
        let test = || {
            let test = cmd!(shell, "cargo test --offline --quiet --package common --target-dir {target}");
            // one schedule alone would not notice much
            test.env_remove("HONGYAN_SEED").quiet()
        };
        if test().arg("--no-run").run().is_err() {
            return Ok(Ending::DidNotCompile);
        }
        let passed = test().ignore_stdout().ignore_stderr().run().is_ok();
        Ok(if passed { Ending::Passed } else { Ending::Failed })
    }
}

/// The workspace's manifest with only this member, at a version that nothing else has.
fn with_one_member(manifest: &str, member: &str) -> String {
    let line = |line: &str| match line.split_once(" = ") {
        Some((key @ ("members" | "default-members"), _)) => format!("{key} = [{member:?}]\n"),
        Some(("version", _)) => "version = \"0.0.0-planted\"\n".to_owned(),
        _ => format!("{line}\n"),
    };
    manifest.lines().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_copys_manifest_has_one_member_a_version_of_its_own_and_all_else() {
        let manifest = "[workspace]\nmembers = [\"common\", \"backend\"]\ndefault-members = [\"backend\"]\n\n\
                        [workspace.package]\nversion = \"1.2.3\"\n\n[profile.dev]\n";
        let expected = "[workspace]\nmembers = [\"common\"]\ndefault-members = [\"common\"]\n\n\
                        [workspace.package]\nversion = \"0.0.0-planted\"\n\n[profile.dev]\n";
        assert_eq!(with_one_member(manifest, "common"), expected);
    }
}
