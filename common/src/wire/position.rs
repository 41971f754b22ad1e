//! The position: up to where a device knows everything that happened to its account.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The life of a store between restores; another epoch means that numbers and positions may have been given twice.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Epoch(pub u64);

/// A device's place in the stream of changes. Opaque to clients, which keep it as text; made by the server.
///
/// A plain position says "I have every change up to `at`". While slices are handed out, newest first, it says "I have
/// every change up to `at` except those in (`from`, `below`]".
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Position {
    /// The life of the store that gave it.
    pub epoch: Epoch,
    /// Up to where changes are known.
    pub at: u64,
    /// The part still missing, while slices are being handed out: (from, below].
    pub missing: Option<(u64, u64)>,
}

impl Position {
    /// A position that knows everything up to `at`.
    pub fn complete(epoch: Epoch, at: u64) -> Self {
        Self { epoch, at, missing: None }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}-{:x}", self.epoch.0, self.at)?;
        match self.missing {
            Some((from, below)) => write!(f, "-{from:x}-{below:x}"),
            None => Ok(()),
        }
    }
}

/// The text is no position of ours.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("not a position")]
pub struct NoPosition;

impl FromStr for Position {
    type Err = NoPosition;

    fn from_str(text: &str) -> Result<Self, NoPosition> {
        let numbers: Vec<u64> = text
            .split('-')
            .map(|part| u64::from_str_radix(part, 16).map_err(|_| NoPosition))
            .collect::<Result<_, _>>()?;
        match numbers[..] {
            [epoch, at] => Ok(Self::complete(Epoch(epoch), at)),
            [epoch, at, from, below] if from < below && below <= at => {
                Ok(Self { epoch: Epoch(epoch), at, missing: Some((from, below)) })
            }
            _ => Err(NoPosition),
        }
    }
}

impl Serialize for Position {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Position {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_survives_being_text() {
        for position in [
            Position::complete(Epoch(u64::MAX), 0),
            Position { epoch: Epoch(7), at: 90, missing: Some((10, 40)) },
        ] {
            assert_eq!(position.to_string().parse(), Ok(position));
        }
        for bad in ["", "-", "1", "1-2-3", "1-2-5-4", "1-2-0-3", "x-1", "1-2-3-4-5"] {
            assert_eq!(bad.parse::<Position>(), Err(NoPosition), "{bad}");
        }
    }
}
