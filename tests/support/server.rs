//! The real binary as a process of its own.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tempfile::TempDir;

use crate::deadline::{DEADLINE, eventually};
use crate::raw::{Api, Person};

/// How to start a server.
#[derive(Clone, Debug, Default)]
pub struct Options {
    flags: Vec<String>,
    environment: Vec<(String, String)>,
    rate_limits: bool,
    small_disk: bool,
    metrics: Option<SocketAddr>,
}

impl Options {
    /// One more flag of `hongyan serve`, with its value if it has one.
    pub fn flag(mut self, words: &[&str]) -> Self {
        self.flags.extend(words.iter().map(|word| (*word).to_owned()));
        self
    }

    /// One more variable of its environment.
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With rate limits, which tests switch off otherwise.
    pub fn rate_limits(mut self) -> Self {
        self.rate_limits = true;
        self
    }

    /// With metrics, for [`Server::figure`].
    pub fn metrics(mut self) -> Self {
        // the server does not say which port it took; at this address nobody else takes the one that is free now
        let free = TcpListener::bind("127.0.0.2:0").and_then(|listener| listener.local_addr());
        let free = free.expect("a free port");
        self.metrics = Some(free);
        self.env("HONGYAN_METRICS_LISTEN", &free.to_string())
    }

    /// On a disk that [`Server::fill_disk`] can fill.
    pub fn small_disk(mut self) -> Self {
        self.small_disk = true;
        self
    }
}

/// A running server (or one that was killed and not yet started again) and its data.
pub struct Server {
    options: Options,
    folder: TempDir,
    process: Option<Child>,
    address: SocketAddr,
    log: Arc<Mutex<String>>,
}

impl Server {
    /// A server with nothing in it.
    pub async fn start() -> Self {
        Self::with(Options::default()).await
    }

    /// A server with nothing in it, started in a way of its own.
    pub async fn with(options: Options) -> Self {
        let folder = tempfile::Builder::new().prefix("hongyan-").tempdir().expect("a folder for the data");
        let log = Arc::default();
        let (process, address) = spawn(&options, &folder.path().join("data"), &log);
        let server = Self { options, folder, process: Some(process), address, log };
        server.ready().await;
        server
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its data folder.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// A folder beside the data, for backups and the like.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The database file.
    pub fn database(&self) -> PathBuf {
        let files = std::fs::read_dir(self.data()).expect("the data folder is there");
        files
            .filter_map(|file| Some(file.ok()?.path()))
            .find(|file| file.extension().is_some_and(|extension| extension == "db" || extension == "sqlite"))
            .expect("a database in the data folder")
    }

    /// Its HTTP interface, without a session.
    pub fn api(&self) -> Api {
        Api::at(self.address)
    }

    /// A new account of this name, signed in.
    pub async fn person(&self, name: &str) -> Person {
        Person::register(self.address, name).await
    }

    /// New accounts of these names, signed in.
    pub async fn people<const N: usize>(&self, names: [&str; N]) -> [Person; N] {
        let mut people = Vec::with_capacity(N);
        for name in names {
            people.push(self.person(name).await);
        }
        people.try_into().unwrap_or_else(|_| unreachable!("as many people as names"))
    }

    /// Ends it as a power cut would.
    pub fn kill_hard(&mut self) {
        let mut process = self.process.take().expect("it was running");
        process.kill().expect("one's own child can be killed");
        process.wait().expect("one's own child can be waited for");
    }

    /// Asks it to stop, as an operator would; [`Server::stopped`] tells how that ended.
    pub fn ask_to_stop(&self) {
        kill(self.pid(), Signal::SIGTERM).expect("one's own child takes signals");
    }

    /// Waits for its end.
    pub async fn stopped(&mut self) -> ExitStatus {
        let mut process = self.process.take().expect("it was running");
        eventually("the server stops", async || process.try_wait().expect("one's own child")).await
    }

    /// Starts it again with the same data and one more variable in its environment.
    pub async fn start_again_with(&mut self, name: &str, value: &str) {
        self.options = self.options.clone().env(name, value);
        self.start_again().await;
    }

    /// Starts it again with the same data, at a new address.
    pub async fn start_again(&mut self) {
        assert!(self.process.is_none(), "it is still running");
        let (process, address) = spawn(&self.options, &self.data(), &self.log);
        self.process = Some(process);
        self.address = address;
        self.ready().await;
    }

    /// From now on every write to a file fails, on a server with [`Options::small_disk`].
    pub fn fill_disk(&self) {
        self.limit_files("0");
    }

    /// Writes to files work again.
    pub fn make_room(&self) {
        self.limit_files("unlimited");
    }

    fn limit_files(&self, size: &str) {
        assert!(self.options.small_disk, "without `small_disk` the first write that fails ends the process");
        let [process, limit] = [format!("--pid={}", self.pid()), format!("--fsize={size}:")];
        let done = Command::new("prlimit").args([process, limit]).status().expect("prlimit, of util-linux");
        assert!(done.success(), "prlimit: {done}");
    }

    /// Runs another command of the binary on the same data: `backup FILE`, say.
    pub fn command(&self, words: &[&str]) -> Output {
        let mut command = Command::new(binary());
        command.args(words).arg("--data").arg(self.data());
        clear_environment(&mut command);
        command.stdin(Stdio::null()).output().expect("the server's binary runs")
    }

    /// What the line of this name and these labels says at `/metrics`, where there is one.
    pub async fn figure(&self, name: &str) -> Option<u64> {
        let metrics = Api::at(self.options.metrics.expect("a server with `Options::metrics`"));
        let answer = metrics.get("/metrics").await.must_be(200);
        let line = answer.text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '))?;
        Some(line.parse().expect("a number"))
    }

    /// All that it has written to its log.
    pub fn log(&self) -> String {
        self.log.lock().expect("no reader of the log panics").clone()
    }

    /// Its process, for those who measure it.
    pub fn process_id(&self) -> u32 {
        self.process.as_ref().expect("it is running").id()
    }

    fn pid(&self) -> Pid {
        let process = self.process.as_ref().expect("it is running");
        Pid::from_raw(i32::try_from(process.id()).expect("a process id fits"))
    }

    async fn ready(&self) {
        let api = self.api();
        eventually("the server is ready", async || {
            (api.try_get("/readyz").await.ok()?.status == 200).then_some(())
        })
        .await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(mut process) = self.process.take() {
            // it may have ended by itself
            let _ = process.kill();
            let _ = process.wait();
        }
        if thread::panicking() {
            let log = self.log();
            let tail: Vec<&str> = log.lines().rev().take(40).collect();
            let mut text = String::from("--- the server's last words\n");
            for line in tail.iter().rev() {
                writeln!(text, "{line}").expect("a string takes everything");
            }
            eprint!("{text}");
        }
    }
}

/// The binary under test.
pub fn binary() -> PathBuf {
    let named = std::env::var_os("HONGYAN_BIN").map(PathBuf::from);
    let binary = named.unwrap_or_else(|| {
        let test = std::env::current_exe().expect("a test knows its own file");
        let folder = test.ancestors().nth(2).expect("tests stand in target/*/deps");
        folder.join("hongyan")
    });
    assert!(
        binary.is_file(),
        "no server at {}: run `cargo build -p backend`, or name one in HONGYAN_BIN",
        binary.display()
    );
    binary
}

fn clear_environment(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("HONGYAN_") {
            command.env_remove(name);
        }
    }
}

