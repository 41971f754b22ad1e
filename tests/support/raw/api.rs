//! The HTTP side.

use std::net::SocketAddr;

use reqwest::header::HeaderMap;
use reqwest::{Client, Method, RequestBuilder};
use serde_json::Value;

use crate::deadline::within;

/// The HTTP interface of a server, with a session or without.
#[derive(Clone, Debug)]
pub struct Api {
    client: Client,
    address: SocketAddr,
    token: Option<String>,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as JSON; `null` when it is none.
    pub body: Value,
    /// The body as it came.
    pub text: String,
}

impl Answer {
    /// The error's code, if this is an error as the protocol writes them.
    pub fn code(&self) -> &str {
        self.body["error"]["code"].as_str().unwrap_or("")
    }

    /// This answer, which has to have that status.
    #[track_caller]
    pub fn must_be(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    /// This answer, which has to be an error with that status and code, in the pinned form.
    #[track_caller]
    pub fn must_fail(self, status: u16, code: &str) -> Self {
        assert_eq!((self.status, self.code()), (status, code), "{}", self.text);
        assert!(self.body["error"]["message"].is_string(), "{}", self.text);
        self
    }

    /// A header's text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

impl Api {
    /// Without a session.
    pub fn at(address: SocketAddr) -> Self {
        crate::tls::choose();
        let client = Client::builder().no_proxy().build().expect("a client without TLS needs nothing");
        Self { client, address, token: None }
    }

    /// The same server with this session.
    pub fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    /// The same session, at another address.
    pub fn moved_to(&self, address: SocketAddr) -> Self {
        Self { address, ..self.clone() }
    }

    /// Where it is.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// A request that can still be changed before [`Api::perform`].
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("http://{}{path}", self.address));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// Sends a request; the error is that of the network.
    pub async fn perform(&self, request: RequestBuilder) -> Result<Answer, reqwest::Error> {
        within("an HTTP answer", async {
            let answer = request.send().await?;
            let status = answer.status().as_u16();
            let headers = answer.headers().clone();
            let text = answer.text().await?;
            let body = serde_json::from_str(&text).unwrap_or(Value::Null);
            Ok(Answer { status, headers, body, text })
        })
        .await
    }

    /// `GET` on a server that may not be there.
    pub async fn try_get(&self, path: &str) -> Result<Answer, reqwest::Error> {
        self.perform(self.request(Method::GET, path)).await
    }

    /// Any method, with a body or without.
    pub async fn call(&self, method: &str, path: &str, body: Option<&Value>) -> Answer {
        let method_name = Method::from_bytes(method.as_bytes()).expect("a method's name");
        let mut request = self.request(method_name, path);
        if let Some(body) = body {
            request = request.json(body);
        }
        match self.perform(request).await {
            Ok(answer) => answer,
            Err(error) => panic!("{method} {path}: {error:?}"),
        }
    }

    /// `GET`.
    pub async fn get(&self, path: &str) -> Answer {
        self.call("GET", path, None).await
    }

    /// `POST`.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.call("POST", path, Some(&body)).await
    }

    /// `PATCH`.
    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.call("PATCH", path, Some(&body)).await
    }

    /// `DELETE`.
    pub async fn delete(&self, path: &str) -> Answer {
        self.call("DELETE", path, None).await
    }

    /// `DELETE` of what the body names.
    pub async fn delete_with(&self, path: &str, body: Value) -> Answer {
        self.call("DELETE", path, Some(&body)).await
    }
}
