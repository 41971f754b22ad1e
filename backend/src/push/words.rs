//! What notifications say by themselves. The client has its words elsewhere; these are here, because a notification has
//! to be complete where no program of ours runs any more.

use common::model::Language;

/// Somebody whom one does not know writes for the first time.
pub fn request(language: Language) -> &'static str {
    match language {
        Language::English => "wants to write to you",
        Language::Taiwanese => "想寫信給你",
    }
}

/// Somebody whom one does not know has written in a group in which one has neither read nor written yet.
pub fn strange_group(language: Language) -> &'static str {
    match language {
        Language::English => "wrote in a group that you were added to",
        Language::Taiwanese => "在你剛加入的群組裡留言",
    }
}

/// So many messages, of which nothing more is said.
pub fn messages(language: Language, count: u64) -> String {
    match (language, count) {
        (Language::English, 0 | 1) => "New message".into(),
        (Language::English, count) => format!("{count} new messages"),
        (Language::Taiwanese, 0 | 1) => "新訊息".into(),
        (Language::Taiwanese, count) => format!("{count}則新訊息"),
    }
}

/// The notification by which somebody tries whether notifications come.
pub fn test(language: Language) -> &'static str {
    match language {
        Language::English => "Notifications reach this device.",
        Language::Taiwanese => "通知可以送到這台裝置。",
    }
}

/// What can be done from the notification: answer, and mark as read.
pub fn actions(language: Language) -> [&'static str; 2] {
    match language {
        Language::English => ["Reply", "Mark as read"],
        Language::Taiwanese => ["回覆", "標為已讀"],
    }
}

/// Stands before what somebody answered in the notification, while it could not be sent.
pub fn unsent(language: Language) -> &'static str {
    match language {
        Language::English => "Not sent yet: ",
        Language::Taiwanese => "尚未送出：",
    }
}
