// Notifications: shown when a push comes, replaced and taken away by what a later one says, and answered without the app.
// The server has put everything into words; nothing here knows what a message is.

const PENDING = "pending_action";
// A server that takes longer to answer is asked again later.
const ANSWERS_WITHIN_MS = 15_000;
// A page that has the list of what is shown for longer has been frozen over it.
const LISTED_WITHIN_MS = 2_000;
// Where the number on the icon is kept, so that what is read in a notification can be taken off it.
const BADGE = "/notification-badge";
// A page that has the database for longer, because it is changing it or was told to delete it, has stopped over that.
const OPENS_WITHIN_MS = 5_000;
// A window that takes longer to answer is not listening: it is just being loaded, or frozen. After a press there is a
// second (Firefox) to do something about it.
const HEARS_WITHIN_MS = 400;
const FALLBACK = { title: "Hongyan 鴻雁", options: { tag: "unknown", data: { navigate: "/" } } };

self.addEventListener("push", (event) => event.waitUntil(notify(event)));
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(act(event));
});
self.addEventListener("message", (event) => {
  // from now on the page counts
  if (event.data === "started") event.waitUntil(forgetBadge());
});
self.addEventListener("sync", (event) => {
  if (event.tag === PENDING) event.waitUntil(sendAllPending());
});
self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(subscribeAnew(event)));

// Every push shows something: a browser takes the permission back from who is pushed to and shows nothing.
async function notify(event) {
  const { title, options, badge } = read(event);
  const silent = await isQuiet().catch(() => false);
  // without a title it only takes away: by the operator's choice
  if (title) await show(title, { ...options, silent }).catch(() => show(FALLBACK.title, { ...FALLBACK.options, silent }));
  // the page looks whether it knows better, by now, than what was shown
  const told = tell({ shown: title ? options.data.kind || "unknown" : "clearing" });
  // a push comes over a network: what waits for one goes along
  await Promise.allSettled([told, takeAwayWhatWasRead(options.data), showBadge(badge, options.data.at), sendAllPending()]);
}

// In any case: whoever has the list, if not a worker, is only reading it.
function show(title, options) {
  return withList(() => self.registration.showNotification(title, options));
}

// Chromium forgets what is just being shown when somebody asks for the list. So one at a time: here in a row, and with the
// page by a lock. `work` is given the lock, or null if the page does not let go of it.
let lastTurn = Promise.resolve();

function withList(work) {
  const turn = lastTurn.then(() => lockList(work));
  lastTurn = turn.catch(() => {});
  return turn;
}

async function lockList(work) {
  let begun = false;
  const begin = (lock) => {
    begun = true;
    return work(lock);
  };
  try {
    return await navigator.locks.request("notifications", { signal: AbortSignal.timeout(LISTED_WITHIN_MS) }, begin);
  } catch (error) {
    if (begun) throw error;
    return work(null);
  }
}

// A browser that knows Declarative Web Push has read it by itself, and gives what it would show (W3C Push API, `PushEvent`).
function read({ data, notification: ready, appBadge }) {
  try {
    const { notification, app_badge, clearing } = ready ? { notification: fields(ready), app_badge: appBadge } : data.json();
    if (clearing) return { options: { data: clearing }, badge: app_badge };
    const { title, navigate, ...options } = notification;
    if (!title) return FALLBACK;
    options.data = { ...options.data, navigate };
    // who is not known rings once
    options.renotify = Boolean(options.tag) && options.data.kind !== "request";
    options.icon = "/icons/icon-192.png";
    options.badge = "/icons/badge-96.png";
    return { title, options, badge: app_badge };
  } catch {
    return FALLBACK;
  }
}

// What it has are no fields of its own.
function fields({ title, body, lang, dir, tag, timestamp, actions, navigate, data }) {
  return { title, body, lang, dir, tag, timestamp, actions: actions || [], navigate, data };
}

