//! A folder in memory: a built client, a crate's sources. What changes one is a plain function from one to
//! another, so that it can be tested without a disk; meant for a few megabytes.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// The files by their path from the top, with `/` between folders and none in front.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tree(BTreeMap<String, Vec<u8>>);

impl Tree {
    /// Reads a folder; one that is not there is empty.
    ///
    /// # Errors
    /// When a file cannot be read, or has a name that is not UTF-8.
    pub fn read(top: &Path) -> Result<Self> {
        let mut files = Self::default();
        let mut folders = vec![top.to_path_buf()];
        while let Some(folder) = folders.pop().filter(|_| top.is_dir()) {
            for entry in fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
                let path = entry?.path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let name = path.strip_prefix(top)?.to_str().context("a file's name that is not UTF-8")?;
                let content = fs::read(&path).with_context(|| path.display().to_string())?;
                files.insert(&name.replace('\\', "/"), content);
            }
        }
        Ok(files)
    }

    /// Makes the folder hold these files and no others. What is the same already is not touched: its time
    /// tells cargo that nothing need be built again.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn write(&self, top: &Path) -> Result<()> {
        fs::create_dir_all(top).with_context(|| top.display().to_string())?;
        let there = Self::read(top)?;
        for (path, _) in there.iter().filter(|(path, _)| self.find(path).is_none()) {
            fs::remove_file(top.join(path)).with_context(|| path.to_owned())?;
        }
        for (path, content) in self.iter().filter(|(path, content)| there.find(path) != Some(content)) {
            let path = top.join(path);
            fs::create_dir_all(path.parent().context("a file lies in a folder")?)?;
            fs::write(&path, content).with_context(|| path.display().to_string())?;
        }
        Ok(())
    }

    /// The file at this path.
    pub fn find(&self, path: &str) -> Option<&[u8]> {
        self.0.get(path).map(Vec::as_slice)
    }

    /// The text at this path.
    ///
    /// # Errors
    /// When it is not there, or not UTF-8.
    pub fn load_text(&self, path: &str) -> Result<&str> {
        let content = self.find(path).with_context(|| format!("there is no {path}"))?;
        std::str::from_utf8(content).with_context(|| format!("{path} is not UTF-8"))
    }

    /// Adds a file, or replaces it.
    pub fn insert(&mut self, path: &str, content: impl Into<Vec<u8>>) {
        self.0.insert(path.to_owned(), content.into());
    }

    /// Takes a file out.
    pub fn remove(&mut self, path: &str) -> Option<Vec<u8>> {
        self.0.remove(path)
    }

    /// All files, ordered by path.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.0.iter().map(|(path, content)| (path.as_str(), content.as_slice()))
    }
}

impl FromIterator<(String, Vec<u8>)> for Tree {
    fn from_iter<I: IntoIterator<Item = (String, Vec<u8>)>>(files: I) -> Self {
        Self(files.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::*;

    fn tree(files: &[(&str, &str)]) -> Tree {
        files.iter().map(|(path, content)| ((*path).to_owned(), content.as_bytes().to_vec())).collect()
    }

    #[test]
    fn writing_leaves_these_files_and_no_others_and_does_not_touch_the_same() {
        let shell = xshell::Shell::new().unwrap();
        let top = shell.create_temp_dir().unwrap();
        tree(&[("a.js", "1"), ("icons/b.svg", "2"), ("old.js", "3")]).write(top.path()).unwrap();
        let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
        let same = fs::File::options().write(true).open(top.path().join("icons/b.svg")).unwrap();
        same.set_modified(long_ago).unwrap();

        let wanted = tree(&[("a.js", "changed"), ("icons/b.svg", "2"), ("new.js", "4")]);
        wanted.write(top.path()).unwrap();

        assert_eq!(Tree::read(top.path()).unwrap(), wanted);
        let modified = fs::metadata(top.path().join("icons/b.svg")).unwrap().modified().unwrap();
        assert_eq!(modified, long_ago);
    }

    #[test]
    fn a_folder_that_is_not_there_is_empty() {
        assert_eq!(Tree::read(Path::new("no such folder")).unwrap(), Tree::default());
    }
}
