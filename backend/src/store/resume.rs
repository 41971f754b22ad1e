//! What an account missed (protocol, "Resume").

use common::limits;
use common::model::Profile;
use common::wire::{ConversationDelta, Position, ResumeKind, Resumed};

use super::accounts::load_account;
use super::dialect::{Conn, values};
use super::views::{View, Wanted, view_columns, view_tables};
use super::{AccountId, Store, StoreError};
use common::id::UserId;

/// How much one answer may hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ResumeLimits {
    /// Conversations.
    pub conversations: usize,
    /// Entries in the newest page of each.
    pub page_entries: usize,
}

impl Default for ResumeLimits {
    fn default() -> Self {
        Self { conversations: limits::RESUME_CONVERSATIONS, page_entries: limits::RESUME_PAGE_ENTRIES }
    }
}

impl Store {
    /// All that changed for the account after `base` (or a slice of it, newest first); a reset where `base` is of
    /// another epoch or from the future. `None` is a device that knows nothing.
    ///
    /// A slice leaves a stretch of positions below what it told, and its position says which. The next one goes on
    /// there; when nothing is left of the stretch, it is what changed since the slicing began that is told, whatever
    /// was told of it before. A conversation that changes meanwhile leaves the stretch and is found there.
    pub async fn resume(
        &self,
        account: AccountId,
        base: Option<Position>,
        limits: ResumeLimits,
    ) -> Result<Resumed, StoreError> {
        let mut snapshot = self.inner.engine.snapshot().await?;
        let mut conn = snapshot.conn();
        let (now,): (i64,) = conn.one("select position from server where id = 1", values![]).await?;
        let now = now.cast_unsigned();
        let start = Position::complete(self.epoch(), 0);
        let known = base.unwrap_or(start);
        if known.epoch != start.epoch || known.at > now {
            return Ok(self.reset());
        }
        let mut answer = Answer::new(account, limits);
        let position = answer.tell_from(&mut conn, known, now).await?;
        if base.is_none() {
            answer.account_changed = true;
        }
        let own = match answer.account_changed {
            true => Some(load_account(&mut conn, account).await?),
            false => None,
        };
        Ok(Resumed {
            kind: if position.missing.is_some() { ResumeKind::Slice } else { ResumeKind::Delta },
            position,
            account: own,
            profiles: answer.profiles,
            conversations: answer.conversations,
        })
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

/// What is left of a stretch of positions once there is no more room: all up to and including this one.
type Left = Option<u64>;

impl Answer {
    fn new(account: AccountId, limits: ResumeLimits) -> Self {
        Self { account, limits, account_changed: false, profiles: Vec::new(), conversations: Vec::new() }
    }

    /// Tells what a device at `known` misses, as far as there is room; answers where it stands then.
    async fn tell_from(
        &mut self,
        conn: &mut Conn<'_>,
        known: Position,
        now: u64,
    ) -> Result<Position, StoreError> {
        if let Some((from, below)) = known.missing
            && let Some(left) = self.tell_stretch(conn, from, below).await?
        {
            return Ok(Position { missing: Some((from, left)), ..known });
        }
        let left = self.tell_stretch(conn, known.at, now).await?;
        Ok(Position { epoch: known.epoch, at: now, missing: left.map(|left| (known.at, left)) })
    }

    /// Tells what changed in (`from`, `to`], newest first.
    async fn tell_stretch(&mut self, conn: &mut Conn<'_>, from: u64, to: u64) -> Result<Left, StoreError> {
        let room = self.limits.conversations.saturating_sub(self.conversations.len());
        let (views, left) = newest_changed(conn, self.account, (from, to), room).await?;
        for view in views {
            let wanted = Wanted { since: from, page_entries: self.limits.page_entries };
            let told = view.tell(conn, wanted).await?;
            self.add_profiles(told.deleted);
            self.conversations.push(told.delta);
        }
        let told_above = left.unwrap_or(from);
        if from > 0 && told_above < to {
            // a device that knew nothing has every name from the members just told
            self.tell_people(conn, told_above, to).await?;
        }
        Ok(left)
    }

    /// Tells whose profiles changed in (`from`, `to`], oneself included.
    async fn tell_people(&mut self, conn: &mut Conn<'_>, from: u64, to: u64) -> Result<(), StoreError> {
        let sql = "select id from account where id = $1 and own_position > $2 and own_position <= $3";
        let own: Option<(i64,)> = conn.optional(sql, values![self.account, from, to]).await?;
        self.account_changed |= own.is_some();
        let rows: Vec<(String, String, Option<i64>)> = conn
            .all(
                "select a.name, a.display_name, a.deleted_at from account a \
                 where a.position > $2 and a.position <= $3 and a.id <> $1 and exists (\
                 select m.account from member m join member o on o.conversation = m.conversation \
                 where m.account = $1 and o.account = a.id) order by a.position",
                values![self.account, from, to],
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

/// The account's conversations that changed in (`from`, `to`], newest first, as many as there is room for, and what
/// is left of the stretch. Those that changed by the same position stay together.
pub(super) async fn newest_changed(
    conn: &mut Conn<'_>,
    account: AccountId,
    (from, to): (u64, u64),
    room: usize,
) -> Result<(Vec<View>, Left), StoreError> {
    let sql = concat!(
        "select * from (select ",
        view_columns!(),
        " from ",
        view_tables!(),
        " where m.account = $1) v where v.changed > $2 and v.changed <= $3 order by v.changed desc limit $4"
    );
    let mut views: Vec<View> = conn.all(sql, values![account, from, to, room + 1]).await?;
    let Some(first_left) = views.get(room).map(View::changed) else {
        return Ok((views, None));
    };
    views.retain(|view| view.changed() > first_left);
    if !views.is_empty() || room == 0 {
        return Ok((views, Some(first_left)));
    }
    // more changed by one position than there is room for: all of them, or this would never end
    let all = i64::MAX;
    let views = conn.all(sql, values![account, first_left - 1, first_left, all]).await?;
    Ok((views, Some(first_left - 1).filter(|left| *left > from)))
}
