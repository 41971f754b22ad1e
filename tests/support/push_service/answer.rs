//! How it answers those who push.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::Manner;
use super::firefox::forward;
use super::state::{State, Unread};

/// One connection.
pub(super) async fn serve(connection: TcpStream, state: Arc<Mutex<State>>, origin: Arc<str>) {
    let words = state.lock().expect("nobody panics with it").words();
    if let Some(words) = words {
        return blurt(connection, &state, &words).await;
    }
    let service = service_fn(move |request| take(Arc::clone(&state), Arc::clone(&origin), request));
    // the server may leave in the middle
    let server = auto::Builder::new(TokioExecutor::new());
    let _ = server.serve_connection(TokioIo::new(connection), service).await;
}

async fn take(
    state: Arc<Mutex<State>>,
    origin: Arc<str>,
    request: Request<Incoming>,
) -> Result<Response<BoxBody<Bytes, Infallible>>, hyper::Error> {
    let name = request.uri().path().trim_start_matches("/push/").to_owned();
    let _answering = Answering::begin(&state);
    let headers = request.headers().clone();
    let body = request.into_body().collect().await?.to_bytes();
    *state.lock().expect("nobody panics with it").asked.entry(name.clone()).or_default() += 1;
    let manner = loop {
        let (manner, changed) = state.lock().expect("nobody panics with it").manner_to(&name);
        match manner {
            Manner::Holds => changed.await,
            manner => break manner,
        }
    };
    let answer = |status: u16| Response::builder().status(status);
    let empty = || Full::new(Bytes::new()).boxed();
    match manner {
        Manner::Refuses(status, headers) => {
            let answer =
                headers.into_iter().fold(answer(status), |answer, (name, value)| answer.header(name, value));
            return Ok(answer.body(empty()).expect("a status"));
        }
        Manner::IsSilent => {
            // until the server hangs up, which ends the connection and this with it
            return std::future::pending().await;
        }
        // this connection was there before
        Manner::Says(_) => return Ok(answer(503).body(empty()).expect("a status")),
        Manner::Takes | Manner::TalksForEver | Manner::Holds => {}
    }
    let channel = state.lock().expect("nobody panics with it").channels.get(&name).cloned();
    if let Some(channel) = channel {
        let status = forward(&state, &origin, &name, &channel, &headers, &body);
        return Ok(answer(status).body(empty()).expect("a status"));
    }
    if !state.lock().expect("nobody panics with it").take(Unread { name, headers, body }) {
        return Ok(answer(404).body(empty()).expect("a status"));
    }
    if matches!(manner, Manner::TalksForEver) {
        let for_ever = futures_util::stream::repeat_with(|| {
            Ok::<_, Infallible>(Frame::data(Bytes::from_static(&[b' '; 1_024])))
        });
        return Ok(answer(201).body(BodyExt::boxed(StreamBody::new(for_ever))).expect("a status"));
    }
    Ok(answer(201).body(empty()).expect("a status"))
}

/// A request that is being answered, until this is dropped.
struct Answering(Arc<Mutex<State>>);

impl Answering {
    fn begin(state: &Arc<Mutex<State>>) -> Self {
        let mut now = state.lock().expect("nobody panics with it");
        now.at_once += 1;
        now.taken.begun += 1;
        now.taken.most_at_once = now.taken.most_at_once.max(now.at_once);
        Self(Arc::clone(state))
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        self.0.lock().expect("nobody panics with it").at_once -= 1;
    }
}

/// Hears who is meant, and says something.
async fn blurt(mut connection: TcpStream, state: &Mutex<State>, words: &[u8]) {
    let mut heard = vec![0; 8_192];
    // the server may leave in the middle, here and below
    let Ok(length) = connection.read(&mut heard).await else { return };
    let request = String::from_utf8_lossy(&heard[..length]);
    let name = request.split(' ').nth(1).unwrap_or_default().trim_start_matches("/push/").to_owned();
    *state.lock().expect("nobody panics with it").asked.entry(name).or_default() += 1;
    let _ = connection.write_all(words).await;
}
