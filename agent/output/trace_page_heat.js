// How the stages were placed: each stage against each frame, the path that was chosen through it, and how sure its places are.
const ROW = 26, LABELS = 108, LOW_MARGIN = 1.0;

const decodedHeat = new Map();
function cellsOf(name, kind) {
  const key = `${kind} ${name}`;
  if (!decodedHeat.has(key)) decodedHeat.set(key, bytesOf(DATA.heats[name][kind]));
  return decodedHeat.get(key);
}
const ENCODERS = { together: "all together" };

/** The maps of both clips; `stages` are those that the difference is about, `look` the one whose windows are marked. */
function heatMaps(stages = [], look = null) {
  const there = STORY.retrievals.filter((each) => DATA.heats[each.arrays]);
  if (!there.length) return el("p", { class: "soft" }, "No similarities were kept for this run.");
  const encoders = [...new Set(there.map((each) => each.encoder))];
  const state = { encoder: encoders.includes("together") ? "together" : encoders[0], kind: "similarity", at: -1 };
  const place = el("div", { class: "heats" });
  const controls = el("div", { class: "tools" });
  const count = Math.max(0, ...SIDES.map((side) => STORY.timelines[side]?.repetitions.length ?? 0));
  const said = el("output", { class: "stepper-state" });
  const steps = stepper(said, () => state.at, count, (next) => { state.at = next; show(); });
  const show = () => {
    const held = steps.contains(document.activeElement) ? document.activeElement : null;
    const group = document.activeElement?.closest?.(".segments")?.getAttribute("aria-label");
    const now = there.filter((each) => each.encoder === state.encoder);
    const both = now.every((each) => DATA.heats[each.arrays].similarity);
    if (!both) state.kind = "evidence";
    said.textContent = state.at < 0 ? "whole clips" : `repetition ${state.at + 1} of ${count}`;
    controls.replaceChildren(
      ...[
        encoders.length > 1 ? segments("Encoder", Object.fromEntries(encoders.map((name) => [name, ENCODERS[name] ?? name])), state.encoder, (value) => { state.encoder = value; state.kind = "similarity"; show(); }) : el("b", {}, encoders[0]),
        both ? segments("What is shown", { similarity: "similarity", evidence: "evidence" }, state.kind, (value) => { state.kind = value; show(); }) : null,
        count > 1 ? steps : null,
      ].filter(Boolean));
    // What was in the hand stays in the hand.
    if (group) controls.querySelector(`[aria-label="${group}"] input:checked`)?.focus();
    held?.focus();
    place.replaceChildren(...SIDES.flatMap((side) => now.filter((each) => each.video === side).map((each) => heatOf(each, state, stages, look))), legend(now, state));
  };
  show();
  return el("div", {}, controls, place);
}

function legend(now, { kind }) {
  const heat = DATA.heats[now[0]?.arrays];
  if (!heat) return el("p", { class: "soft" }, "Nothing was kept of this one.");
  const meaning = kind === "similarity" ? "Darker: more like the stage's sentences" : `Darker: for the stage (up to +${heat.nats.toFixed(1)} nats), lighter: against it`;
  const ranges = kind === "similarity" ? now.map((each) => `${each.video.toUpperCase()} ${DATA.heats[each.arrays].low.toFixed(3)} to ${DATA.heats[each.arrays].high.toFixed(3)}`).join(", ") : "";
  return el("p", { class: "soft small" }, `${meaning}${ranges ? ` (${ranges})` : ""}. Boxes (lines where they are narrow): where the stage was placed, with its margin in nats; dashed where that is below ${LOW_MARGIN.toFixed(0)}. Diamonds: the frame that shows it best.`);
}

function heatOf(retrieval, state, stages, look) {
  const { video: side, arrays } = retrieval;
  const timeline = STORY.timelines[side];
  const repetition = state.at >= 0 ? timeline?.repetitions[state.at] : null;
  const heat = DATA.heats[arrays];
  const inView = repetition ? [Math.max(0, repetition.segment.start_s - ROOM), repetition.segment.end_s + ROOM] : [heat.start_s, heat.end_s || 1];
  const strengths = retrieval.stages.map((name, k) => (retrieval.strength[k] < 0.25 ? " (flat)" : ""));
  const chart = drawn({ class: `heat ${side}` }, (width) => heatDrawing(retrieval, heat, state, inView, stages, look, width, strengths));
  if (state.at >= 0 && !repetition) return el("p", { class: "soft" }, `${side.toUpperCase()} has no repetition ${state.at + 1}.`);
  return el("div", { class: "heat-block" }, chip(side), chart);
}

