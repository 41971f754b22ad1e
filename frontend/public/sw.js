// The service worker: keeps the shell of one build, so that the app starts without a network. It knows nothing of
// messages. The build fills in the two constants; so any change of any file is another worker, and a new one waits until
// the person says so, or until no tab of the old one is left.
const BUILD = "__BUILD__";
const SHELL = ["__SHELL__"];

// Notifications, a subject each.
const PARTS = ["push", "press", "pending", "list", "badge", "windows", "server", "settings", "subscription"];
importScripts(...PARTS.map((part) => `/notifications/${part}.js`));

const PREFIX = "shell-";
const CACHE = PREFIX + BUILD;
// Caches of older builds that are kept at most, while tabs may still need them.
const OLD_CACHES = 2;
const NOT_OURS = /^\/(api|ws|healthz|readyz|metrics)(\/|$)/;
const MADE_OF_CONTENT = /[\w.-]+-[0-9a-f]{16}\.\w+/g;

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("message", (event) => {
  if (event.data === "skipWaiting") self.skipWaiting();
  if (event.data === "loaded") event.waitUntil(tidy(event.source.id));
});
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin || NOT_OURS.test(url.pathname)) return;
  if (request.mode === "navigate") {
    event.respondWith(page(request));
  } else {
    event.respondWith(file(request));
  }
});

async function install() {
  const cache = await caches.open(CACHE);
  // what is made of content never changes; of the rest only what the server has now will do
  const fresh = (path) => new Request(path, { cache: path.match(MADE_OF_CONTENT) ? "default" : "no-cache" });
  await cache.addAll(SHELL.map(fresh));
  // a server that was replaced meanwhile would give a page of another build: then try again later
  const html = await (await cache.match("/")).text();
  const known = new Set(SHELL.map((path) => path.split("/").pop()));
  const foreign = (html.match(MADE_OF_CONTENT) || []).find((name) => !known.has(name));
  if (foreign) {
    await caches.delete(CACHE);
    throw new Error(`the page asks for ${foreign}, which is not of build ${BUILD}`);
  }
}

async function activate() {
  await self.clients.claim();
  await tidy();
}

// Every path that is no file is a page of the app, which reads the path itself.
async function page(request) {
  const cache = await caches.open(CACHE);
  return (await cache.match("/")) || fetch(request);
}

// From this build first; a tab of an older build finds its files in that build's cache.
async function file(request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(request)) || (await caches.match(request)) || fetch(request);
}

// Caches of older builds go when no other tab is open that may need them; the oldest go in any case.
async function tidy(newcomer) {
  const tabs = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const others = tabs.some((tab) => tab.id !== newcomer);
  const old = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  const waiting = self.registration.waiting || self.registration.installing;
  // the cache of a build that waits for its turn is not old
  if (waiting) return;
  const gone = others ? old.slice(0, Math.max(0, old.length - OLD_CACHES)) : old;
  await Promise.all(gone.map((name) => caches.delete(name)));
}
