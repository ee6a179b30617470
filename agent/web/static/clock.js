// The master clock: one clip leads, the other follows on the time map, at every speed, in loops and frame by frame.
import { SAME_TIME, frameAt, frameLength, mapped, other, slope } from "./time_map.js";

/** What browsers accept as a playback rate. */
const SLOWEST = 0.0625;
const FASTEST = 16;
/** A follower that is off is first hurried or held back by up to this share, and only then made to jump. */
const HURRY = 0.35;
const PATIENCE_MS = 250;
const FAR_FRAMES = 6;

export class Clock {
  #watchers = new Set();
  #offSince = null;
  #seekTook = 0.05;

  /** @param players {a, b} */
  constructor(players) {
    this.players = players;
    this.map = SAME_TIME;
    this.lead = "a";
    this.speed = 1;
    this.playing = false;
    /** {start_s, end_s} of the leading clip, or null. */
    this.loop = null;
    for (const player of Object.values(players)) player.watch(() => this.playing || this.#tell());
  }

  /** Calls `run` whenever a time, the speed, the loop or the leading clip has changed. */
  watch(run) {
    this.#watchers.add(run);
  }

  #tell() {
    for (const run of this.#watchers) run();
  }

  get leader() {
    return this.players[this.lead];
  }

  get follower() {
    return this.players[other(this.lead)];
  }

  play() {
    if (this.playing) return;
    const { leader } = this;
    const range = this.loop;
    const outside = range && (leader.time < range.start_s - leader.step || leader.time >= range.end_s - leader.step);
    if (outside) leader.seekToFrameAt(range.start_s);
    else if (leader.time >= leader.end - leader.step / 2) leader.seekToFrameAt(0);
    this.follower.seekToFrameAt(mapped(this.map, this.lead, leader.time));
    this.playing = true;
    leader.video.playbackRate = this.speed;
    leader.video.play().catch(() => this.pause());
    this.#tell();
    requestAnimationFrame(this.#tick);
  }

  pause() {
    if (!this.playing) return;
    this.playing = false;
    for (const player of Object.values(this.players)) player.video.pause();
    this.#exactly();
  }

  toggle() {
    if (this.playing) this.pause();
    else this.play();
  }

  /** Paused, both clips stand on a frame, and the follower on the one that matches. */
  #exactly() {
    this.leader.seekToFrameAt(this.leader.time);
    this.follower.seekToFrameAt(mapped(this.map, this.lead, this.leader.times[this.leader.frame]));
    this.#tell();
  }

  /** Puts one clip to an instant and the other to the matching one. */
  jump(side, time_s) {
    this.players[side].seekToFrameAt(time_s);
    this.players[other(side)].seekToFrameAt(mapped(this.map, side, time_s));
    this.#tell();
  }

  /** Puts each clip to an instant of its own and stops. */
  showPair(a_s, b_s) {
    this.pause();
    this.players.a.seekToFrameAt(a_s);
    this.players.b.seekToFrameAt(b_s);
    this.#tell();
  }

  /** Shows an instant of one clip and leaves the other alone. */
  peek(side, time_s) {
    this.pause();
    this.players[side].seekToFrameAt(time_s);
  }

  /** Goes some frames of the leading clip on or back. */
  step(frames) {
    this.pause();
    const { times, frame } = this.leader;
    this.jump(this.lead, times[Math.min(times.length - 1, Math.max(0, frame + frames))]);
  }

  setSpeed(speed) {
    this.speed = speed;
    if (this.playing) this.leader.video.playbackRate = speed;
    this.#tell();
  }

  /** The other clip leads from here on; a loop is given in its time. */
  setLead(side) {
    if (side === this.lead) return;
    const range = this.loop;
    if (range) this.loop = { start_s: mapped(this.map, this.lead, range.start_s), end_s: mapped(this.map, this.lead, range.end_s) };
    const playing = this.playing;
    this.pause();
    this.lead = side;
    if (playing) this.play();
    this.#tell();
  }

  setLoop(range) {
    this.loop = range;
    this.#tell();
  }

  setMap(map) {
    this.map = map ?? SAME_TIME;
    this.#tell();
  }

  #tick = () => {
    if (!this.playing) return;
    const { leader } = this;
    const now = leader.video.currentTime;
    if (this.loop && (now >= this.loop.end_s - leader.step / 2 || leader.video.ended)) this.#again();
    else if (leader.video.ended) return void this.pause();
    else this.#follow(leader.time);
    this.#tell();
    requestAnimationFrame(this.#tick);
  };

  #again() {
    if (this.leader.video.seeking) return;
    this.jump(this.lead, this.loop.start_s);
    if (this.leader.video.paused) this.leader.video.play().catch(() => this.pause());
  }

  #follow(leader_s) {
    const { follower, speed } = this;
    const { video } = follower;
    const wanted = mapped(this.map, this.lead, leader_s);
    const rate = speed * slope(this.map, this.lead, leader_s);
    const frame = frameLength(follower.times, frameAt(follower.times, wanted));
    const off = follower.time - wanted;
    if (wanted < 0 || wanted > follower.end || rate < SLOWEST || rate > FASTEST) {
      if (!video.paused) video.pause();
      if (!video.seeking && Math.abs(follower.time - follower.clamp(wanted)) > frame) follower.seekToFrameAt(wanted);
      return;
    }
    if (video.paused && !video.ended) video.play().catch(() => {});
    const hurry = Math.min(HURRY, Math.max(-HURRY, -off / (4 * frame)));
    const steered = Math.min(FASTEST, Math.max(SLOWEST, rate * (1 + hurry)));
    if (Math.abs(video.playbackRate - steered) > 0.01 * steered) video.playbackRate = steered;
    this.#catchUp(off, frame, wanted, rate);
  }

  #catchUp(off, frame, wanted, rate) {
    const { follower } = this;
    if (Math.abs(off) <= frame || follower.video.seeking) {
      this.#offSince = null;
      return;
    }
    const now = performance.now();
    this.#offSince ??= now;
    if (Math.abs(off) < FAR_FRAMES * frame && now - this.#offSince < PATIENCE_MS) return;
    this.#offSince = null;
    follower.video.addEventListener("seeked", () => (this.#seekTook = Math.min(0.3, (performance.now() - now) / 1000)), { once: true });
    follower.seek(follower.clamp(wanted + rate * this.#seekTook));
  }
}
