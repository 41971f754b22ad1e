//! P8, only members see it: nobody, a stranger and a former member try every call and every frame there is.
//!
//! The calls are taken from the server's own description, the frames from the words that the server parses: what is
//! new and has no row here fails.

use std::collections::BTreeSet;

use common::wire::parse_client_frame;
use serde_json::{Value, json};
use support::Server;
use support::raw::{Api, PASSWORD, Person, Socket};

/// Everything that only members may read has this word in it.
const SECRET: &str = "SECRET";
/// The entry by which the former member of the scene's group went: the last that is there for them.
const LAST_OF_FORMER: u64 = 4;

/// Who may make a call at all.
#[derive(Clone, Copy, PartialEq)]
enum Access {
    /// Anyone, without a session.
    Anyone,
    /// Anyone signed in; it is about themselves, or about what all signed-in people may know.
    SignedIn,
    /// Whom the conversation, message or device in the path belongs to. Others get 404; a former member this status.
    Insider { former: u16 },
}

use Access::{Anyone, Insider, SignedIn};

/// A call: method, path as described, who may make it, and a body that would be fine from an insider.
type Call = (&'static str, &'static str, Access, Value);

fn calls() -> Vec<Call> {
    let none = || Value::Null;
    let account = json!({"username": "anna", "password": "not the right one"});
    let text = json!({"to": "eve", "content": "note", "type": "text"});
    let endpoint = json!({"endpoint": "https://fcm.googleapis.com/fcm/send/of-somebody-else"});
    let subscription =
        json!({"endpoint": "https://fcm.googleapis.com/fcm/send/own", "keys": {"p256dh": "", "auth": ""}});
    vec![
        ("GET", "/api/server", Anyone, none()),
        ("GET", "/api/openapi.json", Anyone, none()),
        ("GET", "/api/docs", Anyone, none()),
        ("GET", "/api/docs.css", Anyone, none()),
        ("POST", "/api/auth/register", Anyone, account.clone()),
        ("POST", "/api/auth/login", Anyone, account),
        ("GET", "/api/me", SignedIn, none()),
        ("PATCH", "/api/me", SignedIn, json!({"displayName": "Eve"})),
        ("GET", "/api/devices", SignedIn, none()),
        ("PATCH", "/api/devices/{deviceId}", Insider { former: 404 }, json!({"name": "mine"})),
        ("DELETE", "/api/devices/{deviceId}", Insider { former: 404 }, none()),
        ("GET", "/api/users", SignedIn, none()),
        ("GET", "/api/users/{userId}", SignedIn, none()),
        ("GET", "/api/push/key", Anyone, none()),
        ("GET", "/api/push/subscriptions", SignedIn, none()),
        ("POST", "/api/push/subscriptions", SignedIn, subscription),
        ("DELETE", "/api/push/subscriptions", SignedIn, endpoint.clone()),
        ("POST", "/api/push/test", Insider { former: 404 }, endpoint),
        ("PUT", "/api/blocks/{userId}", SignedIn, none()),
        ("DELETE", "/api/blocks/{userId}", SignedIn, none()),
        ("POST", "/api/messages/send", SignedIn, text),
        ("GET", "/api/messages/{messageId}", Insider { former: 404 }, none()),
        ("GET", "/api/conversations", SignedIn, none()),
        ("POST", "/api/conversations", SignedIn, json!({"title": "own"})),
        ("GET", "/api/conversations/{conversationId}", Insider { former: 200 }, none()),
        ("GET", "/api/conversations/{conversationId}/messages", Insider { former: 200 }, none()),
        ("PATCH", "/api/conversations/{conversationId}", Insider { former: 403 }, json!({"title": "x"})),
        (
            "POST",
            "/api/conversations/{conversationId}/members",
            Insider { former: 403 },
            json!({"userIds": ["eve"]}),
        ),
        (
            "PATCH",
            "/api/conversations/{conversationId}/members/{userId}",
            Insider { former: 403 },
            json!({"role": "admin"}),
        ),
        ("DELETE", "/api/conversations/{conversationId}/members/{userId}", Insider { former: 403 }, none()),
        ("POST", "/api/conversations/{conversationId}/accept", Insider { former: 403 }, none()),
        ("POST", "/api/conversations/{conversationId}/decline", Insider { former: 403 }, none()),
        ("PUT", "/api/conversations/{conversationId}/mute", Insider { former: 403 }, json!({"seconds": 0})),
        ("POST", "/api/conversations/{conversationId}/read", Insider { former: 422 }, json!({"seq": 999})),
        // these end the session, so they come last
        (
            "POST",
            "/api/me/password",
            SignedIn,
            json!({"currentPassword": "no", "newPassword": "not at all a bad one"}),
        ),
        ("POST", "/api/me/delete", SignedIn, json!({"password": "not the right one"})),
        ("POST", "/api/auth/logout", SignedIn, none()),
    ]
}

