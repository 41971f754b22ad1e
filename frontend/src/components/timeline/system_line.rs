//! Something that happened to the conversation, in words.

use leptos::prelude::*;

use crate::components::party::use_parties;
use crate::i18n::{Cast, use_clock, use_texts};
use crate::stores::SessionStore;
use crate::stores::timeline::SystemRow;

/// A centred sentence.
#[component]
pub fn SystemLine(
    /// What happened.
    system: SystemRow,
) -> impl IntoView {
    let texts = use_texts();
    let parties = use_parties();
    let session = expect_context::<SessionStore>();
    let exact = use_clock().exact(system.entry.timestamp);
    let words = move || match &system.event {
        None => texts.system_unknown().to_owned(),
        Some(event) => {
            let name = |user: &_| (!session.is_me(user)).then(|| parties.name(user));
            texts.event(event, &Cast { name: &name, actor: &system.entry.from })
        }
    };
    view! { <li class="row row-system"><span title=exact>{words}</span></li> }
}
