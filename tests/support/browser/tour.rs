//! Every screen there is, one after the other: for pictures of them and for what axe-core says to them.

use serde_json::json;

use super::{App, Profile, Screen};
use crate::network::Network;
use crate::raw::Person;
use crate::server::Server;

/// Waits for animations and transitions that end by themselves; one that is cancelled is over too.
const AT_REST: &str = "await Promise.all(document.getAnimations()
    .filter((it) => it.effect.getComputedTiming().endTime !== Infinity)
    .map((it) => it.finished.catch(() => null)));";

/// A server with people who have talked, so that every screen has something to show.
pub struct World {
    /// What the clients talk to, through the network.
    _server: Server,
    network: Network,
    anna: Person,
    phone: Person,
    group: String,
}

impl World {
    /// Makes it.
    pub async fn new() -> Self {
        let server = Server::start().await;
        let network = Network::before(server.address()).await;
        let [anna, bert, carl, dora, emil] = server.people(["anna", "bert", "carl", "dora", "emil"]).await;
        for (person, name) in [(&anna, "Anna Wu"), (&bert, "Bertram"), (&carl, "小雁"), (&emil, "Emil K.")]
        {
            person.rename(name).await;
        }
        talk(&anna, &bert).await;
        let group = anna.group("Sunday walks 散步", &[&bert, &carl, &emil]).await;
        for (person, text) in [
            (&bert, "Where to this week?"),
            (&carl, "湖邊好嗎？天氣不錯，可以看到雁群。"),
            (&carl, "早上九點在車站見。"),
            (
                &anna,
                "Good. I bring tea, and the map from last time: https://example.org/maps/lake?season=autumn",
            ),
            (&emil, "👍"),
        ] {
            person.send_into(&group, text).await.must_be(200);
        }
        anna.give_role(&group, &bert, "admin").await.must_be(200);
        anna.send("anna", "Passport: second drawer").await.must_be(200);
        emil.send("anna", "Have you seen my umbrella?").await.must_be(200);
        emil.send("anna", "Found it.").await.must_be(200);
        dora.send("anna", "Hello, we met at the station; you left your gloves.").await.must_be(200);
        let phone = anna.another_device("Anna’s phone").await;
        let frank = server.person("frank").await;
        anna.block(&frank).await.must_be(200);
        Self { _server: server, network, anna, phone, group }
    }

    /// Shows every screen to `look`, which is told its name.
    pub async fn tour(&self, screen: Screen, look: impl AsyncFnMut(&App, &'static str)) {
        let profile = Profile::fresh();
        let app = App::open(&profile, screen, self.network.address()).await;
        let mut tour = Tour { world: self, app, look };
        tour.welcome().await;
        tour.conversations().await;
        tour.dialogs().await;
        tour.settings().await;
        tour.trouble().await;
        tour.app.browser.close().await;
        drop(profile);
        self.forget_the_tour().await;
    }

    /// The next tour finds everything as this one did.
    async fn forget_the_tour(&self) {
        self.network.heal();
        let devices = self.anna.api.get("/api/devices").await.must_be(200).body;
        for device in devices["devices"].as_array().expect("devices") {
            let id = device["deviceId"].as_str().expect("an id");
            if id != self.anna.device_id && id != self.phone.device_id {
                self.anna.api.delete(&format!("/api/devices/{id}")).await.must_be(204);
            }
        }
    }
}

async fn talk(anna: &Person, bert: &Person) {
    for (person, text) in [
        (bert, "Did the letter arrive?"),
        (anna, "This morning. The seal was whole."),
        (
            anna,
            "Thank you for the drawing; it hangs over the desk now, where the light falls on it in the afternoon, and everyone who comes in asks about the goose.",
        ),
        (bert, "🪿"),
        (bert, "One list, in one message:\n- ink\n- paper\n- patience"),
    ] {
        let sent = person.send(if person.name == "anna" { "bert" } else { "anna" }, text).await.must_be(200);
        let path =
            format!("/api/conversations/{}/read", sent.body["conversationId"].as_str().expect("an id"));
        let other = if person.name == "anna" { bert } else { anna };
        other.api.post(&path, json!({"seq": sent.body["seq"]})).await.must_be(204);
    }
}

struct Tour<'a, L> {
    world: &'a World,
    app: App,
    look: L,
}

