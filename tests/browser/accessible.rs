//! Every screen passes axe-core without a violation, and nothing shifts under the reader's eyes.

use support::browser::{Screen, World};

async fn every_screen_passes(screen: Screen) {
    let world = World::new().await;
    let mut found = Vec::new();
    let mut seen = 0;
    world
        .tour(screen.clone(), async |app, name| {
            seen += 1;
            for violation in app.browser.violations().await {
                found.push(format!("{name}: {violation}"));
            }
            for shift in app.browser.shifts().await {
                found.push(format!("{name}: {shift}"));
            }
        })
        .await;
    assert!(found.is_empty(), "{}, {} in {seen} screens:\n{}", screen.name(), found.len(), found.join("\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_a_phone_in_the_light_in_english() {
    every_screen_passes(Screen::phone()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_a_phone_in_the_dark_in_chinese() {
    every_screen_passes(Screen::phone().in_the_dark().in_language("zh-TW")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_a_tablet_in_the_light_in_chinese() {
    every_screen_passes(Screen::tablet().in_language("zh-TW")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_a_desktop_in_the_dark_in_english() {
    every_screen_passes(Screen::desktop().in_the_dark()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_a_desktop_in_the_light_in_chinese() {
    every_screen_passes(Screen::desktop().in_language("zh-TW")).await;
}
