// What a person presses in a notification: to go there, to answer, or to mark it as read.

self.addEventListener("notificationclick", (event) => {
  event.waitUntil(Promise.allSettled([putAway(event.notification), act(event)]));
});

async function act({ action, reply, notification }) {
  const { key, conversationId, seq, count, navigate } = notification.data || {};
  const content = (reply || "").trim();
  const done = { at: Date.now(), key, conversationId, seq };
  const replies = action === "reply" && content;
  if (!replies && action !== "read") return open(navigate || "/");
  const work = doLater(notification, replies ? { ...done, kind: "reply", content } : { ...done, kind: "read" });
  await Promise.allSettled([work, takeOffBadge(count)]);
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

// Whether somebody sees the app take over what is left: the tab that leads does it, and whichever is on the screen shows it.
async function isTakenOver(account) {
  const all = await windows();
  const taken = await Promise.all(all.map((window) => hears(window, { left: account })));
  return taken.some(Boolean) && all.some(({ visibilityState }) => visibilityState === "visible");
}
