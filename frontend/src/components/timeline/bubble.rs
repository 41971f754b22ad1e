//! A message.

use leptos::prelude::*;

use crate::components::kit::{Avatar, hue_class};
use crate::components::now::use_now;
use crate::components::party::use_parties;
use crate::components::state_mark::{Mark, StateMark};
use crate::components::timeline::bubble_foot::BubbleFoot;
use crate::components::timeline::bubble_text::BubbleText;
use crate::components::timeline::emoji::is_large_emoji;
use crate::i18n::{use_clock, use_texts};
use crate::stores::timeline::{Bubble, Place, Row};

/// A message that came within this time rises into its place; older ones are simply there.
const FRESH_S: i64 = 5;

/// A message in its bubble. Only what changes is drawn anew, so that selected text stays selected.
#[component]
pub fn BubbleRow(
    /// The message.
    row: ArcRwSignal<Row>,
    /// Whether names and avatars are needed to tell who wrote.
    is_group: bool,
) -> impl IntoView {
    let texts = use_texts();
    let clock = use_clock();
    let parties = use_parties();
    let look = BubbleSignal(row);
    let place = look.memo(Bubble::place);
    let text = look.memo(|bubble| bubble.content().map(str::to_owned));
    let time = look.memo(Bubble::timestamp);
    let mark = look.memo(Mark::of_bubble);
    let sender = look.sender();
    let fresh = time.get_untracked().is_some_and(|time| use_now().get_untracked() - time < FRESH_S);
    let large = Memo::new(move |_| text.with(|text| text.iter().flatten().any(|text| is_large_emoji(text))));

    let shows_name = move || is_group && place.get().is_some_and(|place| place.first_in_group && !place.mine);
    let shows_avatar =
        move || is_group && place.get().is_some_and(|place| place.last_in_group && !place.mine);
    let name = sender.clone().map(|sender| {
        let class = format!("bubble-name {}", hue_class(&sender.folded()));
        move || shows_name().then(|| view! { <span class=class.clone()>{parties.name(&sender)}</span> })
    });
    let avatar = sender.map(|sender| {
        move || {
            let who = sender.clone();
            let name = Signal::derive(move || parties.name(&who));
            shows_avatar().then(|| view! { <Avatar id=sender.folded() name/> })
        }
    });
    let words = move || match text.get().flatten() {
        Some(text) => view! { <BubbleText text/> }.into_any(),
        None => view! { <p class="bubble-text bubble-erased">{texts.timeline_erased()}</p> }.into_any(),
    };
    let said =
        move || time.get().map(|time| view! { <time title=clock.exact(time)>{clock.time(time)}</time> });
    let class = move || row_class(place.get(), fresh, large.get());
    view! {
        <li class=class>
            {is_group.then(|| view! { <span class="row-avatar">{avatar}</span> })}
            <div class="bubble" tabindex="-1" data-exact=move || time.get().map(|time| clock.exact(time))>
                {name}
                {words}
                <span class="bubble-meta">
                    {said}
                    {move || mark.get().flatten().map(|mark| view! { <StateMark mark/> })}
                </span>
            </div>
            <BubbleFoot look/>
        </li>
    }
    .into_any()
}

/// All classes of a row at once: that is one thing to keep up to date instead of five.
fn row_class(place: Option<Place>, fresh: bool, large: bool) -> String {
    let is = |part: fn(Place) -> bool| place.is_some_and(part);
    let classes = [
        ("row row-message", true),
        ("row-mine", is(|place| place.mine)),
        ("row-first", is(|place| place.first_in_group)),
        ("row-last", is(|place| place.last_in_group)),
        ("row-fresh", fresh),
        ("row-large", large),
    ];
    let present = classes.iter().filter_map(|(class, holds)| holds.then_some(*class));
    present.collect::<Vec<_>>().join(" ")
}

/// Looks at the message in a row.
#[derive(Clone)]
pub struct BubbleSignal(ArcRwSignal<Row>);

impl BubbleSignal {
    /// A part of the message that tells only when it changes; `None` for a row that is no message.
    pub fn memo<T>(&self, part: fn(&Bubble) -> T) -> Memo<Option<T>>
    where
        T: PartialEq + Send + Sync + 'static,
    {
        let row = self.0.clone();
        Memo::new(move |_| row.with(|row| as_bubble(row).map(part)))
    }

    /// Who wrote it, unless it is waiting here.
    fn sender(&self) -> Option<common::id::UserId> {
        self.0.with_untracked(|row| match as_bubble(row)? {
            Bubble::Stored { entry, .. } => Some(entry.from.clone()),
            Bubble::Waiting { .. } => None,
        })
    }
}

fn as_bubble(row: &Row) -> Option<&Bubble> {
    match row {
        Row::Message(bubble) => Some(bubble),
        _ => None,
    }
}
