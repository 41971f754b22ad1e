//! The program as its operator meets it: flags, commands, connections, certificates.

mod support;

mod commands;
mod connections;
mod https;
