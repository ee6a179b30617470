// One of the two places for a clip on the start screen: drop a file, choose one, or pick from the server's folder.
import * as api from "./api.js";
import { announce, chip, el, show } from "./dom.js";
import { bytes, clipFacts, percent } from "./wording.js";

export class ClipPicker {
  video = null;
  #turn = 0;

  /** @param side "a" or "b" @param hint whose clip it is @param changed called when there is another clip, or none */
  constructor(side, hint, changed) {
    this.side = side;
    this.changed = changed;
    this.letter = side.toUpperCase();
    this.limit = Infinity;
    this.file = el("input", { type: "file", accept: "video/*,.mp4,.mov,.m4v,.mkv,.webm,.avi", class: "sr", id: `file-${side}`, on: { change: () => this.#chosen(this.file.files[0]) } });
    this.inside = el("div", { class: "inside" });
    this.trouble = el("p", { class: "trouble", role: "alert", hidden: true });
    this.shelf = el("div", { class: "shelf", hidden: true });
    this.zone = el("div", { class: "zone" }, this.file, this.inside);
    this.element = el("section", { class: `picker ${side}`, "aria-label": `Clip ${this.letter}` }, el("h2", {}, chip(side), el("span", { class: "sr" }, `Clip ${this.letter}: `), hint), this.zone, this.trouble, this.shelf);
    this.#listenForDrops();
    this.#empty();
  }

  #listenForDrops() {
    const over = (on) => (event) => {
      event.preventDefault();
      this.zone.classList.toggle("over", on);
    };
    this.zone.addEventListener("dragover", over(true));
    this.zone.addEventListener("dragleave", over(false));
    this.zone.addEventListener("drop", (event) => {
      over(false)(event);
      this.#chosen(event.dataTransfer.files[0]);
    });
  }

  /** Offers the files of the folder that the server may read. */
  offer({ folder, files }) {
    this.shelf.hidden = !files.length;
    const select = el("select", { on: { change: () => select.value && this.#take(select.selectedOptions[0].textContent, () => api.pickFromFolder(select.value)) } }, el("option", { value: "" }, "choose a file"), files.map((file) => el("option", { value: file.path }, `${file.path} (${bytes(file.size)})`)));
    show(this.shelf, el("label", { class: "choice" }, el("span", {}, `or from ${folder ?? "the folder"}`), select));
  }

  #chosen(file) {
    this.file.value = "";
    if (!file) return;
    if (file.size > this.limit) this.#fail(`${file.name} is ${bytes(file.size)}; at most ${bytes(this.limit)} are taken. Cut the clip to the action.`);
    else this.#take(file.name, (onShare) => api.upload(file, onShare));
  }

  async #take(name, send) {
    const turn = (this.#turn += 1);
    this.#fail("");
    this.#set(null);
    const bar = el("progress", { max: 1, "aria-label": `Clip ${this.letter} is being sent` });
    const state = el("p", { class: "soft" }, "Reading …");
    show(this.inside, el("p", { class: "file-name" }, name), bar, state);
    try {
      const video = await send((share) => {
        if (turn !== this.#turn) return;
        bar.value = share;
        state.textContent = share < 1 ? percent(share) : "Reading …";
      });
      if (turn === this.#turn) this.put(video);
    } catch (error) {
      if (turn !== this.#turn) return;
      this.#empty();
      this.#fail(error.message);
    }
  }

  /** Shows a clip that the server has. */
  put(video) {
    this.#set(video);
    const picture = el("img", { src: api.frameUrl(video.id, Math.floor(video.frames / 2)), alt: "", class: "thumb" });
    show(
      this.inside,
      picture,
      el("p", { class: "file-name" }, video.name),
      el("p", { class: "soft small" }, clipFacts(video)),
      video.warnings.map((text) => el("p", { class: "caution" }, text)),
      el("label", { class: "button", for: this.file.id }, "Choose another"),
    );
    announce(`Clip ${this.letter}: ${video.name} is ready.`);
  }

  #set(video) {
    this.video = video;
    this.zone.classList.toggle("full", Boolean(video));
    this.changed();
  }

  #empty() {
    show(this.inside, el("p", { class: "drop-here" }, "Drop a video here"), el("label", { class: "button", for: this.file.id }, el("span", { class: "sr" }, `Clip ${this.letter}: `), "Choose a file"));
  }

  #fail(message) {
    this.trouble.textContent = message;
    this.trouble.hidden = !message;
  }
}
