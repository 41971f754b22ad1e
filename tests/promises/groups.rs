//! Groups: roles, coming and going, and what each may see.

use serde_json::{Value, json};
use support::raw::Person;
use support::{Server, clock};

use crate::log::{assert_dense, texts};

/// The roles as `person` sees them.
async fn roles(person: &Person, group: &str) -> Vec<(String, Value)> {
    let whole = person.conversation(group).await.must_be(200).body;
    let members = whole["conversation"]["members"].as_array().expect("members").clone();
    let mut roles: Vec<(String, Value)> = members
        .iter()
        .map(|member| (member["userId"].as_str().expect("a name").to_owned(), member["role"].clone()))
        .collect();
    roles.sort_by(|one, other| one.0.cmp(&other.0));
    roles
}

fn expected(roles: &[(&str, Option<&str>)]) -> Vec<(String, Value)> {
    roles.iter().map(|(name, role)| ((*name).to_owned(), json!(role))).collect()
}

#[tokio::test]
async fn members_write_admins_manage_members_owners_give_roles() {
    let server = Server::start().await;
    let [anna, bert, carl, dora] = server.people(["anna", "bert", "carl", "dora"]).await;
    let group = anna.group("geese", &[&bert, &carl]).await;
    let roles_now = roles(&bert, &group).await;
    assert_eq!(
        roles_now,
        expected(&[("anna", Some("owner")), ("bert", Some("member")), ("carl", Some("member"))])
    );

    let path = format!("/api/conversations/{group}");
    let rename = json!({"title": "ducks"});
    // a member manages nothing
    bert.api.patch(&path, rename.clone()).await.must_fail(403, "forbidden");
    bert.add(&group, &[&dora]).await.must_fail(403, "forbidden");
    bert.remove(&group, &carl).await.must_fail(403, "forbidden");
    bert.give_role(&group, &bert, "owner").await.must_fail(403, "forbidden");
    // an admin manages members, and neither roles nor owners
    anna.give_role(&group, &bert, "admin").await.must_be(200);
    bert.api.patch(&path, rename).await.must_be(200);
    bert.add(&group, &[&dora]).await.must_be(200);
    bert.remove(&group, &carl).await.must_be(200);
    bert.remove(&group, &anna).await.must_fail(403, "forbidden");
    bert.give_role(&group, &dora, "admin").await.must_fail(403, "forbidden");
    // an owner does; and the last one cannot just give it up
    anna.give_role(&group, &anna, "member").await.must_fail(403, "forbidden");
    anna.give_role(&group, &dora, "owner").await.must_be(200);
    anna.give_role(&group, &anna, "member").await.must_be(200);
    anna.give_role(&group, &bert, "member").await.must_fail(403, "forbidden");
    let roles_now = roles(&dora, &group).await;
    let current: Vec<_> = roles_now.into_iter().filter(|(_, role)| !role.is_null()).collect();
    assert_eq!(
        current,
        expected(&[("anna", Some("member")), ("bert", Some("admin")), ("dora", Some("owner"))])
    );

    let log = bert.log(&group).await;
    assert_dense(&log);
    let events: Vec<Value> = log
        .iter()
        .filter(|entry| entry["type"] == "system")
        .map(|entry| {
            serde_json::from_str::<Value>(entry["content"].as_str().unwrap()).unwrap()["event"].clone()
        })
        .collect();
    assert_eq!(events[0], "created");
    for event in ["renamed", "membersAdded", "memberRemoved", "roleChanged"] {
        assert!(events.contains(&json!(event)), "{event} is told in {events:?}");
    }
}

#[tokio::test]
async fn who_comes_later_sees_from_their_coming_on_unless_the_group_says_otherwise() {
    let server = Server::start().await;
    let [anna, bert, carl] = server.people(["anna", "bert", "carl"]).await;
    let group = anna.group("geese", &[]).await;
    anna.send_into(&group, "before anybody came").await.must_be(200);
    anna.add(&group, &[&bert]).await.must_be(200);
    anna.send_into(&group, "for bert").await.must_be(200);
    assert_eq!(texts(&bert.log(&group).await), ["for bert"]);

    let path = format!("/api/conversations/{group}");
    anna.api.patch(&path, json!({"history": "all"})).await.must_be(200);
    anna.add(&group, &[&carl]).await.must_be(200);
    assert_eq!(texts(&carl.log(&group).await), ["before anybody came", "for bert"]);
    assert_eq!(texts(&bert.log(&group).await), ["for bert"], "the rule is for those who come after it");
}

