// Shows the screen that the address names: `#/` the start, `#/s/ID` a comparison. Reload and a second tab therefore just work.
import { show } from "./dom.js";
import { SessionScreen } from "./session.js";
import { startScreen } from "./start.js";

const screen = document.getElementById("screen");
const bar = { middle: document.getElementById("bar-middle"), actions: document.getElementById("bar-actions") };
let shown = null;
let prefill = null;

const open = (id) => (location.hash = `#/s/${encodeURIComponent(id)}`);

function restart(wanted) {
  prefill = wanted;
  location.hash = "#/";
}

function route() {
  const named = location.hash.match(/^#\/s\/([^/?]+)/);
  shown?.dispose();
  shown = null;
  show(bar.middle);
  show(bar.actions);
  document.title = "viddiff";
  document.body.className = named ? "at-session" : "at-start";
  if (named) {
    shown = new SessionScreen(decodeURIComponent(named[1]), bar, restart);
    show(screen, shown.element);
  } else {
    show(screen, startScreen(open, prefill));
    prefill = null;
  }
}

document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  screen.focus();
});
addEventListener("hashchange", route);
route();
