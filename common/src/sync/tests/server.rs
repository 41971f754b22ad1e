//! The model server: commits, then tells. Small enough to be believed.

use crate::id::{ConversationId, MessageId, UserId};
use crate::model::{ConversationKind, HistoryPolicy, Interval, Role, Standing, SystemEvent};
use crate::sync::tests::server_log::{Data, Log, MemberRow, TakenId};
use crate::wire::http::{MessageStatus, SendMessage};
use crate::wire::{ClientFrame, ClientWords, ErrorBody, ErrorCode, ServerFrame, ServerWords};

/// Something that others are to hear of.
#[derive(Clone, Debug)]
pub(super) struct News {
    pub(super) to: UserId,
    pub(super) words: ServerWords,
    /// The commit that it is about.
    pub(super) position: u64,
    /// Not to the socket that caused it, which has its own answer.
    pub(super) not_to_cause: bool,
}

/// What came of a frame.
#[derive(Default, Debug)]
pub(super) struct Outcome {
    pub(super) reply: Option<ServerFrame>,
    pub(super) news: Vec<News>,
}

/// The server: its disk, and its clock in seconds.
#[derive(Debug)]
pub(super) struct Server {
    pub(super) data: Data,
    pub(super) now_s: i64,
}

type Refusal = ErrorCode;

impl Server {
    pub(super) fn new(people: &[UserId]) -> Self {
        Self { data: Data::new(people), now_s: 1_700_000_000 }
    }

    /// Takes a frame. `refuse` is a reason for which nothing can be stored now.
    pub(super) fn handle(
        &mut self,
        caller: &UserId,
        frame: &ClientFrame,
        refuse: Option<ErrorCode>,
    ) -> Outcome {
        let mut outcome = Outcome::default();
        let answer = match &frame.words {
            ClientWords::SendMessage(message) => {
                let sent = refuse.map_or_else(|| self.send(caller, message, &mut outcome.news), Err);
                sent.map(Some).map_err(|code| (code, message.message_id))
            }
            ClientWords::Ack { conversation_id, seq } => self
                .progress(caller, *conversation_id, *seq, false, &mut outcome.news)
                .map(|()| None)
                .map_err(|code| (code, None)),
            ClientWords::MarkRead { conversation_id, seq } => self
                .progress(caller, *conversation_id, *seq, true, &mut outcome.news)
                .map(|()| None)
                .map_err(|code| (code, None)),
            ClientWords::Resume(resume) => match refuse {
                Some(code) => Err((code, None)),
                None => Ok(Some(ServerWords::Resumed(self.data.resume(caller, resume)))),
            },
            ClientWords::Compare(compare) => {
                Ok(Some(ServerWords::Compared(self.data.compare(caller, compare))))
            }
            ClientWords::LoadHistory { conversation_id, before, after, limit } => {
                match (refuse, self.data.history(caller, *conversation_id, (*before, *after), *limit)) {
                    (Some(code), _) => Err((code, None)),
                    (None, Some(page)) => {
                        Ok(Some(ServerWords::History { conversation_id: *conversation_id, page }))
                    }
                    (None, None) => Err((ErrorCode::NotFound, None)),
                }
            }
            ClientWords::Ping {} => Ok(Some(ServerWords::Pong {})),
            ClientWords::Typing { .. } | ClientWords::Watch { .. } | ClientWords::Attention { .. } => {
                Ok(None)
            }
        };
        let words = answer.unwrap_or_else(|(code, message_id)| {
            let retry_after = (code == ErrorCode::RateLimited).then_some(2);
            let error = ErrorBody::new(code, "refused by the model");
            Some(ServerWords::Error(ErrorBody { message_id, retry_after, ..error }))
        });
        outcome.reply = words.map(|words| ServerFrame { reply_to: frame.id.clone(), words });
        outcome
    }

