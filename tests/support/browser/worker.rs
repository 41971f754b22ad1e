//! The app's service worker in Chromium: what is pushed to it, what it shows, and what a person presses in that.

use serde_json::{Value, json};

use super::{App, DevTools};
use crate::deadline::{eventually, within};

/// What the worker shows, oldest first.
const SHOWN: &str = "
const shown = await registration.getNotifications();
return shown.map(({title, body, tag, icon, badge, timestamp, silent, renotify, lang, actions, data}) =>
    ({title, body, tag, icon, badge, timestamp, silent, renotify, lang, actions, data}));
";

/// Where no desktop shows them, Chromium takes notifications away by itself after some seconds, unless they wait for
/// somebody. And `works` has what each event does, so that one can await that: who asks for notifications while one is
/// being shown, and does not hold their lock, makes Chromium forget it.
const WATCH: &str = "
const show = registration.showNotification.bind(registration);
registration.showNotification = (title, options) => show(title, {...options, requireInteraction: true});
self.works = {};
const wait = ExtendableEvent.prototype.waitUntil;
ExtendableEvent.prototype.waitUntil = function (work) {
    (works[this.type] ??= []).push(work);
    // only to events of its own does the browser give the time that they ask for
    if (this.isTrusted) wait.call(this, work);
};
";

/// Pushes closer to each other than DevTools makes them.
const PUSH: &str = r#"
const before = works.push?.length ?? 0;
for (const data of arguments) dispatchEvent(new PushEvent("push", {data}));
await Promise.all(works.push.slice(before));
"#;

/// A click, of which DevTools knows nothing.
const PRESS: &str = r#"
const [tag, action, reply] = arguments;
const [notification] = await registration.getNotifications({tag});
dispatchEvent(new NotificationEvent("notificationclick", {notification, action, reply}));
await works.notificationclick.at(-1);
"#;

/// Chromium cannot subscribe without its maker's push service, and is not to ask it. What it gives here no server takes.
const SUBSCRIBED: &str = "
const json = {endpoint: 'https://push.example/', keys: {p256dh: '', auth: ''}};
const held = {endpoint: {value: json.endpoint}, toJSON: {value: () => json}};
PushManager.prototype.subscribe = async () => Object.create(PushSubscription.prototype, held);
";

/// What was done in notifications and has not reached the server, the oldest first.
const PENDING: &str = r#"
const finished = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
});
const found = [];
for (const {name} of await indexedDB.databases()) {
    const database = await finished(indexedDB.open(name));
    try {
        found.push(...await finished(database.transaction("pending_action").objectStore("pending_action").getAll()));
    } finally {
        database.close();
    }
}
return found.map((text) => JSON.parse(text)).sort((one, other) => one.at - other.at);
"#;

impl App {
    /// As if the browser had subscribed, which Chromium cannot here. It stands in the page from now on, and in the next ones.
    pub async fn pretends_to_notify(&self) {
        self.browser
            .devtools("Page.addScriptToEvaluateOnNewDocument", json!({"source": format!("{{{SUBSCRIBED}}}")}))
            .await;
        let subscribed = format!("{SUBSCRIBED} localStorage.setItem('hongyan.notifies', 'a key')");
        self.browser.run(&subscribed, vec![]).await;
    }
}

/// A service worker, watched by DevTools, which keeps it running.
pub struct Worker {
    devtools: DevTools,
    origin: String,
    /// The session of an empty tab, for commands about workers.
    tab: String,
    /// The session of the worker.
    session: String,
    registration: String,
}

impl Worker {
    /// That of an app, which may notify from now on.
    pub async fn of(app: &App) -> Self {
        app.kept_for_offline().await;
        within("the worker is found", Self::find(app)).await
    }

    async fn find(app: &App) -> Self {
        let devtools = DevTools::of(&app.browser).await;
        let origin = app.origin().to_owned();
        for name in ["notifications", "background-sync"] {
            let permission = json!({"permission": {"name": name}, "setting": "granted", "origin": origin});
            devtools.ask(None, "Browser.setPermission", permission).await;
        }
        let blank = json!({"url": "about:blank", "background": true});
        let tab = devtools.ask(None, "Target.createTarget", blank).await["targetId"].take();
        let tab = attach(&devtools, tab).await;
        devtools.ask(Some(&tab), "ServiceWorker.enable", json!({})).await;
        let scope = format!("{origin}/");
        let registration = loop {
            let event = devtools.event().await;
            let registrations = event["params"]["registrations"].as_array().into_iter().flatten();
            let mut ours = registrations.filter(|one| one["scopeURL"] == scope.as_str());
            if let Some(id) = ours.next().and_then(|one| one["registrationId"].as_str()) {
                break id.to_owned();
            }
        };
        devtools.ask(Some(&tab), "ServiceWorker.startWorker", json!({"scopeURL": scope})).await;
        let target = eventually("the worker runs", async || {
            let targets = devtools.ask(None, "Target.getTargets", json!({})).await;
            let is_ours = |target: &&Value| {
                target["type"] == "service_worker"
                    && target["url"].as_str().is_some_and(|url| url.starts_with(&scope))
            };
            Some(targets["targetInfos"].as_array()?.iter().find(is_ours)?["targetId"].clone())
        })
        .await;
        let session = attach(&devtools, target).await;
        let worker = Self { devtools, origin, tab, session, registration };
        worker.run(WATCH, json!([])).await;
        worker
    }

