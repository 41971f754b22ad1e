//! Bodies of requests and answers over HTTP. Paths stand in the server's `http` folder, one endpoint a file.

use serde::{Deserialize, Serialize};

use crate::id::{ConversationId, DeviceId, MessageId, Seq, UserId};
use crate::model::{Account, Device, HistoryPolicy, Language, Profile, Role, Shows};
use crate::wire::{ConversationDelta, ErrorBody};

macro_rules! body {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident : $type:ty,)* }) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(rename_all = "camelCase")]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $type,)*
        }
    };
}

body! {
    /// Every error over HTTP.
    ErrorAnswer {
        /// What went wrong.
        error: ErrorBody,
    }
}
body! {
    /// `POST /api/auth/register`
    Register {
        /// 1 to 64 of `A–Z a–z 0–9 . _ -`.
        username: String,
        /// At least eight characters, not easily guessed.
        password: String,
        /// The name by which one is shown; the user name where absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        display_name: Option<String>,
        /// What this device is called.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        device_name: Option<String>,
        /// Where registration is by invitation.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        invite: Option<String>,
    }
}
body! {
    /// `POST /api/auth/login`
    Login {
        /// The user name, in any case.
        username: String,
        /// The password.
        password: String,
        /// What this device is called.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        device_name: Option<String>,
    }
}
body! {
    /// The answer to both: who one is now. Browsers keep the cookie and forget the token.
    SignedIn {
        /// The name as registered.
        user_id: UserId,
        /// For `Authorization: Bearer`.
        token: String,
        /// This device.
        device_id: DeviceId,
    }
}
body! {
    /// `GET /api/me`
    Me {
        /// The account.
        account: Account,
        /// This device.
        device: Device,
    }
}
body! {
    /// `PATCH /api/me`; answers the [`Account`], as `PUT` and `DELETE /api/blocks/{userId}` do.
    ChangeProfile {
        /// The name by which one is shown.
        display_name: String,
    }
}
body! {
    /// `POST /api/me/password`: ends every other device.
    ChangePassword {
        /// The one until now.
        current_password: String,
        /// The new one.
        new_password: String,
    }
}
body! {
    /// `POST /api/me/delete`
    DeleteAccount {
        /// Once more, so that an open screen is not enough.
        password: String,
    }
}
body! {
    /// `GET /api/devices`
    Devices {
        /// All devices of the account, this one first.
        devices: Vec<Device>,
    }
}
body! {
    /// `PATCH /api/devices/{deviceId}`
    RenameDevice {
        /// What it is called from now on.
        name: String,
    }
}
body! {
    /// `GET /api/users?query=`
    Users {
        /// People whose user name or display name starts so, at most [`crate::limits::LOOKUP_RESULTS`].
        users: Vec<Profile>,
    }
}
body! {
    /// `GET /api/server` (no session needed): what a client must know before signing in.
    ServerInfo {
        /// The program's version.
        version: String,
        /// How accounts are made here.
        registration: Registration,
    }
}

/// How accounts are made.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum Registration {
    /// By anyone.
    #[default]
    Open,
    /// With an invitation.
    Invite,
    /// By the operator only.
    Closed,
}

body! {
    /// `POST /api/messages/send`, and over the socket the frame `sendMessage`. Exactly one of `to` and `conversationId`.
    SendMessage {
        /// May be left out; if present it must be the caller.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<UserId>,
        /// A person; oneself is a note to oneself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<UserId>,
        /// A conversation that one is in.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        conversation_id: Option<ConversationId>,
        /// The text.
        content: String,
        /// `text`.
        #[serde(rename = "type")]
        kind: String,
        /// The client's id for it; the server makes one where there is none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        message_id: Option<MessageId>,
        /// This device's previous message in that conversation that is not yet acknowledged.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<MessageId>,
    }
}
body! {
    /// The answer to `POST /api/messages/send`.
    MessageSent {
        /// The message.
        message_id: MessageId,
        /// `sent`.
        status: MessageStatus,
        /// When the server took it, Unix seconds.
        timestamp: i64,
        /// Where it stands.
        conversation_id: ConversationId,
        /// At which place.
        #[cfg_attr(feature = "openapi", schema(value_type = u64))]
        seq: Seq,
    }
}

/// How far a message has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum MessageStatus {
    /// Durable.
    Sent,
    /// Every other current member has received it.
    Delivered,
    /// Every other current member has read it.
    Read,
}

