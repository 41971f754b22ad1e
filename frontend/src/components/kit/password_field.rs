//! A password, hidden unless one wants to see it.

use leptos::prelude::*;

use crate::components::kit::{Field, Glyph, Icon};

/// A password, with a button that shows it.
#[component]
pub fn PasswordField(
    /// Unique in the page.
    id: &'static str,
    /// What is typed here.
    #[prop(into)]
    label: String,
    /// The password.
    value: RwSignal<String>,
    /// What is wrong with it.
    error: RwSignal<Option<String>>,
    /// Good to know.
    #[prop(optional, into)]
    hint: Option<String>,
    /// `new-password` or `current-password`.
    autocomplete: &'static str,
    /// The words of the button, when the password is hidden.
    #[prop(into)]
    show: String,
    /// The words of the button, when it is seen.
    #[prop(into)]
    hide: String,
    /// Whether the cursor starts here.
    #[prop(optional)]
    autofocus: bool,
) -> impl IntoView {
    let seen = RwSignal::new(false);
    let kind = Signal::derive(move || if seen.get() { "text" } else { "password" });
    let words = move || if seen.get() { hide.clone() } else { show.clone() };
    view! {
        <Field id label value error hint=hint.unwrap_or_default() autocomplete verbatim=true autofocus kind>
            <button
                type="button"
                class="icon-button field-eye"
                aria-label=words
                aria-pressed=move || seen.get().to_string()
                on:click=move |_| seen.update(|seen| *seen = !*seen)
            >
                {move || {
                    let icon = if seen.get() { Icon::EyeOff } else { Icon::Eye };
                    view! { <Glyph icon=icon/> }
                }}
            </button>
        </Field>
    }
}
