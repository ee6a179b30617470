// The start screen: two clips, what they show, what to ask, and the earlier conversations.
import * as api from "./api.js";
import { ClipPicker } from "./clip_picker.js";
import { el } from "./dom.js";
import { earlier } from "./earlier.js";

const MOST = 10;

/** @param open(id) goes to a comparison @param prefill {a, b, action} of a comparison to start again, or null */
export function startScreen(open, prefill) {
  const pickers = { a: new ClipPicker("a", "Your clip", () => check()), b: new ClipPicker("b", "The clip to compare with", () => check()) };
  const action = el("input", { type: "text", id: "action", required: true, maxlength: 300, placeholder: "a bodyweight squat, seen from the side", autocomplete: "off" });
  const statements = el("textarea", { id: "statements", rows: 4, placeholder: "the squat is deeper\nthe torso leans further forward" });
  const most = el("input", { type: "number", id: "most", min: 1, max: 30, value: MOST, inputmode: "numeric" });
  const person = el("input", { type: "text", id: "person", maxlength: 100, placeholder: "whose progress this belongs to", autocomplete: "off" });
  const compare = el("button", { type: "submit", class: "primary large" }, "Compare");
  const missing = el("p", { class: "soft", id: "missing" });
  const trouble = el("p", { class: "trouble", role: "alert", hidden: true });
  const form = el("form", { class: "request", novalidate: true }, field("What do they show?", action), details(statements, most, person), el("div", { class: "go" }, compare, missing), trouble);

  function check() {
    const wanted = [!pickers.a.video && "clip A", !pickers.b.video && "clip B", !action.value.trim() && "what they show"].filter(Boolean);
    missing.textContent = wanted.length ? `Still needed: ${wanted.join(", ")}` : "";
    return !wanted.length;
  }

  async function submit(event) {
    event.preventDefault();
    if (!check()) return (pickers.a.video && pickers.b.video ? action : document.getElementById(pickers.a.video ? "file-b" : "file-a")).focus();
    const asked = statements.value.split("\n").map((line) => line.trim()).filter(Boolean);
    compare.disabled = true;
    trouble.hidden = true;
    try {
      const count = Math.min(30, Math.max(1, Math.round(Number(most.value)) || MOST));
      const wanted = { a: pickers.a.video.id, b: pickers.b.video.id, action: action.value.trim(), differences: asked.length ? asked : null, max_differences: count, person: person.value.trim() };
      const { id } = await api.startSession(wanted);
      return open(id);
    } catch (error) {
      trouble.textContent = error.message;
      trouble.hidden = false;
      return undefined;
    } finally {
      compare.disabled = false;
    }
  }

  form.addEventListener("submit", submit);
  action.addEventListener("input", check);
  if (prefill) {
    pickers.a.put(prefill.a);
    pickers.b.put(prefill.b);
    action.value = prefill.action;
  }
  check();
  prepare(pickers);
  return el(
    "div",
    { class: "start" },
    el("div", { class: "lead" }, el("h1", {}, "How do two videos of the same action differ?"), el("p", { class: "soft" }, "Two clips go in. Out come the differences, in words, with the instants that show them.")),
    el("div", { class: "pickers" }, pickers.a.element, pickers.b.element),
    form,
    earlier(),
  );
}

function field(label, input, hint) {
  return el("div", { class: "field" }, el("label", { for: input.id }, label), input, hint && el("p", { class: "soft small" }, hint));
}

function details(statements, most, person) {
  return el(
    "details",
    { class: "options" },
    el("summary", {}, "Ask about something in particular"),
    field("Statements, one a line", statements, "Leave it empty and viddiff looks for differences itself."),
    el("div", { class: "two" }, field("At most this many differences", most), field("Person (optional)", person)),
  );
}

async function prepare(pickers) {
  const [about, folder] = await Promise.allSettled([api.about(), api.folder()]);
  for (const picker of Object.values(pickers)) {
    if (about.status === "fulfilled") picker.limit = about.value.max_upload_bytes || Infinity;
    if (folder.status === "fulfilled") picker.offer(folder.value);
  }
}
