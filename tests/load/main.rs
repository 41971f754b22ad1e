//! What is measured: each figure of the budgets, with its floor in the same run.
//!
//! The server runs on one core and this program on the other. A figure stands beside the floor that was measured
//! next to it, because an absolute time on a shared machine means nothing; a figure counts only when nothing was
//! lost, doubled or out of order while it was taken. `cargo xtask bench` builds what is needed and starts this; words
//! behind `--` choose figures by a part of their name.

mod client;
mod figure;
mod floor;
mod link;
mod machine;
mod open_loop;
mod report;

use std::process::ExitCode;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime on one thread needs nothing");
    // A floor that is a server runs in a process of its own, as the real one does.
    if let [word, kind] = &words[..]
        && word == "floor-server"
    {
        runtime.block_on(floor::server::run(kind));
        return ExitCode::SUCCESS;
    }
    machine::pin(std::process::id(), machine::GENERATOR_CORE);
    let report = runtime.block_on(figure::measure(&words));
    report.print();
    report.write();
    if report.is_sound() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
