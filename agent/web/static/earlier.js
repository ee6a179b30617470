// The list of earlier conversations on the start screen: open one, or delete it after asking.
import * as api from "./api.js";
import { announce, el, show } from "./dom.js";

const STATUS = { queued: "waiting", running: "running", failed: "failed", cancelled: "cancelled" };
const WHEN = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" });

function when(created) {
  const date = new Date(typeof created === "number" ? created * 1000 : created);
  return Number.isNaN(date.getTime()) ? "" : WHEN.format(date);
}

/** The section; it stays hidden while there is nothing earlier. */
export function earlier() {
  const list = el("ul", { class: "earlier-list" });
  const trouble = el("p", { class: "trouble", role: "alert", hidden: true });
  const element = el("section", { class: "earlier", "aria-labelledby": "earlier-title", hidden: true }, el("h2", { id: "earlier-title" }, "Earlier"), trouble, list);

  async function refresh() {
    try {
      const found = await api.sessions();
      element.hidden = !found.length;
      show(list, found.map((session) => row(session, refresh)));
    } catch (error) {
      element.hidden = trouble.hidden = false;
      trouble.textContent = error.message;
    }
  }

  refresh();
  return element;
}

function row(session, refresh) {
  const { a, b } = session.names;
  const status = STATUS[session.status];
  const facts = [`${a} and ${b}`, status, when(session.created)].filter(Boolean).join(" · ");
  const remove = el("button", { type: "button", class: "quiet", "aria-label": `Delete ${session.action}` }, "Delete");
  const link = el("a", { href: `#/s/${encodeURIComponent(session.id)}` }, el("b", {}, session.action), el("span", { class: "soft small" }, facts));
  let sure = false;
  const ask = (on) => {
    sure = on;
    remove.textContent = on ? "Delete for good?" : "Delete";
    remove.setAttribute("aria-label", `${remove.textContent} ${session.action}`);
    remove.classList.toggle("danger", on);
  };
  remove.addEventListener("click", async () => {
    if (!sure) return ask(true);
    try {
      await api.removeSession(session.id);
      announce("Deleted");
    } catch (error) {
      announce(error.message);
    }
    return refresh();
  });
  remove.addEventListener("blur", () => ask(false));
  return el("li", {}, link, remove);
}
