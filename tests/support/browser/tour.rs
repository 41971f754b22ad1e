//! Every screen there is, one after the other: for pictures of them, for what axe-core says to them, for what moves.

use serde_json::json;
use thirtyfour::Key;

use super::{App, Profile, Screen, World};
use crate::raw::PASSWORD;

/// What a browser does that can install the app.
const OFFER_TO_INSTALL: &str = "dispatchEvent(new Event('beforeinstallprompt', {cancelable: true}));";

/// An address without https, as the page sees it.
const WITHOUT_HTTPS: &str = "Object.defineProperty(window, 'isSecureContext', {value: false});";

/// A browser that may notify.
const MAY_NOTIFY: &str = "Object.defineProperty(Notification, 'permission', {get: () => 'granted'});";

impl World {
    /// Shows every screen to `look`, which is told its name.
    pub async fn tour(self, screen: Screen, look: impl AsyncFnMut(&App, &'static str)) {
        let profile = Profile::fresh();
        let app = App::open(&profile, screen, self.network.address()).await;
        let mut tour = Tour { world: self, app, look };
        tour.welcome().await;
        tour.conversations().await;
        tour.details().await;
        tour.requests().await;
        tour.dialogs().await;
        tour.settings().await;
        tour.trouble().await;
        tour.farewells().await;
        tour.app.browser.close().await;
    }
}

struct Tour<L> {
    world: World,
    app: App,
    look: L,
}

impl<L: AsyncFnMut(&App, &'static str)> Tour<L> {
    /// Looks once everything has come to rest.
    async fn see(&mut self, name: &'static str) {
        self.app.browser.comes_to_rest().await;
        (self.look)(&self.app, name).await;
    }

    /// Closes what lies over the page.
    async fn step_back(&self, role: &str) {
        self.app.browser.keys(Key::Escape.value().to_string()).await;
        self.app.browser.gone(role, "*").await;
    }

    /// Asks for something that needs a second word, and looks at the question.
    async fn see_question(&mut self, name: &'static str, role: &str, place: &str, answer: &str) {
        self.app.press(role, place).await;
        self.app.browser.find("dialog", "*").await;
        self.app.browser.find("button", &self.app.words.at(answer)).await;
        self.see(name).await;
        self.step_back("dialog").await;
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
        self.app.visit("/c/@emil").await;
        self.app.browser.shows("Found it.").await;
        self.see("conversation-unread").await;
        self.app.visit("/c/@anna").await;
        self.app.browser.shows("Passport").await;
        self.see("note").await;
        self.app.visit(&format!("/c/{}", self.world.group)).await;
        self.app.browser.shows("👍").await;
        self.see("conversation-group").await;
        self.app.visit(&format!("/c/{}", self.world.former_group)).await;
        self.app.browser.shows(&self.app.words.at("timeline.not_in_group")).await;
        self.see("conversation-former-group").await;
        self.app.visit("/c/@frank").await;
        self.app.browser.find("button", &self.app.words.at("blocked.unblock")).await;
        self.see("conversation-blocked").await;
        self.app.visit("/c/018f2f6e-0000-7000-8000-000000000001").await;
        self.app.browser.shows(&self.app.words.at("timeline.missing_title")).await;
        self.see("conversation-missing").await;
    }

    async fn details(&mut self) {
        self.app.visit("/c/@bert/details").await;
        let block = self.app.words.with("details.block", "name", "Bertram");
        self.app.browser.find("button", &block).await;
        self.see("details-person").await;
        self.app.browser.press("button", &block).await;
        self.app.browser.find("button", &self.app.words.at("details.block_confirm")).await;
        self.see("block-person").await;
        self.app.visit("/c/@bert/details").await;
        self.see_question("mute", "button", "mute.begin", "mute.week").await;
        self.app.press("button", "mute.begin").await;
        self.app.press("button", "mute.week").await;
        self.app.browser.find("button", &self.app.words.at("mute.end")).await;
        self.see("details-muted").await;
        self.app.press("button", "mute.end").await;
        self.app.visit(&format!("/c/{}/details", self.world.group)).await;
        self.app.browser.find("button", &self.app.words.at("details.leave")).await;
        self.see("details-group").await;
        let menu = self.app.words.with("details.member_menu", "name", "小雁");
        self.app.browser.press("button", &menu).await;
        self.app.browser.find("menuitem", &self.app.words.at("details.remove_member")).await;
        self.see("member-menu").await;
        self.see_question("remove-member", "menuitem", "details.remove_member", "details.remove_confirm")
            .await;
        self.see_question("add-people", "button", "details.add_members", "action.add").await;
        self.see_question("group-settings", "button", "group.edit_title", "action.save").await;
        self.see_question("leave-group", "button", "details.leave", "details.leave_confirm").await;
        self.app.visit(&format!("/c/{}/details", self.world.former_group)).await;
        self.app.browser.shows(&self.app.words.at("details.former")).await;
        self.see("details-former-group").await;
    }

    async fn requests(&mut self) {
        self.app.visit("/requests").await;
        self.app.browser.find("link", "dora*").await;
        self.see("requests").await;
        self.app.visit("/c/@dora").await;
        self.app.browser.find("button", &self.app.words.at("request.accept")).await;
        self.see("conversation-request").await;
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
        line.send_keys("ts").await.expect("a line to type into");
        self.app.browser.shows(&self.app.words.with("new.none", "query", "cats")).await;
        self.see("new-not-found").await;
        self.app.visit("/").await;
        self.app.press("button", "list.new").await;
        self.app.press("button", "new.group").await;
        self.app.browser.find("button", &self.app.words.at("group.create")).await;
        self.see("new-group").await;
        let people = self.app.browser.find("combobox", &self.app.words.at("group.people")).await;
        for (name, shown) in [("bert", "Bertram"), ("carl", "小雁")] {
            people.send_keys(name).await.expect("a line to type into");
            self.app.browser.press("option", &format!("{shown}*")).await;
            let chosen = self.app.words.with("group.remove_person", "name", shown);
            self.app.browser.find("button", &chosen).await;
        }
        self.see("new-group-people").await;
        self.app.visit("/").await;
        self.app.browser.press("button", &format!("{}*", self.app.words.at("list.jump"))).await;
        self.app.browser.find("combobox", &self.app.words.at("list.jump")).await;
        self.see("jump").await;
        self.app
            .visit("/share?title=Geese&text=They+are+back+on+the+lake&url=https://example.org/geese")
            .await;
        self.app.browser.find("option", "Bertram*").await;
        self.see("share").await;
        self.world.anna.send("bert", "I have looked: they are.").await.must_be(200);
        self.app.visit("/").await;
        self.app.at_home().await;
        self.app.browser.find("button", &self.app.words.at("notify.turn_on")).await;
        self.see("offer").await;
        self.app.browser.run(OFFER_TO_INSTALL, vec![]).await;
        self.app.press("button", "install.decline").await;
        self.app.browser.find("button", &self.app.words.at("install.action")).await;
        self.see("install").await;
    }

    async fn settings(&mut self) {
        self.app.visit("/settings").await;
        self.app.browser.find("button", &self.app.words.at("settings.sign_out")).await;
        self.see("settings").await;
        self.see_question("sign-out", "button", "settings.sign_out", "sign_out.stay").await;
        let pages = [
            ("settings-profile", "profile.lead"),
            ("settings-appearance", "appearance.theme_dark"),
            ("settings-notifications", "notify.lead"),
            ("settings-password", "password.lead"),
            ("settings-blocked", "blocked.unblock"),
            ("settings-storage", "storage.lead"),
            ("settings-keyboard", "keys.jump"),
            ("settings-about", "about.lead"),
            ("settings-devices", "devices.this"),
        ];
        for (page, words) in pages {
            self.app.visit(&format!("/{}", page.replace('-', "/"))).await;
            self.app.browser.shows(&self.app.words.at(words)).await;
            self.see(page).await;
        }
        self.app
            .browser
            .devtools("Page.addScriptToEvaluateOnNewDocument", json!({"source": MAY_NOTIFY}))
            .await;
        self.app.pretends_to_notify().await;
        self.app.visit("/settings/notifications").await;
        self.app.press("radio", "notify.quiet_hours").await;
        self.app.browser.find("button", &self.app.words.at("notify.turn_off")).await;
        self.see("settings-notifications-on").await;
        self.app.visit("/settings/devices").await;
        let phone = self.app.words.with("devices.remove", "name", "Anna’s phone");
        self.app.browser.press("button", &phone).await;
        self.app.browser.find("button", &self.app.words.at("devices.remove_confirm")).await;
        self.see("remove-device").await;
        self.app.visit("/settings/delete").await;
        self.app.browser.shows(&self.app.words.at("delete.lead")).await;
        self.see("settings-delete").await;
        self.app.browser.fill(&self.app.words.at("delete.password"), PASSWORD).await;
        self.see_question("delete-account", "button", "delete.confirm", "action.cancel").await;
    }

    async fn trouble(&mut self) {
        self.app.visit("/c/@nobody-here").await;
        self.app.say("nobody-here", "Is anyone there?").await;
        self.app.browser.shows(&self.app.words.at("state.refused")).await;
        self.see("refused").await;
        self.app.press("button", "state.fix").await;
        self.app.browser.shows(&self.app.words.at("composer.fixing")).await;
        self.see("fixing").await;
        // within the page, whose link is up: one that is loaded anew may still be catching up when the replies stop
        self.app.browser.run(r#"document.querySelector('a[href="/c/@bert"]').click()"#, vec![]).await;
        self.app.browser.shows("patience").await;
        self.app.kept_for_offline().await;
        self.world.network.lose_replies();
        self.app.say("Bertram", "Is this still the right address?").await;
        self.app.shows_state("Is this still the right address?", "state.in_flight").await;
        self.world.network.cut();
        self.app.browser.shows(&self.app.words.at("state.unknown_short")).await;
        self.app.say("Bertram", "This one waits for the line.").await;
        self.app.shows_state("This one waits for the line.", "state.queued_link").await;
        self.app.browser.find("button", &self.app.words.at("link.try_now")).await;
        self.see("offline").await;
        self.app.press("button", "state.menu").await;
        self.app.browser.find("menuitem", &self.app.words.at("state.take_back")).await;
        self.see("message-menu").await;
        self.app.press("menuitem", "state.edit").await;
        self.app.browser.shows(&self.app.words.at("composer.editing")).await;
        self.see("editing").await;
        self.app.visit("/settings").await;
        self.see_question("sign-out-waiting", "button", "settings.sign_out", "sign_out.confirm_lose").await;
    }

    /// Sessions that end, and an account where nothing is yet.
    async fn farewells(&mut self) {
        let password = "geese fly south in autumn";
        let change = json!({"currentPassword": PASSWORD, "newPassword": password});
        self.world.anna.api.post("/api/me/password", change).await.must_be(204);
        self.world.network.heal();
        self.app.visit("/").await;
        self.app.browser.shows(&self.app.words.at("welcome.signed_out_title")).await;
        self.see("session-over").await;
        self.app.press("button", "welcome.sign_in").await;
        self.app.browser.find("dialog", "*").await;
        self.see("session-over-sign-in").await;
        self.app.browser.fill(&self.app.words.at("welcome.password"), password).await;
        self.app.browser.keys(Key::Enter.value().to_string()).await;
        self.app.browser.gone("dialog", "*").await;
        self.revoke_the_others().await;
        self.app.at_welcome().await;
        self.see("welcome-revoked").await;
        self.app.create_account("gerda").await;
        self.see("home-empty").await;
        let source = json!({"source": WITHOUT_HTTPS});
        self.app.browser.devtools("Page.addScriptToEvaluateOnNewDocument", source).await;
        self.app.visit("/").await;
        self.app.browser.shows(&self.app.words.at("notice.insecure")).await;
        self.see("insecure").await;
    }

    /// Signs Anna out everywhere but on the device that is not seen.
    async fn revoke_the_others(&self) {
        let anna = &self.world.anna;
        let devices = anna.api.get("/api/devices").await.must_be(200).body;
        for device in devices["devices"].as_array().expect("devices") {
            let id = device["deviceId"].as_str().expect("an id");
            if id != anna.device_id {
                anna.api.delete(&format!("/api/devices/{id}")).await.must_be(204);
            }
        }
    }
}
