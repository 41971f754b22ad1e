//! What an account missed (protocol, "Resume").

use common::limits;
use common::model::Profile;
use common::wire::{ConversationDelta, Position, ResumeKind, Resumed};

use super::accounts::load_account;
use super::dialect::{Conn, values};
use super::open::load_position;
use super::views::{View, Wanted, view_columns, view_tables};
use super::{AccountId, Store, StoreError};
use common::id::UserId;

/// What one member, receipt or entry without its content is on the wire, roughly.
const RECORD_BYTES: usize = 128;

/// How much one answer may hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ResumeLimits {
    /// Conversations.
    pub conversations: usize,
    /// Entries in the newest page of each.
    pub page_entries: usize,
    /// Bytes, roughly, after which no further conversation is told.
    pub bytes: usize,
}

impl Default for ResumeLimits {
    fn default() -> Self {
        Self {
            conversations: limits::RESUME_CONVERSATIONS,
            page_entries: limits::RESUME_PAGE_ENTRIES,
            bytes: limits::RESUME_BYTES,
        }
    }
}

impl Store {
    /// All that changed for the account after `base` (or a slice of it, newest first); a reset where `base` is of
    /// another epoch or from the future. `None` is a device that knows nothing.
    ///
    /// A slice leaves a stretch of positions untold, and its position says which. The next one tells what is in that
    /// stretch still, and what changed since, again newest first; and always all that is new since before the stretch,
    /// because a conversation that changes meanwhile takes its older changes with it out of the stretch.
    pub async fn resume(
        &self,
        account: AccountId,
        base: Option<Position>,
        limits: ResumeLimits,
    ) -> Result<Resumed, StoreError> {
        let known = base.unwrap_or(Position::complete(self.epoch(), 0));
        let answer = match known.epoch == self.epoch() {
            true => {
                let mut answer = Answer::new(account, limits);
                answer.account_changed = base.is_none();
                self.inner.engine.read(async move |conn| answer.complete(conn, known).await).await?
            }
            false => None,
        };
        Ok(answer.unwrap_or_else(|| self.reset()))
    }

    /// The answer to a position that is none of ours: compare, then start anew.
    pub fn reset(&self) -> Resumed {
        Resumed {
            kind: ResumeKind::Reset,
            position: Position::complete(self.epoch(), 0),
            account: None,
            profiles: Vec::new(),
            conversations: Vec::new(),
        }
    }
}

/// An answer as it is put together.
struct Answer {
    account: AccountId,
    limits: ResumeLimits,
    account_changed: bool,
    profiles: Vec<Profile>,
    conversations: Vec<ConversationDelta>,
}

/// Changes that a device does not know: those after `at`, and those in (`from`, `below`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Unknown {
    from: u64,
    below: u64,
    at: u64,
}

impl Unknown {
    fn to(position: Position) -> Self {
        let Position { at, missing, .. } = position;
        let (from, below) = missing.unwrap_or((at, at));
        Self { from, below, at }
    }

    /// All up to `below`.
    pub(super) fn until(below: u64) -> Self {
        // positions stay below this, in both databases
        let at = i64::MAX.cast_unsigned();
        Self { from: 0, below: below.min(at), at }
    }
}

impl Answer {
    fn new(account: AccountId, limits: ResumeLimits) -> Self {
        Self { account, limits, account_changed: false, profiles: Vec::new(), conversations: Vec::new() }
    }

    /// The whole answer to a device at `known`; none where that is in the future.
    async fn complete(mut self, conn: &mut Conn<'_>, known: Position) -> Result<Option<Resumed>, StoreError> {
        let now = load_position(conn).await?;
        if known.at > now {
            return Ok(None);
        }
        let position = self.tell(conn, known, now).await?;
        let account = match self.account_changed {
            true => Some(load_account(conn, self.account).await?),
            false => None,
        };
        Ok(Some(Resumed {
            kind: if position.missing.is_some() { ResumeKind::Slice } else { ResumeKind::Delta },
            position,
            account,
            profiles: self.profiles,
            conversations: self.conversations,
        }))
    }

