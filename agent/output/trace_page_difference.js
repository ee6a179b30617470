// One difference on one screen: why its answer came out, then every look with what was read, asked and decided in it.
const STRATEGIES = { align: "aligned stages", extremum: "the extreme of the curve", widen: "a wider window", shift: "shifted instants", dense: "every frame", next_best: "the next best place", crop: "closer up" };

function differenceScreen(difference) {
  const final = difference.final;
  const answer = final?.answer ?? "unknown";
  const line = [
    final && answer !== "unknown" ? percent(final.confidence) + " sure" : "", final && (answer === "unknown" || answer === "same") ? `if one had to be named: ${final.lean.toUpperCase()}` : "",
    difference.stages.length ? `stage ${listed(difference.stages)}` : "whole action", several(difference.looks.length, "look"), money(difference.cost_usd), difference.id,
  ];
  return [
    el("a", { class: "back", href: "#/" }, "‹ All differences"),
    el("header", { class: "title" }, el("h1", { tabindex: "-1" }, difference.description), el("p", { class: "answer" }, chip(answer), el("b", {}, final ? ANSWERS[answer] : "Never decided")), el("p", { class: "soft small" }, line.filter(Boolean).join(" · ")), final ? el("p", { class: "words" }, final.reason) : null),
    el("section", { "aria-labelledby": "why" }, el("h2", { id: "why" }, "What the trace says"), diagnosisList(difference.diagnoses)),
    difference.looks.length ? null : el("p", { class: "soft" }, "It was never looked for."),
    difference.looks.map((look, k) => lookSection(look, k, difference)),
    el("section", { "aria-labelledby": "placed" }, el("h2", { id: "placed" }, "How its stage was placed"), heatMaps(difference.stages, difference.looks.at(-1) ?? null)),
  ];
}

function lookSection(look, k, difference) {
  const before = difference.looks[k - 1];
  const why = look.cause ? `because of: ${look.cause}` : before && before.part !== look.part ? "taken up again" : k ? "another look" : "first look";
  const heading = `look-${k}`;
  return el("section", { class: "look", "aria-labelledby": heading },
    el("h2", { id: heading }, el("span", { class: "number" }, String(k + 1)), `Look ${k + 1}: ${STRATEGIES[look.strategy] ?? look.strategy}`, el("span", { class: "soft small" }, why)),
    facts([
      ["What changed", look.changed], ["Instants", look.moved || instantsOf(look)], ["Margin", look.margin === null ? null : `${look.margin.toFixed(1)} nats${look.margin < LOW_MARGIN ? ", doubtful" : ""}`],
      ["Body", { dense: "tracked again in every frame", crop: "tracked again, closer up" }[look.retracked]],
    ]),
    look.came.length ? verdictList(look.came, difference) : el("p", { class: "soft" }, "No verdict came of this look."),
    look.read.map((read) => reading(look, read)), bodies(look), look.asked.length ? el("h3", {}, "What the model was shown and said") : null, questionPairs(look, difference));
}

function instantsOf(look) {
  const shown = (side) => {
    const times = look.instants[side] ?? [];
    return `${side.toUpperCase()} ${times.slice(0, 3).map(instant).join(", ") || "none"}${times.length > 3 ? ` and ${times.length - 3} more` : ""}`;
  };
  return SIDES.map(shown).join("; ");
}

function verdictList(came, difference) {
  const last = difference.looks.flatMap((look) => look.came).findLast((each) => each.kept);
  const rows = came.map((each, k) => {
    const { verdict, kept, by, at_s } = each;
    const m = verdict.measurement;
    const anew = m && JSON.stringify(m) !== JSON.stringify(came[k - 1]?.verdict.measurement ?? null);
    const fate = each === last ? "stands" : kept ? "replaced later" : "set aside for a better one";
    const said = ANSWERS[verdict.answer].replace(/^[SU]/, (first) => first.toLowerCase());
    return el("li", { class: each === last ? "kept" : "set-aside" }, chip(verdict.answer),
      el("div", {}, el("p", {}, el("b", {}, capital(by)), `: ${said}, ${percent(verdict.confidence)}`, verdict.uncertain ? el("span", { class: "tag doubt" }, verdict.uncertain) : null, el("span", { class: `tag ${each === last ? "stands" : ""}` }, fate)),
        el("p", { class: "soft small" }, verdict.reason), anew ? [numbersLine(m), intervalPlot(m)] : null, votesLine(verdict.votes)),
      el("span", { class: "soft small when" }, `after ${lasting(at_s)}`));
  });
  return el("ol", { class: "verdicts" }, rows);
}

