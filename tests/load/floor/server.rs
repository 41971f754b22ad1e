//! Floors that are servers, each a process of its own on the server's core: a relay that stores nothing, an upgrade
//! that knows nobody, a loop that writes the same bytes to many sockets, one that encrypts and posts.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use futures_util::{SinkExt, StreamExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Mutex, mpsc};
use tokio_tungstenite::accept_async_with_config;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};

use crate::link::lean;
use crate::machine::{SERVER_CORE, pin};

/// A running floor.
pub struct FloorServer {
    process: Child,
    /// Where it listens.
    pub address: SocketAddr,
}

impl FloorServer {
    /// Starts one on the server's core: `relay`, `upgrade`, `spread` or `post`.
    pub fn start(kind: &str) -> Self {
        let own = std::env::current_exe().expect("a program knows its own file");
        let mut process = Command::new(own)
            .args(["floor-server", kind])
            .stdout(Stdio::piped())
            .spawn()
            .expect("our own program starts");
        pin(process.id(), SERVER_CORE);
        let mut line = String::new();
        let out = process.stdout.take().expect("piped");
        BufReader::new(out).read_line(&mut line).expect("the floor says where it listens");
        let address = line.trim().parse().expect("an address");
        Self { process, address }
    }

    /// Its process.
    pub fn process_id(&self) -> u32 {
        self.process.id()
    }
}

impl Drop for FloorServer {
    fn drop(&mut self) {
        // it has no other end
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Is one of the floors until it is killed.
pub async fn run(kind: &str) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    println!("{}", listener.local_addr().expect("a bound listener"));
    match kind {
        "relay" => relay(listener).await,
        "upgrade" => upgrade(listener).await,
        "spread" => spread(listener).await,
        "post" => super::post::run(accept(&listener).await).await,
        other => panic!("no floor is called {other}"),
    }
}

/// Sockets come in pairs; what one says, the other hears.
async fn relay(listener: TcpListener) {
    loop {
        let (one, other) = (accept(&listener).await, accept(&listener).await);
        let (mut one_out, mut one_in) = one.split();
        let (mut other_out, mut other_in) = other.split();
        tokio::spawn(async move {
            while let Some(Ok(message)) = one_in.next().await {
                let Ok(()) = other_out.send(message).await else { return };
            }
        });
        tokio::spawn(async move {
            while let Some(Ok(message)) = other_in.next().await {
                let Ok(()) = one_out.send(message).await else { return };
            }
        });
    }
}

/// Accepts, upgrades, and answers one text with the same.
async fn upgrade(listener: TcpListener) {
    loop {
        let (tcp, _) = listener.accept().await.expect("a connection");
        tokio::spawn(async move {
            let Ok(mut stream) = accept_async_with_config(tcp, Some(lean())).await else { return };
            while let Some(Ok(message)) = stream.next().await {
                let Ok(()) = stream.send(message).await else { return };
            }
        });
    }
}

/// What any socket says, all the others hear; each has a queue, as sockets of a server must.
async fn spread(listener: TcpListener) {
    let queues: Arc<Mutex<Vec<mpsc::Sender<Utf8Bytes>>>> = Arc::default();
    loop {
        let (mut out, mut heard) = accept(&listener).await.split();
        let (queue, mut queued) = mpsc::channel::<Utf8Bytes>(256);
        let own = {
            let mut queues = queues.lock().await;
            queues.push(queue);
            queues.len() - 1
        };
        tokio::spawn(async move {
            let mut waiting = Vec::new();
            while queued.recv_many(&mut waiting, 64).await > 0 {
                for text in waiting.drain(..) {
                    let Ok(()) = out.feed(Message::Text(text)).await else { return };
                }
                let Ok(()) = out.flush().await else { return };
            }
        });
        let queues = queues.clone();
        tokio::spawn(async move {
            while let Some(Ok(Message::Text(text))) = heard.next().await {
                for (at, queue) in queues.lock().await.iter().enumerate() {
                    if at != own {
                        // a reader that went away is none of our business
                        let _ = queue.send(text.clone()).await;
                    }
                }
            }
        });
    }
}

async fn accept(listener: &TcpListener) -> tokio_tungstenite::WebSocketStream<TcpStream> {
    let (tcp, _) = listener.accept().await.expect("a connection");
    tcp.set_nodelay(true).expect("an open socket");
    accept_async_with_config(tcp, Some(lean())).await.expect("our own client upgrades")
}
