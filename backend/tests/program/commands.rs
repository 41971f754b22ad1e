use std::io::{Read, Write};
use std::process::Output;

use crate::support::{PASSWORD, Server, command, program};

/// It ended with this code, and said one line on standard error.
#[track_caller]
fn one_line(output: &Output, code: i32) -> String {
    let line = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(output.status.code(), Some(code), "{line}");
    assert!(line.ends_with('\n') && line.lines().count() == 1, "{line:?}");
    assert!(line.starts_with("hongyan: "), "{line:?}");
    line
}

#[test]
fn wrong_flags_end_it_with_one_line() {
    for (words, part) in [
        (&["serve", "--listen", "nowhere"][..], "--listen"),
        (&["serve", "--what"], "--what"),
        (&["serve", "--public-url", "chat.example"], "--public-url"),
        (&["serve", "--trusted-proxy", "everyone"], "--trusted-proxy"),
        (&["serve", "--tls-key", "key.pem"], "--tls-cert"),
        (&["serve", "--tls-key", "/nowhere/key.pem", "--tls-cert", "/nowhere/cert.pem"], "--tls-cert"),
        (&["serve", "--log", ",,="], "--log"),
        (&["serve", "--listen", "192.0.2.1:80"], "--listen 192.0.2.1:80"),
        (&["dance"], "dance"),
        (&[], "command"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let output = program().args(words).env("HONGYAN_DATA", folder.path()).output().unwrap();
        let line = one_line(&output, 2);
        assert!(line.contains(part), "{words:?}: {line}");
    }
    let output = program().arg("serve").env("HONGYAN_REGISTRATION", "perhaps").output().unwrap();
    assert!(one_line(&output, 2).contains("open, invite, closed"));
}

#[test]
fn a_data_folder_that_cannot_be_used_ends_it_with_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let missing = folder.path().join("missing");
    for (words, data) in [
        (&["serve", "--listen", "127.0.0.1:0"][..], &file),
        (&["user", "list"], &file),
        (&["user", "list"], &missing),
        (&["invite"], &missing),
        (&["backup", "copy.db"], &missing),
    ] {
        let line = one_line(&command(words, data, ""), 2);
        assert!(line.contains(&*data.to_string_lossy()), "{words:?}: {line}");
    }
    let junk = folder.path().join("junk");
    std::fs::create_dir(&junk).unwrap();
    std::fs::write(junk.join("hongyan.db"), "this is no database, however long it is ".repeat(100)).unwrap();
    one_line(&command(&["serve", "--listen", "127.0.0.1:0"], &junk, ""), 2);

    let server = Server::start(&[]);
    for words in [&["serve", "--listen", "127.0.0.1:0"][..], &["restore", "/nowhere.db"]] {
        let output = server.command(words, "");
        assert!(output.status.code().is_some_and(|code| code != 0));
    }
    let line = one_line(&server.command(&["serve", "--listen", "127.0.0.1:0"], ""), 2);
    assert!(line.contains("a server is running on it"), "{line}");
}

#[test]
fn help_explains_every_flag() {
    let output = program().args(["serve", "--help"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success() && output.stderr.is_empty());
    for flag in [
        "--listen",
        "--data",
        "--public-url",
        "--trusted-proxy",
        "--tls-cert",
        "--tls-key",
        "--registration",
        "--metrics-listen",
        "--log",
        "HONGYAN_RATE_LIMITS",
        "HONGYAN_LISTEN=",
    ] {
        assert!(text.contains(flag), "{flag} is missing in\n{text}");
    }
    assert!(program().arg("--version").output().unwrap().status.success());
}

#[test]
fn a_variable_that_is_empty_says_nothing() {
    let nothing = ["HONGYAN_PUSH_ALLOW", "HONGYAN_PUBLIC_URL", "HONGYAN_REGISTRATION", "HONGYAN_PUSH_CLEAR"];
    let server = Server::start_in(&nothing.map(|name| (name, "")), &[]);
    assert_eq!(server.ask("GET", "/healthz", "", "").status, 200);
}

#[test]
fn a_stop_leaves_everything_in_one_file() {
    let mut server = Server::start(&[]);
    let body = format!(r#"{{"username":"anna","password":"{PASSWORD}"}}"#);
    assert_eq!(server.post("/api/auth/register", &body).status, 201);
    assert_eq!(server.ask("GET", "/api/users/anna", "", "").status, 401);
    server.signal("TERM");
    assert!(server.ended().success());
    let left: Vec<_> =
        std::fs::read_dir(server.data()).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().ends_with("-wal")), "{left:?}");
}

#[test]
fn accounts_are_made_and_listed_while_it_serves() {
    let server = Server::start(&["--registration", "closed"]);
    assert!(server.said.starts_with("listening on http://127.0.0.1:"), "{}", server.said);
    let added = server.command(&["user", "add", "Anna", "--display-name", "Anna Wu 鴻"], PASSWORD);
    assert!(added.status.success(), "{added:?}");
    let line = one_line(&server.command(&["user", "add", "anna"], PASSWORD), 1);
    assert!(line.contains("taken"), "{line}");
    one_line(&server.command(&["user", "add", "bert"], "password"), 1);
    one_line(&server.command(&["user", "add", "bert"], ""), 2);
    one_line(&server.command(&["user", "add", "b t"], PASSWORD), 2);
    let body = format!(r#"{{"username":"anna","password":"{PASSWORD}"}}"#);
    assert_eq!(server.post("/api/auth/login", &body).status, 200);
    let list = server.command(&["user", "list"], "");
    let list = String::from_utf8(list.stdout).unwrap();
    let fields: Vec<&str> = list.trim_end_matches('\n').split('\t').collect();
    assert_eq!((fields[0], fields[1], fields[3], fields[4]), ("Anna", "Anna Wu 鴻", "1", ""), "{list}");
}

#[test]
fn a_password_set_beside_a_running_server_ends_devices_and_their_sockets() {
    let server = Server::start(&[]);
    let body = format!(r#"{{"username":"anna","password":"{PASSWORD}"}}"#);
    let token = server.post("/api/auth/register", &body).word("token");
    let bearer = format!("authorization: Bearer {token}\r\n");
    let mut socket = server.connect();
    let upgrade = format!(
        "GET /ws HTTP/1.1\r\nhost: chat.example\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
         sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n{bearer}\r\n"
    );
    socket.write_all(upgrade.as_bytes()).unwrap();
    let opened = crate::support::read_answer(&mut socket).unwrap();
    assert_eq!(opened.status, 101, "{}", opened.head);

    let set = server.command(&["user", "passwd", "ANNA"], "flying south in autumn\n");
    assert!(set.status.success(), "{set:?}");
    assert_eq!(server.ask("GET", "/api/me", &bearer, "").status, 401);
    let mut frame = [0; 4];
    socket.read_exact(&mut frame).unwrap();
    assert_eq!((frame[0], u16::from_be_bytes([frame[2], frame[3]])), (0x88, 4001), "closed: signed out");
    assert_eq!(server.post("/api/auth/login", &body).status, 401);
    one_line(&server.command(&["user", "passwd", "nobody"], "flying south in autumn\n"), 1);
}
