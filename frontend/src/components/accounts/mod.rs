//! Making an account and signing in.

mod create_account;
mod language_switch;
mod sign_in;

pub use create_account::CreateAccount;
pub use language_switch::{LanguageSwitch, language_name};
pub use sign_in::SignIn;
