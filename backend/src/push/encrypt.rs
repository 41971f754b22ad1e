//! What push services carry and cannot read: `aes128gcm` (RFC 8188) with keys agreed upon as RFC 8291 says.

use std::fmt;

use aes_gcm::aead::{Aead as _, KeyInit as _};
use aes_gcm::{Aes128Gcm, Nonce};
use hkdf::Hkdf;
use p256::{PublicKey, SecretKey};
use sha2::Sha256;

use crate::clock::Clock;

/// Every notification is this long before it is encrypted, so that its length tells nothing. With all that encryption
/// adds it stays below the 4,096 bytes that every push service takes (RFC 8030, section 7.2).
pub const PADDED_BYTES: usize = 3_584;
/// A point of P-256, uncompressed (SEC 1, section 2.3.3).
pub const PUBLIC_KEY_BYTES: usize = 65;
/// The secret that browser and server share (RFC 8291, section 3.2).
pub const AUTH_BYTES: usize = 16;

const SALT_BYTES: usize = 16;
const TAG_BYTES: usize = 16;
/// Ends the content of the last record; zeros follow (RFC 8188, section 2).
const LAST_RECORD: u8 = 2;
/// Salt, size of a record, length of the key's id (RFC 8188, section 2.1).
const HEADER_BYTES: usize = SALT_BYTES + 4 + 1 + PUBLIC_KEY_BYTES;
/// What the RFC's example says, and what most say: a bound, not the size.
const MOST_RECORD_BYTES: usize = 4_096;

/// The keys of one browser's subscription, as its `PushSubscription` names them.
#[derive(Clone)]
pub struct Recipient {
    p256dh: PublicKey,
    auth: [u8; AUTH_BYTES],
}

/// Why a notification cannot be encrypted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum EncryptError {
    /// What was given is no point of P-256, uncompressed.
    #[error("p256dh is no public key")]
    Key,
    /// More than [`PADDED_BYTES`].
    #[error("a notification of {0} bytes is too long")]
    TooLong(usize),
}

/// What must be fresh for every message.
struct Fresh {
    salt: [u8; SALT_BYTES],
    secret: SecretKey,
}

impl Recipient {
    /// Errors: `Key`.
    pub fn new(p256dh: &[u8; PUBLIC_KEY_BYTES], auth: [u8; AUTH_BYTES]) -> Result<Self, EncryptError> {
        let p256dh = PublicKey::from_sec1_bytes(p256dh).map_err(|_| EncryptError::Key)?;
        Ok(Self { p256dh, auth })
    }

    /// The body of a request to the push service, always of the same length. Errors: `TooLong`.
    pub fn encrypt(&self, content: &[u8], clock: &Clock) -> Result<Vec<u8>, EncryptError> {
        self.encrypt_with(content, &Fresh { salt: clock.random(), secret: draw_secret(clock) }, PADDED_BYTES)
    }

    fn encrypt_with(&self, content: &[u8], fresh: &Fresh, padded: usize) -> Result<Vec<u8>, EncryptError> {
        let key_id = fresh.secret.public_key().to_sec1_bytes();
        encode(content, padded, &fresh.salt, &self.agree(&fresh.secret), &key_id)
    }

    /// The secret that the browser comes to as well, from our public key (RFC 8291, section 3.4).
    fn agree(&self, secret: &SecretKey) -> [u8; 32] {
        let mut info = b"WebPush: info\0".to_vec();
        info.extend_from_slice(&self.p256dh.to_sec1_bytes());
        info.extend_from_slice(&secret.public_key().to_sec1_bytes());
        expand(&self.auth, secret.diffie_hellman(&self.p256dh).raw_secret_bytes(), &info)
    }
}

/// One record with zeros behind the content, and what says how to read it (RFC 8188, section 2). Errors: `TooLong`.
fn encode(
    content: &[u8],
    padded: usize,
    salt: &[u8; SALT_BYTES],
    secret: &[u8],
    key_id: &[u8],
) -> Result<Vec<u8>, EncryptError> {
    let too_long = EncryptError::TooLong(content.len());
    let zeros = padded.checked_sub(content.len()).ok_or(too_long)?;
    let mut record = Vec::with_capacity(padded + 1 + TAG_BYTES);
    record.extend_from_slice(content);
    record.push(LAST_RECORD);
    record.resize(record.len() + zeros, 0);

    // sections 2.2 and 2.3
    let key: [u8; 16] = expand(salt, secret, b"Content-Encoding: aes128gcm\0");
    let nonce: [u8; 12] = expand(salt, secret, b"Content-Encoding: nonce\0");
    // it fails for gigabytes only
    let sealed = Aes128Gcm::new(&key.into()).encrypt(&Nonce::from(nonce), record.as_slice());
    let sealed = sealed.map_err(|_| too_long)?;

    let mut body = Vec::with_capacity(HEADER_BYTES + sealed.len());
    body.extend_from_slice(salt);
    body.extend_from_slice(&(sealed.len().max(MOST_RECORD_BYTES) as u32).to_be_bytes());
    body.push(key_id.len() as u8);
    body.extend_from_slice(key_id);
    body.extend_from_slice(&sealed);
    Ok(body)
}

