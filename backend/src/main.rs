//! The program `hongyan`.

use std::process::ExitCode;

use backend::cli;
use backend::clock::Clock;
use mimalloc::MiMalloc;

/// The system's keeps what was freed, for each of its arenas: some 20 MiB for every thread that ever hashed a password.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    match cli::run(std::env::args_os(), Clock::machine()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(ending) => {
            eprintln!("hongyan: {ending}");
            ExitCode::from(ending.exit_code())
        }
    }
}
