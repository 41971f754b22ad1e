//! What the store promises, on each engine: every case runs on SQLite and on a real PostgreSQL.
//!
//! One PostgreSQL server is started for all cases (from `HONGYAN_PG_BIN`, else where Debian puts version 15), in a
//! folder and on a socket of its own, and stopped after them. Each case gets a database of its own.

#![expect(clippy::unwrap_used, reason = "a test panics where the world is not as it needs it")]

mod support;

mod accounts;
mod append;
mod backup;
mod groups;
mod push;
mod push_once;
mod receipts;
mod resume;
mod unread;
mod visibility;

use libtest_mimic::{Arguments, Trial};
use support::{Case, Engine, World};

fn main() {
    let arguments = Arguments::from_args();
    let postgres = if arguments.list { None } else { Some(support::Postgres::start()) };
    let cases: Vec<Case> = [
        accounts::cases(),
        append::cases(),
        push::cases(),
        push_once::cases(),
        receipts::cases(),
        groups::cases(),
        visibility::cases(),
        resume::cases(),
        unread::cases(),
        backup::cases(),
    ]
    .concat();
    let mut trials = Vec::new();
    for (name, run) in cases {
        for engine in [Engine::Sqlite, Engine::Postgres(postgres.as_ref().map(support::Postgres::address))] {
            let kind = engine.name();
            trials.push(Trial::test(
                format!("{kind}::{}", name.trim_start_matches("store_conformance::")),
                move || {
                    support::block_on(async { run(World::new(engine).await).await });
                    Ok(())
                },
            ));
        }
    }
    let conclusion = libtest_mimic::run(&arguments, trials);
    // the server stops here, before the exit that would pass it over
    drop(postgres);
    conclusion.exit();
}
