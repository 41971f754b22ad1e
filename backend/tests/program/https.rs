use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::support::{Answer, DEADLINE, PASSWORD, Server, ask_over};

/// Writes a new certificate; answers it.
fn certify(folder: &Path) -> CertificateDer<'static> {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(["chat.example".to_owned()]).unwrap();
    std::fs::write(folder.join("cert.pem"), cert.pem()).unwrap();
    std::fs::write(folder.join("key.pem"), signing_key.serialize_pem()).unwrap();
    cert.der().clone()
}

/// Asks over https, trusting this certificate only.
fn ask(
    server: &Server,
    trusted: &CertificateDer<'static>,
    method: &str,
    path: &str,
    body: &str,
) -> std::io::Result<Answer> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("chat.example").unwrap();
    let mut connection = ClientConnection::new(Arc::new(config), name).unwrap();
    let mut stream = server.connect();
    connection.complete_io(&mut stream)?;
    let mut stream = StreamOwned::new(connection, stream);
    Ok(ask_over(&mut stream, method, path, "content-type: application/json\r\n", body))
}

#[test]
fn it_speaks_https_and_takes_a_new_certificate_on_request() {
    let folder = tempfile::tempdir().unwrap();
    let first = certify(folder.path());
    let (cert, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
    let server = Server::start(&["--tls-cert", cert.to_str().unwrap(), "--tls-key", key.to_str().unwrap()]);
    assert!(server.said.starts_with("listening on https://"), "{}", server.said);
    let body = format!(r#"{{"username":"anna","password":"{PASSWORD}"}}"#);
    let answer = ask(&server, &first, "POST", "/api/auth/register", &body).unwrap();
    assert_eq!(answer.status, 201);
    assert!(
        answer.head.contains("Secure") && answer.head.contains("strict-transport-security"),
        "{}",
        answer.head
    );

    // what is no certificate leaves the old one in place
    std::fs::write(&cert, "nonsense").unwrap();
    server.signal("HUP");
    assert_eq!(ask(&server, &first, "GET", "/healthz", "").unwrap().status, 200);
    let second = certify(folder.path());
    server.signal("HUP");
    let started = Instant::now();
    while ask(&server, &second, "GET", "/healthz", "").is_err() {
        assert!(started.elapsed() < DEADLINE, "the new certificate is never shown");
    }
    assert!(ask(&server, &first, "GET", "/healthz", "").is_err());
}

#[test]
fn https_without_a_contact_for_push_services_is_warned_of() {
    let folder = tempfile::tempdir().unwrap();
    certify(folder.path());
    let (cert, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
    let tls = ["--tls-cert", cert.to_str().unwrap(), "--tls-key", key.to_str().unwrap()];
    let warns = |flags: &[&str]| Server::start(flags).log().contains("--push-contact");
    assert!(warns(&tls));
    assert!(!warns(&[&tls[..], &["--push-contact", "mailto:ops@example.net"]].concat()));
    assert!(!warns(&[&tls[..], &["--public-url", "https://chat.example"]].concat()));
    assert!(!warns(&[]), "there are no notifications without https");
}
