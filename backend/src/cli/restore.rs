//! `hongyan restore FILE`

use std::path::PathBuf;

use super::data_folder::{DataFolder, new_epoch};
use super::{Ending, Place};
use crate::clock::Clock;
use crate::store;

/// The flags of the command.
#[derive(Debug, clap::Args)]
pub struct Restore {
    /// A file that `hongyan backup` wrote. What is in the data folder now is kept beside it.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    place: Place,
}

impl Restore {
    /// Looks at the backup first; what is no backup changes nothing. Devices that know more than it bring back what
    /// they wrote themselves.
    pub(super) async fn run(self, clock: Clock) -> Result<(), Ending> {
        let unfit = |error| Ending::failed(format!("{}: {error}", self.file.display()));
        store::validate_backup(&self.file).await.map_err(unfit)?;
        let folder = DataFolder::own(&self.place.data)?;
        store::restore(&self.file, &folder.database(), new_epoch(&clock)).await.map_err(unfit)
    }
}
