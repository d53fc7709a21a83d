// Keeps the app on the device, so that it opens with no network. It knows nothing of tasks: the app itself keeps those.
//
// A release is `index.html` and the files that it names; their names hold a hash of their content. Each release lies
// whole in a cache of its own. The newest answers every address of the app, and the one before it is kept for tabs that
// still run it. Whatever is not named below goes to the network untouched: other origins, other methods, the API.

const BASE = self.registration.scope;
const PREFIX = `strikethrough:${new URL(BASE).pathname}:`;
const RELEASE = `${PREFIX}release:`;
const OTHERS = `${PREFIX}others`;

// The newest release, and one for the tabs that have not been loaded again since.
const RELEASES_KEPT = 2;

// The app's addresses, as `src/routes.rs` has them. A page that is not among them is the server's to answer.
const PAGE = /^(?:(?:new|settings|sync|done|transfer)?|(?:task|local)\/[^/]+(?:\/edit)?)$/;

// What the build names by its content, never in a folder. A hash has 16 hexadecimal digits less any zeros in front.
const HASHED = /^[^/]+-[0-9a-f]{12,16}(?:_bg)?\.\w+$/;

// What may change between releases: the network's answer if it comes in time, else the last one.
const CHANGING = ["config.json", "manifest.webmanifest"];
const PATIENCE_MS = 3000;

// The path below the app's folder; nothing for an address elsewhere.
function inside(address) {
  const { origin, pathname } = new URL(address);
  const path = origin + pathname;
  return path.startsWith(BASE) ? path.slice(BASE.length) : undefined;
}

const isPage = (answer) => /^text\/html\b/i.test(answer.headers.get("content-type") ?? "");

// Newest first.
async function releases() {
  const number = (name) => parseInt(name.slice(RELEASE.length), 10);
  const names = (await caches.keys()).filter((name) => name.startsWith(RELEASE));
  return names.sort((a, b) => number(b) - number(a));
}

async function find(address, names) {
  for (const name of names) {
    // Opening a cache would make it.
    const found = await caches.match(address, { cacheName: name, ignoreVary: true });
    if (found) return found;
  }
}

const kept = async (address) => find(address, await releases());

// What is kept, else what the network says, be it that there is none.
const either = async (address, request) => (await kept(address)) ?? fetch(request).catch(() => Response.error());

// The addresses, the digests that the build wrote beside them, and of a file of texts its language.
function named(html) {
  const value = (tag, name) => {
    const found = new RegExp(`\\s${name}=(?:"([^"]*)"|'([^']*)'|([^\\s>]+))`, "i").exec(tag);
    return found?.[1] ?? found?.[2] ?? found?.[3];
  };
  const files = new Map();
  for (const [tag] of html.matchAll(/<(?:link|script)\s[^>]*>/gi)) {
    const address = value(tag, "href") ?? value(tag, "src");
    if (!address) continue;
    const url = new URL(address, BASE).href;
    const about = { integrity: value(tag, "integrity") ?? "", language: value(tag, "hreflang") };
    if (HASHED.test(inside(url) ?? "")) files.set(url, about);
  }
  return files;
}

// Which of the files a release needs on this device: all but the texts of languages that nobody has read here.
async function needed(files, language, known) {
  const texts = known[0] ? named(await (await find(BASE, known)).text()) : new Map();
  const read = new Set([language]);
  for (const [url, about] of texts) {
    if (about.language && (await find(url, known.slice(0, 1)))) read.add(about.language);
  }
  return [...files].filter(([, about]) => !about.language || read.has(about.language));
}

async function download(url, { integrity }) {
  const ask = async (cache) => {
    const answer = await fetch(url, { cache, integrity });
    if (!answer.ok || isPage(answer)) throw new Error(`${url} is not there`);
    return answer;
  };
  // What has the right name has the right content, however old. Should the browser have kept something else: once more.
  return ask("force-cache").catch(() => ask("reload"));
}

async function put(cache, [url, about], known) {
  await cache.put(url, (await find(url, known)) ?? (await download(url, about)));
}

