//! The certificate of a server that speaks https itself.

use std::fmt::Display;

use axum_server::tls_rustls::RustlsConfig;

use crate::app::App;
use crate::config::Config;

/// Reads the certificate and its key, if the operator named them.
///
/// Errors: in words, naming the flags.
pub async fn load_certificate(config: &Config) -> Result<Option<RustlsConfig>, String> {
    let (Some(cert), Some(key)) = (&config.tls_cert, &config.tls_key) else { return Ok(None) };
    // a second time there is one already, and it is the same
    drop(rustls::crypto::ring::default_provider().install_default());
    let unusable =
        |error: &dyn Display| format!("--tls-cert {}, --tls-key {}: {error}", cert.display(), key.display());
    RustlsConfig::from_pem_file(cert, key).await.map(Some).map_err(|error| unusable(&error))
}

/// Reads the certificate again whenever the process gets SIGHUP; connections that are open keep the one they have. A
/// new one that cannot be read leaves the old one in place.
#[cfg(unix)]
pub async fn renew_certificate(app: App, certificate: RustlsConfig) {
    use tokio::signal::unix::{SignalKind, signal};
    let (Some(cert), Some(key)) = (&app.config.tls_cert, &app.config.tls_key) else { return };
    let Ok(mut asked) = signal(SignalKind::hangup()) else { return };
    loop {
        tokio::select! {
            () = app.lifecycle.stopping() => return,
            _ = asked.recv() => match certificate.reload_from_pem_file(cert, key).await {
                Ok(()) => tracing::info!("the certificate was read again"),
                Err(error) => tracing::error!(%error, "the new certificate cannot be used; the old one stays"),
            },
        }
    }
}

/// Where there is no SIGHUP the program is started again for a new certificate.
#[cfg(not(unix))]
pub async fn renew_certificate(_app: App, _certificate: RustlsConfig) {}