body! {
    /// `GET /api/messages/{messageId}`
    MessageInfo {
        /// The message.
        message_id: MessageId,
        /// Where it stands.
        conversation_id: ConversationId,
        /// At which place.
        #[cfg_attr(feature = "openapi", schema(value_type = u64))]
        seq: Seq,
        /// Who wrote it.
        from: UserId,
        /// The other person of a one-to-one conversation.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<UserId>,
        /// The text; absent once erased.
        content: Option<String>,
        /// What it is.
        #[serde(rename = "type")]
        kind: crate::model::EntryType,
        /// How far it has come.
        status: MessageStatus,
        /// When the server took it, Unix seconds.
        timestamp: i64,
        /// One-to-one: when it was received; `null` until then.
        delivered_at: Option<i64>,
        /// One-to-one: when it was read; `null` until then.
        read_at: Option<i64>,
    }
}
body! {
    /// `POST /api/conversations/{id}/read`
    MarkRead {
        /// Up to where.
        #[cfg_attr(feature = "openapi", schema(value_type = u64))]
        seq: Seq,
    }
}
body! {
    /// `PUT /api/conversations/{id}/mute`
    Mute {
        /// For so long from now on no notifications of it are wanted; 0 ends it, and without it is for good.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seconds: Option<u64>,
    }
}
body! {
    /// `POST /api/conversations`: makes a group; the caller owns it.
    CreateGroup {
        /// The client's id for the request: the same again answers the same group.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        request_id: Option<MessageId>,
        /// Its title.
        title: String,
        /// Who else is in it from the start.
        #[serde(default)]
        user_ids: Vec<UserId>,
        /// What new members see.
        #[serde(default)]
        history: HistoryPolicy,
    }
}
body! {
    /// `PATCH /api/conversations/{id}`
    ChangeGroup {
        /// A new title.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        title: Option<String>,
        /// What new members see from now on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        history: Option<HistoryPolicy>,
    }
}
body! {
    /// `POST /api/conversations/{id}/members`
    AddMembers {
        /// Who comes in; those who are in already are passed over.
        user_ids: Vec<UserId>,
    }
}
body! {
    /// `PATCH /api/conversations/{id}/members/{userId}`
    ChangeRole {
        /// The new role.
        role: Role,
    }
}
body! {
    /// `GET /api/conversations/{id}`, and the answer to what changes one: the whole of it, without a page.
    Conversation {
        /// With all members and receipts.
        conversation: ConversationDelta,
    }
}
body! {
    /// `GET /api/conversations`
    Conversations {
        /// Newest first.
        conversations: Vec<ConversationDelta>,
        /// Give this as `?cursor=` for the next page; absent on the last one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cursor: Option<String>,
    }
}

body! {
    /// `GET /api/push/key` (no session needed)
    PushKey {
        /// A point of P-256, uncompressed, in base64url: what a browser subscribes with.
        public_key: String,
    }
}
body! {
    /// `POST /api/push/subscriptions`: a browser's own `PushSubscription.toJSON()`, and what its notifications show.
    Subscribe {
        /// Where its push service takes what is for it.
        endpoint: String,
        /// Its keys.
        keys: PushKeys,
        /// How much of a message notifications show; as before, else all, where absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        shows: Option<Shows>,
        /// In which language; as before, else English, where absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        language: Option<Language>,
    }
}
body! {
    /// The keys of a browser's subscription (RFC 8291), in base64url.
    PushKeys {
        /// Its public key: 65 bytes.
        p256dh: String,
        /// The secret that it shares with the server: 16 bytes.
        auth: String,
    }
}
body! {
    /// `DELETE /api/push/subscriptions`, `POST /api/push/test`
    PushEndpoint {
        /// The browser's.
        endpoint: String,
    }
}
body! {
    /// `GET /api/push/subscriptions`
    Subscriptions {
        /// The oldest first.
        subscriptions: Vec<Subscribed>,
    }
}
body! {
    /// A browser that is notified.
    Subscribed {
        /// The device that it is.
        device_id: DeviceId,
        /// Where it is reached; only for this device itself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        endpoint: Option<String>,
        /// How much of a message its notifications show.
        shows: Shows,
        /// Since when, Unix seconds.
        created_at: i64,
        /// When its push service took a notification last, Unix seconds.
        succeeded_at: Option<i64>,
        /// When it did not, Unix seconds.
        failed_at: Option<i64>,
        /// Why.
        trouble: Option<PushTrouble>,
    }
}
body! {
    /// The answer to `POST /api/push/test`: taken by the push service where there is no trouble.
    PushTested {
        /// The push service's host.
        push_service: Option<String>,
        /// Why it was not taken.
        trouble: Option<PushTrouble>,
        /// The status with which the push service refused it.
        status: Option<u16>,
    }
}

/// Why a notification was not taken by a push service.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum PushTrouble {
    /// The push service refused it.
    Refused,
    /// No answer in time.
    Timeout,
    /// No connection to the push service.
    Connection,
    /// The server may not send there (any more).
    NotAllowed,
    /// The subscription is no more.
    Gone,
}
