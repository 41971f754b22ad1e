//! Finding words without regard to case.

/// A text in lower case, in any script. In the browser it is the browser that knows the letters: Rust's tables of them
/// are 6 kB of the download.
#[cfg(target_arch = "wasm32")]
pub fn folded(text: &str) -> String {
    js_sys::JsString::from(text).to_lower_case().into()
}

/// The same where there is no browser: in the tests.
#[cfg(not(target_arch = "wasm32"))]
pub fn folded(text: &str) -> String {
    text.to_lowercase()
}
