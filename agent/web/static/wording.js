// Words and numbers shared by the page's parts; they read as in the written report.

export const ANSWERS = { a: "A more", b: "B more", same: "Same", unknown: "Cannot tell" };
export const UNSURE_BELOW = 0.65;

/** A time in a clip: "2.31 s", from one minute on "1:02.3". */
export function instant(seconds) {
  if (seconds < 59.995) return `${seconds.toFixed(2)} s`;
  const tenths = Math.round(seconds * 10);
  return `${Math.floor(tenths / 600)}:${((tenths % 600) / 10).toFixed(1).padStart(4, "0")}`;
}

export function percent(share) {
  return `${Math.round(100 * share)}%`;
}

/** How sure, in words. */
export function sureness(confidence) {
  if (confidence >= 0.9) return "very sure";
  if (confidence >= 0.75) return "fairly sure";
  return confidence >= UNSURE_BELOW ? "more likely than not" : "a guess";
}

/** Whether an answer stands: given, and more than a guess. */
export function decided(difference) {
  return difference.answer !== "unknown" && difference.confidence >= UNSURE_BELOW;
}

function decimals(number, unit) {
  if (unit === "count") return Number.isInteger(number) ? 0 : 1;
  if ((unit.startsWith("deg") || unit.startsWith("%")) && !unit.startsWith("% of the frame")) return 0;
  return unit === "s" || unit === "SPARC" ? 2 : 1;
}

/** A number with its unit, no more precise than such a measurement deserves: "94°", "+12%", "0.31 s". */
export function value(number, unit, signed = false) {
  if (!Number.isFinite(number)) return "not measured";
  const digits = Math.abs(number).toFixed(decimals(number, unit));
  const sign = Number(digits) === 0 ? "" : number < 0 ? "−" : signed ? "+" : "";
  if (unit.startsWith("deg")) return `${sign}${digits}°${unit.slice(3)}`;
  if (unit.startsWith("%")) return `${sign}${digits}%${unit.endsWith("/ s") ? "/s" : ""}`;
  return unit === "count" ? sign + digits : `${sign}${digits} ${unit}`;
}

/** What was measured, as words: "forward lean", "depth (% of leg length)". */
export function quantity(measurement) {
  const words = (measurement.label || measurement.quantity).replaceAll("_", " ");
  return measurement.unit.startsWith("%") ? `${words} (${measurement.unit})` : words;
}

export function interval(measurement) {
  const [low, high] = measurement.interval;
  return `${value(low, measurement.unit, true)} to ${value(high, measurement.unit, true)}`;
}

/** "4.50 s · 30 fps · 480 × 640" */
export function clipFacts(video) {
  return `${instant(video.duration_s)} · ${Number(video.fps.toPrecision(4))} fps · ${video.width} × ${video.height}`;
}

export function sentence(text) {
  return text ? text[0].toUpperCase() + text.slice(1) : text;
}

/** "3.2 MB" */
export function bytes(count) {
  if (count < 1e6) return `${Math.max(1, Math.round(count / 1e3))} kB`;
  return `${(count / 1e6).toFixed(count < 1e7 ? 1 : 0)} MB`;
}
