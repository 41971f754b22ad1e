//! A server without a listener, and what its guests ask.

use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use clap::{Args, Command, FromArgMatches};
use common::wire::Epoch;
use http::{HeaderMap, Method, Request, StatusCode, header};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::mpsc;
use tower::ServiceExt;

use crate::app::{App, COMMIT_QUEUE};
use crate::clock::Clock;
use crate::config::Config;
use crate::store::{Store, StoreOptions};
use crate::telemetry::Metrics;

/// Everybody's password.
pub const PASSWORD: &str = "wild geese carry letters";
/// The host that requests are sent to, and the origin of our pages there.
pub const HOST: &str = "chat.example";
pub const ORIGIN: &str = "http://chat.example";

/// A server.
pub struct House {
    pub app: App,
    router: Router,
    folder: TempDir,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

/// Who asks: nobody, or a device, by token or by cookie.
#[derive(Clone, Copy)]
pub enum By<'a> {
    Nobody,
    Token(&'a str),
    Cookie(&'a str),
}

impl House {
    /// With these flags of `hongyan serve`.
    pub async fn open(flags: &[&str]) -> Self {
        Self::open_with(flags, Clock::machine()).await
    }

    pub async fn open_with(flags: &[&str], clock: Clock) -> Self {
        Self::open_in(tempfile::tempdir().unwrap(), flags, clock).await
    }

    /// The same after a stop and another start.
    pub async fn restarted(self, flags: &[&str]) -> Self {
        assert!(self.app.stop().await, "everybody has left");
        Self::open_in(self.folder, flags, self.app.clock.clone()).await
    }

    async fn open_in(folder: TempDir, flags: &[&str], clock: Clock) -> Self {
        let command = Config::augment_args(Command::new("test").no_binary_name(true));
        let config = Config::from_arg_matches(&command.try_get_matches_from(flags).unwrap()).unwrap();
        let (sender, commits) = mpsc::channel(COMMIT_QUEUE);
        let ids = clock.clone();
        let mut options = StoreOptions::new(Epoch(7), Arc::new(move || ids.uuid_v7()));
        options.commits = Some(sender);
        let store = Store::open_sqlite(&folder.path().join("test.db"), options).await.unwrap();
        let app = App::start(config, store, commits, clock, Metrics::new()).await.unwrap();
        Self { router: crate::http::router(&app), app, folder }
    }

    /// Where its database is.
    pub fn database(&self) -> PathBuf {
        self.folder.path().join("test.db")
    }

    pub async fn ask(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        Answer { status: parts.status, headers: parts.headers, text }
    }

    /// A request with JSON in it, or with nothing.
    pub async fn call(&self, by: By<'_>, method: &str, path: &str, body: Value) -> Answer {
        self.ask(request(by, method, path, body)).await
    }

    /// The same by a program with a token.
    pub async fn by(&self, token: &str, method: &str, path: &str, body: Value) -> Answer {
        self.call(By::Token(token), method, path, body).await
    }

    /// A new account; answers its token.
    pub async fn person(&self, name: &str) -> String {
        let body = json!({"username": name, "password": PASSWORD});
        self.call(By::Nobody, "POST", "/api/auth/register", body).await.is(201).word("token")
    }

    /// One more device of an account; answers its token.
    pub async fn device(&self, name: &str) -> String {
        let body = json!({"username": name, "password": PASSWORD});
        self.call(By::Nobody, "POST", "/api/auth/login", body).await.is(200).word("token")
    }
}

/// A request as programs and pages make it.
pub fn request(by: By<'_>, method: &str, path: &str, body: Value) -> Request<Body> {
    let mut request = Request::builder()
        .method(Method::from_bytes(method.as_bytes()).unwrap())
        .uri(path)
        .header(header::HOST, HOST);
    request = match by {
        By::Nobody => request,
        By::Token(token) => request.header(header::AUTHORIZATION, format!("Bearer {token}")),
        By::Cookie(token) => request.header(header::COOKIE, format!("hongyan_session={token}")),
    };
    match body {
        Value::Null => request.body(Body::empty()),
        body => request.header(header::CONTENT_TYPE, "application/json").body(Body::from(body.to_string())),
    }
    .unwrap()
}

impl Answer {
    pub fn body(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {:?}", self.text))
    }

    pub fn word(&self, field: &str) -> String {
        self.body()[field].as_str().unwrap_or_else(|| panic!("no {field} in {}", self.text)).to_owned()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// It has this status.
    #[track_caller]
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self
    }

    /// It is an error of this status and code, in its one form.
    #[track_caller]
    pub fn refuses(self, status: u16, code: &str) -> Self {
        let error = &self.body()["error"];
        assert_eq!((self.status.as_u16(), error["code"].as_str()), (status, Some(code)), "{}", self.text);
        assert!(error["message"].is_string(), "{}", self.text);
        assert_eq!(self.header("content-type"), Some("application/json"));
        self
    }

    /// The error names this field.
    #[track_caller]
    pub fn naming(self, field: &str) -> Self {
        assert_eq!(self.body()["error"]["field"].as_str(), Some(field), "{}", self.text);
        self
    }
}
