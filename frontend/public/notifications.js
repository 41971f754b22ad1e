// Notifications: shown when a push comes, replaced and taken away by what a later one says, and answered without the app.
// The server has put everything into words; nothing here knows what a message is.

const PENDING = "pending_action";
// A server that takes longer to answer is asked again later.
const ANSWERS_WITHIN_MS = 15_000;
// A window that takes longer to answer is not listening: it is just being loaded, or frozen. After a press there is a
// second (Firefox) to do something about it.
const HEARS_WITHIN_MS = 400;
const FALLBACK = { title: "Hongyan 鴻雁", options: { tag: "unknown", data: { navigate: "/" } } };

self.addEventListener("push", (event) => event.waitUntil(notify(event)));
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(act(event));
});
self.addEventListener("sync", (event) => {
  if (event.tag === PENDING) event.waitUntil(sendAllPending());
});
self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(subscribeAnew(event)));

// Every push shows something: a browser takes the permission back from who is pushed to and shows nothing.
async function notify(event) {
  const { title, options, badge } = read(event);
  const silent = await isQuiet().catch(() => false);
  const show = (title, options) => self.registration.showNotification(title, { ...options, silent });
  // without a title it only takes away: by the operator's choice
  if (title) await show(title, options).catch(() => show(FALLBACK.title, FALLBACK.options));
  // a push comes over a network: what waits for one goes along
  const shown = title && tell({ shown: options.data.kind || "unknown" });
  await Promise.allSettled([shown, takeAwayWhatWasRead(options.data), showBadge(badge), sendAllPending()]);
}

// A browser that knows Declarative Web Push has read it by itself, and gives what it would show (W3C Push API, `PushEvent`).
function read({ data, notification: ready, appBadge }) {
  try {
    const { notification, app_badge, clearing } = ready ? { notification: fields(ready), app_badge: appBadge } : data.json();
    if (clearing) return { options: { data: clearing }, badge: app_badge };
    const { title, navigate, ...options } = notification;
    if (!title) return FALLBACK;
    options.data = { ...options.data, navigate };
    options.renotify = Boolean(options.tag);
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
  for (const shown of await self.registration.getNotifications()) {
    const { kind, conversationId, at: then } = shown.data || {};
    const known = unreadIsComplete || conversationId === read;
    // a request is in no count; it goes when it is answered
    if (kind === "message" && then <= at && known && !kept.has(conversationId)) shown.close();
  }
}

async function showBadge(count) {
  if (typeof count !== "number" || !navigator.setAppBadge) return;
  await (count ? navigator.setAppBadge(count) : navigator.clearAppBadge());
}

async function act(event) {
  const { account, key, conversationId, seq, navigate } = event.notification.data || {};
  const reply = (event.reply || "").trim();
  const at = Date.now();
  if (event.action === "reply" && reply) return doLater(account, { at, kind: "reply", key, content: reply });
  if (event.action === "read") return doLater(account, { at, kind: "read", key, conversationId, seq });
  return open(navigate || "/");
}

// In the window that is there, or in a new one.
async function open(address) {
  const url = new URL(address, location.origin);
  const place = url.pathname + url.search;
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const window = windows.find((one) => one.focused) || windows.find((one) => one.visibilityState === "visible") || windows[0];
  const there = window && ((await leads(window, place)) ? window : await window.navigate(place).catch(() => null));
  await (there ? there.focus() : self.clients.openWindow(place));
}

// Whether the app in the window goes there by itself: nothing that is on its screen is lost by that.
function leads(window, place) {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = () => resolve(true);
    setTimeout(resolve, HEARS_WITHIN_MS, false);
    window.postMessage({ open: place }, [port2]);
  });
}

// What the app should know at once, where it is open.
async function tell(message) {
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  windows.forEach((window) => window.postMessage(message));
}

// What a person does in a notification is written down first, under an id of its own, and sent until the server has it.
// Sent twice it is done once. It is for whose notification it was: who has signed in since has another database.
async function doLater(account, action) {
  const id = crypto.randomUUID();
  const kept = await inDatabase(nameOf(account), "readwrite", (store) => store.put(JSON.stringify(action), id));
  if (!kept) return;
  if (await sendPending(nameOf(account))) return;
  await tell({ left: account });
  // while no window is open, Chromium does not let one ask for that; then it goes along with the next push
  await self.registration.sync?.register(PENDING).catch(() => {});
}

// Fails while anything is left: then the browser tries again, later and later. The page takes what is left when it starts.
async function sendAllPending() {
  const databases = await indexedDB.databases();
  const names = databases.map(({ name }) => name).filter((name) => name.startsWith(nameOf("")));
  const sent = await Promise.all(names.map(sendPending));
  if (sent.includes(false)) throw new Error("something could not be sent yet");
}

// Whether nothing is left.
async function sendPending(name) {
  const pending = await inDatabase(name, "readonly", (store) => [store.getAllKeys(), store.getAll()]);
  if (!pending) return true;
  const [ids, texts] = pending;
  const actions = ids.map((id, index) => ({ id, ...JSON.parse(texts[index]) }));
  actions.sort((one, other) => one.at - other.at);
  for (const action of actions) {
    if (!(await send(action))) return false;
    await inDatabase(name, "readwrite", (store) => store.delete(action.id));
  }
  return true;
}

// Whether the server has it. What it refuses for good stays as well: the page takes it over, and tells the person.
async function send({ id, kind, key, conversationId, content, seq }) {
  const target = key.startsWith("@") ? { to: key.slice(1) } : { conversationId: key };
  const [path, body] =
    kind === "reply"
      ? ["/api/messages/send", { messageId: id, ...target, content, type: "text" }]
      : [`/api/conversations/${conversationId}/read`, { seq }];
  return (await post(path, body).catch(() => null))?.ok === true;
}

function post(path, body) {
  const headers = { "Content-Type": "application/json" };
  const signal = AbortSignal.timeout(ANSWERS_WITHIN_MS);
  return fetch(path, { method: "POST", headers, signal, body: JSON.stringify(body) });
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
  const database = await settled(opening).catch(() => null);
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

function settled(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
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
