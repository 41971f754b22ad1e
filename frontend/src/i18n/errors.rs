//! What went wrong, in words: what happened, what is safe, what to do.

use common::text::{Problem, Unfit};
use common::wire::{ErrorBody, ErrorCode};

use crate::i18n::Texts;
use crate::services::{ApiTrouble, SignInTrouble};

impl Texts {
    /// Why the server did not do what was asked.
    pub fn api_trouble(self, trouble: &ApiTrouble) -> String {
        match trouble {
            ApiTrouble::NoConnection => self.error_no_link().to_owned(),
            ApiTrouble::Unintelligible => self.error_malformed().to_owned(),
            ApiTrouble::Refused(body) => refusal_text(self, body),
        }
    }

    /// Why signing in or up did not work.
    pub fn sign_in_trouble(self, trouble: &SignInTrouble) -> String {
        match trouble {
            SignInTrouble::Api(trouble) => self.api_trouble(trouble),
            SignInTrouble::OtherPerson => self.error_other_person().to_owned(),
        }
    }

    /// Why the server refused a waiting message, for its bubble; `name` is the other person's, or with `in_group` the group's.
    pub fn refused_because(self, code: ErrorCode, name: &str, in_group: bool) -> String {
        match code {
            ErrorCode::Blocked => self.refused_blocked(name),
            ErrorCode::NotFound if in_group => self.refused_not_in_group().to_owned(),
            ErrorCode::NotFound => self.refused_not_found().to_owned(),
            ErrorCode::TooLarge => self.refused_too_large().to_owned(),
            ErrorCode::Invalid | ErrorCode::Malformed => self.refused_invalid().to_owned(),
            _ => self.refused_other().to_owned(),
        }
    }

    /// A refusal by its code alone.
    pub fn error_code(self, code: ErrorCode) -> &'static str {
        match code {
            ErrorCode::Malformed => self.error_malformed(),
            ErrorCode::Invalid => self.error_invalid(),
            ErrorCode::WeakPassword => self.error_weak_password(),
            ErrorCode::NameTaken => self.error_name_taken(),
            ErrorCode::InviteRequired => self.error_invite_required(),
            ErrorCode::RegistrationClosed => self.error_registration_closed(),
            ErrorCode::WrongCredentials => self.error_wrong_credentials(),
            ErrorCode::Unauthorized => self.error_unauthorized(),
            ErrorCode::Revoked => self.error_revoked(),
            ErrorCode::Forbidden => self.error_forbidden(),
            ErrorCode::Blocked => self.error_blocked(),
            ErrorCode::NotFound => self.error_not_found(),
            ErrorCode::Conflict => self.error_conflict(),
            ErrorCode::Full => self.error_full(),
            ErrorCode::TooLarge => self.error_too_large(),
            ErrorCode::TooEarly => self.error_too_early(),
            ErrorCode::RateLimited => self.error_rate_limited(),
            ErrorCode::Unavailable => self.error_unavailable(),
            ErrorCode::Internal => self.error_internal(),
        }
    }
}

/// What the server said no with; a wait is named where it is known.
pub fn refusal_text(texts: Texts, body: &ErrorBody) -> String {
    match (body.code, body.retry_after) {
        (ErrorCode::RateLimited, Some(seconds)) => texts.error_rate_limited_for(seconds),
        (code, _) => texts.error_code(code).to_owned(),
    }
}

/// What is wrong with something typed, found before it is sent.
pub fn problem_text(texts: Texts, unfit: &Unfit) -> &'static str {
    match (unfit.field, unfit.problem) {
        ("username", Problem::Empty) => texts.error_username_empty(),
        ("username", Problem::TooLong) => texts.error_username_long(),
        ("username", _) => texts.error_username_character(),
        ("password", Problem::TooLong) => texts.error_password_long(),
        ("password", _) => texts.error_password_short(),
        (_, Problem::Empty | Problem::TooShort) => texts.error_line_empty(),
        (_, Problem::TooLong) => texts.error_line_long(),
        (_, Problem::ControlCharacter | Problem::Character) => texts.error_line_character(),
    }
}

#[cfg(test)]
mod tests {
    use common::model::Language;

    use super::*;

    #[test]
    fn a_wait_is_named_where_it_is_known() {
        let en = Texts::new(Language::English);
        let mut body = ErrorBody::new(ErrorCode::RateLimited, "");
        assert_eq!(refusal_text(en, &body), en.error_rate_limited());
        body.retry_after = Some(1);
        assert_eq!(refusal_text(en, &body), "That was a little fast. Try again in 1 second.");
    }

    #[test]
    fn each_field_is_spoken_of_in_its_own_words() {
        let en = Texts::new(Language::English);
        let name = common::text::parse_username("a b").unwrap_err();
        assert_eq!(problem_text(en, &name), en.error_username_character());
        let password = common::text::check_password_length("short").unwrap_err();
        assert_eq!(problem_text(en, &password), en.error_password_short());
        let title = common::text::parse_line("title", " ", 10).unwrap_err();
        assert_eq!(problem_text(en, &title), en.error_line_empty());
    }
}
