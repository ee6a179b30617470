// The list of differences with its search and filters, and which screen is shown beside it.
const FLAGS = { uncertain: "Uncertain", relocalized: "Looked at again", disagreeing: "Disagreeing", errors: "Errors" };
const filter = { text: "", flag: "", order: "given" };
const linkTo = (difference) => `#/d/${encodeURIComponent(difference.id)}`;

function shownDifferences() {
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = STORY.differences.filter((each) => {
    const text = [each.id, each.description, ...each.stages, each.final?.reason ?? "", ...each.diagnoses.map((d) => `${d.code} ${d.text}`)].join(" ").toLowerCase();
    return words.every((word) => text.includes(word)) && (!filter.flag || each.flags.includes(filter.flag));
  });
  if (filter.order === "dearest") return found.toSorted((x, y) => y.cost_usd - x.cost_usd);
  return filter.order === "unsure" ? found.toSorted((x, y) => sureness(x) - sureness(y)) : found;
}
const sureness = ({ final }) => (!final ? -1 : final.answer === "unknown" ? 0 : final.confidence);

function listRow(difference) {
  const { final } = difference;
  const troubles = [...new Set(difference.diagnoses.filter((each) => each.weight !== "note").map((each) => each.code))];
  const meta = [final && final.answer !== "unknown" ? percent(final.confidence) : "", difference.looks.length > 1 ? several(difference.looks.length, "look") : "", filter.order === "dearest" ? money(difference.cost_usd) || "free" : ""];
  return el("li", {}, el("a", { href: linkTo(difference), class: "item", "data-id": difference.id }, chip(final?.answer ?? "unknown"),
    el("span", { class: "item-text" }, el("span", { class: "sr" }, `${ANSWERS[final?.answer ?? "unknown"]}: `), el("span", { class: "item-name" }, difference.description),
      el("span", { class: "soft small" }, meta.filter(Boolean).join(" · "), troubles.slice(0, 2).map((code) => el("span", { class: "tag doubt" }, code)), troubles.length > 2 ? el("span", { class: "tag" }, `+${troubles.length - 2}`) : null))));
}

function buildList() {
  const rows = el("ul", { class: "items" });
  const said = el("p", { class: "soft small said", role: "status" });
  const again = () => {
    const shown = shownDifferences();
    rows.replaceChildren(...shown.map(listRow));
    said.textContent = shown.length === STORY.differences.length ? several(shown.length, "difference") : `${shown.length} of ${several(STORY.differences.length, "difference")}`;
    markCurrent();
  };
  const counts = Object.fromEntries(Object.keys(FLAGS).map((flag) => [flag, STORY.differences.filter((each) => each.flags.includes(flag)).length]));
  const flags = Object.entries(FLAGS).map(([flag, text]) => el("button", { type: "button", class: "toggle", "aria-pressed": "false", disabled: !counts[flag], on: { click: (event) => {
    filter.flag = filter.flag === flag ? "" : flag;
    for (const button of event.currentTarget.parentElement.children) button.setAttribute("aria-pressed", String(button === event.currentTarget && filter.flag === flag));
    again();
  } } }, text, el("span", { class: "count" }, String(counts[flag]))));
  const search = el("input", { type: "search", id: "search", placeholder: "Search", "aria-label": "Search the differences", on: { input: (event) => { filter.text = event.target.value; again(); } } });
  const order = el("select", { "aria-label": "Order", on: { change: (event) => { filter.order = event.target.value; again(); } } }, Object.entries({ given: "As in the run", unsure: "Least sure first", dearest: "Dearest first" }).map(([value, text]) => el("option", { value }, text)));
  const troubles = STORY.diagnoses.filter((each) => each.weight !== "note").length;
  const run = el("a", { href: "#/run", class: "item run", "data-id": "/run" }, el("span", { class: `state ${STORY.head.status}`, "aria-hidden": "true" }), el("span", { class: "item-text" }, el("span", { class: "item-name" }, "The run"), el("span", { class: "soft small" }, `${STATUS[STORY.head.status]} · ${lasting(STORY.head.seconds)}${STORY.head.spent.cost_usd ? ` · ${money(STORY.head.spent.cost_usd)}` : ""}`, troubles ? el("span", { class: "tag doubt" }, several(troubles, "trouble")) : null)));
  document.getElementById("list").append(run, el("div", { class: "sieve" }, el("div", { class: "find" }, search, order), el("div", { class: "flags", role: "group", "aria-label": "Show only" }, flags)), said, rows);
  again();
}

function markCurrent() {
  const here = current();
  for (const item of document.querySelectorAll(".item")) {
    if (item.dataset.id === (here?.id ?? "/run") && (here || location.hash === "#/run" || !location.hash)) item.setAttribute("aria-current", "page");
    else item.removeAttribute("aria-current");
  }
}
function current() {
  const found = /^#\/d\/(.*)$/.exec(location.hash);
  if (!found) return null;
  let id = found[1];
  try { id = decodeURIComponent(id); } catch { /* shown as it stands */ }
  return STORY.differences.find((each) => each.id === id) ?? null;
}

function route(event) {
  const difference = current();
  const screen = document.getElementById("screen");
  document.body.classList.toggle("at-list", !difference && location.hash !== "#/run");
  screen.replaceChildren(...[difference ? differenceScreen(difference) : runScreen()].flat(Infinity).filter(Boolean));
  markCurrent();
  if (!event) return;
  screen.scrollTop = 0;
  scrollTo(0, 0);
  screen.querySelector("h1")?.focus({ preventScroll: true });
  announce(difference ? difference.description : "The run");
}

function step(by) {
  const ids = [...document.querySelectorAll(".items .item")].map((item) => item.dataset.id);
  const at = ids.indexOf(current()?.id);
  const next = ids[at < 0 ? (by > 0 ? 0 : ids.length - 1) : Math.min(ids.length - 1, Math.max(0, at + by))];
  if (next !== undefined) location.hash = `#/d/${encodeURIComponent(next)}`;
}
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input[type=search], select, dialog")) return;
  if (event.key === "j") step(1);
  else if (event.key === "k") step(-1);
  else if (event.key === "/") { event.preventDefault(); document.getElementById("search").focus(); }
});

function begin() {
  const { head } = STORY;
  const names = SIDES.filter((side) => head.videos[side]).map((side) => [chip(side), el("span", {}, fileName(head.videos[side].path))]);
  document.getElementById("about").append(el("b", {}, `Trace: ${head.action}`), el("span", { class: "names" }, names), el("span", { class: "soft small keys" }, "j k: next, previous · /: search"));
  if (STORY.notes.length) document.getElementById("notes").append(el("ul", { class: "notes", "aria-label": "About this trace" }, STORY.notes.map((note) => el("li", {}, note))));
  document.getElementById("large").addEventListener("click", (event) => event.currentTarget.close());
  buildList();
  route(null);
  addEventListener("hashchange", route);
}
begin();
