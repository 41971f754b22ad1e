//! Something that takes time, begun by a view, and what came of it.

use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use leptos::prelude::*;
use leptos::task::spawn_local;

/// As Leptos' own `Action`, with as much of it as is needed here: 7 kB less to download.
pub struct Errand<I: 'static, O: 'static> {
    run: StoredValue<Run<I, O>, LocalStorage>,
    /// How often it was begun: only what came of the last time counts.
    begun: StoredValue<u32>,
    outcome: RwSignal<Option<O>>,
    busy: RwSignal<bool>,
}

type Run<I, O> = Rc<dyn Fn(&I) -> Pin<Box<dyn Future<Output = O>>>>;

impl<I, O> Clone for Errand<I, O> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<I, O> Copy for Errand<I, O> {}

impl<I, O: Send + Sync> Errand<I, O> {
    /// An errand that nobody has begun.
    pub fn new<Fut: Future<Output = O> + 'static>(run: impl Fn(&I) -> Fut + 'static) -> Self {
        let run: Run<I, O> = Rc::new(move |input| Box::pin(run(input)));
        Self {
            run: StoredValue::new_local(run),
            begun: StoredValue::new(0),
            outcome: RwSignal::new(None),
            busy: RwSignal::new(false),
        }
    }

    /// Begins it, also where it goes on already.
    pub fn begin(self, input: I) {
        let work = self.run.with_value(|run| run(&input));
        self.begun.update_value(|begun| *begun += 1);
        let number = self.begun.get_value();
        self.busy.set(true);
        spawn_local(async move {
            let outcome = work.await;
            // the view may be gone by now, or has begun it again
            if self.begun.try_get_value() == Some(number) {
                self.busy.set(false);
                self.outcome.set(Some(outcome));
            }
        });
    }

    /// What came of it the last time; `None` before.
    pub fn outcome(self) -> ReadSignal<Option<O>> {
        self.outcome.read_only()
    }

    /// Whether it goes on.
    pub fn busy(self) -> ReadSignal<bool> {
        self.busy.read_only()
    }
}
