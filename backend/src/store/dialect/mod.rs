//! Two engines, one set of SQL: what must know which engine it is stands in this folder, and nowhere else.
//!
//! A statement is written once, with `$1`, `$2` …, and run through a [`Conn`], which is a borrowed connection of
//! either engine. What is bound goes in as [`Value`]s, what comes out is decoded by types that both engines know
//! (`i64`, `String`, [`Bytes`] and `Option`s of them, in tuples), so no engine shows in a verb's code.
//!
//! Why not `sqlx::Any`, which promises the same? Not for its speed. Inserting 64 rows of an entry's eleven columns
//! (SQLite in memory-backed storage, processor time, two runs each, on a busy machine) cost 45 and 42 µs a row through
//! `Any`, 46 and 47 through a typed connection; one row read, 18 to 36 µs without an order between them; one of a page of a hundred, 2.1
//! to 2.9 µs. That is noise. What made a difference was `?` in place of `$n` for SQLite: 36 and 32 µs through `Any`, 39
//! and 27 typed, 36 and 29 through values like ours (see [`batch`]). What decided is what `Any` cannot say: SQLite's
//! options (read-only, waiting for locks, the log's size), the errors by which a full disk is told from a fault, and
//! nulls that have a type.

mod batch;
mod bytes;
mod conn;
mod engine;
mod failure;
mod migrations;
mod value;

pub(super) use batch::{Batch, Dialect};
pub(super) use bytes::Bytes;
pub(super) use conn::{Conn, Row};
pub(super) use engine::{Engine, WriteConnection};
pub(super) use migrations::is_known_migration;
pub(super) use value::{Value, values};
