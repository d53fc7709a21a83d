// The elements that a person could mean by a chain of roles and names, each looked for within the last.
// Only what is shown counts: not what is hidden, inert, or hidden from assistive technology.
const [steps] = arguments;

const TAGS = {
  A: el => (el.hasAttribute("href") ? "link" : ""),
  BUTTON: () => "button",
  SUMMARY: () => "button",
  TEXTAREA: () => "textbox",
  INPUT: el => ({ button: "button", submit: "button", checkbox: "checkbox", radio: "radio", search: "searchbox" })[el.type]
    ?? (["text", "url", "email", "tel"].includes(el.type) ? "textbox" : ""),
  SELECT: el => (el.multiple || el.size > 1 ? "listbox" : "combobox"), PROGRESS: () => "progressbar",
  UL: () => "list", OL: () => "list", LI: () => "listitem",
  H1: () => "heading", H2: () => "heading", H3: () => "heading", H4: () => "heading", H5: () => "heading",
  H6: () => "heading", TABLE: () => "table", BLOCKQUOTE: () => "blockquote",
  MAIN: () => "main", NAV: () => "navigation", ARTICLE: () => "article", OUTPUT: () => "status",
  ASIDE: () => "complementary", FIELDSET: () => "group", FORM: () => "form", DIALOG: () => "dialog",
  HEADER: el => (el.parentElement.closest("main, article, section, aside, nav") ? "" : "banner"),
  SECTION: el => (nameOf(el) ? "region" : ""),
};

const roleOf = el => el.getAttribute("role")?.trim().split(/\s+/)[0] || TAGS[el.tagName]?.(el) || "";

const shown = el => el.checkVisibility({ visibilityProperty: true }) && !el.closest("[aria-hidden=true], [inert]");

const tidy = text => text.replace(/\s+/g, " ").trim();

// The text below a node as it is read out: without what is hidden, with a space around what stands on its own.
function contentOf(node) {
  if (node.nodeType === Node.TEXT_NODE) return node.data;
  if (node.nodeType !== Node.ELEMENT_NODE || node.getAttribute("aria-hidden") === "true") return "";
  const style = getComputedStyle(node);
  if (style.display === "none" || style.visibility === "hidden") return "";
  const label = node.getAttribute("aria-label") || node.getAttribute("alt");
  if (label) return label;
  const text = [...node.childNodes].map(contentOf).join("");
  return style.display === "inline" ? text : ` ${text} `;
}

const NAMED_BY_CONTENT = ["button", "link", "heading", "checkbox", "radio", "tab"];

function nameOf(el) {
  const ids = el.getAttribute("aria-labelledby");
  if (ids) return tidy(ids.split(/\s+/).map(id => document.getElementById(id)?.textContent ?? "").join(" "));
  if (el.getAttribute("aria-label")) return tidy(el.getAttribute("aria-label"));
  if (el.labels?.length) return tidy([...el.labels].map(contentOf).join(" "));
  const legend = el.tagName === "FIELDSET" && el.querySelector(":scope > legend");
  if (legend) return tidy(contentOf(legend));
  if (NAMED_BY_CONTENT.includes(el.tagName === "SECTION" ? "" : roleOf(el))) {
    const content = tidy([...el.childNodes].map(contentOf).join(""));
    if (content) return content;
  }
  return tidy(el.getAttribute("title") || el.getAttribute("placeholder") || "");
}

const means = (el, { role, is, has }) =>
  roleOf(el) === role && (is == null || nameOf(el) === is) && (has == null || nameOf(el).includes(has)) && shown(el);

let found = [document];
for (const step of steps) {
  found = [...new Set(found.flatMap(root => [...root.querySelectorAll("*")].filter(el => means(el, step))))];
}
return found;
