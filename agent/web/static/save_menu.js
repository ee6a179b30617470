// What can be taken away from a comparison: the page for the athlete, the data, the film; and the trace where there is one.
import * as api from "./api.js";
import { announce, el } from "./dom.js";

/** @param id of the session @param report of it @param traces whether the server shows traces */
export function saveMenu(id, report, traces) {
  const film = el("button", { type: "button", on: { click: () => saveFilm(id, film) } }, "Film of both clips (MP4)");
  const menu = el(
    "details",
    { class: "menu" },
    el("summary", { class: "button" }, "Save"),
    el(
      "div",
      { class: "menu-items" },
      el("a", { href: api.savedUrl(id, "report.html"), download: "report.html" }, "Report page (HTML)"),
      el("a", { href: api.savedUrl(id, "report.json"), download: "report.json" }, "Report data (JSON)"),
      film,
    ),
  );
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    menu.open = false;
    menu.firstChild.focus();
  });
  menu.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
  });
  const trace = traces && report.trace ? el("a", { class: "button", href: `/trace/${encodeURIComponent(report.trace)}` }, "Trace") : null;
  return [trace, menu].filter(Boolean);
}

async function saveFilm(id, button) {
  const name = button.textContent;
  button.disabled = true;
  button.textContent = "The film is being made …";
  announce(button.textContent);
  try {
    const url = URL.createObjectURL(await api.fetchSaved(id, "film.mp4"));
    el("a", { href: url, download: "film.mp4" }).click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
    announce("The film is saved.");
    button.textContent = name;
  } catch (error) {
    announce(error.message);
    button.textContent = `No film: ${error.message}`;
  } finally {
    button.disabled = false;
  }
}