/// Insiders with a group, a direct conversation, and somebody who was in the group once.
struct Scene {
    server: Server,
    anna: Person,
    bert: Person,
    former: Person,
    stranger: Person,
    group: String,
    direct: String,
    /// A message that the former member may not see.
    hidden: String,
}

async fn scene() -> Scene {
    let server = Server::start().await;
    let [anna, bert, former, stranger] = server.people(["anna", "bert", "frank", "eve"]).await;
    let group = anna.group("geese", &[&bert, &former]).await;
    anna.send_into(&group, "for all three").await.must_be(200);
    anna.remove(&group, &former).await.must_be(200);
    let mut at_bert = bert.socket().await;
    let path = format!("/api/conversations/{group}");
    anna.api.patch(&path, json!({"title": format!("{SECRET} new title")})).await.must_be(200);
    let hidden = anna.send_into(&group, &format!("{SECRET} for two")).await.must_be(200).body;
    let hidden = hidden["messageId"].as_str().expect("an id").to_owned();
    let direct = anna.send("bert", &format!("{SECRET} between us")).await.must_be(200).body;
    // whose socket opens from now on is told nothing of all that
    at_bert.hear_where("the last of it", |frame| frame["data"]["messageId"] == direct["messageId"]).await;
    let direct = direct["conversationId"].as_str().expect("an id").to_owned();
    Scene { server, anna, bert, former, stranger, group, direct, hidden }
}

impl Scene {
    fn fill(&self, path: &str, conversation: &str) -> String {
        let path = path.replace("{conversationId}", conversation).replace("{messageId}", &self.hidden);
        let path = path.replace("{deviceId}", &self.anna.device_id).replace("{userId}", "anna");
        let open = path.contains('{');
        assert!(!open, "no row says what stands for the parameter in {path}");
        if path == "/api/users" { format!("{path}?query=an") } else { path }
    }
}

#[tokio::test]
async fn every_call_that_the_server_describes_has_a_row_here() {
    let server = Server::start().await;
    let document = server.api().get("/api/openapi.json").await.must_be(200).body;
    let paths = document["paths"].as_object().expect("paths");
    let described: BTreeSet<(String, String)> = paths
        .iter()
        .flat_map(|(path, methods)| {
            let methods = methods.as_object().expect("methods").keys();
            methods.filter(|name| *name != "parameters").map(|name| (name.to_uppercase(), path.clone()))
        })
        .filter(|(_, path)| path.starts_with("/api/"))
        .collect();
    let rows = calls().into_iter().map(|(method, path, ..)| (method.to_owned(), path.to_owned()));
    assert_eq!(described, rows.collect());
}

#[tokio::test]
async fn without_a_session_nothing_is_told() {
    let scene = scene().await;
    let nobody = scene.server.api();
    let wrong = nobody.with_token("not-a-token");
    for (method, path, access, body) in calls() {
        let path = scene.fill(path, &scene.group);
        for api in [&nobody, &wrong] {
            let answer = api.call(method, &path, Some(&body)).await;
            assert!(!answer.text.contains(SECRET), "{method} {path}: {}", answer.text);
            if access != Anyone {
                answer.must_fail(401, "unauthorized");
            }
        }
    }
}

async fn try_all(scene: &Scene, api: &Api, who: &str, conversation: &str, of_former: bool) {
    for (method, path, access, body) in calls() {
        let path = scene.fill(path, conversation);
        let body = (!body.is_null()).then_some(&body);
        let answer = api.call(method, &path, body).await;
        assert!(!answer.text.contains(SECRET), "{who}: {method} {path}: {}", answer.text);
        if let Insider { former } = access {
            let expected = if of_former { former } else { 404 };
            assert_eq!(answer.status, expected, "{who}: {method} {path}: {}", answer.text);
        }
    }
    let log_in = json!({"username": who, "password": PASSWORD});
    Api::at(api.address()).post("/api/auth/login", log_in).await.must_be(200);
}

