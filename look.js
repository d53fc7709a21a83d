// Puts the look that was chosen in Settings on the page before any of it is painted. The page waits for this file: the security
// policy forbids inline scripts, and `start.js` may come after the first paint.
{
  const root = document.documentElement;
  const key = `strikethrough:${new URL(".", document.currentScript.src).pathname}:look`;
  // The colours of the browser's own bars, which know nothing of style sheets.
  const bars = document.querySelectorAll("meta[name=theme-color]");
  const show = (words) => {
    root.dataset.look = words ?? "";
    const chosen = /\b(?:light|dark)\b/.exec(root.dataset.look)?.[0];
    document.querySelector("meta[name=color-scheme]").content = chosen ?? "light dark";
    ["light", "dark"].forEach((scheme, at) => {
      bars[at].media = chosen ? (chosen === scheme ? "all" : "not all") : `(prefers-color-scheme: ${scheme})`;
    });
  };
  try {
    show(localStorage.getItem(key));
  } catch {
    // This browser keeps nothing for the app.
  }
  // Chosen in another tab. Without a key everything was cleared.
  addEventListener("storage", (event) => {
    if (event.key === key || event.key === null) show(event.newValue);
  });
  // Chosen in this one: the words are on the page.
  addEventListener("look", () => show(root.dataset.look));
}
