//! `hongyan user add|passwd|list`

use std::io::{BufRead, IsTerminal, stdin};

use clap::Subcommand;
use common::id::UserId;
use common::limits;
use common::text::{parse_line, parse_username};
use time::OffsetDateTime;

use super::data_folder::{DataFolder, store_options};
use super::{Ending, Place, say};
use crate::auth::password::Passwords;
use crate::clock::Clock;
use crate::store::{NewAccount, Store};

/// The flags of the command.
#[derive(Debug, clap::Args)]
pub struct User {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Makes an account; the password is asked for, or read from standard input.
    Add {
        /// The user name, 1 to 64 of A-Z a-z 0-9 . _ -
        #[arg(value_name = "NAME")]
        name: String,
        /// The name by which the person is shown; the user name where absent.
        #[arg(long, env = "HONGYAN_DISPLAY_NAME", value_name = "TEXT")]
        display_name: Option<String>,
        #[command(flatten)]
        place: Place,
    },
    /// Sets a new password, asked for or read from standard input, and ends all devices of the account.
    Passwd {
        /// The user name, in any case.
        #[arg(value_name = "NAME")]
        name: String,
        #[command(flatten)]
        place: Place,
    },
    /// Lists the accounts: name, shown name, day made, devices signed in, and whether deleted.
    List {
        #[command(flatten)]
        place: Place,
    },
}

impl User {
    /// Does it. A server that runs on the same data refuses ended devices from then on, since it remembers no sessions of
    /// its own, and closes their sockets as soon as it sees the notice.
    pub(super) async fn run(self, clock: Clock) -> Result<(), Ending> {
        let (Verb::Add { place, .. } | Verb::Passwd { place, .. } | Verb::List { place }) = &self.verb;
        let folder = DataFolder::share(&place.data)?;
        // the name and the password are looked at before anything is opened
        let work = Work::prepare(self.verb, &clock).await?;
        let store = folder.open(store_options(&clock)).await?;
        let ends_devices = matches!(work, Work::Passwd { .. });
        let done = work.perform(&store).await;
        store.close().await;
        if done.is_ok() && ends_devices {
            folder.notice().leave(&clock).map_err(Ending::failed)?;
        }
        done
    }
}

/// What is to be done, with everything that it needs.
enum Work {
    Add(NewAccount),
    Passwd { name: UserId, hash: String },
    List,
}

impl Work {
    async fn prepare(verb: Verb, clock: &Clock) -> Result<Self, Ending> {
        match verb {
            Verb::Add { name, display_name, .. } => {
                let user_id = parse_username(&name).map_err(Ending::usage)?;
                let display_name = display_name.unwrap_or(name);
                let display_name = parse_line("display name", &display_name, limits::DISPLAY_NAME_CHARS)
                    .map_err(Ending::usage)?;
                let hints = vec![user_id.0.clone(), display_name.clone()];
                let password_hash = hash(ask_password()?, hints, clock).await?;
                let now = clock.now_s();
                Ok(Self::Add(NewAccount { user_id, display_name, password_hash, invite: None, now }))
            }
            Verb::Passwd { name, .. } => {
                let name = parse_username(&name).map_err(Ending::usage)?;
                let hash = hash(ask_password()?, vec![name.0.clone()], clock).await?;
                Ok(Self::Passwd { name, hash })
            }
            Verb::List { .. } => Ok(Self::List),
        }
    }

    async fn perform(self, store: &Store) -> Result<(), Ending> {
        match self {
            Self::Add(new) => {
                let name = new.user_id.clone();
                let made = store.create_account(new).await;
                made.map(drop).map_err(|error| Ending::failed(format!("{name}: {error}")))
            }
            Self::Passwd { name, hash } => {
                let found = store.find_account(&name).await.map_err(Ending::failed)?;
                let found = found.filter(|account| !account.deleted);
                let account = found.ok_or_else(|| Ending::failed(format!("{name}: no such account")))?;
                store.set_password(account.id, hash, None).await.map(drop).map_err(Ending::failed)
            }
            Self::List => {
                for person in store.list_people().await.map_err(Ending::failed)? {
                    let gone = if person.deleted { "deleted" } else { "" };
                    let day = day(person.created_at);
                    let (name, shown, devices) = (person.user_id, person.display_name, person.devices);
                    say(format_args!("{name}\t{shown}\t{day}\t{devices}\t{gone}"));
                }
                Ok(())
            }
        }
    }
}

async fn hash(password: String, hints: Vec<String>, clock: &Clock) -> Result<String, Ending> {
    Passwords::new().hash_new(password, hints, clock.random()).await.map_err(Ending::failed)
}

/// From the terminal without showing it, or the first line of standard input.
fn ask_password() -> Result<String, Ending> {
    if stdin().is_terminal() {
        return rpassword::prompt_password("Password: ").map_err(Ending::failed);
    }
    let mut line = String::new();
    stdin().lock().read_line(&mut line).map_err(Ending::failed)?;
    let password = line.trim_end_matches(['\r', '\n']);
    match password.is_empty() {
        true => Err(Ending::usage("no password on standard input")),
        false => Ok(password.to_owned()),
    }
}

/// The day of a moment in UTC, as ISO 8601 writes it.
fn day(unix_s: i64) -> String {
    OffsetDateTime::from_unix_timestamp(unix_s)
        .map_or_else(|_| "?".to_owned(), |moment| moment.date().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        assert_eq!(day(1_694_956_800), "2023-09-17");
        assert_eq!(day(i64::MAX), "?");
    }
}
