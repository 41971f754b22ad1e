//! A long conversation: what is read stays where it is, whatever comes above or below it.

use serde_json::json;
use support::browser::{App, Profile, Screen};
use support::raw::Person;
use support::{Server, eventually};
use thirtyfour::prelude::*;

/// Scrolls to a place near the top, then writes down where the topmost bubble on the screen is in every frame that is painted, until older
/// ones have come and some frames more. An observer's first word is about the frame in which it begins, as painted.
const SCROLL_UP: &str = r#"
const log = document.getElementById("messages");
const bubbles = () => [...log.querySelectorAll(".bubble")];
const oldest = bubbles()[0];
log.scrollTop = arguments[0];
const edge = log.getBoundingClientRect().top;
const read = bubbles().find((bubble) => bubble.getBoundingClientRect().top >= edge);
const tops = [];
await new Promise((done) => {
    let after = 0;
    const frame = () => {
        new IntersectionObserver(([entry], observer) => {
            observer.disconnect();
            tops.push(entry.boundingClientRect.top);
        }).observe(read);
        after += bubbles()[0] === oldest ? 0 : 1;
        after < 10 ? requestAnimationFrame(frame) : done();
    };
    requestAnimationFrame(frame);
});
return tops;
"#;

/// The text of the topmost bubble on the screen, and how far its top is from the window's.
const READ: &str = r#"
const log = document.getElementById("messages");
const edge = log.getBoundingClientRect().top;
const read = [...log.querySelectorAll(".bubble")]
    .find((bubble) => bubble.getBoundingClientRect().top >= edge);
return [read.querySelector(".bubble-text").innerText, read.getBoundingClientRect().top];
"#;

