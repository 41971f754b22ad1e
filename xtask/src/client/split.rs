//! A release's program in two files: what the first screen needs, and what only somebody signed in sees, fetched
//! meanwhile. The client says where to cut (`#[wasm_split]` in `frontend/src/pages/desk.rs`); the cut goes through the
//! linked program and follows what refers to what, so it comes before wasm-bindgen, which drops that. What Trunk made of
//! the whole is replaced.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, ensure};
use wasm_split_cli_support::{Options, transform};
use xshell::cmd;

use super::names;
use crate::tree::Tree;
use crate::workspace::Workspace;

/// What the linker made of a release (`[profile.wasm]`).
const LINKED: &str = "wasm32-unknown-unknown/wasm/frontend.wasm";
/// What the second file is called by the cut, and by us.
const SECOND: &str = "split_desk.wasm";
const SECOND_STEM: &str = "desk";
/// The script that loads it, by the name that the program imports it by.
const LOADER: &str = "./__wasm_split.js";

/// What Rust's target may use of WebAssembly: the second file does not say so itself.
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];
/// What is compressed is smaller when functions that were made of the same source stand side by side, and are not put
/// into their callers: 12 kB.
const SMALLEST: [&str; 3] = ["-Oz", "--one-caller-inline-max-function-size=0", "--reorder-functions-by-name"];

/// Cuts the release that Trunk has built, and puts both files and their glue in the place of Trunk's.
///
/// # Errors
/// When there is no release, a tool is missing or fails, or the cut has not made what is expected of it.
pub fn split(workspace: &Workspace, files: &mut Tree) -> Result<()> {
    let (stem, _) = files
        .iter()
        .find_map(|(path, content)| Some((path.strip_suffix("_bg.wasm")?.to_owned(), content)))
        .context("Trunk left no program")?;
    let folder = workspace.target.join("split");
    fs::create_dir_all(&folder)?;
    let whole = workspace.target.join(LINKED);
    let whole = fs::read(&whole).with_context(|| whole.display().to_string())?;
    let first = folder.join(format!("{stem}.wasm"));
    let glue_name = format!("./{stem}.js");
    let mut options = Options::new(&whole);
    options.output_dir = &folder;
    options.main_out_path = &first;
    options.main_module = &glue_name;
    options.link_name = LOADER;
    let parts = transform(options).map_err(|error| anyhow!("{error:#}"))?.split_modules;
    ensure!(parts == [folder.join(SECOND)], "the cut made {parts:?}, where one file was expected");

    let shell = &workspace.shell;
    // memory and table, which the linker exports, are what the second file imports
    cmd!(shell, "wasm-bindgen {first} --target web --out-dir {folder} --no-typescript --keep-lld-exports")
        .run()
        .context("wasm-bindgen is needed here: `cargo xtask setup`")?;
    let [first, second] = [format!("{stem}_bg.wasm"), SECOND.to_owned()].map(|name| folder.join(name));
    let second = optimised(workspace, &second)?;
    let second_name = names::with_hash(SECOND_STEM, "wasm", &second, "");
    let glue = fs::read_to_string(folder.join(&glue_name))?;
    let loader = fs::read_to_string(folder.join(LOADER))?;
    files.insert(&format!("{stem}.js"), join(&glue, &loader, &glue_name)?.replace(SECOND, &second_name));
    files.insert(&second_name, second);
    files.insert(&format!("{stem}_bg.wasm"), optimised(workspace, &first)?);
    Ok(())
}

/// The program, as small as it gets.
fn optimised(workspace: &Workspace, program: &Path) -> Result<Vec<u8>> {
    let shell = &workspace.shell;
    let small = PathBuf::from(program).with_extension("small.wasm");
    cmd!(shell, "wasm-opt {SMALLEST...} {FEATURES...} {program} -o {small}")
        // it knows not all that may stand in names, which it drops anyway
        .ignore_stderr()
        .run()
        .context("wasm-opt is needed here: `cargo xtask setup`")?;
    fs::read(&small).with_context(|| small.display().to_string())
}

/// The glue with the loader in it: as files they would import each other, and none could be named by its content.
fn join(glue: &str, loader: &str, glue_name: &str) -> Result<String> {
    let takes = format!("import {{ initSync }} from \"{glue_name}\";\n");
    let body = loader.strip_prefix(&takes).context("the loader does not begin by importing the glue")?;
    let name = body
        .split_once("export const ")
        .and_then(|(_, rest)| rest.split_once(' '))
        .map(|(name, _)| name)
        .context("the loader exports nothing")?;
    let body = body.replace("export const ", "const ");
    // wasm-bindgen imports the same module once for each function that the program takes from it
    let is_import = |line: &str| line.starts_with("import * as import") && line.contains(LOADER);
    let is_use = |line: &str| line.trim_start().starts_with(&format!("\"{LOADER}\": import"));
    ensure!(glue.lines().any(is_import) && glue.lines().any(is_use), "the glue does not import the loader");
    let mut out = String::with_capacity(glue.len() + body.len());
    for line in glue.lines().filter(|line| !is_import(line)) {
        if is_use(line) {
            out.push_str(&format!("        \"{LOADER}\": {{ {name} }},\n"));
        } else {
            out.push_str(line);
            out.push('\n');
        }
    }
    Ok(out + &body)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOADS: &str =
        "import { initSync } from \"./app.js\";\n\nexport const __wasm_split_load_desk = load(initSync);\n";
    const GLUE: &str = "import * as import1 from \"./__wasm_split.js\"\n\nfunction imports() {\n    return {\n        \
                        \"./__wasm_split.js\": import1,\n    };\n}\nexport { initSync };\n";

    #[test]
    fn the_loader_is_a_part_of_the_glue() {
        let joined = join(GLUE, LOADS, "./app.js").unwrap();
        assert_eq!(
            joined,
            "\nfunction imports() {\n    return {\n        \"./__wasm_split.js\": { __wasm_split_load_desk },\n    };\n}\n\
             export { initSync };\n\nconst __wasm_split_load_desk = load(initSync);\n"
        );
    }

    #[test]
    fn what_looks_otherwise_is_refused() {
        join(GLUE, "export const a = 1;", "./app.js").unwrap_err();
        join(GLUE, "import { initSync } from \"./app.js\";\n", "./app.js").unwrap_err();
        join("export { initSync };", LOADS, "./app.js").unwrap_err();
    }
}
