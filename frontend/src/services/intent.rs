//! What tabs say to each other.
//!
//! One tab leads: it owns the engine and the socket. The others send it what the person wants (an [`Intent`]) and hear of
//! what changes. All intents may be given twice: a tab that got no answer asks again, and asks the next leader.

use common::id::{MessageId, Seq, UserId};
use common::json;
use common::model::{Account, Entry};
use common::sync::{Change, ConversationKey, Target};
use common::text::Content;
use common::wire::ConversationDelta;
use serde::{Deserialize, Serialize};

use crate::stores::{Farewell, StorageState};

/// A tab, by a number drawn at its start.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TabId(pub u64);

/// What the person wants, or what a tab needs of the leading one.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Intent {
    /// Queue a message. Done once it is stored.
    Send {
        /// Its id, the same on every try.
        message_id: MessageId,
        /// Where it goes.
        target: Target,
        /// The text.
        content: Content,
        /// Whether it was tried already, so that it may be on the server. A tab of an older build does not say.
        #[serde(default)]
        tried: bool,
    },
    /// Change the text of a waiting message. Done once it is stored.
    Edit {
        /// Which.
        message_id: MessageId,
        /// The new text.
        content: Content,
    },
    /// Take a waiting message back. Done once that is stored.
    TakeBack {
        /// Which.
        message_id: MessageId,
    },
    /// The person has read up to here.
    MarkRead {
        /// Where.
        key: ConversationKey,
        /// Up to where.
        seq: Seq,
    },
    /// Fetch the page below a seq.
    LoadHistory {
        /// Where.
        key: ConversationKey,
        /// Exclusive.
        before: Seq,
    },
    /// The person writes, or no longer.
    Typing {
        /// Where.
        key: ConversationKey,
        /// False takes it back.
        active: bool,
    },
    /// What this tab shows; replaces what it said before.
    Attend(Attendance),
    /// "Try now".
    RetryNow,
    /// The person signed in again: begin anew with the new session.
    Renew,
    /// The browser says whether there is a network.
    Online(bool),
    /// An HTTP answer about a conversation.
    Adopt(Box<ConversationDelta>),
    /// An HTTP answer about one's account.
    AdoptAccount(Account),
    /// Entries from storage, for a tab that cannot read them itself.
    ReadEntries {
        /// Where.
        key: ConversationKey,
        /// First.
        from: Seq,
        /// Last.
        to: Seq,
    },
}

/// What a tab shows.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attendance {
    /// Whether the page is visible.
    pub visible: bool,
    /// The open conversation.
    pub open: Option<ConversationKey>,
    /// People whose presence is on screen.
    pub watched: Vec<UserId>,
}

/// What came of an intent.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Answer {
    /// Done, and stored where it had to be.
    Done,
    /// The message was handed over, or is gone.
    TooLate,
    /// Entries.
    Entries(Vec<Entry>),
}

/// What goes over the channel between tabs.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum TabMessage {
    /// To the leading tab: an intent, to be answered.
    Ask {
        /// Who asks.
        from: TabId,
        /// Counts up in the life of a tab.
        number: u64,
        /// What.
        intent: Intent,
    },
    /// To the leading tab: an intent that matters only now, and needs no answer.
    Say {
        /// Who.
        from: TabId,
        /// What.
        intent: Intent,
    },
    /// To one tab: what came of its intent.
    Answered {
        /// Who had asked.
        to: TabId,
        /// Which of its intents.
        number: u64,
        /// What came of it.
        answer: Answer,
    },
    /// To all: this changed.
    Changed(Vec<Change>),
    /// To the leading tab: "who are you, and what is there to know". Also asks whether it lives.
    Greet {
        /// Who asks.
        from: TabId,
        /// Whether the state is wanted, too.
        state: bool,
    },
    /// To all, by the leading tab: "I lead". Said on becoming it, when greeted, and when storage changes.
    Lead {
        /// Who leads.
        tab: TabId,
        /// Where its storage goes.
        storage: StorageState,
    },
    /// To one tab: what it cannot read from storage.
    State {
        /// Who asked.
        to: TabId,
        /// What it must know.
        changes: Vec<Change>,
    },
    /// To all: nobody is signed in here any more, and what was stored is being wiped; load the page anew.
    Left {
        /// Why.
        farewell: Farewell,
    },
}

impl TabMessage {
    /// As text, for the channel.
    pub fn encode(&self) -> String {
        json::write(self)
    }

    /// Reads a message; `None` if this build does not know it: another build may speak on the same channel.
    pub fn decode(text: &str) -> Option<Self> {
        json::read(text).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_of_a_tab_of_an_older_build_is_taken() {
        let said = r#"{"send": {"messageId": "018f2f6e-0000-7000-8000-000000000001",
            "target": {"person": "userB"}, "content": "hello"}}"#;
        let intent: Intent = json::read(said).unwrap();
        assert!(matches!(intent, Intent::Send { tried: false, .. }));
    }

    #[test]
    fn messages_survive_the_channel() {
        let message_id: MessageId = "018f2f6e-0000-7000-8000-000000000001".parse().unwrap();
        let key: ConversationKey = "@userb".parse().unwrap();
        let content = Content::parse("鴻雁\n傳書".into()).unwrap();
        let intents = [
            Intent::Send {
                message_id,
                target: Target::Person("userB".into()),
                content: content.clone(),
                tried: true,
            },
            Intent::Edit { message_id, content },
            Intent::TakeBack { message_id },
            Intent::MarkRead { key: key.clone(), seq: 7 },
            Intent::Attend(Attendance { visible: true, open: Some(key.clone()), watched: vec!["b".into()] }),
            Intent::RetryNow,
            Intent::ReadEntries { key: key.clone(), from: 1, to: 60 },
        ];
        for (number, intent) in (0..).zip(intents) {
            let message = TabMessage::Ask { from: TabId(u64::MAX), number, intent };
            assert_eq!(TabMessage::decode(&message.encode()), Some(message));
        }
        let messages = [
            TabMessage::Changed(vec![Change::ConversationGone(key)]),
            TabMessage::Answered { to: TabId(1), number: 2, answer: Answer::Entries(vec![]) },
            TabMessage::Lead { tab: TabId(3), storage: StorageState::Ok },
            TabMessage::Left { farewell: Farewell::Revoked },
        ];
        for message in messages {
            assert_eq!(TabMessage::decode(&message.encode()), Some(message));
        }
    }

    #[test]
    fn what_another_build_says_is_passed_over() {
        for text in ["", "7", r#"{"dance":{}}"#, r#"{"ask":{"from":1,"number":1,"intent":"fly"}}"#] {
            assert_eq!(TabMessage::decode(text), None);
        }
    }
}
