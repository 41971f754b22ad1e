//! `GET /api/push/subscriptions`

use axum::Json;
use axum::extract::State;
use common::wire::http::{PushTrouble, Subscribed, Subscriptions};

use crate::app::App;
use crate::auth::session::Session;
use crate::error::Error;
use crate::store::Trouble;

/// Which of one's devices are notified, and how that went.
#[utoipa::path(get, path = "/api/push/subscriptions", tag = "Notifications",
    responses((status = OK, body = Subscriptions)))]
pub async fn list_subscriptions(
    State(app): State<App>,
    session: Session,
) -> Result<Json<Subscriptions>, Error> {
    let stored = app.store.subscriptions(session.caller.account).await?;
    let subscriptions = stored.into_iter().map(|stored| Subscribed {
        // who knows an endpoint may send there: a device learns only its own
        endpoint: (stored.browser.device == session.caller.device).then_some(stored.browser.endpoint),
        device_id: stored.browser.device,
        shows: stored.browser.shows,
        created_at: stored.created_at,
        succeeded_at: stored.succeeded_at,
        failed_at: stored.failed_at,
        trouble: stored.trouble.map(trouble),
    });
    Ok(Json(Subscriptions { subscriptions: subscriptions.collect() }))
}

/// As it is said on the wire.
pub(super) fn trouble(trouble: Trouble) -> PushTrouble {
    match trouble {
        Trouble::Status(_) => PushTrouble::Refused,
        Trouble::Timeout => PushTrouble::Timeout,
        Trouble::Connection => PushTrouble::Connection,
        Trouble::NotAllowed => PushTrouble::NotAllowed,
    }
}
