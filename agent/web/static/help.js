// The dialog that lists the keys.
import { el } from "./dom.js";

const KEYS = [
  ["Space", "play or pause"],
  ["← →", "one frame back or on"],
  ["Page Up, Page Down", "previous or next stage"],
  ["Home, End", "start or end of the leading clip"],
  ["[ ]", "slower or faster"],
  ["L", "loop: off, stage, repetition"],
  ["T", "the other clip leads"],
  ["1 2 3", "side by side, ghost, wipe"],
  ["M", "mirror B"],
  ["S", "skeleton"],
  ["+ − 0", "zoom in, out, back to full size"],
  ["Shift and arrows", "move the enlarged picture"],
  ["?", "this list"],
];
const ELSEWHERE = [
  ["Enter on a difference", "both clips go to the instants that show it"],
  ["← → on a time line", "from stage to stage; Enter goes there, K to its key instant"],
  ["← → on a boundary", "moves it by a frame, after “Adjust stages”"],
  ["Enter, Shift and Enter", "ask; new line in a question"],
];

function list(rows) {
  return el("dl", { class: "keys-list" }, rows.map(([keys, what]) => [el("dt", {}, keys), el("dd", {}, what)]));
}

/** The dialog; open it with showModal(). */
export function helpDialog() {
  const dialog = el(
    "dialog",
    { class: "help", "aria-labelledby": "help-title" },
    el("div", { class: "head" }, el("h2", { id: "help-title" }, "Keys"), el("button", { type: "button", on: { click: () => dialog.close() } }, "Close")),
    el("h3", {}, "In the player"),
    list(KEYS),
    el("h3", {}, "Elsewhere"),
    list(ELSEWHERE),
  );
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  return dialog;
}
