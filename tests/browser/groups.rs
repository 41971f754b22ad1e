//! A group over its life: who is in it, what they may do, what it is called, and what those see who come later.

use support::Server;
use support::browser::{App, Profile, Screen};

/// Does something about a member from the menu beside their name.
async fn choose(app: &App, name: &str, place: &str) {
    app.browser.press("button", &app.words.with("details.member_menu", "name", name)).await;
    app.press("menuitem", place).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn members_are_added_and_removed_and_a_role_is_given() {
    let server = Server::start().await;
    let [anna, bert, carl, dora] = server.people(["anna", "bert", "carl", "dora"]).await;
    let group = anna.group("geese", &[&bert]).await;
    let profile = Profile::fresh();
    let app = App::signed_in(&profile, Screen::desktop(), server.address(), "anna").await;
    app.visit(&format!("/c/{group}/details")).await;
    app.press("button", "details.add_members").await;
    app.browser.find("combobox", &app.words.at("group.people")).await.send_keys("carl").await.unwrap();
    app.browser.press("option", "carl*").await;
    app.press("button", "action.add").await;
    app.browser.shows(&app.words.with("system.added_by_you", "people", "carl")).await;
    app.browser.shows("3 members").await;
    carl.send_into(&group, "Here I am").await.must_be(200);
    app.shows_messages(&["Here I am"]).await;

    bert.add(&group, &[&dora]).await.must_be(403);
    choose(&app, "bert", "details.make_admin").await;
    let words = app.words.with("system.role_by_you", "person", "bert");
    app.browser.shows(&words.replace("{role}", &app.words.at("system.as_admin"))).await;
    app.browser.shows(&app.words.at("details.role_admin")).await;
    bert.add(&group, &[&dora]).await.must_be(200);
    app.browser.shows("4 members").await;

    choose(&app, "carl", "details.remove_member").await;
    app.press("button", "details.remove_confirm").await;
    app.browser.shows(&app.words.with("system.removed_by_you", "person", "carl")).await;
    app.browser.gone("button", &app.words.with("details.member_menu", "name", "carl")).await;
    app.browser.shows("3 members").await;
    carl.send_into(&group, "Am I still?").await.must_be(404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_group_gets_another_name_and_new_members_see_the_past() {
    let server = Server::start().await;
    let [anna, bert, carl, dora] = server.people(["anna", "bert", "carl", "dora"]).await;
    let group = anna.group("geese", &[&bert]).await;
    bert.send_into(&group, "before the others").await.must_be(200);
    anna.add(&group, &[&carl]).await.must_be(200);
    let profile = Profile::fresh();
    let app = App::signed_in(&profile, Screen::desktop(), server.address(), "anna").await;
    app.visit(&format!("/c/{group}/details")).await;
    app.browser.shows(&app.words.at("details.history_note_from_joining")).await;
    app.press("button", "group.edit_title").await;
    app.browser.replace(&app.words.at("group.title"), "geese 雁群").await;
    app.press("radio", "group.history_all").await;
    app.press("button", "action.save").await;

    app.browser.shows(&app.words.with("system.renamed_you", "title", "geese 雁群")).await;
    app.browser.shows(&app.words.at("system.history_all")).await;
    app.browser.shows(&app.words.at("details.history_note_all")).await;
    app.browser.find("link", "geese 雁群*").await;
    app.composer("geese 雁群").await;
    anna.add(&group, &[&dora]).await.must_be(200);
    assert_eq!(dora.texts_of(&group).await, ["before the others"]);
    assert_eq!(carl.texts_of(&group).await, [""; 0], "who came before came under the old rule");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_left_a_group_can_be_added_again_and_writes_as_before() {
    let server = Server::start().await;
    let [anna, bert] = server.people(["anna", "bert"]).await;
    let group = bert.group("geese", &[&anna]).await;
    bert.send_into(&group, "before").await.must_be(200);
    let profile = Profile::fresh();
    let app = App::signed_in(&profile, Screen::desktop(), server.address(), "anna").await;
    app.visit(&format!("/c/{group}")).await;
    app.say("geese", "I have to go").await;
    app.press("link", "details.open").await;
    app.press("button", "details.leave").await;
    app.press("button", "details.leave_confirm").await;
    app.browser.shows(&app.words.at("timeline.not_in_group")).await;
    app.browser.shows(&app.words.at("system.left_you")).await;

    bert.send_into(&group, "while she was away").await.must_be(200);
    bert.add(&group, &[&anna]).await.must_be(200);
    app.browser.shows(&app.words.with("system.added_you", "actor", "bert")).await;
    app.say("geese", "back again").await;
    app.shows_state("back again", "state.sent").await;
    let seen = ["before", "I have to go", "back again"];
    app.shows_messages(&seen).await;
    app.visit(&format!("/c/{group}")).await;
    app.shows_messages(&seen).await;
    assert_eq!(bert.texts_of(&group).await, ["before", "I have to go", "while she was away", "back again"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_owner_shares_the_group_and_steps_down() {
    let server = Server::start().await;
    let [anna, bert] = server.people(["anna", "bert"]).await;
    let group = anna.group("geese", &[&bert]).await;
    let profile = Profile::fresh();
    let app = App::signed_in(&profile, Screen::phone(), server.address(), "anna").await;
    app.visit(&format!("/c/{group}/details")).await;
    app.browser.find("button", &app.words.with("details.member_menu", "name", "bert")).await;
    let own_menu = app.words.with("details.member_menu", "name", "anna");
    app.browser.gone("button", &own_menu).await;
    choose(&app, "bert", "details.make_owner").await;
    let dialog = app.browser.find("dialog", &app.words.with("details.own_title", "name", "bert")).await;
    app.browser.press_in(&dialog, "button", &app.words.at("details.make_owner")).await;
    app.browser.find("button", &own_menu).await;
    choose(&app, "anna", "details.make_member").await;
    app.press("button", "details.step_down_confirm").await;
    app.browser.gone("button", &app.words.at("details.add_members")).await;
    anna.give_role(&group, &bert, "member").await.must_be(403);
    bert.give_role(&group, &anna, "admin").await.must_be(200);
    app.browser.find("button", &app.words.at("details.add_members")).await;
}
