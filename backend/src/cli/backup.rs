//! `hongyan backup FILE`

use std::path::PathBuf;

use super::data_folder::{DataFolder, store_options};
use super::{Ending, Place};
use crate::clock::Clock;
use crate::store::StoreError;

/// The flags of the command.
#[derive(Debug, clap::Args)]
pub struct Backup {
    /// The file to write; it must not be there yet.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    place: Place,
}

impl Backup {
    /// Writes the copy. Everything that was acknowledged before is in it.
    pub(super) async fn run(self, clock: Clock) -> Result<(), Ending> {
        let folder = DataFolder::share(&self.place.data)?;
        if !folder.database().is_file() {
            return Err(Ending::usage(format!("{}: there is nothing to back up", self.place.data.display())));
        }
        let store = folder.open(store_options(&clock)).await?;
        let written = store.backup_to(&self.file).await;
        store.close().await;
        written.map_err(|error| match error {
            StoreError::Conflict => Ending::failed(format!("{}: it is there already", self.file.display())),
            error => Ending::failed(format!("{}: {error}", self.file.display())),
        })
    }
}
