//! Buttons.

use leptos::prelude::*;

use crate::components::kit::{Glyph, Icon, Spinner};

/// How much a button asks for.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum ButtonKind {
    /// The one thing to do here: in seal colour.
    Primary,
    /// Anything else.
    #[default]
    Plain,
    /// Beside others, without a border.
    Quiet,
    /// Something that cannot be undone.
    Grave,
}

impl ButtonKind {
    fn class(self) -> &'static str {
        match self {
            Self::Primary => "button button-primary",
            Self::Plain => "button",
            Self::Quiet => "button button-quiet",
            Self::Grave => "button button-grave",
        }
    }
}

/// A button with words. While `busy` it keeps its size and focus, shows a spinner, and does nothing.
#[component]
pub fn Button(
    /// How much it asks for.
    #[prop(optional, into)]
    kind: Signal<ButtonKind>,
    /// Whether it sends the form it is in.
    #[prop(optional)]
    submit: bool,
    /// Whether what it started is still going on.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// Whether it can be pressed.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Whether the focus starts here.
    #[prop(optional)]
    autofocus: bool,
    /// What it does.
    #[prop(optional, into)]
    on_press: Option<Callback<()>>,
    /// Its words.
    children: Children,
) -> impl IntoView {
    let press = move |event: leptos::ev::MouseEvent| match on_press {
        _ if busy.get_untracked() => event.prevent_default(),
        Some(on_press) => on_press.run(()),
        None => {}
    };
    let kind_of_button = if submit { "submit" } else { "button" };
    view! {
        <button
            class=move || kind.get().class()
            type=kind_of_button
            disabled=disabled
            autofocus=autofocus
            aria-busy=move || busy.get().then_some("true")
            on:click=press
        >
            <span class="button-words">{children()}</span>
            {move || busy.get().then(|| view! { <Spinner/> })}
        </button>
    }
    .into_any()
}

/// A button with a drawing only; its label is for those who hear it, and for the pointer that rests on it.
#[component]
pub fn IconButton(
    /// The drawing.
    icon: Icon,
    /// What it does, in words.
    #[prop(into)]
    label: String,
    /// What it does.
    #[prop(into)]
    on_press: Callback<()>,
    /// More classes.
    #[prop(optional)]
    class: &'static str,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class=format!("icon-button {class}")
            aria-label=label.clone()
            title=label
            on:click=move |_| on_press.run(())
        >
            <Glyph icon=icon/>
        </button>
    }
    .into_any()
}
