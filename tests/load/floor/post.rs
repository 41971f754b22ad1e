//! Notifications with nothing around them: encrypted by another implementation than the server's, and posted by the same
//! client of HTTP. Nothing is stored or looked up, and who sends them is not signed.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_util::{StreamExt, stream};
use p256::PublicKey;
use reqwest::Client;
use serde_json::Value;
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use web_push_native::Auth;

/// On their way at once, as the server has it.
const AT_ONCE: usize = 16;
/// The server's length of a notification, bytes.
const LENGTH: usize = 3_584;

struct Browser {
    endpoint: String,
    key: PublicKey,
    auth: Auth,
}

/// Hears of `subscriptions` and of a `count`, and posts so many notifications to them, one after the other.
pub async fn run(mut socket: WebSocketStream<TcpStream>) {
    let heard = socket.next().await.expect("somebody says to whom").expect("in words");
    let said: Value = serde_json::from_str(heard.to_text().expect("in words")).expect("JSON");
    let subscriptions = said["subscriptions"].as_array().expect("a list");
    let browsers: Vec<Browser> = subscriptions.iter().map(Browser::of).collect();
    let count = usize::try_from(said["count"].as_u64().expect("a number")).expect("it fits");
    support::tls::choose();
    let client = Client::builder().no_proxy().pool_max_idle_per_host(AT_ONCE).build().expect("a client");
    let posts = browsers.iter().cycle().take(count).map(|browser| post(&client, browser));
    stream::iter(posts).buffer_unordered(AT_ONCE).for_each(|()| std::future::ready(())).await;
    // whoever asked ends this
    std::future::pending().await
}

impl Browser {
    fn of(subscription: &Value) -> Self {
        let word = |value: &Value| value.as_str().expect("a text").to_owned();
        let bytes =
            |name: &str| URL_SAFE_NO_PAD.decode(word(&subscription["keys"][name])).expect("base64url");
        Self {
            endpoint: word(&subscription["endpoint"]),
            key: PublicKey::from_sec1_bytes(&bytes("p256dh")).expect("a point"),
            auth: Auth::clone_from_slice(&bytes("auth")),
        }
    }
}

async fn post(client: &Client, browser: &Browser) {
    let body =
        web_push_native::encrypt(vec![b'x'; LENGTH], &browser.key, &browser.auth).expect("it is short");
    let request = client
        .post(&browser.endpoint)
        .header("Authorization", "vapid t=none, k=none")
        .header("Content-Encoding", "aes128gcm")
        .header("TTL", 86_400)
        .header("Urgency", "high")
        .header("Topic", "none")
        .body(body);
    let answer = request.send().await.expect("the push service answers");
    assert!(answer.status().is_success(), "{}", answer.status());
}
