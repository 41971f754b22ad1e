//! What SQLite does with the same tables when nothing else is in the way: one thread, prepared statements.

use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::{Connection, params};

const ROWS_EACH: usize = 100;
const TIME: Duration = Duration::from_secs(4);
const CONTENT: &str =
    "a line of a usual length, as people write them all day a line of a usual length, as people do";

/// Rows a second of a bare loop, 100 in a transaction, durable: an entry and its id, the columns and indexes of the
/// server, spread over its conversations. Works on a copy.
pub fn rows_per_second(database: &Path, copy: &Path) -> f64 {
    let copy_name = copy.to_str().expect("our folders have plain names");
    open(database).execute("vacuum into ?1", params![copy_name]).expect("room for a copy");
    let mut connection = open(copy);
    let conversations = heads(&connection);
    let (start, mut rows) = (Instant::now(), 0_u64);
    while start.elapsed() < TIME {
        let transaction = connection.transaction().expect("nobody else writes");
        for _ in 0..ROWS_EACH {
            let (conversation, head, actor) = &conversations[rows as usize % conversations.len()];
            let seq = head + 1 + (rows as usize / conversations.len()) as i64;
            insert(&transaction, conversation, seq, *actor, 1_000_000_000 + rows);
            rows += 1;
        }
        transaction.commit().expect("a disk with room");
    }
    rows as f64 / start.elapsed().as_secs_f64()
}

/// The time to read that many entries of the longest log, in milliseconds; the best of five.
pub fn reading_ms(database: &Path, count: usize) -> f64 {
    let connection = open(database);
    let mut best = f64::MAX;
    for _ in 0..5 {
        let start = Instant::now();
        let mut statement = connection
            .prepare(
                "select e.seq, e.message_id, a.name, e.kind, e.created_at, e.count, e.actor_count, e.digest, e.content
                 from entry e join account a on a.id = e.actor
                 where e.conversation = (select id from conversation order by head_seq desc limit 1)
                 order by e.seq limit ?1",
            )
            .expect("the server's schema");
        let rows = statement
            .query_map(params![count as i64], |row| {
                Ok((
                    row.get::<_, i64>(0)?,
                    row.get::<_, Vec<u8>>(1)?,
                    row.get::<_, String>(2)?,
                    row.get::<_, String>(8)?,
                ))
            })
            .expect("a query");
        let read: Vec<_> = rows.collect::<Result<_, _>>().expect("rows as the schema says");
        assert_eq!(read.len(), count, "the log has that many");
        best = best.min(start.elapsed().as_secs_f64() * 1000.0);
    }
    best
}

/// Puts that many entries on top of the first conversation's log, as if they had been sent. Their digests are not
/// those of the chain: nothing that is measured on such a store compares them.
pub fn fill(database: &Path, count: usize) {
    let mut connection = open(database);
    let (conversation, head, actor) = heads(&connection).remove(0);
    for from in (0..count).step_by(10_000) {
        let transaction = connection.transaction().expect("nobody else writes");
        for number in from..(from + 10_000).min(count) {
            insert(&transaction, &conversation, head + 1 + number as i64, actor, number as u64);
        }
        transaction.commit().expect("a disk with room");
    }
    connection
        .execute(
            "update conversation set head_seq = head_seq + ?1, head_count = head_count + ?1 where id = ?2",
            params![count as i64, conversation],
        )
        .expect("the server's schema");
}

/// The time to open a database that was not closed, until the first row is read, in milliseconds.
pub fn opening_ms(database: &Path) -> f64 {
    let start = Instant::now();
    heads(&open(database));
    start.elapsed().as_secs_f64() * 1000.0
}

fn open(database: &Path) -> Connection {
    let connection = Connection::open(database).expect("a database");
    for (name, value) in [("journal_mode", "wal"), ("synchronous", "full"), ("foreign_keys", "on")] {
        connection.pragma_update(None, name, value).expect("SQLite knows it");
    }
    connection
}

/// Conversations with their heads and one of their members.
fn heads(connection: &Connection) -> Vec<(Vec<u8>, i64, i64)> {
    let mut statement = connection
        .prepare(
            "select c.id, c.head_seq, (select min(m.account) from member m where m.conversation = c.id)
             from conversation c order by c.id",
        )
        .expect("the server's schema");
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).expect("a query");
    rows.collect::<Result<_, _>>().expect("rows as the schema says")
}

fn insert(connection: &Connection, conversation: &[u8], seq: i64, actor: i64, number: u64) {
    let mut id = [7_u8; 16];
    // as version 7: rising in time
    id[..8].copy_from_slice(&number.to_be_bytes());
    let digest = [number as u8; 32];
    connection
        .prepare_cached(
            "insert into entry (conversation, seq, message_id, actor, kind, created_at, count, actor_count, position,
             digest, content) values (?1, ?2, ?3, ?4, 1, 1700000000, ?2, ?2, ?2, ?5, ?6)",
        )
        .and_then(|mut statement| statement.execute(params![conversation, seq, id, actor, digest, CONTENT]))
        .expect("an entry fits");
    connection
        .prepare_cached(
            "insert into message_id (id, sender, conversation, seq, request_hash) values (?1, ?2, ?3, ?4, ?5)",
        )
        .and_then(|mut statement| statement.execute(params![id, actor, conversation, seq, digest]))
        .expect("an id fits");
}
