//! The list of what this browser's notifications show.

use js_sys::{Array, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web_sys::Notification;

use crate::services::updates;

/// Chromium forgets what is just being shown when somebody asks for the list: one at a time, here and in the service worker
/// (`public/notifications`).
const LOCK: &str = "notifications";

#[wasm_bindgen]
extern "C" {
    /// What `web-sys` marks unstable: Web Locks.
    type Locks;

    /// What the work answers, which is done with the lock.
    #[wasm_bindgen(method, catch)]
    fn request(this: &Locks, name: &str, work: &JsValue) -> Result<Promise, JsValue>;
}

/// Closes those that are over, by what is known once it is known what is shown: so that nothing is taken for over because it
/// came meanwhile. Nothing takes their place between looking and closing: in Chromium that would be closed with them.
pub(super) async fn close_those<IsOver>(knowing: impl Future<Output = IsOver> + 'static)
where
    IsOver: Fn(&Notification) -> bool,
{
    let closing = async {
        let registration = updates::registration().await?;
        let locks = Reflect::get(&web_sys::window()?.navigator(), &"locks".into()).ok()?;
        let close = Closure::once_into_js(move |_lock: JsValue| {
            future_to_promise(async move {
                let shown: Array = JsFuture::from(registration.get_notifications()?).await?.unchecked_into();
                let is_over = knowing.await;
                let shown = shown.iter().map(JsCast::unchecked_into::<Notification>);
                shown.filter(is_over).for_each(|notification| notification.close());
                Ok(JsValue::UNDEFINED)
            })
        });
        locks.dyn_ref::<Object>()?.unchecked_ref::<Locks>().request(LOCK, &close).ok()
    };
    if let Some(closing) = closing.await {
        // what cannot be listed stays
        drop(JsFuture::from(closing).await);
    }
}
