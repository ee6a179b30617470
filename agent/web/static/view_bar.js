// How to look: side by side, ghost or wipe with its slider, mirror, skeletons, matching bodies, zoom.
import { el } from "./dom.js";
import { iconButton } from "./icons.js";

const MODES = [
  ["side", "Side by side"],
  ["ghost", "Ghost"],
  ["wipe", "Wipe"],
];

export class ViewBar {
  constructor(view, skeletons) {
    this.view = view;
    this.skeletons = skeletons;
    this.radios = MODES.map(([mode, text]) => this.#radio(mode, text));
    this.slider = el("input", { type: "range", min: 0, max: 100, step: 1, value: 50, on: { input: () => this.#slid() } });
    this.sliderName = el("span", {}, "");
    this.sliderLabel = el("label", { class: "choice share" }, this.sliderName, this.slider);
    this.mirror = this.#toggle("Mirror B", (on) => view.setMirrored(on));
    this.body = this.#toggle("Skeleton", (on) => this.#skeleton(on));
    this.match = this.#toggle("Match bodies", (on) => this.#align(on));
    this.match.hidden = true;
    this.out = iconButton("minus", "Zoom out", () => this.zoomBy(1 / 1.25));
    this.into = iconButton("plus", "Zoom in", () => this.zoomBy(1.25));
    this.note = el("p", { class: "note soft small", role: "status" });
    this.zoomed = el("output", { class: "zoomed", "aria-live": "polite" }, "100%");
    this.element = el(
      "div",
      { class: "view-bar", role: "group", "aria-label": "View" },
      el("div", { class: "segments", role: "radiogroup", "aria-label": "Arrangement" }, this.radios.map((r) => r.label)),
      this.sliderLabel,
      el("div", { class: "toggles" }, this.mirror, this.body, this.match),
      this.note,
      el("div", { class: "zoom", role: "group", "aria-label": "Zoom" }, this.out, this.zoomed, this.into),
    );
    this.setMode("side");
  }

  #radio(mode, text) {
    const input = el("input", { type: "radio", name: "arrangement", value: mode, on: { change: () => this.setMode(mode) } });
    return { mode, input, label: el("label", { class: "segment" }, input, el("span", {}, text)) };
  }

  #toggle(text, run) {
    const button = el("button", { type: "button", class: "toggle", "aria-pressed": "false" }, text);
    button.addEventListener("click", () => {
      const on = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(on));
      run(on);
    });
    return button;
  }

  setMode(mode) {
    for (const radio of this.radios) radio.input.checked = radio.mode === mode;
    const name = { ghost: "A to B", wipe: "Edge at" }[mode];
    this.sliderLabel.hidden = !name;
    this.match.hidden = !name;
    if (name) this.sliderName.textContent = name;
    this.view.setMode(mode);
    this.#slid();
  }

  #slid() {
    this.slider.setAttribute("aria-valuetext", `${this.slider.value}%`);
    this.view.setShare(Number(this.slider.value) / 100);
  }

  async #skeleton(on) {
    this.skeletons.setOn(on);
    this.note.textContent = "";
    if (on) await this.#tracks();
    this.skeletons.drawAll();
  }

  async #align(on) {
    if (on && !(await this.#tracks())) return;
    this.view.setAligned(on);
  }

  async #tracks() {
    try {
      const found = await this.skeletons.load();
      this.note.textContent = found ? "" : "No body has been tracked yet.";
      return found;
    } catch (error) {
      this.note.textContent = `No skeleton: ${error.message}`;
      return false;
    }
  }

  zoomBy(factor) {
    this.view.setZoom(this.view.zoom * factor);
    this.zoomed.textContent = `${Math.round(100 * this.view.zoom)}%`;
  }

  zoomTo(zoom) {
    this.zoomBy(zoom / this.view.zoom);
  }

  press(name) {
    this[name].click();
  }
}
