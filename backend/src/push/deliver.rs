//! From what is due to the push services: many at once, few to each, again and again until it is taken.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::{sleep, timeout};
use tracing::Instrument as _;

use super::encrypt::Recipient;
use super::hosts::Hosts;
use super::payload::{UNREAD_NAMED, of_clearing, of_news, of_test};
use super::sender::{Outcome, PushMessage};
use crate::app::App;
use crate::clock::Clock;
use crate::store::{Browser, Claimed, Done, LONGEST_PAUSE_S, News, StoreError, Trouble};

/// Deliveries on their way at once.
const ON_THE_WAY: usize = 64;
/// Claimed at once.
const CLAIMED: usize = 8;
/// What is on its way when the program stops has so long to arrive.
const ENDS_WITHIN: Duration = Duration::from_secs(5);
/// Longer than anything that is done with a claim, seconds.
pub(super) const LEASE_S: i64 = 120;
/// Who is at a device that has received the message has so long to read it before others ring, seconds.
const READ_WITHIN_S: i64 = 30;
/// The first pause before it is tried again, and the longest, seconds.
const AGAIN_AFTER_S: (i64, i64) = (5, 15 * 60);
/// The store is asked at least so often, so that a clock that was set is no harm.
const LOOK_AGAIN: Duration = Duration::from_secs(30);
/// While all that is due is of hosts that are busy, something of another may become due.
const STUCK_PAUSE: Duration = Duration::from_secs(1);
/// A test that comes later is none.
const TEST_KEPT_FOR: Duration = Duration::from_secs(60);
/// What came of it is to be written down so long before the lease ends, seconds.
const FINISHED_BEFORE_S: i64 = 30;
/// What the store could not say anything of is looked at again after this time, seconds.
const GIVEN_BACK_FOR_S: i64 = 5;
/// A pause after the store could not be read or written, the first and the longest of several.
const STORE_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_STORE_PAUSE: Duration = Duration::from_secs(8);

/// Delivers until the program stops.
pub(super) async fn run(app: App) {
    let mut deliverer = Deliverer { on_the_way: JoinSet::new(), hosts: Hosts::default(), stuck: None };
    loop {
        let pause = match deliverer.claim(&app).await {
            Ok(pause) => pause,
            Err(error) => {
                tracing::warn!(%error, "notifications wait for the store");
                STORE_PAUSE
            }
        };
        tokio::select! {
            () = app.lifecycle.stopping() => break,
            Some(done) = deliverer.on_the_way.join_next_with_id() => deliverer.arrived(done, app.clock.now_s()),
            () = app.push.0.due.notified() => deliverer.stuck = None,
            () = sleep(pause) => {}
        }
    }
    let arrive = async { while deliverer.on_the_way.join_next().await.is_some() {} };
    if timeout(ENDS_WITHIN, arrive).await.is_err() {
        // what is left is claimed: whoever starts next gives it back
        deliverer.on_the_way.shutdown().await;
    }
}

struct Deliverer {
    /// They end with what the push service said, where it was asked.
    on_the_way: JoinSet<Option<Outcome>>,
    hosts: Hosts,
    /// When, and while which hosts were busy, nothing that was due could go. To find that out the store looks through all
    /// that is due, so it is asked again only when something is different.
    stuck: Option<(i64, Vec<String>)>,
}

impl Deliverer {
    /// Claims what is due and sends it off; answers how long there is nothing more to claim.
    async fn claim(&mut self, app: &App) -> Result<Duration, StoreError> {
        loop {
            if self.on_the_way.len() + CLAIMED > ON_THE_WAY {
                return Ok(LOOK_AGAIN);
            }
            let now = app.clock.now_s();
            let busy = self.hosts.busy(CLAIMED, now);
            if self.stuck.as_ref().is_some_and(|(at, while_busy)| (*at, while_busy) == (now, &busy)) {
                return Ok(STUCK_PAUSE);
            }
            let Some(next) = app.store.next_delivery_at().await? else { return Ok(LOOK_AGAIN) };
            if (now + 1..=now + LONGEST_PAUSE_S).contains(&next) {
                let seconds = u64::try_from(next - now).unwrap_or(0);
                return Ok(Duration::from_secs(seconds).min(LOOK_AGAIN));
            }
            let leased_until = now + LEASE_S;
            let claimed = app.store.claim_deliveries(now, leased_until, CLAIMED, &busy).await?;
            if claimed.is_empty() {
                // all that is due is of hosts that are busy
                self.stuck = Some((now, busy));
                return Ok(STUCK_PAUSE);
            }
            for claimed in claimed {
                let (app, host) = (app.clone(), claimed.host.clone());
                let delivery = async move { deliver(&app, claimed, leased_until).await };
                let task = self.on_the_way.spawn(delivery.in_current_span());
                self.hosts.sent(task.id(), host);
            }
        }
    }

