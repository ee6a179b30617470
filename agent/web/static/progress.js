// What the server is doing: a place in the queue, the step it is at, what was said on the way, and a way to stop it.
import * as api from "./api.js";
import { announce, el, show } from "./dom.js";
import { percent, sentence } from "./wording.js";

export class Progress {
  #steps = [];

  /** @param id of the session @param again() goes back to the start screen with the same clips */
  constructor(id, again) {
    this.id = id;
    this.bar = el("progress", { max: 1, "aria-label": "Progress" });
    this.what = el("p", { class: "what" });
    this.steps = el("ol", { class: "steps" });
    this.stop = el("button", { type: "button", on: { click: () => this.#cancel() } }, "Cancel");
    this.again = el("button", { type: "button", class: "primary", hidden: true, on: { click: again } }, "Start again with these clips");
    this.title = el("h2", {}, "Comparing");
    this.element = el("section", { class: "panel progress", "aria-label": "Progress" }, el("div", { class: "head" }, this.title), this.bar, this.what, this.steps, el("div", { class: "go" }, this.stop, this.again));
  }

  update({ status, position, progress, error }) {
    const going = status === "queued" || status === "running";
    this.bar.hidden = this.stop.hidden = !going;
    this.again.hidden = going;
    this.title.textContent = { queued: "Waiting", running: "Comparing", failed: "This did not work", cancelled: "Cancelled" }[status] ?? "";
    if (status === "queued") this.queued(position);
    else if (status === "running") this.moved(progress?.what ?? "starting", progress?.share);
    else this.what.textContent = error || (status === "cancelled" ? "The comparison was stopped." : "");
    this.what.classList.toggle("trouble", status === "failed");
  }

  queued(position) {
    this.bar.removeAttribute("value");
    const before = position - 1;
    this.title.textContent = "Waiting";
    this.#say(before > 0 ? `${before} ${before === 1 ? "comparison is" : "comparisons are"} before this one` : "Next in the queue");
  }

  moved(what, share) {
    if (Number.isFinite(share)) this.bar.value = share;
    else this.bar.removeAttribute("value");
    this.title.textContent = "Comparing";
    this.#say(sentence(what), share);
  }

  /** What a step that is done has found; the review's words are for the planner. */
  step(node, said) {
    if (!said || node === "review" || this.#steps.at(-1) === said) return;
    this.#steps.push(said);
    show(this.steps, this.#steps.map((each) => el("li", {}, sentence(each))));
  }

  /** What remote models will be asked, where any are. */
  estimated({ low, high, warning }) {
    if (high?.calls) this.step("", `about ${low.calls === high.calls ? high.calls : `${low.calls} to ${high.calls}`} calls to remote models`);
    if (warning) this.step("", warning);
  }

  #say(text, share) {
    if (this.what.dataset.said !== text) announce(text);
    this.what.dataset.said = text;
    this.what.textContent = Number.isFinite(share) ? `${text}, ${percent(share)}` : text;
  }

  async #cancel() {
    this.stop.disabled = true;
    try {
      await api.cancelSession(this.id);
    } catch (error) {
      this.what.textContent = error.message;
    } finally {
      this.stop.disabled = false;
    }
  }
}
