//! One file of the client: what the browser is told of it, and which variant it gets.

use axum::body::{Body, Bytes};
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

const ICONS: &str = "icons/";
/// A year: the longest that RFC 9111 caches are known to keep to. The name changes when the content does.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// As long, unless somebody asks: a service worker does, with every new build.
const FOR_LONG: HeaderValue = HeaderValue::from_static("public, max-age=31536000");
/// Kept, and asked about before each use.
pub(super) const ASK_EACH_TIME: HeaderValue = HeaderValue::from_static("no-cache");
/// How many hexadecimal digits of its content's hash stand in a name (`xtask/src/client/names.rs`).
const HASH_DIGITS: usize = 16;

/// A file in all its encodings.
#[derive(Debug)]
pub(super) struct File {
    content_type: HeaderValue,
    cache_control: HeaderValue,
    plain: Variant,
    brotli: Option<Variant>,
    gzip: Option<Variant>,
}

/// One encoding of a file; each has its own strong ETag (RFC 9110, 8.8.3.3).
#[derive(Debug)]
struct Variant {
    content: Bytes,
    etag: HeaderValue,
}

impl File {
    /// The file at this path; its variants where the build has made them.
    pub(super) fn new(path: &str, plain: Bytes, brotli: Option<Bytes>, gzip: Option<Bytes>) -> Self {
        Self {
            content_type: content_type(path),
            cache_control: cache_control(path),
            plain: Variant::new(plain),
            brotli: brotli.map(Variant::new),
            gzip: gzip.map(Variant::new),
        }
    }

    /// The file, or that the browser has it.
    pub(super) fn answer(&self, headers: &HeaderMap) -> Response {
        let (variant, encoding) = self.choose(headers);
        let mut response = if is_known(headers, &variant.etag) {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            let mut response = Response::new(Body::from(variant.content.clone()));
            response.headers_mut().insert(CONTENT_TYPE, self.content_type.clone());
            if let Some(encoding) = encoding {
                response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
            }
            response
        };
        let headers = response.headers_mut();
        headers.insert(ETAG, variant.etag.clone());
        headers.insert(CACHE_CONTROL, self.cache_control.clone());
        headers.insert(VARY, HeaderValue::from_name(ACCEPT_ENCODING));
        response
    }

    /// The smallest variant that the browser takes.
    fn choose(&self, headers: &HeaderMap) -> (&Variant, Option<&'static str>) {
        let choices = [(&self.brotli, "br"), (&self.gzip, "gzip")];
        let chosen = choices.into_iter().find(|(variant, name)| variant.is_some() && accepts(headers, name));
        match chosen {
            Some((Some(variant), name)) => (variant, Some(name)),
            _ => (&self.plain, None),
        }
    }
}

impl Variant {
    fn new(content: Bytes) -> Self {
        let hash: String =
            Sha256::digest(&content).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        let etag =
            HeaderValue::try_from(format!("\"{hash}\"")).expect("quoted hexadecimal digits are a header");
        Self { content, etag }
    }
}

fn cache_control(path: &str) -> HeaderValue {
    if is_made_of_content(path) {
        FOR_EVER
    } else if path.starts_with(ICONS) {
        FOR_LONG
    } else {
        ASK_EACH_TIME
    }
}

fn content_type(path: &str) -> HeaderValue {
    let mime = mime_guess::from_path(path).first_or_octet_stream();
    let is_text =
        mime.type_() == "text" || mime.subtype() == "json" || mime.suffix().is_some_and(|it| it == "json");
    let value = if is_text { format!("{mime}; charset=utf-8") } else { mime.to_string() };
    HeaderValue::try_from(value).expect("a MIME type is visible ASCII")
}

/// Whether the name is `stem-<hash>.ending`.
fn is_made_of_content(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.split('.').next().unwrap_or(name);
    stem.rsplit_once('-').is_some_and(|(_, digits)| {
        digits.len() == HASH_DIGITS && digits.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
    })
}

/// The values of a header that is a list, over all its lines.
fn list(headers: &HeaderMap, name: HeaderName) -> impl Iterator<Item = &str> {
    headers
        .get_all(name)
        .into_iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .map(str::trim)
}

/// Whether `Accept-Encoding` names this encoding, and not with the weight 0 (RFC 9110, 12.5.3).
fn accepts(headers: &HeaderMap, encoding: &str) -> bool {
    list(headers, ACCEPT_ENCODING).any(|item| {
        let (name, parameters) = item.split_once(';').unwrap_or((item, ""));
        let weight =
            parameters.trim().strip_prefix("q=").and_then(|weight| weight.trim().parse::<f32>().ok());
        name.trim().eq_ignore_ascii_case(encoding) && weight != Some(0.0)
    })
}

/// Whether `If-None-Match` says that the browser has it (RFC 9110, 13.1.2: compared weakly).
fn is_known(headers: &HeaderMap, etag: &HeaderValue) -> bool {
    list(headers, IF_NONE_MATCH)
        .any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known).as_bytes() == etag.as_bytes())
}
