//! Scripts that stand in the page move into files of their own: the server's policy lets only files run.

use anyhow::{Result, bail};

use super::{markup, names};
use crate::tree::Tree;

/// What `trunk serve` fills in each time it serves the page; a file of its own would miss that.
const FILLED_WHEN_SERVED: &str = "{{__TRUNK";

/// Moves each inline script of `index.html` into a file named by its content.
///
/// # Errors
/// When the page is missing or broken, or holds something else that the policy forbids: a `<style>`, or style or
/// a handler in an attribute.
pub fn move_to_files(files: &mut Tree) -> Result<()> {
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
    let mut copied = 0;
    let tags = markup::tags(page)?;
    for tag in &tags {
        refuse_what_the_policy_forbids(&page[tag.clone()])?;
    }
    for (opening, closing) in tags.iter().zip(tags.iter().skip(1)) {
        let tag = &page[opening.clone()];
        let body = page[opening.end..closing.start].trim();
        if !is_inline_script(tag) || body.is_empty() || body.contains(FILLED_WHEN_SERVED) {
            continue;
        }
        let name = names::with_hash("start", "js", body.as_bytes(), "");
        out.push_str(&page[copied..opening.end - 1]);
        out.push_str(&format!(" src=\"/{name}\">"));
        copied = closing.start;
        scripts.push((name, body.to_owned()));
    }
    out.push_str(&page[copied..]);
    Ok((out, scripts))
}

/// Whether a browser would run what stands between this tag and the next; a type that it does not know is data.
fn is_inline_script(tag: &str) -> bool {
    let kind = markup::find_attribute(tag, "type");
    tag.starts_with("<script")
        && markup::find_attribute(tag, "src").is_none()
        && matches!(kind.as_deref(), None | Some("module" | "text/javascript"))
}

fn refuse_what_the_policy_forbids(tag: &str) -> Result<()> {
    if tag.starts_with("<style") {
        bail!("index.html holds a <style>: put it into a style sheet, our policy forbids it inline");
    }
    for (name, _) in markup::attributes(tag) {
        if name == "style" || name.starts_with("on") {
            bail!("index.html holds {tag}: our policy forbids `{name}` there");
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
    fn two_scripts_move_and_what_stands_around_them_stays() {
        let (page, scripts) = split("a<script>one()</script>b<script type=module>two()</script>c").unwrap();
        let [(one, _), (two, _)] = scripts.as_slice() else { panic!("{scripts:?}") };
        let expected =
            format!("a<script src=\"/{one}\"></script>b<script type=module src=\"/{two}\"></script>c");
        assert_eq!(page, expected);
    }

    #[test]
    fn files_comments_data_and_what_trunk_fills_in_stay() {
        for page in [
            "<script src=\"/a.js\"></script>",
            "<script src='/a.js' defer></script>",
            "<!-- <script>gone()</script> -->",
            "<script type=\"application/json\">{\"a\": \"<b>\"}</script>",
            "<script>const address = '{{__TRUNK_ADDRESS__}}';</script>",
            "<p title='<script>no()</script>'>text",
        ] {
            let (same, scripts) = split(page).unwrap();
            assert_eq!(same, page);
            assert!(scripts.is_empty(), "{scripts:?}");
        }
    }

    #[test]
    fn what_the_policy_would_block_in_the_browser_fails_here() {
        for page in ["<style>p{}</style>", "<p style=\"color:red\">", "<body class=\"a\" onload='x()'>"] {
            split(page).unwrap_err();
        }
    }
}
