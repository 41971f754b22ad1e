//! `hongyan replace-push-key`

use super::data_folder::{DataFolder, store_options};
use super::{Ending, Place, say};
use crate::clock::Clock;
use crate::push::vapid::VapidKey;

/// The flags of the command.
#[derive(Debug, clap::Args)]
pub struct ReplacePushKey {
    #[command(flatten)]
    place: Place,
}

impl ReplacePushKey {
    /// Makes the key and keeps it. A server that runs would go on with the other, so there must be none.
    pub(super) async fn run(self, clock: Clock) -> Result<(), Ending> {
        let key = VapidKey::generate(&clock);
        let store = DataFolder::own(&self.place.data)?.open(store_options(&clock)).await?;
        let kept = store.replace_push_key(key.to_bytes()).await;
        store.close().await;
        kept.map_err(Ending::failed)?;
        say(format_args!(
            "the key is now {}; browsers subscribe anew when their app is opened next",
            key.public()
        ));
        Ok(())
    }
}
