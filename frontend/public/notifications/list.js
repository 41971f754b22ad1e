// The list of what is shown: one thing at a time is done to it.

// A page that has the list of what is shown for longer has been frozen over it.
const LISTED_WITHIN_MS = 2_000;

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

// In any case: whoever has the list, if not a worker, is only reading it. Pushes come late, and in any order: what is shown
// and newer stays, shown once more without a sound, since a browser wants each of them to show something.
function show(title, options) {
  return withList(async (lock) => {
    const shown = lock && options.tag ? await self.registration.getNotifications({ tag: options.tag }) : [];
    const newer = shown.find((one) => one.data?.at > options.data?.at);
    const again = newer && { ...fields(newer), icon: newer.icon, badge: newer.badge, silent: true };
    await (again ? self.registration.showNotification(newer.title, again) : self.registration.showNotification(title, options));
  });
}

// What a notification has are no fields of its own.
function fields({ title, body, lang, dir, tag, timestamp, actions, navigate, data }) {
  return { title, body, lang, dir, tag, timestamp, actions: actions || [], navigate, data };
}

// Answers what is left; null if the list could not be had: the next push, or the page, takes away what is over.
function closeThose(areOver) {
  return withList(async (lock) => {
    if (!lock) return null;
    const shown = await self.registration.getNotifications();
    const isOver = (one) => areOver(one.data || {}, one);
    shown.filter(isOver).forEach((one) => one.close());
    return shown.filter((one) => !isOver(one));
  });
}

// One that was pressed. What has taken its place since has its tag, and Chromium would close that.
async function putAway(pressed) {
  const isIt = ({ at }, { tag }) => tag === pressed.tag && !(at > pressed.data?.at);
  if (!(await closeThose(isIt))) pressed.close();
}
