//! Whether a browser's request comes from our own pages (`Origin`, RFC 6454).
//!
//! A browser sends the session cookie along with whatever makes it ask us something; only the `Origin` header tells
//! which page that was. It must be the public URL, or the host that the request was sent to.

use http::{HeaderMap, Uri, header};

use crate::config::PublicUrl;

/// What a request says about the page that it comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Provenance {
    /// It says nothing: not a browser, or a plain navigation.
    Unsaid,
    /// One of our pages.
    Ours,
    /// Another site's, or a page without an origin.
    Foreign,
}

/// Judges a request by its `Origin`. `public` is the public URL, where one is set. `tls` says that this server itself
/// speaks https; if it does not, a proxy in front of it may, so both schemes are ours.
pub fn provenance(headers: &HeaderMap, uri: &Uri, public: Option<&PublicUrl>, tls: bool) -> Provenance {
    let Some(origin) = headers.get(header::ORIGIN) else { return Provenance::Unsaid };
    let Ok(origin) = origin.to_str() else { return Provenance::Foreign };
    if public.is_some_and(|url| url.origin().eq_ignore_ascii_case(origin)) {
        return Provenance::Ours;
    }
    let host = match origin.split_once("://") {
        Some(("https", host)) => host,
        Some(("http", host)) if !tls => host,
        _ => return Provenance::Foreign,
    };
    match asked_on(headers, uri) {
        Some(asked) if asked.eq_ignore_ascii_case(host) => Provenance::Ours,
        _ => Provenance::Foreign,
    }
}

/// The host that the request was sent to: `:authority` in HTTP/2, `Host` in HTTP/1.
fn asked_on<'a>(headers: &'a HeaderMap, uri: &'a Uri) -> Option<&'a str> {
    match uri.authority() {
        Some(authority) => Some(authority.as_str()),
        None => headers.get(header::HOST)?.to_str().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(origin: Option<&str>, host: &str, public: Option<&str>, tls: bool) -> Provenance {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, host.parse().unwrap());
        if let Some(origin) = origin {
            headers.insert(header::ORIGIN, origin.parse().unwrap());
        }
        let public = public.map(|url| url.parse().unwrap());
        provenance(&headers, &"/ws".parse().unwrap(), public.as_ref(), tls)
    }

    #[test]
    fn the_host_asked_on_is_ours() {
        assert_eq!(judge(Some("http://127.0.0.1:8080"), "127.0.0.1:8080", None, false), Provenance::Ours);
        assert_eq!(judge(Some("https://Chat.example"), "chat.example", None, true), Provenance::Ours);
        assert_eq!(judge(None, "chat.example", None, true), Provenance::Unsaid);
    }

    #[test]
    fn the_public_url_is_ours_whatever_the_proxy_asks_for() {
        let public = Some("https://chat.example");
        assert_eq!(judge(Some("https://chat.example"), "10.0.0.7:8080", public, false), Provenance::Ours);
        assert_eq!(judge(Some("http://chat.example"), "10.0.0.7:8080", public, false), Provenance::Foreign);
    }

    #[test]
    fn everything_else_is_foreign() {
        for origin in
            ["http://evil.example", "null", "http://127.0.0.1:8081", "http://127.0.0.1:8080.evil.example", ""]
        {
            assert_eq!(judge(Some(origin), "127.0.0.1:8080", None, false), Provenance::Foreign, "{origin}");
        }
        assert_eq!(judge(Some("http://chat.example"), "chat.example", None, true), Provenance::Foreign);
    }
}
