//! The channel between the tabs of one account, and the intents that wait for an answer.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use futures::channel::oneshot;
use wasm_bindgen::prelude::*;
use web_sys::{BroadcastChannel, MessageEvent};

use super::intent::{Answer, Intent, TabId, TabMessage};

/// An intent without an answer is asked again this often, milliseconds.
pub(super) const ASK_AGAIN_EVERY_MS: u32 = 1_000;

/// The channel, as seen from one tab.
pub(super) struct Tabs {
    me: TabId,
    /// Absent where the browser has none: then every tab is alone.
    channel: Option<BroadcastChannel>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    last_number: Cell<u64>,
    waiting: RefCell<BTreeMap<u64, (Intent, oneshot::Sender<Answer>)>>,
}

impl Tabs {
    /// Joins the channel of an account. What other tabs say goes to `on_message`; one's own words do not.
    pub(super) fn join(name: &str, me: TabId, on_message: impl Fn(TabMessage) + 'static) -> Self {
        let channel = BroadcastChannel::new(name).ok();
        let on_message = Closure::new(move |event: MessageEvent| {
            if let Some(message) = event.data().as_string().and_then(|text| TabMessage::decode(&text)) {
                on_message(message);
            }
        });
        if let Some(channel) = &channel {
            channel.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        }
        Self {
            me,
            channel,
            _on_message: on_message,
            last_number: Cell::new(0),
            waiting: RefCell::new(BTreeMap::new()),
        }
    }

    /// Says something to all other tabs.
    pub(super) fn post(&self, message: &TabMessage) {
        if let Some(channel) = &self.channel {
            // fails only once the channel is closed, and then nobody listens
            let _ = channel.post_message(&JsValue::from_str(&message.encode()));
        }
    }

    /// Asks the leading tab for something; asked again until there is an answer, or until this tab leads itself.
    pub(super) fn ask(&self, intent: Intent) -> oneshot::Receiver<Answer> {
        let number = self.last_number.get() + 1;
        self.last_number.set(number);
        self.post(&TabMessage::Ask { from: self.me, number, intent: intent.clone() });
        let (sender, receiver) = oneshot::channel();
        self.waiting.borrow_mut().insert(number, (intent, sender));
        receiver
    }

    /// The leading tab answered.
    pub(super) fn answered(&self, number: u64, answer: Answer) {
        if let Some((_, sender)) = self.waiting.borrow_mut().remove(&number) {
            // whoever asked may have given up
            let _ = sender.send(answer);
        }
    }

    /// Asks again what has no answer yet: another tab leads now, or the leading one was asleep.
    pub(super) fn ask_again(&self) {
        for (number, (intent, sender)) in &*self.waiting.borrow() {
            if !sender.is_canceled() {
                self.post(&TabMessage::Ask { from: self.me, number: *number, intent: intent.clone() });
            }
        }
    }

    /// Forgets what nobody waits for any more. True when something is still without an answer.
    pub(super) fn still_waiting(&self) -> bool {
        let mut waiting = self.waiting.borrow_mut();
        waiting.retain(|_, (_, sender)| !sender.is_canceled());
        !waiting.is_empty()
    }

    /// Hands out what has no answer yet, in order: this tab leads now.
    pub(super) fn take_waiting(&self) -> Vec<(Intent, oneshot::Sender<Answer>)> {
        std::mem::take(&mut *self.waiting.borrow_mut()).into_values().collect()
    }

    /// Leaves the channel.
    pub(super) fn leave(&self) {
        if let Some(channel) = &self.channel {
            channel.set_onmessage(None);
            channel.close();
        }
        self.waiting.borrow_mut().clear();
    }
}
