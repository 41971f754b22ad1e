//! A frame is serialised once and shared by all who hear it.

use bytes::Bytes;
use common::wire::{ServerFrame, ServerWords};

/// An encoded frame: the JSON text that goes over the wire.
pub type Frame = Bytes;

/// Encodes words that answer nothing.
pub fn encode(words: ServerWords) -> Frame {
    encode_reply(words, None)
}

/// Encodes the answer to the frame with this id.
pub fn encode_reply(words: ServerWords, reply_to: Option<String>) -> Frame {
    let frame = ServerFrame { reply_to, words };
    Bytes::from(serde_json::to_vec(&frame).expect("words of the wire are plain data"))
}

/// Words that are encoded when the first one is there to hear them, and then shared.
#[derive(Debug)]
pub struct Encoded {
    words: Option<ServerWords>,
    frame: Frame,
}

impl Encoded {
    /// Not encoded yet.
    pub fn new(words: ServerWords) -> Self {
        Self { words: Some(words), frame: Frame::new() }
    }

    /// The frame.
    pub fn get(&mut self) -> &Frame {
        if let Some(words) = self.words.take() {
            self.frame = encode(words);
        }
        &self.frame
    }
}

impl From<Frame> for Encoded {
    fn from(frame: Frame) -> Self {
        Self { words: None, frame }
    }
}
