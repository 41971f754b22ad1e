//! What cannot be sent when it is pressed: without a network, without a database, or refused.

use serde_json::json;
use support::eventually;

use super::{Annas, tag};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_without_a_network_is_kept_and_goes_out_once_when_the_browser_says_so() {
    let mut annas = Annas::closed().await;
    let berts = annas.hears_of_bert("are you there?").await;
    annas.network.cut();
    annas.worker.press(&berts, "reply", Some("in a tunnel")).await;
    let pending = annas.worker.pending().await;
    assert_eq!(pending.len(), 1);
    assert_eq!((&pending[0]["key"], &pending[0]["content"]), (&json!("@bert"), &json!("in a tunnel")));
    let waits = annas.worker.says("bert", "Not sent yet: in a tunnel").await;
    assert_eq!(waits["silent"], true);
    assert!(!annas.worker.sync("pending_action").await, "too early");
    // stored by the server, whose answer is lost
    annas.network.heal();
    annas.network.lose_replies();
    let (done, ()) = tokio::join!(annas.worker.sync("pending_action"), async {
        eventually("the server has it", async || (annas.answers().await.len() == 2).then_some(())).await;
        annas.network.cut();
    });
    assert!(!done);
    annas.network.heal();
    assert!(annas.worker.sync("pending_action").await);
    eventually("nothing says that it waits", async || annas.worker.shown().await.is_empty().then_some(()))
        .await;
    assert_eq!(annas.read_seq(&berts).await, 3);
    assert!(annas.worker.pending().await.is_empty());
    assert!(annas.worker.sync("pending_action").await, "there is nothing to do");
    assert_eq!(annas.answers().await, ["are you there?", "in a tunnel"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_browser_is_asked_to_say_when_there_is_a_network_again() {
    let mut annas = Annas::closed().await;
    let berts = annas.hears_of_bert("are you there?").await;
    // with no window open it refuses to be asked
    annas.app.visit("/").await;
    annas.app.at_home().await;
    // it need not wait for long: the browser itself has a network
    let asks = "
        self.asked = [];
        const {register} = SyncManager.prototype;
        SyncManager.prototype.register = function (tag) {
            asked.push(tag);
            return register.call(this, tag);
        }";
    annas.worker.run(asks, json!([])).await;
    annas.network.cut();
    annas.worker.press(&berts, "reply", Some("in a tunnel")).await;
    assert_eq!(annas.worker.run("return asked", json!([])).await, json!(["pending_action"]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_says_that_an_answer_waits_once_it_was_sent() {
    let mut annas = Annas::closed().await;
    let berts = annas.hears_of_bert("are you there?").await;
    // the first try ends when the test says so
    let hangs = "
        const ask = fetch;
        self.hung = 0;
        self.ends = new Promise((_, reject) => { self.end = reject; });
        self.fetch = (path, request) => path === '/api/messages/send' && !hung++ ? ends : ask(path, request)";
    annas.worker.run(hangs, json!([])).await;
    let press = "
        const [notification] = await registration.getNotifications();
        const [reply] = arguments;
        dispatchEvent(new NotificationEvent('notificationclick', {notification, action: 'reply', reply}))";
    annas.worker.run(press, json!(["on my way"])).await;
    eventually("it is being sent", async || {
        (annas.worker.run("return hung", json!([])).await == 1).then_some(())
    })
    .await;
    annas.carl.send("Anna", "and you?").await.must_be(200);
    let told = annas.told().await;
    let pushed = "
        const [data] = arguments;
        dispatchEvent(new PushEvent('push', {data}));
        self.over = false;
        works.push.at(-1).finally(() => { over = true; })";
    annas.worker.run(pushed, json!([told.to_string()])).await;
    eventually("the push has sent it, too, or waits for that", async || {
        let waits = "
            const {pending} = await navigator.locks.query();
            return over || pending.some(({name}) => name === 'pending')";
        (annas.worker.run(waits, json!([])).await == true).then_some(())
    })
    .await;
    let ends = "
        end(new Error('too slow'));
        await Promise.allSettled([...works.push, ...works.notificationclick])";
    annas.worker.run(ends, json!([])).await;
    assert_eq!(annas.answers().await, ["are you there?", "on my way"]);
    assert!(annas.worker.pending().await.is_empty());
    let shown: Vec<String> = annas.worker.shown().await.iter().map(tag).collect();
    assert_eq!(shown.len(), 1, "only what carl wrote: {shown:?}");
    assert_eq!(annas.read_seq(&berts).await, 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_is_sent_even_if_the_mark_that_it_was_read_is_not() {
    let mut annas = Annas::closed().await;
    let berts = annas.hears_of_bert("are you there?").await;
    let marks = "
        const ask = fetch;
        self.mark = null;
        self.fetch = async (path, request) => path.endsWith('/read') && mark ? mark() : ask(path, request)";
    annas.worker.run(marks, json!([])).await;
    annas.worker.run("mark = () => Promise.reject(new TypeError('no network'))", json!([])).await;
    annas.worker.press(&berts, "reply", Some("one")).await;
    assert!(annas.worker.shown().await.is_empty(), "bert has it");
    let pending = annas.worker.pending().await;
    assert_eq!((pending.len(), &pending[0]["kind"], pending[0].get("content")), (1, &json!("read"), None));
    annas.worker.run("mark = null", json!([])).await;
    assert!(annas.worker.sync("pending_action").await);
    assert!(annas.worker.pending().await.is_empty());
    assert_eq!(annas.read_seq(&berts).await, 3);

    // one that is refused holds nothing back
    annas.worker.run("mark = () => new Response(null, {status: 403})", json!([])).await;
    for (question, answer) in [("two?", "two"), ("three?", "three")] {
        annas.hears_of_bert(question).await;
        annas.worker.press(&berts, "reply", Some(answer)).await;
        assert!(annas.worker.shown().await.is_empty(), "bert has it");
    }
    assert_eq!(annas.answers().await, ["are you there?", "one", "two?", "two", "three?", "three"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_comes_meanwhile_does_not_take_the_place_of_an_answer_that_waits() {
    let mut annas = Annas::closed().await;
    let berts = annas.hears_of_bert("are you there?").await;
    annas.network.cut();
    annas.worker.press(&berts, "reply", Some("in a tunnel")).await;
    annas.hears_of_bert("hello?").await;
    annas.worker.says("bert", "Not sent yet: in a tunnel").await;
    annas.network.heal();
    assert!(annas.worker.sync("pending_action").await);
    assert_eq!(annas.worker.shown().await.len(), 1, "nothing waits any more");
    assert_eq!(annas.answers().await, ["are you there?", "hello?", "in a tunnel"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_no_app_takes_over_is_said_to_wait() {
    let mut annas = Annas::closed().await;
    let berts = annas.hears_of_bert("are you there?").await;
    annas.app.visit("/").await;
    annas.app.at_home().await;
    // a page is on the screen, but it is just being loaded, or somebody else's
    annas.app.browser.run("navigator.serviceWorker.onmessage = null", vec![]).await;
    annas.network.cut();
    annas.worker.press(&berts, "reply", Some("in a tunnel")).await;
    annas.worker.says("bert", "Not sent yet: in a tunnel").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_somebody_sees_wait_is_not_said_to() {
    let mut annas = Annas::closed().await;
    let berts = annas.hears_of_bert("are you there?").await;
    annas.network.cut();
    // the tab that leads takes it over, and another one is on the screen
    let windows = "
        const window = (visibilityState, leads) => ({
            url: location.origin,
            visibilityState,
            postMessage: (_, ports) => { if (leads) ports?.[0].postMessage(true); },
        });
        clients.matchAll = async () => [window('hidden', true), window('visible', false)]";
    annas.worker.run(windows, json!([])).await;
    annas.worker.press(&berts, "reply", Some("in a tunnel")).await;
    assert_eq!(annas.worker.pending().await.len(), 1);
    assert_eq!(annas.worker.shown().await, Vec::<serde_json::Value>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waits_goes_along_with_the_next_push() {
    let mut annas = Annas::closed().await;
    let berts = annas.hears_of_bert("are you there?").await;
    annas.network.cut();
    annas.worker.press(&berts, "reply", Some("in a tunnel")).await;
    assert_eq!(annas.worker.pending().await.len(), 1);
    annas.network.heal();
    annas.carl.send("Anna", "and you?").await.must_be(200);
    annas.is_told().await;
    assert!(annas.worker.pending().await.is_empty());
    assert_eq!(annas.answers().await, ["are you there?", "in a tunnel"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_takes_over_what_waits_where_no_browser_says_so() {
    let mut annas = Annas::new().await;
    annas.app.pretends_to_notify().await;
    annas.close().await;
    annas.worker.run("Object.defineProperty(registration, 'sync', {value: undefined})", json!([])).await;
    let berts = annas.hears_of_bert("are you there?").await;
    annas.network.cut();
    annas.worker.press(&berts, "reply", Some("in a tunnel")).await;
    let carls = {
        annas.network.heal();
        annas.carl.send("Anna", "and you?").await.must_be(200);
        let shown = annas.told().await;
        annas.network.cut();
        tag(&annas.is_pushed(&shown).await)
    };
    annas.worker.press(&carls, "read", None).await;
    assert_eq!(annas.worker.pending().await.len(), 2);
    annas.worker.says("bert", "Not sent yet: in a tunnel").await;
    // from cold, without a network: it stands in the conversation, and waits like anything else that was written
    annas.app.visit("/c/@bert").await;
    annas.app.shows_state("in a tunnel", "state.unknown").await;
    eventually("the page has taken it over", async || annas.worker.pending().await.is_empty().then_some(()))
        .await;
    eventually("what says that it waits is put away", async || {
        annas.worker.shown().await.is_empty().then_some(())
    })
    .await;
    annas.network.heal();
    annas.app.shows_state("in a tunnel", "state.sent").await;
    assert_eq!(annas.answers().await, ["are you there?", "in a tunnel"]);
    // the open conversation is read as far as one's own answer, as soon as that is seen there
    for (conversation, seqs) in [(&carls, vec![3]), (&berts, vec![3, 4])] {
        eventually("what was marked as read or answered is read", async || {
            let read = annas.read_seq(conversation).await;
            seqs.iter().any(|seq| read == *seq).then_some(())
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_cannot_be_kept_is_sent_at_once_or_stays_to_be_shared() {
    let mut annas = Annas::closed().await;
    let berts = annas.hears_of_bert("are you there?").await;
    let forget = "
        const deleting = indexedDB.deleteDatabase('hongyan-anna');
        await new Promise((resolve, reject) => Object.assign(deleting, {onsuccess: resolve, onerror: reject}))";
    annas.worker.run(forget, json!([])).await;
    annas.worker.press(&berts, "reply", Some("on my way")).await;
    assert_eq!(annas.answers().await, ["are you there?", "on my way"]);
    assert!(annas.worker.shown().await.is_empty());

    annas.hears_of_bert("in the tunnel?").await;
    annas.network.cut();
    annas.worker.press(&berts, "reply", Some("yes & no")).await;
    annas.network.heal();
    annas.hears_of_bert("hello?").await;
    let shown = annas.worker.shown().await;
    let waits =
        shown.iter().find(|one| one["body"] == "Not sent yet: yes & no").expect("nothing takes its place");
    assert_eq!((shown.len(), &waits["data"]["navigate"]), (2, &json!("/share?text=yes+%26+no")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_does_not_wait_for_a_database_that_is_blocked() {
    let mut annas = Annas::closed().await;
    let berts = annas.hears_of_bert("are you there?").await;
    // somebody wants to delete it, and somebody else does not let go of it; and there is no time to wait for that
    let blocks = "
        const opening = indexedDB.open('hongyan-anna');
        await new Promise((resolve, reject) => Object.assign(opening, {onsuccess: resolve, onerror: reject}));
        self.held = opening.result;
        const deleting = indexedDB.deleteDatabase('hongyan-anna');
        await new Promise((resolve) => { deleting.onblocked = resolve; });
        const later = setTimeout;
        self.setTimeout = (work) => later(work)";
    annas.worker.run(blocks, json!([])).await;
    annas.worker.press(&berts, "reply", Some("on my way")).await;
    assert_eq!(annas.answers().await, ["are you there?", "on my way"]);
    assert!(annas.worker.shown().await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_refused_holds_back_only_what_is_in_the_same_conversation() {
    let mut annas = Annas::closed().await;
    let group = annas.group_of_bert().await;
    annas.carl.send_into(&group, "who comes along?").await.must_be(200);
    annas.is_told().await;
    let berts = annas.hears_of_bert("are you there?").await;
    annas.bert.remove(&group, &annas.anna).await.must_be(200);
    annas.worker.press(&group, "reply", Some("I do")).await;
    annas.worker.says("Walks", "Not sent yet: I do").await;
    annas.worker.press(&berts, "reply", Some("on my way")).await;
    assert_eq!(annas.answers().await, ["are you there?", "on my way"]);
    let pending = annas.worker.pending().await;
    assert_eq!((pending.len(), &pending[0]["content"]), (1, &json!("I do")));
    assert!(annas.worker.sync("pending_action").await, "no network helps");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_is_no_message_stands_below_the_draft() {
    let mut annas = Annas::new().await;
    annas.app.visit("/c/@bert").await;
    annas.app.composer("bert").await.send_keys("half a sent").await.expect("a composer takes text");
    annas.close().await;
    let berts = annas.hears_of_bert("are you there?").await;
    annas.worker.press(&berts, "reply", Some("ding \u{7} dong")).await;
    assert_eq!(annas.worker.pending().await.len(), 1);
    annas.app.visit("/").await;
    annas.app.at_home().await;
    eventually("the page has taken it over", async || annas.worker.pending().await.is_empty().then_some(()))
        .await;
    eventually("who answers has read it", async || (annas.read_seq(&berts).await == 3).then_some(())).await;
    annas.app.open_conversation("bert").await;
    annas.app.holds("bert", "half a sent\nding \u{7} dong").await;
}
