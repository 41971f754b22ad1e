//! What this device calls itself in the list of devices: "Chrome, Windows".

/// The browser and the system, as far as the browser's own description tells.
pub(super) fn guess() -> String {
    let agent = web_sys::window().and_then(|window| window.navigator().user_agent().ok());
    describe(&agent.unwrap_or_default())
}

/// Names are brands, the same in every language. The order matters: most browsers name their ancestors too.
fn describe(agent: &str) -> String {
    let find = |names: &[(&str, &'static str)]| {
        names.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name)
    };
    let browser = find(&[
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser", "Samsung Internet"),
        ("Firefox", "Firefox"),
        ("FxiOS", "Firefox"),
        ("CriOS", "Chrome"),
        ("Chrome", "Chrome"),
        ("Safari", "Safari"),
    ]);
    let system = find(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("CrOS", "ChromeOS"),
        ("Windows", "Windows"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser}, {system}"),
        (Some(only), None) | (None, Some(only)) => only.to_owned(),
        (None, None) => "Web".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::describe;

    #[test]
    fn browsers_are_not_taken_for_their_ancestors() {
        let chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36";
        assert_eq!(describe(chrome), "Chrome, Linux");
        assert_eq!(describe(&chrome.replace("X11; Linux", "Linux; Android 15")), "Chrome, Android");
        assert_eq!(describe(&format!("{chrome} Edg/140.0")), "Edge, Linux");
        assert_eq!(
            describe("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Safari/604"),
            "Safari, iPhone"
        );
        assert_eq!(describe(""), "Web");
    }
}
