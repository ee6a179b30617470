// The measured curves of both clips one above the other on one scale, with the windows and the instants that were read.
const PANEL = 104, LEFT = 44, RIGHT = 8, AXIS = 20, ROOM = 0.6;

const decodedCurves = new Map();
function curvesOf(name) {
  if (!decodedCurves.has(name)) {
    const kept = DATA.curves[name] ?? {};
    const lines = (side) => (kept[side] ?? []).map((line) => ({ times: floatsOf(line.times), values: floatsOf(line.values) }));
    decodedCurves.set(name, { a: lines("a"), b: lines("b") });
  }
  return decodedCurves.get(name);
}

/** Round steps for an axis. */
function ticks(low, high, most) {
  const rough = (high - low) / Math.max(most, 1);
  const power = 10 ** Math.floor(Math.log10(rough || 1));
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough) ?? power;
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.max(0, Math.floor(high / step) - first + 1) }, (_, i) => Number(((first + i) * step).toPrecision(10)));
}
const axisTime = (time) => (time >= 60 ? `${Math.floor(time / 60)}:${(time % 60).toFixed(0).padStart(2, "0")}` : `${Number(time.toFixed(2))} s`);

/** What lies in view of both clips: everything, or around one matched pair of windows. */
function views(look, curves) {
  const whole = (side) => {
    const ends = curves[side].map((line) => line.times.at(-1) ?? 0);
    return [0, Math.max(STORY.head.videos[side]?.duration_s ?? 0, ...ends) || 1];
  };
  const pairs = Math.min(...SIDES.map((side) => (look.windows[side] ?? []).length));
  const around = (side, k) => {
    const { segment, key_s } = look.windows[side][k];
    const key = look.instants[side]?.[k] ?? key_s;
    const near = [segment.start_s, segment.end_s, key_s, ...(Math.abs(key - key_s) < 5 ? [key] : [])];
    const room = Math.max(ROOM, 0.5 * (segment.end_s - segment.start_s));
    return [Math.max(0, Math.min(...near) - room), Math.max(...near) + room];
  };
  return { count: pairs, at: (k) => Object.fromEntries(SIDES.map((side) => [side, k < 0 ? whole(side) : around(side, k)])) };
}

/** The chart of one look with its controls. */
function curveChart(look, read) {
  const curves = curvesOf(read.arrays);
  const seen = views(look, curves);
  let at = -1;
  const chart = drawn({ class: "chart" }, (width) => curveDrawing(look, read, curves, seen.at(at), width));
  const state = el("output", { class: "stepper-state" });
  const show = (next) => {
    at = next;
    state.textContent = at < 0 ? "whole clips" : `window ${at + 1} of ${seen.count}`;
    chart.redraw();
  };
  state.textContent = "whole clips";
  return el("div", { class: "curves" }, el("div", { class: "tools" }, el("b", {}, capital(read.label) + unitNote(read.unit)), seen.count ? stepper(state, () => at, seen.count, show) : null), chart);
}
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
const unitNote = (unit) => (unit.startsWith("%") ? `, ${unit}` : unit === "deg" ? ", degrees" : unit ? `, ${unit}` : "");

/** Steps through windows or repetitions; before the first one lies the whole clip. */
function stepper(state, where, count, show) {
  const by = (step) => () => show(((where() + 1 + step + count + 1) % (count + 1)) - 1);
  return el("div", { class: "stepper" },
    el("button", { type: "button", class: "quiet", "aria-label": "Before", on: { click: by(-1) } }, "‹"),
    state,
    el("button", { type: "button", class: "quiet", "aria-label": "Next", on: { click: by(1) } }, "›"));
}

function valueRange(curves, inView) {
  let low = Infinity, high = -Infinity;
  for (const side of SIDES) {
    for (const { times, values } of curves[side]) {
      for (let i = 0; i < times.length; i += 1) {
        if (times[i] < inView[side][0] || times[i] > inView[side][1] || Number.isNaN(values[i])) continue;
        low = Math.min(low, values[i]);
        high = Math.max(high, values[i]);
      }
    }
  }
  if (low > high) return [0, 1];
  const room = 0.08 * (high - low || Math.abs(high) || 1);
  return [low - room, high + room];
}

