//! A person's letter on their hue, a group's on a square, or a note.

use leptos::prelude::*;

use crate::components::kit::{Glyph, Icon, hue_class};

/// What an avatar stands for.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum AvatarKind {
    /// One person: round.
    #[default]
    Person,
    /// A group: a square with round corners.
    Group,
    /// A note to oneself.
    Note,
}

impl AvatarKind {
    fn class(self) -> &'static str {
        match self {
            Self::Person => "avatar",
            Self::Group => "avatar avatar-group",
            Self::Note => "avatar avatar-note",
        }
    }
}

/// The avatar. Decoration: the name stands beside it.
#[component]
pub fn Avatar(
    /// The id that decides the hue.
    #[prop(into)]
    id: String,
    /// The name whose first letter is shown.
    #[prop(into)]
    name: Signal<String>,
    /// Whose.
    #[prop(optional)]
    kind: AvatarKind,
    /// Whether to show the dot of presence.
    #[prop(optional, into)]
    online: Signal<bool>,
) -> impl IntoView {
    let class = format!("{} {}", kind.class(), hue_class(&id));
    let letter = move || match kind {
        AvatarKind::Note => view! { <Glyph icon=Icon::Note/> }.into_any(),
        AvatarKind::Person | AvatarKind::Group => name.with(|name| initial(name)).into_any(),
    };
    view! {
        <span class=class aria-hidden="true">
            <span class="avatar-letter">{letter}</span>
            {move || online.get().then(|| view! { <span class="avatar-dot"></span> })}
        </span>
    }
}

/// The first letter of a name; the styles make it large.
fn initial(name: &str) -> String {
    name.chars().find(|c| c.is_alphanumeric()).map(String::from).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_initial_is_the_first_letter_in_any_script() {
        assert_eq!(initial("anna"), "a");
        assert_eq!(initial("鴻雁"), "鴻");
        assert_eq!(initial("_7"), "7");
        assert_eq!(initial("…"), "");
    }
}
