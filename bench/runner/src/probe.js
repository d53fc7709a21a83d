// Runs in each page before the page's own scripts, and tells the runner what is seen and when. A thing counts as painted
// at the end of the first frame that shows it: an animation frame's callback posts a message, which is handled when that
// frame has been laid out and painted. Looking then forces no layout.
(() => {
  // Rows are 44 CSS pixels high at least, and no browser makes a box higher than 2^25 pixels.
  const LEAST_ROW = 40;
  const HIGHEST = 30_000_000;

  const tell = (name, value) => benchTell(JSON.stringify({ name, value }));

  const { port1, port2 } = new MessageChannel();
  const waiting = [];
  port1.onmessage = () => waiting.splice(0).forEach((look) => look());
  const afterFrame = (look) =>
    requestAnimationFrame(() => {
      waiting.push(look);
      port2.postMessage(0);
    });

  let round = 0;
  // Calls `then` with the time at which `holds` was first true at the end of a frame. A newer one takes its place.
  function until(holds, then) {
    const mine = ++round;
    const look = () => {
      if (mine !== round) return;
      if (holds()) then(performance.now());
      else afterFrame(look);
    };
    afterFrame(look);
  }

  const list = () => document.querySelector(':is(ul, ol, [role="list"])[aria-label="Tasks"]');
  const ROW = "li, [role=listitem]";
  const rows = () => [...(list()?.querySelectorAll(ROW) ?? [])];
  const textOf = (row) => row.querySelector("a")?.textContent ?? "";
  const rowOf = (text) => rows().find((row) => textOf(row) === text);
  const finishOf = (row) => row.querySelector('button[aria-label^="Finish: "]');

  function scroller() {
    for (let at = list()?.parentElement; at; at = at.parentElement) {
      if (/auto|scroll/.test(getComputedStyle(at).overflowY) && at.scrollHeight > at.clientHeight) return at;
    }
    return document.scrollingElement;
  }

  const heightOf = (count) => Math.min(count * LEAST_ROW, HIGHEST);

  // Tells when the first row is painted, and when the list has room for all tasks.
  function load(count) {
    let first;
    const hasFirst = () => first || list()?.querySelector(ROW);
    until(hasFirst, (at) => {
      first = at;
      tell("first", { at, bytes: bytes(at) });
      const done = (at) => tell("whole", at);
      const isWhole = effects.all(count);
      if (isWhole()) done(at);
      else until(isWhole, done);
    });
  }

  const seen = { paint: undefined, longest: 0 };
  const watch = (type, each) => new PerformanceObserver((entries) => entries.getEntries().forEach(each)).observe({ type, buffered: true });
  watch("paint", (entry) => {
    if (entry.name === "first-contentful-paint") seen.paint = entry.startTime;
  });
  watch("longtask", (entry) => {
    if (entry.startTime >= (seen.paint ?? Infinity)) seen.longest = Math.max(seen.longest, entry.duration);
  });

  // What came over the wire until then, in bytes as they were compressed: neither tasks nor icons and the manifest, for
  // which nothing waits.
  function bytes(until) {
    const apart = new Set([...document.querySelectorAll("link[rel~=icon], link[rel=manifest]")].map((link) => link.href));
    const fetched = performance.getEntriesByType("resource").filter((entry) => entry.responseEnd <= until);
    const isFile = ({ name }) => !apart.has(name) && !new URL(name).pathname.startsWith("/tasks/");
    const files = fetched.filter(isFile);
    const all = [...performance.getEntriesByType("navigation"), ...files];
    return all.reduce((sum, entry) => sum + entry.encodedBodySize, 0);
  }

  // Tells how long after the next event of this type the page shows its effect.
  function time(event, holds) {
    addEventListener(event, ({ timeStamp }) => until(holds, (at) => tell("painted", at - timeStamp)), { once: true, capture: true });
  }

  const effects = {
    added: (text) => () => rowOf(text),
    renamed: (text) => () => rowOf(text),
    struck: (text) => () => {
      const row = rowOf(text);
      return !row || finishOf(row)?.getAttribute("aria-disabled") === "true";
    },
    // The rows before the keystroke did not all match; those after it do.
    found: (query, least) => () => {
      const texts = rows().map((row) => textOf(row).toLowerCase());
      return texts.length >= least && texts.slice(0, least).every((text) => text.includes(query));
    },
    all: (count) => () => list()?.getBoundingClientRect().height >= heightOf(count),
    none: () => () => rows().length === 0,
  };

  const middle = (element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    return { x: x + width / 2, y: y + height / 2 };
  };

  // Steps through the whole list, one step a frame, and counts the frames in which a place of the list was empty.
  function scroll(steps) {
    const pane = scroller();
    const step = (pane.scrollHeight - pane.clientHeight) / steps;
    const { left, width } = list().getBoundingClientRect();
    const top = pane === document.scrollingElement ? 0 : pane.getBoundingClientRect().top;
    const places = [0.25, 0.5, 0.75].map((part) => top + part * pane.clientHeight);
    const isBlank = (y) => !document.elementFromPoint(left + width / 2, y)?.closest(ROW);
    let done = 0;
    let blank = 0;
    const look = () => {
      // The first and the last steps show what is above and below the list.
      if (done > 2 && done < steps - 2 && places.some(isBlank)) blank += 1;
      performance.mark("bench-frame");
      if (done === steps) return tell("scrolled", { blank, steps });
      done += 1;
      pane.scrollTop = done * step;
      afterFrame(look);
    };
    pane.scrollTop = 0;
    afterFrame(() => afterFrame(look));
  }

  // What wasm holds, which no command of DevTools tells: the memories of all instances.
  const memories = new Set();
  for (const name of ["instantiate", "instantiateStreaming"]) {
    const instantiate = WebAssembly[name];
    WebAssembly[name] = async (...args) => {
      const made = await instantiate.apply(WebAssembly, args);
      const exported = Object.values((made.instance ?? made).exports);
      exported.filter((one) => one instanceof WebAssembly.Memory).forEach((memory) => memories.add(memory));
      return made;
    };
  }

  window.bench = {
    wasm: () => [...memories].reduce((sum, memory) => sum + memory.buffer.byteLength, 0),
    load,
    scroll,
    seen: () => seen,
    time: (event, effect, ...args) => time(event, effects[effect](...args)),
    when: (effect, ...args) => until(effects[effect](...args), () => tell("so", true)),
    to: (end) => {
      const pane = scroller();
      pane.scrollTop = end === "bottom" ? pane.scrollHeight : 0;
    },
    // A row in the middle of what is seen.
    pick: () => {
      const { top, bottom } = scroller().getBoundingClientRect();
      const height = (Math.max(top, 0) + Math.min(bottom, innerHeight)) / 2;
      const row = rows().find((row) => row.getBoundingClientRect().top >= height - 100 && !row.querySelector("input"));
      return row && { text: textOf(row), finish: middle(finishOf(row)), link: middle(row.querySelector("a")) };
    },
    has: (selector) => Boolean(document.querySelector(selector)),
    labelled: (name) => {
      const labels = [...document.querySelectorAll("label")].filter((label) => label.textContent.trim() === name);
      const field = document.querySelector(`input[aria-label="${name}"]`) ?? labels[0]?.control;
      field?.focus();
      field?.select();
      return Boolean(field);
    },
    press: (name) => {
      const all = [...document.querySelectorAll("button, a")];
      const found = all.find((one) => (one.getAttribute("aria-label") ?? one.textContent).trim() === name);
      found?.click();
      return Boolean(found);
    },
    kept: async () => {
      const workers = await navigator.serviceWorker?.getRegistrations() ?? [];
      return workers.every((worker) => worker.active?.state === "activated" && !worker.installing && !worker.waiting);
    },
    rows: () => rows().length,
  };
})();
