//! One engine driven by hand: the test plays the network and the server, storage commits when it is told to.

use crate::id::{ConversationId, MessageId, Seq, UserId};
use crate::model::HistoryPolicy;
use crate::sync::tests::server::{News, Server};
use crate::sync::tests::storage::Storage;
use crate::sync::{
    Batch, Change, ConversationKey, ConversationRecord, Engine, LinkDown, Output, SendState, Target, Write,
};
use crate::text::Content;
use crate::wire::http::SendMessage;
use crate::wire::{ClientFrame, ClientWords, ErrorBody, ErrorCode, Page, ServerFrame, ServerWords};

/// The engine of `me`, and the model server for what it knows.
pub(super) struct Bench {
    pub(super) engine: Engine,
    pub(super) storage: Storage,
    pub(super) server: Server,
    pub(super) now_ms: u64,
    /// Frames not looked at yet.
    pub(super) said: Vec<ClientFrame>,
    /// Changes not looked at yet.
    pub(super) told: Vec<Change>,
    /// Everything else that was wanted, in order, and not looked at yet.
    pub(super) wanted: Vec<Output>,
    /// Batches that left and are not committed yet.
    pub(super) uncommitted: Vec<Batch>,
    pub(super) commits_at_once: bool,
    pub(super) server_is_mad: bool,
    pub(super) group: ConversationId,
}

pub(super) fn me() -> UserId {
    "me".into()
}

pub(super) fn you() -> UserId {
    "you".into()
}

pub(super) fn id(number: u128) -> MessageId {
    MessageId(uuid::Uuid::from_u128(number))
}

pub(super) fn content(text: &str) -> Content {
    Content::parse(text.to_owned()).unwrap()
}

impl Bench {
    /// A device that has never been connected; on the server there is a group of the two with two system entries.
    pub(super) fn new() -> Self {
        let mut server = Server::new(&[me(), you()]);
        let (group, _) = server.make_group(&you(), HistoryPolicy::All);
        server.add_member(group, &you(), &me());
        let storage = Storage::default();
        let mut bench = Self {
            engine: Engine::new(me(), storage.snapshot(), 1, 1_000),
            storage,
            server,
            now_ms: 1_000,
            said: Vec::new(),
            told: Vec::new(),
            wanted: Vec::new(),
            uncommitted: Vec::new(),
            commits_at_once: true,
            server_is_mad: false,
            group,
        };
        bench.take_outputs();
        bench
    }

    /// The same, connected and up to date.
    pub(super) fn live() -> Self {
        let mut bench = Self::new();
        bench.connect();
        bench.answer_all();
        bench.forget();
        bench
    }

    pub(super) fn key(&self) -> ConversationKey {
        ConversationKey::Group(self.group)
    }

    pub(super) fn record(&self) -> &ConversationRecord {
        self.engine.record(&self.key()).expect("the group is known")
    }

    /// Forgets what was said, told and wanted so far.
    pub(super) fn forget(&mut self) {
        self.said.clear();
        self.told.clear();
        self.wanted.clear();
    }

    pub(super) fn forget_told(&mut self) {
        self.told.clear();
    }

    pub(super) fn input<T>(&mut self, input: impl FnOnce(&mut Engine, u64) -> T) -> T {
        let answer = input(&mut self.engine, self.now_ms);
        self.take_outputs();
        answer
    }

    fn take_outputs(&mut self) {
        while let Some(output) = self.engine.poll_output() {
            match output {
                Output::Transmit(frame) => self.said.push(frame),
                Output::Tell(change) => self.told.push(change),
                Output::Commit(batch) => {
                    self.uncommitted.push(batch);
                    if self.commits_at_once {
                        self.commit();
                    }
                }
                other => self.wanted.push(other),
            }
        }
    }

    /// Commits what left.
    pub(super) fn commit(&mut self) {
        for batch in std::mem::take(&mut self.uncommitted) {
            self.storage.perform(&batch);
            self.storage.check_ranges().unwrap();
            if !self.server_is_mad {
                self.storage.check_rows().unwrap();
            }
            self.input(|engine, now| engine.handle_committed(batch.number, now));
        }
    }

    /// The writes of the batch that left and is not committed yet.
    pub(super) fn leaving(&self) -> &[Write] {
        &self.uncommitted.last().expect("a batch has left").writes
    }

    pub(super) fn connect(&mut self) {
        self.input(|engine, now| engine.handle_link_up(now));
    }

    pub(super) fn disconnect(&mut self) {
        let why = LinkDown::Closed { code: None, retry_after_s: None };
        self.input(|engine, now| engine.handle_link_down(why, now));
    }

    /// The app is killed and starts again with what is stored.
    pub(super) fn restart(&mut self) {
        self.uncommitted.clear();
        self.engine = Engine::new(me(), self.storage.snapshot(), 1, self.now_ms);
        self.forget();
        self.take_outputs();
    }

    /// Lets time pass, timer by timer.
    pub(super) fn wait(&mut self, for_ms: u64) {
        let until_ms = self.now_ms + for_ms;
        while let Some(at_ms) = self.engine.poll_timeout().filter(|at_ms| *at_ms <= until_ms) {
            assert!(at_ms > self.now_ms || self.now_ms == until_ms - for_ms, "a timer that does not move");
            self.now_ms = at_ms.max(self.now_ms);
            self.input(|engine, now| engine.handle_timeout(now));
        }
        self.now_ms = until_ms;
    }