// The push says what was unread at that moment; what is shown of anything else, and is older, was read elsewhere.
async function takeAwayWhatWasRead({ at, unread, unreadIsComplete, read }) {
  if (!unread) return;
  const kept = new Set(unread);
  await closeThose(({ kind, conversationId, at: then }) => {
    const known = unreadIsComplete || conversationId === read;
    // a request is in no count; it goes when it is answered
    return kind === "message" && then <= at && known && !kept.has(conversationId);
  });
}

// Answers what is left; null if the list could not be had: the next push, or the page, takes away what is over.
function closeThose(areOver) {
  return withList(async (lock) => {
    if (!lock) return null;
    const shown = await self.registration.getNotifications();
    const isOver = (one) => areOver(one.data || {});
    shown.filter(isOver).forEach((one) => one.close());
    return shown.filter((one) => !isOver(one));
  });
}

// Pushes come late, and in any order: the number is that of the latest.
function showBadge(count, at) {
  if (typeof count !== "number") return;
  return changeBadge((before) => (before.at > at ? null : { count, at }));
}

// What was read here is off the number before the next push says so.
function takeOffBadge(read) {
  return changeBadge(async ({ count, at }) => {
    if (count !== undefined) return { count: Math.max(0, count - read), at };
    const left = await closeThose(() => false);
    const isOff = left?.every((one) => one.data?.kind !== "message");
    return isOff ? { count: 0, at } : null;
  });
}

// `change` is given what the icon says, where that is known, and when that was so; it answers what to say from now on.
async function changeBadge(change) {
  if (!navigator.setAppBadge) return;
  await navigator.locks.request("badge", async () => {
    const cache = await caches.open("notifications");
    const kept = await cache.match(BADGE);
    const now = await change(kept ? await kept.json() : {});
    if (!now) return;
    await (now.count ? navigator.setAppBadge(now.count) : navigator.clearAppBadge());
    // where a page is open, that has the last word
    const count = (await windows()).length ? undefined : now.count;
    await cache.put(BADGE, new Response(JSON.stringify({ count, at: now.at })));
  });
}

async function forgetBadge() {
  const cache = await caches.open("notifications");
  await cache.delete(BADGE);
}

async function act({ action, reply, notification }) {
  const { key, conversationId, seq, count, navigate } = notification.data || {};
  const content = (reply || "").trim();
  const done = { at: Date.now(), key, conversationId, seq };
  const replies = action === "reply" && content;
  if (!replies && action !== "read") return open(navigate || "/");
  const work = doLater(notification, replies ? { ...done, kind: "reply", content } : { ...done, kind: "read" });
  await Promise.allSettled([work, takeOffBadge(count)]);
}

// In the window that is there, or in a new one.
async function open(address) {
  const url = new URL(address, location.origin);
  // whatever a payload says, it leads nowhere but here
  const place = url.origin === location.origin ? url.pathname.replace(/^\/+/, "/") + url.search : "/";
  const all = await windows();
  const window = all.find((one) => one.focused) || all.find((one) => one.visibilityState === "visible") || all[0];
  const there = window && ((await hears(window, { open: place })) ? window : await window.navigate(place).catch(() => null));
  await (there ? there.focus() : self.clients.openWindow(place));
}

// Whether the app in the window takes care of it: goes there by itself, so that nothing on its screen is lost, or takes
// over what is left.
function hears(window, message) {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = () => resolve(true);
    setTimeout(resolve, HEARS_WITHIN_MS, false);
    window.postMessage(message, [port2]);
  });
}

// What the app should know at once, where it is open.
async function tell(message) {
  (await windows()).forEach((window) => window.postMessage(message));
}

// Those with the app in them (`sw.js`): not the API's description, say.
async function windows() {
  const all = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  return all.filter(({ url }) => !NOT_OURS.test(new URL(url).pathname));
}

