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

try {
  const code = link("link[rel=modulepreload]");
  const wasm = link("link[rel=preload][as=fetch]");
  const module = await import(code.href);
  await module.default({ module_or_path: wasm.href });
} catch (error) {
  report("Strikethrough could not start. Check your connection and load the page again; an old browser may need an update.");
  throw error;
}
