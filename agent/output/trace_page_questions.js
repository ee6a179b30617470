// Questions to a model with their pictures and replies; the two orders of one question stand side by side.

/** The questions of a look, both orders of the same one together. */
function pairsOf(ids) {
  const pairs = new Map();
  for (const id of ids) {
    const asked = STORY.asked[id];
    const key = asked.differences.join(" ");
    const open = [...(pairs.get(key) ?? [])].find((pair) => !pair.some((each) => each.order === asked.order));
    if (open) open.push(asked);
    else pairs.set(key, [...(pairs.get(key) ?? []), [asked]]);
  }
  return [...pairs.values()].flat();
}

function questionPairs(look, difference) {
  return pairsOf(look.asked).map((pair) => {
    const sorted = pair.toSorted((x, y) => x.order.localeCompare(y.order));
    return el("div", { class: "question" }, el("div", { class: "orders" }, sorted.map((asked) => questionCard(asked, difference))), conclusion(sorted, difference));
  });
}

/** What both orders together are worth. */
function conclusion(pair, difference) {
  const said = pair.map((asked) => asked.said[difference.id]).filter(Boolean);
  if (pair.length < 2 || said.length < 2) return null;
  const answers = [...new Set(said.map((each) => each.answer))];
  const letters = answers.filter((each) => each === "a" || each === "b");
  if (letters.length === 2) return el("p", { class: "conclusion bad" }, `Flips with the order: both times the video shown ${said[0].place}. Void.`);
  if (answers.length === 1 && answers[0] === "unknown") return el("p", { class: "conclusion" }, "Cannot tell in either order.");
  if (answers.length === 1) return el("p", { class: "conclusion good" }, `Both orders say ${letter(answers[0])}.`);
  return el("p", { class: "conclusion" }, `Says ${listed(said.map((each) => letter(each.answer)))}: only one order is sure.`);
}

function questionCard(asked, difference) {
  const said = difference ? asked.said[difference.id] : null;
  const [first, second] = asked.order === "ba" ? ["b", "a"] : ["a", "b"];
  const title = asked.order ? el("h4", {}, "Video 1 is ", chip(first), el("span", { class: "sr" }, first.toUpperCase()), ", Video 2 is ", chip(second), el("span", { class: "sr" }, second.toUpperCase())) : el("h4", {}, `${asked.role}: ${asked.model}`);
  return el("section", { class: "card", "aria-label": asked.order ? `${first.toUpperCase()} shown first` : asked.role },
    title, el("div", { class: "sent" }, asked.parts.map((part) => (typeof part === "string" ? null : picture(part, asked)))),
    replied(asked, said, difference), costLine(asked),
    folded("What was asked", () => [el("p", { class: "soft small" }, `${asked.model}, prompt version ${asked.prompt_version}`), el("h5", {}, "System"), el("pre", {}, asked.system), el("h5", {}, "Message"), asked.parts.map((part) => (typeof part === "string" ? el("pre", {}, part) : el("p", { class: "soft small" }, `[picture, ${part.width} × ${part.height}]`)))]),
    asked.reply ? folded("The whole reply", () => el("pre", {}, JSON.stringify(asked.reply, null, 2))) : null);
}

function picture(part, asked) {
  const source = DATA.frames[part.frame];
  if (!source) return el("div", { class: "nothing" }, `picture of ${part.width} × ${part.height} pixels, left out of this page`);
  const alt = asked.order ? `As sent, ${asked.order[0].toUpperCase()} shown first` : "As sent";
  const image = el("img", { src: source, alt, width: part.width, height: part.height, loading: "lazy" });
  return el("button", { type: "button", class: "zoom", "aria-label": `Enlarge: ${alt}`, on: { click: () => enlarge(source, alt) } }, image);
}
function enlarge(source, alt) {
  const large = document.getElementById("large");
  const image = large.querySelector("img");
  image.src = source;
  image.alt = alt;
  large.showModal();
}

function replied(asked, said, difference) {
  if (!asked.replied) return el("p", { class: "trouble" }, "No reply came before the run ended.");
  if (asked.error) return el("p", { class: "trouble" }, asked.error);
  if (!difference) return null;
  if (!said) return el("p", { class: "trouble" }, "The reply says nothing about this statement that can be believed.");
  const chose = said.place ? `chose the ${said.place} video` : said.answer === "same" ? "chose “same”" : "cannot tell";
  const obstacle = said.obstacle !== "none" ? ` (${said.obstacle.replaceAll("_", " ")})` : "";
  return el("div", { class: "vote" }, chip(said.answer), el("p", {}, el("b", {}, `${chose}${obstacle}`), ` · ${percent(said.confidence)}`, said.reason ? el("span", { class: "soft reason" }, `“${said.reason}”`) : null));
}

function costLine(asked) {
  const { spent } = asked;
  const parts = [lasting(asked.seconds), spent.cache_hits ? "from the cache" : `${several(spent.calls, "request")}`, spent.input_tokens ? `${spent.input_tokens} + ${spent.output_tokens} tokens` : "", money(spent.cost_usd), spent.repaired ? `asked again for a usable reply${asked.unusable ? `; of the first: ${asked.unusable}` : ""}` : ""];
  return el("p", { class: "soft small cost" }, asked.replied ? parts.filter(Boolean).join(" · ") : "");
}