fn expand<const N: usize>(salt: &[u8], secret: &[u8], info: &[u8]) -> [u8; N] {
    let mut out = [0; N];
    Hkdf::<Sha256>::new(Some(salt), secret).expand(info, &mut out).expect("shorter than 255 hashes");
    out
}

/// A secret key. All but one of four billion draws are one.
pub(super) fn draw_secret(clock: &Clock) -> SecretKey {
    loop {
        if let Ok(secret) = SecretKey::from_slice(&clock.random::<32>()) {
            return secret;
        }
    }
}

/// Says nothing, so that no log tells a secret.
impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Recipient(…)")
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;

    fn bytes<const N: usize>(text: &str) -> [u8; N] {
        URL_SAFE_NO_PAD.decode(text).unwrap().try_into().unwrap()
    }

    #[test]
    fn the_example_of_rfc_8188_comes_out_to_the_byte() {
        // section 3.1; the other one has two records, and ours have one
        let (salt, secret) = (bytes("I1BsxtFttlv3u_Oo94xnmw"), bytes::<16>("yqdlZ-tYemfogSmv7Ws5PQ"));
        let content = b"I am the walrus";
        let body = encode(content, content.len(), &salt, &secret, b"").unwrap();
        assert_eq!(
            URL_SAFE_NO_PAD.encode(body),
            "I1BsxtFttlv3u_Oo94xnmwAAEAAA-NAVub2qFgBEuQKRapoZu-IxkIva3MEB1PD-ly8Thjg"
        );
    }

    #[test]
    fn the_example_of_rfc_8291_comes_out_to_the_byte() {
        // appendix A, and section 5 for the whole
        let recipient = Recipient::new(
            &bytes("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"),
            bytes("BTBZMqHH6r4Tts7J_aSIgg"),
        )
        .unwrap();
        let secret: [u8; 32] = bytes("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw");
        let fresh =
            Fresh { salt: bytes("DGv6ra1nlYgDCS1FRnbzlw"), secret: SecretKey::from_slice(&secret).unwrap() };
        let content = b"When I grow up, I want to be a watermelon";
        let body = recipient.encrypt_with(content, &fresh, content.len()).unwrap();
        assert_eq!(
            URL_SAFE_NO_PAD.encode(body),
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
        );
    }

    #[test]
    fn another_implementation_reads_it_and_every_length_looks_the_same() {
        let clock = Clock::held(0, 7);
        let secret = p256_old::SecretKey::from_slice(&[7; 32]).unwrap();
        let auth = [9; AUTH_BYTES];
        let public: [u8; PUBLIC_KEY_BYTES] = secret.public_key().to_sec1_bytes().as_ref().try_into().unwrap();
        let recipient = Recipient::new(&public, auth).unwrap();
        let contents = [Vec::new(), "雁".into(), vec![0; 100], vec![b'x'; PADDED_BYTES]];
        let mut before = Vec::new();
        for content in contents {
            let body = recipient.encrypt(&content, &clock).unwrap();
            // one record: content, its end, zeros, tag
            assert_eq!(body.len(), HEADER_BYTES + PADDED_BYTES + 1 + TAG_BYTES);
            assert!(body.len() <= 4_096);
            assert_ne!(body[..SALT_BYTES], before, "a salt is drawn anew");
            before = body[..SALT_BYTES].to_vec();
            let read = web_push_native::decrypt(body, &secret, &auth.into()).unwrap();
            assert_eq!(read, content);
        }
        assert_eq!(
            recipient.encrypt(&[0; PADDED_BYTES + 1], &clock),
            Err(EncryptError::TooLong(PADDED_BYTES + 1))
        );
    }

    #[test]
    fn what_is_no_point_of_the_curve_is_no_key() {
        assert!(matches!(Recipient::new(&[4; PUBLIC_KEY_BYTES], [0; AUTH_BYTES]), Err(EncryptError::Key)));
        assert!(matches!(Recipient::new(&[0; PUBLIC_KEY_BYTES], [0; AUTH_BYTES]), Err(EncryptError::Key)));
    }
}
