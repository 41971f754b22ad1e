//! Lets a text area be as high as its text, up to what the styles allow.

use web_sys::HtmlTextAreaElement;

/// Measures the text and sets the height; the styles bound it.
pub fn fit_height(area: &HtmlTextAreaElement) {
    let style = area.style();
    let _ = style.set_property("height", "auto");
    let _ = style.set_property("height", &format!("{}px", area.scroll_height()));
}
