// Pure functions of time: which instant of one clip matches which of the other, and which frame is on screen when.

/** The map without knots: the same second in both clips. */
export const SAME_TIME = Object.freeze({ a_s: [], b_s: [] });

/** Knots nearer than this in either clip are left out: one frame of a film, and no sudden jumps of speed. */
const MIN_GAP_S = 0.04;
/** A frame's time may have been rounded to a tenth of a millisecond on its way here. */
const ROUNDING_S = 0.0005;

export function other(side) {
  return side === "a" ? "b" : "a";
}

function knots(map, side) {
  return side === "a" ? [map.a_s, map.b_s] : [map.b_s, map.a_s];
}

/** Index of the last entry that is not above a number; -1 when all are. The entries rise. */
export function lastAtOrBelow(sorted, number) {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] <= number) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The instant of the other clip that matches an instant of clip `side`; slope 1 beyond the ends. */
export function mapped(map, side, time_s) {
  const [from, to] = knots(map, side);
  const last = from.length - 1;
  if (last < 0) return time_s;
  if (time_s <= from[0]) return to[0] + (time_s - from[0]);
  if (time_s >= from[last]) return to[last] + (time_s - from[last]);
  const k = lastAtOrBelow(from, time_s);
  return to[k] + ((time_s - from[k]) * (to[k + 1] - to[k])) / (from[k + 1] - from[k]);
}

/** How many seconds of the other clip pass while one second of clip `side` passes. */
export function slope(map, side, time_s) {
  const [from, to] = knots(map, side);
  const k = lastAtOrBelow(from, time_s);
  if (k < 0 || k >= from.length - 1) return 1;
  return (to[k + 1] - to[k]) / (from[k + 1] - from[k]);
}

/** The map through two repetitions that are played beside each other: key instants first, then starts and ends of their stages. */
export function mapOfPair(a, b) {
  const inB = new Map(b.spans.map((span) => [span.stage, span]));
  const both = a.spans.filter((span) => inB.has(span.stage)).map((span) => [span, inB.get(span.stage)]);
  const wanted = [
    ...both.map(([x, y]) => [x.key_s, y.key_s]),
    ...both.map(([x, y]) => [x.segment.start_s, y.segment.start_s]),
    ...both.map(([x, y]) => [x.segment.end_s, y.segment.end_s]),
  ];
  if (!wanted.length) wanted.push([a.segment.start_s, b.segment.start_s], [a.segment.end_s, b.segment.end_s]);
  const kept = [];
  for (const [x, y] of wanted) {
    const fits = ([s, t]) => Math.min(x - s, y - t) >= MIN_GAP_S || Math.max(x - s, y - t) <= -MIN_GAP_S;
    if (kept.every(fits)) kept.push([x, y]);
  }
  kept.sort((p, q) => p[0] - q[0]);
  return { a_s: kept.map((k) => k[0]), b_s: kept.map((k) => k[1]) };
}

/** When each frame is on screen: the tracked times where there is one per frame, otherwise even spacing. */
export function frameTimes(video, tracked = null) {
  if (tracked && tracked.length === video.frames) return tracked;
  return Array.from({ length: video.frames }, (_, n) => n / video.fps);
}

/** Number of the frame on screen at a time. */
export function frameAt(times, time_s) {
  return Math.min(times.length - 1, Math.max(0, lastAtOrBelow(times, time_s + ROUNDING_S)));
}

/** How long frame `n` stays on screen. */
export function frameLength(times, n) {
  if (times.length < 2) return 1 / 30;
  return n + 1 < times.length ? times[n + 1] - times[n] : times[n] - times[n - 1];
}

/** The repetition and the stage that hold an instant; the nearest repetition where none does. */
export function placeAt(timeline, time_s) {
  const distance = ({ start_s, end_s }) => Math.max(start_s - time_s, time_s - end_s, 0);
  let nearest = null;
  timeline?.repetitions.forEach((repetition, index) => {
    const away = distance(repetition.segment);
    if (!nearest || away < nearest.away) nearest = { repetition, index, away };
  });
  if (!nearest) return null;
  const inside = ({ segment }) => segment.start_s <= time_s + ROUNDING_S && time_s + ROUNDING_S < segment.end_s;
  return { repetition: nearest.repetition, index: nearest.index, span: nearest.repetition.spans.find(inside) ?? null };
}
