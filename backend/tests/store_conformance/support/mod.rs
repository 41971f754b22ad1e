//! What the cases stand on: the engines, and a world of people in a store.

mod postgres;
mod world;

use std::future::Future;

use futures_util::future::LocalBoxFuture;

pub use postgres::{Address, Postgres};
pub use world::{START, World, content, new_account};

/// A case: its name, and what it does in a world of its own.
pub type Case = (&'static str, fn(World) -> LocalBoxFuture<'static, ()>);

/// Lists a module's cases; one that is not listed is dead code, and the compiler says so.
macro_rules! cases {
    ($($name:ident),* $(,)?) => {
        /// The cases of this module.
        pub fn cases() -> Vec<crate::support::Case> {
            vec![$((
                concat!(module_path!(), "::", stringify!($name)),
                |world| Box::pin($name(world)),
            )),*]
        }
    };
}
pub(crate) use cases;

/// Where a case runs.
#[derive(Clone, Debug)]
pub enum Engine {
    /// A file of its own.
    Sqlite,
    /// A database of its own on the server; without an address nothing runs, the cases are only listed.
    Postgres(Option<Address>),
}

impl Engine {
    /// As it stands before a case's name.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres(_) => "postgres",
        }
    }
}

/// Runs a case on a runtime like the server's.
pub fn block_on(case: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("a runtime can be made").block_on(case);
}