function numbersLine(m) {
  const ends = m.interval.map((edge) => amount(edge, m.unit, true)).join(" to ");
  return el("p", { class: "numbers" }, el("span", { class: "in-a" }, `A ${amount(m.a, m.unit)}`), el("span", { class: "in-b" }, `B ${amount(m.b, m.unit)}`), el("span", {}, `B − A ${amount(m.difference, m.unit, true)} (${ends})`));
}

function votesLine(votes) {
  if (votes.length < 2) return null;
  const said = (vote) => el("li", {}, chip(vote.answer), `${vote.source.split("@")[0]}${vote.order === "-" ? "" : `, ${vote.order[0].toUpperCase()} first`} ${percent(vote.confidence)}`);
  return el("ul", { class: "votes", "aria-label": "Votes" }, votes.map(said));
}

function reading(look, read) {
  if (read.problem) return el("p", { class: "trouble" }, `Nothing was measured: ${read.problem}`);
  if (read.arrays && DATA.curves[read.arrays] && SIDES.some((side) => DATA.curves[read.arrays][side]?.length)) return curveChart(look, read);
  return el("p", { class: "soft" }, `${capital(read.label)} has no curve: it is read off the clip as a whole.`);
}

/** The tracked bodies at the matched instants that the last verdict of a look rests on. */
function bodies(look) {
  const evidence = look.came.at(-1)?.verdict.evidence;
  const pairs = Math.max(evidence?.a.length ?? 0, evidence?.b.length ?? 0);
  if (!pairs) return null;
  const figures = Array.from({ length: pairs }, (_, k) => el("figure", { "aria-label": "Bodies as they were tracked" }, SIDES.map((side) => (evidence[side][k] ? el("div", {}, body(evidence[side][k].pose, side), el("span", { class: "soft small" }, `${side.toUpperCase()} ${instant(evidence[side][k].time_s)}`)) : null))));
  return el("div", {}, el("h3", {}, "The bodies at these instants, as they were tracked"), el("div", { class: "bodies" }, figures));
}

const TALL = 130;
function body(pose, side) {
  if (!pose) return el("div", { class: "nothing" }, "nobody found");
  const seen = pose.filter(([, , visibility], k) => visibility > 0.1 && (k === 0 || k > 10));
  const [left, right] = [Math.min(...seen.map(([x]) => x)), Math.max(...seen.map(([x]) => x))];
  const [top, bottom] = [Math.min(...seen.map(([, y]) => y)), Math.max(...seen.map(([, y]) => y))];
  const scale = (TALL - 24) / Math.max(bottom - top, right - left, 1);
  const at = ([x, y]) => [12 + (x - left) * scale, 14 + (y - top) * scale];
  const bones = DATA.bones.map(([from, to]) => {
    const [[x1, y1], [x2, y2]] = [at(pose[from]), at(pose[to])];
    return svg("line", { class: `bone ${side}`, x1, y1, x2, y2, opacity: Math.max(0.15, Math.min(pose[from][2], pose[to][2])) });
  });
  const [x, y] = at(pose[0]);
  const width = Math.max(48, (right - left) * scale + 24);
  return svg("svg", { width, height: (bottom - top) * scale + 28, role: "img", "aria-label": `Body in ${side.toUpperCase()}` }, bones, svg("circle", { class: `head ${side}`, cx: x, cy: y, r: 7 }));
}
