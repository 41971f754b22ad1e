//! Conversations: making and changing groups, who is in them, and how one stands to one: whether it is taken as one's
//! own, and one is notified of it.
//!
//! Each verb that changes something answers the whole conversation as the caller sees it afterwards, so that a
//! client needs no second question. Who may do what is judged by the store in the same step that does it.

use common::id::{ConversationId, UserId};
use common::limits;
use common::model::Standing;
use common::text::parse_line;
use common::wire::ConversationDelta;
use common::wire::http::{AddMembers, ChangeGroup, ChangeRole, Conversations, CreateGroup};

use crate::app::App;
use crate::auth::rate::Rate;
use crate::error::Error;
use crate::store::{Caller, Changed, GroupChange, NewGroup, StoreError};

/// Conversations on one page of the list.
const LIST_PAGE: usize = 50;

/// `POST /api/conversations`. Errors: `invalid`, `notFound` (a person), `blocked`, `full`, `conflict`, `rateLimited`.
pub async fn create_group(
    app: &App,
    caller: &Caller,
    request: CreateGroup,
) -> Result<ConversationDelta, Error> {
    let title = parse_line("title", &request.title, limits::TITLE_CHARS)?;
    let people = check_people(request.user_ids)?;
    take_change(app, caller)?;
    let new = NewGroup { title, people, history: request.history, request_id: request.request_id };
    let changed = app.store.create_group(caller, new, app.clock.now_s()).await;
    whole(app, caller, changed).await
}

/// `PATCH /api/conversations/{id}`. Errors: `invalid`, `notFound`, `forbidden`, `rateLimited`.
pub async fn change_group(
    app: &App,
    caller: &Caller,
    conversation: ConversationId,
    request: ChangeGroup,
) -> Result<ConversationDelta, Error> {
    let title = request.title.map(|title| parse_line("title", &title, limits::TITLE_CHARS)).transpose()?;
    if title.is_none() && request.history.is_none() {
        return Err(Error::invalid("title", "nothing to change: give title or history"));
    }
    take_change(app, caller)?;
    let change = GroupChange { title, history: request.history };
    let changed = app.store.change_group(caller, conversation, change, app.clock.now_s()).await;
    whole(app, caller, changed).await
}

/// `POST /api/conversations/{id}/members`. Errors: `invalid`, `notFound`, `forbidden`, `blocked`, `full`,
/// `rateLimited`.
pub async fn add_members(
    app: &App,
    caller: &Caller,
    conversation: ConversationId,
    request: AddMembers,
) -> Result<ConversationDelta, Error> {
    let people = check_people(request.user_ids)?;
    if people.is_empty() {
        return Err(Error::invalid("userIds", "nobody to add"));
    }
    take_change(app, caller)?;
    let changed = app.store.add_members(caller, conversation, people, app.clock.now_s()).await;
    whole(app, caller, changed).await
}

/// `DELETE /api/conversations/{id}/members/{userId}`; oneself leaves. Errors: `notFound`, `forbidden`, `rateLimited`.
pub async fn remove_member(
    app: &App,
    caller: &Caller,
    conversation: ConversationId,
    person: &UserId,
) -> Result<ConversationDelta, Error> {
    take_change(app, caller)?;
    let now = app.clock.now_s();
    let changed = app.store.remove_member(caller, conversation, person.clone(), now).await;
    whole(app, caller, changed).await
}

/// `PATCH /api/conversations/{id}/members/{userId}`. Errors: `notFound`, `forbidden`, `rateLimited`.
pub async fn change_role(
    app: &App,
    caller: &Caller,
    conversation: ConversationId,
    person: &UserId,
    request: ChangeRole,
) -> Result<ConversationDelta, Error> {
    take_change(app, caller)?;
    let now = app.clock.now_s();
    let changed = app.store.change_role(caller, conversation, person.clone(), request.role, now).await;
    whole(app, caller, changed).await
}

/// `POST /api/conversations/{id}/accept`: takes a request as one's own. Errors: `notFound`, `forbidden`.
pub async fn accept(
    app: &App,
    caller: &Caller,
    conversation: ConversationId,
) -> Result<ConversationDelta, Error> {
    set_standing(app, caller, conversation, Standing::Accepted).await
}

/// `POST /api/conversations/{id}/decline`: hides it until one writes oneself. Errors: `notFound`, `forbidden`.
pub async fn decline(
    app: &App,
    caller: &Caller,
    conversation: ConversationId,
) -> Result<ConversationDelta, Error> {
    set_standing(app, caller, conversation, Standing::Declined).await
}

/// `PUT /api/conversations/{id}/mute`: no notifications of it for so long from now on, or for good. Errors: `notFound`,
/// `forbidden`, `rateLimited`.
pub async fn mute(
    app: &App,
    caller: &Caller,
    conversation: ConversationId,
    seconds: Option<u64>,
) -> Result<ConversationDelta, Error> {
    take_change(app, caller)?;
    let until = match seconds {
        Some(0) => 0,
        Some(seconds) => app.clock.now_s().saturating_add_unsigned(seconds).min(limits::MUTED_FOR_EVER),
        None => limits::MUTED_FOR_EVER,
    };
    whole(app, caller, app.store.mute(caller, conversation, until).await).await
}

/// `GET /api/conversations/{id}`, whole. Errors: `notFound`.
pub async fn find(
    app: &App,
    caller: &Caller,
    conversation: ConversationId,
) -> Result<ConversationDelta, Error> {
    Ok(app.store.load_conversation(caller.account, conversation).await?)
}

/// `GET /api/conversations`: a page of them, most recently changed first. Errors: `invalid` (the cursor).
pub async fn list(app: &App, caller: &Caller, cursor: Option<&str>) -> Result<Conversations, Error> {
    let cursor = cursor
        .map(|text| u64::from_str_radix(text, 16).map_err(|_| Error::invalid("cursor", "not one of ours")))
        .transpose()?;
    let (conversations, next) = app.store.list_conversations(caller.account, cursor, LIST_PAGE).await?;
    Ok(Conversations { conversations, cursor: next.map(|next| format!("{next:x}")) })
}

async fn set_standing(
    app: &App,
    caller: &Caller,
    conversation: ConversationId,
    standing: Standing,
) -> Result<ConversationDelta, Error> {
    take_change(app, caller)?;
    let changed = app.store.set_standing(caller, conversation, standing).await;
    whole(app, caller, changed).await
}

/// The conversation as the caller sees it now.
async fn whole(
    app: &App,
    caller: &Caller,
    changed: Result<Changed, StoreError>,
) -> Result<ConversationDelta, Error> {
    find(app, caller, changed?.conversation).await
}

fn take_change(app: &App, caller: &Caller) -> Result<(), Error> {
    Ok(app.limits.take(Rate::Change, caller.account, app.clock.now_ms())?)
}

/// People named in one request are no more than a group can hold.
fn check_people(people: Vec<UserId>) -> Result<Vec<UserId>, Error> {
    if people.len() > limits::GROUP_MEMBERS {
        return Err(Error::invalid("userIds", "more people than a group can have"));
    }
    Ok(people)
}
