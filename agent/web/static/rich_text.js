// A small Markdown subset (paragraphs, lists, bold, line breaks) and citations, built as DOM nodes; anything else stays text.
import { paired, pieces } from "./citations.js";
import { el } from "./dom.js";

const ITEM = /^\s*(?:[-*•]|\d+[.)])\s+/;
const NUMBER = /^\s*\d+[.)]\s+/;

/** The nodes of a text; `button(citation)` makes the node of one citation. */
export function richText(text, citations, button) {
  const cited = paired(pieces(text, citations));
  const blocks = [];
  for (const line of linesOf(cited)) place(blocks, line, button);
  return blocks;
}

/** Pieces cut at line breaks: a list of lines, each a list of pieces. */
function linesOf(all) {
  const lines = [[]];
  for (const piece of all) {
    if (piece.text === undefined) lines.at(-1).push(piece);
    else
      piece.text.split("\n").forEach((part, k) => {
        if (k) lines.push([]);
        if (part) lines.at(-1).push({ text: part });
      });
  }
  return lines;
}

function place(blocks, line, button) {
  const first = line[0]?.text ?? "";
  const last = blocks.at(-1);
  if (!line.length || (line.length === 1 && !first.trim() && line[0].text !== undefined)) {
    if (last) last.dataset.closed = "";
    return;
  }
  const open = last && !("closed" in last.dataset) ? last : null;
  if (ITEM.test(first)) {
    const kind = NUMBER.test(first) ? "OL" : "UL";
    const list = last?.tagName === kind ? last : el(kind.toLowerCase());
    if (list !== last) blocks.push(list);
    delete list.dataset.closed;
    list.append(el("li", {}, inline([{ text: first.replace(ITEM, "") }, ...line.slice(1)], button)));
  } else if (open?.tagName === "P") open.append(el("br"), ...inline(line, button));
  else blocks.push(el("p", {}, inline(line.map((p, k) => (k ? p : { ...p, ...(p.text === undefined ? {} : { text: p.text.replace(/^#+\s+/, "") }) })), button)));
}

/** Bold text between double stars; citations inside it stay buttons. */
function inline(line, button) {
  const nodes = [];
  let bold = null;
  for (const piece of line) {
    const into = (node) => (bold ? bold.append(node) : nodes.push(node));
    if (piece.text === undefined) {
      into(button(piece));
      continue;
    }
    piece.text.split("**").forEach((part, k) => {
      if (k) {
        if (bold) bold = null;
        else nodes.push((bold = el("strong")));
      }
      if (part) (bold ? bold : nodes)[bold ? "append" : "push"](part);
    });
  }
  return nodes;
}
