//! Who is in a conversation and how far they have come, as one account may know it.

use common::id::{ConversationId, UserId};
use common::model::{Member, Profile, Receipt, Role, Standing};

use super::View;
use crate::store::StoreError;
use crate::store::codes::{role_from, standing_from};
use crate::store::dialect::{Conn, values};

/// A seat of anyone.
#[derive(sqlx::FromRow)]
struct SeatRow {
    account: i64,
    name: String,
    display_name: String,
    deleted_at: Option<i64>,
    role: Option<i64>,
    standing: i64,
    delivered_seq: i64,
    read_seq: i64,
    position: i64,
    receipt_position: i64,
    first_seq: i64,
}

/// By the order of the columns.
impl TryFrom<&rusqlite::Row<'_>> for SeatRow {
    type Error = rusqlite::Error;

    fn try_from(row: &rusqlite::Row<'_>) -> Result<Self, Self::Error> {
        Ok(Self {
            account: row.get(0)?,
            name: row.get(1)?,
            display_name: row.get(2)?,
            deleted_at: row.get(3)?,
            role: row.get(4)?,
            standing: row.get(5)?,
            delivered_seq: row.get(6)?,
            read_seq: row.get(7)?,
            position: row.get(8)?,
            receipt_position: row.get(9)?,
            first_seq: row.get(10)?,
        })
    }
}

/// What changed among the people of a conversation.
#[derive(Default)]
pub(super) struct People {
    seats: Vec<SeatRow>,
}

/// The parts of it that one account may know.
pub(super) struct Known {
    pub(super) members: Vec<Member>,
    pub(super) receipts: Vec<Receipt>,
    /// Those of the members who are gone for good.
    pub(super) deleted: Vec<Profile>,
}

impl People {
    /// The seats that changed after `since`.
    pub(super) async fn load(
        conn: &mut Conn<'_>,
        conversation: ConversationId,
        since: u64,
    ) -> Result<Self, StoreError> {
        let seats = conn
            .all(
                "select m.account, a.name, a.display_name, a.deleted_at, m.role, m.standing, m.delivered_seq, \
                 m.read_seq, m.position, m.receipt_position, m.first_seq \
                 from member m join account a on a.id = m.account \
                 where m.conversation = $1 and (m.position > $2 or m.receipt_position > $2) order by m.account",
                values![conversation, since],
            )
            .await?;
        Ok(Self { seats })
    }

    /// What the account of this view, who sees up to `last_visible`, may know of what changed after `since`.
    pub(super) fn known_to(&self, view: &View, last_visible: u64, since: u64) -> Result<Known, StoreError> {
        let mut known = Known { members: Vec::new(), receipts: Vec::new(), deleted: Vec::new() };
        for seat in &self.seats {
            let own = seat.account == view.account().0;
            let came_later = seat.first_seq.cast_unsigned() > last_visible;
            if view.is_former() && came_later && !own {
                continue;
            }
            // a former member knows nothing newer than their going
            let until = if view.is_former() && !own { view.seat_position() } else { u64::MAX };
            if seat.position() > since {
                known.members.push(seat.member(until)?);
                known.deleted.extend(seat.deleted_profile());
            }
            if seat.receipt_position() > since
                && seat.receipt_position() <= until
                && seat.shows_receipts(own)?
            {
                known.receipts.push(seat.receipt());
            }
        }
        Ok(known)
    }
}

impl SeatRow {
    fn position(&self) -> u64 {
        self.position.cast_unsigned()
    }

    fn receipt_position(&self) -> u64 {
        self.receipt_position.cast_unsigned()
    }

    fn role(&self) -> Result<Option<Role>, StoreError> {
        role_from(self.role)
    }

    fn member(&self, until: u64) -> Result<Member, StoreError> {
        Ok(Member {
            user_id: UserId(self.name.clone()),
            display_name: self.display_name.clone(),
            role: if self.position() <= until { self.role()? } else { None },
        })
    }

    /// A request shows no receipts to others until it is accepted; nor does someone who is out.
    fn shows_receipts(&self, own: bool) -> Result<bool, StoreError> {
        Ok(own || (self.role.is_some() && standing_from(self.standing)? == Standing::Accepted))
    }

    fn receipt(&self) -> Receipt {
        Receipt {
            user_id: UserId(self.name.clone()),
            delivered_seq: self.delivered_seq.cast_unsigned(),
            read_seq: self.read_seq.cast_unsigned(),
        }
    }

    fn deleted_profile(&self) -> Option<Profile> {
        self.deleted_at?;
        let (name, display_name) = (self.name.clone(), self.display_name.clone());
        Some(Profile { user_id: UserId(name), display_name, deleted: true })
    }
}
