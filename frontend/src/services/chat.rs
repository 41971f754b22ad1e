//! Verbs of a conversation: writing, reading, moving through the timeline.

use std::pin::pin;

use common::id::{MessageId, Seq, UserId};
use common::limits;
use common::model::Profile;
use common::sync::{ConversationKey, Target};
use common::text::Content;
use common::wire::http::{MessageInfo, Users};
use futures::future::{Either, select};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::intent::{Answer, Intent};
use super::page::{Page, PageHandle};
use super::signed_in::SignedIn;
use super::{ApiTrouble, SendTrouble, api, persistence};
use crate::stores::timeline::GapRow;

/// How long the leading tab may take to store something, milliseconds; a new one leads within two seconds.
const STORED_WITHIN_MS: u32 = 15_000;

/// Verbs of a conversation.
#[derive(Clone, Copy)]
pub struct Chat {
    page: PageHandle,
}

impl Chat {
    pub(super) fn new(page: PageHandle) -> Self {
        Self { page }
    }

    /// Queues a message. Resolves when it is in IndexedDB: only then may the composer clear. Its bubble appears by
    /// itself, the draft is forgotten, and the timeline goes to the end. After [`SendTrouble::NoAnswer`] the same text
    /// to the same target goes out under the same id.
    pub async fn send(&self, target: Target, content: Content) -> Result<(), SendTrouble> {
        let page = self.page.get_value();
        let signed_in = page.signed_in().ok_or(SendTrouble::SignedOut)?;
        let key = target.key();
        let message_id = signed_in.id_for(&target, &content);
        let intent =
            Intent::Send { message_id, target: target.clone(), content: content.clone(), tried: false };
        if let Err(trouble) = stored(&signed_in, intent).await {
            signed_in.was_unanswered(message_id, target, content);
            return Err(trouble);
        }
        signed_in.drafts().keep(&key, String::new());
        if signed_in.timeline().key().as_ref() == Some(&key) {
            signed_in.timeline().wrote(&key);
            signed_in.timeline().to_end();
        }
        persistence::ask_once(page.stores());
        Ok(())
    }

    /// Changes the text of a message that is still queued, or that was refused. Resolves when it is in IndexedDB.
    pub async fn edit(&self, message_id: MessageId, content: Content) -> Result<(), SendTrouble> {
        let signed_in = self.page.get_value().signed_in().ok_or(SendTrouble::SignedOut)?;
        stored(&signed_in, Intent::Edit { message_id, content }).await
    }

    /// Takes a message back that is still queued, or that was refused.
    pub async fn take_back(&self, message_id: MessageId) -> Result<(), SendTrouble> {
        let signed_in = self.page.get_value().signed_in().ok_or(SendTrouble::SignedOut)?;
        stored(&signed_in, Intent::TakeBack { message_id }).await
    }

    /// Opens a conversation: its rows come into the timeline store, `landing` says where to scroll. The conversation with
    /// somebody one never wrote to may be opened too; it is empty. Opening the one that is open does nothing, unless a
    /// message is `wanted`: to that one goes, also when it is only on its way.
    pub fn open(&self, key: ConversationKey, wanted: Option<Seq>) {
        self.with(|signed_in| {
            signed_in.timeline().open(key.clone(), wanted);
            signed_in.attend(|attendance| attendance.open = Some(key));
        });
    }

    /// Closes it, when no conversation is on screen any more.
    pub fn close(&self) {
        self.with(|signed_in| {
            signed_in.timeline().close();
            signed_in.attend(|attendance| attendance.open = None);
        });
    }

    /// The person comes near the first row: brings older ones. Call as often as you like.
    pub fn older(&self) {
        self.with(|signed_in| signed_in.timeline().older());
    }

    /// The person comes near the last row: brings newer ones. Call as often as you like.
    pub fn newer(&self) {
        self.with(|signed_in| signed_in.timeline().newer());
    }

    /// The person wants to see the end (the pill): sets `landing` to the end once it is there.
    pub fn to_end(&self) {
        self.with(|signed_in| signed_in.timeline().to_end());
    }

    /// The person asks for what is in a hole.
    pub fn fill(&self, gap: GapRow) {
        self.with(|signed_in| signed_in.timeline().fill(gap));
    }

    /// What the person sees: the newest seq that is on screen, and whether the end of the rows is. Call on scrolling and
    /// when rows come; marks as read while the page is visible.
    pub fn seen(&self, newest: Option<Seq>, at_end: bool) {
        self.with(|signed_in| signed_in.timeline().seen(newest, at_end));
    }

    /// The person is writing here, or no longer. Call on every input.
    pub fn typing(&self, key: &ConversationKey, active: bool) {
        self.with(|signed_in| signed_in.say(Intent::Typing { key: key.clone(), active }));
    }

    /// The people whose presence is on screen; replaces those named before.
    pub fn watch(&self, people: Vec<UserId>) {
        self.with(|signed_in| signed_in.attend(|attendance| attendance.watched = people));
    }

    /// "Try now" of the banner.
    pub fn retry_now(&self) {
        self.with(|signed_in| signed_in.say(Intent::RetryNow));
    }

    /// The draft kept for a conversation; empty if none.
    pub async fn draft(&self, key: &ConversationKey) -> String {
        match self.page.get_value().signed_in() {
            Some(signed_in) => signed_in.drafts().get(key).await,
            None => String::new(),
        }
    }

    /// Keeps a draft (empty: forgets it). Call on every input; writes after a pause and when the page is left.
    pub fn save_draft(&self, key: &ConversationKey, text: String) {
        self.with(|signed_in| signed_in.drafts().keep(key, text));
    }

    /// Puts a text below the draft that is kept for a conversation. Who asks for the draft from now on gets both.
    pub fn add_to_draft(&self, key: ConversationKey, text: String) {
        self.with(|signed_in| {
            let drafts = signed_in.drafts().clone();
            spawn_local(async move { drafts.add(&key, text).await });
        });
    }

    /// A message's exact times. Needs the link.
    pub async fn message_info(&self, message_id: MessageId) -> Result<MessageInfo, ApiTrouble> {
        api::get(&format!("/api/messages/{message_id}")).await
    }

    /// People whose user name or display name begins so, from [`limits::LOOKUP_MIN_CHARS`] on. Without a link those known
    /// on this device are answered.
    pub async fn find_people(&self, query: &str) -> Result<Vec<Profile>, ApiTrouble> {
        let query = query.trim();
        if query.chars().count() < limits::LOOKUP_MIN_CHARS {
            return Ok(Vec::new());
        }
        match api::get::<Users>(&format!("/api/users?query={}", api::escape(query))).await {
            Ok(found) => Ok(found.users),
            Err(ApiTrouble::NoConnection) => Ok(self.page.get_value().stores().people.search(query)),
            Err(trouble) => Err(trouble),
        }
    }

    fn with(&self, act: impl FnOnce(&SignedIn)) {
        if let Some(signed_in) = self.page.try_get_value().as_ref().and_then(Page::signed_in) {
            act(&signed_in);
        }
    }
}

/// Does it, and waits until it is stored.
async fn stored(signed_in: &SignedIn, intent: Intent) -> Result<(), SendTrouble> {
    match select(pin!(signed_in.ask(intent)), TimeoutFuture::new(STORED_WITHIN_MS)).await {
        Either::Left((Some(Answer::TooLate), _)) => Err(SendTrouble::TooLate),
        Either::Left((Some(_), _)) => Ok(()),
        Either::Left((None, _)) | Either::Right(_) => Err(SendTrouble::NoAnswer),
    }
}