    fn arrived(&mut self, done: Result<(Id, Option<Outcome>), JoinError>, now: i64) {
        let (id, said) = match done {
            Ok(done) => done,
            Err(error) => {
                tracing::error!(%error, "a delivery panicked");
                (error.id(), None)
            }
        };
        let host = self.hosts.arrived(id, said.as_ref(), now);
        // what came meanwhile for the same browser is due at once
        self.stuck = self.stuck.take().filter(|(_, busy)| host.is_some_and(|host| busy.contains(&host)));
    }
}

/// What came of it, and what the push service said, where it was asked.
struct Attempt {
    done: Done,
    said: Option<Outcome>,
}

impl From<Done> for Attempt {
    fn from(done: Done) -> Self {
        Self { done, said: None }
    }
}

/// Sees one delivery through; answers what the push service said, where it was asked.
async fn deliver(app: &App, claimed: Claimed, leased_until: i64) -> Option<Outcome> {
    let Attempt { done, said } = match attempt(app, &claimed).await {
        Ok(Some(attempt)) => attempt,
        // its subscription went, and the delivery with it
        Ok(None) => return None,
        Err(error) => {
            tracing::warn!(%error, "a notification waits for the store");
            Done::GivenBack(app.clock.now_s() + GIVEN_BACK_FOR_S).into()
        }
    };
    app.metrics.pushed(label(done));
    finish(app, &claimed, done, leased_until - FINISHED_BEFORE_S).await;
    said
}

/// Writes down what came of it, again and again until this time: once the lease ends, what was taken would be sent again.
async fn finish(app: &App, claimed: &Claimed, done: Done, until: i64) {
    let mut pause = STORE_PAUSE;
    while let Err(error) = app.store.finish_delivery(claimed, done, app.clock.now_s()).await {
        tracing::warn!(%error, "what came of a notification cannot be written down");
        if app.clock.now_s() >= until {
            // told twice rather than never
            return;
        }
        sleep(pause).await;
        pause = (2 * pause).min(LONGEST_STORE_PAUSE);
    }
}

/// What came of it; none where its subscription is no more.
async fn attempt(app: &App, claimed: &Claimed) -> Result<Option<Attempt>, StoreError> {
    let now = app.clock.now_s();
    // also where the store could not say what it is about
    if now >= claimed.expires_at {
        return Ok(Some(Done::Dropped.into()));
    }
    let Some(news) = app.store.news(claimed, now, UNREAD_NAMED).await? else { return Ok(None) };
    Ok(Some(tell(app, claimed, &news, now).await))
}

async fn tell(app: &App, claimed: &Claimed, news: &News, now: i64) -> Attempt {
    if !news.is_news {
        if !(claimed.shown && app.push.0.clears) {
            return Done::Dropped.into();
        }
        let content = of_clearing(claimed, news, app.clock.now_ms());
        return sent(app, claimed, news, &content, Done::Delivered).await;
    }
    let read_by = news.sent_at + READ_WITHIN_S;
    // once: who writes on and on must not keep others from ringing
    if claimed.attempts == 1
        && news.delivered
        && now < read_by
        && app.fanout.hub().is_attentive(news.browser.account)
    {
        return Done::PutOff(read_by).into();
    }
    let content = of_news(claimed, news, &app.push.0.base, app.clock.now_ms());
    let done = if app.push.0.clears { Done::Shown } else { Done::Delivered };
    sent(app, claimed, news, &content, done).await
}