    /// Runs the body of an async function in the worker; `arguments` are the arguments.
    pub async fn run(&self, body: &str, arguments: Value) -> Value {
        let expression = format!("(async (arguments) => {{ {body} }})({arguments})");
        let parameters = json!({"expression": expression, "awaitPromise": true, "returnByValue": true});
        let running = self.devtools.ask(Some(&self.session), "Runtime.evaluate", parameters);
        let mut answer = within("a script in the worker", running).await;
        assert!(answer.get("exceptionDetails").is_none(), "{body}: {}", answer["exceptionDetails"]);
        answer["result"]["value"].take()
    }

    /// Pushes to it, and waits until it is done with that. No bytes at all are no payload.
    pub async fn push(&self, data: &str) {
        let done = self.happens("push", "ServiceWorker.deliverPushMessage", json!({"data": data})).await;
        assert!(done, "{data}: nothing is shown");
    }

    /// Pushes these to it, each without waiting for the one before, and waits until it is done with all.
    pub async fn push_at_once(&self, all: &[String]) {
        self.run(PUSH, json!(all)).await;
    }

    /// Lets the browser say that what waits for a network (Background Sync) can be sent now. False when it still cannot.
    pub async fn sync(&self, tag: &str) -> bool {
        let parameters = json!({"tag": tag, "lastChance": false});
        self.happens("sync", "ServiceWorker.dispatchSyncEvent", parameters).await
    }

    /// Makes an event happen, and answers whether what the worker does then succeeds.
    async fn happens(&self, event: &str, method: &str, mut parameters: Value) -> bool {
        parameters["origin"] = self.origin.as_str().into();
        parameters["registrationId"] = self.registration.as_str().into();
        let count = json!([event]);
        let begun = "return works[arguments[0]]?.length ?? 0";
        let before = self.run(begun, count.clone()).await;
        within(method, self.devtools.ask(Some(&self.tab), method, parameters)).await;
        eventually(&format!("the worker hears of a {event}"), async || {
            (self.run(begun, count.clone()).await != before).then_some(())
        })
        .await;
        let ended = "return works[arguments[0]].at(-1).then(() => true, () => false)";
        self.run(ended, count).await == true
    }

    /// The notifications that it shows, oldest first, with what each says.
    pub async fn shown(&self) -> Vec<Value> {
        match self.run(SHOWN, json!([])).await {
            Value::Array(shown) => shown,
            other => panic!("no list: {other}"),
        }
    }

    /// The one notification with this tag, which has to say this.
    pub async fn shows(&self, tag: &str, title: &str, body: &str) -> Value {
        let mut shown = self.shown().await;
        let is_it = |one: &Value| (&one["title"], &one["body"]) == (&json!(title), &json!(body));
        match shown.extract_if(.., |one| one["tag"] == tag).collect::<Vec<_>>().as_slice() {
            [one] if is_it(one) => one.clone(),
            other => panic!("not one “{title}: {body}”: {other:#?} beside {shown:#?}"),
        }
    }

    /// The one notification that says this.
    pub async fn says(&self, title: &str, body: &str) -> Value {
        let mut shown = self.shown().await;
        let is_it = |one: &mut Value| (&one["title"], &one["body"]) == (&json!(title), &json!(body));
        match shown.extract_if(.., is_it).collect::<Vec<_>>().as_slice() {
            [one] => one.clone(),
            other => panic!("{} times “{title}: {body}” beside {shown:#?}", other.len()),
        }
    }

    /// Presses the notification with this tag, or an action in it, and waits until that is done.
    pub async fn press(&self, tag: &str, action: &str, reply: Option<&str>) {
        self.run(PRESS, json!([tag, action, reply])).await;
    }

    /// What was done in notifications and has not reached the server, the oldest first.
    pub async fn pending(&self) -> Vec<Value> {
        match self.run(PENDING, json!([])).await {
            Value::Array(pending) => pending,
            other => panic!("no list: {other}"),
        }
    }
}

async fn attach(devtools: &DevTools, target: Value) -> String {
    let mut attached =
        devtools.ask(None, "Target.attachToTarget", json!({"targetId": target, "flatten": true})).await;
    match attached["sessionId"].take() {
        Value::String(session) => session,
        other => panic!("no session: {other}"),
    }
}