function curveDrawing(look, read, curves, inView, width) {
  const range = valueRange(curves, inView);
  const height = 2 * (PANEL + AXIS) + 6;
  const said = SIDES.map((side) => `${side.toUpperCase()} read at ${(look.instants[side] ?? []).slice(0, 3).map(instant).join(", ") || "nothing"}`).join("; ");
  const drawing = svg("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `${read.label} over time in both clips; ${said}` });
  SIDES.forEach((side, k) => drawing.append(panel(look, read, curves[side], side, inView[side], range, width, k * (PANEL + AXIS + 6))));
  return drawing;
}

function panel(look, read, lines, side, [start, end], [low, high], width, top) {
  const x = (time) => LEFT + ((time - start) / (end - start)) * (width - LEFT - RIGHT);
  const y = (value) => top + PANEL - ((value - low) / (high - low)) * PANEL;
  const clip = `clip-${(panel.count = (panel.count ?? 0) + 1)}`;
  const inside = svg("g", { "clip-path": `url(#${clip})` });
  for (const { segment } of look.windows[side] ?? []) {
    if (segment.end_s < start || segment.start_s > end) continue;
    inside.append(svg("rect", { class: `window ${side}`, x: x(segment.start_s), y: top, width: Math.max(1.5, x(segment.end_s) - x(segment.start_s)), height: PANEL }));
  }
  lines.forEach((line, k) => inside.append(svg("path", { class: `curve ${side}${k ? " other" : ""}`, d: pathOf(line, x, y, start, end) })));
  const keys = (look.instants[side] ?? []).filter((time) => time >= start && time <= end).toSorted((p, q) => p - q);
  for (const time of keys) inside.append(...keyMark(time, lines[0], side, x, y, top, keys.every((time, k) => !k || x(time) - x(keys[k - 1]) > 118) ? read.unit : null, width));
  const group = svg("g", {}, svg("clipPath", { id: clip }, svg("rect", { x: LEFT, y: top - 6, width: width - LEFT - RIGHT, height: PANEL + 12 })));
  for (const value of ticks(low, high, 4)) {
    group.append(svg("line", { class: "grid", x1: LEFT, x2: width - RIGHT, y1: y(value), y2: y(value) }), svg("text", { class: "tick end", x: LEFT - 6, y: y(value) + 4 }, amount(value, read.unit.startsWith("%") ? "%" : read.unit === "deg" ? "deg" : "")));
  }
  for (const time of ticks(start, end, width / 110)) group.append(svg("text", { class: "tick middle", x: x(time), y: top + PANEL + 15 }, axisTime(time)));
  group.append(svg("rect", { class: "frame", x: LEFT, y: top, width: width - LEFT - RIGHT, height: PANEL }), inside, svg("text", { class: `side ${side}`, x: LEFT + 7, y: top + 17 }, side.toUpperCase()));
  group.append(pointer(lines[0], read.unit, { x, y, top, start, end, width }));
  return group;
}

function pathOf({ times, values }, x, y, start, end) {
  let path = "", open = false;
  for (let i = 0; i < times.length; i += 1) {
    if (times[i] < start - 1 || times[i] > end + 1 || Number.isNaN(values[i])) { open = false; continue; }
    path += `${open ? "L" : "M"}${x(times[i]).toFixed(1)} ${y(values[i]).toFixed(1)}`;
    open = true;
  }
  return path || "M0 0";
}

function nearest(line, time) {
  let best = -1;
  for (let i = 0; line && i < line.times.length; i += 1) {
    if (!Number.isNaN(line.values[i]) && (best < 0 || Math.abs(line.times[i] - time) < Math.abs(line.times[best] - time))) best = i;
  }
  return best < 0 || Math.abs(line.times[best] - time) > 0.3 ? null : { time: line.times[best], value: line.values[best] };
}

function keyMark(time, line, side, x, y, top, unit, width) {
  const found = nearest(line, time);
  const marks = [svg("line", { class: `key ${side}`, x1: x(time), x2: x(time), y1: top, y2: top + PANEL })];
  if (found) marks.push(svg("circle", { class: `key ${side}`, cx: x(time), cy: y(found.value), r: 4.5 }));
  if (unit !== null) {
    const right = x(time) > width - 130;
    const text = found ? `${instant(time)} · ${amount(found.value, unit)}` : `${instant(time)} · nothing seen`;
    marks.push(svg("text", { class: `read ${right ? "end" : "start"}`, x: x(time) + (right ? -8 : 8), y: top + PANEL - 8 }, text));
  }
  return marks;
}

/** Time and value under the pointer. */
function pointer(line, unit, { x, y, top, start, end, width }) {
  const dot = svg("circle", { class: "under", r: 3.5, visibility: "hidden" });
  const said = svg("text", { class: "tick end", x: width - RIGHT - 6, y: top + 15 });
  const area = svg("rect", { class: "over", x: LEFT, y: top, width: width - LEFT - RIGHT, height: PANEL });
  area.addEventListener("pointermove", (event) => {
    const box = area.getBoundingClientRect();
    const found = nearest(line, start + ((event.clientX - box.left) / box.width) * (end - start));
    dot.setAttribute("visibility", found ? "visible" : "hidden");
    said.textContent = found ? `${instant(found.time)} · ${amount(found.value, unit)}` : "nothing seen";
    if (found) { dot.setAttribute("cx", x(found.time)); dot.setAttribute("cy", y(found.value)); }
  });
  area.addEventListener("pointerleave", () => { dot.setAttribute("visibility", "hidden"); said.textContent = ""; });
  return svg("g", {}, dot, said, area);
}

/** The measured difference B − A with its interval; zero is marked. */
function intervalPlot(m) {
  const [low, high] = m.interval;
  if (![low, high, m.difference].every(Number.isFinite)) return null;
  const reach = 1.12 * Math.max(Math.abs(low), Math.abs(high), Math.abs(m.difference), 1e-9);
  const at = (value) => `${(50 + (50 * value) / reach).toFixed(2)}%`;
  const side = low > 0 ? "b" : high < 0 ? "a" : "none";
  const label = `Difference B minus A ${amount(m.difference, m.unit, true)}, 95% interval ${amount(low, m.unit, true)} to ${amount(high, m.unit, true)}`;
  return el("div", { class: "plot" },
    svg("svg", { width: "100%", height: 30, role: "img", "aria-label": label },
      svg("line", { class: "axis", x1: 0, x2: "100%", y1: 15, y2: 15 }), svg("line", { class: "zero", x1: "50%", x2: "50%", y1: 2, y2: 28 }),
      svg("line", { class: `reach ${side}`, x1: at(low), x2: at(high), y1: 15, y2: 15 }), svg("circle", { class: `point ${side}`, cx: at(m.difference), cy: 15, r: 6 })),
    el("div", { class: "ends", "aria-hidden": "true" }, el("span", {}, "larger in A"), el("span", {}, "larger in B")));
}
