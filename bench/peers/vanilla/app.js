// The list drawn by hand: one function brings the rows that are seen up to date.
import { addTask, finishTask, listTasks, renameTask } from "../common/api.js";
import { CHECK, NOT_LOADED, NOT_SAVED, ROW, counted, isSummary, matching, scrolledPast, visibleRange } from "../common/list.js";

const SVG = "http://www.w3.org/2000/svg";

function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

let tasks = [];
let shown = tasks;
let query = "";
let editing;

const count = element("span", { class: "count" });
const search = element("input", { class: "field", type: "search", "aria-label": "Search tasks", placeholder: "Search" });
const refresh = element("button", { class: "button", type: "button" }, "Refresh");
const problem = element("p", { class: "problem", role: "alert" });
const rows = element("ul", { class: "rows", "aria-label": "Tasks" });
const line = element("input", { class: "field", id: "add-line", autocomplete: "off", "aria-label": "Add a task", placeholder: "Add a task" });
const form = element("form", { class: "quick-add" }, line, element("button", { class: "button primary" }, "Add"));
const head = element("div", { class: "list-head" }, element("h1", {}, "Tasks"), count, search, refresh);
const pane = element("section", { class: "list-pane" }, head, problem, rows, form);

// The rows in the document, by their task.
const drawn = new Map();

function icon() {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", CHECK);
  svg.append(path);
  return svg;
}

function makeRow(task) {
  const text = element("span", { class: "strike" });
  const link = element("a", { class: "row-text", dir: "auto", href: `#task-${task.id}` }, text);
  const check = element("button", { class: "check", type: "button" }, icon());
  const row = { item: element("li", { class: "row" }, check, link), check, link, text };
  check.addEventListener("click", () => finish(task));
  link.addEventListener("click", (event) => {
    event.preventDefault();
    edit(task);
  });
  return row;
}

function drawRow(row, task, position) {
  if (row.summary !== task.summary) {
    row.summary = task.summary;
    row.text.textContent = task.summary;
    row.check.setAttribute("aria-label", `Finish: ${task.summary}`);
  }
  if (row.done !== task.done) {
    row.done = task.done;
    row.item.classList.toggle("finishing", Boolean(task.done));
    row.check.setAttribute("aria-disabled", Boolean(task.done));
  }
  if (row.position !== position || row.size !== shown.length) {
    row.position = position;
    row.size = shown.length;
    row.item.setAttribute("aria-posinset", position);
    row.item.setAttribute("aria-setsize", shown.length);
  }
}

let from = 0;
let to = 0;

function draw() {
  [from, to] = visibleRange(scrolledPast(pane, rows), pane.clientHeight, shown.length);
  rows.style.height = `${shown.length * ROW}px`;
  rows.style.paddingTop = `${from * ROW}px`;
  const wanted = new Set(shown.slice(from, to));
  for (const [task, row] of drawn) {
    if (wanted.has(task)) continue;
    row.item.remove();
    drawn.delete(task);
  }
  let next = rows.firstChild;
  let position = from;
  for (const task of wanted) {
    let row = drawn.get(task);
    if (!row) drawn.set(task, (row = makeRow(task)));
    drawRow(row, task, ++position);
    if (row.item === next) next = next.nextSibling;
    else rows.insertBefore(row.item, next);
  }
}

function update() {
  shown = matching(tasks, query);
  count.textContent = counted(shown.length, tasks.length);
  draw();
}

const refused = () => (problem.textContent = NOT_SAVED);

async function add(summary) {
  const task = { id: `new-${Date.now()}`, summary };
  tasks.push(task);
  update();
  try {
    task.id = await addTask(summary);
  } catch {
    remove(task);
    refused();
  }
}

function remove(task) {
  const at = tasks.indexOf(task);
  if (at >= 0) tasks.splice(at, 1);
  update();
}

async function finish(task) {
  if (task.done) return;
  task.done = true;
  draw();
  try {
    await finishTask(task.id);
    remove(task);
  } catch {
    task.done = false;
    draw();
    refused();
  }
}

async function rename(task, summary) {
  const before = task.summary;
  task.summary = summary;
  update();
  try {
    await renameTask(task.id, summary);
  } catch {
    task.summary = before;
    update();
    refused();
  }
}

function edit(task) {
  editing?.();
  const { link } = drawn.get(task);
  const field = element("input", { class: "field", "aria-label": "Summary" });
  field.value = task.summary;
  editing = () => {
    editing = undefined;
    field.replaceWith(link);
  };
  field.addEventListener("keydown", (event) => {
    const summary = field.value.trim();
    if (event.key === "Escape") editing();
    if (event.key !== "Enter" || !isSummary(summary)) return;
    editing();
    rename(task, summary);
  });
  link.replaceWith(field);
  field.focus();
}

async function load() {
  problem.textContent = "";
  try {
    tasks = await listTasks();
  } catch {
    problem.textContent = NOT_LOADED;
    return;
  }
  update();
}

search.addEventListener("input", () => {
  query = search.value;
  update();
});
refresh.addEventListener("click", load);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  const summary = line.value.trim();
  if (!isSummary(summary)) return;
  line.value = "";
  add(summary);
});
pane.addEventListener("scroll", () => {
  const [newFrom, newTo] = visibleRange(scrolledPast(pane, rows), pane.clientHeight, shown.length);
  if (newFrom !== from || newTo !== to) draw();
});
addEventListener("resize", draw);

document.querySelector("main").replaceChildren(pane);
load();
