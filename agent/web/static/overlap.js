// Lays the body of B over the body of A: one shift and one size for the whole clip, read off the tracked bodies.

const HIPS = [23, 24];
const SHOULDERS = [11, 12];
const SEEN = 0.4;

function middle(values) {
  const sorted = [...values].sort((p, q) => p - q);
  return sorted[sorted.length >> 1];
}

/** Median place of the feet's mid point and median trunk length, in pixels of the film on screen. */
function stance(player, track) {
  const [width, height] = [player.film.clientWidth, player.film.clientHeight];
  const at = (points, pair) => {
    const [p, q] = pair.map((index) => points[index]);
    return Math.min(p[2], q[2]) < SEEN ? null : [((p[0] + q[0]) / 2) * width, ((p[1] + q[1]) / 2) * height];
  };
  const found = { x: [], y: [], size: [] };
  for (const points of track.points) {
    const feet = points && at(points, [27, 28]);
    const hips = points && at(points, HIPS);
    const shoulders = points && at(points, SHOULDERS);
    if (!feet || !hips || !shoulders) continue;
    found.x.push(feet[0] - width / 2);
    found.y.push(feet[1] - height / 2);
    found.size.push(Math.hypot(hips[0] - feet[0], hips[1] - feet[1]) + Math.hypot(shoulders[0] - hips[0], shoulders[1] - hips[1]));
  }
  return found.x.length ? { x: middle(found.x), y: middle(found.y), size: tallest(found.size) } : null;
}

/** Bodies are compared at their full height: the size that nine of ten frames stay below. */
function tallest(sizes) {
  const sorted = [...sizes].sort((p, q) => p - q);
  return sorted[Math.floor(0.9 * (sorted.length - 1))];
}

/** The CSS transform that brings B's feet and size onto A's; empty where a body is not known. */
export function overBody(a, b, skeletons, mirrored) {
  const tracks = [skeletons.track("a"), skeletons.track("b")];
  if (!tracks[0] || !tracks[1]) return "";
  const [first, second] = [stance(a, tracks[0]), stance(b, tracks[1])];
  if (!first || !second) return "";
  const scale = first.size / second.size;
  const x = mirrored ? -second.x : second.x;
  return `translate(${(first.x - scale * x).toFixed(1)}px, ${(first.y - scale * second.y).toFixed(1)}px) scale(${scale.toFixed(4)})`;
}
