//! The log: by `tracing`, to standard error, as lines or as JSON.
//!
//! What is said is about requests, sockets and tasks by their numbers. Addresses appear at `debug` only; contents,
//! names and tokens not at all.

use std::io::{IsTerminal, stderr};

use tracing_subscriber::filter::EnvFilter;
use tracing_subscriber::fmt;

use crate::config::LogFormat;

/// The filter is no filter.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("--log: {0}")]
pub struct NoFilter(String);

/// Starts the log of this process; once.
pub fn start_log(filter: &str, format: LogFormat) -> Result<(), NoFilter> {
    let filter = EnvFilter::try_new(filter).map_err(|error| NoFilter(error.to_string()))?;
    let log = fmt().with_env_filter(filter).with_writer(stderr).with_ansi(stderr().is_terminal());
    let started = match format {
        LogFormat::Text => log.try_init(),
        LogFormat::Json => log.json().flatten_event(true).try_init(),
    };
    // a second start can only happen in tests, where the first log serves all
    drop(started);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nonsense_is_no_filter() {
        let problem = start_log("info,,=", LogFormat::Text).unwrap_err().to_string();
        assert!(problem.starts_with("--log: ") && !problem.contains('\n'), "{problem}");
    }
}
