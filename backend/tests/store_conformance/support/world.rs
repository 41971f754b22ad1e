//! A store with people in it, and short words for what they do.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use backend::store::{
    Appended, Caller, Changed, Commit, HistoryRange, IdSource, Mark, Moved, NewAccount, NewGroup, NewMessage,
    ResumeLimits, Store, StoreError, StoreOptions, Target,
};
use common::id::{ConversationId, DeviceId, MessageId, Seq, UserId};
use common::model::HistoryPolicy;
use common::text::Content;
use common::wire::{ConversationDelta, Epoch, Page, Position, Resumed};
use sqlx::postgres::PgConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _, Executor as _};
use tempfile::TempDir;
use tokio::sync::mpsc;
use uuid::Uuid;

use super::Engine;

/// Commits that nobody has looked at yet; no case makes more.
const COMMITS_KEPT: usize = 1 << 17;
/// The moment at which a world begins, Unix seconds.
pub const START: i64 = 1_700_000_000;

/// A store with people in it.
pub struct World {
    /// The store.
    pub store: Store,
    /// What it tells.
    pub commits: mpsc::Receiver<Commit>,
    ids: Arc<AtomicU64>,
    engine: Engine,
    /// Holds the SQLite file.
    pub folder: TempDir,
    database: String,
}

impl World {
    /// An empty store on this engine.
    pub async fn new(engine: Engine) -> Self {
        let ids = Arc::new(AtomicU64::new(1));
        let folder =
            tempfile::Builder::new().prefix("hongyan-store-").tempdir().expect("a folder can be made");
        let unique =
            folder.path().file_name().and_then(|name| name.to_str()).expect("a temporary name is text");
        let database = unique.to_lowercase().replace(|c: char| !c.is_ascii_alphanumeric(), "_");
        if let Engine::Postgres(address) = &engine {
            let url = address.as_ref().expect("the server runs").url("postgres");
            let mut server = PgConnection::connect(&url).await.expect("the server is there");
            let create = sqlx::AssertSqlSafe(format!("create database {database}"));
            sqlx::query(create).execute(&mut server).await.expect("a database can be made");
        }
        let (tell, commits) = mpsc::channel(COMMITS_KEPT);
        let options = StoreOptions { commits: Some(tell), ..options(&ids, 7) };
        let store = open(&engine, &folder, &database, options).await.expect("a new store opens");
        Self { store, commits, ids, engine, folder, database }
    }

    /// Opens the same database once more, as another node or after a restart would, under an epoch that it must not
    /// take.
    pub async fn open_again(&self) -> Store {
        self.open_with(options(&self.ids, 8)).await
    }

    /// The same, with little patience for locks.
    pub async fn open_impatiently(&self) -> Store {
        let lock_wait = Duration::from_millis(100);
        self.open_with(StoreOptions { lock_wait, ..options(&self.ids, 8) }).await
    }

    async fn open_with(&self, options: StoreOptions) -> Store {
        open(&self.engine, &self.folder, &self.database, options).await.expect("the store opens again")
    }

    /// Whether this is PostgreSQL, where files are not ours.
    pub fn is_postgres(&self) -> bool {
        matches!(self.engine, Engine::Postgres(_))
    }

    /// Holds what the writer needs, as another process might.
    pub async fn lock(&self) -> Lock {
        let mut connection = match &self.engine {
            Engine::Sqlite => {
                let options = SqliteConnectOptions::new().filename(self.folder.path().join("hongyan.db"));
                Lock::Sqlite(options.connect().await.expect("the file opens"))
            }
            Engine::Postgres(address) => {
                let url = address.as_ref().expect("the server runs").url(&self.database);
                Lock::Postgres(PgConnection::connect(&url).await.expect("the server is there"))
            }
        };
        match &mut connection {
            Lock::Sqlite(db) => drop(db.execute("begin immediate").await.expect("nobody else writes")),
            Lock::Postgres(db) => {
                db.execute("begin").await.expect("a transaction begins");
                db.execute("update server set position = position").await.expect("nobody else writes");
            }
        }
        connection
    }

    /// An id that nothing has yet.
    pub fn id(&self) -> Uuid {
        next_id(&self.ids)
    }

    /// A message id that nothing has yet.
    pub fn message_id(&self) -> MessageId {
        MessageId(self.id())
    }

    /// A new person.
    pub async fn person(&self, name: &str) -> Caller {
        let user_id = UserId::from(name);
        let account = self.store.create_account(new_account(name)).await.expect("the name is free");
        Caller { account, user_id, device: DeviceId(self.id()) }
    }

