// One comparison on screen: puts its parts together and keeps them in step with what the server says.
import * as api from "./api.js";
import { Chat } from "./chat.js";
import { Clock } from "./clock.js";
import { announce, chip, el, show } from "./dom.js";
import { Findings } from "./findings.js";
import { helpDialog } from "./help.js";
import { Player } from "./player.js";
import { Progress } from "./progress.js";
import { saveMenu } from "./save_menu.js";
import { listenForKeys } from "./shortcuts.js";
import { Skeletons } from "./skeleton.js";
import { Stages } from "./stages.js";
import { TimeLines } from "./time_lines.js";
import { Transport } from "./transport.js";
import { View } from "./view.js";
import { ViewBar } from "./view_bar.js";

export class SessionScreen {
  #close = () => {};
  #lost = false;
  #gone = false;
  #turn = Promise.resolve();

  /** @param id of the session @param bar {middle, actions} in the page's header @param restart(prefill) goes to the start screen */
  constructor(id, bar, restart) {
    this.id = id;
    this.bar = bar;
    this.restart = restart;
    this.element = el("div", { class: "session" }, el("p", { class: "soft loading" }, "Opening …"));
    this.#open();
  }

  async #open() {
    try {
      const [snapshot, about] = await Promise.all([api.session(this.id), api.about()]);
      if (this.#gone) return;
      this.about = about;
      this.#build(snapshot);
      this.#update(snapshot);
      this.#listen();
      document.addEventListener("visibilitychange", this.#seen);
    } catch (error) {
      show(this.element, el("div", { class: "lost" }, el("h1", {}, "This comparison cannot be opened"), el("p", { class: "trouble", role: "alert" }, error.message), el("a", { class: "button", href: "#/" }, "To the start")));
    }
  }

  #build(snapshot) {
    const { videos } = snapshot;
    const players = { a: new Player("a", videos.a), b: new Player("b", videos.b) };
    this.clock = new Clock(players);
    const { clock } = this;
    this.skeletons = new Skeletons(players);
    this.stages = new Stages(clock);
    this.view = new View(clock, this.skeletons);
    this.viewBar = new ViewBar(this.view, this.skeletons);
    this.transport = new Transport(clock, this.stages);
    this.timeLines = new TimeLines(this.id, clock, this.stages);
    this.findings = new Findings(clock, this.skeletons);
    this.timeLines.onPending = (on) => this.findings.setBusy(on);
    this.chat = new Chat(this.id, { cite: (citation) => this.#cite(citation), open: (difference) => this.findings.open(difference) });
    this.progress = new Progress(this.id, () => this.restart({ a: videos.a, b: videos.b, action: snapshot.action }));
    this.help = helpDialog();
    const area = el("section", { class: "player", "aria-label": "Player" }, this.view.element, this.transport.element, this.viewBar.element);
    this.workspace = el("div", { class: "workspace" }, area, this.timeLines.element);
    this.panels = el("div", { class: "panels" });
    show(this.element, this.workspace, this.panels, this.help);
    listenForKeys(this.workspace, this);
    show(this.bar.middle, el("h1", { title: snapshot.action }, snapshot.action), el("p", { class: "names soft small" }, chip("a"), el("span", {}, videos.a.name), chip("b"), el("span", {}, videos.b.name)));
    document.title = `${snapshot.action} · viddiff`;
  }

  #update(snapshot) {
    this.snapshot = snapshot;
    const done = snapshot.status === "done" && snapshot.report;
    this.stages.update(snapshot);
    this.timeLines.update();
    this.timeLines.element.hidden = !snapshot.timelines;
    this.chat.update(snapshot);
    if (done) this.findings.update(snapshot.report);
    else this.progress.update(snapshot);
    const panels = done ? [this.findings.element, this.chat.element] : [this.progress.element];
    if (this.panels.firstChild !== panels[0]) show(this.panels, panels);
    this.#actions(done ? snapshot.report : null);
  }

  /** Built again only when there is something else to offer, so that an open menu stays open. */
  #actions(report) {
    const offered = report ? `saved ${report.trace}` : "nothing";
    if (this.offered === offered) return;
    this.offered = offered;
    const keys = el("button", { type: "button", class: "keys-button", on: { click: () => this.help.showModal() } }, "Keys");
    show(this.bar.actions, keys, report ? saveMenu(this.id, report, this.about.traces) : [], el("a", { class: "button", href: "#/" }, "New"));
  }

  /** Citation: its clip exactly there; the other where the same sentence says, otherwise by the time map. */
  #cite({ side, time_s, partner_s }) {
    const { clock } = this;
    if (partner_s === null) {
      clock.pause();
      clock.jump(side, time_s);
    } else clock.showPair(side === "a" ? time_s : partner_s, side === "a" ? partner_s : time_s);
    announce(`Showing ${side.toUpperCase()} ${time_s.toFixed(2)} s`);
  }

  #listen() {
    this.#close();
    const inTurn = (event) => (this.#turn = this.#turn.then(() => this.#gone || this.#heard(event)));
    this.#close = api.listen(this.id, inTurn, (up) => this.#connection(up));
  }

  #connection(up) {
    if (up && this.#lost) this.#refresh();
    this.#lost = !up;
    this.element.classList.toggle("offline", !up);
  }

  /** A tab in the background gives its connection back while nothing is under way: a browser has only a few. */
  #seen = () => {
    if (!document.hidden) {
      this.#listen();
      this.#refresh();
    } else if (this.snapshot.status === "done" && this.snapshot.asking === null && !this.timeLines.pending) this.#close();
  };

  async #refresh() {
    try {
      const snapshot = await api.session(this.id);
      if (!this.#gone) this.#update(snapshot);
    } catch (error) {
      announce(error.message);
    }
  }

  async #heard(event) {
    if (event.kind === "queued") this.progress.update({ status: "queued", position: event.position });
    else if (event.kind === "progress") this.progress.moved(event.what, event.share);
    else if (event.kind === "step") this.progress.step(event.node, event.said);
    else if (event.kind === "estimated") this.progress.estimated(event);
    else if (event.kind === "said") await this.#said(event);
    else if (event.kind === "answered") this.#answered(event.turn);
    else if (["finished", "changed", "failed", "cancelled"].includes(event.kind)) await this.#settled(event);
  }

  /** The question may have been asked in another tab: then it is fetched first. */
  async #said({ text, anew }) {
    if (!this.chat.waiting) await this.#refresh();
    if (anew) this.chat.restart();
    this.chat.said(text);
  }

  #answered(turn) {
    this.snapshot.asking = null;
    this.chat.answered(turn);
  }

  /** Something has come to an end, or this page has missed something: the snapshot says what holds now. */
  async #settled(event) {
    const asked = this.chat.waiting;
    const moved = this.timeLines.pending;
    this.chat.restart();
    await this.#refresh();
    if (this.timeLines.pending) this.timeLines.setPending(false);
    if (event.kind === "finished") announce(`Done: ${this.snapshot.report?.differences.length ?? 0} differences.`);
    if (event.kind === "failed" && asked) this.chat.failed(event.error);
    if (event.kind === "failed" && moved) this.timeLines.fail(event.error);
  }

  dispose() {
    this.#gone = true;
    this.#close();
    document.removeEventListener("visibilitychange", this.#seen);
    if (!this.clock) return;
    this.clock.pause();
    for (const player of Object.values(this.clock.players)) player.dispose();
  }
}
