//! A PostgreSQL server for the tests: its own folder, its own socket, gone afterwards.

use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// Where Debian puts the server's programs.
const DEBIAN: &str = "/usr/lib/postgresql/15/bin";
const START_TIMEOUT: Duration = Duration::from_secs(60);

/// A running server. Stops, and its folder goes, when dropped.
pub struct Postgres {
    server: Child,
    folder: TempDir,
}

/// Where a server listens.
#[derive(Clone, Debug)]
pub struct Address {
    socket: PathBuf,
}

impl Address {
    /// The address of one of its databases.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://hongyan@localhost/{database}?host={}", self.socket.display())
    }
}

impl Postgres {
    /// Makes a cluster and starts its server.
    pub fn start() -> Self {
        let bin = std::env::var("HONGYAN_PG_BIN").unwrap_or_else(|_| DEBIAN.into());
        let bin = Path::new(&bin);
        assert!(
            bin.join("postgres").exists(),
            "no PostgreSQL in {}: install Debian's postgresql-15, or name the folder of its programs in HONGYAN_PG_BIN",
            bin.display()
        );
        let folder = tempfile::Builder::new().prefix("hongyan-pg-").tempdir().expect("a folder can be made");
        let user = unprivileged_user();
        if let Some((uid, gid)) = user {
            chown(folder.path(), Some(uid), Some(gid)).expect("the folder can be given away");
        }
        let data = folder.path().join("data");
        let command = |program: &str| {
            let mut command = Command::new(bin.join(program));
            command.current_dir(folder.path()).stdin(Stdio::null()).stdout(Stdio::null());
            if let Some((uid, gid)) = user {
                command.uid(uid).gid(gid);
            }
            command
        };
        let made = command("initdb")
            .args([
                "--username=hongyan",
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--no-sync",
                "-D",
            ])
            .arg(&data)
            .status()
            .expect("initdb runs");
        assert!(made.success(), "initdb made no cluster");
        let server = command("postgres")
            .arg("-D")
            .arg(&data)
            .arg("-k")
            .arg(folder.path())
            // that what is committed survives a power cut is not for these cases to show
            .args(["-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=300"])
            .args(["-c", "log_min_messages=panic"])
            .spawn()
            .expect("postgres runs");
        let ready =
            || command("pg_isready").args(["-q", "-U", "hongyan"]).arg("-h").arg(folder.path()).status();
        let deadline = Instant::now() + START_TIMEOUT;
        while !ready().expect("pg_isready runs").success() {
            assert!(Instant::now() < deadline, "PostgreSQL did not start");
            thread::sleep(Duration::from_millis(50));
        }
        Self { server, folder }
    }

    /// Where it listens.
    pub fn address(&self) -> Address {
        Address { socket: self.folder.path().to_owned() }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // nothing in it is needed any more
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// PostgreSQL refuses to run as root: then it runs as the user that its package made, or as nobody.
fn unprivileged_user() -> Option<(u32, u32)> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let uids = status.lines().find_map(|line| line.strip_prefix("Uid:"))?;
    let effective: u32 = uids.split_whitespace().nth(1)?.parse().ok()?;
    if effective != 0 {
        return None;
    }
    let users = std::fs::read_to_string("/etc/passwd").ok()?;
    let find = |name: &str| {
        let line = users.lines().find(|line| line.starts_with(&format!("{name}:")))?;
        let mut fields = line.split(':').skip(2);
        Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
    };
    find("postgres").or_else(|| find("nobody"))
}
