//! Who asks, and how often they may: passwords, tokens, cookies, origins and rates.
//!
//! A request names its device by a token, in a cookie (browsers) or as a bearer (all others). [`session`] turns
//! either into a caller; what a browser sends with its cookie must come from our own pages ([`origin`]). Nothing
//! about sessions is remembered here: each request asks the store, so a revoked device is out at once, whoever
//! revoked it (the command line too).

pub mod address;
pub mod cookie;
pub mod origin;
pub mod password;
pub mod rate;
pub mod session;
pub mod token;
