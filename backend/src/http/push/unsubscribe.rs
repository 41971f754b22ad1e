//! `DELETE /api/push/subscriptions`

use axum::extract::State;
use common::wire::http::PushEndpoint;
use http::StatusCode;

use crate::app::App;
use crate::auth::rate::Rate;
use crate::error::Error;
use crate::http::who::Asked;

/// Notifies a browser of one's own no more.
///
/// One that is not known, or not one's own, is not notified either. Errors: `rateLimited`.
#[utoipa::path(delete, path = "/api/push/subscriptions", tag = "Notifications", request_body = PushEndpoint,
    responses((status = NO_CONTENT)))]
pub async fn unsubscribe(
    State(app): State<App>,
    Asked(session, request): Asked<PushEndpoint>,
) -> Result<StatusCode, Error> {
    let endpoint = app.push.normal(request.endpoint);
    app.limits.take(Rate::Change, session.caller.account, app.clock.now_ms())?;
    app.store.unsubscribe(session.caller.account, &endpoint).await?;
    Ok(StatusCode::NO_CONTENT)
}
