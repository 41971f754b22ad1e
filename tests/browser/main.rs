//! The release client in a real browser, with the real server.
