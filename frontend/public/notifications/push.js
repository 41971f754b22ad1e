// What a push shows and takes away. The server has put everything into words; nothing here knows what a message is.

const FALLBACK = { title: "Hongyan 鴻雁", options: { tag: "unknown", data: { navigate: "/" } } };

self.addEventListener("push", (event) => event.waitUntil(notify(event)));

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
