//! `hongyan invite`

use super::data_folder::{DataFolder, store_options};
use super::{Ending, Place, say};
use crate::auth::token::Token;
use crate::clock::Clock;
use crate::config::PublicUrl;

const SECONDS_A_DAY: i64 = 24 * 60 * 60;

/// The flags of the command.
#[derive(Debug, clap::Args)]
pub struct Invite {
    /// Days for which the invitation can be used.
    #[arg(long, env = "HONGYAN_VALID_DAYS", default_value_t = 7, value_name = "N",
          value_parser = clap::value_parser!(u16).range(1..))]
    valid_days: u16,
    /// Where people reach the server; then a link is printed.
    #[arg(long, env = "HONGYAN_PUBLIC_URL", value_name = "URL")]
    public_url: Option<PublicUrl>,
    #[command(flatten)]
    place: Place,
}

impl Invite {
    /// Prints the invitation, or the link to it. It is stored hashed, and cannot be printed again.
    pub(super) async fn run(self, clock: Clock) -> Result<(), Ending> {
        let token = Token::from_random(clock.random());
        let now = clock.now_s();
        let expires_at = now + i64::from(self.valid_days) * SECONDS_A_DAY;
        let store = DataFolder::share(&self.place.data)?.open(store_options(&clock)).await?;
        let made = store.create_invite(token.hash(), expires_at, now).await;
        store.close().await;
        made.map_err(Ending::failed)?;
        match self.public_url {
            // behind the `#`, so that it stands in no server's log
            Some(url) => say(format_args!("{url}/#invite={}", token.reveal())),
            None => say(token.reveal()),
        }
        Ok(())
    }
}
