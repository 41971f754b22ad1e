// Notifications: shown when a push comes, replaced and taken away by what a later one says, and answered without the app.
// The server has put everything into words; nothing here knows what a message is.

const PENDING = "pending_action";
const FALLBACK = { title: "Hongyan 鴻雁", options: { tag: "unknown", data: { navigate: "/" } } };

self.addEventListener("push", (event) => event.waitUntil(notify(event)));
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(act(event));
});
self.addEventListener("sync", (event) => {
  if (event.tag === PENDING) event.waitUntil(sendPending());
});
self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(subscribeAnew(event)));

// Every push shows something: a browser takes the permission back from who is pushed to and shows nothing.
async function notify(event) {
  const { title, options, badge } = read(event.data);
  await self.registration.showNotification(title, { ...options, silent: await isQuiet() });
  await Promise.allSettled([takeAwayWhatWasRead(options.data), showBadge(badge)]);
}

function read(data) {
  try {
    const { notification, app_badge } = data.json();
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

// The push says what is still unread; what is shown of anything else was read elsewhere.
async function takeAwayWhatWasRead({ unread, unreadIsComplete }) {
  if (!unread || !unreadIsComplete) return;
  const kept = new Set(unread);
  for (const shown of await self.registration.getNotifications()) {
    const { kind, conversationId } = shown.data || {};
    // a request is in no count; it goes when it is answered
    if (kind === "message" && !kept.has(conversationId)) shown.close();
  }
}

async function showBadge(count) {
  if (count === undefined || !navigator.setAppBadge) return;
  await (count ? navigator.setAppBadge(count) : navigator.clearAppBadge());
}

async function act(event) {
  const { data } = event.notification;
  const reply = (event.reply || "").trim();
  if (event.action === "reply" && reply) {
    return doLater({ kind: "reply", key: data.key, content: reply });
  }
  if (event.action === "read") {
    return doLater({ kind: "read", key: data.key, conversationId: data.conversationId, seq: data.seq });
  }
  return open(data.navigate || "/");
}

// In the window that is there, or in a new one.
async function open(address) {
  const url = new URL(address, location.origin);
  const place = url.pathname + url.search;
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const window = windows.find((one) => one.focused) || windows.find((one) => one.visibilityState === "visible") || windows[0];
  if (!window) return self.clients.openWindow(place);
  window.postMessage({ open: place });
  await window.focus();
}

// What a person does in a notification is written down first, under an id of its own, and sent until the server has it.
// Sent twice it is done once.
async function doLater(action) {
  const id = crypto.randomUUID();
  const database = await openDatabase();
  if (!database) return send(id, action);
  await inStore(database, "readwrite", (store) => store.put(JSON.stringify(action), id));
  database.close();
  await sendPending();
}

async function sendPending() {
  const database = await openDatabase();
  if (!database) return;
  const [ids, actions] = await Promise.all([
    inStore(database, "readonly", (store) => store.getAllKeys()),
    inStore(database, "readonly", (store) => store.getAll()),
  ]);
  let failed = false;
  for (const [index, id] of ids.entries()) {
    if (await send(id, JSON.parse(actions[index]))) {
      await inStore(database, "readwrite", (store) => store.delete(id));
    } else {
      failed = true;
    }
  }
  database.close();
  // where there is no Background Sync, the page takes what is left when it starts
  if (failed && self.registration.sync) await self.registration.sync.register(PENDING);
}

// Whether the server has it. What it refuses for good stays too: the page tells the person.
async function send(id, { kind, key, conversationId, content, seq }) {
  const target = key.startsWith("@") ? { to: key.slice(1) } : { conversationId: key };
  const [path, body] =
    kind === "reply"
      ? ["/api/messages/send", { messageId: id, ...target, content, type: "text" }]
      : [`/api/conversations/${conversationId}/read`, { seq }];
  const headers = { "Content-Type": "application/json" };
  try {
    const answer = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
    return answer.ok;
  } catch {
    return false;
  }
}

// The account's own database; there is one, for there is one session. It is opened as it is: its shape is the page's.
async function openDatabase() {
  const names = await indexedDB.databases();
  const found = names.find(({ name }) => name.startsWith("hongyan-"));
  if (!found) return null;
  const database = await settled(indexedDB.open(found.name));
  if (database.objectStoreNames.contains(PENDING)) return database;
  database.close();
  return null;
}

async function inStore(database, mode, work) {
  const transaction = database.transaction(PENDING, mode, { durability: "strict" });
  const request = work(transaction.objectStore(PENDING));
  await new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = () => reject(transaction.error);
  });
  return request.result;
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
  if (!subscription) return;
  const headers = { "Content-Type": "application/json" };
  await fetch("/api/push/subscriptions", { method: "POST", headers, body: JSON.stringify(subscription) });
}
