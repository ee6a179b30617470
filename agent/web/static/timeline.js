// One clip's time line: its stages as coloured bands for every repetition, key instants as marks, the playhead, boundaries to drag.
import { boundariesOf, boundaryHandle } from "./boundary.js";
import { chip, el, show, styled } from "./dom.js";
import { placeAt } from "./time_map.js";
import { instant } from "./wording.js";

/** Colours of the palette in the style sheet. */
const TINTS = 8;

export class Timeline {
  /**
   * @param player the clip @param seconds what the full width stands for
   * @param act {goTo(side, time), peek(side, time), moved(side, boundary, time)}
   */
  constructor(player, seconds, act) {
    this.player = player;
    this.act = act;
    this.seconds = seconds;
    this.bands = el("div", { class: "bands" });
    this.handles = el("div", { class: "handles" });
    this.playhead = el("div", { class: "playhead" });
    this.track = el("div", { class: "track" }, el("div", { class: "length" }), this.bands, this.handles, this.playhead);
    const letter = player.side.toUpperCase();
    this.element = el("div", { class: `timeline ${player.side}`, role: "group", "aria-label": `Stages of clip ${letter}` }, chip(player.side), this.track);
    styled(this.track.firstChild, { width: this.at(player.info.duration_s) });
    this.bands.addEventListener("keydown", (event) => this.#rove(event));
    this.track.addEventListener("pointerdown", (event) => this.#pressed(event));
  }

  at(time_s) {
    return `${((100 * time_s) / this.seconds).toFixed(3)}%`;
  }

  timeAt(clientX) {
    const box = this.track.getBoundingClientRect();
    return ((clientX - box.left) / box.width) * this.seconds;
  }

  /** Shows a timeline of the snapshot, or that there is none yet. */
  update(timeline, names, adjusting) {
    this.timeline = timeline;
    const repetitions = timeline?.repetitions ?? [];
    const bands = repetitions.flatMap((r, i) => r.spans.map((span) => this.#band(span, i, repetitions.length, names)));
    show(this.bands, bands, repetitions.flatMap((r) => r.spans.map((span) => this.#key(span))));
    this.buttons = bands;
    bands.forEach((band, index) => (band.tabIndex = index ? -1 : 0));
    const focused = this.handles.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    show(this.handles, adjusting ? boundariesOf(repetitions).map((boundary) => boundaryHandle(this, boundary)) : []);
    if (focused) this.handles.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
    this.mark();
  }

  #band(span, index, count, names) {
    const { start_s, end_s } = span.segment;
    const which = count > 1 ? `, repetition ${index + 1}` : "";
    const label = `${span.stage}${which}, ${instant(start_s)} to ${instant(end_s)}`;
    const band = el("button", { type: "button", class: `band tint${names.indexOf(span.stage) % TINTS}`, "aria-label": label, title: label }, el("span", {}, span.stage));
    band.addEventListener("click", () => this.act.goTo(this.player.side, start_s));
    band.dataset.start = start_s;
    band.dataset.key = span.key_s;
    return styled(band, { left: this.at(start_s), width: this.at(end_s - start_s) });
  }

  #key(span) {
    const mark = el("span", { class: "key", title: `Key instant of ${span.stage}: ${instant(span.key_s)}`, "aria-hidden": "true" });
    mark.addEventListener("click", () => this.act.goTo(this.player.side, span.key_s));
    return styled(mark, { left: this.at(span.key_s) });
  }

  /** Arrow keys go from band to band; "k" goes to a band's key instant. */
  #rove(event) {
    const index = this.buttons.indexOf(document.activeElement);
    const to = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: this.buttons.length - 1 }[event.key];
    if (event.key === "k" && index >= 0) this.act.goTo(this.player.side, Number(this.buttons[index].dataset.key));
    else if (to === undefined || !this.buttons[to]) return;
    else this.#focusBand(to);
    event.preventDefault();
    event.stopPropagation();
  }

  #focusBand(index) {
    this.buttons.forEach((band, k) => (band.tabIndex = k === index ? 0 : -1));
    this.buttons[index].focus();
  }

  /** A press on the bare track goes there. */
  #pressed(event) {
    if (event.target !== this.track && !event.target.classList.contains("length")) return;
    this.act.goTo(this.player.side, this.player.clamp(this.timeAt(event.clientX)));
  }

  /** Moves the playhead and tells which band it is in. */
  mark() {
    const now = this.player.times[this.player.frame];
    styled(this.playhead, { left: this.at(now) });
    const here = placeAt(this.timeline, now)?.span?.segment.start_s;
    for (const band of this.buttons ?? []) {
      const inside = Number(band.dataset.start) === here;
      if (inside !== band.classList.contains("here")) band.classList.toggle("here", inside);
    }
  }
}
