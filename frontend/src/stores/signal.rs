//! Signals that outlive the views which read them.

use std::ops::DerefMut;
use std::panic::Location;

use leptos::prelude::*;
use leptos::reactive::graph::{Observer, Source, ToAnySource};
use leptos::reactive::traits::{
    DefinedAt, IsDisposed, Notify, ReadUntracked, Track, UntrackableGuard, Write,
};

/// A signal of a store, to be used like an `RwSignal`.
///
/// A plain signal keeps on its list whoever has read it, also those that are long gone: somebody's profile would
/// remember every view that ever showed the name. This one forgets a reader when the reader's owner ends.
pub type StoreSignal<T> = Forgetful<RwSignal<T>>;

/// The same for where there is one for each of many things, to be used like an `ArcRwSignal`.
pub type ArcStoreSignal<T> = Forgetful<ArcRwSignal<T>>;

/// See [`StoreSignal`].
#[derive(Clone, Copy, Debug)]
pub struct Forgetful<S>(S);

impl<T: Send + Sync + 'static> StoreSignal<T> {
    /// A signal with its first value.
    pub fn new(value: T) -> Self {
        Self(RwSignal::new(value))
    }
}

impl<T> ArcStoreSignal<T> {
    /// A signal with its first value.
    pub fn new(value: T) -> Self {
        Self(ArcRwSignal::new(value))
    }
}

impl<S: Track + ToAnySource> Track for Forgetful<S> {
    fn track(&self) {
        self.0.track();
        if let Some(reader) = Observer::get() {
            let source = self.0.to_any_source();
            on_cleanup(move || source.remove_subscriber(&reader));
        }
    }
}

impl<S: DefinedAt> DefinedAt for Forgetful<S> {
    fn defined_at(&self) -> Option<&'static Location<'static>> {
        self.0.defined_at()
    }
}

impl<S: IsDisposed> IsDisposed for Forgetful<S> {
    fn is_disposed(&self) -> bool {
        self.0.is_disposed()
    }
}

impl<S: ReadUntracked> ReadUntracked for Forgetful<S> {
    type Value = S::Value;

    fn try_read_untracked(&self) -> Option<Self::Value> {
        self.0.try_read_untracked()
    }
}

impl<S: Notify> Notify for Forgetful<S> {
    fn notify(&self) {
        self.0.notify();
    }
}

impl<S: Write> Write for Forgetful<S> {
    type Value = S::Value;

    fn try_write(&self) -> Option<impl UntrackableGuard<Target = Self::Value>> {
        self.0.try_write()
    }

    fn try_write_untracked(&self) -> Option<impl DerefMut<Target = Self::Value>> {
        self.0.try_write_untracked()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Weak};

    use leptos::reactive::graph::{AnySource, AnySubscriber, ReactiveNode, Subscriber, WithObserver};

    use super::*;

    /// Reads, and counts by its weak references who remembers it.
    struct Reader;

    impl ReactiveNode for Reader {
        fn mark_dirty(&self) {}
        fn mark_check(&self) {}
        fn mark_subscribers_check(&self) {}
        fn update_if_necessary(&self) -> bool {
            false
        }
    }

    impl Subscriber for Reader {
        fn add_source(&self, _: AnySource) {}
        fn clear_sources(&self, _: &AnySubscriber) {}
    }

    /// Lets somebody read under an owner that ends. Answers how many remember the reader.
    fn remembered_after(read: impl FnOnce()) -> usize {
        let reader = Arc::new(Reader);
        let weak: Weak<Reader> = Arc::downgrade(&reader);
        let view = Owner::new();
        view.with(|| AnySubscriber(Arc::as_ptr(&reader) as usize, weak).with_observer(read));
        assert_ne!(Arc::weak_count(&reader), 0, "it reads");
        view.cleanup();
        Arc::weak_count(&reader)
    }

    #[test]
    fn a_reader_that_ended_is_forgotten() {
        let page = Owner::new();
        page.set();
        let one = StoreSignal::new(1);
        assert_eq!(remembered_after(|| one.track()), 0);
        let another = ArcStoreSignal::new(1);
        assert_eq!(remembered_after(|| another.track()), 0);
        let plain = RwSignal::new(1);
        assert_ne!(remembered_after(|| plain.track()), 0, "if this no longer holds, a plain signal will do");
    }

    #[test]
    fn a_reader_that_goes_on_hears_of_every_change() {
        let page = Owner::new();
        page.set();
        let signal = StoreSignal::new(1);
        let double = Memo::new(move |_| signal.get() * 2);
        for value in [2, 3, 4] {
            signal.set(value);
            assert_eq!(double.get_untracked(), value * 2);
        }
    }
}
