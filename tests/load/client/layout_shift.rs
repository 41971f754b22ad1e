//! What moves without being moved, from the start to sending.

use serde_json::Value;
use support::Server;
use support::browser::{App, Profile, Screen};

use super::probe;
use crate::report::Figure;

/// Stored before, so that there is something that could move.
const MESSAGES: usize = 40;

pub async fn measure() -> Figure {
    let server = Server::start().await;
    let [anna, bert] = server.people(["anna", "bert"]).await;
    for number in 0..MESSAGES {
        let (from, to) = if number % 2 == 0 { (&anna, "bert") } else { (&bert, "anna") };
        from.send(to, &format!("{number}: as long as lines are")).await.must_be(200);
    }
    let profile = Profile::fresh();
    let app = App::signed_in(&profile, Screen::desktop(), server.address(), "anna").await;
    app.browser.find("link", "bert*").await;
    probe::put_into(&app.browser).await;

    let mut shifts = Shifts::default();
    app.visit("/").await;
    app.browser.find("link", "bert*").await;
    shifts.take(&app, "start").await;
    app.open_conversation("bert").await;
    app.composer("bert").await;
    app.browser.shows(&format!("{}: as long as lines are", MESSAGES - 1)).await;
    shifts.take(&app, "opening").await;
    bert.send("anna", "one that comes").await.must_be(200);
    app.browser.shows("one that comes").await;
    shifts.take(&app, "receiving").await;
    app.say("bert", "one that goes").await;
    app.shows_state("one that goes", "state.sent").await;
    shifts.take(&app, "sending").await;
    // once more with the conversation open from the start
    app.visit("/c/@bert").await;
    app.browser.shows("one that goes").await;
    shifts.take(&app, "start in a conversation").await;
    app.browser.close().await;
    Figure {
        name: "layout shift: start, opening, receiving, sending",
        value: shifts.unexpected,
        unit: "score",
        floor: None,
        bar: "0",
        met: shifts.unexpected == 0.0,
        notes: format!("{}within half a second of a key or click: {:.4}", shifts.notes, shifts.after_input),
        faults: 0,
    }
}

/// The score of what shifted, as browsers define it.
#[derive(Default)]
struct Shifts {
    unexpected: f64,
    /// Within 500 ms of something pressed: it does not count, because a person expects it.
    after_input: f64,
    notes: String,
}

impl Shifts {
    /// Takes in what has shifted since the last time.
    async fn take(&mut self, app: &App, step: &str) {
        let script = "await probe.painted(); await probe.painted(); return probe.shifts.splice(0)";
        let shifts = app.browser.run_async(script, vec![]).await;
        for shift in shifts.as_array().expect("a list of shifts") {
            let value = shift[0].as_f64().expect("a score");
            if shift[1] == Value::Bool(true) {
                self.after_input += value;
            } else {
                self.unexpected += value;
                self.notes += &format!("{step} {value:.4} ({}); ", shift[2].as_str().unwrap_or_default());
            }
        }
    }
}
