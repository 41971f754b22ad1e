//! Looking people up while one types.

use std::time::Duration;

use common::limits;
use common::model::Profile;
use leptos::prelude::*;

use crate::components::errand::Errand;
use crate::components::kit::effect;
use crate::services::{ApiTrouble, Chat};

/// The pause in typing after which people are looked up.
const PAUSE: Duration = Duration::from_millis(180);

/// What came of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Found {
    /// Too little to look for.
    TooShort,
    /// On its way.
    Looking,
    /// These people; perhaps none.
    People(Vec<Profile>),
    /// It came to nothing.
    Failed(ApiTrouble),
}

/// A look-up.
#[derive(Clone, Copy)]
pub struct Lookup {
    /// What is looked for.
    pub query: RwSignal<String>,
    /// What came of it.
    pub found: Memo<Found>,
}

impl Lookup {
    /// The people found; none while it is not yet known.
    pub fn people(self) -> Vec<Profile> {
        self.found.with(|found| match found {
            Found::People(people) => people.clone(),
            _ => Vec::new(),
        })
    }
}

/// A look-up that follows its query.
pub fn use_lookup() -> Lookup {
    let chat = expect_context::<Chat>();
    let query = RwSignal::new(String::new());
    let look = Errand::new(move |query: &String| {
        let query = query.clone();
        async move {
            let found = chat.find_people(&query).await;
            (query, found)
        }
    });
    let timer = StoredValue::new(None::<TimeoutHandle>);
    effect(move || {
        let wanted = query.with(|query| query.trim().to_owned());
        if let Some(timer) = timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
        if long_enough(&wanted) {
            let start = move || {
                look.begin(wanted.clone());
            };
            timer.set_value(set_timeout_with_handle(start, PAUSE).ok());
        }
    });
    on_cleanup(move || {
        if let Some(timer) = timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
    });
    let found = Memo::new(move |_| {
        let wanted = query.with(|query| query.trim().to_owned());
        if !long_enough(&wanted) {
            return Found::TooShort;
        }
        look.outcome().with(|answer| match answer {
            // an answer to an earlier query says nothing about this one
            Some((query, answer)) if *query == wanted => match answer {
                Ok(people) => Found::People(people.clone()),
                Err(trouble) => Found::Failed(trouble.clone()),
            },
            _ => Found::Looking,
        })
    });
    Lookup { query, found }
}

fn long_enough(query: &str) -> bool {
    query.chars().count() >= limits::LOOKUP_MIN_CHARS
}
