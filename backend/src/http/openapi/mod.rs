//! The API described: the OpenAPI document, made from the code, and the same as a page to read.

mod page;

use std::sync::Arc;

use axum::Extension;
use axum::response::{Html, IntoResponse};
use common::wire::http::ErrorAnswer;
use http::header::CONTENT_TYPE;
use utoipa::openapi::path::Operation;
use utoipa::openapi::schema::Schema;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{
    ComponentsBuilder, Content, Info, License, OpenApi, OpenApiBuilder, PathItem, Ref, RefOr,
    ResponseBuilder, SecurityRequirement,
};
use utoipa::{PartialSchema, ToSchema};

/// What the document says about the whole.
const ABOUT: &str = "JSON in UTF-8, camelCase; unknown fields are ignored; times are Unix seconds. Browsers have a session \
    cookie, all others send `Authorization: Bearer <token>`. A request that changes something by cookie must carry our \
    own `Origin`. What does not fit here, the WebSocket above all, stands in `docs/protocol.md`.";
/// The style of the page.
const STYLE: &str = include_str!("docs.css");

/// The document in its two forms, made once.
#[derive(Clone)]
pub struct Described(Arc<Forms>);

struct Forms {
    json: String,
    page: String,
}

impl Described {
    /// Both forms of this document.
    pub fn new(document: &OpenApi) -> Self {
        let json = serde_json::to_string(document).expect("the document is JSON");
        let value = serde_json::to_value(document).expect("the document is JSON");
        Self(Arc::new(Forms { json, page: page::render(&value).into_string() }))
    }
}

/// The document without its calls.
pub fn skeleton() -> OpenApi {
    let mut info = Info::new("Hongyan", env!("CARGO_PKG_VERSION"));
    info.description = Some(ABOUT.to_owned());
    info.license = Some(License::new(env!("CARGO_PKG_LICENSE")));
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
    let cookie = ApiKey::Cookie(ApiKeyValue::new(crate::auth::cookie::NAME));
    let mut schemas: Vec<(String, RefOr<Schema>)> = vec![(ErrorAnswer::name().into(), ErrorAnswer::schema())];
    ErrorAnswer::schemas(&mut schemas);
    let components = ComponentsBuilder::new()
        .security_scheme("bearer", SecurityScheme::Http(bearer))
        .security_scheme("cookie", SecurityScheme::ApiKey(cookie))
        .schemas_from_iter(schemas)
        .build();
    let nothing: [&str; 0] = [];
    OpenApiBuilder::new()
        .info(info)
        .components(Some(components))
        .security(Some([
            SecurityRequirement::new("bearer", nothing),
            SecurityRequirement::new("cookie", nothing),
        ]))
        .build()
}

/// Says of every call how it refuses.
pub fn complete(mut document: OpenApi) -> OpenApi {
    let refusal = ResponseBuilder::new()
        .description("Refused; the status is that of the code")
        .content("application/json", Content::new(Some(Ref::from_schema_name(ErrorAnswer::name()))))
        .build();
    for item in document.paths.paths.values_mut() {
        for operation in operations(item) {
            operation.responses.responses.insert("default".to_owned(), RefOr::T(refusal.clone()));
        }
    }
    document
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete]
        .into_iter()
        .filter_map(Option::as_mut)
}

/// This document.
#[utoipa::path(get, path = "/api/openapi.json", tag = "Server", security(()), responses((status = OK, body = Object)))]
pub async fn openapi_json(Extension(described): Extension<Described>) -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], described.0.json.clone())
}

/// The same as a page to read.
#[utoipa::path(get, path = "/api/docs", tag = "Server", security(()),
    responses((status = OK, body = String, content_type = "text/html")))]
pub async fn docs(Extension(described): Extension<Described>) -> impl IntoResponse {
    Html(described.0.page.clone())
}

/// The style of that page.
#[utoipa::path(get, path = "/api/docs.css", tag = "Server", security(()),
    responses((status = OK, body = String, content_type = "text/css")))]
pub async fn docs_style() -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/css; charset=utf-8")], STYLE)
}
