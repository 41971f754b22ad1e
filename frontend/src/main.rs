//! Starts the client.

fn main() {
    frontend::app::start();
}