    /// Tells what a device at `known` misses, as far as there is room; answers where it stands then.
    async fn tell(&mut self, conn: &mut Conn<'_>, known: Position, now: u64) -> Result<Position, StoreError> {
        let unknown = Unknown::to(known);
        let room = self.limits.conversations.max(1);
        let (views, mut left) = newest_changed(conn, self.account, unknown, room).await?;
        let (mut bytes, mut told_down_to) = (0, u64::MAX);
        for view in views {
            // what changed by one position stays together
            if bytes >= self.limits.bytes && view.changed() < told_down_to {
                left = Some(view.changed());
                break;
            }
            told_down_to = view.changed();
            let wanted = Wanted { since: unknown.from, page_entries: self.limits.page_entries };
            let told = view.tell(conn, wanted).await?;
            bytes += weigh(&told.delta);
            self.add_profiles(told.deleted);
            self.conversations.push(told.delta);
        }
        // a device that knew nothing has every name from the members that it is told
        let known_names = if unknown.from == 0 { unknown.at } else { left.unwrap_or(unknown.from) };
        if known_names > 0 {
            self.tell_people(conn, Unknown { from: known_names, ..unknown }).await?;
        }
        let missing = left.map(|left| (unknown.from, left));
        Ok(Position { epoch: known.epoch, at: now, missing })
    }

    /// Tells whose profiles changed, oneself included.
    async fn tell_people(&mut self, conn: &mut Conn<'_>, unknown: Unknown) -> Result<(), StoreError> {
        let Unknown { from, below, at } = unknown;
        let sql = "select id from account where id = $1 and own_position > $2 \
                   and (own_position > $3 or own_position <= $4)";
        let own: Option<(i64,)> = conn.optional(sql, values![self.account, from, at, below]).await?;
        self.account_changed |= own.is_some();
        let rows: Vec<(String, String, Option<i64>)> = conn
            .all(
                "select a.name, a.display_name, a.deleted_at from account a \
                 where a.position > $2 and (a.position > $3 or a.position <= $4) and a.id <> $1 and exists (\
                 select m.account from member m join member o on o.conversation = m.conversation \
                 where m.account = $1 and o.account = a.id) order by a.position",
                values![self.account, from, at, below],
            )
            .await?;
        self.add_profiles(rows.into_iter().map(|(name, display_name, deleted_at)| Profile {
            user_id: UserId(name),
            display_name,
            deleted: deleted_at.is_some(),
        }));
        Ok(())
    }

    fn add_profiles(&mut self, profiles: impl IntoIterator<Item = Profile>) {
        for profile in profiles {
            if !self.profiles.contains(&profile) {
                self.profiles.push(profile);
            }
        }
    }
}

/// How many bytes a conversation is on the wire, roughly.
fn weigh(delta: &ConversationDelta) -> usize {
    let entries = delta.page.as_ref().map_or(&[][..], |page| &page.entries);
    let content: usize = entries.iter().map(|entry| entry.content.as_ref().map_or(0, String::len)).sum();
    content + RECORD_BYTES * (1 + entries.len() + delta.members.len() + delta.receipts.len())
}

/// The account's conversations with changes that a device does not know, newest first, as many as there is room for;
/// and, where more are left, the newest change of those. Conversations that changed by one position stay together.
pub(super) async fn newest_changed(
    conn: &mut Conn<'_>,
    account: AccountId,
    unknown: Unknown,
    room: usize,
) -> Result<(Vec<View>, Option<u64>), StoreError> {
    let mut views = select_changed(conn, account, unknown, room + 1).await?;
    let Some(first_left) = views.get(room).map(View::changed) else {
        return Ok((views, None));
    };
    views.retain(|view| view.changed() > first_left);
    if !views.is_empty() {
        return Ok((views, Some(first_left)));
    }
    // more changed by one position than there is room for: all of them, or this would never end
    let these = Unknown { from: first_left - 1, ..Unknown::until(first_left) };
    let views = select_changed(conn, account, these, usize::MAX >> 1).await?;
    Ok((views, Some(first_left - 1).filter(|left| *left > unknown.from)))
}

async fn select_changed(
    conn: &mut Conn<'_>,
    account: AccountId,
    unknown: Unknown,
    limit: usize,
) -> Result<Vec<View>, StoreError> {
    let sql = concat!(
        "select * from (select ",
        view_columns!(),
        " from ",
        view_tables!(),
        " where m.account = $1) v where v.changed > $2 and (v.changed > $3 or v.changed <= $4) \
         order by v.changed desc limit $5"
    );
    conn.all(sql, values![account, unknown.from, unknown.at, unknown.below, limit]).await
}
