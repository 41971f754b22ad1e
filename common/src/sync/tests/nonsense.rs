//! Whatever a server says, the engine neither panics nor corrupts what is stored.

use crate::id::{ConversationId, Seq};
use crate::model::{Digest, Entry, EntryType, Head, Interval};
use crate::sync::Output;
use crate::sync::chance::Chance;
use crate::sync::tests::bench::{Bench, id, me, you};
use crate::wire::http::MessageStatus;
use crate::wire::{
    CommonPrefix, Compared, ConversationDelta, Epoch, ErrorBody, ErrorCode, Page, PersonPresence, Position,
    ResumeKind, Resumed, ServerWords,
};

/// Draws frames that are well-formed and make no sense.
struct Nonsense {
    chance: Chance,
    group: ConversationId,
    delta: ConversationDelta,
}

impl Nonsense {
    fn one_of<T: Clone>(&mut self, these: &[T]) -> T {
        these[self.chance.between(0, these.len() as u64 - 1) as usize].clone()
    }

    fn seq(&mut self) -> Seq {
        self.one_of(&[0, 1, 2, 3, 4, 5, 7, 100, (1 << 53) - 1, 1 << 53, u64::MAX - 1, u64::MAX])
    }

    fn conversation(&mut self) -> ConversationId {
        let other = ConversationId(uuid::Uuid::from_u128(u128::from(self.chance.between(1, 3))));
        let group = self.group;
        self.one_of(&[group, group, other])
    }

    fn digest(&mut self) -> Digest {
        let known = self.delta.head.digest;
        self.one_of(&[Digest::default(), known, Digest([7; 32])])
    }

    fn entry(&mut self) -> Entry {
        Entry {
            seq: self.seq(),
            message_id: id(u128::from(self.chance.between(1, 6))),
            from: self.one_of(&[me(), you(), "ME".into()]),
            kind: self.one_of(&[EntryType::Text, EntryType::System]),
            content: self.one_of(&[None, Some("x".into())]),
            content_hash: None,
            timestamp: self.one_of(&[0, i64::MIN, i64::MAX]),
            count: self.seq(),
            actor_count: self.seq(),
        }
    }

    fn page(&mut self) -> Page {
        let first = self.seq();
        let entries = (0..self.chance.between(0, 4)).map(|offset| {
            let seq = first.wrapping_add(offset);
            Entry { seq: if self.chance.between(0, 9) == 0 { self.seq() } else { seq }, ..self.entry() }
        });
        let entries = entries.collect();
        Page { digest_before: self.digest(), entries }
    }

    fn delta(&mut self) -> ConversationDelta {
        let mut delta = self.delta.clone();
        delta.conversation_id = self.conversation();
        delta.kind =
            self.one_of(&[crate::model::ConversationKind::Group, crate::model::ConversationKind::Direct]);
        delta.peer = self.one_of(&[None, Some(you()), Some(me())]);
        delta.head = Head { seq: self.seq(), count: self.seq(), digest: self.digest() };
        let to = self.seq();
        delta.own.intervals = vec![Interval { from: self.seq(), to: self.one_of(&[None, Some(to)]) }];
        delta.own.read_seq = self.seq();
        delta.own.read_count = self.seq();
        delta.own.own_count = self.seq();
        let page = self.page();
        delta.page = self.one_of(&[None, Some(page)]);
        delta
    }

    fn words(&mut self) -> ServerWords {
        let position = Position { epoch: Epoch(self.chance.between(1, 2)), at: self.seq(), missing: None };
        let conversation_id = self.conversation();
        match self.chance.between(0, 13) {
            0 => ServerWords::MessageSent {
                message_id: id(u128::from(self.chance.between(1, 6))),
                conversation_id,
                seq: self.seq(),
                status: MessageStatus::Sent,
                timestamp: 0,
                count: self.seq(),
                actor_count: self.seq(),
            },
            1 | 2 => ServerWords::ReceiveMessage { conversation_id, entry: self.entry() },
            3 => ServerWords::ReceiveEntry { conversation_id, entry: self.entry() },
            4 => ServerWords::Receipt {
                conversation_id,
                user_id: self.one_of(&[me(), you()]),
                delivered_seq: self.seq(),
                read_seq: self.seq(),
                read_count: Some(self.seq()),
                own_read: Some(self.seq()),
            },
            5 => ServerWords::Conversation(self.delta()),
            6 | 7 => ServerWords::Resumed(Resumed {
                kind: self.one_of(&[ResumeKind::Delta, ResumeKind::Slice, ResumeKind::Reset]),
                position,
                account: None,
                profiles: vec![],
                conversations: (0..self.chance.between(0, 2)).map(|_| self.delta()).collect(),
            }),
            8 => ServerWords::Position { position },
            9 => ServerWords::Compared(Compared {
                conversations: vec![CommonPrefix {
                    conversation_id,
                    common_seq: self.seq(),
                    known: self.chance.between(0, 1) == 0,
                }],
            }),
            10 => ServerWords::History { conversation_id, page: self.page() },
            11 => ServerWords::Typing { conversation_id, user_id: you(), active: true },
            12 => ServerWords::Presence {
                people: vec![PersonPresence { user_id: you(), online: true, last_seen_at: Some(i64::MIN) }],
            },
            _ => {
                let code = self.one_of(&[
                    ErrorCode::TooEarly,
                    ErrorCode::RateLimited,
                    ErrorCode::Internal,
                    ErrorCode::Conflict,
                    ErrorCode::NotFound,
                ]);
                let message_id = Some(id(u128::from(self.chance.between(1, 6))));
                let retry_after = self.one_of(&[None, Some(0), Some(1), Some(u64::MAX)]);
                ServerWords::Error(ErrorBody { message_id, retry_after, ..ErrorBody::new(code, "nonsense") })
            }
        }
    }
}

#[test]
fn nonsense_neither_panics_nor_corrupts() {
    for seed in 0..150 {
        let mut bench = Bench::live();
        bench.you_write(2).into_iter().for_each(|words| bench.hear(words));
        let delta = bench.server.data.delta(&me(), &bench.server.data.logs[&bench.group], None, false);
        let mut nonsense = Nonsense { chance: Chance::new(seed), group: bench.group, delta };
        let key = bench.key();
        bench.server_is_mad = true;
        for number in 1..=6 {
            bench.send(number);
        }
        for step in 0..150 {
            let words = nonsense.words();
            let open: Vec<String> = bench.said.iter().filter_map(|frame| frame.id.clone()).collect();
            let reply_to = if open.is_empty() { None } else { Some(nonsense.one_of(&open)) };
            bench.reply(reply_to.as_deref(), words);
            match step % 10 {
                3 => bench.wait(1_000),
                5 => bench.answer_storage(),
                7 => bench.input(|engine, now| engine.load_history(&key, u64::MAX, now)),
                8 => {
                    let seq = nonsense.seq();
                    bench.input(|engine, now| engine.mark_read(&key, seq, now));
                }
                9 if bench.wanted.contains(&Output::Connect) => {
                    bench.forget();
                    bench.connect();
                }
                _ => {}
            }
        }
    }
}
