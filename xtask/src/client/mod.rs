//! The client's build: Trunk compiles it, and what Trunk leaves undone is done here.
//!
//! 1. A release's program is fetched in two files, the first screen's before the rest: [`split`] cuts it.
//! 2. Trunk writes its starting script into the page, which our security policy (no `unsafe-inline`) forbids:
//!    [`scripts`] moves it into a file.
//! 3. Our style sheets are ten files, and needed as one: [`styles`] joins them.
//! 4. Program and glue call each other by long names: [`imports`] shortens them.
//! 5. Trunk's names carry a hash of what went *into* wasm-bindgen and wasm-opt; another version of either, and
//!    other content stands under a name that browsers keep for a year. [`names`] makes them of the content.
//! 6. The service worker must know its build and what belongs to it: [`worker`] tells it.
//! 7. A release has each file compressed, as small as it gets, beside it: [`compress`].
//!
//! All but the last happen in Trunk's `post_build` hook, so that `trunk serve` shows what will ship.

mod compress;
mod imports;
mod markup;
mod names;
mod next_build;
mod scripts;
mod split;
mod styles;
mod worker;

use std::env;
use std::path::PathBuf;

use anyhow::{Context, Result};
use xshell::cmd;

use crate::shell::timed;
use crate::tree::Tree;
use crate::workspace::Workspace;

/// Builds the client as it ships, into [`Workspace::client`]. A file that did not change keeps its time, so
/// that the server around it need not be built again.
///
/// # Errors
/// When Trunk fails, or leaves something that cannot be finished.
pub fn build(workspace: &Workspace) -> Result<()> {
    timed("build the client", || {
        let shell = &workspace.shell;
        let trunk_dist = workspace.target.join("trunk");
        cmd!(shell, "trunk build --release --offline --dist {trunk_dist}").run()?;
        let mut files = Tree::read(&trunk_dist)?;
        let known = Tree::read(&workspace.client())?;
        compress::add_variants(&mut files, &known)?;
        print_sizes(&files);
        files.write(&workspace.client())
    })
}

/// Makes the same client once more as if it were a later build: other names, another build id.
///
/// # Errors
/// When [`build`] did not come before.
pub fn build_next(workspace: &Workspace) -> Result<()> {
    let next = next_build::of(&Tree::read(&workspace.client())?)?;
    next.write(&workspace.next_client())
}

/// Trunk's hook: finishes what it has staged.
///
/// # Errors
/// When it was not Trunk that called, or what it staged cannot be finished.
pub fn post_build(workspace: &Workspace) -> Result<()> {
    let staging =
        env::var_os("TRUNK_STAGING_DIR").context("this is for Trunk to call, as its post_build hook")?;
    let staging = PathBuf::from(staging);
    let mut files = Tree::read(&staging)?;
    if env::var_os("TRUNK_PROFILE").is_some_and(|profile| profile == "release") {
        split::split(workspace, &mut files)?;
    }
    finish(files)?.write(&staging)
}

/// What happens in the hook to every build, in its order: the worker's list needs the last names.
fn finish(mut files: Tree) -> Result<Tree> {
    scripts::move_to_files(&mut files)?;
    styles::join(&mut files)?;
    imports::shorten(&mut files)?;
    names::make_of_content(&mut files, "")?;
    worker::tell_its_build(&mut files)?;
    Ok(files)
}

/// The first visit over the wire is a budget: says where it goes.
fn print_sizes(files: &Tree) {
    let mut brotli_total = 0;
    let is_fetched = |path: &str| !compress::is_variant(path) && !worker::is_screenshot(path);
    for (path, content) in files.iter().filter(|(path, _)| is_fetched(path)) {
        let brotli = files.find(&format!("{path}.br")).map_or(content.len(), <[u8]>::len);
        brotli_total += brotli;
        println!("{:>9} B {brotli:>9} B brotli  {path}", content.len());
    }
    println!("{brotli_total:>23} B brotli in all");
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The shortest program, and one that differs.
    const PROGRAMS: [&[u8]; 2] = [b"\0asm\x01\0\0\0", b"\0asm\x01\0\0\0\0\x01\0"];

    const INDEX: &str = r#"<!DOCTYPE html><html><head><link rel="stylesheet" href="/main-1f0c1f0c1f0c1f0c.css"/>
<link rel="modulepreload" href="/app-00ff00ff00ff00f.js" crossorigin="anonymous"></head><body>
<script type="module">import init from '/app-00ff00ff00ff00f.js';
init({ module_or_path: '/app-00ff00ff00ff00f_bg.wasm' });</script></body></html>"#;

    fn trunk_left(wasm: &[u8]) -> Tree {
        [
            ("index.html", INDEX.as_bytes()),
            ("app-00ff00ff00ff00f.js", b"export default async () => fetch('app_bg.wasm')"),
            ("app-00ff00ff00ff00f_bg.wasm", wasm),
            ("main-1f0c1f0c1f0c1f0c.css", b"body{}"),
            ("sw.js", b"const BUILD = \"__BUILD__\";\nconst SHELL = [\"__SHELL__\"];\n"),
        ]
        .into_iter()
        .map(|(path, content)| (path.to_owned(), content.to_vec()))
        .collect()
    }

    fn text<'a>(files: &'a Tree, path: &str) -> &'a str {
        std::str::from_utf8(files.find(path).unwrap()).unwrap()
    }

    #[test]
    fn a_finished_page_has_no_inline_script_and_names_only_files_that_are_there() {
        let files = finish(trunk_left(PROGRAMS[0])).unwrap();
        let page = text(&files, "index.html");
        assert!(!page.contains("init("), "{page}");
        let start = page.split("src=\"/").nth(1).unwrap().split('"').next().unwrap();
        assert!(names::is_made_of_content(start), "{start}");
        for quoted in text(&files, start).split('\'').filter(|part| part.starts_with('/')) {
            assert!(files.find(&quoted[1..]).is_some(), "{quoted} is not there");
        }
    }

    #[test]
    fn other_content_under_the_same_name_of_trunks_gets_another_name_all_the_way_up() {
        let one = finish(trunk_left(PROGRAMS[0])).unwrap();
        let other = finish(trunk_left(PROGRAMS[1])).unwrap();
        let names = |files: &Tree, ending: &str| -> Vec<String> {
            files
                .iter()
                .map(|(path, _)| path)
                .filter(|path| path.ends_with(ending))
                .map(str::to_owned)
                .collect()
        };
        assert_ne!(names(&one, ".wasm"), names(&other, ".wasm"));
        assert_ne!(text(&one, "index.html"), text(&other, "index.html"), "the start script names the wasm");
        assert_ne!(text(&one, "sw.js"), text(&other, "sw.js"));
        assert_eq!(names(&one, ".css"), names(&other, ".css"), "what did not change stays in every cache");
    }

    #[test]
    fn the_same_input_makes_the_same_build() {
        let one = finish(trunk_left(PROGRAMS[0])).unwrap();
        let again = finish(trunk_left(PROGRAMS[0])).unwrap();
        assert_eq!(one, again);
    }
}
