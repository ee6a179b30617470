// The few drawn signs of the page, as SVG nodes.
import { el, svg } from "./dom.js";

const SHAPES = {
  play: "M7 4.5v15l12.5-7.5z",
  pause: "M6 4.5h4.5v15H6zM13.5 4.5H18v15h-4.5z",
  back: "M15.5 5v14L6 12zM17.5 5H20v14h-2.5z",
  forward: "M8.5 5v14L18 12zM4 5h2.5v14H4z",
  previous: "M13 5v14l-8-7zM21 5v14l-8-7z",
  next: "M11 5v14l8-7zM3 5v14l8-7z",
  plus: "M11 5h2v6h6v2h-6v6h-2v-6H5v-2h6z",
  minus: "M5 11h14v2H5z",
  stop: "M6 6h12v12H6z",
  send: "M4 4l17 8-17 8 3-8z",
};

/** One sign, hidden from screen readers: the button around it carries the name. */
export function icon(name) {
  return svg("svg", { viewBox: "0 0 24 24", width: 20, height: 20, "aria-hidden": "true", class: "icon" }, svg("path", { d: SHAPES[name] }));
}

/** A button that shows only a sign. */
export function iconButton(name, label, run, extra = {}) {
  return el("button", { type: "button", class: "icon-button", "aria-label": label, title: label, on: { click: run }, ...extra }, icon(name));
}