function heatDrawing(retrieval, heat, { kind }, [start, end], stages, look, width, strengths) {
  const labels = width < 520 ? 76 : LABELS;
  const wide = Math.max(width - labels, 40), height = ROW * heat.rows;
  const side = retrieval.video;
  const canvas = el("canvas", { width: Math.min(wide, 2000), height: heat.rows, class: "cells", "aria-hidden": "true" });
  paint(canvas, heat, cellsOf(retrieval.arrays, kind), side, start, end);
  canvas.style.setProperty("left", `${labels}px`);
  canvas.style.setProperty("width", `${wide}px`);
  canvas.style.setProperty("height", `${height}px`);
  const x = (time) => labels + ((time - start) / (end - start)) * wide;
  const over = svg("svg", { width, height: height + AXIS + 8, role: "img", "aria-label": `Stages of ${side.toUpperCase()} against its frames, with the chosen path` });
  retrieval.stages.forEach((name, row) => {
    const chosen = stages.includes(name);
    if (stages.length && !chosen) over.append(svg("rect", { class: "veil", x: labels, y: ROW * row, width: wide, height: ROW }));
    over.append(svg("text", { class: `stage${chosen ? " chosen" : ""}`, x: 0, y: ROW * row + 17 }, shortened(name + strengths[row], labels / 7), svg("title", {}, name + strengths[row])));
  });
  path(over, retrieval, STORY.timelines[side], { x, start, end, height });
  for (const window of look?.windows[side] ?? []) {
    const [from, to] = [Math.max(window.segment.start_s, start), Math.min(window.segment.end_s, end)];
    if (from < to) over.append(svg("line", { class: `looked ${side}`, x1: x(from), x2: Math.max(x(to), x(from) + 2), y1: height + 4, y2: height + 4 }));
  }
  for (const time of ticks(start, end, wide / 90)) over.append(svg("text", { class: "tick middle", x: x(time), y: height + AXIS + 3 }, axisTime(time)));
  return el("div", { class: "heat-inner" }, canvas, over);
}
const shortened = (text, most) => (text.length > most ? `${text.slice(0, Math.max(1, Math.floor(most) - 1))}…` : text);

function path(over, retrieval, timeline, { x, start, end, height }) {
  for (const repetition of timeline?.repetitions ?? []) {
    if (repetition.segment.end_s < start || repetition.segment.start_s > end) continue;
    const apart = x(repetition.segment.end_s) - x(repetition.segment.start_s) > 24;
    if (apart) for (const edge of [repetition.segment.start_s, repetition.segment.end_s]) if (edge >= start && edge <= end) over.append(svg("line", { class: "border", x1: x(edge), x2: x(edge), y1: 0, y2: height }));
    for (const span of repetition.spans) {
      const row = retrieval.stages.indexOf(span.stage);
      const [from, to] = [Math.max(span.segment.start_s, start), Math.min(span.segment.end_s, end)];
      if (row < 0 || from >= to) continue;
      const wide = Math.max(x(to) - x(from), 1.5), low = span.margin < LOW_MARGIN;
      // Narrow boxes would hide the map that they are drawn on.
      const box = wide < 10 ? { class: "thin", y: ROW * row + ROW - 5, height: 3 } : { class: "span", y: ROW * row + 2, height: ROW - 4, rx: 3 };
      over.append(svg("rect", { ...box, class: `${box.class}${low ? " low" : ""}`, x: x(from), width: wide },
        svg("title", {}, `${span.stage}: ${instant(span.segment.start_s)} to ${instant(span.segment.end_s)}, margin ${span.margin.toFixed(1)} nats`)));
      const early = x(span.key_s) - x(from) < 34;
      if (wide > 60) over.append(svg("text", { class: `margin${early ? " end" : ""}`, x: early ? x(to) - 5 : x(from) + 5, y: ROW * row + 17 }, span.margin.toFixed(1)));
      if (wide > 16 && span.key_s >= start && span.key_s <= end) over.append(svg("path", { class: "best", d: `M${x(span.key_s)} ${ROW * row + 8}l5 5l-5 5l-5 -5z` }));
    }
  }
}

/** The cells in view, from the colour of the paper to the colour of the clip. */
function paint(canvas, heat, cells, side, start, end) {
  const style = getComputedStyle(document.documentElement);
  const [from, to] = ["--paper", side === "a" ? "--a" : "--b"].map((name) => rgb(style.getPropertyValue(name)));
  const context = canvas.getContext("2d");
  const picture = context.createImageData(canvas.width, heat.rows);
  for (let across = 0; across < canvas.width; across += 1) {
    const time = start + ((across + 0.5) / canvas.width) * (end - start);
    const column = Math.floor(((time - heat.start_s) / (heat.end_s - heat.start_s || 1)) * heat.columns);
    for (let row = 0; row < heat.rows; row += 1) {
      const share = column < 0 || column >= heat.columns ? 0 : cells[row * heat.columns + column] / 255;
      const at = 4 * (row * canvas.width + across);
      for (let k = 0; k < 3; k += 1) picture.data[at + k] = from[k] + share * (to[k] - from[k]);
      picture.data[at + 3] = 255;
    }
  }
  context.putImageData(picture, 0, 0);
}
function rgb(text) {
  const hex = text.trim().slice(1);
  const full = hex.length === 3 ? [...hex].map((digit) => digit + digit).join("") : hex;
  return [0, 2, 4].map((at) => Number.parseInt(full.slice(at, at + 2), 16));
}
