// Put in the place of the app's `service-worker.js`, this takes back all that it has kept of the app. Tasks and edits
// that wait to be sent are not touched. No page is loaded again: whatever is open goes on, without a worker.
self.addEventListener("install", () => self.skipWaiting());

self.addEventListener("activate", (event) => event.waitUntil(letGo()));

async function letGo() {
  const own = `strikethrough:${new URL(self.registration.scope).pathname}:`;
  for (const name of await caches.keys()) {
    if (name.startsWith(own)) await caches.delete(name);
  }
  await self.registration.unregister();
}
