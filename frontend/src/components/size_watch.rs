//! Tells when an element has another size.

use leptos::html::ElementType;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, ResizeObserver};

/// Calls `on_change` when the element is there, and whenever its size changes.
pub fn watch_size<E>(element: NodeRef<E>, on_change: impl Fn() + 'static)
where
    E: ElementType + 'static,
    E::Output: AsRef<Element> + Clone + JsCast + 'static,
{
    let callback = Closure::<dyn Fn()>::new(on_change);
    let Ok(observer) = ResizeObserver::new(callback.as_ref().unchecked_ref()) else { return };
    let observed = StoredValue::new_local((observer, callback));
    element.on_load(move |element| {
        observed.try_with_value(|(observer, _)| observer.observe(element.as_ref()));
    });
    on_cleanup(move || {
        observed.try_with_value(|(observer, _)| observer.disconnect());
    });
}
