//! What becomes of the text in the composer.

use common::limits;
use common::text::{Content, Unfit};

/// What is left to write once `sent` is stored: whatever was typed since.
pub fn left_after(current: &str, sent: &str) -> String {
    current.strip_prefix(sent).unwrap_or_default().trim_start_matches('\n').to_owned()
}

/// The message in a text: without the white space around it.
pub fn message_in(text: &str) -> Result<Content, Unfit> {
    Content::parse(text.trim().to_owned())
}

/// By how many bytes a text is too long to send; 0 when it fits.
pub fn excess_bytes(text: &str) -> usize {
    text.trim().len().saturating_sub(limits::CONTENT_BYTES)
}

/// Whether a key press sends. `composing`: an input method is at work, whose Enter chooses a word; some browsers tell
/// that only by the old key code 229.
pub fn sends(key: &str, shift: bool, composing: bool, key_code: u32) -> bool {
    key == "Enter" && !shift && !composing && key_code != 229
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_while_it_was_stored_stays() {
        assert_eq!(left_after("hello", "hello"), "");
        assert_eq!(left_after("hello and", "hello"), " and");
        assert_eq!(left_after("hello\nnext", "hello"), "next");
        assert_eq!(left_after("", "hello"), "", "cleared by hand meanwhile");
    }

    #[test]
    fn white_space_around_a_message_is_not_sent() {
        assert_eq!(message_in("  a\n b \n").unwrap().as_str(), "a\n b");
        assert!(message_in(" \n ").is_err());
    }

    #[test]
    fn the_excess_is_counted_in_bytes() {
        assert_eq!(excess_bytes(&"雁".repeat(limits::CONTENT_BYTES / 3)), 0);
        assert_eq!(excess_bytes(&"x".repeat(limits::CONTENT_BYTES + 7)), 7);
    }

    #[test]
    fn an_input_methods_enter_does_not_send() {
        assert!(sends("Enter", false, false, 13));
        assert!(!sends("Enter", true, false, 13), "Shift+Enter breaks the line");
        assert!(!sends("Enter", false, true, 13));
        assert!(!sends("Enter", false, false, 229));
        assert!(!sends("a", false, false, 65));
    }
}
