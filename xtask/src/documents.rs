//! What the documents point at is there.

use crate::workspace::Workspace;

const DOCUMENTS: [&str; 5] =
    ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "docs/protocol.md"];
/// Where a path in a document begins.
const ROOTS: [&str; 7] = ["common", "backend", "frontend", "migrations", "tests", "xtask", "docs"];

/// Paths in `code`, and targets of links within the repository.
fn paths(text: &str) -> Vec<&str> {
    let code = text.split('`').skip(1).step_by(2);
    let code = code.filter(|it| it.split('/').next().is_some_and(|root| ROOTS.contains(&root)));
    let links = text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next());
    let links = links.filter(|link| !link.is_empty() && !link.contains("://"));
    code.chain(links).collect()
}

#[test]
fn every_path_that_a_document_names_exists() {
    let root = Workspace::open().unwrap().root;
    let mut count = 0;
    for document in DOCUMENTS {
        let text = std::fs::read_to_string(root.join(document)).unwrap();
        for path in paths(&text) {
            let beside = root.join(document).parent().map(|folder| folder.join(path));
            let exists = root.join(path).exists() || beside.is_some_and(|path| path.exists());
            assert!(exists, "{document} names {path}, and there is no such thing");
            count += 1;
        }
    }
    assert!(count > 50, "only {count} paths were recognised");
}

#[test]
fn paths_are_recognised() {
    let text = "In `common/src/id.rs`, not `cargo xtask run`; see [this](docs/protocol.md#ids) or [that](https://a.b/).";
    assert_eq!(paths(text), ["common/src/id.rs", "docs/protocol.md"]);
}
