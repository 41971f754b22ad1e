//! Home comes in a file of its own: in a release the program is cut in two here (`xtask/src/client/split.rs`), so that
//! the first screen need not wait for what only somebody signed in sees.

use std::time::Duration;

use futures::FutureExt;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::components::kit::{Button, ButtonKind, Spinner};
use crate::i18n::use_texts;
use crate::services::ThisDevice;
use part::{fetch, home};

/// Whether Home can be shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Arrival {
    Awaited,
    Here,
    Failed,
}

/// Home, as soon as it is here.
#[component]
pub fn Desk() -> impl IntoView {
    let texts = use_texts();
    let device = expect_context::<ThisDevice>();
    let arrival = RwSignal::new(Arrival::Awaited);
    spawn_local(async move {
        let here = fetch().await.is_ok();
        arrival.try_set(if here { Arrival::Here } else { Arrival::Failed });
    });
    move || {
        match arrival.get() {
        Arrival::Awaited => view! {
            <main class="nothing arriving">
                <Spinner/>
                <p class="lead" role="status">{texts.app_arriving()}</p>
            </main>
        }
        .into_any(),
        // made at once, below whoever shows it
        Arrival::Here => home().now_or_never().and_then(Result::ok).into_any(),
        // Loading the page anew helps in each case, also when the server has another build by now.
        Arrival::Failed => view! {
            <main class="nothing arriving">
                <div role="alert">
                    <p class="nothing-title">{texts.app_not_here_title()}</p>
                    <p class="lead">{texts.app_not_here_text()}</p>
                </div>
                <Button kind=ButtonKind::Primary on_press=move |()| device.reload()>{texts.action_retry()}</Button>
            </main>
        }
        .into_any(),
    }
    }
}

/// Fetches it while somebody reads the first screen. What fails now is tried again when it is needed.
pub fn fetch_soon() {
    // after the frame that shows it, so that it takes nothing from that
    request_animation_frame(|| set_timeout(|| spawn_local(fetch().map(drop)), Duration::ZERO));
}

/// In a release, Home is what only this function leads to.
#[cfg(not(debug_assertions))]
mod part {
    use leptos::prelude::*;
    use leptos::wasm_split::{SplitLoaderError, wasm_split};

    use crate::pages::home::Home;

    #[wasm_split(desk, wasm_split_path = ::leptos::wasm_split, fallible, preload(fetch))]
    pub fn home() -> Result<AnyView, SplitLoaderError> {
        Ok(view! { <Home/> }.into_any())
    }
}

/// Else the program is one.
#[cfg(debug_assertions)]
mod part {
    use std::convert::Infallible;
    use std::future::{Ready, ready};

    use leptos::prelude::*;

    use crate::pages::home::Home;

    pub fn home() -> Ready<Result<AnyView, Infallible>> {
        ready(Ok(view! { <Home/> }.into_any()))
    }

    pub fn fetch() -> Ready<Result<(), Infallible>> {
        ready(Ok(()))
    }
}
