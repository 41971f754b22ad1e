//! What a client says over the socket.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::id::{ConversationId, MessageId, Seq, UserId};
use crate::wire::http::SendMessage;
use crate::wire::{Compare, Resume};

/// A client's frame: an action with its data, and an id to be answered by.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct ClientFrame {
    /// Comes back as `replyTo` on the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// What is said.
    #[serde(flatten)]
    pub words: ClientWords,
}

/// Everything that a client can say.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "action", content = "data", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ClientWords {
    /// Put a message into a conversation's log.
    SendMessage(SendMessage),
    /// The newest seq this device has received.
    Ack {
        /// Where.
        conversation_id: ConversationId,
        /// Up to where.
        seq: Seq,
    },
    /// The newest seq the person has read.
    MarkRead {
        /// Where.
        conversation_id: ConversationId,
        /// Up to where.
        seq: Seq,
    },
    /// "This is how far I know everything"; answered by `resumed`.
    Resume(Resume),
    /// After a reset; answered by `compared`.
    Compare(Compare),
    /// A page of a conversation's log; answered by `history`.
    LoadHistory {
        /// Where.
        conversation_id: ConversationId,
        /// The newest entries below this seq; without it, the newest of all.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<Seq>,
        /// The oldest entries above this seq instead; not together with `before`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<Seq>,
        /// How many at most, up to [`crate::limits::PAGE_ENTRIES`].
        #[serde(default, skip_serializing_if = "Option::is_none")]
        limit: Option<u32>,
    },
    /// "I am writing" (or no longer); told to the other members, never stored.
    Typing {
        /// Where.
        conversation_id: ConversationId,
        /// False takes it back.
        active: bool,
    },
    /// The people whose presence this socket wants to hear of; replaces the set before. Answered by `presence`.
    Watch {
        /// Who; those with whom one shares no accepted conversation are passed over.
        user_ids: Vec<UserId>,
    },
    /// Whether a person is at this device (page visible), and which conversation is open.
    Attention {
        /// True while the page is visible.
        active: bool,
        /// The open conversation.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        conversation_id: Option<ConversationId>,
    },
    /// "Are you there"; answered by `pong`.
    Ping {},
}

/// Why a text is no frame. The field is the one at fault, by its name on the wire.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{message}")]
pub struct FrameProblem {
    /// The frame's id, where it could be read.
    pub id: Option<String>,
    /// The message it was about, where it could be read.
    pub message_id: Option<MessageId>,
    /// The field at fault.
    pub field: Option<String>,
    /// What is wrong.
    pub message: String,
}

/// Reads a client's frame. Problems name the field at fault, and the frame's id where it can still be read.
pub fn parse_client_frame(text: &str) -> Result<ClientFrame, FrameProblem> {
    #[derive(Deserialize)]
    struct Envelope {
        id: Option<String>,
        #[serde(flatten)]
        words: ClientWords,
    }
    match serde_json::from_str::<Envelope>(text) {
        Ok(Envelope { id, words }) => Ok(ClientFrame { id, words }),
        Err(error) => Err(diagnose(text, &error)),
    }
}

/// The slow way, taken only when a frame did not parse: finds out what to say about it.
fn diagnose(text: &str, error: &serde_json::Error) -> FrameProblem {
    let mut problem =
        FrameProblem { id: None, message_id: None, field: None, message: "the frame is not JSON".into() };
    let Ok(Value::Object(frame)) = serde_json::from_str::<Value>(text) else {
        return problem;
    };
    match frame.get("id") {
        None | Some(Value::Null) => {}
        Some(Value::String(id)) => problem.id = Some(id.clone()),
        Some(_) => {
            problem.field = Some("id".into());
            problem.message = "id must be a string".into();
            return problem;
        }
    }
    let data = frame.get("data");
    problem.message_id =
        data.and_then(|data| data.get("messageId")).and_then(Value::as_str).and_then(|id| id.parse().ok());
    let words = error.to_string();
    // serde names the fields and variants that it misses, has twice or does not know between back-ticks
    let named = words.split('`').nth(1).map(str::to_owned);
    problem.field = match frame.get("action") {
        Some(Value::String(_)) if words.starts_with("unknown variant") => Some("action".into()),
        Some(Value::String(_))
            if words.starts_with("missing field") || words.starts_with("duplicate field") =>
        {
            named
        }
        Some(Value::String(_)) => Some(
            data.and_then(|data| wrongly_typed(frame.get("action"), data)).unwrap_or_else(|| "data".into()),
        ),
        _ => Some("action".into()),
    };
    problem.message = words;
    problem
}

