// The app's windows, where there are any.

// A window that takes longer to answer is not listening: it is just being loaded, or frozen. After a press there is a
// second (Firefox) to do something about it.
const HEARS_WITHIN_MS = 400;

// Those with the app in them (`sw.js`): not the API's description, say.
async function windows() {
  const all = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  return all.filter(({ url }) => !NOT_OURS.test(new URL(url).pathname));
}

// What the app should know at once, where it is open.
async function tell(message) {
  (await windows()).forEach((window) => window.postMessage(message));
}

// Whether the app in the window takes care of it: goes there by itself, so that nothing on its screen is lost, or has taken
// over what was left.
function hears(window, message) {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = () => resolve(true);
    setTimeout(resolve, HEARS_WITHIN_MS, false);
    window.postMessage(message, [port2]);
  });
}

// Leads there in the window that is there, or in a new one.
async function open(address) {
  const place = placeOf(address);
  const all = await windows();
  const window = all.find((one) => one.focused) || all.find((one) => one.visibilityState === "visible") || all[0];
  const there = window && ((await hears(window, { open: place })) ? window : await window.navigate(place).catch(() => null));
  await (there ? there.focus() : self.clients.openWindow(place));
}

// Whatever a payload says, it leads nowhere but here; and people may know this server by another address than its operator.
function placeOf(address) {
  try {
    const { protocol, pathname, search } = new URL(address, location.origin);
    return /^https?:$/.test(protocol) ? pathname.replace(/^\/+/, "/") + search : "/";
  } catch {
    return "/";
  }
}
