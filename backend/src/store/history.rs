//! Pages of a log.

use common::id::{ConversationId, Seq};
use common::limits;
use common::model::Interval;
use common::wire::Page;

use super::views::{load_intervals, load_page, load_view};
use super::{AccountId, Store, StoreError};

/// Which part of a log.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HistoryRange {
    /// The newest entries.
    Newest,
    /// The newest entries below this seq.
    Before(Seq),
    /// The oldest entries above this seq.
    After(Seq),
}

impl Store {
    /// A stretch of the log without holes, clipped to what the account may see; empty when nothing is there. A
    /// stretch ends where what one may see ends: ask on from its edge.
    ///
    /// `limit` is 1 to [`common::limits::PAGE_ENTRIES`]; more is cut. Errors: `NotFound` (never was in it).
    pub async fn history(
        &self,
        account: AccountId,
        conversation: ConversationId,
        range: HistoryRange,
        limit: usize,
    ) -> Result<Page, StoreError> {
        let limit = limit.clamp(1, limits::PAGE_ENTRIES) as u64;
        let read = self.inner.engine.read(async move |conn| {
            let view = load_view(conn, account, conversation).await?;
            let intervals = load_intervals(conn, account, conversation).await?;
            match range.stretch(&intervals, view.log_head().seq, limit) {
                Some((from, to)) => load_page(conn, conversation, from, to).await,
                None => Ok(Page { digest_before: Default::default(), entries: Vec::new() }),
            }
        });
        read.await
    }
}

impl HistoryRange {
    /// The first and last seq of the stretch, given what may be seen of a log that ends at `head`.
    fn stretch(self, visible: &[Interval], head: Seq, limit: u64) -> Option<(Seq, Seq)> {
        let closed = |interval: &Interval| (interval.from, interval.to.map_or(head, |to| to.min(head)));
        let below = match self {
            Self::Newest => head,
            Self::Before(seq) => seq.saturating_sub(1),
            Self::After(seq) => {
                let (from, to) = visible.iter().map(closed).find(|&(from, to)| from <= to && to > seq)?;
                let from = from.max(seq + 1);
                return Some((from, to.min(from + limit - 1)));
            }
        };
        let (from, to) = visible.iter().rev().map(closed).find(|&(from, to)| from <= to && from <= below)?;
        let to = to.min(below);
        Some((from.max((to + 1).saturating_sub(limit)), to))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stretch_never_crosses_what_one_may_not_see() {
        let visible = [Interval { from: 3, to: Some(6) }, Interval { from: 10, to: None }];
        let stretch = |range: HistoryRange, limit| range.stretch(&visible, 14, limit);
        assert_eq!(stretch(HistoryRange::Newest, 3), Some((12, 14)));
        assert_eq!(stretch(HistoryRange::Newest, 50), Some((10, 14)));
        assert_eq!(stretch(HistoryRange::Before(10), 50), Some((3, 6)));
        assert_eq!(stretch(HistoryRange::Before(12), 1), Some((11, 11)));
        assert_eq!(stretch(HistoryRange::Before(6), 2), Some((4, 5)));
        assert_eq!(stretch(HistoryRange::Before(3), 2), None);
        assert_eq!(stretch(HistoryRange::Before(0), 2), None);
        assert_eq!(stretch(HistoryRange::Before(u64::MAX), 1), Some((14, 14)));
        assert_eq!(stretch(HistoryRange::After(0), 50), Some((3, 6)));
        assert_eq!(stretch(HistoryRange::After(6), 2), Some((10, 11)));
        assert_eq!(stretch(HistoryRange::After(13), 2), Some((14, 14)));
        assert_eq!(stretch(HistoryRange::After(14), 2), None);
        assert_eq!(stretch(HistoryRange::After(u64::MAX), 2), None);
        assert_eq!(HistoryRange::Newest.stretch(&[], 14, 2), None);
    }
}
