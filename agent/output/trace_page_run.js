// The run: what it was asked for, what stands out, its time line, how the clips were aligned.
const STATUS = { done: "Done", failed: "Failed", interrupted: "Interrupted", unfinished: "No end" };
const NODES = { planner: "Planner", review: "Review", report: "Report", answer: "Answer", tools: "Tool" };

function runScreen() {
  const { head } = STORY;
  const { spent } = head;
  const tiles = [["Time", lasting(head.seconds)], ["Model requests", spent.calls || "none"], ["Tokens", spent.calls ? `${spent.input_tokens.toLocaleString("en")} + ${spent.output_tokens.toLocaleString("en")}` : ""], ["Pictures", spent.images || ""], ["Cost", money(spent.cost_usd) || (spent.calls ? "$0" : "")], ["From the cache", spent.cache_hits || ""]];
  return [
    el("a", { class: "back", href: "#/" }, "‹ All differences"),
    el("header", { class: "title" }, el("h1", { tabindex: "-1" }, `The run: ${head.action || "unknown action"}`),
      el("p", { class: "soft" }, `${STATUS[head.status]} · ${new Date(head.started).toLocaleString()} · ${head.run_id}${head.version ? ` · viddiff ${head.version}` : ""}`), head.forked_from ? el("p", { class: "soft" }, `Goes on from step ${head.forked_from.step} of run ${head.forked_from.run_id}`) : null, head.error ? el("p", { class: "trouble" }, head.error) : null),
    facts(tiles, { class: "facts tiles" }),
    STORY.diagnoses.length ? el("section", { "aria-labelledby": "out" }, el("h2", { id: "out" }, "What stands out"), diagnosisList(STORY.diagnoses)) : null,
    STORY.warnings.length ? el("section", { "aria-labelledby": "warned" }, el("h2", { id: "warned" }, "Warnings"), el("ul", { class: "plain" }, STORY.warnings.map((text) => el("li", {}, text)))) : null,
    el("section", { "aria-labelledby": "line" }, el("h2", { id: "line" }, "Time line"), timeLine()),
    el("section", { "aria-labelledby": "aligned" }, el("h2", { id: "aligned" }, "How the stages were placed"), heatMaps()),
    el("section", { "aria-labelledby": "with" }, el("h2", { id: "with" }, "What it worked with"), clips(), backends(), folded("Settings", () => facts(Object.entries(head.settings).map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)])))),
  ];
}

function clips() {
  return SIDES.filter((side) => STORY.head.videos[side]).map((side) => {
    const clip = STORY.head.videos[side];
    return el("p", { class: "clip" }, chip(side), el("span", { class: "sr" }, side.toUpperCase()), el("b", {}, fileName(clip.path)), el("span", { class: "soft" }, `${instant(clip.duration_s)} · ${Number(clip.fps.toFixed(2))} fps · ${clip.width} × ${clip.height}${clip.warnings.length ? ` · ${clip.warnings.join("; ")}` : ""}`));
  });
}
function backends() {
  const used = STORY.head.backends;
  return used && facts([["Planner", used.planner], ["Proposer", used.proposer], ["Encoder", used.encoder], ["Verifier", used.verifier.join(", ")]]);
}

/** A part of the run after the other; within a part, bars on one scale. */
function timeLine() {
  return STORY.steps.map((part) => {
    const end = Math.max(part.start_s + (part.seconds ?? 0), ...allSteps(part.steps).map((step) => step.start_s + (step.seconds ?? 0)));
    const scale = { start: part.start_s, length: Math.max(end - part.start_s, 0.001) };
    const names = { comparison: "Comparison", "taken up again": "Taken up again", question: "Question", "stage moved": "A stage was moved" };
    return el("div", { class: part.cost_usd ? "part" : "part free" },
      el("h3", {}, `${names[part.name] ?? part.name}${part.said ? `: ${part.said}` : ""}`, el("span", { class: "soft small" }, ` ${lasting(scale.length)}${part.cost_usd ? ` · ${money(part.cost_usd)}` : ""}`)), part.error ? el("p", { class: "trouble" }, part.error) : null,
      el("ol", { class: "steps" }, part.steps.map((step) => stepRow(step, scale, 0))));
  });
}
const allSteps = (steps) => steps.flatMap((step) => [step, ...allSteps(step.steps)]);

function stepRow(step, scale, depth) {
  const at = (seconds) => `${Math.min(100, Math.max(0, (100 * (seconds - scale.start)) / scale.length)).toFixed(2)}%`;
  const bar = el("i", { class: `bar-of ${step.error ? "error" : step.kind} ${step.name === "planner" ? "planner" : ""}` });
  bar.style.setProperty("left", at(step.start_s));
  bar.style.setProperty("width", step.seconds ? `${Math.max(0.3, (100 * step.seconds) / scale.length).toFixed(2)}%` : "0");
  const name = step.kind === "model" ? step.name : (NODES[step.name] ?? step.name.replaceAll("_", " "));
  const summary = el("summary", { class: `step ${step.kind}` },
    el("span", { class: "what" }, step.number ? el("span", { class: "soft nth", title: "step, as trace fork counts" }, String(step.number)) : null, el("b", {}, name), " ", el("span", { class: "soft" }, step.error || step.said)), el("span", { class: "track", "aria-hidden": "true" }, bar), el("span", { class: "took" }, lasting(step.seconds)), el("span", { class: "took" }, money(step.cost_usd)));
  summary.style.setProperty("--depth", String(depth));
  const row = el("details", { class: `row ${step.error ? "failed" : ""}` }, summary);
  row.addEventListener("toggle", () => row.open && row.childElementCount === 1 && row.append(stepDetails(step)));
  return el("li", {}, row, step.steps.length ? el("ol", {}, step.steps.map((inner) => stepRow(inner, scale, depth + 1))) : null);
}

function stepDetails(step) {
  const known = STORY.differences.filter((each) => step.differences.includes(each.id));
  return el("div", { class: "details" }, step.said ? el("p", {}, step.said) : null, step.error ? el("p", { class: "trouble" }, step.error) : null,
    known.length ? el("p", {}, "About ", known.map((each, k) => [k ? ", " : "", el("a", { href: linkTo(each) }, each.description)])) : null,
    step.asked && STORY.asked[step.asked] ? questionCard(STORY.asked[step.asked], null) : step.details.map(([name, text]) => [el("h5", {}, name), el("pre", {}, text)]));
}
