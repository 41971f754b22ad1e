//! One file for all style sheets: they are written apart, one for each part of the page, and are needed together.
//! Joined they are one question to the server instead of ten, and compress better.

use anyhow::Result;

use super::{markup, names};
use crate::tree::Tree;

/// Joins the sheets that `index.html` links, in their order. One that is linked with a condition (`media`, say)
/// stays by itself, and so does one from elsewhere.
///
/// # Errors
/// When the page is missing or broken.
pub fn join(files: &mut Tree) -> Result<()> {
    let page = files.load_text("index.html")?;
    let (mut joined, mut out) = (Vec::new(), String::new());
    let (mut copied, mut place, mut sheets) = (0, None, Vec::new());
    for range in markup::tags(page)? {
        let Some((path, sheet)) =
            plain_sheet(&page[range.clone()]).and_then(|path| Some((path.clone(), files.find(&path)?)))
        else {
            continue;
        };
        joined.extend_from_slice(sheet);
        joined.push(b'\n');
        out.push_str(&page[copied..range.start]);
        copied = range.end;
        place.get_or_insert(out.len());
        sheets.push(path);
    }
    let Some(place) = place else { return Ok(()) };
    out.push_str(&page[copied..]);
    let name = names::with_hash("styles", "css", &joined, "");
    out.insert_str(place, &format!("<link rel=\"stylesheet\" href=\"/{name}\">"));
    for sheet in sheets {
        files.remove(&sheet);
    }
    files.insert("index.html", out);
    files.insert(&name, joined);
    Ok(())
}

/// The path of a sheet that is linked without any condition.
fn plain_sheet(tag: &str) -> Option<String> {
    let attributes = markup::attributes(tag);
    let is_plain =
        tag.starts_with("<link") && attributes.iter().all(|(name, _)| name == "rel" || name == "href");
    let is_sheet = markup::find_attribute(tag, "rel").as_deref() == Some("stylesheet");
    let href = markup::find_attribute(tag, "href").filter(|_| is_plain && is_sheet)?;
    href.strip_prefix('/').map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(page: &str) -> Tree {
        let mut files: Tree =
            [("index.html", page), ("a.css", "a{}"), ("b.css", "b{}"), ("print.css", "p{}")]
                .into_iter()
                .map(|(path, content)| (path.to_owned(), content.as_bytes().to_vec()))
                .collect();
        join(&mut files).unwrap();
        files
    }

    #[test]
    fn sheets_are_joined_in_their_order_where_the_first_one_was() {
        let files = joined(
            "<head><title>x</title><link rel=\"stylesheet\" href=\"/b.css\"/>\n<link rel=icon href=/i.png>\
             <link rel=\"stylesheet\" href=\"/a.css\"/></head>",
        );
        let name = names::with_hash("styles", "css", b"b{}\na{}\n", "");
        assert_eq!(files.load_text(&name).unwrap(), "b{}\na{}\n");
        let expected = format!(
            "<head><title>x</title><link rel=\"stylesheet\" href=\"/{name}\">\n<link rel=icon href=/i.png></head>"
        );
        assert_eq!(files.load_text("index.html").unwrap(), expected);
        assert!(files.find("a.css").is_none() && files.find("b.css").is_none());
    }

    #[test]
    fn conditions_and_sheets_from_elsewhere_stay_by_themselves() {
        let page =
            "<link rel=stylesheet href=/print.css media=print><link rel=stylesheet href=/elsewhere.css>";
        assert_eq!(joined(page).load_text("index.html").unwrap(), page);
    }
}
