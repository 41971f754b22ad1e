//! The program `hongyan`.

use std::process::ExitCode;

use backend::cli;
use backend::clock::Clock;

fn main() -> ExitCode {
    match cli::run(std::env::args_os(), Clock::machine()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(ending) => {
            eprintln!("hongyan: {ending}");
            ExitCode::from(ending.exit_code())
        }
    }
}
