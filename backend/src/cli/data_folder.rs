//! The data folder: everything that a server remembers, and the lock that keeps two servers apart.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use common::wire::Epoch;

use super::Ending;
use super::notice::Notice;
use crate::clock::Clock;
use crate::store::{Store, StoreOptions};

/// The database, in the data folder.
const DATABASE: &str = "hongyan.db";
/// The file that a running server holds locked. It is empty and stays; the lock goes with the process.
const LOCK: &str = "hongyan.lock";
/// See [`Notice`].
const NOTICE: &str = "hongyan.notice";

/// A data folder that can be used.
#[derive(Debug)]
pub struct DataFolder {
    path: PathBuf,
    /// Held by a server and by a restore; nobody else may be one meanwhile.
    _lock: Option<File>,
}

impl DataFolder {
    /// For a server, or for putting a backup in place: nobody else may be doing either. Made if it is not there.
    ///
    /// Errors: `Usage`, if it cannot be used.
    pub fn own(path: &Path) -> Result<Self, Ending> {
        make(path).map_err(|error| unusable(path, error))?;
        let lock = OpenOptions::new().create(true).append(true).open(path.join(LOCK));
        let lock = lock.map_err(|error| unusable(path, error))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path: path.to_owned(), _lock: Some(lock) }),
            Err(TryLockError::WouldBlock) => {
                Err(Ending::usage(format!("data folder {}: a server is running on it", path.display())))
            }
            Err(TryLockError::Error(error)) => Err(unusable(path, error)),
        }
    }

    /// For a command that works beside a running server.
    ///
    /// Errors: `Usage`, if it is not there or cannot be read.
    pub fn share(path: &Path) -> Result<Self, Ending> {
        fs::read_dir(path).map_err(|error| unusable(path, error))?;
        Ok(Self { path: path.to_owned(), _lock: None })
    }

    /// The database file.
    pub fn database(&self) -> PathBuf {
        self.path.join(DATABASE)
    }

    /// By which a command tells a running server that it ended devices.
    pub fn notice(&self) -> Notice {
        Notice(self.path.join(NOTICE))
    }

    /// Opens the store in it.
    ///
    /// Errors: `Usage`, if the database cannot be read.
    pub async fn open(&self, options: StoreOptions) -> Result<Store, Ending> {
        let database = self.database();
        make_private(&database).map_err(|error| unusable(&database, error))?;
        let store = Store::open_sqlite(&database, options)
            .await
            .map_err(|error| Ending::usage(format!("{}: {error}", database.display())))?;
        for ending in ["", "-wal", "-shm"] {
            let mut file = database.as_os_str().to_owned();
            file.push(ending);
            close_to_others(Path::new(&file));
        }
        Ok(store)
    }
}

/// How the program opens its store; nobody is told of commits.
pub fn store_options(clock: &Clock) -> StoreOptions {
    let ids = clock.clone();
    StoreOptions::new(new_epoch(clock), Arc::new(move || ids.uuid_v7()))
}

/// A number that no other life of a store has had.
pub fn new_epoch(clock: &Clock) -> Epoch {
    Epoch(u64::from_le_bytes(clock.random()))
}

/// Makes a folder that only its owner may look into.
fn make(path: &Path) -> io::Result<()> {
    if path.exists() && !path.is_dir() {
        return Err(io::ErrorKind::NotADirectory.into());
    }
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(path)
}

/// Makes a file that only its owner may read, if it is not there yet: the folder may have been made by somebody else, for
/// everybody to look into. SQLite gives the files beside its database the same mode.
fn make_private(file: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.create_new(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(file) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// Takes the right to read or change a file from all but its owner: it may have been made before us, or copied. Where that
/// is not ours to do, it is told.
#[cfg(unix)]
fn close_to_others(file: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let Ok(mode) = fs::metadata(file).map(|data| data.permissions().mode()) else { return };
    if mode & 0o077 == 0 {
        return;
    }
    match fs::set_permissions(file, fs::Permissions::from_mode(mode & 0o700)) {
        Ok(()) => tracing::info!(file = %file.display(), "others could read it; now only its owner can"),
        Err(error) => tracing::warn!(file = %file.display(), %error, "others can read it"),
    }
}

#[cfg(not(unix))]
fn close_to_others(_file: &Path) {}

fn unusable(path: &Path, error: io::Error) -> Ending {
    Ending::usage(format!("data folder {}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_has_one_owner_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/data");
        assert!(DataFolder::share(&path).is_err(), "it is not there yet");
        let owner = DataFolder::own(&path).unwrap();
        let Err(Ending::Usage(line)) = DataFolder::own(&path) else { panic!("two owners") };
        assert!(line.ends_with("a server is running on it"), "{line}");
        assert!(DataFolder::share(&path).is_ok());
        drop(owner);
        assert!(DataFolder::own(&path).is_ok());
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn nobody_else_reads_what_is_kept_in_a_folder_that_was_there() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let owner = DataFolder::own(folder.path()).unwrap();
        let store = owner.open(store_options(&Clock::machine())).await.unwrap();
        let files: Vec<_> = fs::read_dir(folder.path()).unwrap().map(Result::unwrap).collect();
        let open: Vec<_> = files
            .iter()
            .filter(|file| file.metadata().unwrap().len() > 0)
            .filter(|file| file.metadata().unwrap().permissions().mode() & 0o077 != 0)
            .map(fs::DirEntry::file_name)
            .collect();
        assert!(open.is_empty(), "{open:?}");
        store.close().await;
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_database_that_others_could_read_is_closed_to_them() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let owner = DataFolder::own(folder.path()).unwrap();
        let running = owner.open(store_options(&Clock::machine())).await.unwrap();
        running.position().await.unwrap();
        let files: Vec<_> =
            ["hongyan.db", "hongyan.db-wal", "hongyan.db-shm"].map(|name| folder.path().join(name)).into();
        for file in &files {
            fs::set_permissions(file, fs::Permissions::from_mode(0o644)).unwrap();
        }
        let store = owner.open(store_options(&Clock::machine())).await.unwrap();
        for file in &files {
            assert_eq!(fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600, "{}", file.display());
        }
        store.close().await;
        running.close().await;
    }

    #[test]
    fn a_file_is_no_folder() {
        let file = tempfile::NamedTempFile::new().unwrap();
        assert!(matches!(DataFolder::own(file.path()), Err(Ending::Usage(_))));
        assert!(matches!(DataFolder::share(file.path()), Err(Ending::Usage(_))));
    }
}
