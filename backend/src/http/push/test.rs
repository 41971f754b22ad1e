//! `POST /api/push/test`

use axum::Json;
use axum::extract::State;
use common::wire::http::{PushEndpoint, PushTested, PushTrouble};

use super::list::trouble;
use crate::app::App;
use crate::auth::rate::Rate;
use crate::error::Error;
use crate::http::who::Asked;
use crate::push::sender::Outcome;
use crate::push::try_out;
use crate::store::{SubscriptionId, Trouble};

/// Sends a notification to a browser of one's own at once, and says how far it came.
///
/// Errors: `notFound` (the browser has not subscribed), `rateLimited`.
#[utoipa::path(post, path = "/api/push/test", tag = "Notifications", request_body = PushEndpoint,
    responses((status = OK, body = PushTested)))]
pub async fn test_push(
    State(app): State<App>,
    Asked(session, request): Asked<PushEndpoint>,
) -> Result<Json<PushTested>, Error> {
    let endpoint = app.push.normal(request.endpoint);
    app.limits.take(Rate::Change, session.caller.account, app.clock.now_ms())?;
    let account = session.caller.account;
    let stored = app.store.subscriptions(account).await?;
    let found = stored.into_iter().find(|stored| stored.browser.endpoint == endpoint);
    let browser = found.ok_or_else(Error::not_found)?.browser;
    let known = app.push.services().parse(&browser.endpoint);
    let push_service = known.map(|known| known.host().to_owned());
    let tested = |trouble, status| Json(PushTested { push_service, trouble, status });
    let went = match try_out(&app, &browser).await {
        Outcome::Taken => Ok(()),
        Outcome::Gone => {
            app.store.unsubscribe(account, &browser.endpoint).await?;
            return Ok(tested(Some(PushTrouble::Gone), None));
        }
        Outcome::Later(_, why) | Outcome::Refused(why) => Err(why),
    };
    let remembered = app.store.push_went(SubscriptionId::of(&browser.endpoint), went, app.clock.now_s());
    if let Err(error) = remembered.await {
        // how far it came is true in any case
        tracing::warn!(%error, "how a test went could not be written down");
    }
    Ok(match went {
        Ok(()) => tested(None, None),
        Err(Trouble::Status(status)) => tested(Some(PushTrouble::Refused), Some(status)),
        Err(why) => tested(Some(trouble(why)), None),
    })
}
