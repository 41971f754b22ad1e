//! What an operator sees: log lines, and numbers for Prometheus. Never a message, a name, a token.

mod log;
mod metrics;

pub use log::start_log;
pub use metrics::Metrics;
