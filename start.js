// Starts the app, and shows the first tasks before its code is there. A file of its own, because the security policy forbids
// inline scripts. The build writes where the code is into the page's preload links, so that downloading begins before this
// file has run.
//
// It runs as soon as it has come, be the page's style there or not, and so perhaps before the page's end.
if (document.readyState === "loading") {
  await new Promise((run) => document.addEventListener("readystatechange", run, { once: true }));
}

const link = (selector) => document.querySelector(selector);
const code = link("link[rel=modulepreload]");
const beside = (name) => new URL(name, code.href).href;

// The first tasks: those of the last visit at once, those of a first visit as soon as the server has told them. They are
// there to be read, and have no links and no buttons; a click is done again on the app's own row once that has taken their
// place.
const folder = new URL(".", code.href).pathname;
const key = (name) => `strikethrough:${folder}:${name}`;
const isList = location.pathname === folder && !location.search;

// What this browser keeps for the app; nothing where it keeps nothing.
function kept(name) {
  try {
    return localStorage.getItem(key(name));
  } catch {
    return null;
  }
}

// The language: the one that was chosen in Settings, else the first of the browser's that the app speaks.
const spoken = new Map([...document.querySelectorAll("link[hreflang]")].map((file) => [file.hreflang, file]));

// A language may be written in several ways, and the app writes it in its usual one.
function known(tag) {
  const usual = (tag) => new Intl.Locale(tag).maximize();
  try {
    const { language, script } = usual(tag);
    if ((language === "en" || spoken.has(language)) && script === usual(language).script) return language;
  } catch {
    // Some systems have tags that are none.
  }
}

const asBrowser = navigator.languages.map(known).find((found) => found) ?? "en";
const wanted = known(kept("language") ?? "") ?? asBrowser;

// What `src/browser/words.rs` asks for: the texts at their numbers, of which there are none for English, and how the language
// writes numbers and times.
let texts = [];
let locale;
let plurals;
const words = (window.strikethroughWords = {
  asBrowser,
  text(number, count) {
    const text = texts[number];
    return typeof text === "object" ? text[plurals.select(count)] ?? text.other : text;
  },
  number: (number) => number.toLocaleString(locale),
  relative: (amount, unit) => new Intl.RelativeTimeFormat(locale).format(amount, unit),
  duration: (amount, unit) => amount.toLocaleString(locale, { style: "unit", unit, unitDisplay: "long" }),
});

function speak(language, inIt) {
  texts = inIt;
  // The country makes a difference to numbers.
  locale = navigator.languages.find((tag) => known(tag) === language) ?? language;
  plurals = new Intl.PluralRules(locale);
  const root = document.documentElement;
  root.lang = words.language = language;
  root.dir = spoken.get(language)?.dir || "ltr";
  for (const element of document.querySelectorAll("[data-text]")) {
    const text = texts[element.dataset.text];
    if (text) element[element.localName === "input" ? "placeholder" : "textContent"] = text;
  }
}

// What the shell says is kept from visit to visit, so that it is there at once.
const SHELL_TEXTS = 5;
const [last = "en", ...shellTexts] = kept("shell")?.split("\n") ?? [];
speak(wanted, last === wanted ? shellTexts : []);

// The texts themselves come beside the app's code. Without them it speaks English.
async function listen(file) {
  try {
    const answer = await fetch(beside(file.getAttribute("href")));
    if (!answer.ok) throw new Error(`${answer.url}: ${answer.status}`);
    speak(wanted, Object.values(await answer.json()).flatMap(Object.values));
  } catch {
    words.missing = wanted;
    speak("en", []);
  }
}

const file = spoken.get(wanted);
const heard = (file ? listen(file) : Promise.resolve()).then(() => {
  try {
    localStorage.setItem(key("shell"), [words.language, ...texts.slice(0, SHELL_TEXTS)].join("\n"));
  } catch {
    // The next visit begins in English.
  }
});

// As many as the highest screens show.
const ROWS = 40;

// How much of a list is looked at for them, in characters.
const MOST = 262_144;

// What is shown early must not hold up the app where a server is slow, in milliseconds.
const PATIENCE_MS = 150;

// `src/browser/early.rs` takes these: the answer to each address, and what aborts it.
const early = (window.strikethroughEarly = {});

function ask(address) {
  const controller = new AbortController();
  const { signal } = controller;
  let copy;
  // A body can be read once, and the app reads all of it.
  const answer = fetch(address, { cache: "no-cache", headers: { Accept: "application/json" }, signal }).then((answer) => {
    copy = answer.clone();
    return answer;
  });
  early[address] = { answer, controller };
  // Whoever takes the answer hears why there is none.
  return answer.then(() => copy, () => undefined);
}

const isText = (text) => typeof text === "string";

function rowOf(summary) {
  const make = (name, className, ...children) => {
    const element = document.createElement(name);
    element.className = className;
    element.append(...children);
    return element;
  };
  const text = make("a", "row-text", make("span", "strike", summary));
  text.dir = "auto";
  return make("li", "row", make("span", "check", make("span", "icon")), text);
}

