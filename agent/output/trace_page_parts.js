// Builds DOM nodes and words. Text only ever enters the page as text nodes, so nothing of a trace can become markup.
// Objects without a prototype: a difference may be called "constructor".
const bare = (_, value) => (value && typeof value === "object" && !Array.isArray(value) ? Object.assign(Object.create(null), value) : value);
const DATA = JSON.parse(document.getElementById("trace").textContent, bare);
const STORY = DATA.story;
const SIDES = ["a", "b"];
const ANSWERS = { a: "A shows it more", b: "B shows it more", same: "Same in both", unknown: "Undecided" };

function fill(node, options, children) {
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "on") for (const [event, run] of Object.entries(value)) node.addEventListener(event, run);
    else if (["value", "checked", "disabled", "hidden"].includes(name)) node[name] = value;
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}
const el = (tag, options = {}, ...children) => fill(document.createElement(tag), options, children);
const svg = (tag, options = {}, ...children) => fill(document.createElementNS("http://www.w3.org/2000/svg", tag), options, children);

const chip = (kind) => el("span", { class: `chip ${kind}`, "aria-hidden": "true" }, { a: "A", b: "B", same: "=", unknown: "?" }[kind] ?? "?");
const percent = (share) => `${Math.round(100 * share)}%`;
const letter = (answer) => ({ a: "A", b: "B" })[answer] ?? answer;
const several = (count, what) => `${count} ${what}${count === 1 ? "" : "s"}`;
const listed = (items) => (items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`);

/** An instant: "2.31 s", from one minute on "1:02.3". */
function instant(time) {
  if (time < 59.995) return `${time.toFixed(2)} s`;
  const minutes = Math.floor(Math.round(time * 10) / 600);
  return `${minutes}:${(Math.round(time * 10) / 10 - 60 * minutes).toFixed(1).padStart(4, "0")}`;
}
/** How long something took. */
function lasting(seconds) {
  if (seconds === null || seconds === undefined) return "";
  if (seconds < 1) return `${Math.round(1000 * seconds)} ms`;
  return seconds < 100 ? `${seconds.toFixed(1)} s` : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}
const money = (usd) => (usd ? `$${usd < 0.1 ? usd.toFixed(4) : usd.toFixed(2)}` : "");
/** A number with its unit, as the reports write it. */
function amount(number, unit, signed = false) {
  const digits = unit === "s" || unit === "SPARC" ? 2 : unit === "count" || unit.startsWith("deg") || unit.startsWith("%") ? 0 : 1;
  const sign = number < 0 ? "−" : signed && number > 0 ? "+" : "";
  const shown = `${sign}${Math.abs(number).toFixed(digits)}`;
  if (unit.startsWith("deg")) return `${shown}°${unit.slice(3)}`;
  if (unit.startsWith("%")) return unit.endsWith("/ s") ? `${shown}%/s` : `${shown}%`;
  return unit === "count" || !unit ? shown : `${shown} ${unit}`;
}
const fileName = (path) => path.split(/[\\/]/).pop() || path;

function bytesOf(text) {
  const raw = atob(text);
  const bytes = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i += 1) bytes[i] = raw.charCodeAt(i);
  return bytes;
}
const floatsOf = (text) => new Float32Array(bytesOf(text).buffer);

/** Something foldable that is only built when it is opened first. */
function folded(title, build, options = {}) {
  const details = el("details", options, el("summary", {}, title));
  details.addEventListener("toggle", () => details.open && details.childElementCount === 1 && details.append(...[build()].flat()));
  return details;
}

/** A drawing that is made anew whenever its width or the colours change. */
function drawn(options, draw) {
  const place = el("div", options);
  let width = 0;
  const again = () => place.clientWidth && place.replaceChildren(draw((width = place.clientWidth)));
  new ResizeObserver(() => place.clientWidth !== width && again()).observe(place);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => place.isConnected && again());
  place.redraw = again;
  return place;
}

/** One of several, as a row of radio buttons. */
function segments(label, choices, chosen, choose) {
  const name = `choice-${(segments.count = (segments.count ?? 0) + 1)}`;
  const options = Object.entries(choices).map(([value, text]) =>
    el("label", { class: "segment" }, el("input", { type: "radio", name, value, checked: value === chosen, on: { change: () => choose(value) } }), el("span", {}, text)),
  );
  return el("div", { class: "segments", role: "radiogroup", "aria-label": label }, options);
}

const WEIGHTS = { cause: "Cause", doubt: "Doubt", note: "Note" };
function diagnosisList(diagnoses) {
  const items = diagnoses.map((each) =>
    el("li", { class: `diagnosis ${each.weight}` }, el("b", { class: "weight" }, WEIGHTS[each.weight]), el("span", {}, each.text)),
  );
  return el("ul", { class: "diagnoses" }, items);
}

/** A list of facts: names beside values; empty values are left out. */
function facts(pairs, options = {}) {
  const shown = pairs.filter(([, value]) => value !== null && value !== undefined && value !== "" && value !== false);
  return el("dl", { class: "facts", ...options }, shown.map(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
}
const announce = (text) => { document.getElementById("announce").textContent = text; };
