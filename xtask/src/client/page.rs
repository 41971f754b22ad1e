//! Scripts that stand in the page move into files of their own: the server's policy lets only files run.

use anyhow::{Context, Result, bail};

use super::names;
use crate::tree::Tree;

/// What `trunk serve` fills in each time it serves the page; a file of its own would miss that.
const FILLED_WHEN_SERVED: &str = "{{__TRUNK";

/// Moves each inline script of `index.html` into a file named by its content.
///
/// # Errors
/// When the page is missing or broken, or holds something else that the policy forbids: a `<style>`, or a
/// handler in an attribute.
pub fn move_scripts_to_files(files: &mut Tree) -> Result<()> {
    let (page, scripts) = split(files.load_text("index.html")?)?;
    for (name, body) in scripts {
        files.insert(&name, body);
    }
    files.insert("index.html", page);
    Ok(())
}

/// The page without its scripts, and those with their names.
fn split(page: &str) -> Result<(String, Vec<(String, String)>)> {
    let mut out = String::with_capacity(page.len());
    let mut scripts = Vec::new();
    let mut rest = page;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if rest.starts_with("<!--") {
            let end = rest.find("-->").context("a comment in index.html has no end")? + "-->".len();
            out.push_str(&rest[..end]);
            rest = &rest[end..];
            continue;
        }
        let end = tag_end(rest).context("a tag in index.html has no end")?;
        let (tag, after) = rest.split_at(end);
        if !tag.starts_with("<script") {
            refuse_what_the_policy_forbids(tag)?;
            out.push_str(tag);
            rest = after;
            continue;
        }
        let body_end = after.find("</script").context("a script in index.html has no end")?;
        let (body, after) = after.split_at(body_end);
        if has_attribute(tag, "src")
            || is_data(tag)
            || body.trim().is_empty()
            || body.contains(FILLED_WHEN_SERVED)
        {
            out.push_str(tag);
            out.push_str(body);
        } else {
            let name = names::with_hash("start", "js", body.trim().as_bytes(), "");
            out.push_str(tag.trim_end_matches('>'));
            out.push_str(&format!(" src=\"/{name}\">"));
            scripts.push((name, body.trim().to_owned()));
        }
        rest = after;
    }
    out.push_str(rest);
    Ok((out, scripts))
}

/// Where the tag that the text begins with ends, past its `>`; one inside quotes does not end it.
fn tag_end(text: &str) -> Option<usize> {
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

/// A tag's attributes, each `name` or `name=value` as written.
fn attributes(tag: &str) -> Vec<String> {
    let mut attributes = vec![String::new()];
    let mut quote = None;
    for c in tag.trim_end_matches(['>', '/']).chars() {
        match (quote, c) {
            (None, c) if c.is_whitespace() => attributes.push(String::new()),
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            (_, c) => attributes.last_mut().expect("begins with one").push(c),
        }
    }
    attributes.into_iter().skip(1).filter(|attribute| !attribute.is_empty()).collect()
}

fn has_attribute(tag: &str, name: &str) -> bool {
    attributes(tag).iter().any(|attribute| attribute.split('=').next() == Some(name))
}

/// A script whose type no browser runs: the policy does not mind it.
fn is_data(tag: &str) -> bool {
    attributes(tag).iter().any(|attribute| {
        attribute.strip_prefix("type=").is_some_and(|kind| !matches!(kind, "module" | "text/javascript"))
    })
}

fn refuse_what_the_policy_forbids(tag: &str) -> Result<()> {
    if tag.starts_with("<style") {
        bail!("index.html holds a <style>: put it into a style sheet, our policy forbids it inline");
    }
    for attribute in attributes(tag) {
        let name = attribute.split('=').next().unwrap_or_default();
        if name == "style" || name.starts_with("on") {
            bail!("index.html holds `{attribute}` in {tag}: our policy forbids `{name}` there");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_moves_and_keeps_its_attributes() {
        let (page, scripts) = split("<body><script type=\"module\">\nstart();\n</script></body>").unwrap();
        let [(name, body)] = scripts.as_slice() else { panic!("{scripts:?}") };
        assert_eq!(body, "start();");
        assert_eq!(page, format!("<body><script type=\"module\" src=\"/{name}\"></script></body>"));
    }

    #[test]
    fn a_minified_page_without_quotes_is_read_too() {
        let (page, scripts) = split("<script type=module>a()</script><p>x").unwrap();
        assert_eq!(scripts[0].1, "a()");
        assert!(page.starts_with("<script type=module src=\"/start-"), "{page}");
        assert!(page.ends_with("\"></script><p>x"), "{page}");
    }

    #[test]
    fn files_comments_data_and_what_trunk_fills_in_stay() {
        for page in [
            "<script src=\"/a.js\"></script>",
            "<script src='/a.js' defer></script>",
            "<!-- <script>gone()</script> -->",
            "<script type=\"application/json\">{\"a\": \"<b>\"}</script>",
            "<script>const address = '{{__TRUNK_ADDRESS__}}';</script>",
        ] {
            let (same, scripts) = split(page).unwrap();
            assert_eq!(same, page);
            assert!(scripts.is_empty(), "{scripts:?}");
        }
    }

    #[test]
    fn an_angle_bracket_inside_quotes_does_not_end_a_tag() {
        let page = "<meta content=\"a > b\"><p title='<script>no()</script>'>text</p>";
        assert_eq!(split(page).unwrap(), (page.to_owned(), vec![]));
    }

    #[test]
    fn what_the_policy_would_block_in_the_browser_fails_here() {
        for page in ["<style>p{}</style>", "<p style=\"color:red\">", "<body class=\"a\" onload='x()'>"] {
            split(page).unwrap_err();
        }
    }

    #[test]
    fn a_broken_page_is_refused() {
        for page in ["<script>a()", "<!-- ", "<p title=\"a>"] {
            split(page).unwrap_err();
        }
    }
}
