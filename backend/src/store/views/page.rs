//! Pages: stretches of a log without holes.

use common::id::{ConversationId, Seq};
use common::model::Interval;
use common::wire::Page;

use crate::store::StoreError;
use crate::store::dialect::{Conn, values};
use crate::store::entries::{EntryRow, entry_columns, load_head_at};

/// The entries from one seq to another, both included, with the digest before the first.
pub(in crate::store) async fn load_page(
    conn: &mut Conn<'_>,
    conversation: ConversationId,
    from: Seq,
    to: Seq,
) -> Result<Page, StoreError> {
    load(conn, conversation, from, to, 0).await
}

/// The newest visible entries that were written after `since`, `limit` at most; `None` when there are none.
pub(in crate::store) async fn load_newest(
    conn: &mut Conn<'_>,
    conversation: ConversationId,
    visible: &[Interval],
    head: Seq,
    since: u64,
    limit: usize,
) -> Result<Option<Page>, StoreError> {
    let Some(last) = visible.last() else { return Ok(None) };
    let from = last.from.max((head + 1).saturating_sub(limit as u64));
    let page = load(conn, conversation, from, head, since).await?;
    Ok(Some(page).filter(|page| !page.entries.is_empty()))
}

async fn load(
    conn: &mut Conn<'_>,
    conversation: ConversationId,
    from: Seq,
    to: Seq,
    since: u64,
) -> Result<Page, StoreError> {
    let sql = concat!(
        "select ",
        entry_columns!(),
        " from entry e join account a on a.id = e.actor \
         where e.conversation = $1 and e.seq >= $2 and e.seq <= $3 and e.position > $4 order by e.seq"
    );
    let rows: Vec<EntryRow> = conn.all(sql, values![conversation, from, to, since]).await?;
    let entries = rows.into_iter().map(EntryRow::into_entry).collect::<Result<Vec<_>, _>>()?;
    let before = entries.first().map_or(0, |first| first.seq - 1);
    let digest_before = load_head_at(conn, conversation, before).await?.digest;
    Ok(Page { digest_before, entries })
}
