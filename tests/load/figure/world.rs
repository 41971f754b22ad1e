//! A server on its core, and people.

use futures_util::StreamExt;
use futures_util::stream;
use support::raw::Person;
use support::{Options, Server};

use crate::machine::{SERVER_CORE, pin};

/// A new server, bound to its core, without rate limits.
pub async fn server() -> Server {
    server_with(Options::default()).await
}

/// The same, started in a way of its own.
pub async fn server_with(options: Options) -> Server {
    let options = options.env("HONGYAN_LOG", "warn").env("HONGYAN_SOCKETS_PER_ADDRESS", "100000");
    let server = Server::with(options).await;
    pin(server.process_id(), SERVER_CORE);
    server
}

/// That many people, signed in, a few at a time.
pub async fn people(server: &Server, count: usize) -> Vec<Person> {
    stream::iter(0..count)
        .map(|number| async move { server.person(&format!("p{number}")).await })
        .buffered(8)
        .collect()
        .await
}