/// The field that serde complains of: it stops at the first one that is wrong, so that one ends the shortest beginning
/// of the fields of which it says the same. Halving finds it, since a frame may hold thousands of fields.
fn wrongly_typed(action: Option<&Value>, data: &Value) -> Option<String> {
    let fields = data.as_object()?;
    let complaint = |count: usize| {
        let beginning: Map<_, _> =
            fields.iter().take(count).map(|(name, value)| (name.clone(), value.clone())).collect();
        let frame = serde_json::json!({ "action": action, "data": beginning });
        serde_json::from_value::<ClientWords>(frame).err().map(|error| error.to_string())
    };
    let words = complaint(fields.len())?;
    let counts: Vec<usize> = (1..=fields.len()).collect();
    let before = counts.partition_point(|count| complaint(*count).as_ref() != Some(&words));
    fields.keys().nth(before).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pinned_frames_parse() {
        let frame = parse_client_frame(
            r#"{"action":"sendMessage","data":{"to":"userB","content":"Hello, world!","type":"text","novel":1},"id":"7"}"#,
        )
        .unwrap();
        assert_eq!(frame.id.as_deref(), Some("7"));
        let ClientWords::SendMessage(message) = frame.words else { panic!("{frame:?}") };
        assert_eq!((message.to, message.conversation_id), (Some("userB".into()), None));
        assert!(
            parse_client_frame(
                r#"{"action":"ack","data":{"conversationId":"018f2f6e-0000-7000-8000-000000000001","seq":3}}"#
            )
            .is_ok()
        );
    }

    #[test]
    fn a_frame_survives_the_wire() {
        let frame = ClientFrame { id: Some("a".into()), words: ClientWords::Ping {} };
        let text = serde_json::to_string(&frame).unwrap();
        assert_eq!(parse_client_frame(&text).unwrap(), frame);
    }

    #[test]
    fn a_problem_names_the_field_and_keeps_the_id() {
        let field = |text| parse_client_frame(text).unwrap_err().field;
        assert_eq!(field("nonsense"), None);
        assert_eq!(field("[]"), None);
        assert_eq!(field(r#"{"data":{}}"#).as_deref(), Some("action"));
        assert_eq!(field(r#"{"action":3}"#).as_deref(), Some("action"));
        assert_eq!(field(r#"{"action":"dance","data":{}}"#).as_deref(), Some("action"));
        assert_eq!(field(r#"{"action":"ack"}"#).as_deref(), Some("data"));
        assert_eq!(field(r#"{"action":"ack","data":7}"#).as_deref(), Some("data"));
        assert_eq!(
            field(r#"{"action":"sendMessage","data":{"to":"b","type":"text"}}"#).as_deref(),
            Some("content")
        );
        assert_eq!(
            field(r#"{"action":"sendMessage","data":{"to":"b","content":4,"type":"text"}}"#).as_deref(),
            Some("content")
        );
        assert_eq!(
            field(r#"{"action":"ack","data":{"conversationId":"x","seq":3}}"#).as_deref(),
            Some("conversationId")
        );
        assert_eq!(
            field(r#"{"action":"sendMessage","data":{"to":"b","content":"a","to":"c","type":"text"}}"#)
                .as_deref(),
            Some("to")
        );
        assert_eq!(field(r#"{"action":"ping","data":{},"id":"1","id":"2"}"#).as_deref(), Some("id"));
        assert_eq!(field(r#"{"action":"ping","data":{},"data":{}}"#).as_deref(), Some("data"));
        let problem = parse_client_frame(
            r#"{"id":"q","action":"sendMessage","data":{"to":4,"content":"a","type":"text","messageId":"018f2f6e-0000-7000-8000-000000000001"}}"#,
        )
        .unwrap_err();
        assert_eq!(problem.id.as_deref(), Some("q"));
        assert_eq!(problem.field.as_deref(), Some("to"));
        assert!(problem.message_id.is_some());
    }

    #[test]
    fn the_field_at_fault_is_found_among_thousands() {
        // as many as fit into a frame; a search that looks at all of them for each of them takes minutes
        let crowd: String = (0..12_000).map(|number| format!(r#""a{number}":0,"#)).collect();
        let frame = format!(r#"{{"action":"ack","data":{{{crowd}"conversationId":5,"seq":1,"z":0}}}}"#);
        assert!(frame.len() <= crate::limits::CLIENT_FRAME_BYTES);
        assert_eq!(parse_client_frame(&frame).unwrap_err().field.as_deref(), Some("conversationId"));
    }
}
