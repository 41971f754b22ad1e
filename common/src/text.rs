//! Text that people give us, parsed once at the edge. What has one of these types is within its bounds.

use serde::{Deserialize, Serialize};

use crate::id::UserId;
use crate::limits;

/// Why a piece of input is not taken. `field` is the name on the wire.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{field}: {problem}")]
pub struct Unfit {
    /// The field's name on the wire.
    pub field: &'static str,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What can be wrong with a piece of text.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Problem {
    /// Nothing there, or nothing that shows.
    #[error("must not be empty")]
    Empty,
    /// Longer than its limit in [`limits`].
    #[error("is too long")]
    TooLong,
    /// Shorter than its limit in [`limits`].
    #[error("is too short")]
    TooShort,
    /// Holds a control character other than newline and tab.
    #[error("must not contain control characters")]
    ControlCharacter,
    /// Holds a character that this field does not allow.
    #[error("contains a character that is not allowed here")]
    Character,
}

/// The content of a text message: 1 to [`limits::CONTENT_BYTES`] bytes, something to see among them, no control
/// characters but newline and tab.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Content(String);

impl Content {
    /// Takes the text as it is; nothing is trimmed or rewritten, because its hash is part of the log.
    pub fn parse(text: String) -> Result<Self, Unfit> {
        let unfit = |problem| Unfit { field: "content", problem };
        if text.len() > limits::CONTENT_BYTES {
            return Err(unfit(Problem::TooLong));
        }
        if text.chars().all(is_invisible) {
            return Err(unfit(Problem::Empty));
        }
        if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
            return Err(unfit(Problem::ControlCharacter));
        }
        Ok(Self(text))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, given away.
    pub fn into_string(self) -> String {
        self.0
    }
}

/// Parses a user name: 1 to 64 of `A–Z a–z 0–9 . _ -` with at least one letter or digit.
pub fn parse_username(text: &str) -> Result<UserId, Unfit> {
    let unfit = |problem| Unfit { field: "username", problem };
    if text.is_empty() {
        return Err(unfit(Problem::Empty));
    }
    if text.len() > limits::USERNAME_CHARS {
        return Err(unfit(Problem::TooLong));
    }
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    if !text.chars().all(allowed) || !text.chars().any(|c| c.is_ascii_alphanumeric()) {
        return Err(unfit(Problem::Character));
    }
    Ok(UserId(text.to_owned()))
}

/// Parses a line that people read (display name, title, device name): trimmed, one line, 1 to `max_chars`, something to
/// see in it, and nothing that would turn or break the text around it.
pub fn parse_line(field: &'static str, text: &str, max_chars: usize) -> Result<String, Unfit> {
    let text = text.trim();
    if text.chars().all(is_invisible) {
        return Err(Unfit { field, problem: Problem::Empty });
    }
    if text.chars().count() > max_chars {
        return Err(Unfit { field, problem: Problem::TooLong });
    }
    if text.chars().any(reaches_beyond) {
        return Err(Unfit { field, problem: Problem::ControlCharacter });
    }
    Ok(text.to_owned())
}

/// White space, and what shows nothing by itself: the default ignorable code points of Unicode (UAX 44) that are
/// assigned.
fn is_invisible(c: char) -> bool {
    c.is_whitespace()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Controls, the separators of lines and paragraphs, and what turns the direction of the text that follows (UAX 9,
/// sections 2.1 to 2.4): a name with one of these would rewrite the sentence it stands in.
fn reaches_beyond(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Checks a password's length; how easily it is guessed is the server's to judge.
pub fn check_password_length(password: &str) -> Result<(), Unfit> {
    let unfit = |problem| Unfit { field: "password", problem };
    if password.chars().count() < limits::PASSWORD_MIN_CHARS {
        return Err(unfit(Problem::TooShort));
    }
    if password.len() > limits::PASSWORD_MAX_BYTES {
        return Err(unfit(Problem::TooLong));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_needs_a_letter_or_digit() {
        assert!(parse_username("a").is_ok());
        assert!(parse_username("Anna-Lena_3.x").is_ok());
        for bad in ["", "...", "a b", "雁", "a\n", &"x".repeat(65)] {
            assert!(parse_username(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn content_keeps_newlines_and_refuses_other_controls() {
        assert_eq!(Content::parse(" a\n\tb ".into()).unwrap().as_str(), " a\n\tb ");
        for blank in ["", " \n", "\u{200b}", "\u{2060} \u{feff}", "\u{3164}", "\u{fe0f}"] {
            assert_eq!(Content::parse(blank.into()).unwrap_err().problem, Problem::Empty, "{blank:?}");
        }
        for fine in ["👩\u{200d}🚀", "\u{200b}a", "\u{202e}a"] {
            assert_eq!(Content::parse(fine.into()).unwrap().as_str(), fine);
        }
        assert_eq!(Content::parse("a\u{7}".into()).unwrap_err().problem, Problem::ControlCharacter);
        assert_eq!(Content::parse("a\u{85}".into()).unwrap_err().problem, Problem::ControlCharacter);
        assert!(Content::parse("x".repeat(limits::CONTENT_BYTES)).is_ok());
        assert_eq!(
            Content::parse("x".repeat(limits::CONTENT_BYTES + 1)).unwrap_err().problem,
            Problem::TooLong
        );
    }

    #[test]
    fn a_line_is_trimmed_and_counted_in_characters() {
        assert_eq!(parse_line("title", "  鴻雁 ", 2).unwrap(), "鴻雁");
        assert_eq!(parse_line("title", "鴻雁傳", 2).unwrap_err().problem, Problem::TooLong);
        assert_eq!(parse_line("title", "a\nb", 9).unwrap_err().problem, Problem::ControlCharacter);
    }

    #[test]
    fn a_line_shows_something_and_leaves_the_text_around_it_alone() {
        let problem = |text| parse_line("displayName", text, 9).unwrap_err().problem;
        for blank in ["", " ", "\u{200b}", "\u{feff}", "\u{3164}", "\u{2067}\u{2069}", "\u{e0041}"] {
            assert_eq!(problem(blank), Problem::Empty, "{blank:?}");
        }
        for turning in ["\u{202e}anna", "anna\u{2066}", "an\u{2028}na"] {
            assert_eq!(problem(turning), Problem::ControlCharacter, "{turning:?}");
        }
        for fine in ["می\u{200c}خواهم", "👩\u{200d}🚀", "❤\u{fe0f}"] {
            assert_eq!(parse_line("displayName", fine, 9).as_deref(), Ok(fine));
        }
    }
}
