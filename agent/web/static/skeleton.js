// Draws the tracked bodies over the clips, A blue and B orange.
import * as api from "./api.js";
import { lastAtOrBelow } from "./time_map.js";

const COLOURS = { a: "#0072B2", b: "#D55E00" };
const SEEN = 0.3;
/** Joined where only the bodies of a finding are known and no track says what is joined. */
const BONES = [[11, 12], [23, 24], [11, 23], [12, 24], [11, 13], [13, 15], [12, 14], [14, 16], [23, 25], [25, 27], [24, 26], [26, 28], [27, 31], [28, 32]];
/** Nose and ears are enough of a head; the rest of the face is noise at this size. */
const FACE = new Set([1, 2, 3, 4, 5, 6, 9, 10]);

export class Skeletons {
  #tracks = {};
  #evidence = {};
  on = false;

  /** @param players {a, b} */
  constructor(players) {
    this.players = players;
    for (const player of Object.values(players)) player.watch(() => this.draw(player));
  }

  /** Fetches both tracks; a clip that has none yet keeps what it has. */
  async load() {
    await Promise.all(
      Object.values(this.players).map(async (player) => {
        if (this.#tracks[player.side]) return;
        try {
          const track = await api.skeleton(player.info.id);
          this.#tracks[player.side] = track;
          player.useTimes(track.times_s);
        } catch (error) {
          if (error.status !== 404) throw error;
        }
      }),
    );
    return Object.keys(this.#tracks).length > 0;
  }

  track(side) {
    return this.#tracks[side] ?? null;
  }

  setOn(on) {
    this.on = on;
    this.drawAll();
  }

  /** The bodies of a finding, shown where a clip has no track: {a: {time_s, pose} | null, b: ...}. */
  mark(evidence) {
    this.#evidence = evidence;
    this.drawAll();
  }

  drawAll() {
    for (const player of Object.values(this.players)) this.draw(player);
  }

  draw(player) {
    const { canvas, film, side } = player;
    const [width, height] = [film.clientWidth, film.clientHeight];
    const density = window.devicePixelRatio || 1;
    const pixels = [Math.round(width * density), Math.round(height * density)];
    if (canvas.width !== pixels[0]) canvas.width = pixels[0];
    if (canvas.height !== pixels[1]) canvas.height = pixels[1];
    const pen = canvas.getContext("2d");
    pen.setTransform(density, 0, 0, density, 0, 0);
    pen.clearRect(0, 0, width, height);
    const body = this.on && this.#bodyOf(player);
    if (!body) return;
    const marked = this.#isMarked(player);
    const points = body.points.map(([x, y, seen]) => (seen >= SEEN ? [x * width, y * height] : null));
    bones(pen, points, body.edges, "rgb(255 255 255 / .85)", marked ? 7 : 5);
    bones(pen, points, body.edges, COLOURS[side], marked ? 4.5 : 3);
    dots(pen, points, COLOURS[side], marked ? 4.5 : 3);
  }

  #isMarked(player) {
    const key = this.#evidence[player.side];
    return Boolean(key) && Math.abs(key.time_s - player.time) <= player.step;
  }

  #bodyOf(player) {
    const track = this.#tracks[player.side];
    if (track) {
      const points = track.points[Math.max(0, lastAtOrBelow(track.times_s, player.time + 5e-4))];
      return points && { points, edges: track.edges };
    }
    const key = this.#evidence[player.side];
    if (!key?.pose || !this.#isMarked(player)) return null;
    const { width, height } = player.info;
    return { points: key.pose.map(([x, y, seen]) => [x / width, y / height, seen]), edges: BONES };
  }
}

function bones(pen, points, edges, colour, thickness) {
  pen.strokeStyle = colour;
  pen.lineWidth = thickness;
  pen.lineCap = "round";
  pen.beginPath();
  for (const [i, j] of edges) {
    if (!points[i] || !points[j]) continue;
    pen.moveTo(...points[i]);
    pen.lineTo(...points[j]);
  }
  pen.stroke();
}

function dots(pen, points, colour, radius) {
  points.forEach((point, index) => {
    if (!point || FACE.has(index)) return;
    pen.beginPath();
    pen.arc(...point, radius, 0, 2 * Math.PI);
    pen.fillStyle = colour;
    pen.fill();
    pen.lineWidth = 1.5;
    pen.strokeStyle = "#fff";
    pen.stroke();
  });
}
