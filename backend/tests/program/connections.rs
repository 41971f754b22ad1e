use std::io::{Read, Write};
use std::time::{Duration, Instant};

use crate::support::{PASSWORD, Server, ask_over, read_answer};

/// The time that clients have for headers and bodies, and some more for a machine that has much to do.
const PATIENCE: Duration = Duration::from_secs(25);

#[test]
fn who_says_nothing_or_never_ends_is_left() {
    let server = Server::start(&[]);
    let body = format!(r#"{{"username":"anna","password":"{PASSWORD}"}}"#);
    let token = server.post("/api/auth/register", &body).word("token");
    let half_a_body = format!(
        "POST /api/messages/send HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\ncontent-length: 100\r\n\r\n{{\"to\":"
    );
    let cases = [
        ("", None),
        ("GET /healthz HTT", None),
        ("GET /healthz HTTP/1.1\r\nhost: a\r\nx-slow: ", None),
        // HTTP/2, as far as it goes without a request (RFC 9113, section 3.4)
        ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u{4}\0\0\0\0\0", None),
        (half_a_body.as_str(), Some(408)),
    ];
    let started = Instant::now();
    let connections: Vec<_> = cases
        .iter()
        .map(|(words, expected)| {
            let mut stream = server.connect();
            stream.write_all(words.as_bytes()).unwrap();
            (stream, expected)
        })
        .collect();
    // one that was used and then lies idle
    let mut used = server.connect();
    assert_eq!(ask_over(&mut used, "GET", "/healthz", "", "").status, 200);
    for (mut stream, expected) in connections {
        // some are told why before they are closed
        let told = read_answer(&mut stream).map(|answer| answer.status);
        assert!(told == *expected || (expected.is_none() && told == Some(408)), "{told:?}");
    }
    assert_eq!(used.read(&mut [0]).unwrap(), 0, "an idle connection is closed");
    assert!(started.elapsed() < PATIENCE, "after {:?}", started.elapsed());
}

#[test]
fn there_is_room_for_so_many_connections_and_no_more() {
    let server = Server::start(&["--max-connections", "2"]);
    let mut first = server.connect();
    let mut second = server.connect();
    for stream in [&mut first, &mut second] {
        assert_eq!(ask_over(stream, "GET", "/healthz", "", "").status, 200);
    }
    let mut third = server.connect();
    // turned away: an end, or a reset if it was quick
    assert!(matches!(third.read(&mut [0]), Ok(0) | Err(_)));
    drop(first);
    let started = Instant::now();
    loop {
        let mut again = server.connect();
        drop(again.write_all(b"GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n"));
        if matches!(again.read(&mut [0]), Ok(1)) {
            break;
        }
        assert!(started.elapsed() < PATIENCE, "the place stays taken");
    }
}

#[test]
fn heads_that_are_too_large_or_none_are_refused() {
    let server = Server::start(&[]);
    let huge = format!("GET / HTTP/1.1\r\nhost: a\r\nx-much: {}\r\n\r\n", "x".repeat(1024 * 1024));
    for (words, expected) in
        [(huge.as_str(), 431), ("\u{1}\u{2}\r\n\r\n", 400), ("GET / HTTP/9.9\r\n\r\n", 400)]
    {
        let mut stream = server.connect();
        // it may be closed before all is sent
        drop(stream.write_all(words.as_bytes()));
        let mut start = [0; 12];
        match stream.read_exact(&mut start) {
            Ok(()) => assert_eq!(&start[9..], expected.to_string().as_bytes()),
            // who is cut off while still sending may not hear why
            Err(error) => assert_eq!(words, huge, "{error}"),
        }
    }
    assert_eq!(server.ask("GET", "/healthz", "", "").status, 200);
}

#[test]
fn a_stop_ends_idle_connections_and_is_a_success() {
    let mut server = Server::start(&[]);
    let mut idle = server.connect();
    assert_eq!(ask_over(&mut idle, "GET", "/readyz", "", "").status, 200);
    let started = Instant::now();
    server.signal("TERM");
    assert!(server.ended().success());
    assert!(started.elapsed() < Duration::from_secs(9), "it waited for nobody: {:?}", started.elapsed());
    assert_eq!(idle.read(&mut [0]).unwrap_or(0), 0);
}

#[test]
fn the_numbers_are_on_a_listener_of_their_own() {
    // a port that was free a moment ago
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let server = Server::start(&["--metrics-listen", &free.to_string()]);
    assert_eq!(server.ask("GET", "/healthz", "", "").status, 200);
    let mut stream = std::net::TcpStream::connect(free).unwrap();
    let numbers = ask_over(&mut stream, "GET", "/metrics", "", "");
    assert_eq!(numbers.status, 200);
    assert!(
        numbers
            .body
            .contains("hongyan_http_seconds_count{method=\"GET\",route=\"/healthz\",status=\"200\"} 1")
    );
    // the public listener answers with the client's page, as for any path that is not an endpoint of its own
    assert!(!server.ask("GET", "/metrics", "", "").body.contains("hongyan_http"));
}
