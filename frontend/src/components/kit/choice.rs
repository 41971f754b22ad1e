//! One of a few.

use leptos::prelude::*;

/// A group of radio buttons, drawn as rows. Each option: its value, and its words.
#[component]
pub fn Choice<T>(
    /// Unique in the page.
    name: &'static str,
    /// What is chosen.
    #[prop(into)]
    legend: String,
    /// What there is to choose from.
    options: Vec<(T, String)>,
    /// What is chosen now.
    #[prop(into)]
    chosen: Signal<T>,
    /// Takes the choice.
    #[prop(into)]
    on_choose: Callback<T>,
) -> impl IntoView
where
    T: Copy + PartialEq + Send + Sync + 'static,
{
    let rows = options
        .into_iter()
        .enumerate()
        .map(|(place, (value, words))| {
            let id = format!("{name}-{place}");
            let label_for = id.clone();
            view! {
                <label class="choice-row" for=label_for>
                    <input
                        type="radio"
                        id=id
                        name=name
                        prop:checked=move || chosen.get() == value
                        on:change=move |_| on_choose.run(value)
                    />
                    <span>{words}</span>
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset class="choice">
            <legend>{legend}</legend>
            <div class="choice-rows">{rows}</div>
        </fieldset>
    }
    .into_any()
}
