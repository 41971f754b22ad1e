use http::Version;
use serde_json::Value;

use super::support::{By, House, request};

#[tokio::test]
async fn every_answer_carries_the_headers() {
    let house = House::open(&["--public-url", "https://chat.example"]).await;
    for (method, path) in [
        ("GET", "/"),
        ("GET", "/settings"),
        ("GET", "/api/docs"),
        ("GET", "/api/server"),
        ("GET", "/api/nothing"),
        ("GET", "/api/me"),
        ("PUT", "/api/me"),
        ("GET", "/ws"),
        ("GET", "/healthz"),
        ("POST", "/nowhere"),
    ] {
        let answer = house.call(By::Nobody, method, path, Value::Null).await;
        let header = |name: &str| {
            answer.header(name).unwrap_or_else(|| panic!("{method} {path} answers without {name}")).to_owned()
        };
        let policy = header("content-security-policy");
        for part in ["default-src 'none'", "script-src 'self' 'wasm-unsafe-eval';", "frame-ancestors 'none'"]
        {
            assert!(policy.contains(part), "{policy}");
        }
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{policy}");
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("referrer-policy"), "no-referrer");
        assert_eq!(header("cross-origin-opener-policy"), "same-origin");
        assert!(header("strict-transport-security").starts_with("max-age="));
        assert!(!header("x-request-id").is_empty() && !header("permissions-policy").is_empty());
        if path.starts_with("/api/") {
            assert_eq!(header("cache-control"), "no-store", "{path}");
        }
    }
}

#[tokio::test]
async fn a_request_names_one_host() {
    let house = House::open(&[]).await;
    let mut twice = request(By::Nobody, "GET", "/api/server", Value::Null);
    twice.headers_mut().append("host", "evil.example".parse().unwrap());
    house.ask(twice).await.refuses(400, "malformed");
    let mut nowhere = request(By::Nobody, "GET", "/api/server", Value::Null);
    nowhere.headers_mut().remove("host");
    house.ask(nowhere).await.refuses(400, "malformed");
    let mut old = request(By::Nobody, "GET", "/api/server", Value::Null);
    old.headers_mut().remove("host");
    *old.version_mut() = Version::HTTP_10;
    house.ask(old).await.is(200);
}

#[tokio::test]
async fn a_requests_number_is_kept_if_it_is_one() {
    let house = House::open(&[]).await;
    let number = async |given: &str| {
        let mut request = request(By::Nobody, "GET", "/healthz", Value::Null);
        request.headers_mut().insert("x-request-id", given.parse().unwrap());
        house.ask(request).await.header("x-request-id").unwrap().to_owned()
    };
    assert_eq!(number("proxy-7f.3_a").await, "proxy-7f.3_a");
    for bad in ["", "a b", "a\"b", &"x".repeat(65)] {
        assert_ne!(number(bad).await, bad);
    }
}

#[tokio::test]
async fn what_is_refused_and_answered_is_counted_by_pattern() {
    let house = House::open(&[]).await;
    let token = house.person("anna").await;
    house.by(&token, "GET", "/api/users/nobody", Value::Null).await.refuses(404, "notFound");
    let numbers = house.app.metrics.render();
    assert!(numbers.contains("route=\"/api/users/{userId}\",status=\"404\""), "{numbers}");
    assert!(numbers.contains("hongyan_refusals_total{code=\"notFound\"} 1"), "{numbers}");
    assert!(!numbers.contains("nobody"), "a name among the numbers");
}
