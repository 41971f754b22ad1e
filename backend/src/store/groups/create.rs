//! Making a group.

use common::id::ConversationId;
use common::limits;
use common::model::{ConversationKind, Head, HistoryPolicy, Role, SystemEvent};
use sha2::{Digest as _, Sha256};

use super::log::{Actor, Log, to_json};
use super::seats::{find_people, sit_down};
use super::{Changed, NewGroup};
use crate::store::codes::{history_code, kind_code};
use crate::store::dialect::{Bytes, values};
use crate::store::entries::load_entry;
use crate::store::writer::{Request, Tx, load_audience};
use crate::store::{Caller, Commit, Store, StoreError};

impl Store {
    /// Makes a group that the caller owns. Who is in it from the start sees all of it.
    ///
    /// Errors: `NotFound` (a person who is not there), `Blocked` (one of them blocks the caller), `Full`, `Conflict`
    /// (the request's id is taken by something else).
    pub async fn create_group(
        &self,
        caller: &Caller,
        new: NewGroup,
        now: i64,
    ) -> Result<Changed, StoreError> {
        self.inner.writer.ask(CreateGroup { caller: caller.clone(), new, now }).await
    }
}

struct CreateGroup {
    caller: Caller,
    new: NewGroup,
    now: i64,
}

impl Request for CreateGroup {
    type Answer = Changed;

    async fn apply(&self, tx: &mut Tx<'_>) -> Result<Changed, StoreError> {
        if let Some(first_answer) = self.find_first_answer(tx).await? {
            return Ok(first_answer);
        }
        let people = find_people(tx, self.caller.account, &self.new.people).await?;
        if people.len() + 1 > limits::GROUP_MEMBERS {
            return Err(StoreError::Full);
        }
        let position = tx.next_position().await?;
        let id = ConversationId(tx.new_id());
        let sql = "insert into conversation (id, kind, title, history, head_seq, head_count, head_digest, position, \
                   members_position, created_at) values ($1, $2, $3, $4, 0, 0, $5, $6, $6, $7)";
        let (kind, history) = (kind_code(ConversationKind::Group), history_code(self.new.history));
        let head = Head::default();
        let values = values![id, kind, self.new.title.as_str(), history, head.digest, position, self.now];
        tx.conn.run(sql, values).await?;

        let Caller { account, user_id, .. } = &self.caller;
        let actor = Actor { account: *account, user_id: user_id.clone(), own_count: 0 };
        let mut log = Log::new(id, head, position, self.now);
        let created = to_json(&SystemEvent::Created { title: self.new.title.clone() })?;
        let message_id = self.new.request_id.unwrap_or_else(|| common::id::MessageId(tx.new_id()));
        log.append_as(tx, &actor, created, message_id, self.hash()).await?;
        sit_down(tx, id, *account, Role::Owner, HistoryPolicy::All, head, position).await?;
        if !people.is_empty() {
            let user_ids = people.iter().map(|(_, name)| name.clone()).collect();
            log.append(tx, &actor, &SystemEvent::MembersAdded { user_ids }).await?;
        }
        for (account, _) in &people {
            sit_down(tx, id, *account, Role::Member, HistoryPolicy::All, head, position).await?;
        }
        let entries = log.close(tx).await?;
        let audience = load_audience(&mut tx.conn, id).await?;
        let came = audience.to_vec();
        Ok(Changed { conversation: id, entries, audience, came, went: Vec::new(), changed: true, position })
    }

    fn commit(&self, answer: &Changed) -> Option<Commit> {
        answer.commit()
    }
}

impl CreateGroup {
    /// What decides whether a request with a known id is the same again.
    fn hash(&self) -> [u8; 32] {
        let mut names: Vec<_> = self.new.people.iter().map(|name| name.folded()).collect();
        names.sort_unstable();
        names.dedup();
        let mut hash = Sha256::new();
        hash.update(b"group\0");
        hash.update([history_code(self.new.history) as u8]);
        hash.update(self.new.title.as_bytes());
        for name in names {
            hash.update([0]);
            hash.update(name.as_bytes());
        }
        hash.finalize().into()
    }

    /// What the same request was answered with. Errors: `Conflict` (its id is taken by something else).
    async fn find_first_answer(&self, tx: &mut Tx<'_>) -> Result<Option<Changed>, StoreError> {
        let Some(request_id) = self.new.request_id else { return Ok(None) };
        let sql = "select sender, conversation, seq, request_hash from message_id where id = $1";
        let taken: Option<(i64, Bytes<16>, i64, Bytes<32>)> =
            tx.conn.optional(sql, values![request_id]).await?;
        let Some((sender, conversation, seq, hash)) = taken else { return Ok(None) };
        if sender != self.caller.account.0 || hash.0 != self.hash() {
            return Err(StoreError::Conflict);
        }
        let conversation = ConversationId::from(conversation);
        let first = load_entry(&mut tx.conn, conversation, seq.cast_unsigned()).await?;
        Ok(Some(Changed {
            conversation,
            position: first.position(),
            entries: vec![first.into_entry()?],
            audience: [].into(),
            came: Vec::new(),
            went: Vec::new(),
            changed: false,
        }))
    }
}
