//! A server in a process of its own, and HTTP by hand.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// How long a test waits for what must come.
pub const DEADLINE: Duration = Duration::from_secs(40);
/// Everybody's password.
pub const PASSWORD: &str = "wild geese carry letters";

/// A running server; it ends with the test.
pub struct Server {
    pub address: SocketAddr,
    /// The line in which it said where it is.
    pub said: String,
    process: Child,
    folder: TempDir,
}

impl Server {
    /// On a free port and a new folder, with these flags.
    pub fn start(flags: &[&str]) -> Self {
        Self::start_in(&[], flags)
    }

    /// The same, with these variables.
    pub fn start_in(variables: &[(&str, &str)], flags: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let log = File::create(folder.path().join("log")).unwrap();
        let mut process = program()
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(folder.path().join("data"))
            .args(flags)
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut said = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut said).unwrap();
        let said = said.trim_end().to_owned();
        let address = said.split_once("://").unwrap_or_else(|| panic!("it said {said:?}")).1;
        Self { address: address.parse().unwrap(), said: said.clone(), process, folder }
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// What it has logged so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap()
    }

    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(DEADLINE)).unwrap();
        stream
    }

    /// Asks over a connection of its own.
    pub fn ask(&self, method: &str, path: &str, headers: &str, body: &str) -> Answer {
        ask_over(&mut self.connect(), method, path, headers, body)
    }

    /// Posts JSON; answers what came back.
    pub fn post(&self, path: &str, body: &str) -> Answer {
        self.ask("POST", path, "content-type: application/json\r\n", body)
    }

    /// Another command on the same data, with this on its standard input.
    pub fn command(&self, words: &[&str], input: &str) -> Output {
        command(words, &self.data(), input)
    }

    pub fn signal(&self, name: &str) {
        let id = self.process.id().to_string();
        assert!(Command::new("kill").args([&format!("-{name}"), &id]).status().unwrap().success());
    }

    /// Waits for its end.
    pub fn ended(&mut self) -> ExitStatus {
        let started = Instant::now();
        loop {
            if let Some(status) = self.process.try_wait().unwrap() {
                return status;
            }
            assert!(started.elapsed() < DEADLINE, "it does not end");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // it may have ended by itself
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// The program, with nothing from the tester's environment.
pub fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hongyan"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("HONGYAN_") {
            command.env_remove(name);
        }
    }
    command
}

/// A command on this data folder, with this on its standard input.
pub fn command(words: &[&str], data: &Path, input: &str) -> Output {
    let mut process = program()
        .args(words)
        .arg("--data")
        .arg(data)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // a command that reads nothing may be gone already
    drop(process.stdin.take().unwrap().write_all(input.as_bytes()));
    process.wait_with_output().unwrap()
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    /// The value of a field of the JSON body that is a text.
    pub fn word(&self, field: &str) -> String {
        let body: serde_json::Value = serde_json::from_str(&self.body).unwrap();
        body[field].as_str().unwrap_or_else(|| panic!("no {field} in {}", self.body)).to_owned()
    }
}

/// One request and its answer; the connection can be used again.
pub fn ask_over(
    stream: &mut (impl Read + Write),
    method: &str,
    path: &str,
    headers: &str,
    body: &str,
) -> Answer {
    let length = body.len();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: chat.example\r\ncontent-length: {length}\r\n{headers}\r\n{body}"
    );
    stream.write_all(request.as_bytes()).unwrap();
    read_answer(stream).expect("an answer")
}

/// The next answer on a connection; `None` when it is closed instead.
pub fn read_answer(stream: &mut impl Read) -> Option<Answer> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read(&mut byte) {
            Ok(1) => head.push(byte[0]),
            Ok(_) => return None,
            Err(error) => panic!("no answer in time, nor an end: {error}"),
        }
    }
    let head = String::from_utf8(head).unwrap();
    let length = head
        .lines()
        .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut body).unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Some(Answer { status, head, body: String::from_utf8(body).unwrap() })
}
