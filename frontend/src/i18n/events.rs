//! What happened to a conversation, as a sentence.

use common::id::UserId;
use common::model::{HistoryPolicy, Role, SystemEvent};

use crate::i18n::Texts;

/// Who is who, for a sentence.
pub struct Cast<'a> {
    /// What a person is called; `None` for oneself.
    pub name: &'a dyn Fn(&UserId) -> Option<String>,
    /// Who did it.
    pub actor: &'a UserId,
}

impl Texts {
    /// What happened, as a sentence without a full stop.
    pub fn event(self, event: &SystemEvent, cast: &Cast<'_>) -> String {
        let actor = (cast.name)(cast.actor);
        let actor = actor.as_deref();
        match event {
            SystemEvent::Created { title } => match actor {
                None => self.system_created_you(title),
                Some(actor) => self.system_created(actor, title),
            },
            SystemEvent::MembersAdded { user_ids } => self.added(user_ids, actor, cast),
            SystemEvent::MemberRemoved { user_id } => match (actor, (cast.name)(user_id)) {
                (None, person) => self.system_removed_by_you(&self.or_you(person)),
                (Some(actor), None) => self.system_removed_you(actor),
                (Some(actor), Some(person)) => self.system_removed(actor, &person),
            },
            SystemEvent::MemberLeft => match actor {
                None => self.system_left_you().to_owned(),
                Some(actor) => self.system_left(actor),
            },
            SystemEvent::RoleChanged { user_id, role } => {
                let role = self.as_role(*role);
                match (actor, (cast.name)(user_id)) {
                    (None, person) => self.system_role_by_you(&self.or_you(person), role),
                    (Some(actor), None) => self.system_role_you(actor, role),
                    (Some(actor), Some(person)) => self.system_role(actor, &person, role),
                }
            }
            SystemEvent::Renamed { title } => match actor {
                None => self.system_renamed_you(title),
                Some(actor) => self.system_renamed(actor, title),
            },
            SystemEvent::HistoryPolicyChanged { policy } => match policy {
                HistoryPolicy::All => self.system_history_all().to_owned(),
                HistoryPolicy::FromJoining => self.system_history_from_joining().to_owned(),
            },
        }
    }

    /// A role, as a noun of its own.
    pub fn role_name(self, role: Role) -> &'static str {
        match role {
            Role::Owner => self.details_role_owner(),
            Role::Admin => self.details_role_admin(),
            Role::Member => self.details_role_member(),
        }
    }

    /// "Anna", "Anna and Ben", "Anna, Ben and Carla".
    pub fn list_of(self, names: &[String]) -> String {
        match names {
            [] => String::new(),
            [one] => one.clone(),
            [first @ .., last] => self.system_and(&first.join(self.system_comma()), last),
        }
    }

    fn added(self, user_ids: &[UserId], actor: Option<&str>, cast: &Cast<'_>) -> String {
        let names: Vec<Option<String>> = user_ids.iter().map(|user| (cast.name)(user)).collect();
        match actor {
            Some(actor) if names.len() == 1 && names[0].is_none() => self.system_added_you(actor),
            Some(actor) => self.system_added(actor, &self.people(names)),
            None => self.system_added_by_you(&self.people(names)),
        }
    }

    fn people(self, names: Vec<Option<String>>) -> String {
        let names: Vec<String> = names.into_iter().map(|name| self.or_you(name)).collect();
        self.list_of(&names)
    }

    fn or_you(self, name: Option<String>) -> String {
        name.unwrap_or_else(|| self.system_you().to_owned())
    }

    fn as_role(self, role: Role) -> &'static str {
        match role {
            Role::Owner => self.system_as_owner(),
            Role::Admin => self.system_as_admin(),
            Role::Member => self.system_as_member(),
        }
    }
}

#[cfg(test)]
mod tests {
    use common::model::Language;

    use super::*;

    fn tell(language: Language, actor: &str, event: &SystemEvent) -> String {
        let name = |user: &UserId| (user.0 != "me").then(|| user.0.clone());
        Texts::new(language).event(event, &Cast { name: &name, actor: &actor.into() })
    }

    #[test]
    fn one_reads_of_oneself_as_you() {
        let removed = SystemEvent::MemberRemoved { user_id: "me".into() };
        assert_eq!(tell(Language::English, "Anna", &removed), "Anna removed you");
        let removed = SystemEvent::MemberRemoved { user_id: "Ben".into() };
        assert_eq!(tell(Language::English, "me", &removed), "You removed Ben");
        assert_eq!(tell(Language::Taiwanese, "me", &SystemEvent::MemberLeft), "你離開了");
    }

    #[test]
    fn people_are_listed_as_the_language_does() {
        let added = SystemEvent::MembersAdded { user_ids: vec!["Anna".into(), "Ben".into(), "me".into()] };
        assert_eq!(tell(Language::English, "Carla", &added), "Carla added Anna, Ben and you");
        assert_eq!(tell(Language::Taiwanese, "Carla", &added), "Carla加入了Anna、Ben、你");
        let added = SystemEvent::MembersAdded { user_ids: vec!["me".into()] };
        assert_eq!(tell(Language::English, "Carla", &added), "Carla added you");
    }
}
