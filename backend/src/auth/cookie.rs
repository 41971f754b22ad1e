//! The session cookie, by which browsers name their device. Scripts cannot read it.

use cookie::{Cookie, SameSite};
use http::{HeaderMap, HeaderValue, header};
use time::Duration;

use crate::auth::token::Token;

/// The cookie's name.
pub const NAME: &str = "hongyan_session";

/// How long a device stays signed in without being used, in seconds: 400 days, the longest that browsers keep a
/// cookie (RFC 6265bis, section 5.5). The store forgets unused sessions after the same time.
pub const SESSION_SECONDS: i64 = 400 * 24 * 60 * 60;

/// The `Set-Cookie` that signs a browser in. `secure` keeps it to https.
pub fn sign_in(token: &Token, secure: bool) -> HeaderValue {
    let cookie = base(token.reveal(), secure).max_age(Duration::seconds(SESSION_SECONDS));
    header_value(cookie.build())
}

/// The `Set-Cookie` that makes a browser forget it.
pub fn sign_out(secure: bool) -> HeaderValue {
    header_value(base("", secure).max_age(Duration::ZERO).build())
}

/// The token in a request's cookies, if there is one.
pub fn find_token(headers: &HeaderMap) -> Option<Token> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(Cookie::split_parse)
        .filter_map(Result::ok)
        .filter(|cookie| cookie.name() == NAME)
        .find_map(|cookie| Token::parse(cookie.value()))
}

/// Strict is enough: the pages need no cookie, and what they ask for comes from our own origin.
fn base(value: &str, secure: bool) -> cookie::CookieBuilder<'_> {
    Cookie::build((NAME, value)).path("/").http_only(true).same_site(SameSite::Strict).secure(secure)
}

fn header_value(cookie: Cookie<'_>) -> HeaderValue {
    HeaderValue::try_from(cookie.to_string()).expect("a cookie of ours is ASCII without controls")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_is_for_us_alone() {
        let token = Token::from_random([7; 32]);
        let text = sign_in(&token, true).to_str().unwrap().to_owned();
        assert!(text.starts_with(&format!("{NAME}={}; ", token.reveal())), "{text}");
        for part in ["HttpOnly", "SameSite=Strict", "Secure", "Path=/", "Max-Age=34560000"] {
            assert!(text.contains(part), "{part} is missing in {text}");
        }
        assert!(!sign_in(&token, false).to_str().unwrap().contains("Secure"));
        assert!(sign_out(false).to_str().unwrap().contains("Max-Age=0"));
    }

    #[test]
    fn the_token_is_found_among_others() {
        let token = Token::from_random([7; 32]);
        let mut headers = HeaderMap::new();
        assert_eq!(find_token(&headers), None);
        let text = format!("a=b; {NAME}=nonsense; {NAME}={}; c", token.reveal());
        headers.insert(header::COOKIE, text.parse().unwrap());
        assert_eq!(find_token(&headers), Some(token));
    }
}
