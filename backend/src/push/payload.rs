//! A notification in words: what the service worker shows, and what a browser shows by itself that knows Declarative Web
//! Push (W3C Push API, section "Declarative push message").

use common::model::{ConversationKind, Language, Shows, Standing};
use serde_json::{Value, json};

use super::encrypt::PADDED_BYTES;
use super::words;
use crate::store::{Claimed, News};

/// Conversations with something unread that a notification names, at most, so that those that were read elsewhere are
/// known by their absence.
pub const UNREAD_NAMED: usize = 32;
/// Characters of a message that are shown.
const TEXT_CHARS: usize = 240;
/// Characters of a name or title that are shown.
const NAME_CHARS: usize = 80;
/// What a notification says of itself when it says nothing of the message.
const OURSELVES: &str = "Hongyan 鴻雁";

/// The notification of what is new, as things were at `now_ms`. `base` is where people reach this server, without a slash
/// at the end.
pub fn of_news(claimed: &Claimed, news: &News, base: &str, now_ms: i64) -> Vec<u8> {
    let (title, body) = phrase(news);
    let conversation = claimed.conversation.to_string();
    // as the client calls it, and as it stands in an address
    let key = match news.kind {
        ConversationKind::Direct => format!("@{}", news.sender_id.folded()),
        ConversationKind::Group => conversation.clone(),
    };
    let [reply, read] = words::actions(news.browser.language);
    let navigate = format!("{base}/c/{key}?seq={}", news.seq);
    let actions = json!([
        {"action": "reply", "type": "text", "title": reply, "navigate": navigate},
        {"action": "read", "title": read, "navigate": navigate},
    ]);
    // a request counts as unread nowhere, so nothing that counts takes its notification away
    let kind = if news.standing == Standing::Request { "request" } else { "message" };
    // one does not answer who is not accepted yet, nor what is not shown
    let answers =
        news.standing == Standing::Accepted && news.is_familiar && news.browser.shows != Shows::Nothing;
    let mut unread: Vec<String> = news.unread_conversations.iter().map(ToString::to_string).collect();
    let mut is_complete = unread.len() < UNREAD_NAMED;
    loop {
        let payload = json!({
            "web_push": 8030,
            // a browser that shows it by itself asks the service worker first, which knows quiet hours and what was read
            "mutable": true,
            "app_badge": news.unread_in_all,
            "notification": {
                "title": title,
                "body": body,
                "lang": news.browser.language.tag(),
                "dir": "auto",
                "tag": conversation,
                "timestamp": news.sent_at * 1_000,
                "navigate": navigate,
                "actions": if answers { actions.clone() } else { json!([]) },
                "data": {
                    "kind": kind,
                    "account": news.browser.user_id.folded(),
                    "at": now_ms,
                    "key": key,
                    "conversationId": conversation,
                    "seq": news.seq,
                    "messageId": news.message_id,
                    // what the number on the icon is less, once this was read
                    "count": news.unread,
                    "unsent": words::unsent(news.browser.language),
                    "unread": unread,
                    "unreadIsComplete": is_complete,
                },
            },
        });
        let bytes = to_bytes(&payload);
        if bytes.len() <= PADDED_BYTES || unread.is_empty() {
            return bytes;
        }
        unread.truncate(unread.len() / 2);
        is_complete = false;
    }
}

/// What takes the notification of a conversation away, as things were at `now_ms`. It shows nothing, so it is nothing that
/// a browser could show by itself.
pub fn of_clearing(claimed: &Claimed, news: &News, now_ms: i64) -> Vec<u8> {
    to_bytes(&json!({
        "app_badge": news.unread_in_all,
        "clearing": {
            "at": now_ms,
            "read": claimed.conversation,
            "unread": news.unread_conversations,
            "unreadIsComplete": news.unread_conversations.len() < UNREAD_NAMED,
        },
    }))
}

/// The notification by which somebody tries whether notifications come.
pub fn of_test(language: Language, base: &str) -> Vec<u8> {
    to_bytes(&json!({
        "web_push": 8030,
        "mutable": true,
        "notification": {
            "title": OURSELVES,
            "body": words::test(language),
            "lang": language.tag(),
            "dir": "auto",
            "tag": "test",
            "navigate": format!("{base}/settings/notifications"),
            "data": {"kind": "test"},
        },
    }))
}