    fn send(
        &mut self,
        caller: &UserId,
        message: &SendMessage,
        news: &mut Vec<News>,
    ) -> Result<ServerWords, Refusal> {
        let SendMessage { to, conversation_id, content, message_id, after, .. } = message;
        let message_id = message_id.unwrap_or(MessageId(self.data.make_id()));
        let target = format!("{to:?} {conversation_id:?}");
        if let Some(taken) = self.data.ids.get(&message_id) {
            let same = taken.sender == *caller && taken.target == target && taken.content == *content;
            return if same { Ok(self.sent(message_id)) } else { Err(ErrorCode::Conflict) };
        }
        if content.contains("refuse") {
            return Err(ErrorCode::Forbidden);
        }
        let known = match (to, conversation_id) {
            (Some(peer), None) => {
                if !self.data.profiles.contains_key(peer) {
                    return Err(ErrorCode::NotFound);
                }
                self.data.direct(caller, peer)
            }
            (None, Some(id)) => {
                let is_in = |log: &&Log| log.members.get(caller).is_some_and(|row| row.role.is_some());
                Some(self.data.logs.get(id).filter(is_in).ok_or(ErrorCode::NotFound)?.id)
            }
            _ => return Err(ErrorCode::Malformed),
        };
        if let Some(after) = after
            && self.data.ids.get(after).is_none_or(|taken| taken.sender != *caller)
        {
            return Err(ErrorCode::TooEarly);
        }
        let position = self.data.next_position();
        let id = match (known, to) {
            (Some(id), _) => id,
            (None, Some(peer)) => self.make_direct(caller, peer, position),
            (None, None) => return Err(ErrorCode::NotFound),
        };
        let now_s = self.now_s;
        let log = self.data.logs.get_mut(&id).expect("it was looked up or made right above");
        log.append(position, caller, message_id, Ok(content.clone()), now_s);
        let seq = log.last_seq();
        let row = log.members.get_mut(caller).expect("a sender is a member");
        let changed_standing = std::mem::replace(&mut row.standing, Standing::Accepted) != Standing::Accepted;
        if changed_standing {
            row.position = position;
        }
        let taken =
            TakenId { sender: caller.clone(), target, content: content.clone(), conversation: id, seq };
        self.data.ids.insert(message_id, taken);
        if known.is_none() || changed_standing {
            self.tell_conversation(id, position, news);
        }
        self.tell_entry(id, position, true, news);
        Ok(self.sent(message_id))
    }

    fn sent(&self, message_id: MessageId) -> ServerWords {
        let taken = &self.data.ids[&message_id];
        let entry =
            &self.data.logs[&taken.conversation].entry(taken.seq).expect("ids point at entries").stored.entry;
        ServerWords::MessageSent {
            message_id,
            conversation_id: taken.conversation,
            seq: taken.seq,
            status: MessageStatus::Sent,
            timestamp: entry.timestamp,
            count: entry.count,
            actor_count: entry.actor_count,
        }
    }

    fn make_log(&mut self, kind: ConversationKind, history: HistoryPolicy, position: u64) -> ConversationId {
        let id = ConversationId(self.data.make_id());
        let log =
            Log { id, kind, title: None, history, entries: vec![], members: Default::default(), position };
        self.data.logs.insert(id, log);
        id
    }

    fn make_direct(&mut self, caller: &UserId, peer: &UserId, position: u64) -> ConversationId {
        let id = self.make_log(ConversationKind::Direct, HistoryPolicy::All, position);
        let log = self.data.logs.get_mut(&id).expect("just made");
        for user in [caller, peer] {
            let standing = if user == caller { Standing::Accepted } else { Standing::Request };
            log.members.entry(user.clone()).or_insert(row(Role::Owner, 1, standing, position));
        }
        id
    }

    pub(super) fn make_group(
        &mut self,
        owner: &UserId,
        history: HistoryPolicy,
    ) -> (ConversationId, Vec<News>) {
        let position = self.data.next_position();
        let id = self.make_log(ConversationKind::Group, history, position);
        let log = self.data.logs.get_mut(&id).expect("just made");
        log.members.insert(owner.clone(), row(Role::Owner, 1, Standing::Accepted, position));
        let mut news = Vec::new();
        self.note(id, owner, position, &SystemEvent::Created { title: "a group".into() }, &mut news);
        (id, news)
    }