    pub(super) fn hear(&mut self, words: ServerWords) {
        self.reply(None, words);
    }

    pub(super) fn reply(&mut self, to: Option<&str>, words: ServerWords) {
        let frame = ServerFrame { reply_to: to.map(str::to_owned), words };
        self.input(|engine, now| engine.handle_frame(frame, now));
    }

    /// Takes the frames said so far.
    pub(super) fn take_said(&mut self) -> Vec<ClientFrame> {
        std::mem::take(&mut self.said)
    }

    /// Lets the model server answer what was said, until nothing more is.
    pub(super) fn answer_all(&mut self) {
        while !self.said.is_empty() {
            for frame in self.take_said() {
                self.answer(&frame);
            }
        }
    }

    /// Lets the model server answer a frame, and tell `me` the news.
    pub(super) fn answer(&mut self, frame: &ClientFrame) {
        let outcome = self.server.handle(&me(), frame, None);
        self.hear_news(outcome.news, true);
        if let Some(reply) = outcome.reply {
            self.input(|engine, now| engine.handle_frame(reply, now));
        }
    }

    /// Hears what the server tells `me`.
    pub(super) fn hear_news(&mut self, news: Vec<News>, caused_here: bool) {
        for News { words, .. } in
            news.into_iter().filter(|news| news.to == me() && !(caused_here && news.not_to_cause))
        {
            self.hear(words);
        }
    }

    /// `you` write that many messages into the group; the news comes back.
    pub(super) fn you_write(&mut self, messages: usize) -> Vec<ServerWords> {
        let mut heard = Vec::new();
        for _ in 0..messages {
            let number = 1_000 + self.server.data.ids.len() as u128;
            let words = ClientWords::SendMessage(SendMessage {
                from: None,
                to: None,
                conversation_id: Some(self.group),
                content: format!("line {number}"),
                kind: "text".into(),
                message_id: Some(id(number)),
                after: None,
            });
            let outcome = self.server.handle(&you(), &ClientFrame { id: None, words }, None);
            heard.extend(outcome.news.into_iter().filter(|news| news.to == me()).map(|news| news.words));
        }
        heard
    }

    /// Writes a line into the group.
    pub(super) fn send(&mut self, number: u128) {
        let target = Target::Group(self.group);
        self.input(|engine, now| engine.send(target, content(&format!("mine {number}")), id(number), now));
    }

    /// Takes over a line into the group that was tried outside of the engine.
    pub(super) fn take_over(&mut self, number: u128) {
        let target = Target::Group(self.group);
        let text = content(&format!("mine {number}"));
        self.input(|engine, now| engine.take_over(target, text, id(number), now));
    }

    pub(super) fn refuse(&mut self, number: u128, code: ErrorCode, retry_after: Option<u64>) {
        let error = ErrorBody { message_id: Some(id(number)), retry_after, ..ErrorBody::new(code, "no") };
        self.hear(ServerWords::Error(error));
    }

    /// The messages handed over so far, as (id, after); other frames are kept.
    pub(super) fn take_handed_over(&mut self) -> Vec<(u128, Option<u128>)> {
        let mut handed_over = Vec::new();
        self.said.retain(|frame| match &frame.words {
            ClientWords::SendMessage(SendMessage { message_id: Some(message_id), after, .. }) => {
                handed_over.push((message_id.0.as_u128(), after.map(|after| after.0.as_u128())));
                false
            }
            _ => true,
        });
        handed_over
    }

    /// The pages asked for so far, as (before, after), with the ids to answer them by.
    pub(super) fn take_asked_pages(&mut self) -> Vec<(String, Option<Seq>, Option<Seq>)> {
        let mut asked = Vec::new();
        self.said.retain(|frame| match &frame.words {
            ClientWords::LoadHistory { before, after, .. } => {
                asked.push((frame.id.clone().unwrap(), *before, *after));
                false
            }
            _ => true,
        });
        asked
    }

    /// The page of the group's log with these entries.
    pub(super) fn page(&self, from: Seq, to: Seq) -> Page {
        let log = &self.server.data.logs[&self.group];
        let digest_before = log.entry(from - 1).map(|entry| entry.stored.digest).unwrap_or_default();
        let entries = (from..=to).map(|seq| log.entry(seq).unwrap().stored.entry.clone()).collect();
        Page { digest_before, entries }
    }

    pub(super) fn reply_page(&mut self, to: &str, page: Page) {
        let conversation_id = self.group;
        self.reply(Some(to), ServerWords::History { conversation_id, page });
    }

    /// The stretches of the group's log held in storage.
    pub(super) fn held(&self) -> Vec<(Seq, Seq)> {
        let record = &self.storage.conversations[&self.key()];
        record.held.iter().map(|range| (range.from, range.to)).collect()
    }

    /// What views were last told of a waiting message.
    pub(super) fn state_of(&self, number: u128) -> Option<SendState> {
        self.told.iter().rev().find_map(|change| match change {
            Change::Outbox(item) if item.record.message_id == id(number) => Some(item.state.clone()),
            _ => None,
        })
    }

    pub(super) fn was_told(&self, matches: impl Fn(&Change) -> bool) -> bool {
        self.told.iter().any(matches)
    }
}
