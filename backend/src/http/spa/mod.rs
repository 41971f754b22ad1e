//! The web client, as files inside the server: `cargo xtask build` makes them, each with its brotli and gzip
//! variants beside it.
//!
//! - A name made of content (`app-0123456789abcdef.js`) is kept by browsers for a year; everything else they ask
//!   about each time, and hear 304 when they have it already. But for icons: a notification waits for its own, and comes
//!   when the network has just come back. These the service worker asks about with every new build.
//! - A path that is not a file's is one of the client's own pages: it gets the page, and the client reads the
//!   path. A file that is missing is 404 all the same: a script of an old build must not turn into a page.
//! - It needs nothing of the server's state.

mod file;

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::{fs, io};

use axum::Router;
use axum::body::Bytes;
use axum::http::header::{ALLOW, CACHE_CONTROL};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use rust_embed::Embed;

use file::{ASK_EACH_TIME, File};

const INDEX: &str = "index.html";
/// What stands where the page should, in a server that was compiled without one.
const NO_CLIENT: &str =
    "This server was built without its web client. Run `cargo xtask build` to get one that has it.\n";

/// What the build left in `target/client`, compiled in.
#[derive(Embed)]
#[folder = "../target/client"]
#[allow_missing = true]
struct Embedded;

/// Answers every path that nobody else answers.
pub fn router(client: Client) -> Router {
    Router::new().fallback(move |method: Method, uri: Uri, headers: HeaderMap| {
        let answer = client.answer(&method, uri.path(), &headers);
        async move { answer }
    })
}

fn read_folder(folder: &Path, prefix: &str, files: &mut Vec<(String, Cow<'static, [u8]>)>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            read_folder(&entry.path(), &format!("{path}/"), files)?;
        } else {
            files.push((path, fs::read(entry.path())?.into()));
        }
    }
    Ok(())
}

/// The client's files by their path, without the `/` in front.
#[derive(Clone, Debug)]
pub struct Client {
    files: Arc<HashMap<String, File>>,
}

impl Client {
    /// What was compiled in; without a file if nothing was.
    pub fn embedded() -> Self {
        Self::new(Embedded::iter().filter_map(|path| Some((path.to_string(), Embedded::get(&path)?.data))))
    }

    /// What stands in this folder now: for work on the client, and for tests of an update.
    ///
    /// # Errors
    /// When the folder or a file in it cannot be read, or there is no page in it.
    pub fn read(folder: &Path) -> io::Result<Self> {
        let mut files = Vec::new();
        read_folder(folder, "", &mut files)?;
        let client = Self::new(files);
        if client.files.contains_key(INDEX) {
            Ok(client)
        } else {
            Err(io::Error::new(io::ErrorKind::NotFound, format!("there is no {INDEX}")))
        }
    }