#[tokio::test]
async fn who_left_sees_what_was_while_there_and_comes_back_to_what_is_then() {
    let server = Server::start().await;
    let [anna, bert] = server.people(["anna", "bert"]).await;
    let group = anna.group("geese", &[&bert]).await;
    anna.send_into(&group, "together").await.must_be(200);
    let (mut at_bert, _) = bert.resumed_socket(None).await;
    bert.leave(&group).await.must_be(200);
    at_bert
        .hear_where("his own going", |frame| {
            frame["action"] == "conversation" && frame["data"]["own"]["role"].is_null()
        })
        .await;

    let alone = anna.send_into(&group, "alone").await.must_be(200).body;
    bert.send_into(&group, "wait").await.must_fail(404, "notFound");
    let log = bert.log(&group).await;
    assert_eq!(texts(&log), ["together"]);
    let hidden = format!("/api/messages/{}", alone["messageId"].as_str().unwrap());
    bert.api.get(&hidden).await.must_fail(404, "notFound");
    assert!(at_bert.hear_all().await.iter().all(|frame| frame["action"] != "receiveMessage"));

    anna.add(&group, &[&bert]).await.must_be(200);
    anna.send_into(&group, "together again").await.must_be(200);
    at_bert.hear_where("it", |frame| frame["data"]["content"] == "together again").await;
    assert_eq!(
        texts(&bert.log(&group).await),
        ["together", "together again"],
        "the time between stays unseen"
    );
    bert.api.get(&hidden).await.must_fail(404, "notFound");
    let whole = bert.conversation(&group).await.must_be(200).body;
    assert_eq!(whole["conversation"]["own"]["intervals"].as_array().unwrap().len(), 2, "{whole}");
}

#[tokio::test]
async fn when_the_last_owner_goes_another_owns_it() {
    let server = Server::start().await;
    let [anna, bert, carl] = server.people(["anna", "bert", "carl"]).await;
    let group = anna.group("geese", &[&bert, &carl]).await;
    anna.give_role(&group, &carl, "admin").await.must_be(200);
    anna.leave(&group).await.must_be(200);
    let now: Vec<_> = roles(&bert, &group).await.into_iter().filter(|(_, role)| !role.is_null()).collect();
    assert_eq!(now, expected(&[("bert", Some("member")), ("carl", Some("owner"))]));
    carl.leave(&group).await.must_be(200);
    let now: Vec<_> = roles(&bert, &group).await.into_iter().filter(|(_, role)| !role.is_null()).collect();
    assert_eq!(now, expected(&[("bert", Some("owner"))]));
}

#[tokio::test]
async fn the_same_request_for_a_group_makes_one_group() {
    let server = Server::start().await;
    let [anna, bert] = server.people(["anna", "bert"]).await;
    let body = json!({"requestId": clock::fresh_id().to_string(), "title": "geese", "userIds": ["bert"]});
    let first = anna.api.post("/api/conversations", body.clone()).await;
    let again = anna.api.post("/api/conversations", body.clone()).await;
    let id = |answer: &support::raw::Answer| answer.body["conversation"]["conversationId"].clone();
    assert!(id(&first).is_string(), "{}", first.text);
    assert_eq!(id(&first), id(&again));
    assert_eq!(anna.api.get("/api/conversations").await.body["conversations"].as_array().unwrap().len(), 1);
    bert.api.post("/api/conversations", body).await.must_fail(409, "conflict");
}

#[tokio::test]
async fn a_group_is_refused_without_title_or_with_people_who_are_not_there() {
    let server = Server::start().await;
    let [anna, bert] = server.people(["anna", "bert"]).await;
    let make = async |title: &str, people: Value| {
        anna.api.post("/api/conversations", json!({"title": title, "userIds": people})).await
    };
    assert_eq!(make(" ", json!([])).await.must_fail(422, "invalid").body["error"]["field"], "title");
    make(&"x".repeat(101), json!([])).await.must_fail(422, "invalid");
    make("geese", json!(["nobody"])).await.must_fail(404, "notFound");
    bert.block(&anna).await.must_be(200);
    make("geese", json!(["bert"])).await.must_fail(403, "blocked");
    assert_eq!(anna.api.get("/api/conversations").await.body["conversations"], json!([]));
}
