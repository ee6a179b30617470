// The conversation: history, a question, the answer as it is written, citations that move the players, suggestions.
import * as api from "./api.js";
import { announce, el, show } from "./dom.js";
import { icon, iconButton } from "./icons.js";
import { richText } from "./rich_text.js";
import { sentence } from "./wording.js";

const NEAR_END_PX = 80;

export class Chat {
  #turns = [];
  #asking = null;
  #said = "";
  #differences = [];
  #repetitions = 0;

  /** @param id of the session @param act {cite(citation), open(difference id)} */
  constructor(id, act) {
    this.id = id;
    this.act = act;
    this.log = el("div", { class: "scroll log", tabindex: 0, role: "log", "aria-label": "Questions and answers", "aria-live": "off" });
    this.trouble = el("p", { class: "trouble", role: "alert", hidden: true });
    this.input = el("textarea", { rows: 1, id: "question", placeholder: "Ask about the two clips", "aria-label": "Question", autocomplete: "off" });
    this.button = el("button", { type: "submit", class: "icon-button primary", "aria-label": "Ask", title: "Ask" }, icon("send"));
    this.stop = iconButton("stop", "Stop answering", () => this.#stop(), { hidden: true });
    this.form = el("form", { class: "ask" }, this.input, this.stop, this.button);
    this.suggestions = el("div", { class: "suggestions", role: "group", "aria-label": "Suggested questions" });
    this.element = el("section", { class: "panel chat", "aria-labelledby": "chat-title" }, el("div", { class: "head" }, el("h2", { id: "chat-title" }, "Ask")), this.log, this.trouble, this.suggestions, this.form);
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.ask(this.input.value.trim());
    });
    this.input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.form.requestSubmit();
    });
  }

  /** Takes over a snapshot: its turns, and the question that is being answered. */
  update(snapshot) {
    this.#turns = snapshot.turns;
    this.#differences = snapshot.report?.differences ?? [];
    if (snapshot.asking !== this.#asking) this.#said = "";
    this.#asking = snapshot.asking;
    this.form.hidden = !snapshot.report;
    this.#repetitions = Math.max(0, ...["a", "b"].map((side) => snapshot.timelines?.[side].repetitions.length ?? 0));
    this.#draw();
  }

  async ask(text) {
    if (!text || this.#asking) return;
    this.#asking = text;
    this.#said = "";
    this.#fail("");
    this.input.value = "";
    this.#draw(true);
    announce("Thinking");
    try {
      await api.ask(this.id, text);
    } catch (error) {
      if (this.#asking === text) this.#asking = null;
      this.input.value = text;
      this.#fail(error.message);
      this.#draw();
    }
  }

  async #stop() {
    try {
      await api.cancelSession(this.id);
    } catch (error) {
      this.#fail(error.message);
    }
  }

  #fail(message) {
    this.trouble.textContent = message;
    this.trouble.hidden = !message;
  }

  get waiting() {
    return this.#asking !== null;
  }

  /** A piece of the answer that is being written. */
  said(text) {
    if (!this.waiting) return;
    this.#said += text;
    this.#draw();
  }

  /** An answer is complete; one that is here already is not added again. */
  answered(turn) {
    const same = (each) => each.question === turn.question && each.reply.text === turn.reply.text;
    if (!this.waiting && this.#turns.some(same)) return;
    this.#asking = null;
    this.#said = "";
    this.#turns = [...this.#turns, turn];
    this.#draw();
    announce(turn.reply.text);
  }

  /** What was written so far comes again, or not at all. */
  restart() {
    this.#said = "";
  }

  failed(message) {
    this.#asking = null;
    this.#said = "";
    this.#fail(message);
    this.#draw();
  }

  #draw(toEnd = false) {
    const { log } = this;
    const atEnd = toEnd || log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END_PX;
    const waiting = this.#asking !== null;
    const parts = this.#turns.flatMap((turn) => [this.#question(turn.question), this.#answer(turn.reply)]);
    if (waiting) parts.push(this.#question(this.#asking), this.#answer({ text: this.#said, citations: [], about: [] }, true));
    show(log, parts.length ? parts : el("p", { class: "soft empty" }, this.form.hidden ? "Questions can be asked when the comparison is done." : "Ask what you want to know. Answers point at instants in both clips."));
    this.button.hidden = waiting;
    this.stop.hidden = !waiting;
    this.element.setAttribute("aria-busy", String(waiting));
    show(this.suggestions, waiting || this.form.hidden ? [] : this.#suggested().map((text) => el("button", { type: "button", on: { click: () => this.ask(text) } }, text)));
    this.suggestions.classList.toggle("first", !this.#turns.length);
    if (atEnd) log.scrollTop = log.scrollHeight;
  }

  #question(text) {
    return el("p", { class: "question" }, el("span", { class: "sr" }, "You: "), text);
  }

  #answer(reply, writing = false) {
    const nodes = reply.text ? richText(reply.text, reply.citations, (citation) => this.#citation(citation)) : [el("p", { class: "soft thinking" }, "Looking …")];
    const about = this.#differences.filter((difference) => reply.about.includes(difference.id)).slice(0, 3);
    const links = about.map((difference) => el("button", { type: "button", class: "about", on: { click: () => this.act.open(difference.id) } }, sentence(difference.description)));
    return el("div", { class: writing ? "answer writing" : "answer" }, el("span", { class: "sr" }, "Answer: "), nodes, links.length > 0 && el("p", { class: "abouts" }, links));
  }

  #citation(citation) {
    const label = `Show ${citation.label}`;
    return el("button", { type: "button", class: `citation ${citation.side}`, "aria-label": label, title: label, on: { click: () => this.act.cite(citation) } }, citation.label);
  }

  #suggested() {
    const asked = new Set(this.#turns.map((turn) => turn.question));
    const clear = this.#differences.find((d) => d.answer === "a" || d.answer === "b");
    const open = this.#differences.find((d) => d.answer === "unknown");
    return [
      clear && `Why do you think that ${clear.description}?`,
      "What should I work on first?",
      this.#repetitions > 1 && "Is it the same on the second repetition?",
      open && "What could not be decided, and why?",
    ].filter((text) => text && !asked.has(text)).slice(0, 3);
  }
}
