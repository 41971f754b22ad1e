// What was done in notifications and has not reached the server: kept where the page keeps what is the account's, and sent
// one after the other.

const PENDING = "pending_action";
// A page that has the database for longer, because it is changing it or was told to delete it, has stopped over that.
const OPENS_WITHIN_MS = 5_000;

self.addEventListener("sync", (event) => {
  if (event.tag === PENDING) event.waitUntil(sendAllPending());
});

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
