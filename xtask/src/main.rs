//! The project's commands, as `cargo xtask <command>`. Two are all that a newcomer needs: `run` and `test`.
//!
//! Each command does the set-up that it needs (see [`setup`]): what is there already in the right version
//! costs nothing, what is missing is installed into `.tools/` and said, and what cannot be installed is named
//! with the command to type. Tools that programs of ours look for are passed on by environment variables, all
//! of them listed in [`tests_env`].

mod bench;
mod client;
#[cfg(test)]
mod documents;
mod planted_bugs;
mod run;
mod server;
mod setup;
mod shell;
mod test;
mod tests_env;
mod tree;
mod workspace;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::shell::say;
use crate::workspace::Workspace;

#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", about = "The project's commands", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Set up, build client and server, start on SQLite and print the address
    Run {
        /// Passed on to `hongyan serve`, after `--`
        #[arg(last = true)]
        serve: Vec<String>,
    },
    /// Set up, then formatting, lints and every test; or only some of them
    Test {
        /// Which part (all of them when left out)
        #[arg(value_enum)]
        part: Option<test::Part>,
        /// Passed on to the tests, after `--`: a name to filter by, for example
        #[arg(last = true)]
        filter: Vec<String>,
    },
    /// Leave one self-contained `target/release/hongyan`, with the client inside
    Build,
    /// Build only the client, as it ships, into `target/client`
    Client,
    /// Work on the client: a server, and `trunk serve` that rebuilds and reloads
    Dev {
        /// Passed on to `hongyan serve`, after `--`; keep the address, `trunk serve` hands on to it
        #[arg(last = true)]
        serve: Vec<String>,
    },
    /// Install what the other commands need, without running anything
    Setup,
    /// Measure, each figure with its floor, and write the figures as JSON
    Bench {
        /// Passed on to the benchmarks, after `--`
        #[arg(last = true)]
        arguments: Vec<String>,
    },
    /// Take a picture of every screen, in every size, scheme and language, into `target/out/screenshots`
    Screenshots {
        /// Passed on, after `--`
        #[arg(last = true)]
        arguments: Vec<String>,
    },
    /// Apply each patch of `tests/planted` to a copy and see the engine's tests fail
    PlantedBugs,
    /// Check licences, bans and sources of the dependencies (installs cargo-deny: minutes)
    Deny,
    /// What Trunk calls when it has built: makes a build that our security policy lets run
    #[command(hide = true)]
    PostBuild,
}

fn main() -> ExitCode {
    match perform(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // For a person to read: what was tried and why it failed, without a backtrace.
            say(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn perform(command: Command) -> Result<()> {
    let workspace = Workspace::open()?;
    match command {
        Command::Run { serve } => run::run(&workspace, &serve),
        Command::Test { part, filter } => test::test(&workspace, part, &filter),
        Command::Build => {
            let binary = server::build_release(&workspace)?;
            println!("{} is complete: server, client and all", binary.display());
            Ok(())
        }
        Command::Client => setup::for_client(&workspace).and_then(|()| client::build(&workspace)),
        Command::Dev { serve } => run::dev(&workspace, &serve),
        Command::Setup => setup::for_everything(&workspace),
        Command::Bench { arguments } => bench::bench(&workspace, &arguments),
        Command::Screenshots { arguments } => bench::screenshots(&workspace, &arguments),
        Command::PlantedBugs => planted_bugs::notice_all(&workspace),
        Command::Deny => test::deny(&workspace),
        Command::PostBuild => client::post_build(&workspace),
    }
}
