//! HTTP: one endpoint, one file. Each parses its request once, lets `chat` or `store` do the work, and answers.
//!
//! Handlers are registered and described by one and the same attribute, so no call is missing in [`openapi`]. Errors
//! are [`answer`]ed in one form, bodies are [`body`]s within bounds, and [`who`] asks is found out before a handler
//! runs. What happens around each request stands in [`layer`].

mod answer;
mod body;
mod layer;
mod target;
mod who;

mod auth;
mod me;

mod devices;
mod people;
mod push;

mod conversations;
mod messages;

mod socket;

mod health;
pub mod metrics;
mod server;

mod openapi;

pub mod spa;

pub mod listen;

#[cfg(test)]
pub(crate) mod tests;

use axum::middleware::from_fn_with_state;
use axum::routing::any;
use axum::{Extension, Router};
use tower_http::catch_panic::CatchPanicLayer;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

/// Everything that is served: the API, the socket, and the client's files for all other paths.
pub fn router(app: &App) -> Router {
    let (api, mut document) = calls().split_for_parts();
    let (others, other_calls) = around().split_for_parts();
    document.merge(other_calls);
    let described = openapi::Described::new(&openapi::complete(document));
    let policy = layer::HeaderPolicy::new(app.config.is_https());
    api.layer(from_fn_with_state(app.clone(), layer::finish))
        .merge(others)
        .layer(Extension(described))
        .layer(Extension(health::Readiness::default()))
        .route("/api", any(answer::no_such_path))
        .route("/api/{*path}", any(answer::no_such_path))
        .method_not_allowed_fallback(answer::wrong_method)
        .with_state(app.clone())
        .merge(spa::router(app.config.client_dir.clone().unwrap_or_else(spa::Client::embedded)))
        .layer(CatchPanicLayer::custom(|_| answer::broken()))
        .layer(from_fn_with_state(policy, layer::guard))
        .layer(from_fn_with_state(app.clone(), layer::watch))
}

/// The calls of the API.
fn calls() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(openapi::skeleton())
        .routes(routes!(auth::register::register))
        .routes(routes!(auth::login::login))
        .routes(routes!(auth::logout::logout))
        .routes(routes!(me::show::me, me::rename::change_profile))
        .routes(routes!(me::change_password::change_password))
        .routes(routes!(me::delete::delete_account))
        .routes(routes!(devices::list::list_devices))
        .routes(routes!(devices::rename::rename_device, devices::revoke::revoke_device))
        .routes(routes!(people::look_up::look_up))
        .routes(routes!(people::show::show_person))
        .routes(routes!(people::block::block, people::unblock::unblock))
        .routes(routes!(conversations::list::list_conversations, conversations::create::create_group))
        .routes(routes!(conversations::show::show_conversation, conversations::change::change_group))
        .routes(routes!(conversations::add_members::add_members))
        .routes(routes!(conversations::change_role::change_role, conversations::remove_member::remove_member))
        .routes(routes!(conversations::accept::accept))
        .routes(routes!(conversations::decline::decline))
        .routes(routes!(conversations::mute::mute))
        .routes(routes!(conversations::history::history))
        .routes(routes!(conversations::read::mark_read))
        .routes(routes!(messages::send::send_message))
        .routes(routes!(messages::show::show_message))
        .routes(routes!(push::key::push_key))
        .routes(routes!(
            push::list::list_subscriptions,
            push::subscribe::subscribe,
            push::unsubscribe::unsubscribe
        ))
        .routes(routes!(push::test::test_push))
        .routes(routes!(server::server_info))
}

/// What is asked for beside the calls, and needs not be carried to its end.
fn around() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(socket::open_socket))
        .routes(routes!(health::healthz))
        .routes(routes!(health::readyz))
        .routes(routes!(openapi::openapi_json))
        .routes(routes!(openapi::docs))
        .routes(routes!(openapi::docs_style))
}