impl<L: AsyncFnMut(&App, &'static str)> Tour<'_, L> {
    /// Looks once everything has come to rest.
    async fn see(&mut self, name: &'static str) {
        self.app.browser.run_async(AT_REST, vec![]).await;
        (self.look)(&self.app, name).await;
    }

    async fn welcome(&mut self) {
        self.app.at_welcome().await;
        self.see("welcome-create").await;
        self.app.browser.fill(&self.app.words.at("welcome.username"), "a b").await;
        self.app.press("button", "welcome.create").await;
        self.app.browser.shows(&self.app.words.at("error.username_character")).await;
        self.see("welcome-create-refused").await;
        self.app.visit("/").await;
        self.app.fill_sign_in("anna", "not the right one").await;
        self.app.browser.shows(&self.app.words.at("error.wrong_credentials")).await;
        self.see("welcome-sign-in-refused").await;
        self.app.visit("/").await;
        self.app.sign_in("anna").await;
    }

    async fn conversations(&mut self) {
        self.app.browser.find("link", "Bertram*").await;
        self.see("home").await;
        self.app.visit("/c/@bert").await;
        self.app.browser.shows("patience").await;
        self.see("conversation").await;
        self.app.visit("/c/@bert/details").await;
        self.app.browser.find("button", &self.app.words.with("details.block", "name", "Bertram")).await;
        self.see("details-person").await;
        self.app.visit("/c/@emil").await;
        self.app.browser.shows("Found it.").await;
        self.see("conversation-unread").await;
        self.app.visit("/c/@anna").await;
        self.app.browser.shows("Passport").await;
        self.see("note").await;
        let group = format!("/c/{}", self.world.group);
        self.app.visit(&group).await;
        self.app.browser.shows("👍").await;
        self.see("conversation-group").await;
        self.app.visit(&format!("{group}/details")).await;
        self.app.browser.find("button", &self.app.words.at("details.leave")).await;
        self.see("details-group").await;
        self.app.press("button", "details.leave").await;
        self.app.browser.find("button", &self.app.words.at("details.leave_confirm")).await;
        self.see("leave-group").await;
        self.app.visit("/requests").await;
        self.app.browser.find("link", "dora*").await;
        self.see("requests").await;
        self.app.visit("/c/@dora").await;
        self.app.browser.find("button", &self.app.words.at("request.accept")).await;
        self.see("conversation-request").await;
        self.app.visit("/c/018f2f6e-0000-7000-8000-000000000001").await;
        self.app.browser.shows(&self.app.words.at("timeline.missing_title")).await;
        self.see("conversation-missing").await;
    }

    async fn dialogs(&mut self) {
        self.app.visit("/").await;
        self.app.at_home().await;
        self.app.press("button", "list.new").await;
        let line = self.app.browser.find("combobox", &self.app.words.at("new.search")).await;
        self.see("new").await;
        line.send_keys("ca").await.expect("a line to type into");
        self.app.browser.find("option", "小雁*").await;
        self.see("new-found").await;
        self.app.visit("/").await;
        self.app.press("button", "list.new").await;
        self.app.press("button", "new.group").await;
        self.app.browser.find("button", &self.app.words.at("group.create")).await;
        self.see("new-group").await;
        self.app.visit("/").await;
        self.app.browser.press("button", &format!("{}*", self.app.words.at("list.jump"))).await;
        self.app.browser.find("combobox", &self.app.words.at("list.jump")).await;
        self.see("jump").await;
    }

    async fn settings(&mut self) {
        self.app.visit("/settings").await;
        self.app.browser.find("button", &self.app.words.at("settings.sign_out")).await;
        self.see("settings").await;
        let pages = [
            ("settings-profile", "profile.lead"),
            ("settings-appearance", "appearance.theme_dark"),
            ("settings-devices", "devices.this"),
            ("settings-password", "password.lead"),
            ("settings-blocked", "blocked.unblock"),
            ("settings-storage", "storage.lead"),
            ("settings-keyboard", "keys.jump"),
            ("settings-about", "about.lead"),
            ("settings-delete", "delete.lead"),
        ];
        for (page, words) in pages {
            self.app.visit(&format!("/{}", page.replace('-', "/"))).await;
            self.app.browser.shows(&self.app.words.at(words)).await;
            self.see(page).await;
        }
        self.app.visit("/settings").await;
        self.app.press("button", "settings.sign_out").await;
        self.app.browser.find("button", &self.app.words.at("sign_out.stay")).await;
        self.see("sign-out").await;
    }

    async fn trouble(&mut self) {
        self.app.visit("/c/@nobody-here").await;
        self.app.say("nobody-here", "Is anyone there?").await;
        self.app.browser.shows(&self.app.words.at("state.refused")).await;
        self.see("refused").await;
        self.app.visit("/c/@bert").await;
        self.app.browser.shows("patience").await;
        self.world.network.cut();
        self.app.say("Bertram", "This one waits for the line.").await;
        self.app.browser.shows("This one waits for the line.").await;
        self.app.shows_state("This one waits for the line.", "state.queued_link").await;
        let strip = self.app.words.at("link.try_now");
        self.app.browser.shows(&strip).await;
        self.see("offline").await;
    }
}
