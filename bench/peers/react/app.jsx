import { memo, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { createRoot } from "react-dom/client";
import { addTask, finishTask, listTasks, renameTask } from "../common/api.js";
import { CHECK, NOT_LOADED, NOT_SAVED, ROW, counted, isSummary, matching, scrolledPast, visibleRange } from "../common/list.js";

const Row = memo(function Row({ task, position, size, isEdited, onFinish, onEdit, onRename }) {
  return (
    <li className={task.done ? "row finishing" : "row"} aria-posinset={position} aria-setsize={size}>
      <button
        className="check"
        type="button"
        aria-label={`Finish: ${task.summary}`}
        aria-disabled={Boolean(task.done)}
        onClick={() => onFinish(task)}
      >
        <svg className="icon" viewBox="0 0 24 24" aria-hidden="true"><path d={CHECK} /></svg>
      </button>
      {isEdited ? (
        <Editor task={task} onEdit={onEdit} onRename={onRename} />
      ) : (
        <a
          className="row-text"
          dir="auto"
          href={`#task-${task.id}`}
          onClick={(event) => {
            event.preventDefault();
            onEdit(task.key);
          }}
        >
          <span className="strike">{task.summary}</span>
        </a>
      )}
    </li>
  );
});

function Editor({ task, onEdit, onRename }) {
  const [text, setText] = useState(task.summary);
  const onKeyDown = (event) => {
    const summary = text.trim();
    if (event.key === "Escape") onEdit(undefined);
    if (event.key !== "Enter" || !isSummary(summary)) return;
    onEdit(undefined);
    onRename(task, summary);
  };
  return (
    <input
      className="field"
      aria-label="Summary"
      autoFocus
      value={text}
      onChange={(event) => setText(event.target.value)}
      onKeyDown={onKeyDown}
    />
  );
}

function QuickAdd({ onAdd }) {
  const [line, setLine] = useState("");
  const onSubmit = (event) => {
    event.preventDefault();
    const summary = line.trim();
    if (!isSummary(summary)) return;
    setLine("");
    onAdd(summary);
  };
  return (
    <form className="quick-add" onSubmit={onSubmit}>
      <input
        className="field"
        id="add-line"
        autoComplete="off"
        aria-label="Add a task"
        placeholder="Add a task"
        value={line}
        onChange={(event) => setLine(event.target.value)}
      />
      <button className="button primary">Add</button>
    </form>
  );
}

// Which rows are in the document. The state changes when they do, not with each pixel.
function useRange(pane, list, count) {
  const [seen, setSeen] = useState({ top: 0, height: innerHeight });
  const measure = useCallback(() => {
    const top = scrolledPast(pane.current, list.current);
    return { top: Math.floor(top / ROW) * ROW, height: pane.current.clientHeight };
  }, [pane, list]);
  const onScroll = useCallback(() => {
    const now = measure();
    const update = (before) => (before.top === now.top && before.height === now.height ? before : now);
    // Drawn before the frame is, or rows would be missing in it.
    flushSync(() => setSeen(update));
  }, [measure]);
  useEffect(() => {
    onScroll();
    addEventListener("resize", onScroll);
    return () => removeEventListener("resize", onScroll);
  }, [onScroll]);
  return [visibleRange(seen.top, seen.height + ROW, count), onScroll];
}

let keys = 0;
const withKey = (task) => ({ ...task, key: ++keys });

function App() {
  const [tasks, setTasks] = useState([]);
  const [query, setQuery] = useState("");
  const [edited, setEdited] = useState();
  const [problem, setProblem] = useState("");
  const pane = useRef(null);
  const list = useRef(null);
  const shown = useMemo(() => matching(tasks, query), [tasks, query]);
  const [[from, to], onScroll] = useRange(pane, list, shown.length);

  const change = useCallback(
    (key, part) => setTasks((tasks) => tasks.map((task) => (task.key === key ? { ...task, ...part } : task))),
    [],
  );
  const remove = useCallback((key) => setTasks((tasks) => tasks.filter((task) => task.key !== key)), []);
  const load = useCallback(async () => {
    setProblem("");
    try {
      const read = await listTasks();
      for (const task of read) task.key = ++keys;
      setTasks(read);
    } catch {
      setProblem(NOT_LOADED);
    }
  }, []);
  useEffect(() => void load(), [load]);
  const onAdd = useCallback(async (summary) => {
    const task = withKey({ id: "", summary });
    setTasks((tasks) => [...tasks, task]);
    try {
      change(task.key, { id: await addTask(summary) });
    } catch {
      remove(task.key);
      setProblem(NOT_SAVED);
    }
  }, [change, remove]);
  const onFinish = useCallback(async (task) => {
    if (task.done) return;
    change(task.key, { done: true });
    try {
      await finishTask(task.id);
      remove(task.key);
    } catch {
      change(task.key, { done: false });
      setProblem(NOT_SAVED);
    }
  }, [change, remove]);
  const onRename = useCallback(async (task, summary) => {
    change(task.key, { summary });
    try {
      await renameTask(task.id, summary);
    } catch {
      change(task.key, { summary: task.summary });
      setProblem(NOT_SAVED);
    }
  }, [change]);

  return (
    <>
      <header className="top"><span className="brand">Tasks beside Strikethrough</span></header>
      <main className="panes">
        <section className="list-pane" ref={pane} onScroll={onScroll}>
          <div className="list-head">
            <h1>Tasks</h1>
            <span className="count">{counted(shown.length, tasks.length)}</span>
            <input
              className="field"
              type="search"
              aria-label="Search tasks"
              placeholder="Search"
              value={query}
              onChange={(event) => setQuery(event.target.value)}
            />
            <button className="button" type="button" onClick={load}>Refresh</button>
          </div>
          <p className="problem" role="alert">{problem}</p>
          <ul
            className="rows"
            aria-label="Tasks"
            ref={list}
            style={{ height: shown.length * ROW, paddingTop: from * ROW }}
          >
            {shown.slice(from, to).map((task, at) => (
              <Row
                key={task.key}
                task={task}
                position={from + at + 1}
                size={shown.length}
                isEdited={edited === task.key}
                onFinish={onFinish}
                onEdit={setEdited}
                onRename={onRename}
              />
            ))}
          </ul>
          <QuickAdd onAdd={onAdd} />
        </section>
      </main>
    </>
  );
}

createRoot(document.getElementById("app")).render(<App />);
