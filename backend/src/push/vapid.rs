//! Who we are to a push service: a signed word with each request (VAPID, RFC 8292).

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::SecretKey;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::json;

use super::encrypt::draw_secret;
use crate::clock::Clock;

/// Seconds for which a word is good. At most a day (RFC 8292, section 2); half of it forgives clocks that go wrong.
const GOOD_FOR_S: i64 = 12 * 60 * 60;

/// The key that browsers subscribe with and push services know us by. Whoever has it can notify everybody who
/// subscribed; without it nobody can.
#[derive(Clone)]
pub struct VapidKey(SecretKey);

impl VapidKey {
    /// A new one.
    pub fn generate(clock: &Clock) -> Self {
        Self(draw_secret(clock))
    }

    /// The key as it is kept; none when that is no key.
    pub fn from_bytes(bytes: &[u8; 32]) -> Option<Self> {
        SecretKey::from_slice(bytes).ok().map(Self)
    }

    /// The secret, to be kept.
    pub fn to_bytes(&self) -> [u8; 32] {
        self.0.to_bytes().into()
    }

    /// The public half, as browsers take it for `applicationServerKey`: a point of P-256, uncompressed, in base64url.
    pub fn public(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0.public_key().to_sec1_bytes())
    }

    /// The value of `Authorization` for a request to this origin (scheme, host, and the port where it is not the
    /// scheme's own). `contact` is a `mailto:` or `https:` by which the push service finds the operator.
    pub fn authorization(&self, origin: &str, contact: Option<&str>, now_s: i64) -> String {
        let header = json!({"typ": "JWT", "alg": "ES256"});
        let mut claims = json!({"aud": origin, "exp": now_s + GOOD_FOR_S});
        if let Some(contact) = contact {
            claims["sub"] = contact.into();
        }
        let [header, claims] = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
        let signed = format!("{header}.{claims}");
        let signature: Signature = SigningKey::from(&self.0).sign(signed.as_bytes());
        let signature = URL_SAFE_NO_PAD.encode(signature.to_bytes());
        format!("vapid t={signed}.{signature}, k={}", self.public())
    }
}

/// Says nothing, so that no log tells the key.
impl fmt::Debug for VapidKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VapidKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use p256::ecdsa::VerifyingKey;
    use p256::ecdsa::signature::Verifier as _;
    use serde_json::Value;

    use super::*;

    fn decode(text: &str) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(text).unwrap()
    }

    /// What a push service does: the claims, when the signature is that of `k`.
    fn verify(authorization: &str) -> Option<Value> {
        let (token, key) = authorization.strip_prefix("vapid t=")?.split_once(", k=")?;
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        let header: Value = serde_json::from_slice(&decode(header)).ok()?;
        assert_eq!(header["alg"], "ES256");
        let key = VerifyingKey::from_sec1_bytes(&decode(key)).ok()?;
        let signature = Signature::from_slice(&decode(signature)).ok()?;
        key.verify(signed.as_bytes(), &signature).ok()?;
        serde_json::from_slice(&decode(claims)).ok()
    }

    #[test]
    fn the_example_of_rfc_8292_is_verified() {
        // section 2.4
        let claims = verify(
            "vapid t=eyJ0eXAiOiJKV1QiLCJhbGciOiJFUzI1NiJ9.eyJhdWQiOiJodHRwczovL3B1c2guZXhhbXBsZS5uZXQiLCJleHAiOjE0NTM1MjM3NjgsInN1YiI6Im1haWx0bzpwdXNoQGV4YW1wbGUuY29tIn0.i3CYb7t4xfxCDquptFOepC9GAu_HLGkMlMuCGSK2rpiUfnK9ojFwDXb1JrErtmysazNjjvW2L9OkSSHzvoD1oA, k=BA1Hxzyi1RUM1b5wjxsn7nGxAszw2u61m164i3MrAIxHF6YK5h4SDYic-dRuU_RCPCfA5aq9ojSwk5Y2EmClBPs",
        );
        assert_eq!(claims.unwrap()["aud"], "https://push.example.net");
    }

    #[test]
    fn our_word_names_the_origin_with_its_port_and_ends_within_a_day() {
        let key = VapidKey::generate(&Clock::held(0, 7));
        let now = 1_694_956_800;
        let word = key.authorization("https://push.example.net:8443", Some("mailto:a@example.net"), now);
        let claims = verify(&word).unwrap();
        assert_eq!(claims["aud"], "https://push.example.net:8443");
        assert_eq!(claims["sub"], "mailto:a@example.net");
        let good_for = claims["exp"].as_i64().unwrap() - now;
        assert!((1..=86_400).contains(&good_for), "{good_for}");
        assert!(word.ends_with(&key.public()));
        assert_eq!(decode(&key.public()).len(), 65);
    }

    #[test]
    fn a_word_that_was_changed_is_not_ours() {
        let key = VapidKey::generate(&Clock::held(0, 7));
        let word = key.authorization("https://push.example.net", None, 0);
        let (mine, others) = (key.public(), VapidKey::generate(&Clock::held(0, 8)).public());
        assert!(verify(&word.replace(&mine, &others)).is_none());
    }

    #[test]
    fn the_key_is_kept() {
        let key = VapidKey::generate(&Clock::held(0, 7));
        assert_eq!(VapidKey::from_bytes(&key.to_bytes()).unwrap().public(), key.public());
        assert!(VapidKey::from_bytes(&[0; 32]).is_none() && VapidKey::from_bytes(&[0xff; 32]).is_none());
        assert_eq!(format!("{key:?}"), "VapidKey(…)");
    }
}
