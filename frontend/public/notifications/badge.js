// The number on the app's icon, while no page counts.

// Where it is kept, so that what is read in a notification can be taken off it.
const BADGE = "/notification-badge";

self.addEventListener("message", (event) => {
  // from now on the page counts
  if (event.data === "started") event.waitUntil(forgetBadge());
});

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
