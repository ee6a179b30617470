// Both time lines on one scale, the lines between matching instants, and the mode in which boundaries are moved.
import * as api from "./api.js";
import { movedStage } from "./boundary.js";
import { announce, el, show, styled, svg } from "./dom.js";
import { Timeline } from "./timeline.js";

/** Room that one boundary needs to be got hold of, in pixels: by mouse, by finger. */
const ROOM = { fine: 22, coarse: 46 };

export class TimeLines {
  #adjusting = false;
  #pending = false;
  #focused = null;

  /** @param id of the session @param clock the master clock @param stages the Stages */
  constructor(id, clock, stages) {
    this.id = id;
    this.clock = clock;
    this.stages = stages;
    const { a, b } = clock.players;
    this.seconds = Math.max(a.info.duration_s, b.info.duration_s);
    const act = {
      goTo: (side, time) => stages.goTo(side, time),
      peek: (side, time) => clock.peek(side, time),
      moved: (side, boundary, time) => this.#send(movedStage(side, boundary, time)),
    };
    this.lines = [new Timeline(a, this.seconds, act), new Timeline(b, this.seconds, act)];
    this.links = svg("svg", { class: "links", preserveAspectRatio: "none", viewBox: "0 0 100 10", "aria-hidden": "true" });
    this.toggle = el("button", { type: "button", class: "toggle", "aria-pressed": "false", on: { click: () => this.#setAdjusting(!this.#adjusting) } }, "Adjust stages");
    this.inner = el("div", {}, this.lines[0].element, this.links, this.lines[1].element);
    this.frame = el("div", { class: "lines" }, this.inner);
    this.state = el("p", { class: "state", role: "status" });
    this.nudge = this.#nudge();
    this.element = el(
      "section",
      { class: "time-lines", "aria-label": "Time lines" },
      el("div", { class: "head" }, el("h2", {}, "Stages"), this.state, this.toggle),
      this.frame,
      this.nudge,
    );
    this.element.addEventListener("focusin", (event) => this.#focusMoved(event.target));
    clock.watch(() => this.lines.forEach((line) => line.mark()));
    stages.watch(() => this.#draw());
  }

  #nudge() {
    const by = (frames) => {
      this.#focused?.shift(frames);
      this.nudgeName.textContent = this.#nameOfFocused();
    };
    this.nudgeName = el("span", { class: "soft" });
    return el(
      "div",
      { class: "nudge", hidden: true },
      this.nudgeName,
      el("button", { type: "button", on: { click: () => by(-1) } }, "− 1 frame"),
      el("button", { type: "button", on: { click: () => by(1) } }, "+ 1 frame"),
      el("button", { type: "button", class: "primary", on: { click: () => this.#focused?.send() } }, "Keep"),
    );
  }

  #nameOfFocused() {
    const handle = this.#focused;
    return handle ? `${handle.getAttribute("aria-label")}: ${handle.dataset.time}` : "Drag a boundary, or choose one to move it by frames.";
  }

  #focusMoved(target) {
    if (!target.classList.contains("handle")) return;
    this.#focused = target;
    this.nudgeName.textContent = this.#nameOfFocused();
  }

  #setAdjusting(on) {
    this.#adjusting = on;
    this.#focused = null;
    this.toggle.setAttribute("aria-pressed", String(on));
    this.nudge.hidden = !on;
    this.nudgeName.textContent = this.#nameOfFocused();
    this.update();
    this.#widen();
  }

  /** Boundaries that would lie under one another get a wider time line, which scrolls. */
  #widen() {
    const most = Math.max(...this.lines.map((line) => line.handles.childElementCount));
    const room = most * ROOM[matchMedia("(pointer: coarse)").matches ? "coarse" : "fine"];
    const wide = this.#adjusting && room > this.frame.clientWidth;
    this.frame.classList.toggle("wide", wide);
    styled(this.inner, { "min-width": wide ? `${room}px` : "" });
    const share = this.clock.leader.time / this.seconds;
    this.frame.scrollLeft = wide ? share * room - this.frame.clientWidth / 2 : 0;
  }

  async #send(moved) {
    this.setPending(true);
    try {
      await api.moveStage(this.id, moved);
    } catch (error) {
      this.setPending(false);
      this.fail(error.message);
    }
  }

  /** The stages stay where they were. */
  fail(message) {
    this.update();
    this.state.textContent = message;
  }

  /** Whether what depends on the stages is being computed again. */
  setPending(on) {
    this.#pending = on;
    this.element.setAttribute("aria-busy", String(on));
    this.state.textContent = on ? "Being computed again …" : "";
    this.onPending?.(on);
  }

  get pending() {
    return this.#pending;
  }

  update() {
    const { timelines } = this.stages;
    const names = [...new Set(["a", "b"].flatMap((side) => (timelines?.[side]?.repetitions ?? []).flatMap((r) => r.spans.map((s) => s.stage))))];
    this.toggle.hidden = !names.length;
    if (this.#adjusting && !this.#pending) this.#focused = null;
    this.lines[0].update(timelines?.a, names, this.#adjusting);
    this.lines[1].update(timelines?.b, names, this.#adjusting);
    this.#focusMoved(document.activeElement ?? this.element);
    this.#draw();
  }

  #draw() {
    const { a_s, b_s } = this.clock.map;
    const x = (time) => ((100 * time) / this.seconds).toFixed(3);
    show(this.links, a_s.map((time, k) => svg("line", { x1: x(time), y1: 0, x2: x(b_s[k]), y2: 10 })));
  }
}