    /// Lets someone in, or back in. Nothing when they are in.
    pub(super) fn add_member(&mut self, id: ConversationId, by: &UserId, user: &UserId) -> Vec<News> {
        let mut news = Vec::new();
        let Some(log) = self.data.logs.get_mut(&id) else { return news };
        let is_in = |log: &Log, user: &UserId| log.members.get(user).is_some_and(|row| row.role.is_some());
        if is_in(log, user) || !is_in(log, by) {
            return news;
        }
        let position = self.data.next_position();
        let log = self.data.logs.get_mut(&id).expect("looked up above");
        let seq = log.last_seq() + 1;
        let new = row(Role::Member, seq, Standing::Accepted, position);
        let member = log.members.entry(user.clone()).or_insert(new);
        member.role = Some(Role::Member);
        member.position = position;
        match log.history {
            HistoryPolicy::All => member.intervals = vec![Interval { from: 1, to: None }],
            HistoryPolicy::FromJoining => {
                member.intervals.retain(|interval| interval.to.is_some());
                member.intervals.push(Interval { from: seq, to: None });
            }
        }
        self.note(id, by, position, &SystemEvent::MembersAdded { user_ids: vec![user.clone()] }, &mut news);
        news
    }

    /// Removes someone; the removal is the last that they see.
    pub(super) fn remove_member(&mut self, id: ConversationId, by: &UserId, user: &UserId) -> Vec<News> {
        let mut news = Vec::new();
        let Some(log) = self.data.logs.get_mut(&id) else { return news };
        let is_in = |user: &UserId| log.members.get(user).is_some_and(|row| row.role.is_some());
        if !is_in(user) || !is_in(by) || user == by {
            return news;
        }
        let position = self.data.next_position();
        let log = self.data.logs.get_mut(&id).expect("looked up above");
        let seq = log.last_seq() + 1;
        let member = log.members.get_mut(user).expect("is in");
        member.role = None;
        member.position = position;
        if let Some(interval) = member.intervals.last_mut() {
            interval.to = Some(seq);
        }
        self.note(id, by, position, &SystemEvent::MemberRemoved { user_id: user.clone() }, &mut news);
        news
    }

    pub(super) fn rename_group(&mut self, id: ConversationId, by: &UserId, title: &str) -> Vec<News> {
        let mut news = Vec::new();
        let is_in = |log: &&mut Log| log.members.get(by).is_some_and(|row| row.role.is_some());
        if self.data.logs.get_mut(&id).filter(is_in).is_none() {
            return news;
        }
        let position = self.data.next_position();
        self.data.logs.get_mut(&id).expect("looked up above").title = Some(title.to_owned());
        self.note(id, by, position, &SystemEvent::Renamed { title: title.to_owned() }, &mut news);
        news
    }

    /// Takes all requests of `user`.
    pub(super) fn accept_all(&mut self, user: &UserId) -> Vec<News> {
        let mut news = Vec::new();
        let is_request =
            |log: &&Log| log.members.get(user).is_some_and(|row| row.standing == Standing::Request);
        let ids: Vec<ConversationId> = self.data.logs.values().filter(is_request).map(|log| log.id).collect();
        for id in ids {
            let position = self.data.next_position();
            let log = self.data.logs.get_mut(&id).expect("listed above");
            let row = log.members.get_mut(user).expect("listed above");
            row.standing = Standing::Accepted;
            row.position = position;
            log.position = position;
            self.tell_conversation_to(id, user, position, &mut news);
        }
        news
    }

    pub(super) fn rename_person(&mut self, user: &UserId, name: &str) -> Vec<News> {
        let position = self.data.next_position();
        let (profile, changed) = self.data.profiles.get_mut(user).expect("everyone has a profile");
        (profile.display_name, *changed) = (name.to_owned(), position);
        let words = ServerWords::Profile(profile.clone());
        let people = self.data.profiles.keys();
        people
            .map(|to| News { to: to.clone(), words: words.clone(), position, not_to_cause: false })
            .collect()
    }

