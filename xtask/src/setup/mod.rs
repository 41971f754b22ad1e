//! Set-up: everything the commands need, checked first, installed only when missing, and said.
//!
//! What belongs to this project alone goes into `.tools/` (ignored by git; delete it at will). What belongs to
//! the machine (browsers, PostgreSQL, fonts) is installed by its package manager when we may, and named
//! otherwise.

mod cargo_tools;
mod npm;
mod rust;
mod system;

use anyhow::Result;

use crate::shell::timed;
use crate::workspace::Workspace;

/// What building the client needs.
///
/// # Errors
/// When something is missing and cannot be installed.
pub fn for_client(workspace: &Workspace) -> Result<()> {
    timed("set-up for the client", || {
        rust::wasm_target(workspace)?;
        cargo_tools::trunk(workspace)?;
        cargo_tools::wasm_bindgen(workspace)?;
        npm::wasm_opt(workspace)
    })
}

/// What formatting and lints need.
///
/// # Errors
/// When something is missing and cannot be installed.
pub fn for_lints(workspace: &Workspace) -> Result<()> {
    rust::wasm_target(workspace)?;
    rust::components(workspace)
}

/// What the tests need to be there when they run.
///
/// # Errors
/// When something is missing and cannot be installed.
pub fn for_tests(workspace: &Workspace) -> Result<()> {
    timed("set-up for the tests", || {
        system::packages(workspace)?;
        cargo_tools::geckodriver(workspace)?;
        npm::axe(workspace)
    })
}

/// All of it.
///
/// # Errors
/// When something is missing and cannot be installed.
pub fn for_everything(workspace: &Workspace) -> Result<()> {
    // What may have to be asked of a person comes first, not after ten minutes of compiling.
    for_tests(workspace)?;
    for_lints(workspace)?;
    for_client(workspace)
}

pub use self::cargo_tools::cargo_deny;
