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
    /// Nothing there, or white space only.
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

/// The content of a text message: 1 to [`limits::CONTENT_BYTES`] bytes, not white space only, no control
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
        if text.trim().is_empty() {
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

/// Parses a line that people read (display name, title, device name): trimmed, one line, 1 to `max_chars`.
pub fn parse_line(field: &'static str, text: &str, max_chars: usize) -> Result<String, Unfit> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Unfit { field, problem: Problem::Empty });
    }
    if text.chars().count() > max_chars {
        return Err(Unfit { field, problem: Problem::TooLong });
    }
    if text.chars().any(char::is_control) {
        return Err(Unfit { field, problem: Problem::ControlCharacter });
    }
    Ok(text.to_owned())
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
        assert_eq!(Content::parse(" \n".into()).unwrap_err().problem, Problem::Empty);
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
}
