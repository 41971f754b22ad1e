//! A labelled line to type into, with a hint, and an error in its place.

use leptos::prelude::*;

/// A labelled line. The hint's place is kept for the error, so that nothing moves.
#[component]
pub fn Field(
    /// Unique in the page; the label and the hint hang on it.
    id: &'static str,
    /// What is typed here.
    #[prop(into)]
    label: String,
    /// The text.
    value: RwSignal<String>,
    /// What is wrong with it; taken back when the text changes.
    #[prop(optional)]
    error: Option<RwSignal<Option<String>>>,
    /// Good to know.
    #[prop(optional, into)]
    hint: Option<String>,
    /// An example.
    #[prop(optional, into)]
    placeholder: Option<String>,
    /// For the browser's memory: `username`, `current-password` and the like.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// A name: no capitals or corrections by the keyboard.
    #[prop(optional)]
    verbatim: bool,
    /// Whether the cursor starts here.
    #[prop(optional)]
    autofocus: bool,
    /// Whether it is only shown.
    #[prop(optional)]
    readonly: bool,
    /// The kind of input: `text`, `password`.
    #[prop(default = Signal::stored("text"), into)]
    kind: Signal<&'static str>,
    /// Something at the end of the line.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let wrong = move || error.and_then(|error| error.get());
    let note_id = format!("{id}-note");
    let described = note_id.clone();
    let has_note = hint.is_some() || error.is_some();
    let note = move || wrong().or_else(|| hint.clone());
    let input = move |event| {
        value.set(event_target_value(&event));
        if let Some(error) = error
            && error.with_untracked(Option::is_some)
        {
            error.set(None);
        }
    };
    view! {
        <div class="field" class:field-wrong=move || error.is_some_and(|error| error.with(Option::is_some))>
            <label for=id>{label}</label>
            <div class="field-line">
                <input
                    id=id
                    name=id
                    type=move || kind.get()
                    prop:value=move || value.get()
                    placeholder=placeholder
                    autocomplete=autocomplete
                    autocapitalize=verbatim.then_some("none")
                    spellcheck=verbatim.then_some("false")
                    autofocus=autofocus
                    readonly=readonly
                    aria-invalid=move || error.is_some_and(|error| error.with(Option::is_some)).then_some("true")
                    aria-describedby=has_note.then_some(described)
                    on:input=input
                />
                {children.map(|children| children())}
            </div>
            {has_note.then(|| view! { <p class="field-note" id=note_id aria-live="polite">{note}</p> })}
        </div>
    }
    .into_any()
}
