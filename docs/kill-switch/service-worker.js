// Put in the place of the app's `service-worker.js`, this takes back all that it has kept of the app. Tasks and edits
// that wait to be sent are not touched. No page is loaded again: whatever is open goes on.

// A browser may put activation off for minutes, so the work is done before it, and once more when it comes.
self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(letGo());
});

self.addEventListener("activate", (event) => event.waitUntil(letGo()));

async function letGo() {
  const own = `strikethrough:${new URL(self.registration.scope).pathname}:`;
  for (const name of await caches.keys()) {
    if (name.startsWith(own)) await caches.delete(name);
  }
  // Not waited for: it begins only when the installation is over.
  self.registration.unregister();
}
