// Starts the app. A file of its own, because the security policy forbids inline scripts. The build writes
// where the code is into the page's preload links, so that downloading begins before this file has run.
const link = (selector) => document.querySelector(selector);

function report(sentence) {
  const place = document.getElementById("start-problem");
  if (place) place.textContent = sentence;
}

// The app answers every error it can foresee. Should it stop all the same, the page must not look alive.
addEventListener("error", (event) => {
  if (event.error instanceof WebAssembly.RuntimeError) {
    report("Something broke, and this page has stopped. Your drafts are kept: load the page again.");
  }
});

const code = link("link[rel=modulepreload]");
try {
  const wasm = link("link[rel=preload][as=fetch]");
  const module = await import(code.href);
  await module.default({ module_or_path: wasm.href });
} catch (error) {
  report("Strikethrough could not start. Check your connection and load the page again; an old browser may need an update.");
  throw error;
}

// All below makes the app installable and lets it open offline. None of it is needed to run, so it comes last, and a
// browser that can't or may not is none the worse.
const beside = (name) => new URL(name, code.href).href;

// Trunk writes a page's own links into it only for files that it renames, and these have names that must not change.
for (const [rel, name] of [["manifest", "manifest.webmanifest"], ["apple-touch-icon", "icons/apple-touch-icon.png"]]) {
  document.head.append(Object.assign(document.createElement("link"), { rel, href: beside(name) }));
}

const HOUR_MS = 3_600_000;

async function keepOnDevice(workers) {
  // `trunk serve` loads the page again whenever a file changes; a kept copy would be in its way.
  const developing = [...document.scripts].some((script) => script.text.includes(".well-known/trunk/ws"));
  if (developing) return (await workers.getRegistration(beside("")))?.unregister();

  // The newest release may be another than the one that runs here.
  workers.addEventListener("message", ({ data, source }) => {
    // Another app of this origin has a worker too, and it speaks to every tab.
    if (source?.scriptURL !== beside("service-worker.js")) return;
    const here = new Set([...document.querySelectorAll("link, script")].map((element) => element.href ?? element.src));
    if (data.files?.some((file) => !here.has(file))) dispatchEvent(new Event("new-release"));
  });
  await workers.register(beside("service-worker.js"), { updateViaCache: "none" });
  const check = async () => {
    const registration = await workers.ready;
    registration.active.postMessage("check");
    await registration.update();
  };
  // Offline it fails, which is no news.
  setInterval(() => check().catch(() => {}), HOUR_MS);
  await check();
}

if (navigator.serviceWorker) keepOnDevice(navigator.serviceWorker).catch(() => {});
