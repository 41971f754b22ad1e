//! A verb of the services that needs the server, as a button or a form needs it: whether it goes on, and what went wrong.

use std::future::Future;

use leptos::prelude::*;

use crate::i18n::use_texts;
use crate::services::ApiTrouble;

/// A verb that takes time.
pub struct Verb<I: 'static> {
    action: Action<I, Result<(), ApiTrouble>>,
    /// Whether it goes on.
    pub busy: Signal<bool>,
    /// What went wrong the last time, in words.
    pub error: Signal<Option<String>>,
}

impl<I> Clone for Verb<I> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<I> Copy for Verb<I> {}

impl<I: Send + Sync> Verb<I> {
    /// Starts it, unless it is going on.
    pub fn start(self, input: I) {
        if !self.busy.get_untracked() {
            self.action.dispatch(input);
        }
    }
}

/// Makes a verb of a view; `on_done` runs when it has been done.
pub fn use_verb<I, F, Fut>(run: F, on_done: impl Fn() + 'static) -> Verb<I>
where
    I: Send + Sync + 'static,
    F: Fn(&I) -> Fut + 'static,
    Fut: Future<Output = Result<(), ApiTrouble>> + 'static,
{
    let texts = use_texts();
    let action = Action::new_local(run);
    let outcome = action.value();
    let pending = action.pending();
    Effect::new(move || {
        if matches!(*outcome.read(), Some(Ok(()))) {
            on_done();
        }
    });
    let error = Signal::derive(move || {
        outcome.with(|outcome| match outcome {
            Some(Err(trouble)) if !pending.get() => Some(texts.api_trouble(trouble)),
            _ => None,
        })
    });
    Verb { action, busy: Signal::derive(move || pending.get()), error }
}
