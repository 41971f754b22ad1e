//! Why the store did not do what it was asked.

/// Everything that can go wrong in the store. The first group are refusals: rules of the domain that the request
/// met with; the others say that the store itself could not.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Not there, or not for this account to know of.
    #[error("not found")]
    NotFound,
    /// Known to the account, and not allowed to it.
    #[error("not allowed")]
    Forbidden,
    /// The other person does not take direct messages from this one.
    #[error("blocked")]
    Blocked,
    /// The id is taken by something else.
    #[error("the id is taken")]
    Conflict,
    /// The message named by `after` is not committed.
    #[error("the message before is not committed")]
    TooEarly,
    /// The user name is taken, or was.
    #[error("the name is taken")]
    NameTaken,
    /// No such invitation, or used, or expired.
    #[error("no such invitation")]
    InviteUnusable,
    /// A group has its most members.
    #[error("the group is full")]
    Full,
    /// A receipt beyond the head of the log, as far as the account may see it.
    #[error("beyond the head")]
    BeyondHead,

    /// Not now: disk full, database locked, the writer's queue full, or shutting down. Nothing was stored, or it is
    /// not known whether (a connection lost while committing): the same request may be made again.
    #[error("unavailable: {0}")]
    Unavailable(String),
    /// The file or a row in it is not what we wrote.
    #[error("corrupt: {0}")]
    Corrupt(String),
    /// Another transaction was first: a key taken meanwhile, a deadlock, a conflict of snapshots. The same, tried
    /// again, finds what the other left.
    #[error("another was first: {0}")]
    Raced(String),
    /// The database refused something that it should not have.
    #[error("database: {0}")]
    Database(String),
}

impl StoreError {
    /// Whether a rule of the domain said no; then nothing is wrong with the store, and nothing was changed.
    pub fn is_refusal(&self) -> bool {
        !matches!(self, Self::Unavailable(_) | Self::Corrupt(_) | Self::Raced(_) | Self::Database(_))
    }
}
