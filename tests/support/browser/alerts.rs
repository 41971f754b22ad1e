//! The notifications that Firefox draws by itself, where there is no desktop to draw them: windows of its own, seen from
//! its own side of the browser.

use reqwest::Method;
use serde_json::{Value, json};
use thirtyfour::SessionId;
use thirtyfour::common::command::FormatRequestData;
use thirtyfour::common::requestdata::RequestData;

use super::Browser;
use crate::deadline::eventually;

/// What the windows say, oldest first. A person has some seconds to look at one; a test has as long as it takes: the
/// animation by which a window goes stands still.
const ALERTS: &str = r#"
return [...Services.wm.getEnumerator("alert:alert")].map(({ document }) => {
    const going = document.getElementById("alertBox")?.getAnimations() ?? [];
    going.filter(({ animationName }) => animationName === "alert-animation").forEach((one) => one.pause());
    const text = (id) => document.getElementById(id)?.value || document.getElementById(id)?.textContent || "";
    return `${text("alertTitleLabel")}: ${text("alertTextLabel")}`;
});
"#;
const PRESS: &str = r#"[...Services.wm.getEnumerator("alert:alert")].at(-1).onAlertClick();"#;
const DISMISS: &str =
    r#"for (const window of Services.wm.getEnumerator("alert:alert")) window.onAlertClose();"#;

const IN_FRONT: &str =
    r#"return Services.wm.getMostRecentWindow("navigator:browser").gBrowser.currentURI.spec;"#;

/// Where scripts run from now on: in the page, or in the browser around it (geckodriver's `moz/context`).
#[derive(Debug)]
struct Context(&'static str);

impl FormatRequestData for Context {
    fn format_request(&self, session_id: &SessionId) -> RequestData {
        RequestData::new(Method::POST, format!("session/{session_id}/moz/context"))
            .add_body(json!({"context": self.0}))
    }
}

impl Browser {
    /// What Firefox's notifications say: title and text.
    pub async fn alerts(&self) -> Vec<String> {
        let alerts = self.around_the_page(ALERTS).await;
        serde_json::from_value(alerts).expect("a list of texts")
    }

    /// Presses the newest of them.
    pub async fn press_alert(&self) {
        self.around_the_page(PRESS).await;
    }

    /// Puts all of them away.
    pub async fn dismiss_alerts(&self) {
        self.around_the_page(DISMISS).await;
    }

    /// The address of the tab that a person sees; the driver's own way to look at a tab brings it to the front.
    pub async fn address_in_front(&self) -> String {
        let address = self.around_the_page(IN_FRONT).await;
        address.as_str().unwrap_or_default().replace("%40", "@")
    }

    /// Goes to the tab that shows this path, once there is one.
    pub async fn to_page(&self, path: &str) {
        eventually(&format!("a tab shows {path}"), async || {
            for tab in self.driver().windows().await.ok()? {
                self.driver().switch_to_window(tab).await.ok()?;
                let url = self.driver().current_url().await.ok()?;
                if url.path().replace("%40", "@") == path {
                    return Some(());
                }
            }
            None
        })
        .await;
    }

    async fn around_the_page(&self, script: &str) -> Value {
        let driver = self.driver();
        driver.cmd(Context("chrome")).await.expect("Firefox lets its driver look");
        let answer = driver.execute(script, vec![]).await;
        driver.cmd(Context("content")).await.expect("and back");
        answer.expect("a script").json().clone()
    }
}
