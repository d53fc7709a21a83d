// What the three apps do alike, so that only the way they draw is compared.

// The height of a row with the gap to the next, in CSS pixels, as `page.css` has it.
export const ROW = 46;

// Rows kept ready above and below what is seen.
const MARGIN = 10;

// Which rows are in the document: [from, to).
export function visibleRange(scrollTop, height, count) {
  const from = Math.max(0, Math.min(Math.floor(scrollTop / ROW), count) - MARGIN);
  const to = Math.min(count, Math.ceil((scrollTop + height) / ROW) + MARGIN);
  return [from, Math.max(from, to)];
}

// Where the list begins below the top of what scrolls.
export const scrolledPast = (scroller, list) => scroller.scrollTop - (list.offsetTop - scroller.offsetTop);

export const matching = (tasks, query) => {
  const wanted = query.trim().toLowerCase();
  return wanted ? tasks.filter((task) => task.summary.toLowerCase().includes(wanted)) : tasks;
};

export const counted = (shown, all) => {
  const tasks = all === 1 ? "1 task" : `${all} tasks`;
  return shown === all ? tasks : `${shown} of ${tasks}`;
};

// 1 to 119 characters (README).
export const isSummary = (text) => text !== "" && [...text].length < 120;

export const CHECK = "m5 12.5 4.5 4.5L19 7.5";

export const NOT_LOADED = "The tasks could not be loaded. Check your connection and press Refresh.";
export const NOT_SAVED = "That was not saved. Check your connection and try again.";