    fn new(files: impl IntoIterator<Item = (String, Cow<'static, [u8]>)>) -> Self {
        let mut contents: HashMap<String, Bytes> = files
            .into_iter()
            .map(|(path, content)| match content {
                Cow::Borrowed(content) => (path, Bytes::from_static(content)),
                Cow::Owned(content) => (path, Bytes::from(content)),
            })
            .collect();
        let plain: Vec<String> = contents
            .keys()
            .filter(|path| !path.ends_with(".br") && !path.ends_with(".gz"))
            .cloned()
            .collect();
        let files = plain
            .into_iter()
            .filter_map(|path| {
                let mut take = |ending: &str| contents.remove(&format!("{path}{ending}"));
                let file = File::new(&path, take("")?, take(".br"), take(".gz"));
                Some((path, file))
            })
            .collect();
        Self { files: Arc::new(files) }
    }

    fn answer(&self, method: &Method, path: &str, headers: &HeaderMap) -> Response {
        if method != Method::GET && method != Method::HEAD {
            return (StatusCode::METHOD_NOT_ALLOWED, [(ALLOW, "GET, HEAD")]).into_response();
        }
        if !self.files.contains_key(INDEX) {
            return (StatusCode::NOT_FOUND, [(CACHE_CONTROL, ASK_EACH_TIME)], NO_CLIENT).into_response();
        }
        let path = path.trim_start_matches('/');
        let path = if self.is_own_page(path) { INDEX } else { path };
        match self.files.get(path) {
            Some(file) => file.answer(headers),
            None => (StatusCode::NOT_FOUND, [(CACHE_CONTROL, ASK_EACH_TIME)]).into_response(),
        }
    }

    /// Whether the client itself knows what to show for this path. Its paths may hold names of people, and those
    /// may hold dots: only at the top, and in folders that the build has, does a dot make a file.
    fn is_own_page(&self, path: &str) -> bool {
        if self.files.contains_key(path) {
            return false;
        }
        match path.split_once('/') {
            None => !path.contains('.'),
            Some((folder, _)) => !self.has_folder(folder),
        }
    }

    fn has_folder(&self, folder: &str) -> bool {
        self.files.keys().any(|path| path.split_once('/').is_some_and(|(first, _)| first == folder))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCRIPT: &str = "app-0123456789abcdef.js";

    fn client() -> Client {
        let files = [
            (INDEX, "page"),
            ("index.html.br", "page as brotli"),
            ("index.html.gz", "page as gzip"),
            (SCRIPT, "script"),
            ("app-0123456789abcdef.js.gz", "script as gzip"),
            ("app-0123456789abcdef.wasm", "wasm"),
            ("manifest.webmanifest", "{}"),
            ("manifest.zh-TW.webmanifest", "{}"),
            ("screenshots/wide.webp", ""),
            ("icons/app.svg", "<svg/>"),
            ("sw.js", "worker"),
        ];
        Client::new(files.map(|(path, content)| (path.to_owned(), Cow::Borrowed(content.as_bytes()))))
    }

    fn get(path: &str, headers: &[(&'static str, &str)]) -> Response {
        let headers =
            headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        client().answer(&Method::GET, path, &headers)
    }

    fn header<'a>(response: &'a Response, name: &str) -> Option<&'a str> {
        response.headers().get(name).map(|value| value.to_str().unwrap())
    }

    async fn body(response: Response) -> String {
        let bytes = axum::body::to_bytes(response.into_body(), 1024).await.unwrap();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    #[tokio::test]
    async fn the_clients_own_paths_get_the_page_even_with_dots_in_names() {
        for path in
            ["/", "/settings", "/c/@alice.b", "/c/0190a2b4-0000-7000-8000-000000000001", "/settings/devices"]
        {
            let response = get(path, &[]);
            assert_eq!(response.status(), StatusCode::OK, "{path}");
            assert_eq!(header(&response, "content-type"), Some("text/html; charset=utf-8"));
            assert_eq!(header(&response, "cache-control"), Some("no-cache"));
            assert_eq!(body(response).await, "page", "{path}");
        }
    }

    #[test]
    fn a_missing_file_is_not_the_page() {
        for path in
            ["/app-ffffffffffffffff.js", "/favicon.ico", "/icons/gone", "/icons/gone.svg", "/sw.js.map"]
        {
            assert_eq!(get(path, &[]).status(), StatusCode::NOT_FOUND, "{path}");
        }
    }

    #[test]
    fn only_names_made_of_content_are_kept_for_ever_and_icons_until_a_new_build_asks() {
        for (path, expected) in [
            ("/app-0123456789abcdef.js", "public, max-age=31536000, immutable"),
            ("/app-0123456789abcdef.wasm", "public, max-age=31536000, immutable"),
            ("/sw.js", "no-cache"),
            ("/manifest.zh-TW.webmanifest", "no-cache"),
            ("/icons/app.svg", "public, max-age=31536000"),
            ("/index.html", "no-cache"),
        ] {
            assert_eq!(header(&get(path, &[]), "cache-control"), Some(expected), "{path}");
        }
    }

    #[test]
    fn browsers_are_told_what_each_file_is() {
        for (path, expected) in [
            ("/app-0123456789abcdef.js", "text/javascript; charset=utf-8"),
            ("/app-0123456789abcdef.wasm", "application/wasm"),
            ("/manifest.webmanifest", "application/manifest+json; charset=utf-8"),
            ("/manifest.zh-TW.webmanifest", "application/manifest+json; charset=utf-8"),
            ("/screenshots/wide.webp", "image/webp"),
            ("/icons/app.svg", "image/svg+xml"),
        ] {
            assert_eq!(header(&get(path, &[]), "content-type"), Some(expected), "{path}");
        }
    }

    #[tokio::test]
    async fn the_smallest_variant_that_is_accepted_is_sent() {
        for (accept, path, encoding, content) in [
            ("gzip, deflate, br, zstd", "/", Some("br"), "page as brotli"),
            ("gzip;q=1.0, BR;q=0.5", "/", Some("br"), "page as brotli"),
            ("br;q=0, gzip", "/", Some("gzip"), "page as gzip"),
            ("br; q=0.0", "/", None, "page"),
            ("identity", "/", None, "page"),
            ("br, gzip", "/app-0123456789abcdef.js", Some("gzip"), "script as gzip"),
            ("br, gzip", "/icons/app.svg", None, "<svg/>"),
        ] {
            let response = get(path, &[("accept-encoding", accept)]);
            assert_eq!(header(&response, "content-encoding"), encoding, "{accept}");
            assert_eq!(header(&response, "vary"), Some("accept-encoding"));
            assert_eq!(body(response).await, content, "{accept}");
        }
    }

    #[tokio::test]
    async fn what_the_browser_has_is_not_sent_again_and_another_variant_is() {
        let first = get("/", &[("accept-encoding", "br")]);
        let etag = header(&first, "etag").unwrap().to_owned();
        for known in [etag.clone(), format!("\"other\", W/{etag}"), "*".to_owned()] {
            let again = get("/", &[("accept-encoding", "br"), ("if-none-match", &known)]);
            assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
            assert_eq!(header(&again, "etag"), Some(etag.as_str()));
            assert_eq!(body(again).await, "");
        }
        let plain = get("/", &[("if-none-match", &etag)]);
        assert_eq!(plain.status(), StatusCode::OK);
    }

    #[tokio::test]
    async fn a_server_without_a_client_says_how_to_get_one() {
        let response = Client::new([]).answer(&Method::GET, "/", &HeaderMap::new());
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
        assert!(body(response).await.contains("cargo xtask build"));
    }

    #[test]
    fn nothing_can_be_changed_here() {
        let response = client().answer(&Method::POST, "/", &HeaderMap::new());
        assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(header(&response, "allow"), Some("GET, HEAD"));
    }

    #[tokio::test]
    async fn a_folder_is_served_like_what_was_compiled_in() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("icons")).unwrap();
        fs::write(folder.path().join(INDEX), "a page").unwrap();
        fs::write(folder.path().join("icons/app.svg"), "an icon").unwrap();
        let client = Client::read(folder.path()).unwrap();
        let response = client.answer(&Method::GET, "/icons/app.svg", &HeaderMap::new());
        assert_eq!(body(response).await, "an icon");
        let error = Client::read(&folder.path().join("icons")).unwrap_err();
        assert_eq!(error.to_string(), "there is no index.html");
    }
}
