//! A client that somebody else wrote: it speaks what the protocol pins, in JSON without types, and nothing more.

mod api;
mod person;
mod socket;

pub use api::{Answer, Api};
pub use person::{PASSWORD, Person};
pub use socket::{Heard, Refused, Socket};
