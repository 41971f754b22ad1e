//! What a search may find, in the order in which it is offered.

use common::id::UserId;
use common::model::Profile;
use common::sync::ConversationKey;
use common::text::parse_username;

use crate::fold::folded;

/// Something found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Candidate {
    /// A conversation one has.
    Conversation {
        /// Which.
        key: ConversationKey,
        /// What it is called.
        title: String,
    },
    /// A person.
    Person(Profile),
    /// Nobody known; but a name to which one can write without knowing whether it is there.
    Exact(UserId),
}

impl Candidate {
    /// The conversation to open for it.
    pub fn key(&self) -> ConversationKey {
        match self {
            Self::Conversation { key, .. } => key.clone(),
            Self::Person(profile) => ConversationKey::direct(&profile.user_id),
            Self::Exact(user) => ConversationKey::direct(user),
        }
    }
}

/// Whether a title has the words that are looked for, without regard to case.
pub fn matches(title: &str, query: &str) -> bool {
    let title = folded(title);
    folded(query).split_whitespace().all(|word| title.contains(word))
}

/// Conversations that match come first, then people with whom there is none. Where nobody is found and `exact`, the
/// name itself is offered, if it can be one.
pub fn candidates(
    query: &str,
    conversations: Vec<(ConversationKey, String)>,
    people: &[Profile],
    exact: bool,
) -> Vec<Candidate> {
    let query = query.trim();
    let found: Vec<Candidate> = conversations
        .into_iter()
        .filter(|(key, title)| {
            matches(title, query) || matches!(key, ConversationKey::Direct(name) if matches(name, query))
        })
        .map(|(key, title)| Candidate::Conversation { key, title })
        .collect();
    let known = |key: &ConversationKey| found.iter().any(|candidate| candidate.key() == *key);
    let people: Vec<Candidate> = people
        .iter()
        .filter(|profile| !known(&ConversationKey::direct(&profile.user_id)))
        .map(|profile| Candidate::Person(profile.clone()))
        .collect();
    let nobody = found.is_empty() && people.is_empty();
    let name = if exact && nobody { parse_username(query).ok() } else { None };
    found.into_iter().chain(people).chain(name.map(Candidate::Exact)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(name: &str) -> Profile {
        Profile { user_id: name.into(), display_name: name.into(), deleted: false }
    }

    #[test]
    fn a_person_with_a_conversation_is_offered_once() {
        let key = ConversationKey::direct(&"Anna".into());
        let found =
            candidates("an", vec![(key.clone(), "Anna".into())], &[person("Anna"), person("Anton")], true);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].key(), key);
        assert_eq!(found[1], Candidate::Person(person("Anton")));
    }

    #[test]
    fn a_conversation_is_found_by_any_of_its_words_and_by_the_user_name() {
        assert!(matches("Sunday walks", "wal sun"));
        assert!(matches("雁群", "雁"));
        let key = ConversationKey::direct(&"anna_k".into());
        assert_eq!(candidates("anna_", vec![(key, "Mum".into())], &[], false).len(), 1);
    }

    #[test]
    fn a_name_that_nobody_answers_to_can_still_be_written_to_when_that_makes_sense() {
        assert_eq!(candidates(" ben ", vec![], &[], true), [Candidate::Exact("ben".into())]);
        assert_eq!(candidates("ben", vec![], &[], false), []);
        assert_eq!(candidates("two words", vec![], &[], true), []);
    }
}
