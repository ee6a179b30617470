// Talks to the server: every call is a function here, and every failure an Error whose message is one line for the user.

const LOST = "the server does not answer; is `viddiff serve` still running?";

async function call(method, path, body) {
  const options = { method, headers: {} };
  if (body !== undefined) {
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  let answer;
  try {
    answer = await fetch(`/api/${path}`, options);
  } catch {
    throw new Error(LOST);
  }
  if (!answer.ok) throw problem(answer.status, await answer.text());
  const text = await answer.text();
  return text ? JSON.parse(text) : null;
}

function problem(status, text) {
  let message = `the server answered ${status}`;
  try {
    message = JSON.parse(text).error || message;
  } catch {
    // Not JSON: the status has to do.
  }
  return Object.assign(new Error(message), { status });
}

const at = (id) => `sessions/${encodeURIComponent(id)}`;

export const about = () => call("GET", "about");
export const folder = () => call("GET", "folder");
export const pickFromFolder = (path) => call("POST", "videos", { path });
export const sessions = () => call("GET", "sessions");
export const session = (id) => call("GET", at(id));
export const startSession = (wanted) => call("POST", "sessions", wanted);
export const removeSession = (id) => call("DELETE", at(id));
export const cancelSession = (id) => call("POST", `${at(id)}/cancel`, {});
export const ask = (id, text) => call("POST", `${at(id)}/questions`, { text });
export const moveStage = (id, moved) => call("POST", `${at(id)}/stages`, moved);
export const skeleton = (video) => call("GET", `videos/${video}/skeleton`);

export const proxyUrl = (video) => `/api/videos/${video}/proxy.mp4`;
export const frameUrl = (video, n) => `/api/videos/${video}/frames/${n}.jpg`;
export const savedUrl = (id, name) => `/api/${at(id)}/${name}`;

/** Sends a file; `onShare` is told what share of it has gone. */
export function upload(file, onShare) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/api/videos?name=${encodeURIComponent(file.name)}`);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.addEventListener("progress", (event) => event.lengthComputable && onShare(event.loaded / event.total));
    request.addEventListener("error", () => reject(new Error(LOST)));
    request.addEventListener("load", () => {
      if (request.status >= 300) reject(problem(request.status, request.responseText));
      else resolve(JSON.parse(request.responseText));
    });
    request.send(file);
  });
}

/** A film that the server makes on demand, as a blob once it is there. */
export async function fetchSaved(id, name) {
  let answer;
  try {
    answer = await fetch(savedUrl(id, name));
  } catch {
    throw new Error(LOST);
  }
  if (!answer.ok) throw problem(answer.status, await answer.text());
  return answer.blob();
}

/** Listens to a session. Calls `onEvent` with each event and `onConnection` with whether the line is up; returns how to stop. */
export function listen(id, onEvent, onConnection) {
  const source = new EventSource(`/api/${at(id)}/events`);
  source.addEventListener("message", (message) => onEvent(JSON.parse(message.data)));
  source.addEventListener("open", () => onConnection(true));
  source.addEventListener("error", () => onConnection(false));
  return () => source.close();
}
