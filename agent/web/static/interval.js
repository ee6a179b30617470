// Draws a measured difference B − A with its 95% interval on a line on which zero is marked.
import { svg } from "./dom.js";
import { interval, value } from "./wording.js";

const PADDING = 0.08;

/** The drawing, or null where there is no finite interval. */
export function intervalPlot(measurement) {
  const [low, high] = measurement.interval ?? [];
  const { difference } = measurement;
  if (![low, high, difference].every(Number.isFinite)) return null;
  const reach = Math.max(Math.abs(low), Math.abs(high), Math.abs(difference)) || 1;
  const at = (number) => `${(50 + (50 * (1 - PADDING) * number) / reach).toFixed(2)}%`;
  const side = low > 0 ? "b" : high < 0 ? "a" : "none";
  const said = `B minus A ${value(difference, measurement.unit, true)}, 95% interval ${interval(measurement)}`;
  return svg(
    "svg",
    { class: "interval", width: "100%", height: 26, role: "img", "aria-label": said },
    svg("line", { class: "axis", x1: 0, x2: "100%", y1: 13, y2: 13 }),
    svg("line", { class: "zero", x1: "50%", x2: "50%", y1: 2, y2: 24 }),
    svg("line", { class: `reach ${side}`, x1: at(low), x2: at(high), y1: 13, y2: 13 }),
    svg("circle", { class: `point ${side}`, cx: at(difference), cy: 13, r: 5.5 }),
  );
}
