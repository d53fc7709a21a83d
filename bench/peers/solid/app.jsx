import { For, Show, createMemo, createSignal, onCleanup, onMount } from "solid-js";
import { createStore, unwrap } from "solid-js/store";
import { render } from "solid-js/web";
import { addTask, finishTask, listTasks, renameTask } from "../common/api.js";
import { CHECK, NOT_LOADED, NOT_SAVED, ROW, counted, isSummary, matching, scrolledPast, visibleRange } from "../common/list.js";

function Row(props) {
  return (
    <li class="row" classList={{ finishing: props.task.done }} aria-posinset={props.position} aria-setsize={props.size}>
      <button
        class="check"
        type="button"
        aria-label={`Finish: ${props.task.summary}`}
        aria-disabled={Boolean(props.task.done)}
        onClick={() => props.onFinish(props.task)}
      >
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d={CHECK} /></svg>
      </button>
      <Show
        when={props.isEdited}
        fallback={
          <a
            class="row-text"
            dir="auto"
            href={`#task-${props.task.id}`}
            onClick={(event) => {
              event.preventDefault();
              props.onEdit(props.task);
            }}
          >
            <span class="strike">{props.task.summary}</span>
          </a>
        }
      >
        <Editor task={props.task} onEdit={props.onEdit} onRename={props.onRename} />
      </Show>
    </li>
  );
}

function Editor(props) {
  let field;
  onMount(() => field.focus());
  const onKeyDown = (event) => {
    const summary = field.value.trim();
    if (event.key === "Escape") props.onEdit(undefined);
    if (event.key !== "Enter" || !isSummary(summary)) return;
    props.onEdit(undefined);
    props.onRename(props.task, summary);
  };
  return <input class="field" aria-label="Summary" ref={field} value={props.task.summary} onKeyDown={onKeyDown} />;
}

function QuickAdd(props) {
  let line;
  const onSubmit = (event) => {
    event.preventDefault();
    const summary = line.value.trim();
    if (!isSummary(summary)) return;
    line.value = "";
    props.onAdd(summary);
  };
  return (
    <form class="quick-add" onSubmit={onSubmit}>
      <input class="field" id="add-line" autocomplete="off" aria-label="Add a task" placeholder="Add a task" ref={line} />
      <button class="button primary">Add</button>
    </form>
  );
}

function App() {
  let pane;
  let list;
  const [state, setState] = createStore({ tasks: [] });
  // A search reads the plain list, not each task through the store, and follows this instead.
  const [changes, setChanges] = createSignal(0);
  const [query, setQuery] = createSignal("");
  const [edited, setEdited] = createSignal();
  const [problem, setProblem] = createSignal("");
  const [seen, setSeen] = createSignal({ top: 0, height: innerHeight }, {
    equals: (before, now) => before.top === now.top && before.height === now.height,
  });
  const shown = createMemo(() => {
    if (query().trim() === "") return state.tasks;
    changes();
    return matching(unwrap(state.tasks), query());
  });
  const range = createMemo(() => visibleRange(seen().top, seen().height + ROW, shown().length), undefined, {
    equals: (before, now) => before[0] === now[0] && before[1] === now[1],
  });
  // A search finds plain tasks, and rows follow those of the store.
  const stored = (task) => state.tasks[unwrap(state.tasks).indexOf(unwrap(task))];
  const drawn = createMemo(() => {
    const tasks = shown().slice(...range());
    return query().trim() === "" ? tasks : tasks.map(stored);
  });

  const measure = () => {
    const top = scrolledPast(pane, list);
    setSeen({ top: Math.floor(top / ROW) * ROW, height: pane.clientHeight });
  };
  onMount(() => {
    measure();
    addEventListener("resize", measure);
    onCleanup(() => removeEventListener("resize", measure));
    load();
  });

  const change = (task, part) => {
    setState("tasks", unwrap(state.tasks).indexOf(unwrap(task)), part);
    setChanges((count) => count + 1);
  };
  const remove = (task) => {
    const gone = unwrap(task);
    setState("tasks", (tasks) => tasks.filter((one) => one !== gone));
  };
  const load = async () => {
    setProblem("");
    try {
      setState("tasks", await listTasks());
    } catch {
      setProblem(NOT_LOADED);
    }
  };
  const onAdd = async (summary) => {
    const task = { id: "", summary };
    setState("tasks", state.tasks.length, task);
    try {
      change(task, { id: await addTask(summary) });
    } catch {
      remove(task);
      setProblem(NOT_SAVED);
    }
  };
  const onFinish = async (task) => {
    if (task.done) return;
    change(task, { done: true });
    try {
      await finishTask(task.id);
      remove(task);
    } catch {
      change(task, { done: false });
      setProblem(NOT_SAVED);
    }
  };
  const onRename = async (task, summary) => {
    const before = task.summary;
    change(task, { summary });
    try {
      await renameTask(task.id, summary);
    } catch {
      change(task, { summary: before });
      setProblem(NOT_SAVED);
    }
  };

  return (
    <>
      <header class="top"><span class="brand">Tasks beside Strikethrough</span></header>
      <main class="panes">
        <section class="list-pane" ref={pane} onScroll={measure}>
          <div class="list-head">
            <h1>Tasks</h1>
            <span class="count">{counted(shown().length, state.tasks.length)}</span>
            <input
              class="field"
              type="search"
              aria-label="Search tasks"
              placeholder="Search"
              value={query()}
              onInput={(event) => setQuery(event.target.value)}
            />
            <button class="button" type="button" onClick={load}>Refresh</button>
          </div>
          <p class="problem" role="alert">{problem()}</p>
          <ul
            class="rows"
            aria-label="Tasks"
            ref={list}
            style={{ height: `${shown().length * ROW}px`, "padding-top": `${range()[0] * ROW}px` }}
          >
            <For each={drawn()}>
              {(task, at) => (
                <Row
                  task={task}
                  position={range()[0] + at() + 1}
                  size={shown().length}
                  isEdited={edited() === task}
                  onFinish={onFinish}
                  onEdit={setEdited}
                  onRename={onRename}
                />
              )}
            </For>
          </ul>
          <QuickAdd onAdd={onAdd} />
        </section>
      </main>
    </>
  );
}

const place = document.getElementById("app");
place.replaceChildren();
render(App, place);