    /// A message from one person to another.
    pub fn message(&self, from: &Caller, to: &Caller, text: &str) -> NewMessage {
        NewMessage {
            caller: from.clone(),
            target: Target::Person(to.user_id.clone()),
            message_id: self.message_id(),
            content: content(text),
            after: None,
            origin: None,
            now: START,
        }
    }

    /// Says something to a person.
    pub async fn say(&self, from: &Caller, to: &Caller, text: &str) -> Appended {
        self.store.append_message(self.message(from, to, text)).await.expect("the message is taken")
    }

    /// Says something in a conversation.
    pub async fn say_in(
        &self,
        from: &Caller,
        conversation: ConversationId,
        text: &str,
    ) -> Result<Appended, StoreError> {
        let target = Target::Conversation(conversation);
        self.store.append_message(NewMessage { target, ..self.message(from, from, text) }).await
    }
}

impl World {
    /// A group of these people, owned by the first; the world's short word for `create_group`.
    pub async fn group(&self, owner: &Caller, others: &[&Caller], history: HistoryPolicy) -> ConversationId {
        let people = others.iter().map(|other| other.user_id.clone()).collect();
        let new = NewGroup { title: "Geese".into(), people, history, request_id: None };
        self.store.create_group(owner, new, START).await.expect("the group is made").conversation
    }

    /// Brings someone in.
    pub async fn add(&self, by: &Caller, conversation: ConversationId, who: &Caller) -> Changed {
        let people = vec![who.user_id.clone()];
        self.store.add_members(by, conversation, people, START).await.expect("they may come in")
    }

    /// Removes someone.
    pub async fn remove(&self, by: &Caller, conversation: ConversationId, who: &Caller) -> Changed {
        let person = who.user_id.clone();
        self.store.remove_member(by, conversation, person, START).await.expect("they may be removed")
    }

    /// Moves a mark.
    pub async fn mark(
        &self,
        who: &Caller,
        conversation: ConversationId,
        mark: Mark,
        seq: Seq,
    ) -> Result<Moved, StoreError> {
        self.store.move_mark(who, conversation, mark, seq, START).await
    }

    /// The whole of a conversation as someone may see it.
    pub async fn view(&self, who: &Caller, conversation: ConversationId) -> ConversationDelta {
        self.store.load_conversation(who.account, conversation).await.expect("they may see it")
    }

    /// The newest page of a log as someone may see it.
    pub async fn newest(&self, who: &Caller, conversation: ConversationId) -> Page {
        let page = self.store.history(who.account, conversation, HistoryRange::Newest, 100).await;
        page.expect("they may see it")
    }

    /// What a device at this position misses.
    pub async fn resume(&self, who: &Caller, base: Option<Position>) -> Resumed {
        let resumed = self.store.resume(who.account, base, ResumeLimits::default()).await;
        resumed.expect("the store can be read")
    }
}

/// A held lock.
pub enum Lock {
    /// SQLite's one lock for writing.
    Sqlite(SqliteConnection),
    /// PostgreSQL's lock on the server's row.
    Postgres(PgConnection),
}

impl Lock {
    /// Gives it back.
    pub async fn release(self) {
        match self {
            Self::Sqlite(db) => db.close().await.expect("the connection closes"),
            Self::Postgres(db) => db.close().await.expect("the connection closes"),
        }
    }
}

/// A person to be, with nothing special about them.
pub fn new_account(name: &str) -> NewAccount {
    NewAccount {
        user_id: UserId::from(name),
        display_name: format!("The {name}"),
        password_hash: "$argon2id$".into(),
        invite: None,
        now: START,
    }
}

/// A text that is fit to be sent.
pub fn content(text: &str) -> Content {
    Content::parse(text.into()).expect("the text is fit to be sent")
}

fn next_id(ids: &AtomicU64) -> Uuid {
    Uuid::from_u128(
        0x018f_0000_0000_7000_8000_0000_0000_0000 | u128::from(ids.fetch_add(1, Ordering::Relaxed)),
    )
}

fn options(ids: &Arc<AtomicU64>, epoch: u64) -> StoreOptions {
    let ids = ids.clone();
    let new_id: IdSource = Arc::new(move || next_id(&ids));
    // several nodes write to one database on a machine that may be slow
    let lock_wait = Duration::from_secs(30);
    StoreOptions { lock_wait, ..StoreOptions::new(Epoch(epoch), new_id) }
}

async fn open(
    engine: &Engine,
    folder: &TempDir,
    database: &str,
    options: StoreOptions,
) -> Result<Store, StoreError> {
    match engine {
        Engine::Sqlite => Store::open_sqlite(&folder.path().join("hongyan.db"), options).await,
        Engine::Postgres(address) => {
            let url = address.as_ref().expect("the server runs").url(database);
            Store::open_postgres(&url, options).await
        }
    }
}
