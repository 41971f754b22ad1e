//! Where a pressed notification leads: into the app's window, or into a new one.

use serde_json::{Value, json};

use super::Annas;

/// Opens an address among these windows, and answers what each is asked, and what else is opened.
const LEADS: &str = "
const [address, all] = arguments;
const asked = [];
const windows = all.map(({name, path, hears, ...window}) => ({
    ...window,
    url: location.origin + path,
    postMessage: (message, [port]) => {
        asked.push(`${name} hears ${message.open}`);
        if (hears) port.postMessage(true);
    },
    focus: async () => { asked.push(`${name} comes to the front`); },
    async navigate(place) {
        asked.push(`${name} goes to ${new URL(place, location.href).href.replace(location.origin, '')}`);
        return this;
    },
}));
const {matchAll, openWindow} = clients;
clients.matchAll = async () => windows;
clients.openWindow = async (place) => { asked.push(`a new one at ${place}`); };
await open(address).finally(() => Object.assign(clients, {matchAll, openWindow}));
return asked";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_leads_into_the_window_that_is_there() {
    let annas = Annas::closed().await;
    let window = |name: &str, path: &str, focused: bool, visible: bool, hears: bool| {
        let visibility = if visible { "visible" } else { "hidden" };
        json!({"name": name, "path": path, "focused": focused, "visibilityState": visibility, "hears": hears})
    };
    let hidden = || window("hidden", "/", false, false, true);
    let visible = || window("visible", "/settings", false, true, true);
    let front = || window("front", "/c/@carl", true, true, true);
    let loading = || window("loading", "/", true, true, false);
    let other = || window("docs", "/api/docs", true, true, true);
    for (windows, asked) in [
        (
            vec![hidden(), visible(), front()],
            ["front hears /c/@bert?seq=3", "front comes to the front"].as_slice(),
        ),
        (vec![hidden(), visible(), other()], &["visible hears /c/@bert?seq=3", "visible comes to the front"]),
        (vec![other(), hidden()], &["hidden hears /c/@bert?seq=3", "hidden comes to the front"]),
        (
            vec![hidden(), loading()],
            &["loading hears /c/@bert?seq=3", "loading goes to /c/@bert?seq=3", "loading comes to the front"],
        ),
        (vec![other()], &["a new one at /c/@bert?seq=3"]),
        (vec![], &["a new one at /c/@bert?seq=3"]),
    ] {
        let done = annas.worker.run(LEADS, json!(["/c/@bert?seq=3", windows])).await;
        assert_eq!(done, json!(asked), "{windows:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_an_address_says_it_leads_nowhere_but_here() {
    let annas = Annas::closed().await;
    let origin = annas.app.origin();
    for (address, place) in [
        ("/c/@bert?seq=3".to_owned(), "/c/@bert?seq=3"),
        (format!("{origin}/c/@bert?seq=3"), "/c/@bert?seq=3"),
        // the operator's address of this server need not be the one that somebody uses
        ("https://chat.example/c/@bert?seq=3".to_owned(), "/c/@bert?seq=3"),
        ("//evil.example/".to_owned(), "/"),
        (format!("{origin}//evil.example/"), "/evil.example/"),
        ("javascript:alert(1)".to_owned(), "/"),
        ("http://[".to_owned(), "/"),
    ] {
        let done = annas.worker.run(LEADS, json!([address, []])).await;
        assert_eq!(done, json!([format!("a new one at {place}")]), "{address}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_presses_it_or_answers_nothing_is_led_to_the_message() {
    let mut annas = Annas::closed().await;
    let opens = "
        self.opened = [];
        clients.openWindow = async (place) => { opened.push(place); }";
    annas.worker.run(opens, json!([])).await;
    let berts = annas.hears_of_bert("are you there?").await;
    annas.worker.press(&berts, "", None).await;
    assert!(annas.worker.shown().await.is_empty(), "it is put away");
    annas.hears_of_bert("hello?").await;
    annas.worker.press(&berts, "reply", Some(" \n")).await;
    let opened: Value = annas.worker.run("return opened", json!([])).await;
    assert_eq!(opened, json!(["/c/@bert?seq=3", "/c/@bert?seq=4"]));
    assert!(
        annas.worker.pending().await.is_empty() && annas.answers().await.len() == 2,
        "nothing is answered"
    );
}
