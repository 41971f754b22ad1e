//! Choosing several people by name.

use common::id::UserId;
use common::model::Profile;
use leptos::prelude::*;

use crate::components::kit::{Glyph, Icon, Rows};
use crate::components::people::candidate::{Candidate, candidates};
use crate::components::people::finder::Finder;
use crate::components::people::lookup::use_lookup;
use crate::i18n::use_texts;
use crate::stores::SessionStore;

/// Those chosen, each with a way to take them back, and a line to find more.
#[component]
pub fn Picker(
    /// Those chosen.
    chosen: RwSignal<Vec<Profile>>,
    /// Those who are in already.
    #[prop(optional, into)]
    already: Signal<Vec<UserId>>,
    /// Whether the cursor starts here.
    #[prop(optional)]
    autofocus: bool,
) -> impl IntoView {
    let texts = use_texts();
    let session = expect_context::<SessionStore>();
    let lookup = use_lookup();
    let offered = Signal::derive(move || {
        let mut people = lookup.people();
        people.retain(|person| {
            let same = |user: &UserId| user.folded() == person.user_id.folded();
            !session.is_me(&person.user_id)
                && !already.with(|already| already.iter().any(same))
                && !chosen.with(|chosen| chosen.iter().any(|chosen| same(&chosen.user_id)))
        });
        candidates(&lookup.query.get(), Vec::new(), &people, false)
    });
    let pick = move |candidate: Candidate| {
        if let Candidate::Person(profile) = candidate {
            chosen.update(|chosen| chosen.push(profile));
            lookup.query.set(String::new());
        }
    };
    let chip = move |person: Profile| {
        let label = texts.group_remove_person(&person.display_name);
        let user = person.user_id.clone();
        let remove = move |_| chosen.update(|chosen| chosen.retain(|other| other.user_id != user));
        view! {
            <li class="chip">
                <span class="name" dir="auto">{person.display_name}</span>
                <button type="button" class="chip-remove" aria-label=label.clone() title=label on:click=remove>
                    <Glyph icon=Icon::Close/>
                </button>
            </li>
        }
    };
    view! {
        <ul class="chips" aria-label=texts.group_people()>
            <Rows each=move || chosen.get() key=|person| person.user_id.folded() children=chip/>
        </ul>
        <Finder
            id="people" label=texts.group_people() placeholder=texts.new_search() lookup offered on_pick=pick autofocus
        />
    }
    .into_any()
}
