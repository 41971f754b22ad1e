//! Names made of content: a browser may keep such a file for ever, because other content has another name.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use sha2::{Digest, Sha256};

use crate::tree::Tree;

/// How much of the hash stands in a name: 64 bits, in hexadecimal. The server knows such names by this length
/// (`backend/src/http/spa/file.rs`).
const HASH_DIGITS: usize = 16;

/// Gives each file that Trunk named by a hash one of its own content, and mends what mentions it. A file that
/// mentions others gets its name after them, since their names are part of its content. Another `salt` makes
/// other names of the same content.
///
/// # Errors
/// When files mention each other in a circle: then no name can come first.
pub fn make_of_content(files: &mut Tree, salt: &str) -> Result<()> {
    let mut pending: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let hashed: Vec<String> =
        files.iter().map(|(path, _)| path).filter(|path| parts(path).is_some()).map(str::to_owned).collect();
    for path in hashed {
        if let Some(content) = files.remove(&path) {
            pending.insert(path, content);
        }
    }
    while !pending.is_empty() {
        let Some(path) = pending.keys().find(|path| !mentions_another(&pending, path)).cloned() else {
            bail!("these mention each other in a circle: {:?}", pending.keys().collect::<Vec<_>>());
        };
        let content = pending.remove(&path).expect("just found");
        let Parts { folder, stem, ending } = parts(&path).expect("only such names are pending");
        let name = with_hash(stem, ending, &content, salt);
        let (old, new) = (file_name(&path), name.as_str());
        for (other, text) in &mut pending {
            replace(other, text, old, new);
        }
        let rest: Vec<String> = files.iter().map(|(other, _)| other.to_owned()).collect();
        for other in rest {
            let mut text = files.remove(&other).expect("just listed");
            replace(&other, &mut text, old, new);
            files.insert(&other, text);
        }
        files.insert(&format!("{folder}{name}"), content);
    }
    Ok(())
}

/// `stem-<hash>.ending`.
pub fn with_hash(stem: &str, ending: &str, content: &[u8], salt: &str) -> String {
    format!("{stem}-{}.{ending}", digits_of(&[salt.as_bytes(), content]))
}

/// The digits that stand for these parts, one after the other.
pub fn digits_of(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize().iter().take(HASH_DIGITS / 2).map(|byte| format!("{byte:02x}")).collect()
}

/// Whether this is a name that [`with_hash`] made.
#[cfg(test)]
pub fn is_made_of_content(path: &str) -> bool {
    let stem = file_name(path).split('.').next().unwrap_or_default();
    stem.rsplit_once('-').is_some_and(|(_, digits)| digits.len() == HASH_DIGITS && is_hexadecimal(digits))
}

struct Parts<'a> {
    /// With its `/` at the end, or empty.
    folder: &'a str,
    stem: &'a str,
    ending: &'a str,
}

/// Takes a name with a hash apart: Trunk's `app-<hash>.js`, `app-<hash>_bg.wasm` (its hash is not padded), and
/// ours.
fn parts(path: &str) -> Option<Parts<'_>> {
    let name = file_name(path);
    let folder = &path[..path.len() - name.len()];
    let (stem, rest) = name.rsplit_once('-')?;
    let (digits, ending) = rest.split_once('.')?;
    let digits = digits.strip_suffix("_bg").unwrap_or(digits);
    let is_hash = (8..=HASH_DIGITS).contains(&digits.len()) && is_hexadecimal(digits);
    is_hash.then_some(Parts { folder, stem, ending })
}

fn is_hexadecimal(digits: &str) -> bool {
    digits.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Whether names may stand in it.
fn is_text(path: &str) -> bool {
    matches!(path.rsplit('.').next(), Some("html" | "js" | "css" | "json" | "webmanifest"))
}

fn mentions_another(pending: &BTreeMap<String, Vec<u8>>, path: &str) -> bool {
    is_text(path) && pending.keys().any(|other| other != path && contains(&pending[path], file_name(other)))
}

fn contains(content: &[u8], name: &str) -> bool {
    content.windows(name.len()).any(|window| window == name.as_bytes())
}

fn replace(path: &str, content: &mut Vec<u8>, old: &str, new: &str) {
    if is_text(path) && contains(content, old) {
        // Trunk's and our own text is UTF-8; what is not cannot hold a name of ASCII that matters.
        if let Ok(text) = std::str::from_utf8(content) {
            *content = text.replace(old, new).into_bytes();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[(&str, &str)]) -> Tree {
        files.iter().map(|(path, content)| ((*path).to_owned(), content.as_bytes().to_vec())).collect()
    }

    #[test]
    fn a_chain_of_files_is_named_from_its_end() {
        let mut files = tree(&[
            ("index.html", "<script src=/a-1111111111111111.js>"),
            ("a-1111111111111111.js", "import './deep/b-22222222222222.js'"),
            ("deep/b-22222222222222.js", "fetch('/c-33333333_bg.wasm')"),
            ("c-33333333_bg.wasm", "code"),
        ]);
        make_of_content(&mut files, "").unwrap();
        let c = with_hash("c", "wasm", b"code", "");
        let b_text = format!("fetch('/{c}')");
        let b = with_hash("b", "js", b_text.as_bytes(), "");
        let a_text = format!("import './deep/{b}'");
        let a = with_hash("a", "js", a_text.as_bytes(), "");
        let page = format!("<script src=/{a}>");
        let expected =
            tree(&[("index.html", &page), (&a, &a_text), (&format!("deep/{b}"), &b_text), (&c, "code")]);
        assert_eq!(files, expected);
    }

    #[test]
    fn a_circle_is_refused() {
        let mut files = tree(&[
            ("a-1111111111111111.js", "import './b-2222222222222222.js'"),
            ("b-2222222222222222.js", "import './a-1111111111111111.js'"),
        ]);
        make_of_content(&mut files, "").unwrap_err();
    }

    #[test]
    fn names_without_a_hash_stay() {
        let before =
            tree(&[("sw.js", ""), ("icons/icon-512.png", ""), ("zh-TW.json", ""), ("a-readable.js", "")]);
        let mut files = before.clone();
        make_of_content(&mut files, "").unwrap();
        assert_eq!(files, before);
    }

    #[test]
    fn once_more_changes_nothing_and_a_salt_changes_all() {
        let mut files = tree(&[("a-1111111111111111.js", "x"), ("index.html", "a-1111111111111111.js")]);
        make_of_content(&mut files, "").unwrap();
        let mut again = files.clone();
        make_of_content(&mut again, "").unwrap();
        assert_eq!(again, files);
        make_of_content(&mut again, "next").unwrap();
        assert_ne!(again, files);
        assert!(again.iter().all(|(path, _)| path == "index.html" || is_made_of_content(path)));
    }
}
