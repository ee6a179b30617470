// One clip on screen: its video, the canvas above it, its frame times, and seeking that never queues up.
import { frameUrl } from "./api.js";
import { fetchBlobUrl } from "./clip_source.js";
import { el } from "./dom.js";
import { frameAt, frameLength, frameTimes } from "./time_map.js";

/** Inside its frame, not on the edge: a seek to the very start of a frame may show the one before. */
const INSIDE_S = 0.002;

export class Player {
  #wanted = null;
  #watchers = new Set();

  /** @param side "a" or "b" @param video the Video of the API */
  constructor(side, video) {
    this.side = side;
    this.info = video;
    this.times = frameTimes(video);
    this.video = el("video", { "data-side": side, preload: "auto", playsinline: true, poster: frameUrl(video.id, 0), tabindex: -1, "aria-label": `Clip ${side.toUpperCase()}: ${video.name}` });
    this.video.muted = true;
    this.canvas = el("canvas", { "aria-hidden": "true" });
    this.film = el("div", { class: "film" }, this.video, this.canvas);
    this.pane = el("div", { class: `pane ${side}` }, this.film);
    this.ready = new Promise((resolve) => this.video.addEventListener("loadeddata", resolve, { once: true }));
    this.video.addEventListener("seeked", () => this.#landed());
    this.video.addEventListener("loadeddata", () => this.#tell());
    this.video.addEventListener("error", () => this.pane.append(el("p", { class: "trouble", role: "alert" }, "This clip cannot be played here.")));
    fetchBlobUrl(video).then((url) => (this.video.src = url));
  }

  /** Calls `run` whenever another frame may be on screen. */
  watch(run) {
    this.#watchers.add(run);
  }

  /** Uses the exact times of the frames once they are known. */
  useTimes(tracked) {
    this.times = frameTimes(this.info, tracked);
  }

  /** Where the clip is, or is about to be. */
  get time() {
    return this.#wanted ?? this.video.currentTime;
  }

  get frame() {
    return frameAt(this.times, this.time);
  }

  get end() {
    return this.times[this.times.length - 1];
  }

  /** How long one frame lasts here. */
  get step() {
    return frameLength(this.times, this.frame);
  }

  clamp(time_s) {
    return Math.min(this.end, Math.max(0, time_s));
  }

  /** Shows the frame that is on screen at a time; of many calls in a row only the last one counts. */
  seekToFrameAt(time_s) {
    const n = frameAt(this.times, this.clamp(time_s));
    this.seek(this.times[n] + Math.min(INSIDE_S, 0.25 * frameLength(this.times, n)));
  }

  seek(time_s) {
    this.#wanted = Math.max(0, time_s);
    if (!this.video.seeking) this.video.currentTime = this.#wanted;
    this.#tell();
  }

  #landed() {
    if (this.#wanted !== null && Math.abs(this.video.currentTime - this.#wanted) > 1e-4 && this.#wanted <= this.video.duration) {
      this.video.currentTime = this.#wanted;
      return;
    }
    this.#wanted = null;
    this.#tell();
  }

  #tell() {
    for (const run of this.#watchers) run();
  }

  dispose() {
    this.video.pause();
    if (this.video.src.startsWith("blob:")) URL.revokeObjectURL(this.video.src);
    this.video.removeAttribute("src");
    this.video.load();
  }
}
