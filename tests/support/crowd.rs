//! Many who are away: each with some browsers, and all in the same groups.

use crate::push_service::{PushService, Subscriber};
use crate::raw::Person;

/// When somebody has written into every group, each browser is to have one notification of each.
pub struct Crowd {
    speaker: Person,
    groups: Vec<String>,
    subscribers: Vec<Subscriber>,
}

impl Crowd {
    /// The first of the people is at home, and speaks; the others subscribe with so many browsers each.
    pub async fn gather(people: &[Person], push: &PushService, browsers_each: usize, groups: usize) -> Self {
        let (speaker, others) = people.split_first().expect("somebody speaks");
        let mut subscribers = vec![];
        for person in others {
            for _ in 0..browsers_each {
                let subscriber = push.subscriber();
                person.subscribe(&subscriber).await.must_be(201);
                subscribers.push(subscriber);
            }
        }
        let others: Vec<&Person> = others.iter().collect();
        let mut ids = vec![];
        for number in 1..=groups {
            ids.push(speaker.group(&format!("Group {number}"), &others).await);
        }
        ids.sort();
        Self { speaker: speaker.clone(), groups: ids, subscribers }
    }

    /// How many notifications there are to be.
    pub fn notifications(&self) -> usize {
        self.groups.len() * self.subscribers.len()
    }

    /// Those who wait for them.
    pub fn subscribers(&self) -> &[Subscriber] {
        &self.subscribers
    }

    /// Writes into each group once.
    pub async fn speak(&self) {
        for group in &self.groups {
            self.speaker
                .send_into(group, "a line of a usual length, as people write them all day")
                .await
                .must_be(200);
        }
    }

    /// How many notifications were lost or doubled, or went to others than they were for (whom nobody else can read:
    /// then this panics).
    pub fn faults(&self, push: &PushService) -> usize {
        let mut faults = 0;
        for subscriber in &self.subscribers {
            let received = push.received(subscriber);
            let mut heard: Vec<&str> =
                received.iter().filter_map(|one| one.payload["notification"]["tag"].as_str()).collect();
            heard.sort_unstable();
            let extra = received.len().saturating_sub(self.groups.len());
            heard.dedup();
            let lost = self.groups.iter().filter(|group| !heard.contains(&group.as_str())).count();
            faults += extra + lost;
        }
        faults
    }
}
