// The five calls (README, "Does it work with my API?"). An answer that is no success is an error.
async function call(method, path, body) {
  const answer = await fetch(path, {
    method,
    headers: body && { "content-type": "application/json" },
    body: body && JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${method} ${path} was answered with ${answer.status}`);
  return answer;
}

const at = (id) => `/tasks/${encodeURIComponent(id)}/`;

export const listTasks = async () => (await call("GET", "/tasks/")).json();

export const readTask = async (id) => (await call("GET", at(id))).json();

export const addTask = async (summary) => (await (await call("POST", "/tasks/", { summary, description: "" })).json()).id;

// PUT replaces the whole task, and the list carries no description: it is read first, so that it isn't wiped.
export async function renameTask(id, summary) {
  const { description } = await readTask(id);
  await call("PUT", at(id), { summary, description });
}

export const finishTask = (id) => call("DELETE", at(id));