fn to_bytes(payload: &Value) -> Vec<u8> {
    payload.to_string().into_bytes()
}

/// Title and body.
fn phrase(news: &News) -> (String, String) {
    let count = news.unread;
    let counted = |name: &str| {
        let name = shorten(name, NAME_CHARS);
        if count > 1 { format!("{name} ({count})") } else { name }
    };
    let sender = shorten(&news.sender, NAME_CHARS);
    // whom one does not know may be called like somebody else
    let stranger = || match news.sender == news.sender_id.0 {
        true => sender.clone(),
        false => format!("{sender} (@{})", news.sender_id),
    };
    match (news.browser.shows, news.standing, news.kind) {
        (Shows::Nothing, ..) => (OURSELVES.into(), words::messages(news.browser.language, count)),
        // what a stranger says is for when one has looked who it is
        (_, Standing::Request, _) => (stranger(), words::request(news.browser.language).into()),
        (_, _, ConversationKind::Group) if !news.is_familiar => {
            (stranger(), words::strange_group(news.browser.language).into())
        }
        (Shows::Name, _, ConversationKind::Direct) => (sender, words::messages(news.browser.language, count)),
        (Shows::Name, _, ConversationKind::Group) => {
            let title = counted(news.title.as_deref().unwrap_or_default());
            (title, format!("{sender}: {}", words::messages(news.browser.language, 1)))
        }
        (Shows::Text, _, ConversationKind::Direct) => (counted(&sender), shorten(&news.content, TEXT_CHARS)),
        (Shows::Text, _, ConversationKind::Group) => {
            let title = counted(news.title.as_deref().unwrap_or_default());
            (title, format!("{sender}: {}", shorten(&news.content, TEXT_CHARS)))
        }
    }
}

