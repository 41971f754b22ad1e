//! Tokens: 256 random bits that name a device, or that stand for an invitation. Stored hashed, shown once.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use crate::store::TokenHash;

/// A secret in the form in which it is handed out: 43 characters of base64url.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// The token made of these random bytes.
    pub fn from_random(bytes: [u8; 32]) -> Self {
        Self(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// Takes what a client presents, if it could be a token at all.
    pub fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; 33];
        let length = URL_SAFE_NO_PAD.decode_slice(text, &mut bytes).ok()?;
        (length == 32).then(|| Self(text.to_owned()))
    }

    /// What the store knows it by. A fast hash is enough: nobody guesses 256 random bits.
    pub fn hash(&self) -> TokenHash {
        TokenHash(Sha256::digest(self.0.as_bytes()).into())
    }

    /// The secret itself, to be handed out.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

/// Says nothing, so that no log tells a token.
impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_comes_back_as_it_went() {
        let token = Token::from_random([0xfb; 32]);
        assert_eq!(token.reveal().len(), 43);
        assert_eq!(Token::parse(token.reveal()), Some(token.clone()));
        assert_ne!(token.hash(), Token::from_random([0xfa; 32]).hash());
        assert_eq!(format!("{token:?}"), "Token(…)");
    }

    #[test]
    fn what_cannot_be_a_token_is_none() {
        let short = "A".repeat(42);
        let long = "A".repeat(44);
        for bad in ["", "x", short.as_str(), long.as_str(), "雁", &format!("{} ", "A".repeat(42))] {
            assert_eq!(Token::parse(bad), None, "{bad:?}");
        }
    }
}