#[tokio::test]
async fn a_stranger_and_a_former_member_get_nothing_by_any_call() {
    let scene = scene().await;
    let log = scene.anna.log(&scene.group).await;
    let (mut at_anna, mut at_bert) = (scene.anna.socket().await, scene.bert.socket().await);
    for conversation in [&scene.group, &scene.direct] {
        let api = scene.stranger.another_device("tries").await.api;
        try_all(&scene, &api, "eve", conversation, false).await;
    }
    let api = scene.former.another_device("tries").await.api;
    try_all(&scene, &api, "frank", &scene.group, true).await;
    let api = scene.former.another_device("tries").await.api;
    try_all(&scene, &api, "frank", &scene.direct, false).await;

    assert_eq!(scene.anna.log(&scene.group).await, log, "nothing was changed");
    for insider in [&mut at_anna, &mut at_bert] {
        let heard = insider.hear_all().await;
        // that eve gave herself another name is hers to tell to those who know her, and here nobody does
        assert_eq!(heard, Vec::<Value>::new(), "the insiders hear nothing of it");
    }
}

/// The actions that the server parses, as it lists them when it hears another.
fn actions() -> BTreeSet<String> {
    let problem = parse_client_frame(r#"{"action":"?","data":{}}"#).expect_err("no such action");
    let (_, list) = problem.message.split_once("expected one of").expect("the list of actions");
    list.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// What comes back of a frame.
#[derive(Clone, Copy)]
enum Back {
    /// The error with this code.
    Refused(&'static str),
    /// This action, with data that are so.
    Said(&'static str, fn(&Value) -> bool),
}

use Back::{Refused, Said};

impl Back {
    fn must_be(self, asked: &str, answer: &Value) {
        let (action, fits) = match self {
            Refused(code) => ("error", answer["data"]["code"] == code),
            Said(action, fits) => (action, fits(&answer["data"])),
        };
        assert!(answer["action"] == action && fits, "{asked}: {answer}");
    }
}

/// A frame: its action, its data, what comes back to a stranger, and what to a former member.
type FrameRow = (&'static str, Value, Back, Back);

/// Every frame about a conversation. `hidden` is a sample of its log from after the former member went.
fn frames(conversation: &str, hidden: &Value) -> Vec<FrameRow> {
    let id = conversation;
    let up_to = |seq: u64| json!({"conversationId": id, "seq": seq});
    let nothing = Refused("notFound");
    let own_receipt = Said("receipt", |data| data["userId"] == "frank");
    let beyond = Refused("invalid");
    let page_of_then = Said("history", |data| {
        let entries = data["page"]["entries"].as_array().expect("entries");
        entries.iter().map(|entry| &entry["seq"]).eq(&[1, 2, 3, LAST_OF_FORMER])
    });
    let empty_page = Said("history", |data| data["page"]["entries"] == json!([]));
    let as_it_was = Said("resumed", |data| {
        let mut told = data["conversations"].as_array().into_iter().flatten();
        told.all(|one| one["head"]["seq"] == LAST_OF_FORMER && one["own"]["role"].is_null())
    });
    let unknown = Said("compared", |data| data["conversations"][0]["known"] == false);
    let nothing_common = Said("compared", |data| {
        let one = &data["conversations"][0];
        one["known"] == true && one["commonSeq"] == 0
    });
    let nobody = Said("presence", |data| data["people"] == json!([]));
    let pong = Said("pong", |_| true);
    let message = json!({"conversationId": id, "content": "x", "type": "text"});
    let samples = json!({"conversations": [{"conversationId": id, "points": [hidden]}]});
    vec![
        ("sendMessage", message, nothing, nothing),
        ("ack", up_to(1), nothing, own_receipt),
        ("ack", up_to(LAST_OF_FORMER + 1), nothing, beyond),
        ("markRead", up_to(1), nothing, own_receipt),
        ("markRead", up_to(LAST_OF_FORMER + 1), nothing, beyond),
        ("loadHistory", json!({"conversationId": id}), nothing, page_of_then),
        ("loadHistory", json!({"conversationId": id, "after": 0}), nothing, page_of_then),
        ("loadHistory", json!({"conversationId": id, "after": LAST_OF_FORMER}), nothing, empty_page),
        ("resume", json!({}), as_it_was, as_it_was),
        ("compare", samples, unknown, nothing_common),
        ("watch", json!({"userIds": ["anna", "bert"]}), nobody, nobody),
        ("ping", json!({}), pong, pong),
    ]
}

/// Frames that nobody answers.
fn unanswered(conversation: &str) -> Vec<(&'static str, Value)> {
    vec![
        ("typing", json!({"conversationId": conversation, "active": true})),
        ("attention", json!({"active": true, "conversationId": conversation})),
    ]
}

#[test]
fn every_frame_that_the_server_parses_has_a_row_here() {
    let rows = frames("", &Value::Null).into_iter().map(|(action, ..)| action);
    let rows = rows.chain(unanswered("").into_iter().map(|(action, _)| action)).map(str::to_owned);
    assert_eq!(actions(), rows.collect());
}

async fn try_all_frames(socket: &mut Socket, conversation: &str, hidden: &Value, is_former: bool) {
    for (action, data) in unanswered(conversation) {
        socket.say(action, data).await;
    }
    for (action, data, to_stranger, to_former) in frames(conversation, hidden) {
        let answer = socket.ask(action, data).await;
        assert!(!answer.to_string().contains(SECRET), "{action}: {answer}");
        let expected = if is_former { to_former } else { to_stranger };
        expected.must_be(action, &answer);
    }
}

#[tokio::test]
async fn a_stranger_and_a_former_member_get_nothing_by_any_frame_nor_live() {
    let scene = scene().await;
    let (mut at_anna, mut at_bert) = (scene.anna.socket().await, scene.bert.socket().await);
    let (mut at_eve, mut at_frank) = (scene.stranger.socket().await, scene.former.socket().await);
    for conversation in [&scene.group, &scene.direct] {
        let whole = scene.anna.conversation(conversation).await.must_be(200).body;
        let head = &whole["conversation"]["head"];
        let hidden = json!({"seq": head["seq"], "digest": head["digest"]});
        try_all_frames(&mut at_eve, conversation, &hidden, false).await;
        try_all_frames(&mut at_frank, conversation, &hidden, *conversation == scene.group).await;
    }
    let told = at_eve.ask("resume", json!({})).await;
    assert_eq!(told["data"]["conversations"], Value::Null, "{told}");
    let told = at_frank.ask("resume", json!({})).await;
    let known: Vec<_> = told["data"]["conversations"].as_array().expect("what was his").iter().collect();
    assert!(known.len() == 1 && known[0]["conversationId"] == scene.group, "{told}");
    let heard: Vec<Value> = at_anna.hear_all().await.into_iter().chain(at_bert.hear_all().await).collect();
    // what a former member has read of what was theirs to read may be told to nobody but themselves
    assert_eq!(heard, Vec::<Value>::new(), "the insiders hear nothing of it");

    // insiders write, read, type, rename; the others' sockets have resumed and watch everything they may
    scene.anna.send_into(&scene.group, &format!("{SECRET} live")).await.must_be(200);
    scene.bert.send("anna", &format!("{SECRET} live between us")).await.must_be(200);
    at_bert.ask("markRead", json!({"conversationId": scene.group, "seq": 3})).await;
    at_bert.say("typing", json!({"conversationId": scene.group, "active": true})).await;
    at_bert.hear_all().await;
    scene.anna.add(&scene.group, &[&scene.stranger]).await.must_be(200);
    at_frank.hear_all().await.into_iter().for_each(|frame| {
        // late answers to what he tried himself
        let refused = frame["action"] == "error" && frame["data"]["code"] == "notFound";
        let own = frame["action"] == "receipt" && frame["data"]["userId"] == "frank";
        let harmless = refused || own || frame["action"] == "position";
        assert!(harmless, "a former member hears nothing any more: {frame}");
    });
    // eve is in now: from here on she hears, and of what was before nothing
    let log = scene.stranger.log(&scene.group).await;
    assert!(log.iter().all(|entry| entry["type"] == "system"), "{log:?}");
    let path = format!("/api/messages/{}", scene.hidden);
    scene.stranger.api.get(&path).await.must_fail(404, "notFound");
}

#[tokio::test]
async fn what_a_former_member_still_sees_is_what_was_there_for_them() {
    let scene = scene().await;
    let log = scene.former.log(&scene.group).await;
    assert_eq!(crate::log::texts(&log), ["for all three"]);
    let whole = scene.former.conversation(&scene.group).await.must_be(200).body;
    let seen = &whole["conversation"];
    let end = log.last().expect("something was there")["seq"].clone();
    assert_eq!(seen["own"]["role"], Value::Null);
    assert_eq!(seen["own"]["intervals"], json!([{"from": 1, "to": end}]));
    assert_eq!(seen["head"]["seq"], end, "the head is theirs, not the log's");
    // the title as it was; what it is now is not for them
    assert_eq!(seen["title"], "geese");
}