// The app takes it away, at its start unless something is drawn in it.
const shellNow = () => document.getElementById("shell");

// Draws them in the place of the skeleton, unless the app is there already. Nothing below may move when it comes. The app
// looks whose tasks they are.
function draw({ api, count, rows }) {
  const shell = shellNow();
  if (!shell || !rows.length) return;
  shell.dataset.api = api;
  // Of another language it would be half a sentence.
  if (last === wanted) shell.querySelector(".count").textContent = count;
  shell.querySelector(".search").hidden = false;
  const list = document.createElement("ul");
  list.className = "rows";
  list.ariaLabel = texts[0] ?? "Tasks";
  list.ariaBusy = "true";
  list.append(...rows.slice(0, ROWS).map(rowOf));
  shell.querySelector(".loading").replaceWith(list);
  let click;
  shell.addEventListener("click", ({ target }) => {
    const row = target.closest(".row");
    const control = target.closest(".check") ? ".check" : ".row-text";
    if (row) click = [[...list.children].indexOf(row), row.textContent, control];
  });
  shell.addEventListener("left", () => click && clickLater(...click), { once: true });
}

// The app's rows are the same in the same order, unless something came between.
function clickLater(place, text, control) {
  const row = document.querySelectorAll("#rows > .row")[place];
  if (row?.querySelector(".strike")?.textContent === text) row.querySelector(control).click();
}

// What can be read of a list whose end may be missing. A part ends after a task; a text that looks like such an end is no
// JSON, and the next part makes up for it.
function summariesIn(text, isWhole) {
  try {
    const list = JSON.parse(isWhole ? text : `${text.slice(0, text.lastIndexOf("},") + 1)}]`);
    return (list.results ?? list).map(({ summary }) => summary).filter(isText);
  } catch {
    return [];
  }
}

async function firstOf(body) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    text += decoder.decode(value, { stream: !done });
    const rows = summariesIn(text, done);
    // What is not read by then is of another shape, or nobody waits for it any more.
    const isEnough = rows.length >= ROWS || text.length > MOST || !shellNow();
    if (!isEnough && !done) continue;
    reader.cancel();
    return rows;
  }
}

// Shows what there is of an earlier visit. Whether this is the first one, and of the list.
function drawLast() {
  const rows = localStorage.getItem(key("first"));
  const isFirst = ["first", "settings", "config"].every((name) => localStorage.getItem(key(name)) === null);
  // From here on there is a list on this device, which may change before the next visit.
  localStorage.setItem(key("first"), "");
  const isAtTop = !(Number(sessionStorage.getItem("strikethrough.scrolled")) > 0);
  if (rows && isList && isAtTop) draw(JSON.parse(rows));
  return isFirst && isList;
}

// A list that was asked for before the edits of this device were read would be taken for news of them. Where there never was
// a visit there are none.
async function drawFirst(file) {
  if (!file?.ok && file?.status !== 404) return;
  const { api = "/", auth = "none" } = file.ok ? await file.json() : {};
  // Once the app is there it asks by itself, and it would be asked twice.
  if (!isText(api) || auth !== "none" || !shellNow()) return;
  const address = beside(api.trim());
  const base = address.endsWith("/") ? address : `${address}/`;
  const list = await ask(`${base}tasks/`);
  if (list?.ok) draw({ api: base, count: "", rows: await firstOf(list.body) });
}

const config = ask(beside("config.json"));
// Without all this the app shows the same, only later. What could not be had, the app says.
let drawn = Promise.resolve();
try {
  if (drawLast()) drawn = config.then(drawFirst);
} catch {
  // This browser keeps nothing for the app.
}
const late = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
drawn = Promise.race([drawn.catch(() => {}), late]);

function report(number, english) {
  const place = document.getElementById("start-problem");
  if (place) place.textContent = texts[number] ?? english;
}

// The app answers every error it can foresee. Should it stop all the same, the page must not look alive.
addEventListener("error", (event) => {
  if (event.error instanceof WebAssembly.RuntimeError) {
    report(3, "Something broke, and this page has stopped. Your drafts are kept: load the page again.");
  }
});

try {
  const wasm = link("link[rel=preload][as=fetch]");
  const [module] = await Promise.all([import(code.href), drawn, heard]);
  await module.default({ module_or_path: wasm.href });
} catch (error) {
  report(2, "Strikethrough could not start. Check your connection and load the page again; an old browser may need an update.");
  throw error;
}

// All below makes the app installable and lets it open offline. None of it is needed to run, so it comes last, and a
// browser that can't or may not is none the worse.

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
    registration.active.postMessage({ check: words.language });
    await registration.update();
  };
  // Offline it fails, which is no news.
  setInterval(() => check().catch(() => {}), HOUR_MS);
  await check();
}

if (navigator.serviceWorker) keepOnDevice(navigator.serviceWorker).catch(() => {});
