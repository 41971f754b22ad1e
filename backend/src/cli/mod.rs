//! The command line: `hongyan serve` and what an operator does beside it.
//!
//! What is wrong with flags or the data folder is told in one line on standard error, with exit code 2; what a command
//! could not do, with exit code 1.

mod data_folder;
mod notice;

mod serve;

mod backup;
mod restore;

mod invite;
mod replace_push_key;
mod user;

use std::ffi::OsString;
use std::fmt::Display;
use std::future::Future;
use std::io::{Write, stdout};
use std::path::PathBuf;

use clap::builder::Resettable;
use clap::error::ErrorKind;
use clap::{Arg, Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use crate::clock::Clock;
use crate::config::Config;

/// A messenger that anyone can host and that never loses a message.
#[derive(Debug, Parser)]
#[command(name = "hongyan", version, disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Runs the server: API, WebSocket and web client.
    Serve(Box<Config>),
    /// Writes a consistent copy of everything into a new file, also while the server runs.
    Backup(backup::Backup),
    /// Puts a backup in place of what is there; not while the server runs.
    Restore(restore::Restore),
    /// Makes and lists accounts and sets passwords, also while the server runs.
    User(user::User),
    /// Prints an invitation that makes one account (for `--registration invite`).
    Invite(invite::Invite),
    /// Makes another key by which push services know this server; not while the server runs.
    ReplacePushKey(replace_push_key::ReplacePushKey),
}

/// Where everything is, for commands beside `serve`.
#[derive(Debug, Args)]
struct Place {
    /// The folder that holds everything.
    #[arg(long, env = "HONGYAN_DATA", default_value = "./data", value_name = "FOLDER")]
    data: PathBuf,
}

/// Why the program ends.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Ending {
    /// The flags or the data folder are not usable; exit code 2.
    #[error("{0}")]
    Usage(String),
    /// The command could not be done; exit code 1.
    #[error("{0}")]
    Failed(String),
}

impl Ending {
    fn usage(what: impl Display) -> Self {
        Self::Usage(one_line(&what.to_string()))
    }

    fn failed(what: impl Display) -> Self {
        Self::Failed(one_line(&what.to_string()))
    }

    /// What the process says with its exit.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            Self::Failed(_) => 1,
        }
    }
}

/// Does what these words of the command line say; the first is the program's name.
///
/// Errors: one line that says what is wrong.
pub fn run(words: impl IntoIterator<Item = OsString>, clock: Clock) -> Result<(), Ending> {
    let matches = Cli::command().mut_subcommands(heed_only_what_is_said).try_get_matches_from(words);
    let cli = match matches.and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => cli,
        Err(error) if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) => {
            // nobody is there to hear that standard output is closed
            drop(error.print());
            return Ok(());
        }
        Err(error) => return Err(condense(&error)),
    };
    match cli.command {
        Command::Serve(config) => serve::run(*config, clock),
        Command::Backup(backup) => wait_for(backup.run(clock)),
        Command::Restore(restore) => wait_for(restore.run(clock)),
        Command::User(user) => wait_for(user.run(clock)),
        Command::Invite(invite) => wait_for(invite.run(clock)),
        Command::ReplacePushKey(replace) => wait_for(replace.run(clock)),
    }
}

/// An empty variable says nothing: files that set every variable there is leave out so what they do not set.
fn heed_only_what_is_said(command: clap::Command) -> clap::Command {
    let is_empty = |arg: &Arg| arg.get_env().and_then(std::env::var_os).is_some_and(|said| said.is_empty());
    command.mut_args(|arg| if is_empty(&arg) { arg.env(Resettable::Reset) } else { arg })
}

/// Runs a command that is done in one go.
fn wait_for(command: impl Future<Output = Result<(), Ending>>) -> Result<(), Ending> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Ending::failed)?;
    runtime.block_on(command)
}

/// Prints a line; whoever closed standard output does not want to know.
fn say(line: impl Display) {
    drop(writeln!(stdout(), "{line}"));
}

/// The first paragraph of what clap says, in one line; the others are hints and usage.
fn condense(error: &clap::Error) -> Ending {
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return Ending::usage("a command is missing; see hongyan --help");
    }
    let text = error.to_string();
    let first = text.split("\n\n").next().unwrap_or_default();
    Ending::usage(format!("{}; see hongyan --help", first.trim_start_matches("error: ").trim()))
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(words: &[&str]) -> String {
        let words = ["hongyan"].iter().chain(words).map(OsString::from);
        let error = Cli::try_parse_from(words).expect_err("a wrong command line");
        let Ending::Usage(line) = condense(&error) else { panic!("{error}") };
        line
    }

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_wrong_flag_is_told_in_one_line() {
        for (words, part) in [
            (&[][..], "a command is missing"),
            (&["dance"], "'dance'"),
            (&["serve", "--listen", "nowhere"], "--listen"),
            (&["serve", "--lisen", "127.0.0.1:1"], "--lisen"),
            (&["serve", "--registration", "perhaps"], "open, invite, closed"),
            (&["serve", "--tls-cert", "a.pem"], "--tls-key"),
            (&["serve", "--sends-per-second", "0"], "--sends-per-second"),
            (&["backup"], "<FILE>"),
            (&["user"], "see hongyan --help"),
            (&["user", "add"], "<NAME>"),
        ] {
            let line = problem(words);
            assert!(!line.contains('\n') && line.contains(part), "{words:?}: {line}");
        }
    }
}
