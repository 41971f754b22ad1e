//! The engine against a model: several accounts on two devices each, a small server that keeps the protocol's promises
//! and no more, a network that cuts, delays and doubles, storage that forgets what was not committed, and virtual time.
//!
//! `simulation` runs seeded schedules and asks at the end whether all devices hold what the model holds. A failing seed
//! is printed; `HONGYAN_SEED=<seed> cargo test -p common <name of the test>` runs it alone, with `HONGYAN_TRACE=1` it says
//! what happens, and once mended the seed is kept there. The other files at the end drive one engine by hand, a rule at a
//! time.

mod storage;

mod server;
mod server_log;
mod server_resume;

mod device;
mod network;
mod world;

mod oracle;
mod schedule;
mod simulation;

mod bench;
mod catching_up;
mod company;
mod history;
mod nonsense;
mod progress;
mod reset;
mod sending;
