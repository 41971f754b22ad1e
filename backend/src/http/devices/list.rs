//! `GET /api/devices`

use axum::Json;
use axum::extract::State;
use common::wire::http::Devices;

use crate::app::App;
use crate::auth::session::Session;
use crate::error::Error;

/// All devices of the account, this one first.
#[utoipa::path(get, path = "/api/devices", tag = "Devices", responses((status = OK, body = Devices)))]
pub async fn list_devices(State(app): State<App>, session: Session) -> Result<Json<Devices>, Error> {
    let caller = &session.caller;
    let devices = app.store.list_devices(caller.account, caller.device).await?;
    Ok(Json(Devices { devices }))
}