// What a person does in a notification is written down first, under an id of its own, and sent until the server has it.
// Sent twice it is done once. It is for whose notification it was: who has signed in since has another database.
async function doLater(notification, action) {
  const { account } = notification.data;
  const id = crypto.randomUUID();
  const keep = (store) => store.put(JSON.stringify(action), id);
  const kept = await inDatabase(nameOf(account), "readwrite", keep).catch(() => null);
  await (kept ? sendKept(notification, id, action) : sendUnkept(notification, id, action));
}

// That it waits is said before anybody else can send it, who then takes that away again.
async function sendKept(notification, id, { content }) {
  const { account, key, seq, navigate } = notification.data;
  const waits = await oneAtATime(async () => {
    const left = await sendPending(account).catch(() => new Map([[id, "later"]]));
    if (!left.has(id)) return false;
    const isSeen = await isTakenOver(account);
    if (content && !isSeen) await say(notification, content, id, { id, account, key, seq, navigate });
    return true;
  });
  if (!waits) return;
  // taken over without being seen, it may be over by now
  await tell({ shown: "unsent" });
  // while no window is open, Chromium does not let one ask for that; then it goes along with the next push
  await self.registration.sync?.register(PENDING).catch(() => {});
}

// It is nowhere else: a text that cannot be sent can be shared from the notification, and nothing takes that away.
async function sendUnkept(notification, id, action) {
  const { account } = notification.data;
  const isSent = (await send(account, { id, ...action })) === "sent";
  if (isSent && action.content) await send(account, markOf(action));
  if (isSent || !action.content) return;
  await say(notification, action.content, id, { navigate: `/share?${new URLSearchParams({ text: action.content })}` });
}

// A text that nobody sees is said to wait. Nothing takes its place.
function say({ title, lang, dir, icon, badge, data: { unsent } }, content, tag, data) {
  const options = { body: unsent + content, lang, dir, icon, badge, tag, silent: true, data: { kind: "unsent", ...data } };
  return show(title, options);
}

// Whether somebody sees the app take over what is left.
async function isTakenOver(account) {
  const all = await windows();
  const taken = await Promise.all(all.map((window) => hears(window, { left: account })));
  return all.some(({ visibilityState }, index) => taken[index] && visibilityState === "visible");
}

// What waits is not sent twice at the same time.
function oneAtATime(work) {
  return navigator.locks.request("pending", work);
}

// Fails while anything waits for a network: then the browser tries again, later and later. The page takes what is left
// when it starts.
async function sendAllPending() {
  const databases = await indexedDB.databases();
  const names = databases.map(({ name }) => name).filter((name) => name.startsWith(nameOf("")));
  const accounts = names.map((name) => name.slice(nameOf("").length));
  const left = await oneAtATime(() => Promise.all(accounts.map(sendPending)));
  if (left.some((one) => [...one.values()].includes("later"))) throw new Error("something could not be sent yet");
}

// Answers what is left, by id: "later", or "refused" for good. Those stay as well: the page takes them over, and tells the
// person. In one conversation no reply overtakes one that was refused.
async function sendPending(account) {
  const name = nameOf(account);
  const pending = await inDatabase(name, "readonly", (store) => [store.getAllKeys(), store.getAll()]);
  const [ids, texts] = pending || [[], []];
  const actions = ids.map((id, index) => ({ id, ...JSON.parse(texts[index]) }));
  actions.sort((one, other) => one.at - other.at);
  const left = new Map();
  const refused = new Set();
  let waits = false;
  for (const action of actions) {
    const replies = action.kind === "reply";
    const before = waits ? "later" : replies && refused.has(action.key) && "refused";
    const outcome = before || (await send(account, action));
    if (outcome === "sent" && replies) {
      const mark = { id: crypto.randomUUID(), ...markOf(action) };
      const replace = (store) => [store.delete(action.id), store.put(JSON.stringify(mark), mark.id)];
      await inDatabase(name, "readwrite", replace);
      actions.push(mark);
      await closeThose(({ kind, id }) => kind === "unsent" && id === action.id);
    } else if (outcome === "sent") {
      await inDatabase(name, "readwrite", (store) => store.delete(action.id));
    } else {
      left.set(action.id, outcome);
      if (outcome === "later") waits = true;
      else if (replies) refused.add(action.key);
    }
  }
  return left;
}

