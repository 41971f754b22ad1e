//! A verb of the services that needs the server, as a button or a form needs it: whether it goes on, and what went wrong.

use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::i18n::{Texts, use_texts};
use crate::services::ApiTrouble;

/// A verb that takes time.
pub struct Verb<I: 'static> {
    run: StoredValue<Run<I>, LocalStorage>,
    attempt: Attempt,
    /// Whether it goes on.
    pub busy: Signal<bool>,
    /// What went wrong the last time, in words.
    pub error: Signal<Option<String>>,
}

type Run<I> = Rc<dyn Fn(&I) -> Work>;
/// All verbs are followed by the same code, whatever they do: hence the boxes.
type Work = Pin<Box<dyn Future<Output = Result<(), ApiTrouble>>>>;

impl<I> Clone for Verb<I> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<I> Copy for Verb<I> {}

impl<I> Verb<I> {
    /// Starts it, unless it is going on.
    pub fn start(self, input: I) {
        if !self.busy.get_untracked() {
            self.attempt.follow(self.run.with_value(|run| run(&input)));
        }
    }
}

#[derive(Clone, Copy)]
struct Attempt {
    busy: RwSignal<bool>,
    error: RwSignal<Option<String>>,
    on_done: StoredValue<Rc<dyn Fn()>, LocalStorage>,
    texts: Texts,
}

impl Attempt {
    fn follow(self, work: Work) {
        self.busy.set(true);
        self.error.set(None);
        spawn_local(async move {
            let outcome = work.await;
            // the view may be gone by now, and nobody left to be told
            let Some(on_done) = self.on_done.try_get_value() else { return };
            self.busy.set(false);
            match outcome {
                Ok(()) => on_done(),
                Err(trouble) => self.error.set(Some(self.texts.api_trouble(&trouble))),
            }
        });
    }
}

/// Makes a verb of a view; `on_done` runs when it has been done.
pub fn use_verb<I, F, Fut>(run: F, on_done: impl Fn() + 'static) -> Verb<I>
where
    F: Fn(&I) -> Fut + 'static,
    Fut: Future<Output = Result<(), ApiTrouble>> + 'static,
{
    let run: Run<I> = Rc::new(move |input| Box::pin(run(input)));
    let on_done: Rc<dyn Fn()> = Rc::new(on_done);
    let attempt = Attempt {
        busy: RwSignal::new(false),
        error: RwSignal::new(None),
        on_done: StoredValue::new_local(on_done),
        texts: use_texts(),
    };
    Verb { run: StoredValue::new_local(run), attempt, busy: attempt.busy.into(), error: attempt.error.into() }
}
