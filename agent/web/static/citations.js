// Finds cited instants in an answer and which instants of the other clip the same sentence cites. Pure functions.
import { other } from "./time_map.js";

const BRACKET = /\[([AB]\s+\d[\d:.]*\s*s?(?:\s*[,;/]\s*[AB]\s+\d[\d:.]*\s*s?)*)\]/g;
const ONE = /([AB])\s+(\d[\d:.]*)\s*s?/g;
/** A text rounds to hundredths; the list of citations beside it does not. */
const ROUNDED_S = 0.0061;

function seconds(text) {
  const [first, second] = text.split(":").map(Number);
  return second === undefined ? first : 60 * first + second;
}

/** Splits a text into {text} and {side, time_s, label} pieces, exact times taken from the reply's citations. */
export function pieces(text, citations = []) {
  const found = [];
  let end = 0;
  for (const bracket of text.matchAll(BRACKET)) {
    if (bracket.index > end) found.push({ text: text.slice(end, bracket.index) });
    for (const [label, letter, time] of bracket[1].matchAll(ONE)) {
      const side = letter.toLowerCase();
      const written = seconds(time);
      const near = citations.filter((c) => c.video === side && Math.abs(c.time_s - written) <= ROUNDED_S);
      found.push({ side, time_s: near[0]?.time_s ?? written, label: label.trim() });
    }
    end = bracket.index + bracket[0].length;
  }
  if (end < text.length) found.push({ text: text.slice(end) });
  return found;
}

/** Gives every citation the number of its sentence; citations right after a full stop belong to the sentence before it. */
function numbered(all) {
  let sentence = 0;
  let ended = false;
  return all.map((piece) => {
    if (piece.text === undefined) return { ...piece, sentence };
    for (const part of piece.text.split(/(?<=[.!?])(?=\s|$)|(?<=\n)/)) {
      if (ended && part.trim()) {
        sentence += 1;
        ended = false;
      }
      if (/[.!?]$|\n$/.test(part)) ended = true;
    }
    return piece;
  });
}

/** The same pieces; each citation gets `partner_s`, the instant that its sentence cites in the other clip, or null. */
export function paired(all) {
  const marked = numbered(all);
  const cited = (side, sentence) => marked.filter((p) => p.side === side && p.sentence === sentence);
  return marked.map((piece) => {
    if (piece.text !== undefined) return piece;
    const mine = cited(piece.side, piece.sentence);
    const theirs = cited(other(piece.side), piece.sentence);
    const partner = theirs[mine.indexOf(piece)] ?? theirs[theirs.length - 1];
    return { ...piece, partner_s: partner ? partner.time_s : null };
  });
}
