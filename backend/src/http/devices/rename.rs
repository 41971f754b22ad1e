//! `PATCH /api/devices/{deviceId}`

use axum::extract::State;
use common::id::DeviceId;
use common::limits;
use common::text::parse_line;
use common::wire::http::RenameDevice;
use http::StatusCode;

use crate::app::App;
use crate::auth::rate::Rate;
use crate::error::Error;
use crate::http::who::AskedOf;

/// Calls a device of one's own by another name.
///
/// Errors: `invalid` naming `name`, `notFound`, `rateLimited`.
#[utoipa::path(patch, path = "/api/devices/{deviceId}", tag = "Devices",
    params(("deviceId" = DeviceId, Path)),
    request_body = RenameDevice, responses((status = NO_CONTENT)))]
pub async fn rename_device(
    State(app): State<App>,
    AskedOf(session, device, request): AskedOf<DeviceId, RenameDevice>,
) -> Result<StatusCode, Error> {
    let name = parse_line("name", &request.name, limits::DEVICE_NAME_CHARS)?;
    let account = session.caller.account;
    app.limits.take(Rate::Change, account, app.clock.now_ms())?;
    app.store.rename_device(account, device, name).await?;
    Ok(StatusCode::NO_CONTENT)
}
