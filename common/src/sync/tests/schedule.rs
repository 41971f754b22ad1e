//! What people do and what goes wrong, drawn from a seed.

use crate::id::{ConversationId, MessageId};
use crate::model::HistoryPolicy;
use crate::sync::tests::device::Written;
use crate::sync::tests::world::{Odds, World};
use crate::sync::{ConversationKey, SendState, Target};
use crate::text::Content;

/// Which faults a schedule has.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Mix {
    pub(super) messages: usize,
    pub(super) cuts: usize,
    pub(super) blackouts: usize,
    pub(super) device_crashes: usize,
    pub(super) server_crashes: usize,
    pub(super) restores: usize,
    pub(super) membership: usize,
    pub(super) odds: Odds,
    /// Whether every frame and record goes through JSON, as it does outside.
    pub(super) as_text: bool,
}

#[derive(Clone, Copy, Debug)]
enum Act {
    Write,
    Read,
    Regret,
    Scroll,
    Accept,
    Cut,
    Blackout,
    CrashDevice,
    CrashServer,
    BackUp,
    Restore,
    Membership,
    Sweep,
}

/// How long the eventful part lasts, milliseconds of virtual time.
const EVENTFUL_MS: u64 = 240_000;

/// A world with people, groups, and a schedule that was run to its end: everything healed and scrolled through.
pub(super) fn run_schedule(seed: u64, mix: Mix) -> World {
    let mut world = World::new(seed, &["anna", "Bo", "chen"]);
    world.odds = mix.odds;
    world.as_text = mix.as_text;
    let groups = make_groups(&mut world);
    let mut acts = plan(&mut world, mix);
    acts.sort_by_key(|(at_ms, _)| *at_ms);
    let start_ms = world.now_ms;
    for (at_ms, act) in acts {
        world.run((start_ms + at_ms).saturating_sub(world.now_ms));
        perform(&mut world, act, &groups);
    }
    world.run(5_000);
    heal(&mut world);
    world.check_all();
    world
}

fn make_groups(world: &mut World) -> Vec<ConversationId> {
    let people = world.people.clone();
    let mut groups = Vec::new();
    for history in [HistoryPolicy::FromJoining, HistoryPolicy::All] {
        let (id, news) = world.server.make_group(&people[0], history);
        world.announce(news, None);
        for user in &people[1..] {
            let news = world.server.add_member(id, &people[0], user);
            world.announce(news, None);
        }
        groups.push(id);
    }
    groups
}

fn plan(world: &mut World, mix: Mix) -> Vec<(u64, Act)> {
    let restores = (0..mix.restores).flat_map(|_| [Act::BackUp, Act::Restore]);
    let counted = [
        (Act::Write, mix.messages),
        (Act::Read, mix.messages / 3),
        (Act::Regret, mix.messages / 10),
        (Act::Scroll, mix.messages / 10),
        (Act::Accept, 3),
        (Act::Cut, mix.cuts),
        (Act::Blackout, mix.blackouts),
        (Act::CrashDevice, mix.device_crashes),
        (Act::CrashServer, mix.server_crashes),
        (Act::Membership, mix.membership),
        (Act::Sweep, 20),
    ];
    let acts = counted.into_iter().flat_map(|(act, count)| std::iter::repeat_n(act, count)).chain(restores);
    let acts: Vec<Act> = acts.collect();
    let mut planned = Vec::new();
    for act in acts {
        let at_ms = match act {
            Act::BackUp => world.chance.between(0, EVENTFUL_MS / 2),
            Act::Restore => world.chance.between(EVENTFUL_MS / 3, EVENTFUL_MS),
            _ => world.chance.between(0, EVENTFUL_MS),
        };
        planned.push((at_ms, act));
        if let Act::Write = act {
            // people write several lines in a row
            for _ in 0..world.chance.between(0, 2) {
                planned.push((at_ms + world.chance.between(0, 400), act));
            }
        }
    }
    planned
}

fn perform(world: &mut World, act: Act, groups: &[ConversationId]) {
    let device = world.chance.between(0, world.devices.len() as u64 - 1) as usize;
    match act {
        Act::Write => write(world, device, groups),
        Act::Read => read(world, device),
        Act::Regret => regret(world, device),
        Act::Scroll => scroll(world, device),
        Act::Accept => {
            let user = world.devices[device].user.clone();
            let news = world.server.accept_all(&user);
            world.announce(news, None);
        }
        Act::Cut => world.cut(device),
        Act::Blackout => {
            let has_network = !world.devices[device].has_network;
            world.set_network(device, has_network);
        }
        Act::CrashDevice => world.crash_device(device),
        Act::CrashServer => {
            let down_ms = world.chance.between(200, 6_000);
            world.stop_server(down_ms);
        }
        Act::BackUp => world.back_up(),
        Act::Restore => {
            world.restore();
        }
        Act::Membership => change_membership(world, groups),
        Act::Sweep => world.sweep(),
    }
}