/// The beginning of a text, with an ellipsis where something is left out.
fn shorten(text: &str, most_chars: usize) -> String {
    match text.char_indices().nth(most_chars) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

#[cfg(test)]
mod tests {
    use common::id::{ConversationId, DeviceId, MessageId, UserId};
    use uuid::Uuid;

    use super::*;
    use crate::store::{AccountId, Browser, SubscriptionId};

    fn claimed() -> Claimed {
        Claimed {
            subscription: SubscriptionId::of("https://push.example/1"),
            host: "push.example".into(),
            conversation: ConversationId(Uuid::from_u128(1)),
            from_seq: 7,
            seq: 7,
            attempts: 1,
            expires_at: 0,
            shown: false,
        }
    }

    fn news() -> News {
        News {
            browser: Browser {
                account: AccountId(1),
                user_id: UserId("bert".into()),
                device: DeviceId(Uuid::nil()),
                endpoint: "https://push.example/1".into(),
                p256dh: [0; 65],
                auth: [0; 16],
                shows: Shows::Text,
                language: Language::English,
            },
            kind: ConversationKind::Direct,
            title: None,
            standing: Standing::Accepted,
            is_news: true,
            delivered: false,
            is_familiar: true,
            seq: 7,
            message_id: MessageId(Uuid::from_u128(2)),
            sent_at: 1_694_956_800,
            content: "hello".into(),
            sender_id: UserId("Anna".into()),
            sender: "Anna Wu".into(),
            unread: 1,
            unread_in_all: 3,
            unread_conversations: vec![ConversationId(Uuid::from_u128(1))],
        }
    }

    fn said(news: &News) -> (String, String) {
        let payload: Value = serde_json::from_slice(&of_news(&claimed(), news, "", 0)).unwrap();
        let notification = &payload["notification"];
        let word = |name: &str| notification[name].as_str().unwrap().to_owned();
        (word("title"), word("body"))
    }

    #[test]
    fn a_person_chooses_what_is_shown() {
        let group = News { kind: ConversationKind::Group, title: Some("Walks".into()), ..news() };
        let burst = News { unread: 3, ..news() };
        let says = |title: &str, body: &str| (title.to_owned(), body.to_owned());
        assert_eq!(said(&news()), says("Anna Wu", "hello"));
        assert_eq!(said(&burst), says("Anna Wu (3)", "hello"));
        assert_eq!(said(&group), says("Walks", "Anna Wu: hello"));
        let shows =
            |news: &News, shows| News { browser: Browser { shows, ..news.browser.clone() }, ..news.clone() };
        let name = |news: &News| shows(news, Shows::Name);
        assert_eq!(said(&name(&news())), says("Anna Wu", "New message"));
        assert_eq!(said(&name(&burst)), says("Anna Wu", "3 new messages"));
        assert_eq!(said(&name(&group)), says("Walks", "Anna Wu: New message"));
        let group_burst = News { unread: 3, ..group.clone() };
        assert_eq!(said(&name(&group_burst)), says("Walks (3)", "Anna Wu: New message"));
        let nothing = |news: &News| shows(news, Shows::Nothing);
        let request = News { standing: Standing::Request, ..news() };
        for news in [news(), group.clone(), request, burst.clone()] {
            let payload: Value =
                serde_json::from_slice(&of_news(&claimed(), &nothing(&news), "", 0)).unwrap();
            let told = payload.to_string().to_lowercase();
            for secret in ["anna wu", "hello", "walks"] {
                assert!(!told.contains(secret), "{secret}: {told}");
            }
            // by one name the app finds the conversation; that is told, and not shown
            let notification = &payload["notification"];
            let shown = ["title", "body", "actions"].map(|field| notification[field].to_string());
            for secret in ["anna", "bert"] {
                assert!(!shown.concat().to_lowercase().contains(secret), "{secret}: {shown:?}");
            }
        }
        assert_eq!(said(&nothing(&burst)).1, "3 new messages");
        let stranger = News { standing: Standing::Request, ..news() };
        assert_eq!(said(&stranger), says("Anna Wu (@Anna)", "wants to write to you"));
        let strange_group = News { is_familiar: false, ..group.clone() };
        assert_eq!(said(&strange_group), says("Anna Wu (@Anna)", "wrote in a group that you were added to"));
        assert_eq!(
            said(&News { is_familiar: false, ..news() }).1,
            "hello",
            "whom one has accepted one knows"
        );
        let mut taiwanese = name(&burst);
        taiwanese.browser.language = Language::Taiwanese;
        assert_eq!(said(&taiwanese).1, "3則新訊息");
    }

    #[test]
    fn it_is_declarative_and_leads_to_the_message() {
        let bytes = of_news(&claimed(), &news(), "https://chat.example", 0);
        let payload: Value = serde_json::from_slice(&bytes).unwrap();
        assert_eq!((&payload["web_push"], &payload["app_badge"]), (&json!(8030), &json!(3)));
        assert_eq!(payload["mutable"], true, "the worker sees to quiet hours and to what was read elsewhere");
        let notification = &payload["notification"];
        let conversation = "00000000-0000-0000-0000-000000000001";
        assert_eq!(notification["navigate"], "https://chat.example/c/@anna?seq=7");
        assert_eq!(notification["data"]["key"], "@anna");
        assert_eq!(notification["tag"], conversation);
        assert_eq!(notification["timestamp"], 1_694_956_800_000_i64);
        assert_eq!(notification["data"]["unread"], json!([conversation]));
        assert_eq!(notification["data"]["unreadIsComplete"], true);
        assert_eq!(notification["data"]["count"], 1);
    }

    #[test]
    fn however_much_there_is_to_say_it_fits() {
        let long = News {
            kind: ConversationKind::Group,
            title: Some("𠮷".repeat(500)),
            sender: "𠮷".repeat(500),
            content: "\"\n".repeat(8_000),
            unread_conversations: vec![ConversationId(Uuid::from_u128(1)); UNREAD_NAMED],
            ..news()
        };
        for content in ["\"\n".repeat(8_000), "𠮷".repeat(4_000)] {
            let bytes = of_news(
                &claimed(),
                &News { content, ..long.clone() },
                &format!("https://{}", "a".repeat(200)),
                0,
            );
            assert!(bytes.len() <= PADDED_BYTES, "{}", bytes.len());
            let payload: Value = serde_json::from_slice(&bytes).unwrap();
            assert_eq!(payload["notification"]["data"]["unreadIsComplete"], false);
        }
        let bytes = of_clearing(&claimed(), &long, i64::MAX);
        assert!(bytes.len() <= PADDED_BYTES, "{}", bytes.len());
        assert!(of_test(Language::Taiwanese, "https://chat.example").len() <= PADDED_BYTES);
    }
}
