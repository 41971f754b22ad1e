//! A line to type into, and what it finds below it.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use crate::components::kit::{Avatar, AvatarKind, Glyph, Icon, Spinner, effect};
use crate::components::party::use_parties;
use crate::components::people::candidate::Candidate;
use crate::components::people::lookup::{Found, Lookup};
use crate::i18n::use_texts;
use crate::services::ApiTrouble;

/// Finds something by name. Arrow keys choose, Enter takes it.
#[component]
pub fn Finder(
    /// Unique in the page.
    id: &'static str,
    /// What is typed here.
    #[prop(into)]
    label: String,
    /// An example.
    #[prop(into)]
    placeholder: String,
    /// The look-up.
    lookup: Lookup,
    /// What is offered.
    #[prop(into)]
    offered: Signal<Vec<Candidate>>,
    /// Takes one.
    #[prop(into)]
    on_pick: Callback<Candidate>,
    /// Whether the cursor starts here.
    #[prop(optional)]
    autofocus: bool,
) -> impl IntoView {
    let texts = use_texts();
    let chosen = RwSignal::new(0_usize);
    let query = lookup.query;
    effect(move || {
        query.track();
        chosen.set(0);
    });
    let pick = move |at: usize| {
        let candidate = offered.with_untracked(|offered| offered.get(at).cloned());
        if let Some(candidate) = candidate {
            on_pick.run(candidate);
        }
    };
    let key_down = move |event: KeyboardEvent| {
        let count = offered.with_untracked(Vec::len);
        match event.key().as_str() {
            "ArrowDown" if count > 0 => chosen.update(|at| *at = (*at + 1) % count),
            "ArrowUp" if count > 0 => chosen.update(|at| *at = (*at + count - 1) % count),
            "Enter" if !event.is_composing() && event.key_code() != 229 => pick(chosen.get_untracked()),
            _ => return,
        }
        event.prevent_default();
    };
    let note = move || match lookup.found.get() {
        Found::Looking => view! { <Spinner/>{texts.new_looking()} }.into_any(),
        Found::Failed(ApiTrouble::NoConnection) => texts.new_offline().into_any(),
        Found::Failed(trouble) => texts.api_trouble(&trouble).into_any(),
        Found::TooShort if offered.with(Vec::is_empty) => texts.new_search_hint().into_any(),
        Found::People(_) if offered.with(Vec::is_empty) => {
            let nobody = query.with(|query| texts.new_none(query.trim()));
            format!("{nobody} {}", texts.new_none_hint()).into_any()
        }
        Found::TooShort | Found::People(_) => ().into_any(),
    };
    let options = move || {
        let options = offered.get().into_iter().enumerate();
        options.map(|(at, candidate)| view! { <Option id at candidate chosen on_pick/> }).collect_view()
    };
    view! {
        <div class="finder">
            <div class="finder-line">
                <Glyph icon=Icon::Search/>
                <input
                    id=id
                    type="text"
                    role="combobox"
                    autocomplete="off"
                    autocapitalize="none"
                    spellcheck="false"
                    autofocus=autofocus
                    aria-label=label.clone()
                    aria-expanded=move || offered.with(|offered| !offered.is_empty()).to_string()
                    aria-controls=format!("{id}-options")
                    aria-autocomplete="list"
                    aria-activedescendant=move || {
                        offered.with(|offered| !offered.is_empty()).then(|| format!("{id}-option-{}", chosen.get()))
                    }
                    placeholder=placeholder
                    prop:value=move || query.get()
                    on:input=move |event| query.set(event_target_value(&event))
                    on:keydown=key_down
                />
            </div>
            <ul class="finder-options" role="listbox" id=format!("{id}-options") aria-label=label>{options}</ul>
            <p class="finder-note lead" role="status">{note}</p>
        </div>
    }
    .into_any()
}

/// One thing found.
#[component]
fn Option(
    id: &'static str,
    at: usize,
    candidate: Candidate,
    chosen: RwSignal<usize>,
    on_pick: Callback<Candidate>,
) -> impl IntoView {
    let texts = use_texts();
    let parties = use_parties();
    let (name, second, hue, kind) = match &candidate {
        Candidate::Conversation { key, title } => {
            let party = parties.at(key);
            let second = party.person().map(|person| format!("@{person}"));
            (title.clone(), second, party.hue_id(), party.avatar())
        }
        Candidate::Person(profile) => {
            let second = Some(format!("@{}", profile.user_id));
            (profile.display_name.clone(), second, profile.user_id.folded(), AvatarKind::Person)
        }
        Candidate::Exact(user) => (texts.new_write_to(&user.0), None, user.folded(), AvatarKind::Person),
    };
    let letter = match &candidate {
        Candidate::Exact(user) => user.0.clone(),
        Candidate::Conversation { .. } | Candidate::Person(_) => name.clone(),
    };
    view! {
        <li
            class="finder-option"
            role="option"
            id=format!("{id}-option-{at}")
            aria-selected=move || (chosen.get() == at).to_string()
            on:mousemove=move |_| {
                if chosen.get_untracked() != at {
                    chosen.set(at);
                }
            }
            on:click=move |_| on_pick.run(candidate.clone())
        >
            <Avatar id=hue name=letter kind/>
            <span class="name" dir="auto">{name}</span>
            {second.map(|second| view! { <span class="finder-second name">{second}</span> })}
        </li>
    }
    .into_any()
}
