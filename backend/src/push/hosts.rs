//! What is known of each push service while the program runs: what is on its way to it, whether it has asked for patience, and
//! what it has refused.

use std::collections::HashMap;

use tokio::task::Id;

use super::sender::{Outcome, Trouble};

/// On their way to one push service at most, so that one that is slow holds up no other.
const TO_ONE_HOST: usize = 16;
/// A push service that asks for patience, for one delivery, is left alone with all others for as long, but not for longer than
/// this, seconds: it may have meant the one browser only.
const RESTS_AT_MOST_S: i64 = 60;
/// Push services that are left alone at once. The store can leave out these, and those to which all goes that may.
const MOST_RESTING: usize = 8;
/// Between two lines in the log that one push service refuses something, seconds.
const LOGGED_EVERY_S: i64 = 60 * 60;
/// Push services of which that is remembered.
const MOST_LOGGED: usize = 256;

/// See the module.
#[derive(Default)]
pub(super) struct Hosts {
    /// To which host each goes.
    on_the_way: HashMap<Id, String>,
    /// Which are left alone, and until when (Unix seconds).
    resting: HashMap<String, i64>,
    /// When it was logged last that one refused something (Unix seconds).
    logged: HashMap<String, i64>,
}

impl Hosts {
    /// A delivery has been sent off.
    pub(super) fn sent(&mut self, id: Id, host: String) {
        self.on_the_way.insert(id, host);
    }

    /// One has arrived, and this was said, if anything was; answers where.
    pub(super) fn arrived(&mut self, id: Id, said: Option<&Outcome>, now_s: i64) -> Option<String> {
        let host = self.on_the_way.remove(&id)?;
        match said {
            Some(Outcome::Later(Some(after), _)) => {
                self.resting.retain(|_, until| is_ahead(*until, now_s));
                if self.resting.len() < MOST_RESTING || self.resting.contains_key(&host) {
                    let until = now_s + after.as_secs().cast_signed().min(RESTS_AT_MOST_S);
                    let resting = self.resting.entry(host.clone()).or_insert(until);
                    *resting = until.max(*resting);
                }
            }
            Some(Outcome::Refused(Trouble::Status(status))) if self.is_news(&host, now_s) => {
                tracing::warn!(host, status, "a push service refuses notifications");
            }
            _ => {}
        }
        Some(host)
    }

    /// Those to which no more may go for now when so many more would.
    pub(super) fn busy(&self, more: usize, now_s: i64) -> Vec<String> {
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for host in self.on_the_way.values() {
            *counts.entry(host).or_default() += 1;
        }
        counts.retain(|_, count| *count + more > TO_ONE_HOST);
        let resting = self.resting.iter().filter(|(_, until)| is_ahead(**until, now_s));
        let mut busy: Vec<&str> = counts.into_keys().chain(resting.map(|(host, _)| &**host)).collect();
        busy.sort_unstable();
        busy.dedup();
        busy.into_iter().map(str::to_owned).collect()
    }

    /// Whether it has not been logged of late that this one refuses something; it is from now on.
    fn is_news(&mut self, host: &str, now_s: i64) -> bool {
        if self.logged.get(host).is_some_and(|at| (*at..at + LOGGED_EVERY_S).contains(&now_s)) {
            return false;
        }
        if self.logged.len() >= MOST_LOGGED {
            self.logged.clear();
        }
        self.logged.insert(host.to_owned(), now_s);
        true
    }
}

/// A time that lies too far ahead is one of a clock that was set back since.
fn is_ahead(until: i64, now_s: i64) -> bool {
    (now_s + 1..=now_s + RESTS_AT_MOST_S).contains(&until)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::task::JoinSet;

    use super::*;

    /// Sends one off; answers by what it is known.
    fn send(hosts: &mut Hosts, tasks: &mut JoinSet<()>, host: &str) -> Id {
        let id = tasks.spawn(async {}).id();
        hosts.sent(id, host.to_owned());
        id
    }

    fn later(seconds: u64) -> Outcome {
        Outcome::Later(Some(Duration::from_secs(seconds)), Trouble::Status(429))
    }

    #[tokio::test]
    async fn few_go_to_one_at_once() {
        let (mut hosts, mut tasks) = (Hosts::default(), JoinSet::new());
        let ids: Vec<Id> = (0..9).map(|_| send(&mut hosts, &mut tasks, "slow.example")).collect();
        send(&mut hosts, &mut tasks, "other.example");
        assert_eq!(hosts.busy(8, 0), ["slow.example"]);
        assert_eq!(hosts.arrived(ids[0], Some(&Outcome::Taken), 0).as_deref(), Some("slow.example"));
        assert!(hosts.busy(8, 0).is_empty());
    }

    #[tokio::test]
    async fn one_that_asks_for_patience_is_left_alone_for_a_while() {
        let (mut hosts, mut tasks) = (Hosts::default(), JoinSet::new());
        let mut say = |hosts: &mut Hosts, said: Outcome| {
            let id = send(hosts, &mut tasks, "tired.example");
            hosts.arrived(id, Some(&said), 1_000);
        };
        say(&mut hosts, Outcome::Later(None, Trouble::Status(503)));
        assert!(hosts.busy(8, 1_000).is_empty(), "it did not ask");
        say(&mut hosts, later(30));
        say(&mut hosts, later(5));
        assert_eq!(hosts.busy(8, 1_029), ["tired.example"]);
        assert!(hosts.busy(8, 1_030).is_empty());
        say(&mut hosts, later(3_600));
        assert_eq!(hosts.busy(8, 1_059), ["tired.example"]);
        assert!(hosts.busy(8, 1_060).is_empty(), "others than the one browser need not wait for so long");
        assert!(hosts.busy(8, 900).is_empty(), "the clock was set back");
    }

    #[test]
    fn a_refusal_is_logged_now_and_then() {
        let mut hosts = Hosts::default();
        assert!(hosts.is_news("one.example", 1_000));
        assert!(!hosts.is_news("one.example", 1_000 + LOGGED_EVERY_S - 1));
        assert!(hosts.is_news("other.example", 1_000));
        assert!(hosts.is_news("one.example", 1_000 + LOGGED_EVERY_S));
        assert!(hosts.is_news("one.example", 900), "the clock was set back");
    }
}