    fn note(
        &mut self,
        id: ConversationId,
        by: &UserId,
        position: u64,
        event: &SystemEvent,
        news: &mut Vec<News>,
    ) {
        let message_id = MessageId(self.data.make_id());
        let now_s = self.now_s;
        let text = serde_json::to_string(event).expect("an event is JSON");
        let log = self.data.logs.get_mut(&id).expect("the caller looked it up");
        log.append(position, by, message_id, Err(text), now_s);
        self.tell_conversation(id, position, news);
        self.tell_entry(id, position, false, news);
    }

    fn progress(
        &mut self,
        caller: &UserId,
        id: ConversationId,
        seq: u64,
        read: bool,
        news: &mut Vec<News>,
    ) -> Result<(), Refusal> {
        let Some(log) = self.data.logs.get_mut(&id).filter(|log| log.members.contains_key(caller)) else {
            return Err(ErrorCode::NotFound);
        };
        if seq > log.visible_head(caller) {
            return Err(ErrorCode::Invalid);
        }
        let row = log.members.get_mut(caller).expect("checked above");
        let moved = row.delivered < seq || (read && row.read < seq);
        if !moved {
            return Ok(());
        }
        row.delivered = row.delivered.max(seq);
        row.read = row.read.max(if read { seq } else { 0 });
        let position = self.data.next_position();
        let log = self.data.logs.get_mut(&id).expect("checked above");
        log.members.get_mut(caller).expect("checked above").receipt_position = position;
        log.position = position;
        let (receipt, own) = (log.receipt(caller), log.own(caller));
        for (to, row) in &log.members {
            let counts = (to == caller).then_some((own.read_count, own.own_read));
            if row.role.is_some() || to == caller {
                let words = ServerWords::Receipt {
                    conversation_id: id,
                    user_id: caller.clone(),
                    delivered_seq: receipt.delivered_seq,
                    read_seq: receipt.read_seq,
                    read_count: counts.map(|counts| counts.0),
                    own_read: counts.map(|counts| counts.1),
                };
                news.push(News { to: to.clone(), words, position, not_to_cause: false });
            }
        }
        Ok(())
    }

    fn tell_entry(&self, id: ConversationId, position: u64, by_socket: bool, news: &mut Vec<News>) {
        let log = &self.data.logs[&id];
        let entry = &log.entries.last().expect("just appended").stored.entry;
        for (to, row) in &log.members {
            if row.intervals.iter().any(|interval| interval.contains(entry.seq)) {
                let words = match by_socket {
                    true => ServerWords::ReceiveMessage { conversation_id: id, entry: entry.clone() },
                    false => ServerWords::ReceiveEntry { conversation_id: id, entry: entry.clone() },
                };
                news.push(News { to: to.clone(), words, position, not_to_cause: by_socket });
            }
        }
    }

    pub(super) fn tell_conversation(&self, id: ConversationId, position: u64, news: &mut Vec<News>) {
        for (to, row) in &self.data.logs[&id].members {
            if row.role.is_some() || row.position == position {
                self.tell_conversation_to(id, to, position, news);
            }
        }
    }

    pub(super) fn tell_conversation_to(
        &self,
        id: ConversationId,
        to: &UserId,
        position: u64,
        news: &mut Vec<News>,
    ) {
        let delta = self.data.delta(to, &self.data.logs[&id], None, false);
        let words = ServerWords::Conversation(delta);
        news.push(News { to: to.clone(), words, position, not_to_cause: false });
    }
}

fn row(role: Role, from: u64, standing: Standing, position: u64) -> MemberRow {
    MemberRow {
        role: Some(role),
        intervals: vec![Interval { from, to: None }],
        standing,
        position,
        delivered: 0,
        read: 0,
        receipt_position: position,
    }
}
