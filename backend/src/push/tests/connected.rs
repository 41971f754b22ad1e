//! One request: where it goes, and for how long it is waited for.

use std::collections::VecDeque;

use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;
use tokio::time::pause;

use super::*;
use crate::push::deliver::LEASE_S;
use crate::push::endpoint::Services;
use crate::push::resolve::Resolver;
use crate::push::sender::{Outcome, PushMessage, Sender, Trouble};
use crate::push::vapid::VapidKey;

async fn listen() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

fn vouching_for(host: &str) -> Arc<Services> {
    Arc::new(Services { known: vec![], vouched: vec![host.to_owned()] })
}

/// Sends something to an address of this host, whatever the sender itself thinks of it.
async fn send(sender: &Sender, host: &str, endpoint: &str) -> Outcome {
    let push = PushMessage {
        endpoint: vouching_for(host).parse(endpoint).expect("a host that is vouched for"),
        body: vec![0; 16],
        keep_for: Duration::ZERO,
        topic: "test".into(),
    };
    sender.send(push, &VapidKey::generate(&Clock::held(0, 7)), 0).await
}

#[tokio::test]
async fn a_name_that_leads_to_a_private_address_is_not_connected_to() {
    let (listener, address) = listen().await;
    let endpoint = format!("http://localhost:{}/push", address.port());
    // as a name does that was public when the endpoint was read
    let strict = Sender::new(Arc::new(Services { known: vec![], vouched: vec![] }), None);
    let no_connection = Outcome::Later(None, Trouble::Connection);
    tokio::select! {
        outcome = send(&strict, "localhost", &endpoint) => assert_eq!(outcome, no_connection),
        _ = listener.accept() => panic!("it was connected to"),
    }

    let lenient = Sender::new(vouching_for("localhost"), None);
    let hang_up = async { drop(listener.accept().await.unwrap()) };
    let (outcome, ()) = tokio::join!(send(&lenient, "localhost", &endpoint), hang_up);
    assert_eq!(outcome, no_connection);
}

#[tokio::test]
async fn what_a_name_led_to_when_it_was_looked_at_is_what_is_connected_to() {
    let ((one, first), (other, second)) = (listen().await, listen().await);
    let answers = Mutex::new(VecDeque::from([first, second]));
    let look_up = move |_| {
        let answer = answers.lock().unwrap().pop_front();
        let answer = Vec::from_iter(answer);
        Box::pin(async { Ok(answer) }) as _
    };
    let sender = Sender::by(Resolver::by(vouching_for("push.example"), look_up), None);
    for listener in [one, other] {
        let hang_up = async { drop(timeout(DEADLINE, listener.accept()).await.unwrap().unwrap()) };
        // without a port, so that it is that of the answer
        let sending = send(&sender, "push.example", "http://push.example/push");
        let (outcome, ()) = tokio::join!(sending, hang_up);
        assert_eq!(outcome, Outcome::Later(None, Trouble::Connection));
    }
}

#[tokio::test]
async fn who_is_asked_and_says_nothing_is_given_up_before_the_claim_ends_and_asked_again_later() {
    let (listener, address) = listen().await;
    let sending = tokio::spawn(async move {
        let sender = Sender::new(vouching_for("127.0.0.1"), None);
        send(&sender, "127.0.0.1", &format!("http://{address}/push")).await
    });
    let (mut silent, _) = listener.accept().await.unwrap();
    assert!(silent.read(&mut [0; 16]).await.unwrap() > 0);
    // from here on time passes only, and at once, when nobody has anything to do
    pause();
    let outcome = timeout(Duration::from_secs(LEASE_S.cast_unsigned()), sending).await;
    let outcome = outcome.expect("given up in time").unwrap();
    assert_eq!(outcome, Outcome::Later(None, Trouble::Timeout));
}
