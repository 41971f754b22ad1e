//! What is promised, a file per promise: the real binary as a process, real sockets, and tests that try to break it.

mod log;

mod accounts;
mod pinned;

mod bad_input;
mod never_twice;
mod one_order;

mod offline;
mod rate_limits;
mod receipts;
mod resume_cost;
mod slow_reader;
mod storm;
mod two_devices;

mod full_disk;
mod kill;
mod restore;
mod shutdown;

mod groups;
mod privacy;
mod push;
mod push_crash;
mod push_many;
mod push_recipients;
mod push_services;
mod requests;
mod revoked;