/// A conversation in which so many messages were written.
async fn long_talk(server: &Server, count: usize) -> [Person; 2] {
    let people = server.people(["anna", "bert"]).await;
    for number in 1..=count {
        people[0].send("bert", &format!("goose {number}")).await.must_be(200);
    }
    people
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn older_messages_come_while_one_scrolls_up_and_what_is_read_stays_where_it_is() {
    let server = Server::start().await;
    long_talk(&server, 300).await;
    let profile = Profile::fresh();
    let app = App::signed_in(&profile, Screen::phone(), server.address(), "anna").await;
    app.open_conversation("bert").await;
    app.browser.shows("goose 300").await;
    // those that were written a moment ago rise into their places
    let still = json!({"features": [{"name": "prefers-reduced-motion", "value": "reduce"}]});
    app.browser.devtools("Emulation.setEmulatedMedia", still).await;
    // a little below the top, and to the very top, where what comes changes how the oldest message is grouped
    for place in [300, 0].into_iter().cycle() {
        if app.bubbles().await.first().is_some_and(|oldest| oldest.text == "goose 1") {
            break;
        }
        let tops = app.browser.run_async(SCROLL_UP, vec![json!(place)]).await;
        let tops: Vec<f64> = serde_json::from_value(tops).expect("a list of numbers");
        let stays = tops.iter().all(|top| (top - tops[0]).abs() < 1.0);
        assert!(stays, "it moved from frame to frame: {tops:?}");
    }
    let all: Vec<String> = (1..=300).map(|number| format!("goose {number}")).collect();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    app.shows_messages(&all).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_that_comes_while_one_reads_above_moves_nothing_and_a_pill_leads_down_to_it() {
    let server = Server::start().await;
    let [_anna, bert] = long_talk(&server, 200).await;
    let profile = Profile::fresh();
    let app = App::signed_in(&profile, Screen::desktop(), server.address(), "anna").await;
    app.open_conversation("bert").await;
    app.browser.shows("goose 200").await;
    let pill = app.words.at("timeline.newer");
    assert!(!app.browser.sees("button", &pill).await, "one is at the end");
    app.browser.run_async(SCROLL_UP, vec![json!(300)]).await;
    app.browser.find("button", &pill).await;
    let read = app.browser.run(READ, vec![]).await;

    bert.send("anna", "first news").await.must_be(200);
    app.browser.find("button", &app.words.with("timeline.newer_count.one", "count", "1")).await;
    bert.send("anna", "second news").await.must_be(200);
    let pill = app.words.with("timeline.newer_count.other", "count", "2");
    app.browser.find("button", &pill).await;
    assert_eq!(app.browser.run(READ, vec![]).await, read);

    app.browser.press("button", &pill).await;
    app.browser.gone("button", &pill).await;
    let last_is_seen = "const log = document.getElementById('messages').getBoundingClientRect();
        const last = [...document.querySelectorAll('#messages .bubble')].at(-1);
        const box = last.getBoundingClientRect();
        return last.innerText.includes('second news') && box.top >= log.top && box.bottom <= log.bottom";
    eventually("the last message is on the screen", async || {
        app.browser.run(last_is_seen, vec![]).await.as_bool()?.then_some(())
    })
    .await;
    // at the end, what comes is seen
    bert.send("anna", "third news").await.must_be(200);
    eventually("the end stays on the screen", async || {
        let script = last_is_seen.replace("second", "third");
        app.browser.run(&script, vec![]).await.as_bool()?.then_some(())
    })
    .await;
}

/// What stands above the message that has the focus.
async fn exact_time_shown(app: &App) -> String {
    let script = "return getComputedStyle(document.activeElement, '::after').content";
    app.browser.run(script, vec![]).await.as_str().unwrap_or_default().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_exact_time_of_a_message_is_there_for_who_presses_it_or_walks_to_it() {
    let server = Server::start().await;
    let [anna, bert] = server.people(["anna", "bert"]).await;
    let mut exact = Vec::new();
    let profile = Profile::fresh();
    let app = App::signed_in(&profile, Screen::desktop(), server.address(), "anna").await;
    for person in [&anna, &bert] {
        let other = if person.name == "anna" { "bert" } else { "anna" };
        let sent = person.send(other, &format!("by {}", person.name)).await.must_be(200);
        let script = "const how = {dateStyle: 'full', timeStyle: 'medium'};
            return new Intl.DateTimeFormat('en', how).format(new Date(arguments[0] * 1000))";
        let words = app.browser.run(script, vec![sent.body["timestamp"].clone()]).await;
        exact.push(json!(words).to_string());
    }
    app.open_conversation("bert").await;
    app.shows_messages(&["by anna", "by bert"]).await;
    assert_eq!(exact_time_shown(&app).await, "none");
    let bubble = app.browser.driver().find(By::XPath("//*[text()='by anna']")).await.unwrap();
    bubble.click().await.unwrap();
    assert_eq!(exact_time_shown(&app).await, exact[0]);
    app.browser.keys(Key::Down.value().to_string()).await;
    assert_eq!(exact_time_shown(&app).await, exact[1]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_opens_elsewhere_and_knows_nothing_of_this_page_and_a_script_is_text() {
    let server = Server::start().await;
    let [_anna, bert] = server.people(["anna", "bert"]).await;
    let profile = Profile::fresh();
    let app = App::signed_in(&profile, Screen::desktop(), server.address(), "anna").await;
    let address = format!("{}/healthz", app.origin());
    let text = format!("Look: {address}, and not javascript:alert(1) or javascript://%0aalert(1)");
    bert.send("anna", &text).await.must_be(200);
    app.visit("/c/@bert").await;
    app.shows_messages(&[&text]).await;
    let script = "return [...document.querySelectorAll('#messages a')].map((a) => [a.href, a.target, a.rel])";
    let links = app.browser.run(script, vec![]).await;
    assert_eq!(links, json!([[address, "_blank", "noopener noreferrer"]]));

    let here = app.browser.tab().await;
    app.browser.press("link", &address).await;
    let there = eventually("another tab opens", async || {
        let tabs = app.browser.driver().windows().await.ok()?;
        tabs.into_iter().find(|tab| *tab != here)
    })
    .await;
    app.browser.to_tab(&there).await;
    eventually("it goes there", async || {
        let url = app.browser.driver().current_url().await.ok()?;
        (url.as_str() == address).then_some(())
    })
    .await;
    let knows = app.browser.run("return window.opener !== null || document.referrer !== ''", vec![]).await;
    assert_eq!(knows, json!(false));
}