fn spawn(options: &Options, data: &Path, log: &Arc<Mutex<String>>) -> (Child, SocketAddr) {
    let mut command = if options.small_disk {
        // With the signal ignored, a write beyond the limit on files fails for the server as one on a full disk does,
        // though by another of SQLite's codes (10 for 13; the store's own tests have that one).
        let mut shell = Command::new("sh");
        shell.args(["-c", r#"trap '' XFSZ; exec "$0" "$@""#]).arg(binary());
        shell
    } else {
        Command::new(binary())
    };
    clear_environment(&mut command);
    if !options.rate_limits {
        command.env("HONGYAN_RATE_LIMITS", "off");
    }
    command
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(data)
        .args(&options.flags)
        .envs(options.environment.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut process = command.spawn().expect("the server's binary runs");
    let (found, address) = channel();
    listen_to(process.stdout.take().expect("piped"), log.clone(), found.clone());
    listen_to(process.stderr.take().expect("piped"), log.clone(), found);
    let address = first_address(&address, &mut process, log);
    (process, address)
}

fn first_address(found: &Receiver<SocketAddr>, process: &mut Child, log: &Arc<Mutex<String>>) -> SocketAddr {
    match found.recv_timeout(DEADLINE) {
        Ok(address) => address,
        Err(_) => {
            let _ = process.kill();
            let ended = process.wait();
            let log = log.lock().expect("no reader of the log panics");
            panic!("the server never said where it listens ({ended:?}):\n{log}")
        }
    }
}

/// Keeps what the process says and looks for the address in it.
fn listen_to(pipe: impl Read + Send + 'static, log: Arc<Mutex<String>>, found: Sender<SocketAddr>) {
    thread::spawn(move || {
        let mut found = Some(found);
        for line in BufReader::new(pipe).lines() {
            let Ok(line) = line else { return };
            if let Some(address) = address_in(&line)
                && let Some(found) = found.take()
            {
                // the other pipe may have been first
                let _ = found.send(address);
            }
            let mut log = log.lock().expect("no reader of the log panics");
            log.push_str(&line);
            log.push('\n');
        }
    });
}

/// The address in a line such as `listening on http://127.0.0.1:8080`.
fn address_in(line: &str) -> Option<SocketAddr> {
    let (_, rest) = line.split_once("http://").or_else(|| line.split_once("https://"))?;
    let end = rest.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == ':')).unwrap_or(rest.len());
    rest[..end].parse().ok()
}
