//! Two engines, one set of SQL: what must know which engine it is stands in this folder, and nowhere else.
//!
//! A statement is written once, with `$1`, `$2` …, and run through a [`Conn`], which is a borrowed connection of
//! either engine. What is bound goes in as [`Value`]s, what comes out is decoded by types that both engines know
//! (`i64`, `String`, [`Bytes`] and `Option`s of them, in tuples), so no engine shows in a verb's code.
//!
//! SQLite is called directly and PostgreSQL through `sqlx`, which migrates both. `sqlx` speaks SQLite, too, from a thread
//! for each connection; what that costs stands in [`sqlite`]. `sqlx::Any` cannot say SQLite's options, the errors by
//! which a full disk is told from a fault, and nulls that have a type.

mod batch;
mod bytes;
mod conn;
mod engine;
mod failure;
mod migrations;
mod sqlite;
mod value;

pub(super) use batch::{Batch, Dialect};
pub(super) use bytes::Bytes;
pub(super) use conn::{Conn, Row};
pub(super) use engine::{Engine, WriteConnection};
pub(super) use migrations::is_known_migration;
pub(super) use sqlite::Sqlite;
pub(super) use value::{Value, values};
