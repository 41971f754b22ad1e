//! Which TLS a client of HTTP has. Tests speak plain HTTP; but the library that does, compiled together with the server's,
//! wants to know before it makes a client.

/// The server's: ring. Choosing again changes nothing.
pub fn choose() {
    drop(rustls::crypto::ring::default_provider().install_default());
}
