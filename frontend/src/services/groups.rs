//! Verbs of groups, requests and blocks. All need the link; what changes arrives in the stores by itself.

use common::id::{ConversationId, UserId};
use common::model::{Account, HistoryPolicy, Role};
use common::sync::ConversationKey;
use common::wire::ConversationDelta;
use common::wire::http::{AddMembers, ChangeGroup, ChangeRole, Conversation, CreateGroup, Mute};
use leptos::prelude::*;

use super::intent::Intent;
use super::page::PageHandle;
use super::{ApiTrouble, api};
use crate::clock::new_message_id;

/// Verbs of groups, requests, mutes and blocks.
#[derive(Clone, Copy)]
pub struct Groups {
    page: PageHandle,
}

impl Groups {
    pub(super) fn new(page: PageHandle) -> Self {
        Self { page }
    }

    /// Makes a group; the person owns it. Answers its key, to open it.
    pub async fn create(
        &self,
        title: String,
        people: Vec<UserId>,
        history: HistoryPolicy,
    ) -> Result<ConversationKey, ApiTrouble> {
        let request_id = Some(new_message_id());
        let body = CreateGroup { request_id, title, user_ids: people, history };
        let answer: Conversation = match api::post("/api/conversations", &body).await {
            // the answer may be lost where the group was made; the same request answers the same group
            Err(ApiTrouble::NoConnection) => api::post("/api/conversations", &body).await?,
            answer => answer?,
        };
        let key = ConversationKey::Group(answer.conversation.conversation_id);
        self.adopt(answer.conversation).await;
        Ok(key)
    }

    /// Gives a group a new title. Admins and owners.
    pub async fn rename(&self, group: ConversationId, title: String) -> Result<(), ApiTrouble> {
        self.change(group, ChangeGroup { title: Some(title), history: None }).await
    }

    /// What new members see from now on. Admins and owners.
    pub async fn set_history(&self, group: ConversationId, history: HistoryPolicy) -> Result<(), ApiTrouble> {
        self.change(group, ChangeGroup { title: None, history: Some(history) }).await
    }

    /// Brings people in. Admins and owners.
    pub async fn add_members(&self, group: ConversationId, people: Vec<UserId>) -> Result<(), ApiTrouble> {
        let path = format!("/api/conversations/{group}/members");
        let answer: Conversation = api::post(&path, &AddMembers { user_ids: people }).await?;
        self.adopt(answer.conversation).await;
        Ok(())
    }

    /// Removes somebody. Admins remove members, owners everybody (`common::model::may_manage`).
    pub async fn remove_member(&self, group: ConversationId, person: UserId) -> Result<(), ApiTrouble> {
        let answer: Conversation = api::delete(&member_path(group, &person)).await?;
        self.adopt(answer.conversation).await;
        Ok(())
    }

    /// Leaves a group. It stays in the list, up to where one was in.
    pub async fn leave(&self, group: ConversationId) -> Result<(), ApiTrouble> {
        let me =
            self.page.get_value().stores().session.state.with_untracked(|state| state.user_id().cloned());
        let me = me.ok_or(ApiTrouble::NoConnection)?;
        self.remove_member(group, me).await
    }

    /// Gives or takes a role. Owners.
    pub async fn set_role(
        &self,
        group: ConversationId,
        person: UserId,
        role: Role,
    ) -> Result<(), ApiTrouble> {
        let answer: Conversation = api::patch(&member_path(group, &person), &ChangeRole { role }).await?;
        self.adopt(answer.conversation).await;
        Ok(())
    }

    /// Takes a stranger's request: from now on an ordinary conversation.
    pub async fn accept(&self, conversation: ConversationId) -> Result<(), ApiTrouble> {
        self.decide(conversation, "accept").await
    }

    /// Declines a request: it is hidden until one writes to that person oneself.
    pub async fn decline(&self, conversation: ConversationId) -> Result<(), ApiTrouble> {
        self.decide(conversation, "decline").await
    }

    /// No notifications of a conversation for so long from now on; 0 ends it, none is for good.
    pub async fn mute(&self, conversation: ConversationId, seconds: Option<u64>) -> Result<(), ApiTrouble> {
        let path = format!("/api/conversations/{conversation}/mute");
        let answer: Conversation = api::put(&path, &Mute { seconds }).await?;
        self.adopt(answer.conversation).await;
        Ok(())
    }

    /// Refuses direct messages of a person from now on.
    pub async fn block(&self, person: UserId) -> Result<(), ApiTrouble> {
        let account: Account = api::put(&block_path(&person), &()).await?;
        self.adopt_account(account).await;
        Ok(())
    }

    /// Takes them again.
    pub async fn unblock(&self, person: UserId) -> Result<(), ApiTrouble> {
        let account: Account = api::delete(&block_path(&person)).await?;
        self.adopt_account(account).await;
        Ok(())
    }

    async fn change(&self, group: ConversationId, change: ChangeGroup) -> Result<(), ApiTrouble> {
        let answer: Conversation = api::patch(&format!("/api/conversations/{group}"), &change).await?;
        self.adopt(answer.conversation).await;
        Ok(())
    }

    async fn decide(&self, conversation: ConversationId, verb: &str) -> Result<(), ApiTrouble> {
        let path = format!("/api/conversations/{conversation}/{verb}");
        let answer: Conversation = api::post(&path, &()).await?;
        self.adopt(answer.conversation).await;
        Ok(())
    }

    async fn adopt(&self, delta: ConversationDelta) {
        if let Some(signed_in) = self.page.get_value().signed_in() {
            signed_in.ask(Intent::Adopt(Box::new(delta))).await;
        }
    }

    async fn adopt_account(&self, account: Account) {
        if let Some(signed_in) = self.page.get_value().signed_in() {
            signed_in.ask(Intent::AdoptAccount(account)).await;
        }
    }
}

fn member_path(group: ConversationId, person: &UserId) -> String {
    format!("/api/conversations/{group}/members/{}", api::escape(&person.0))
}

fn block_path(person: &UserId) -> String {
    format!("/api/blocks/{}", api::escape(&person.0))
}
