//! Passwords: Argon2id in a small pool off the async threads, so that a crowd that signs in slows only itself.
//!
//! Parameters are those of OWASP's Password Storage Cheat Sheet (m = 19 MiB, t = 2, p = 1). One hash takes some
//! 20 ms of a core and 19 MiB; the pool bounds how many run at once, the queue how many wait, and who finds the
//! queue full is told to come back.

use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use common::text::check_password_length;
use common::wire::{ErrorBody, ErrorCode};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use zxcvbn::{Score, zxcvbn};

use crate::error::Error;

/// Memory of one hash, in KiB.
const MEMORY_KIB: u32 = 19 * 1024;
/// Passes over the memory.
const PASSES: u32 = 2;
/// Lanes.
const LANES: u32 = 1;
/// Requests that may wait for each that runs: at 20 ms each, the last one waits about a second.
const QUEUE_PER_WORKER: usize = 48;

/// The pool. Cloning gives another handle to the same one.
#[derive(Clone, Debug)]
pub struct Passwords {
    /// One permit for each request inside, running or waiting.
    places: Arc<Semaphore>,
    /// One permit for each hash that runs.
    workers: Arc<Semaphore>,
}

/// Why a password was not hashed or compared.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PasswordError {
    /// The queue is full; come back in a second.
    #[error("too many people are signing in at this moment")]
    Busy,
    /// Too easily guessed: under 3 of zxcvbn's 4, or shorter or longer than its limits.
    #[error("the password is too easily guessed")]
    Weak,
    /// The hash could not be made: out of memory, say.
    #[error("the password could not be hashed")]
    Failed,
}

impl PasswordError {
    /// What the client is told. `field` is the password's name on the wire.
    pub fn refusal(self, field: &str) -> Error {
        let (code, retry_after) = match self {
            Self::Busy => (ErrorCode::Unavailable, Some(1)),
            Self::Weak => (ErrorCode::WeakPassword, None),
            Self::Failed => (ErrorCode::Internal, None),
        };
        let field = (self == Self::Weak).then(|| field.to_owned());
        let body = ErrorBody::new(code, self.to_string());
        Error::Refused(Box::new(ErrorBody { field, retry_after, ..body }))
    }
}

impl Passwords {
    /// A pool that uses up to half of the machine's cores.
    pub fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self::with_workers((cores / 2).max(1), QUEUE_PER_WORKER)
    }

    fn with_workers(workers: usize, queue_per_worker: usize) -> Self {
        Self {
            places: Arc::new(Semaphore::new(workers * (1 + queue_per_worker))),
            workers: Arc::new(Semaphore::new(workers)),
        }
    }

    /// Judges a new password, knowing what an attacker knows of its owner (`hints`: names), and hashes it with 16
    /// random bytes of `salt`. Answers a PHC string.
    pub async fn hash_new(
        &self,
        password: String,
        hints: Vec<String>,
        salt: [u8; 16],
    ) -> Result<String, PasswordError> {
        self.run(move || {
            let hints: Vec<&str> = hints.iter().map(String::as_str).collect();
            let strong =
                check_password_length(&password).is_ok() && zxcvbn(&password, &hints).score() >= Score::Three;
            if !strong {
                return Err(PasswordError::Weak);
            }
            let hash = argon2().hash_password_with_salt(password.as_bytes(), &salt);
            hash.map(|hash: PasswordHash| hash.to_string()).map_err(|_| PasswordError::Failed)
        })
        .await?
    }

    /// Whether `password` is the one that `stored` was made from. Without a stored one (nobody of that name) the
    /// same work is done for nothing, so that time tells no more than the words do.
    pub async fn verify(&self, password: String, stored: Option<String>) -> Result<bool, PasswordError> {
        self.run(move || {
            let known = stored.is_some();
            let hash = stored.unwrap_or_else(nobodys_hash);
            let same = PasswordHash::new(&hash)
                .is_ok_and(|hash| argon2().verify_password(password.as_bytes(), &hash).is_ok());
            known && same
        })
        .await
    }

    /// Runs `work` on a thread of its own when it is its turn. A caller that goes away frees its place in the
    /// queue at once, and a worker only when the work is done.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, PasswordError> {
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| PasswordError::Busy)?;
        let worker: OwnedSemaphorePermit =
            Arc::clone(&self.workers).acquire_owned().await.map_err(|_| PasswordError::Busy)?;
        let task = tokio::task::spawn_blocking(move || {
            let _held = (place, worker);
            work()
        });
        task.await.map_err(|_| PasswordError::Failed)
    }
}

impl Default for Passwords {
    fn default() -> Self {
        Self::new()
    }
}

fn argon2() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, Some(32)).expect("these parameters are in range");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// A well-formed hash with today's parameters that no password is known to have.
fn nobodys_hash() -> String {
    let (salt, output) = ("A".repeat(22), "A".repeat(43));
    format!("$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}${salt}${output}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "three geese over Lake Biwa";

    #[tokio::test]
    async fn a_password_is_known_again_and_another_is_not() {
        let pool = Passwords::new();
        let stored = pool.hash_new(GOOD.into(), vec!["anna".into()], [1; 16]).await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert_eq!(pool.verify(GOOD.into(), Some(stored.clone())).await, Ok(true));
        assert_eq!(pool.verify("another".into(), Some(stored)).await, Ok(false));
    }

    #[tokio::test]
    async fn nobody_has_no_password_but_costs_the_same_work() {
        let pool = Passwords::new();
        assert_eq!(pool.verify(GOOD.into(), None).await, Ok(false));
        let dummy = nobodys_hash();
        let hash = PasswordHash::new(&dummy).unwrap();
        assert_eq!(Params::try_from(&hash).unwrap(), argon2().params().clone());
    }

    #[tokio::test]
    async fn weak_passwords_are_refused_the_owners_name_among_them() {
        let pool = Passwords::new();
        for weak in ["password1", "12345678", "annalena1984", "short", &"x".repeat(300)] {
            let answer = pool.hash_new(weak.into(), vec!["AnnaLena".into()], [1; 16]).await;
            assert_eq!(answer, Err(PasswordError::Weak), "{weak}");
        }
    }

    #[tokio::test]
    async fn a_full_queue_says_so_at_once() {
        let pool = Passwords::with_workers(1, 1);
        let (first, second, third) = tokio::join!(
            pool.verify(GOOD.into(), None),
            pool.verify(GOOD.into(), None),
            pool.verify(GOOD.into(), None)
        );
        assert_eq!((first, second, third), (Ok(false), Ok(false), Err(PasswordError::Busy)));
        assert_eq!(pool.verify(GOOD.into(), None).await, Ok(false));
    }
}