fn write(world: &mut World, device: usize, groups: &[ConversationId]) {
    let number = world.devices[device].written.len();
    let target = match world.chance.between(0, 9) {
        group @ 0..=4 => Target::Group(groups[group as usize % groups.len()]),
        person => Target::Person(world.people[person as usize % world.people.len()].clone()),
    };
    let refused = if world.one_in(25) { "refuse " } else { "" };
    let content = format!("{refused}{} {number}", world.name(device));
    let id = MessageId(uuid::Uuid::from_u128(((device as u128 + 1) << 64) | number as u128));
    let text = Content::parse(content.clone()).unwrap();
    let sent = world.with(device, |engine, now| engine.send(target.clone(), text, id, now));
    if sent.is_some() {
        world.devices[device].written.push(Written {
            id,
            target,
            content,
            gone: false,
            fixed: false,
            stored: false,
        });
    }
}

fn read(world: &mut World, device: usize) {
    let keys: Vec<(ConversationKey, u64)> = world.devices[device]
        .storage
        .conversations
        .values()
        .map(|record| (record.key.clone(), record.head_seq))
        .collect();
    if keys.is_empty() {
        return;
    }
    let (key, head) = keys[world.chance.between(0, keys.len() as u64 - 1) as usize].clone();
    let seq = head.saturating_sub(world.chance.between(0, 3));
    world.with(device, |engine, now| engine.mark_read(&key, seq, now));
}

/// Takes something back or edits it, if it can still be.
fn regret(world: &mut World, device: usize) {
    if world.devices[device].written.is_empty() {
        return;
    }
    let index = world.devices[device].written.len() - 1;
    let id = world.devices[device].written[index].id;
    if world.one_in(2) {
        let done = world.with(device, |engine, now| engine.take_back(id, now));
        if done == Some(Ok(())) {
            world.devices[device].written[index].gone = true;
        }
    } else {
        let refused = world.devices[device].storage.outbox.get(&id).is_some_and(|row| row.refused.is_some());
        let content =
            format!("{} edited", world.devices[device].written[index].content.replace("refuse ", ""));
        let text = Content::parse(content.clone()).unwrap();
        let done = world.with(device, |engine, now| engine.edit(id, text, now));
        if done == Some(Ok(())) {
            let written = &mut world.devices[device].written[index];
            written.content = content;
            written.fixed |= refused;
        }
    }
}

fn scroll(world: &mut World, device: usize) {
    let holes = world.holes(device);
    if let Some((key, before)) = holes.into_iter().next() {
        world.with(device, |engine, now| engine.load_history(&key, before, now));
    }
}

fn change_membership(world: &mut World, groups: &[ConversationId]) {
    let group = groups[world.chance.between(0, groups.len() as u64 - 1) as usize];
    let owner = world.people[0].clone();
    let user = world.people[world.chance.between(1, world.people.len() as u64 - 1) as usize].clone();
    let news = match world.chance.between(0, 3) {
        0 => world.server.remove_member(group, &owner, &user),
        1 => world.server.rename_person(&user, &format!("{user} {}", world.now_ms)),
        2 => world.server.rename_group(group, &owner, &format!("at {}", world.now_ms)),
        _ => world.server.add_member(group, &owner, &user),
    };
    world.announce(news, None);
}

/// Nothing goes wrong any more: everything comes up, everything is told, everyone scrolls to the start of everything.
fn heal(world: &mut World) {
    world.odds = Odds::default();
    world.run(70_000);
    for user in world.people.clone() {
        let news = world.server.accept_all(&user);
        world.announce(news, None);
    }
    for device in 0..world.devices.len() {
        world.set_network(device, true);
        world.start_device(device);
    }
    world.run(100_000);
    world.sweep();
    world.run(60_000);
    for device in 0..world.devices.len() {
        give_up_refused(world, device);
        for _ in 0..60 {
            let Some((key, before)) = world.holes(device).into_iter().next() else { break };
            world.with(device, |engine, now| engine.load_history(&key, before, now));
            world.run(1_500);
        }
    }
    world.run(30_000);
}

fn give_up_refused(world: &mut World, device: usize) {
    let waiting = world.devices[device].engine.as_ref().map(|engine| engine.state()).unwrap_or_default();
    for change in waiting {
        let crate::sync::Change::Outbox(item) = change else { continue };
        if let SendState::Refused(_) = item.state {
            let id = item.record.message_id;
            let done = world.with(device, |engine, now| engine.take_back(id, now));
            if done == Some(Ok(())) {
                for written in world.devices.iter_mut().flat_map(|device| &mut device.written) {
                    written.gone |= written.id == id;
                }
            }
        }
    }
}
