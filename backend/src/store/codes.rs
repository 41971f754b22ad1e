//! The numbers by which the database knows our words.

use common::model::{ConversationKind, EntryType, HistoryPolicy, Role, Standing};

use super::StoreError;

fn unknown(what: &str, code: i64) -> StoreError {
    StoreError::Corrupt(format!("{code} is no {what}"))
}

pub(super) fn kind_code(kind: ConversationKind) -> i64 {
    match kind {
        ConversationKind::Direct => 1,
        ConversationKind::Group => 2,
    }
}

pub(super) fn kind_from(code: i64) -> Result<ConversationKind, StoreError> {
    match code {
        1 => Ok(ConversationKind::Direct),
        2 => Ok(ConversationKind::Group),
        _ => Err(unknown("kind of conversation", code)),
    }
}

pub(super) fn history_code(policy: HistoryPolicy) -> i64 {
    match policy {
        HistoryPolicy::FromJoining => 1,
        HistoryPolicy::All => 2,
    }
}

pub(super) fn history_from(code: i64) -> Result<HistoryPolicy, StoreError> {
    match code {
        1 => Ok(HistoryPolicy::FromJoining),
        2 => Ok(HistoryPolicy::All),
        _ => Err(unknown("history policy", code)),
    }
}

pub(super) fn role_code(role: Role) -> i64 {
    match role {
        Role::Member => 1,
        Role::Admin => 2,
        Role::Owner => 3,
    }
}

pub(super) fn role_from(code: Option<i64>) -> Result<Option<Role>, StoreError> {
    match code {
        None => Ok(None),
        Some(1) => Ok(Some(Role::Member)),
        Some(2) => Ok(Some(Role::Admin)),
        Some(3) => Ok(Some(Role::Owner)),
        Some(code) => Err(unknown("role", code)),
    }
}

pub(super) fn standing_code(standing: Standing) -> i64 {
    match standing {
        Standing::Accepted => 1,
        Standing::Request => 2,
        Standing::Declined => 3,
    }
}

pub(super) fn standing_from(code: i64) -> Result<Standing, StoreError> {
    match code {
        1 => Ok(Standing::Accepted),
        2 => Ok(Standing::Request),
        3 => Ok(Standing::Declined),
        _ => Err(unknown("standing", code)),
    }
}

pub(super) fn entry_type_from(code: i64) -> Result<EntryType, StoreError> {
    u8::try_from(code).ok().and_then(EntryType::from_code).ok_or_else(|| unknown("type of entry", code))
}
