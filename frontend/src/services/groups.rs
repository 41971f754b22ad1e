//! Verbs of groups, requests and blocks. All need the link; what changes arrives in the stores by itself.

use common::id::{ConversationId, UserId};
use common::model::{HistoryPolicy, Role};
use common::sync::ConversationKey;

use crate::services::ApiTrouble;
use crate::stores::Stores;

/// Verbs of groups, requests and blocks.
#[derive(Clone, Copy)]
pub struct Groups {
    _stores: Stores,
}

impl Groups {
    pub(super) fn new(stores: Stores) -> Self {
        Self { _stores: stores }
    }

    /// Makes a group; the person owns it. Answers its key, to open it.
    pub async fn create(
        &self,
        _title: String,
        _people: Vec<UserId>,
        _history: HistoryPolicy,
    ) -> Result<ConversationKey, ApiTrouble> {
        Err(ApiTrouble::NoConnection)
    }

    /// Gives a group a new title. Admins and owners.
    pub async fn rename(&self, _group: ConversationId, _title: String) -> Result<(), ApiTrouble> {
        Err(ApiTrouble::NoConnection)
    }

    /// What new members see from now on. Admins and owners.
    pub async fn set_history(
        &self,
        _group: ConversationId,
        _history: HistoryPolicy,
    ) -> Result<(), ApiTrouble> {
        Err(ApiTrouble::NoConnection)
    }

    /// Brings people in. Admins and owners.
    pub async fn add_members(&self, _group: ConversationId, _people: Vec<UserId>) -> Result<(), ApiTrouble> {
        Err(ApiTrouble::NoConnection)
    }

    /// Removes somebody. Admins remove members, owners everybody (`common::model::may_manage`).
    pub async fn remove_member(&self, _group: ConversationId, _person: UserId) -> Result<(), ApiTrouble> {
        Err(ApiTrouble::NoConnection)
    }

    /// Leaves a group.
    pub async fn leave(&self, _group: ConversationId) -> Result<(), ApiTrouble> {
        Err(ApiTrouble::NoConnection)
    }

    /// Gives or takes a role. Owners.
    pub async fn set_role(
        &self,
        _group: ConversationId,
        _person: UserId,
        _role: Role,
    ) -> Result<(), ApiTrouble> {
        Err(ApiTrouble::NoConnection)
    }

    /// Takes a stranger's request: from now on an ordinary conversation.
    pub async fn accept(&self, _conversation: ConversationId) -> Result<(), ApiTrouble> {
        Err(ApiTrouble::NoConnection)
    }

    /// Declines a request: it is hidden until one writes to that person oneself.
    pub async fn decline(&self, _conversation: ConversationId) -> Result<(), ApiTrouble> {
        Err(ApiTrouble::NoConnection)
    }

    /// Refuses direct messages of a person from now on.
    pub async fn block(&self, _person: UserId) -> Result<(), ApiTrouble> {
        Err(ApiTrouble::NoConnection)
    }

    /// Takes them again.
    pub async fn unblock(&self, _person: UserId) -> Result<(), ApiTrouble> {
        Err(ApiTrouble::NoConnection)
    }
}
