// One difference: its answer, how sure, what was measured, and behind it the reason, the instants, the votes and the attempts.
import { chip, el, show, styled } from "./dom.js";
import { iconButton } from "./icons.js";
import { intervalPlot } from "./interval.js";
import { ANSWERS, instant, interval, percent, quantity, sentence, sureness, value } from "./wording.js";

export class Finding {
  /** @param difference of the report @param act {show(difference, k)}: puts the players to its k-th pair of instants */
  constructor(difference, act) {
    this.difference = difference;
    this.act = act;
    this.k = 0;
    this.count = Math.max(difference.evidence.a.length, difference.evidence.b.length);
    this.body = el("div", { class: "finding-body", hidden: true });
    this.button = el("button", { type: "button", class: "finding-head", "aria-expanded": "false", on: { click: () => act.choose(this) } }, head(difference));
    this.element = el("li", { class: "finding", "data-id": difference.id, "data-answer": difference.answer }, this.button, this.body);
  }

  /** Opens it and shows the first pair of instants, or closes it. */
  setOpen(open) {
    this.button.setAttribute("aria-expanded", String(open));
    this.element.classList.toggle("open", open);
    this.body.hidden = !open;
    if (open && !this.body.firstChild) show(this.body, this.#details());
  }

  /** Puts both players to the k-th matched instants. */
  showPair(k) {
    if (!this.count) return;
    this.k = (k + this.count) % this.count;
    this.act.show(this.difference, this.k);
    this.#updateNavigation();
  }

  #details() {
    const { difference } = this;
    const { measurement } = difference;
    return [
      this.count ? this.#navigation() : el("p", { class: "soft" }, "No instant shows this one."),
      el("p", { class: "reason" }, sentence(difference.reason)),
      measurement && measured(measurement),
      decision(difference),
    ];
  }

  #navigation() {
    this.where = el("p", { class: "instants", role: "status" });
    const steps = this.count > 1;
    const row = el(
      "div",
      { class: "navigation" },
      steps && iconButton("back", "Previous matched instants", () => this.showPair(this.k - 1)),
      this.where,
      steps && iconButton("forward", "Next matched instants", () => this.showPair(this.k + 1)),
    );
    this.#updateNavigation();
    return row;
  }

  #updateNavigation() {
    if (!this.where) return;
    const { a, b } = this.difference.evidence;
    const times = [["A", a[this.k]], ["B", b[this.k]]].filter(([, key]) => key).map(([letter, key]) => `${letter} ${instant(key.time_s)}`);
    const which = this.count > 1 ? `${this.k + 1} of ${this.count}: ` : "Shown: ";
    this.where.textContent = which + times.join(", ");
  }
}

function head(difference) {
  const known = difference.answer !== "unknown";
  const { measurement } = difference;
  return [
    chip(difference.answer),
    el("span", { class: "statement" }, sentence(difference.description)),
    el(
      "span",
      { class: "verdict" },
      el("b", {}, ANSWERS[difference.answer]),
      known && el("span", { class: "sure" }, meter(difference.confidence), `${sureness(difference.confidence)}, ${percent(difference.confidence)}`),
    ),
    measurement && el("span", { class: "values" }, `${value(measurement.a, measurement.unit)} in A, ${value(measurement.b, measurement.unit)} in B`),
  ];
}

function meter(share) {
  return el("span", { class: "meter", "aria-hidden": "true" }, styled(el("span"), { width: percent(share) }));
}

function measured(measurement) {
  const number = (letter, text) => el("div", {}, el("dt", {}, letter), el("dd", {}, text));
  const plot = intervalPlot(measurement);
  return el(
    "div",
    { class: "measured" },
    el("p", { class: "soft small" }, sentence(quantity(measurement))),
    el(
      "dl",
      {},
      number("A", value(measurement.a, measurement.unit)),
      number("B", value(measurement.b, measurement.unit)),
      number("B − A", value(measurement.difference, measurement.unit, true)),
    ),
    plot,
    plot && el("p", { class: "ends soft small", "aria-hidden": "true" }, el("span", {}, "larger in A"), el("span", {}, `95%: ${interval(measurement)}`), el("span", {}, "larger in B")),
  );
}

function decision(difference) {
  const term = (name, text) => [el("dt", {}, name), el("dd", {}, text)];
  return el(
    "details",
    {},
    el("summary", {}, "How this was decided"),
    el(
      "dl",
      {},
      difference.stage ? term("Stage", difference.stage) : [],
      difference.confidence > 0 ? term("If one had to be named", `${difference.lean.toUpperCase()}, confidence ${percent(difference.confidence)}`) : [],
    ),
    difference.votes.length > 0 && table("Votes", ["Witness", "Order", "Answer", "Sure"], difference.votes.map((v) => [v.source, v.order.toUpperCase(), ANSWERS[v.answer], percent(v.confidence)])),
    difference.attempts.length > 0 && table("How the instants were found", ["Way", "What it changed"], difference.attempts.map((t) => [t.strategy.replaceAll("_", " "), t.changed])),
  );
}

function table(caption, names, rows) {
  return el(
    "table",
    {},
    el("caption", {}, caption),
    el("thead", {}, el("tr", {}, names.map((name) => el("th", { scope: "col" }, name)))),
    el("tbody", {}, rows.map((row) => el("tr", {}, row.map((cell) => el("td", {}, cell))))),
  );
}
