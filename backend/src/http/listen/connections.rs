//! The connections there are: no more than there is room for, in all and from one address; and those that take nothing
//! any more are ended.

use std::collections::HashMap;
use std::future::Future;
use std::future::{Ready, ready};
use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum_server::accept::Accept;
use ipnet::IpNet;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Sleep, sleep};

use crate::auth::address::{is_trusted, subscriber};

/// How long the other end may take nothing of what is there for it.
const TAKES_WITHIN: Duration = Duration::from_secs(60);

/// Accepts connections. Who finds no room is turned away at once, which costs less than letting it wait.
#[derive(Clone, Debug)]
pub struct Connections {
    places: Arc<Semaphore>,
    addresses: Arc<Addresses>,
}

impl Connections {
    /// Room for so many, of which one address takes at most `each`. Proxies of ours bring many people and may take all.
    pub fn new(most: u32, each: usize, proxies: Vec<IpNet>) -> Self {
        let addresses = Addresses { each, proxies, counts: Mutex::default() };
        Self { places: Arc::new(Semaphore::new(most as usize)), addresses: Arc::new(addresses) }
    }

    /// A place for a connection from there, if there is one.
    fn place(&self, from: IpAddr) -> Option<Place> {
        let general = Arc::clone(&self.places).try_acquire_owned().ok()?;
        let counted = (!is_trusted(from, &self.addresses.proxies)).then(|| subscriber(from));
        if let Some(address) = counted {
            let mut counts = self.addresses.counts();
            let count = counts.entry(address).or_default();
            if *count >= self.addresses.each {
                return None;
            }
            *count += 1;
        }
        Some(Place { _general: general, counted, addresses: Arc::clone(&self.addresses) })
    }
}

/// How many connections each address has.
#[derive(Debug)]
struct Addresses {
    each: usize,
    proxies: Vec<IpNet>,
    counts: Mutex<HashMap<IpAddr, usize>>,
}

impl Addresses {
    fn counts(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place that is taken; dropping it gives it back.
#[derive(Debug)]
struct Place {
    _general: OwnedSemaphorePermit,
    counted: Option<IpAddr>,
    addresses: Arc<Addresses>,
}

impl Drop for Place {
    fn drop(&mut self) {
        let Some(address) = self.counted else { return };
        let mut counts = self.addresses.counts();
        match counts.get_mut(&address) {
            Some(count) if *count > 1 => *count -= 1,
            _ => drop(counts.remove(&address)),
        }
    }
}

impl<S> Accept<TcpStream, S> for Connections {
    type Stream = Connection;
    type Service = S;
    type Future = Ready<io::Result<(Connection, S)>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let from = match stream.peer_addr() {
            Ok(peer) => peer.ip(),
            Err(error) => return ready(Err(error)),
        };
        let Some(place) = self.place(from) else {
            return ready(Err(io::Error::other("no room for another connection")));
        };
        ready(
            stream.set_nodelay(true).map(|()| (Connection { stream, stalled: None, _place: place }, service)),
        )
    }
}

/// A connection and its place. It stays the same when it becomes a WebSocket.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    /// Runs while the other end takes nothing.
    stalled: Option<Pin<Box<Sleep>>>,
    _place: Place,
}

impl Connection {
    /// Notes whether a write went on. Errors: it did not for too long.
    fn watch<T>(&mut self, context: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.stalled = None;
            return written;
        }
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(sleep(TAKES_WITHIN)));
        match stalled.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.watch(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.watch(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::AsyncWriteExt;
    use tokio::net::TcpListener;

    async fn pair() -> (TcpStream, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (near, far) = tokio::join!(listener.accept(), TcpStream::connect(listener.local_addr().unwrap()));
        (near.unwrap().0, far.unwrap())
    }

    #[tokio::test]
    async fn a_place_is_free_again_when_its_connection_has_ended() {
        let connections = Connections::new(1, 9, vec![]);
        let (connection, ()) = connections.accept(pair().await.0, ()).await.unwrap();
        assert!(connections.accept(pair().await.0, ()).await.is_err());
        drop(connection);
        assert!(connections.accept(pair().await.0, ()).await.is_ok());
    }

    #[tokio::test]
    async fn one_address_does_not_take_all_places_and_a_proxy_may() {
        let connections = Connections::new(9, 1, vec![]);
        let (connection, ()) = connections.accept(pair().await.0, ()).await.unwrap();
        assert!(connections.accept(pair().await.0, ()).await.is_err());
        assert!(connections.place("192.0.2.7".parse().unwrap()).is_some(), "others find room");
        drop(connection);
        assert!(connections.accept(pair().await.0, ()).await.is_ok());
        assert!(connections.addresses.counts().is_empty(), "who has left is not remembered");
        let connections = Connections::new(9, 1, vec!["127.0.0.0/8".parse().unwrap()]);
        let (_first, _) = connections.accept(pair().await.0, ()).await.unwrap();
        assert!(connections.accept(pair().await.0, ()).await.is_ok());
    }

    #[tokio::test]
    async fn who_takes_nothing_any_more_is_left() {
        let (near, _far) = pair().await;
        let (mut connection, ()) = Connections::new(1, 1, vec![]).accept(near, ()).await.unwrap();
        // whatever the kernel's buffers hold, they are full some time: then it waits for the other end
        let piece = [0; 64 * 1024];
        while let Ok(written) =
            tokio::time::timeout(Duration::from_millis(200), connection.write_all(&piece)).await
        {
            written.unwrap();
        }
        tokio::time::pause();
        tokio::time::advance(TAKES_WITHIN).await;
        let error = connection.write_all(&[0; 64 * 1024]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }
}
