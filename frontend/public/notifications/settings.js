// What the person chose, which the page keeps where a worker can read it: when to be quiet, and what to show.

async function settings() {
  const kept = await caches.match("/notification-settings");
  return kept ? kept.json() : {};
}

async function isQuiet() {
  const { sound, quietFrom, quietTo } = await settings();
  if (sound === false) return true;
  if (quietFrom === undefined || quietFrom === null) return false;
  const now = new Date();
  const minute = now.getHours() * 60 + now.getMinutes();
  return quietFrom <= quietTo ? minute >= quietFrom && minute < quietTo : minute >= quietFrom || minute < quietTo;
}
