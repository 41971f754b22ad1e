// The browser's subscription with its maker's push service, when that ends or changes by itself.

self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(subscribeAnew(event)));

// The browser has another subscription for us, or none. What fails here is mended when the page starts. The server may have
// forgotten the old one, and what was to be shown with it.
async function subscribeAnew({ oldSubscription, newSubscription }) {
  const options = oldSubscription && oldSubscription.options;
  const subscription = newSubscription || (options && (await self.registration.pushManager.subscribe(options)));
  if (!subscription) return;
  const { shows, language } = await settings().catch(() => ({}));
  await post("/api/push/subscriptions", { ...JSON.parse(JSON.stringify(subscription)), shows, language });
}
