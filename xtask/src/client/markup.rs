//! Just enough reading of HTML for the one page that Trunk leaves: its tags, and their attributes.

use std::ops::Range;

use anyhow::{Context, Result};

/// Where the tags of a page are, `<` to `>`; not those in comments, scripts and styles.
///
/// # Errors
/// When one has no end.
pub fn tags(page: &str) -> Result<Vec<Range<usize>>> {
    let mut tags = Vec::new();
    let mut at = 0;
    while let Some(start) = page[at..].find('<').map(|found| at + found) {
        let rest = &page[start..];
        if rest.starts_with("<!--") {
            at = start + rest.find("-->").context("a comment has no end")? + "-->".len();
            continue;
        }
        let end = start + tag_len(rest).context("a tag has no end")?;
        tags.push(start..end);
        at = end;
        for element in ["script", "style"] {
            if rest[1..].starts_with(element) {
                let close = format!("</{element}");
                at += page[at..].find(&close).with_context(|| format!("a {element} has no end"))?;
            }
        }
    }
    Ok(tags)
}

/// How long the tag is that the text begins with; a `>` inside quotes does not end it.
fn tag_len(text: &str) -> Option<usize> {
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (None, '>') => return Some(at + 1),
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            _ => {}
        }
    }
    None
}

/// A tag's attributes and their values, without quotes; one without a value has an empty one.
pub fn attributes(tag: &str) -> Vec<(String, String)> {
    let mut words = vec![String::new()];
    let mut quote = None;
    for c in tag.trim_end_matches('>').trim_end_matches('/').chars() {
        match (quote, c) {
            (None, c) if c.is_whitespace() => words.push(String::new()),
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            (_, c) => words.last_mut().expect("begins with one").push(c),
        }
    }
    let attribute = |word: &String| {
        let (name, value) = word.split_once('=').unwrap_or((word, ""));
        (name.to_ascii_lowercase(), value.to_owned())
    };
    words.iter().skip(1).filter(|word| !word.is_empty()).map(attribute).collect()
}

/// The value of one attribute.
pub fn find_attribute(tag: &str, name: &str) -> Option<String> {
    attributes(tag).into_iter().find(|(found, _)| found == name).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(page: &str) -> Vec<&str> {
        tags(page).unwrap().into_iter().map(|range| &page[range]).collect()
    }

    #[test]
    fn comments_scripts_and_quotes_hide_no_tags_and_make_none() {
        let page =
            "<p title='a > b'>1 &lt; 2<!-- <b> --><script>if (a<b) '<i>'</script><style>a>b{}</style></p>";
        let expected = ["<p title='a > b'>", "<script>", "</script>", "<style>", "</style>", "</p>"];
        assert_eq!(found(page), expected);
    }

    #[test]
    fn attributes_are_read_with_and_without_quotes_and_values() {
        let tag = "<script TYPE=module\n src=\"/a.js\" title='x y' async/>";
        let expected = [("type", "module"), ("src", "/a.js"), ("title", "x y"), ("async", "")];
        assert_eq!(attributes(tag), expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
        assert_eq!(find_attribute(tag, "src").as_deref(), Some("/a.js"));
        assert_eq!(find_attribute(tag, "defer"), None);
    }

    #[test]
    fn a_broken_page_is_refused() {
        for page in ["<script>a()", "<!-- ", "<p title=\"a>"] {
            tags(page).unwrap_err();
        }
    }
}
