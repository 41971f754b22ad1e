//! A network that fails on command: a TCP proxy in front of the server, at an address that outlives it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::sleep;

/// What the network does with what it is given.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Weather {
    /// Passes everything on.
    Fair,
    /// Closes every connection, and every new one at once.
    Cut,
    /// Keeps connections open and passes nothing on, as when a train enters a tunnel; what waited goes on afterwards.
    Hole,
    /// Passes requests on and loses the answers: the worst moment to lose a link is after the commit. The connections
    /// that lost something are closed when the weather changes.
    NoReplies,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Conditions {
    weather: Weather,
    upstream: SocketAddr,
    /// Connections opened under an older number are closed.
    generation: u64,
    delay: Duration,
}

#[derive(Default)]
struct Counters {
    up: AtomicU64,
    down: AtomicU64,
    open: AtomicUsize,
    sockets: AtomicUsize,
    accepted: AtomicUsize,
}

/// The proxy. Dropping it closes everything.
pub struct Network {
    address: SocketAddr,
    conditions: watch::Sender<Conditions>,
    counters: Arc<Counters>,
    task: JoinHandle<()>,
}

impl Network {
    /// A network with nothing wrong in front of `upstream`.
    pub async fn before(upstream: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("a bound socket has an address");
        let first = Conditions { weather: Weather::Fair, upstream, generation: 0, delay: Duration::ZERO };
        let (conditions, watched) = watch::channel(first);
        let counters = Arc::<Counters>::default();
        let task = tokio::spawn(accept(listener, watched, counters.clone()));
        Self { address, conditions, counters, task }
    }

    /// Where clients connect to.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The server has another address now.
    pub fn lead_to(&self, upstream: SocketAddr) {
        self.conditions.send_modify(|now| now.upstream = upstream);
    }

    /// Closes all connections and refuses new ones.
    pub fn cut(&self) {
        self.change(Weather::Cut, true);
    }

    /// Closes all connections; new ones are welcome.
    pub fn cut_once(&self) {
        self.conditions.send_modify(|now| now.generation += 1);
    }

    /// Passes nothing on from now on.
    pub fn swallow(&self) {
        self.change(Weather::Hole, false);
    }

    /// Loses every answer from now on.
    pub fn lose_replies(&self) {
        self.change(Weather::NoReplies, false);
    }

    /// Everything works again.
    pub fn heal(&self) {
        self.change(Weather::Fair, false);
        self.conditions.send_modify(|now| now.delay = Duration::ZERO);
    }

    /// Holds every piece back for this long, in both directions.
    pub fn delay(&self, delay: Duration) {
        self.conditions.send_modify(|now| now.delay = delay);
    }

    /// Bytes passed on so far: from clients, to clients.
    pub fn bytes(&self) -> (u64, u64) {
        (self.counters.up.load(Ordering::SeqCst), self.counters.down.load(Ordering::SeqCst))
    }

    /// Connections open now.
    pub fn open(&self) -> usize {
        self.counters.open.load(Ordering::SeqCst)
    }

    /// WebSockets open now.
    pub fn sockets(&self) -> usize {
        self.counters.sockets.load(Ordering::SeqCst)
    }

    /// Connections ever accepted.
    pub fn accepted(&self) -> usize {
        self.counters.accepted.load(Ordering::SeqCst)
    }

    fn change(&self, weather: Weather, close: bool) {
        self.conditions.send_modify(|now| {
            let lost_something = now.weather == Weather::NoReplies && weather != Weather::NoReplies;
            now.weather = weather;
            now.generation += u64::from(close || lost_something);
        });
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        self.cut();
        self.task.abort();
    }
}

async fn accept(listener: TcpListener, conditions: watch::Receiver<Conditions>, counters: Arc<Counters>) {
    loop {
        let Ok((client, _)) = listener.accept().await else { return };
        counters.accepted.fetch_add(1, Ordering::SeqCst);
        tokio::spawn(carry(client, conditions.clone(), counters.clone()));
    }
}

/// One connection, until either side or the weather ends it.
async fn carry(mut client: TcpStream, conditions: watch::Receiver<Conditions>, counters: Arc<Counters>) {
    let born = *conditions.borrow();
    if born.weather == Weather::Cut {
        // always an end: closing what has not been read would be a reset, which browsers take for something else
        let _ = client.shutdown().await;
        let _ = tokio::io::copy(&mut client, &mut tokio::io::sink()).await;
        return;
    }
    let Ok(server) = TcpStream::connect(born.upstream).await else { return };
    client.set_nodelay(true).expect("an open socket");
    server.set_nodelay(true).expect("an open socket");
    counters.open.fetch_add(1, Ordering::SeqCst);
    let is_socket = asks_for_a_socket(&client).await;
    counters.sockets.fetch_add(usize::from(is_socket), Ordering::SeqCst);
    let (client_in, client_out) = client.into_split();
    let (server_in, server_out) = server.into_split();
    let mut ended = conditions.clone();
    // both to their ends: closing while one side still talks would reset the connection and lose the other's last words
    let both = async {
        tokio::join!(
            pump(client_in, server_out, &born, conditions.clone(), &counters.up, false),
            pump(server_in, client_out, &born, conditions.clone(), &counters.down, true),
        )
    };
    tokio::select! {
        _ = both => {}
        _ = ended.wait_for(|now| now.generation != born.generation) => {}
    }
    counters.open.fetch_sub(1, Ordering::SeqCst);
    counters.sockets.fetch_sub(usize::from(is_socket), Ordering::SeqCst);
}

/// Whether the first that the client says asks for a WebSocket; browsers open a connection of its own for each.
async fn asks_for_a_socket(client: &TcpStream) -> bool {
    let mut first = [0; 4096];
    let length = client.peek(&mut first).await.unwrap_or(0);
    String::from_utf8_lossy(&first[..length]).to_lowercase().contains("upgrade: websocket")
}

/// One direction of a connection, up to its end, which is passed on too.
async fn pump(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    born: &Conditions,
    conditions: watch::Receiver<Conditions>,
    counter: &AtomicU64,
    replies: bool,
) {
    copy(&mut from, &mut to, born, conditions, counter, replies).await;
    // the other side may be gone already
    let _ = to.shutdown().await;
}

async fn copy(
    from: &mut OwnedReadHalf,
    to: &mut OwnedWriteHalf,
    born: &Conditions,
    mut conditions: watch::Receiver<Conditions>,
    counter: &AtomicU64,
    replies: bool,
) {
    let mut piece = vec![0; 16 * 1024];
    loop {
        let Ok(length @ 1..) = from.read(&mut piece).await else { return };
        let Ok(now) = conditions.wait_for(|now| now.weather != Weather::Hole).await.map(|now| *now) else {
            return;
        };
        // what comes after the cut does not slip through before the connection is closed
        if now.generation != born.generation {
            return;
        }
        if now.weather == Weather::NoReplies && replies {
            continue;
        }
        if !now.delay.is_zero() {
            sleep(now.delay).await;
        }
        if to.write_all(&piece[..length]).await.is_err() {
            return;
        }
        counter.fetch_add(length as u64, Ordering::SeqCst);
    }
}
