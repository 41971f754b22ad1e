//! Thousands of schedules.

use crate::sync::tests::schedule::{Mix, run_schedule};
use crate::sync::tests::world::Odds;

/// Schedules of each kind; `HONGYAN_SEEDS` asks for another number, `HONGYAN_SEED` for one alone.
const SEEDS: u64 = 500;
/// From one kind's first seed to the next one's.
const SEEDS_OF_A_KIND: u64 = 1_000_000;
/// Seeds that failed once where more than [`SEEDS`] were tried. They are tried always, by the kind that they are of.
const KEPT: [u64; 0] = [];

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

fn run_seeds(first: u64, mix: Mix) {
    let seeds: Vec<u64> = match number("HONGYAN_SEED") {
        Some(seed) => vec![seed],
        None => {
            let kept = KEPT.into_iter().filter(|seed| seed / SEEDS_OF_A_KIND == first / SEEDS_OF_A_KIND);
            kept.chain(first..first + number("HONGYAN_SEEDS").unwrap_or(SEEDS)).collect()
        }
    };
    for seed in seeds {
        let world = run_schedule(seed, mix);
        assert!(world.problems.is_empty(), "HONGYAN_SEED={seed}\n{}", world.problems.join("\n"));
    }
}

/// What a bad network does everywhere.
const NETWORK: Odds = Odds { refuse: 20, double: 12, skip: 15, late: 6, connect_fails: 4 };

#[test]
fn devices_agree_on_a_good_day() {
    run_seeds(0, Mix { messages: 50, membership: 4, as_text: true, ..Mix::default() });
}

#[test]
fn devices_agree_after_cuts_and_blackouts() {
    run_seeds(SEEDS_OF_A_KIND, Mix { messages: 50, cuts: 8, blackouts: 6, odds: NETWORK, ..Mix::default() });
}

#[test]
fn devices_agree_after_crashes_on_either_side() {
    let mix =
        Mix { messages: 50, cuts: 2, device_crashes: 8, server_crashes: 3, odds: NETWORK, ..Mix::default() };
    run_seeds(2 * SEEDS_OF_A_KIND, mix);
}

#[test]
fn devices_agree_after_the_server_is_restored_from_a_backup() {
    let mix = Mix { messages: 50, cuts: 4, device_crashes: 4, restores: 2, odds: NETWORK, ..Mix::default() };
    run_seeds(3 * SEEDS_OF_A_KIND, mix);
}

#[test]
fn devices_agree_while_members_come_and_go() {
    let mix =
        Mix { messages: 50, cuts: 5, device_crashes: 2, membership: 16, odds: NETWORK, ..Mix::default() };
    run_seeds(4 * SEEDS_OF_A_KIND, mix);
}

#[test]
fn devices_agree_after_everything() {
    let mix = Mix {
        messages: 60,
        cuts: 6,
        blackouts: 4,
        device_crashes: 5,
        server_crashes: 2,
        restores: 1,
        membership: 8,
        odds: NETWORK,
        as_text: false,
    };
    run_seeds(5 * SEEDS_OF_A_KIND, mix);
}
