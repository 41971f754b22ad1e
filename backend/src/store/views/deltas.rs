//! Views, as they cross the wire.

use std::collections::{HashMap, HashSet};

use common::id::ConversationId;
use common::model::{Interval, Profile};
use common::wire::ConversationDelta;

use super::people::People;
use super::{View, load_intervals, load_newest, view_columns, view_tables};
use crate::store::dialect::{Conn, values};
use crate::store::entries::load_head_at;
use crate::store::{AccountId, StoreError};

/// How much of a conversation is told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::store) struct Wanted {
    /// Members, receipts and entries that changed after this; all of them to an account that came in after it.
    pub(in crate::store) since: u64,
    /// Entries in the newest page; 0 for no page.
    pub(in crate::store) page_entries: usize,
}

/// What is told of a conversation, and which of its people are gone.
pub(in crate::store) struct Told {
    pub(in crate::store) delta: ConversationDelta,
    pub(in crate::store) deleted: Vec<Profile>,
}

impl View {
    /// The conversation as it is told to the account.
    pub(in crate::store) async fn tell(
        &self,
        conn: &mut Conn<'_>,
        wanted: Wanted,
    ) -> Result<Told, StoreError> {
        let people = People::load(conn, self.id(), self.news_since(wanted.since)).await?;
        let intervals = load_intervals(conn, self.account(), self.id()).await?;
        self.tell_among(conn, &people, intervals, wanted).await
    }

    async fn tell_among(
        &self,
        conn: &mut Conn<'_>,
        people: &People,
        intervals: Vec<Interval>,
        wanted: Wanted,
    ) -> Result<Told, StoreError> {
        let since = self.news_since(wanted.since);
        let last_visible = self.last_visible(&intervals);
        let head = match self.log_head() {
            head if head.seq == last_visible => head,
            _ => load_head_at(conn, self.id(), last_visible).await?,
        };
        let page = match wanted.page_entries {
            0 => None,
            limit => load_newest(conn, self.id(), &intervals, last_visible, since, limit).await?,
        };
        let known = people.known_to(self, last_visible, since)?;
        let delta = ConversationDelta {
            conversation_id: self.id(),
            kind: self.kind()?,
            peer: self.peer(),
            title: self.title(),
            history: self.history()?,
            head,
            own: self.own(intervals)?,
            members: known.members,
            receipts: known.receipts,
            page,
        };
        Ok(Told { delta, deleted: known.deleted })
    }

    /// Whoever came in after `since` has nothing yet.
    fn news_since(&self, since: u64) -> u64 {
        if self.joined_position() > since { 0 } else { since }
    }
}

/// What each of these accounts is told of one conversation, without a page. Its people are read twice at most (for
/// those who have nothing yet, and for the others), however many the accounts are.
pub(in crate::store) async fn tell_each(
    conn: &mut Conn<'_>,
    conversation: ConversationId,
    accounts: &HashSet<AccountId>,
    since: u64,
) -> Result<Vec<(AccountId, ConversationDelta)>, StoreError> {
    let wanted = Wanted { since, page_entries: 0 };
    let sql = concat!("select ", view_columns!(), " from ", view_tables!(), " where m.conversation = $1");
    let views: Vec<View> = conn.all(sql, values![conversation]).await?;
    let views: Vec<View> = views.into_iter().filter(|view| accounts.contains(&view.account())).collect();
    let mut intervals = load_all_intervals(conn, conversation).await?;
    let news = People::load(conn, conversation, since).await?;
    let any_newcomer = views.iter().any(|view| view.news_since(since) != since);
    let everyone = if any_newcomer { People::load(conn, conversation, 0).await? } else { People::default() };
    let mut told = Vec::with_capacity(views.len());
    for view in views {
        let people = if view.news_since(since) == since { &news } else { &everyone };
        let intervals = intervals.remove(&view.account()).unwrap_or_default();
        told.push((view.account(), view.tell_among(conn, people, intervals, wanted).await?.delta));
    }
    Ok(told)
}

async fn load_all_intervals(
    conn: &mut Conn<'_>,
    conversation: ConversationId,
) -> Result<HashMap<AccountId, Vec<Interval>>, StoreError> {
    let rows: Vec<(i64, i64, Option<i64>)> = conn
        .all(
            "select s.account, s.from_seq, s.to_seq from member m \
             join membership s on s.account = m.account and s.conversation = m.conversation \
             where m.conversation = $1 order by s.account, s.from_seq",
            values![conversation],
        )
        .await?;
    let mut intervals: HashMap<AccountId, Vec<Interval>> = HashMap::new();
    for (account, from, to) in rows {
        let interval = Interval { from: from.cast_unsigned(), to: to.map(i64::cast_unsigned) };
        intervals.entry(AccountId(account)).or_default().push(interval);
    }
    Ok(intervals)
}