/// Sends it; `taken` where the push service has taken it.
async fn sent(app: &App, claimed: &Claimed, news: &News, content: &[u8], taken: Done) -> Attempt {
    let keep_for = Duration::from_secs((claimed.expires_at - app.clock.now_s()).max(0).cast_unsigned());
    let keys = (&news.browser.p256dh, news.browser.auth);
    let said = send(app, &news.browser.endpoint, keys, content, keep_for, topic(app, claimed)).await;
    let done = match said {
        Outcome::Taken => taken,
        Outcome::Gone => {
            let &Browser { account, p256dh, .. } = &news.browser;
            Done::Gone { account, p256dh }
        }
        Outcome::Refused(trouble) => Done::Failed(trouble),
        Outcome::Later(after, trouble) => {
            let at = app.clock.now_s() + pause_s(claimed.attempts, after, &app.clock);
            if at < claimed.expires_at { Done::Again { at, trouble } } else { Done::Failed(trouble) }
        }
    };
    Attempt { done, said: Some(said) }
}

/// Sends a test to a browser and answers what the push service said.
pub async fn try_out(app: &App, browser: &Browser) -> Outcome {
    let content = of_test(browser.language, &app.push.0.base);
    let keys = (&browser.p256dh, browser.auth);
    send(app, &browser.endpoint, keys, &content, TEST_KEPT_FOR, "test".into()).await
}

async fn send(
    app: &App,
    endpoint: &str,
    (p256dh, auth): (&[u8; 65], [u8; 16]),
    content: &[u8],
    keep_for: Duration,
    topic: String,
) -> Outcome {
    let not_allowed = Outcome::Refused(Trouble::NotAllowed);
    // what the operator lets us talk to may have changed since
    let Some(endpoint) = app.push.services().parse(endpoint) else { return not_allowed };
    let body = Recipient::new(p256dh, auth).and_then(|recipient| recipient.encrypt(content, &app.clock));
    let Ok(body) = body else { return not_allowed };
    let message = PushMessage { endpoint, body, keep_for, topic };
    app.push.0.sender.send(message, &app.push.0.key, app.clock.now_s()).await
}

/// A name of at most 32 characters (RFC 8030, section 5.4) for a conversation and a browser, from which nobody
/// else learns which conversation it is, nor that other browsers hear of the same.
fn topic(app: &App, claimed: &Claimed) -> String {
    let mut hash = Sha256::new();
    hash.update(app.push.0.key.to_bytes());
    hash.update(claimed.subscription.as_bytes());
    hash.update(claimed.conversation.0.as_bytes());
    URL_SAFE_NO_PAD.encode(&hash.finalize()[..24])
}

/// Twice as long after each attempt, and somewhere in the upper half of that; at least what the push service has said.
fn pause_s(attempts: u32, said: Option<Duration>, clock: &Clock) -> i64 {
    let (first, longest) = AGAIN_AFTER_S;
    let whole = first.saturating_mul(1 << attempts.saturating_sub(1).min(16)).min(longest);
    let some = whole - clock.random_below(whole.cast_unsigned() / 2 + 1).cast_signed();
    some.max(said.map_or(0, |said| said.as_secs().cast_signed()))
}

/// What is counted.
fn label(done: Done) -> &'static str {
    match done {
        Done::Delivered | Done::Shown => "delivered",
        Done::Dropped => "dropped",
        Done::Failed(_) => "failed",
        Done::Again { .. } | Done::GivenBack(_) => "again",
        Done::PutOff(_) => "put off",
        Done::Gone { .. } => "gone",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_are_spread_and_end_somewhere() {
        let clock = Clock::held(0, 7);
        let (first, longest) = AGAIN_AFTER_S;
        for attempts in 1..40 {
            let whole = first.saturating_mul(1 << (attempts - 1).min(16)).min(longest);
            let pauses: Vec<i64> = (0..50).map(|_| pause_s(attempts, None, &clock)).collect();
            assert!(pauses.iter().all(|pause| (whole / 2..=whole).contains(pause)), "{attempts}: {pauses:?}");
            assert!(pauses.iter().any(|pause| *pause != pauses[0]), "{attempts}");
        }
        assert_eq!(pause_s(1, Some(Duration::from_secs(100)), &clock), 100);
        assert!(pause_s(20, Some(Duration::from_secs(1)), &clock) >= longest / 2);
    }
}
