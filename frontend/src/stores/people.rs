//! Names of people, and who is in a conversation.

use std::collections::HashMap;

use common::id::UserId;
use common::limits::LOOKUP_RESULTS;
use common::model::{Member, Profile, Role};
use common::sync::{ConversationKey, MembersRecord};
use leptos::prelude::*;

use crate::fold::folded;
use crate::stores::{ArcStoreSignal, StoreSignal};

/// Names of people, and who is in a conversation.
#[derive(Clone, Copy, Debug)]
pub struct PeopleStore {
    profiles: StoredValue<HashMap<String, ArcStoreSignal<Profile>>>,
    members: StoredValue<HashMap<ConversationKey, ArcStoreSignal<MembersRecord>>>,
    /// Moves when somebody or some conversation becomes known that was not before.
    known: StoreSignal<u32>,
}

impl PeopleStore {
    pub(super) fn new() -> Self {
        Self {
            profiles: StoredValue::new(HashMap::new()),
            members: StoredValue::new(HashMap::new()),
            known: StoreSignal::new(0),
        }
    }

    /// A person's profile, if known. Reactive.
    pub fn profile(&self, user: &UserId) -> Option<Profile> {
        let signal = self.profiles.with_value(|profiles| profiles.get(&user.folded()).cloned());
        match signal {
            Some(signal) => Some(signal.get()),
            None => {
                self.known.track();
                None
            }
        }
    }

    /// The name by which a person is shown; the user name where nothing better is known. Reactive.
    pub fn name(&self, user: &UserId) -> String {
        self.profile(user).map_or_else(|| user.0.clone(), |profile| profile.display_name)
    }

    /// Members and receipts of a conversation, former members included. Reactive.
    pub fn members(&self, key: &ConversationKey) -> Option<MembersRecord> {
        let signal = self.members.with_value(|members| members.get(key).cloned());
        match signal {
            Some(signal) => Some(signal.get()),
            None => {
                self.known.track();
                None
            }
        }
    }

    /// Members that are in now, owners first, then by name. Reactive.
    pub fn current_members(&self, key: &ConversationKey) -> Vec<Member> {
        let mut members: Vec<(Role, Member)> = self
            .members(key)
            .map(|record| record.members)
            .unwrap_or_default()
            .into_iter()
            .filter_map(|member| Some((member.role?, member)))
            .collect();
        members.sort_by(|(left_role, left), (right_role, right)| {
            right_role.cmp(left_role).then_with(|| left.display_name.cmp(&right.display_name))
        });
        members.into_iter().map(|(_, member)| member).collect()
    }

    /// People known on this device whose user name or display name begins so, without regard to case.
    pub(crate) fn search(&self, query: &str) -> Vec<Profile> {
        let query = folded(query);
        let mut found: Vec<Profile> = self.profiles.with_value(|profiles| {
            let profiles = profiles.values().map(|signal| signal.get_untracked());
            profiles
                .filter(|profile| {
                    !profile.deleted
                        && (profile.user_id.folded().starts_with(&query)
                            || folded(&profile.display_name).starts_with(&query))
                })
                .collect()
        });
        found.sort_by(|left, right| left.display_name.cmp(&right.display_name));
        found.truncate(LOOKUP_RESULTS);
        found
    }

    /// Takes in profiles, new and changed.
    pub(crate) fn put_profiles(&self, people: Vec<Profile>) {
        let mut news = false;
        self.profiles.update_value(|profiles| {
            for profile in people {
                match profiles.get(&profile.user_id.folded()) {
                    Some(signal) => signal.set(profile),
                    None => {
                        news = true;
                        profiles.insert(profile.user_id.folded(), ArcStoreSignal::new(profile));
                    }
                }
            }
        });
        self.tell(news);
    }

    /// Takes in the members of conversations; their names stand in where there is no profile.
    pub(crate) fn put_members(&self, records: Vec<MembersRecord>) {
        let mut news = false;
        self.profiles.update_value(|profiles| {
            for member in records.iter().flat_map(|record| &record.members) {
                profiles.entry(member.user_id.folded()).or_insert_with(|| {
                    news = true;
                    ArcStoreSignal::new(Profile {
                        user_id: member.user_id.clone(),
                        display_name: member.display_name.clone(),
                        deleted: false,
                    })
                });
            }
        });
        self.members.update_value(|members| {
            for record in records {
                match members.get(&record.key) {
                    Some(signal) => signal.set(record),
                    None => {
                        news = true;
                        members.insert(record.key.clone(), ArcStoreSignal::new(record));
                    }
                }
            }
        });
        self.tell(news);
    }

    /// Forgets the members of a conversation.
    pub(crate) fn remove_members(&self, key: &ConversationKey) {
        self.members.update_value(|members| {
            members.remove(key);
        });
    }

    fn tell(&self, news: bool) {
        if news {
            self.known.update(|version| *version = version.wrapping_add(1));
        }
    }
}
