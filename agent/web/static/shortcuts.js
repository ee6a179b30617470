// The keys of the player area. They act only while the focus is inside it, and never take a key that the focused control needs.

const PAN_PX = 40;
const MODES = { 1: "side", 2: "ghost", 3: "wipe" };
const LOOPS = ["", "stage", "repetition"];

/** Whether the focused control uses this key itself. */
function taken(target, key) {
  if (target.matches("textarea, select, input[type=text], input[type=number]")) return true;
  if (target.matches("input[type=range], input[type=radio]")) return key.startsWith("Arrow") || key.startsWith("Page") || key === "Home" || key === "End" || key === " ";
  return target.matches("button, a, summary, [role=slider]") && key === " ";
}

/** What each key does; `part` holds the parts of the workspace. */
function actions({ clock, stages, transport, view, viewBar, help }) {
  const pan = (x, y) => view.zoom > 1 && view.panBy(x * PAN_PX, y * PAN_PX);
  return {
    " ": () => clock.toggle(),
    ArrowLeft: () => clock.step(-1),
    ArrowRight: () => clock.step(1),
    "Shift+ArrowLeft": () => pan(1, 0),
    "Shift+ArrowRight": () => pan(-1, 0),
    "Shift+ArrowUp": () => pan(0, 1),
    "Shift+ArrowDown": () => pan(0, -1),
    PageUp: () => stages.goBy(-1),
    PageDown: () => stages.goBy(1),
    Home: () => clock.step(-Infinity),
    End: () => clock.step(Infinity),
    "[": () => transport.changeSpeed(-1),
    "]": () => transport.changeSpeed(1),
    l: () => stages.timelines && stages.setLoop(LOOPS[(LOOPS.indexOf(stages.loopKind) + 1) % LOOPS.length]),
    t: () => clock.setLead(clock.lead === "a" ? "b" : "a"),
    m: () => viewBar.press("mirror"),
    s: () => viewBar.press("body"),
    "+": () => viewBar.zoomBy(1.25),
    "=": () => viewBar.zoomBy(1.25),
    "-": () => viewBar.zoomBy(1 / 1.25),
    0: () => viewBar.zoomTo(1),
    1: () => viewBar.setMode(MODES[1]),
    2: () => viewBar.setMode(MODES[2]),
    3: () => viewBar.setMode(MODES[3]),
    "?": () => help.showModal(),
  };
}

/** Listens for keys inside the player area. */
export function listenForKeys(area, parts) {
  const run = actions(parts);
  area.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || taken(event.target, event.key)) return;
    const name = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const act = run[event.shiftKey && name.startsWith("Arrow") ? `Shift+${name}` : name];
    if (!act) return;
    event.preventDefault();
    act();
  });
}
