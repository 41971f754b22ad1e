//! What is taken away when it was read elsewhere, and what stays.

use serde_json::json;
use support::{Options, eventually};

use super::{Annas, read, tag};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_read_elsewhere_goes_with_the_next_push_and_nothing_else_does() {
    let mut annas = Annas::closed().await;
    let berts = annas.hears_of_bert("to be read elsewhere").await;
    annas.carl.send("Anna", "to be left").await.must_be(200);
    let carls = tag(&annas.is_told().await);
    let dora = annas.server.person("dora").await;
    dora.send("Anna", "hello, stranger").await.must_be(200);
    let request = tag(&annas.is_told().await);
    let tags = async |annas: &Annas| {
        let mut tags: Vec<String> = annas.worker.shown().await.iter().map(tag).collect();
        tags.sort();
        tags
    };
    let sorted = |mut tags: Vec<String>| {
        tags.sort();
        tags
    };
    assert_eq!(tags(&annas).await, sorted(vec![berts.clone(), carls.clone(), request.clone()]));

    // on another device
    read(&annas.anna, &berts, 3).await;
    annas.carl.send("Anna", "one more").await.must_be(200);
    let mut told = annas.told().await;
    assert_eq!(told["notification"]["data"]["unread"], json!([carls]));
    // a push that has no room for all of them says nothing about those that it leaves out
    told["notification"]["data"]["unreadIsComplete"] = false.into();
    told["notification"]["body"] = "not all of it".into();
    annas.is_pushed(&told).await;
    assert_eq!(tags(&annas).await.len(), 3);
    // an older one than what is shown knows nothing of that
    let mut late = told.clone();
    late["notification"]["data"]["unreadIsComplete"] = true.into();
    late["notification"]["data"]["at"] = 1.into();
    late["notification"]["body"] = "late".into();
    annas.worker.push(&late.to_string()).await;
    annas.worker.shows(&carls, "carl (2)", "not all of it").await;
    assert_eq!(tags(&annas).await.len(), 3);
    told["notification"]["data"]["unreadIsComplete"] = true.into();
    told["notification"]["body"] = "all of it".into();
    annas.is_pushed(&told).await;
    eventually("only what was read is taken away", async || {
        (tags(&annas).await == sorted(vec![carls.clone(), request.clone()])).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_read_elsewhere_goes_at_once_where_the_operator_wants_it() {
    let mut annas = Annas::of(Options::default().env("HONGYAN_PUSH_CLEAR", "true")).await;
    annas.close().await;
    let berts = annas.hears_of_bert("to be read elsewhere").await;
    annas.carl.send("Anna", "to be left").await.must_be(200);
    let carls = tag(&annas.is_told().await);
    read(&annas.anna.another_device("elsewhere").await, &berts, 3).await;
    let clearing = annas.told().await;
    // nothing takes its place
    annas.worker.push(&clearing.to_string()).await;
    eventually("only what was read is taken away", async || {
        let shown = annas.worker.shown().await;
        (shown.iter().map(tag).collect::<Vec<_>>() == [carls.as_str()]).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_forgotten_however_long_the_others_take_to_be_shown() {
    let mut annas = Annas::closed().await;
    annas.carl.send("Anna", "to be read elsewhere").await.must_be(200);
    annas.is_told().await;
    let mut told = annas.told_of_bert().await;
    let berts = told["notification"]["tag"].clone();
    told["notification"]["data"]["unread"] = json!([berts]);
    let all: Vec<String> = (0..5)
        .map(|number| {
            told["notification"]["tag"] = format!("conversation {number}").into();
            told.to_string()
        })
        .collect();
    // each waits for its picture; and time is over when the test says so
    let holds = "
        Object.assign(self, {pictures: [], shows: [], showing: 0, overlaps: 0, asked: 0, clocks: []});
        const show = registration.showNotification;
        registration.showNotification = (title, options) => {
            showing += 1;
            const picture = new Promise((resolve) => pictures.push(resolve));
            const shown = picture.then(() => show(title, options)).finally(() => { showing -= 1; });
            shows.push(shown);
            return shown;
        };
        const list = registration.getNotifications.bind(registration);
        registration.getNotifications = () => {
            if (showing) overlaps += 1;
            return list();
        };
        const locked = withList;
        self.withList = (work) => {
            asked += 1;
            return locked(work);
        };
        AbortSignal.timeout = () => {
            const clock = new AbortController();
            clocks.push(clock);
            return clock.signal;
        };
        for (const data of arguments) dispatchEvent(new PushEvent('push', {data}))";
    annas.worker.run(holds, json!(all)).await;
    eventually("all are to be shown", async || {
        (annas.worker.run("return asked", json!([])).await == 5).then_some(())
    })
    .await;
    annas.worker.run("clocks.forEach((clock) => clock.abort())", json!([])).await;
    for number in 0..5 {
        eventually("the next is being shown", async || {
            (annas.worker.run("return pictures.length", json!([])).await.as_u64()? > number).then_some(())
        })
        .await;
        let loads = "pictures[arguments[0]](); await shows[arguments[0]]";
        annas.worker.run(loads, json!([number])).await;
    }
    annas.worker.run("await Promise.all(works.push)", json!([])).await;
    assert_eq!(
        annas.worker.run("return overlaps", json!([])).await,
        0,
        "somebody listed what was just shown"
    );
    let mut shown: Vec<String> = annas.worker.shown().await.iter().map(tag).collect();
    shown.sort();
    assert_eq!(shown, (0..5).map(|number| format!("conversation {number}")).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_keeps_the_list_for_long_keeps_nothing_from_being_shown() {
    let mut annas = Annas::closed().await;
    let berts = annas.hears_of_bert("to be read elsewhere").await;
    read(&annas.anna, &berts, 3).await;
    annas.carl.send("Anna", "are you there?").await.must_be(200);
    let told = annas.told().await;
    // a page that is frozen over it; and there is no time to wait for it
    let freezes = "
        await new Promise((resolve) => {
            navigator.locks.request('notifications', () => {
                resolve();
                return new Promise((free) => { self.free = free; });
            });
        });
        self.timeout = AbortSignal.timeout;
        AbortSignal.timeout = () => AbortSignal.abort()";
    annas.worker.run(freezes, json!([])).await;
    annas.is_pushed(&told).await;
    assert_eq!(annas.worker.shown().await.len(), 2, "nothing is taken away meanwhile");
    annas.worker.run("free(); AbortSignal.timeout = timeout", json!([])).await;
    annas.is_pushed(&told).await;
    assert_eq!(annas.worker.shown().await.len(), 1, "the next push does that");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_page_does_not_know_stays_while_it_has_not_caught_up() {
    let annas = Annas::new().await;
    // it was caught up when nobody was notified; then the link died
    let looks = "
        self.looks = 0;
        const list = ServiceWorkerRegistration.prototype.getNotifications;
        ServiceWorkerRegistration.prototype.getNotifications = async function () {
            try { return await list.call(this); } finally { looks += 1; }
        };
        navigator.setAppBadge = async (count) => { self.badge = count; }";
    annas.app.browser.run(looks, vec![]).await;
    annas.bert.send("Anna", "are you there?").await.must_be(200);
    eventually("the page has counted it", async || {
        (annas.app.browser.run("return self.badge", vec![]).await == 1).then_some(())
    })
    .await;
    annas.network.cut();
    annas.app.pretends_to_notify().await;
    let of = json!({"kind": "request", "account": "anna", "key": "@dora", "seq": 1});
    let payload =
        json!({"notification": {"title": "dora", "body": "wants to write", "tag": "dora", "data": of}});
    annas.is_pushed(&payload).await;
    eventually("the page has looked", async || {
        (annas.app.browser.run("return looks", vec![]).await.as_u64()? > 0).then_some(())
    })
    .await;
    annas.worker.shows("dora", "dora", "wants to write").await;
}
