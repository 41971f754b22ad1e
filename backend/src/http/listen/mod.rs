//! The way in: accepting connections, with TLS or without, within bounds of number and time.

mod certificate;
mod connections;

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use axum_server::{Handle, Server};
use hyper_util::rt::TokioTimer;
use tokio::net::{TcpListener, TcpSocket};

use crate::lifecycle::{GUESTS_LEAVE_WITHIN, Lifecycle};

pub use certificate::{load_certificate, renew_certificate};
pub use connections::Connections;

/// Connections that wait to be accepted; a crowd that comes back at once fits.
const BACKLOG: u32 = 4_096;
/// Time in which a request's headers have to be there; also how long a connection may lie idle between requests.
const HEADERS_WITHIN: Duration = Duration::from_secs(15);
/// Requests at once on one HTTP/2 connection.
const STREAMS: u32 = 128;
/// How often an HTTP/2 client is asked whether it is there, and how long it may take to answer. Who answers keeps the
/// connection, as browsers want, though it asks for nothing: it costs its client as much, and is one of those that its
/// address may have.
const HTTP2_ASKED_EVERY: Duration = Duration::from_secs(30);
const HTTP2_ANSWERS_WITHIN: Duration = Duration::from_secs(15);

/// Takes an address. Port 0 takes a free one; [`TcpListener::local_addr`] tells which.
pub fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // on Windows it would let two programs have one address
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Serves until the program stops: then no more connections are taken, and what is being answered still is.
pub async fn serve(
    listener: TcpListener,
    connections: Connections,
    certificate: Option<RustlsConfig>,
    router: Router,
    lifecycle: Lifecycle,
) -> io::Result<()> {
    let handle = Handle::new();
    let server = bounded(listener)?.handle(handle.clone());
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let stopper = lifecycle.clone();
    lifecycle.spawn("stopper", async move {
        stopper.stopping().await;
        handle.graceful_shutdown(Some(GUESTS_LEAVE_WITHIN));
    });
    match certificate {
        Some(certificate) => {
            let acceptor = RustlsAcceptor::new(certificate).acceptor(connections);
            server.acceptor(acceptor).serve(service).await
        }
        None => server.acceptor(connections).serve(service).await,
    }
}

/// A server whose clients have to get on with it.
fn bounded(listener: TcpListener) -> io::Result<Server<SocketAddr>> {
    let mut server = axum_server::from_tcp(listener.into_std()?)?
        .first_request_timeout(HEADERS_WITHIN)
        .accept_error_handler(|_, error| tracing::debug!(%error, "a connection was not accepted"));
    let builder = server.http_builder();
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEADERS_WITHIN);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS)
        .keep_alive_interval(HTTP2_ASKED_EVERY)
        .keep_alive_timeout(HTTP2_ANSWERS_WITHIN);
    Ok(server)
}

/// Serves the numbers, to the operator's own programs, until the program stops.
pub async fn serve_metrics(listener: TcpListener, router: Router, lifecycle: Lifecycle) {
    let served =
        axum::serve(listener, router).with_graceful_shutdown(async move { lifecycle.stopping().await });
    if let Err(error) = served.await {
        tracing::error!(%error, "the metrics are not served any more");
    }
}
