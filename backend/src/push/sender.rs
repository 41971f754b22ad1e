//! One request to a push service (RFC 8030, section 5), and what its answer means.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderMap, StatusCode};
use reqwest::redirect::Policy;
use reqwest::{Client, Response};

use super::endpoint::{Endpoint, Services};
use super::resolve::Resolver;
use super::vapid::VapidKey;
use crate::store::LONGEST_PAUSE_S;
pub use crate::store::Trouble;

/// A push service that takes longer is tried again later.
const ANSWERS_WITHIN: Duration = Duration::from_secs(15);
const CONNECTS_WITHIN: Duration = Duration::from_secs(5);
/// Connections to one push service that are kept for the next request, and for how long.
const IDLE_CONNECTIONS: usize = 4;
const IDLE_FOR: Duration = Duration::from_secs(60);
/// An answer is a status; what it says beyond is read so far, so that its connection can be used again.
const ANSWER_BYTES: usize = 4_096;
/// A push service that asks for more patience than this is asked again after it.
const MOST_PATIENCE: Duration = Duration::from_secs(LONGEST_PAUSE_S.cast_unsigned());

/// A word by which push services know us is said again for so long, seconds; it is good for much longer. To sign one takes
/// more than all else about a notification.
const SAID_AGAIN_FOR_S: i64 = 60 * 60;
/// Push services for which a word is kept.
const WORDS_KEPT: usize = 256;

/// Sends to push services, and to nobody else. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Sender {
    client: Client,
    services: Arc<Services>,
    contact: Option<Arc<str>>,
    words: Arc<Mutex<Words>>,
}

/// For each origin the word that was signed last, and when (Unix seconds).
type Words = HashMap<String, (Arc<str>, i64)>;

/// What is sent.
#[derive(Clone, Debug)]
pub struct PushMessage {
    /// Where.
    pub endpoint: Endpoint,
    /// Encrypted for who subscribed there.
    pub body: Vec<u8>,
    /// How long the push service keeps it for a browser that is away.
    pub keep_for: Duration,
    /// A later push of the same topic takes the place of this one while it is kept (section 5.4).
    pub topic: String,
}

/// What came of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// The push service has taken charge of it.
    Taken,
    /// The subscription is no more (section 7.3).
    Gone,
    /// Not now: after this time, when the push service has said one.
    Later(Option<Duration>, Trouble),
    /// Not like this, and not later either.
    Refused(Trouble),
}

impl Sender {
    /// `contact` is a `mailto:` or `https:` by which push services find the operator.
    pub fn new(services: Arc<Services>, contact: Option<&str>) -> Self {
        Self::by(Resolver::new(services), contact)
    }

    /// To where names lead by this resolver.
    pub(super) fn by(resolver: Resolver, contact: Option<&str>) -> Self {
        // a second one changes nothing
        drop(rustls::crypto::ring::default_provider().install_default());
        let builder = || {
            Client::builder()
                .dns_resolver(Arc::new(resolver.clone()))
                .no_proxy()
                .redirect(Policy::none())
                .connect_timeout(CONNECTS_WITHIN)
                .timeout(ANSWERS_WITHIN)
                .pool_max_idle_per_host(IDLE_CONNECTIONS)
                .pool_idle_timeout(IDLE_FOR)
        };
        let client = builder().build().or_else(|error| {
            tracing::warn!(%error, "no certificates to know push services by: there are no notifications");
            builder().tls_certs_only([]).build()
        });
        let client = client.expect("a client without certificates can be made");
        let services = resolver.services;
        Self { client, services, contact: contact.map(Arc::from), words: Arc::default() }
    }

    /// The push services that it sends to.
    pub fn services(&self) -> &Services {
        &self.services
    }

    /// Sends it and waits for the answer.
    pub async fn send(&self, push: PushMessage, key: &VapidKey, now_s: i64) -> Outcome {
        let word = self.word(push.endpoint.origin(), key, now_s);
        let request = self
            .client
            .post(push.endpoint.url())
            .header(AUTHORIZATION, &*word)
            .header(CONTENT_ENCODING, "aes128gcm")
            .header(CONTENT_TYPE, "application/octet-stream")
            .header("TTL", push.keep_for.as_secs())
            .header("Urgency", "high")
            .header("Topic", push.topic)
            .body(push.body);
        match request.send().await {
            Ok(answer) => {
                let outcome = outcome(answer.status(), answer.headers(), now_s);
                drain(answer).await;
                outcome
            }
            Err(error) if error.is_timeout() => Outcome::Later(None, Trouble::Timeout),
            Err(_) => Outcome::Later(None, Trouble::Connection),
        }
    }

    /// That by which this push service knows us.
    fn word(&self, origin: String, key: &VapidKey, now_s: i64) -> Arc<str> {
        let mut words = self.words.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((word, since)) = words.get(&origin)
            && (*since..since + SAID_AGAIN_FOR_S).contains(&now_s)
        {
            return Arc::clone(word);
        }
        if words.len() >= WORDS_KEPT {
            words.clear();
        }
        let word: Arc<str> = key.authorization(&origin, self.contact.as_deref(), now_s).into();
        words.insert(origin, (Arc::clone(&word), now_s));
        word
    }
}

