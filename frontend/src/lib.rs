//! What is seen: the web client.
//!
//! `pages` → `components` → `stores` (signals; what views read) ← `services` (side effects; the only writers) →
//! `storage` (IndexedDB). Views never fetch.

pub mod app;
pub mod clock;
pub mod components;
pub mod fold;
pub mod i18n;
pub mod pages;
pub mod routes;
pub mod services;
pub mod storage;
pub mod stores;

#[cfg(test)]
mod contrast;
