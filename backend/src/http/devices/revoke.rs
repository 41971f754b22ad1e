//! `DELETE /api/devices/{deviceId}`

use axum::extract::State;
use common::id::DeviceId;
use common::wire::CloseCode;
use http::StatusCode;

use crate::app::App;
use crate::auth::rate::Rate;
use crate::auth::session::Session;
use crate::error::Error;
use crate::http::target::InPath;

/// Revokes a device of one's own.
///
/// Its sockets close at once, its token answers `revoked` from now on, and it wipes what it holds. Errors: `notFound`,
/// `rateLimited`.
#[utoipa::path(delete, path = "/api/devices/{deviceId}", tag = "Devices",
    params(("deviceId" = DeviceId, Path)), responses((status = NO_CONTENT)))]
pub async fn revoke_device(
    State(app): State<App>,
    session: Session,
    InPath(device): InPath<DeviceId>,
) -> Result<StatusCode, Error> {
    let account = session.caller.account;
    app.limits.take(Rate::Change, account, app.clock.now_ms())?;
    app.store.revoke_device(account, device, app.clock.now_s()).await?;
    app.fanout.close_device(account, device, CloseCode::Revoked);
    Ok(StatusCode::NO_CONTENT)
}
