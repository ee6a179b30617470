// What is known of the stages: going from one to the next, looping one or a whole repetition, and which map holds meanwhile.
import { SAME_TIME, mapOfPair, mapped, other, placeAt } from "./time_map.js";

export class Stages {
  #watchers = new Set();
  timelines = null;
  timeMap = SAME_TIME;
  pairs = [];
  loopKind = "";
  /** Which repetition of each clip is looped beside which, while one is. */
  looped = null;

  constructor(clock) {
    this.clock = clock;
  }

  watch(run) {
    this.#watchers.add(run);
  }

  #tell() {
    for (const run of this.#watchers) run();
  }

  /** Takes over what a snapshot says. */
  update(snapshot) {
    this.timelines = snapshot.timelines;
    this.timeMap = snapshot.time_map ?? SAME_TIME;
    this.pairs = snapshot.pairs ?? [];
    this.setLoop(this.timelines ? this.loopKind : "");
  }

  /** Starts of stages of the leading clip, in order. */
  #starts() {
    const timeline = this.timelines?.[this.clock.lead];
    return (timeline?.repetitions ?? []).flatMap((r) => r.spans.map((span) => span.segment.start_s)).sort((p, q) => p - q);
  }

  /** To the next (1) or the previous (-1) stage of the leading clip. */
  goBy(direction) {
    const { clock } = this;
    const now = clock.leader.time;
    const near = 1.5 * clock.leader.step;
    const starts = this.#starts();
    const to = direction > 0 ? starts.find((s) => s > now + near) : starts.findLast((s) => s < now - near);
    if (to === undefined) return;
    this.goTo(clock.lead, to);
  }

  /** Puts both clips to an instant of one; a loop moves along. */
  goTo(side, time_s) {
    const { clock } = this;
    if (this.loopKind) this.#loopAt(side, time_s);
    clock.jump(side, time_s);
  }

  setLoop(kind) {
    this.loopKind = kind;
    this.#loopAt(this.clock.lead, this.clock.leader.time);
  }

  #loopAt(side, time_s) {
    const { clock } = this;
    const { loopKind } = this;
    const place = loopKind && placeAt(this.timelines?.[side], time_s);
    this.looped = place && loopKind === "repetition" ? this.#beside(side, place.index) : null;
    clock.setMap(this.looped ? this.#mapOf(this.looped) : this.timeMap);
    const segment = loopKind === "stage" ? (place?.span ?? place?.repetition)?.segment : place?.repetition?.segment;
    clock.setLoop(segment ? this.#inLead(side, segment) : null);
    this.#tell();
  }

  #inLead(side, { start_s, end_s }) {
    const { lead, map, players } = this.clock;
    if (side === lead) return { start_s, end_s };
    const clamp = (t) => players[other(side)].clamp(mapped(map, side, t));
    return { start_s: clamp(start_s), end_s: clamp(end_s) };
  }

  /** The pair of repetitions in which one takes part; the last of the other clip where the list names none. */
  #beside(side, index) {
    const place = side === "a" ? 0 : 1;
    const found = this.pairs.find((pair) => pair[place] === index);
    if (found) return found;
    const count = this.timelines[other(side)].repetitions.length;
    const partner = Math.min(index, count - 1);
    return side === "a" ? [index, partner] : [partner, index];
  }

  #mapOf([i, j]) {
    const [a, b] = [this.timelines.a.repetitions[i], this.timelines.b.repetitions[j]];
    return a && b ? mapOfPair(a, b) : this.timeMap;
  }
}