fn outcome(status: StatusCode, headers: &HeaderMap, now_s: i64) -> Outcome {
    let trouble = Trouble::Status(status.as_u16());
    match status {
        status if status.is_success() => Outcome::Taken,
        StatusCode::NOT_FOUND | StatusCode::GONE => Outcome::Gone,
        // 406 is how Microsoft's push service says that it is too much at once
        StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT | StatusCode::NOT_ACCEPTABLE => {
            Outcome::Later(patience(headers, now_s), trouble)
        }
        status if status.is_server_error() => Outcome::Later(patience(headers, now_s), trouble),
        _ => Outcome::Refused(trouble),
    }
}

/// `Retry-After`: seconds, or a date (RFC 9110, section 10.2.3).
fn patience(headers: &HeaderMap, now_s: i64) -> Option<Duration> {
    let said = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let seconds = match said.parse::<u64>() {
        Ok(seconds) => seconds,
        Err(_) => {
            let at = httpdate::parse_http_date(said).ok()?;
            let at = at.duration_since(std::time::UNIX_EPOCH).ok()?.as_secs();
            at.saturating_sub(u64::try_from(now_s).ok()?)
        }
    };
    Some(Duration::from_secs(seconds).min(MOST_PATIENCE))
}

/// Reads what there is to read, within bounds; a connection with more on it is dropped.
async fn drain(mut answer: Response) {
    let mut read = 0;
    while let Ok(Some(chunk)) = answer.chunk().await {
        read += chunk.len();
        if read > ANSWER_BYTES {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use bytes::Bytes;
    use futures_util::stream;
    use http_body_util::StreamBody;
    use hyper::body::Frame;

    use super::*;

    /// How many parts are read of an answer that has so many, of 1,024 bytes each.
    async fn parts_read(parts: usize) -> usize {
        let read = Arc::<AtomicUsize>::default();
        let reading = Arc::clone(&read);
        let body = stream::iter((0..parts).map(move |_| {
            reading.fetch_add(1, Ordering::Relaxed);
            Ok::<_, Infallible>(Frame::data(Bytes::from_static(&[b' '; 1_024])))
        }));
        drain(http::Response::new(reqwest::Body::wrap(StreamBody::new(body))).into()).await;
        read.load(Ordering::Relaxed)
    }

    #[tokio::test]
    async fn an_answer_is_read_to_its_end_unless_it_has_none() {
        assert_eq!(parts_read(3).await, 3, "or its connection could not be used again");
        assert_eq!(parts_read(ANSWER_BYTES / 1_024).await, ANSWER_BYTES / 1_024);
        assert_eq!(parts_read(1_000_000).await, ANSWER_BYTES / 1_024 + 1);
    }

    fn answered(status: u16, retry_after: Option<&str>) -> Outcome {
        let mut headers = HeaderMap::new();
        if let Some(said) = retry_after {
            headers.insert(RETRY_AFTER, said.parse().unwrap());
        }
        outcome(StatusCode::from_u16(status).unwrap(), &headers, 1_694_956_800)
    }

    #[test]
    fn a_word_is_said_again_for_a_while_to_the_one_push_service() {
        let services = Services { known: vec![], vouched: vec![] };
        let sender = Sender::new(Arc::new(services), None);
        let key = VapidKey::generate(&crate::clock::Clock::held(0, 7));
        let word = |origin: &str, now_s| sender.word(origin.to_owned(), &key, now_s);
        let first = word("https://one.example", 1_000);
        assert_eq!(word("https://one.example", 1_000 + SAID_AGAIN_FOR_S - 1), first);
        assert_ne!(word("https://other.example", 1_000), first);
        assert_ne!(word("https://one.example", 1_000 + SAID_AGAIN_FOR_S), first);
        assert_ne!(
            word("https://one.example", 900),
            first,
            "the clock was set back: it would be good for too long"
        );
    }

    #[test]
    fn an_answer_says_what_to_do() {
        for taken in [200, 201, 202, 204] {
            assert_eq!(answered(taken, None), Outcome::Taken);
        }
        for gone in [404, 410] {
            assert_eq!(answered(gone, None), Outcome::Gone);
        }
        for later in [406, 408, 429, 500, 502, 503] {
            assert_eq!(answered(later, None), Outcome::Later(None, Trouble::Status(later)));
        }
        // a redirect is no way to elsewhere
        for refused in [301, 307, 400, 401, 403, 413] {
            assert_eq!(answered(refused, None), Outcome::Refused(Trouble::Status(refused)));
        }
    }

    #[test]
    fn patience_is_told_in_seconds_or_as_a_date_and_has_an_end() {
        let after = |said| match answered(429, Some(said)) {
            Outcome::Later(after, _) => after.map(|after| after.as_secs()),
            other => panic!("{other:?}"),
        };
        assert_eq!(after("120"), Some(120));
        assert_eq!(after("Sun, 17 Sep 2023 13:21:00 GMT"), Some(60));
        assert_eq!(after("Sun, 17 Sep 2023 13:19:00 GMT"), Some(0), "that was before");
        assert_eq!(after("99999999999"), Some(3_600));
        assert_eq!(after("soon"), None);
        assert_eq!(after("-1"), None);
    }
}
