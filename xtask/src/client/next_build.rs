//! The same client as if built anew, for the test of an update under open tabs: every name with a hash is
//! another, and so is the build's id. A browser cannot tell it from a real one.

use anyhow::Result;

use super::{compress, names};
use crate::tree::Tree;

/// Makes it of a finished client.
///
/// # Errors
/// When that is not a finished client.
pub fn of(client: &Tree) -> Result<Tree> {
    let plain = client.iter().filter(|(path, _)| !compress::is_variant(path));
    let mut next: Tree = plain.map(|(path, content)| (path.to_owned(), content.to_vec())).collect();
    names::make_of_content(&mut next, "next build")?;
    let worker = next.load_text("sw.js")?;
    let id = build_id(worker)?;
    let worker = worker.replace(id, &names::digits_of(&[b"next build", id.as_bytes()]));
    next.insert("sw.js", worker);
    Ok(next)
}

/// The id that [`worker`](super::worker) wrote.
fn build_id(worker: &str) -> Result<&str> {
    let id =
        worker.split_once("const BUILD = \"").and_then(|(_, rest)| rest.split_once('"')).map(|(id, _)| id);
    anyhow::Context::context(id, "sw.js does not say `const BUILD = \"…\"`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_build_has_the_same_files_under_other_names_and_another_id() {
        let client: Tree = [
            ("index.html", "<script src=\"/start-1111111111111111.js\">"),
            ("start-1111111111111111.js", "go()"),
            ("start-1111111111111111.js.br", "…"),
            (
                "sw.js",
                "const BUILD = \"0123456789abcdef\";\nconst SHELL = [\"/\", \"/start-1111111111111111.js\"];",
            ),
        ]
        .into_iter()
        .map(|(path, content)| (path.to_owned(), content.as_bytes().to_vec()))
        .collect();
        let next = of(&client).unwrap();
        let start = names::with_hash("start", "js", b"go()", "next build");
        assert_eq!(next.load_text("index.html").unwrap(), format!("<script src=\"/{start}\">"));
        assert_eq!(next.load_text(&start).unwrap(), "go()");
        let worker = next.load_text("sw.js").unwrap();
        assert!(worker.contains(&start) && !worker.contains("0123456789abcdef"), "{worker}");
        assert_eq!(next.iter().count(), 3, "old names and variants are gone");
    }
}
