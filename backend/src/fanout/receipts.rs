//! Receipts of large groups: gathered, and told at most once a second, to those only who have the group open
//! (docs/protocol.md, "Catching up"). Whoever opens it later is told all of them then.

use std::collections::HashMap;

use common::id::{ConversationId, UserId};
use common::model::Receipt;
use common::wire::ServerWords;

use super::frame::Encoded;
use super::hub::Hub;
use super::listener::Attention;
use crate::chat::Audience;

/// What waits to be told.
#[derive(Debug, Default)]
pub struct Gathered(HashMap<ConversationId, Waiting>);

#[derive(Debug)]
struct Waiting {
    receipts: HashMap<UserId, Receipt>,
    /// Who may hear of it, as of the newest commit that moved one.
    to: Audience,
}

impl Gathered {
    /// One more; a newer one of the same person takes its place.
    pub fn add(&mut self, conversation: ConversationId, receipt: Receipt, to: Audience) {
        let waiting = self
            .0
            .entry(conversation)
            .or_insert_with(|| Waiting { receipts: HashMap::new(), to: to.clone() });
        waiting.receipts.insert(receipt.user_id.clone(), receipt);
        waiting.to = match to {
            // whoever moved last hears of the others, too
            Audience::But(all, _) => Audience::Many(all),
            to => to,
        };
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Tells what waits. Besides every second this is due before a removal is told, while the audience still is right.
    pub fn tell(&mut self, hub: &Hub) {
        for (conversation, waiting) in self.0.drain() {
            let receipts = waiting.receipts.into_values().collect();
            let words = ServerWords::Receipts { conversation_id: conversation, receipts };
            let mut frame = Encoded::new(words);
            hub.each(waiting.to.accounts(), |listener| {
                if listener.attention() == Attention::Here(Some(conversation)) {
                    listener.mention(&mut frame, true);
                }
            });
        }
    }
}
