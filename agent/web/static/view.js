// How the two clips lie on screen: side by side, B over A as a ghost, or a wipe; mirrored, zoomed, with skeletons.
import { chip, el, styled } from "./dom.js";
import { overBody } from "./overlap.js";
import { instant } from "./wording.js";

const LARGEST = 5;
const GAP = 12;
/** The coloured line under a clip. */
const STRIPE = 4;

export class View {
  #pan = { x: 0, y: 0 };
  mode = "side";
  mirrored = false;
  aligned = false;
  zoom = 1;
  share = 0.5;

  constructor(clock, skeletons) {
    this.clock = clock;
    this.players = clock.players;
    this.skeletons = skeletons;
    this.line = el("div", { class: "wipe-line", hidden: true });
    this.films = el("div", { class: "films beside" }, this.players.a.pane, this.players.b.pane, this.line);
    this.captions = Object.values(this.players).map((player) => caption(player));
    this.element = el(
      "div",
      { class: "view", tabindex: 0, role: "group", "aria-label": "The two clips. Space plays, arrow keys step by a frame, question mark lists all keys." },
      this.films,
      el("div", { class: "captions" }, this.captions.map((c) => c.element)),
    );
    this.films.addEventListener("pointerdown", (event) => this.#grab(event));
    new ResizeObserver(() => this.layout()).observe(this.element);
    clock.watch(() => this.captions.forEach((c) => c.update()));
  }

  setMode(mode) {
    this.mode = mode;
    this.films.className = `films ${mode === "side" ? "beside" : mode}`;
    this.line.hidden = mode !== "wipe";
    this.layout();
  }

  setShare(share) {
    this.share = share;
    this.#paint();
  }

  setMirrored(mirrored) {
    this.mirrored = mirrored;
    this.#paint();
  }

  setAligned(aligned) {
    this.aligned = aligned;
    this.#paint();
  }

  setZoom(zoom) {
    this.zoom = Math.min(LARGEST, Math.max(1, zoom));
    this.panBy(0, 0);
  }

  /** Moves the enlarged pictures by pixels, never past their edges. */
  panBy(x, y) {
    const free = (size) => ((this.zoom - 1) * size) / 2;
    const { film } = this.players.a;
    const held = (to, room) => Math.min(room, Math.max(-room, to));
    this.#pan = { x: held(this.#pan.x + x, free(film.clientWidth)), y: held(this.#pan.y + y, free(film.clientHeight)) };
    this.#paint();
  }

  /** Gives both films one height and as much room as there is. */
  layout() {
    const room = (parseFloat(getComputedStyle(this.films).maxHeight) || 480) - STRIPE;
    const width = this.films.clientWidth;
    const ratio = ({ info }) => info.width / info.height;
    const { a, b } = this.players;
    if (!width) return;
    if (this.mode === "side") {
      const height = Math.min(room, (width - GAP) / (ratio(a) + ratio(b)));
      for (const player of [a, b]) sized(player.film, height * ratio(player), height);
    } else {
      const height = Math.min(room, width / ratio(a));
      sized(a.film, height * ratio(a), height);
      const scale = Math.min((height * ratio(a)) / (height * ratio(b)), 1);
      sized(b.film, height * ratio(b) * scale, height * scale);
    }
    this.captions.forEach(({ element, player }) => styled(element, { "flex-basis": this.mode === "side" ? `${player.film.offsetWidth}px` : "auto" }));
    this.#paint();
    this.skeletons.drawAll();
  }

  #paint() {
    const { a, b } = this.players;
    const over = this.mode !== "side";
    const moved = `translate(${this.#pan.x.toFixed(1)}px, ${this.#pan.y.toFixed(1)}px) scale(${this.zoom})`;
    const fitted = over && this.aligned ? overBody(a, b, this.skeletons, this.mirrored) : "";
    const flipped = this.mirrored ? " scaleX(-1)" : "";
    styled(a.film, { transform: moved });
    styled(b.film, { transform: `${moved} ${fitted}${flipped}`, opacity: this.mode === "ghost" ? this.share : 1 });
    const cut = this.mode === "wipe" ? `inset(0 0 0 ${(100 * this.share).toFixed(2)}%)` : "none";
    styled(b.pane, { "clip-path": cut });
    const { offsetWidth: width, offsetHeight: height } = a.film;
    styled(this.line, { left: `${(this.films.clientWidth - width) / 2 + this.share * width}px`, height: `${height}px` });
    styled(b.pane, { width: over ? `${width}px` : "", height: over ? `${height}px` : "" });
    this.films.classList.toggle("zoomed", this.zoom > 1);
  }

  #grab(event) {
    if (this.zoom <= 1 || event.button !== 0) return;
    let last = event;
    const move = (now) => {
      this.panBy(now.clientX - last.clientX, now.clientY - last.clientY);
      last = now;
    };
    this.films.setPointerCapture(event.pointerId);
    this.films.addEventListener("pointermove", move);
    this.films.addEventListener("lostpointercapture", () => this.films.removeEventListener("pointermove", move), { once: true });
  }
}

function sized(film, width, height) {
  styled(film, { width: `${Math.floor(width)}px`, height: `${Math.floor(height)}px` });
}

function caption(player) {
  const time = el("span", { class: "time" });
  const element = el(
    "p",
    { class: "caption" },
    chip(player.side),
    el("span", { class: "name", title: player.info.name }, el("span", { class: "sr" }, `Clip ${player.side.toUpperCase()}: `), player.info.name),
    time,
  );
  const update = () => (time.textContent = `${instant(player.times[player.frame])} · frame ${player.frame}`);
  update();
  return { element, player, update };
}
