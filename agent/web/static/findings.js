// The list of differences: a filter, one open at a time, and the instants that belong to it.
import { announce, el, show } from "./dom.js";
import { Finding } from "./finding.js";
import { ANSWERS, decided, instant, sentence } from "./wording.js";

const FILTERS = [
  ["all", "All", () => true],
  ["decided", "Decided", decided],
  ["unsure", "Unsure", (difference) => !decided(difference)],
];

export class Findings {
  #open = null;
  #filter = "all";
  #told = "";

  /** @param clock the master clock @param skeletons marks the bodies of what is shown */
  constructor(clock, skeletons) {
    this.clock = clock;
    this.skeletons = skeletons;
    this.radios = FILTERS.map(([name, text]) => {
      const count = el("span", { class: "count" });
      const input = el("input", { type: "radio", name: "filter", value: name, checked: name === "all", on: { change: () => this.#setFilter(name) } });
      return { name, count, element: el("label", { class: "segment" }, input, el("span", {}, text, " ", count)) };
    });
    this.warnings = el("div", { class: "warnings", hidden: true });
    this.list = el("ul", { class: "finding-list" });
    this.filter = el("div", { class: "segments", role: "radiogroup", "aria-label": "Which differences" }, this.radios.map((r) => r.element));
    this.element = el("section", { class: "panel findings", "aria-labelledby": "findings-title" }, el("div", { class: "head" }, el("h2", { id: "findings-title" }, "Differences"), this.filter), el("div", { class: "scroll", tabindex: -1 }, this.warnings, this.list));
  }

  /** Shows a report; what was open stays open. */
  update(report) {
    const told = JSON.stringify(report);
    if (this.#told === told) return;
    this.#told = told;
    const open = this.#open?.difference.id;
    const focused = this.list.contains(document.activeElement) ? document.activeElement.closest(".finding").dataset.id : null;
    this.items = report.differences.map((difference) => new Finding(difference, { choose: (item) => this.choose(item), show: (d, k) => this.#showPair(d, k) }));
    this.#open = this.items.find((item) => item.difference.id === open) ?? null;
    this.#open?.setOpen(true);
    for (const [k, [, , holds]] of FILTERS.entries()) this.radios[k].count.textContent = report.differences.filter(holds).length;
    const warnings = [...report.warnings, ...["a", "b"].flatMap((side) => report.videos[side].warnings.map((text) => `${side.toUpperCase()}: ${text}`))];
    this.warnings.hidden = !warnings.length;
    show(this.warnings, el("h3", {}, "Before you read on"), el("ul", {}, warnings.map((text) => el("li", {}, sentence(text)))));
    this.#draw();
    this.items.find((item) => item.difference.id === focused)?.button.focus();
  }

  setBusy(busy) {
    this.element.setAttribute("aria-busy", String(busy));
    this.element.classList.toggle("busy", busy);
  }

  #setFilter(name) {
    this.#filter = name;
    this.#draw();
  }

  #draw() {
    const [, , holds] = FILTERS.find(([name]) => name === this.#filter);
    const shown = (this.items ?? []).filter((item) => holds(item.difference));
    const none = { decided: "Nothing is decided.", unsure: "Nothing is left unsure.", all: "Nothing was asked about or proposed." }[this.#filter];
    show(this.list, shown.length ? shown.map((item) => item.element) : el("li", { class: "soft none" }, none));
  }

  /** Opens a finding and shows its instants; a second time closes it. */
  choose(item) {
    const closing = this.#open === item;
    this.#open?.setOpen(false);
    this.#open = closing ? null : item;
    if (closing) return this.skeletons.mark({});
    item.setOpen(true);
    item.showPair(0);
    return undefined;
  }

  /** Opens a finding by its id, wherever it was named. */
  open(id) {
    const item = this.items?.find((each) => each.difference.id === id);
    if (!item) return;
    if (!item.element.isConnected) {
      this.filter.querySelector("input").checked = true;
      this.#setFilter("all");
    }
    if (this.#open !== item) this.choose(item);
    else item.showPair(item.k);
    item.button.focus();
    item.element.scrollIntoView({ block: "nearest" });
  }

  /** The matched instants i and i; where one clip has fewer, its place follows the time map. */
  #showPair(difference, k) {
    const [a, b] = [difference.evidence.a[k], difference.evidence.b[k]];
    if (a && b) this.clock.showPair(a.time_s, b.time_s);
    else {
      this.clock.pause();
      this.clock.jump(a ? "a" : "b", (a ?? b).time_s);
    }
    this.skeletons.mark({ a, b });
    const times = [a && `A ${instant(a.time_s)}`, b && `B ${instant(b.time_s)}`].filter(Boolean).join(", ");
    announce(`${ANSWERS[difference.answer]}. Showing ${times}.`);
  }
}
