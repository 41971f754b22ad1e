//! The service worker's own facts: which build it is of, and what belongs to that build.

use anyhow::{Result, ensure};

use super::names;
use crate::tree::Tree;

const WORKER: &str = "sw.js";
/// Pictures for whoever offers the app: the system shows them before it is installed, and never without a network.
const SCREENSHOTS: &str = "screenshots/";
const BUILD: &str = "\"__BUILD__\"";
const SHELL: &str = "[\"__SHELL__\"]";

/// Writes the build's id and the addresses of its files into the worker. The id is made of all names and
/// contents, so that a worker changes exactly when anything does, and browsers find a new build by it.
///
/// # Errors
/// When there is no worker, or it lacks a place to write to.
pub fn tell_its_build(files: &mut Tree) -> Result<()> {
    let source = files.load_text(WORKER)?;
    for place in [BUILD, SHELL] {
        ensure!(
            source.matches(place).count() == 1,
            "{WORKER} must hold {place} once, for the build to fill in"
        );
    }
    let build = format!("{:?}", build_id(files));
    let filled = source.replace(BUILD, &build).replace(SHELL, &format!("{:?}", shell(files)));
    files.insert(WORKER, filled);
    Ok(())
}

/// What to have in store to start without a network: everything but the worker itself, and pictures of the app.
fn shell(files: &Tree) -> Vec<String> {
    let address = |path: &str| if path == "index.html" { "/".to_owned() } else { format!("/{path}") };
    let belongs = |path: &&str| *path != WORKER && !is_screenshot(path);
    files.iter().map(|(path, _)| path).filter(belongs).map(address).collect()
}

/// Whether it is a picture of the app, which no visitor of it fetches.
pub fn is_screenshot(path: &str) -> bool {
    path.starts_with(SCREENSHOTS)
}

fn build_id(files: &Tree) -> String {
    let mut parts: Vec<Vec<u8>> = Vec::new();
    for (path, content) in files.iter() {
        // The lengths keep a name apart from what it names.
        let lengths = [path.len().to_be_bytes(), content.len().to_be_bytes()].concat();
        parts.push([&lengths, path.as_bytes(), content].concat());
    }
    names::digits_of(&parts.iter().map(Vec::as_slice).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "const BUILD = \"__BUILD__\";\nconst SHELL = [\"__SHELL__\"];\n";

    fn tree(worker: &str, page: &str) -> Tree {
        [("index.html", page), ("icons/a.svg", "<svg/>"), ("screenshots/a.webp", ""), ("sw.js", worker)]
            .into_iter()
            .map(|(path, content)| (path.to_owned(), content.as_bytes().to_vec()))
            .collect()
    }

    #[test]
    fn the_worker_learns_its_build_and_all_files_but_itself_and_pictures() {
        let mut files = tree(SOURCE, "page");
        tell_its_build(&mut files).unwrap();
        let worker = files.load_text("sw.js").unwrap();
        assert!(worker.contains("const SHELL = [\"/icons/a.svg\", \"/\"];"), "{worker}");
        let id = worker.split('"').nth(1).unwrap();
        assert_eq!(id.len(), 16, "{worker}");
    }

    #[test]
    fn any_change_is_another_build() {
        let built = |worker: &str, page: &str| {
            let mut files = tree(worker, page);
            tell_its_build(&mut files).unwrap();
            files.load_text("sw.js").unwrap().split('"').nth(1).unwrap().to_owned()
        };
        assert_eq!(built(SOURCE, "page"), built(SOURCE, "page"));
        assert_ne!(built(SOURCE, "page"), built(SOURCE, "another"));
        assert_ne!(built(SOURCE, "page"), built(&format!("{SOURCE}//"), "page"));
    }

    #[test]
    fn a_worker_without_its_places_is_refused() {
        for worker in ["", "const BUILD = \"__BUILD__\";", &SOURCE.repeat(2)] {
            tell_its_build(&mut tree(worker, "page")).unwrap_err();
        }
        let mut without = tree(SOURCE, "page");
        without.remove("sw.js");
        tell_its_build(&mut without).unwrap_err();
    }
}