// Who answers has read it, too. Should that not arrive, the answer has.
function markOf({ at, key, conversationId, seq }) {
  return { kind: "read", at, key, conversationId, seq };
}

// "sent", "refused" for good, or "later".
function send(account, action) {
  return trySend(account, action).catch(() => "later");
}

async function trySend(account, { id, kind, key, conversationId, content, seq }) {
  if (kind === "reply") {
    const target = key.startsWith("@") ? { to: key.slice(1) } : { conversationId: key };
    return outcomeOf(await post("/api/messages/send", { messageId: id, from: account, ...target, content, type: "text" }));
  }
  // a mark does not say whose it is, and somebody else may be signed in by now
  const answer = await ask("/api/me");
  if (!answer.ok) return outcomeOf(answer);
  const me = await answer.json();
  if (me.account.userId.toLowerCase() !== account) return "refused";
  return outcomeOf(await post(`/api/conversations/${conversationId}/read`, { seq }));
}

function outcomeOf({ ok, status }) {
  if (ok) return "sent";
  // not signed in, too slow, too much: that passes
  return status < 500 && ![401, 408, 429].includes(status) ? "refused" : "later";
}

function post(path, body) {
  return ask(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
}

// What answers from elsewhere is not our server, but somebody before it who wants to know who asks.
function ask(path, request) {
  return fetch(path, { ...request, redirect: "error", signal: AbortSignal.timeout(ANSWERS_WITHIN_MS) });
}

function nameOf(account) {
  return `hongyan-${account}`;
}

// One transaction in a database of the page's, as it is: none where the page has none (any more), and open no longer than
// that, so that the page can delete or change it.
async function inDatabase(name, mode, work) {
  const databases = await indexedDB.databases();
  if (!databases.some((one) => one.name === name)) return null;
  const opening = indexedDB.open(name);
  // deleted meanwhile: it is not for us to make
  opening.onupgradeneeded = () => opening.transaction.abort();
  const database = await opened(opening).catch(() => null);
  if (!database) return null;
  database.onversionchange = () => database.close();
  try {
    if (!database.objectStoreNames.contains(PENDING)) return null;
    const transaction = database.transaction(PENDING, mode, { durability: "strict" });
    const requests = [work(transaction.objectStore(PENDING))].flat();
    await new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error);
    });
    return requests.map((request) => request.result);
  } finally {
    database.close();
  }
}

function opened(opening) {
  return new Promise((resolve, reject) => {
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
    setTimeout(() => {
      // too late to be of use
      opening.onsuccess = () => opening.result.close();
      reject(new Error("the database is blocked"));
    }, OPENS_WITHIN_MS);
  });
}

// The page keeps when it is to be quiet where a worker can read it.
async function isQuiet() {
  const kept = await caches.match("/notification-settings");
  const { sound, quietFrom, quietTo } = kept ? await kept.json() : {};
  if (sound === false) return true;
  if (quietFrom === undefined || quietFrom === null) return false;
  const now = new Date();
  const minute = now.getHours() * 60 + now.getMinutes();
  return quietFrom <= quietTo ? minute >= quietFrom && minute < quietTo : minute >= quietFrom || minute < quietTo;
}

// The browser has another subscription for us, or none. What fails here is mended when the page starts.
async function subscribeAnew({ oldSubscription, newSubscription }) {
  const options = oldSubscription && oldSubscription.options;
  const subscription = newSubscription || (options && (await self.registration.pushManager.subscribe(options)));
  if (subscription) await post("/api/push/subscriptions", subscription);
}