// Puts the release that the server has into a cache of its own, unless it is the newest one already, with the texts of this
// language.
async function prepare(language) {
  // Asked for anew, because a file's date, by which a server may say "not modified", can be the same in every release.
  const answer = await fetch(BASE, { cache: "reload" });
  if (!answer.ok || answer.redirected) throw new Error("there is no app");
  const html = await answer.clone().text();
  const files = named(html);
  const has = (end) => [...files.keys()].some((url) => url.endsWith(end));
  if (!has(".js") || !has(".wasm")) throw new Error("this is some other page");

  // The policy is kept with the page, and says which API the page may talk to.
  const text = html + answer.headers.get("content-security-policy");
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  const hash = [...digest.slice(0, 8)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

  // The page goes in last: without it, a cache is what was left when the browser ended this worker.
  const known = [];
  for (const name of await releases()) {
    if (await find(BASE, [name])) known.push(name);
    else await caches.delete(name);
  }
  const number = parseInt(known[0]?.slice(RELEASE.length) ?? "0", 10);
  if (known[0] !== `${RELEASE}${number}:${hash}`) {
    const name = `${RELEASE}${number + 1}:${hash}`;
    try {
      const cache = await caches.open(name);
      await Promise.all((await needed(files, language, known)).map((file) => put(cache, file, known)));
      await cache.put(BASE, answer);
    } catch (error) {
      await caches.delete(name);
      throw error;
    }
    known.unshift(name);
  } else {
    const texts = [...files].find(([, about]) => about.language === language);
    if (texts && !(await find(texts[0], [known[0]]))) await put(await caches.open(known[0]), texts, known);
  }
  for (const name of known.slice(RELEASES_KEPT)) await caches.delete(name);
}

// The app may be open in several tabs, and a new version of this file may run beside the old one.
const alone = (work) => navigator.locks.request(`${PREFIX}releases`, work);

// Lets go of everything: the app is a plain page again.
let gone = false;
async function letGo() {
  gone = true;
  for (const name of await caches.keys()) {
    if (name.startsWith(PREFIX)) await caches.delete(name);
  }
  await self.registration.unregister();
}

// Looks for a new release, and tells every tab which files the newest one has.
async function check(language) {
  try {
    const own = await fetch(self.location.href, { cache: "no-store" });
    // Whoever takes this file away wants it gone from every browser.
    if (own.status === 404 || own.status === 410) return await alone(letGo);
    await alone(() => prepare(language));
  } catch {
    // Offline, or half of a release is not there yet: what is kept stays.
  }
  const page = await kept(BASE);
  if (!page) return;
  const files = [...named(await page.text()).keys()];
  for (const tab of await self.clients.matchAll({ type: "window", includeUncontrolled: true })) {
    tab.postMessage({ files });
  }
}

async function changing(request) {
  const url = new URL(inside(request.url), BASE).href;
  const last = () => find(url, [OTHERS]);
  const asked = fetch(request).then(async (answer) => {
    // That there is none is an answer too: an app without a `config.json` is a complete one.
    const none = answer.status === 404 || answer.status === 410;
    const good = none || (answer.status === 200 && !isPage(answer));
    if (!good) return (await last()) ?? answer;
    const copy = answer.clone();
    if (!gone) await caches.open(OTHERS).then((cache) => cache.put(url, copy)).catch(() => {});
    return answer;
  });
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS)).then(last);
  const first = await Promise.race([asked.catch(last), late]);
  return first ?? asked.catch(() => Response.error());
}

self.addEventListener("install", (event) => {
  // Caches made by one version of this file are read by the next, so that it need not wait for old tabs to close.
  self.skipWaiting();
  const others = CHANGING.map((name) => changing(new Request(new URL(name, BASE), { cache: "no-cache" })));
  event.waitUntil(Promise.all([alone(() => prepare()), Promise.allSettled(others)]));
});

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => {
  // A page of an earlier release says no language.
  if (event.data !== "check" && !event.data?.check) return;
  // Whoever sends a port along is told when it is done.
  event.waitUntil(check(event.data.check).then(() => event.ports[0]?.postMessage("checked")));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const path = inside(request.url);
  if (request.method !== "GET" || path === undefined) return;
  if (request.mode === "navigate") {
    if (PAGE.test(path)) event.respondWith(either(BASE, request));
  } else if (HASHED.test(path)) {
    event.respondWith(either(request.url, request));
  } else if (CHANGING.includes(path)) {
    event.respondWith(changing(request));
  }
});
