// The border between two stages as a slider: dragged with a pointer or moved by a frame with the arrow keys, sent when let go.
import { el, styled } from "./dom.js";
import { frameAt } from "./time_map.js";
import { instant } from "./wording.js";

/** Keys are collected for this long before what they moved is sent. */
const SETTLE_MS = 700;
const TOUCHING_S = 0.0005;

/** Every start and end of a stage once; a border that two stages share is the end of the first. */
export function boundariesOf(repetitions) {
  return repetitions.flatMap((repetition, index) =>
    repetition.spans.flatMap((span, k) => {
      const before = repetition.spans[k - 1];
      const after = repetition.spans[k + 1];
      const shared = after && Math.abs(after.segment.start_s - span.segment.end_s) < TOUCHING_S;
      const joined = before && Math.abs(before.segment.end_s - span.segment.start_s) < TOUCHING_S;
      const low = before ? before.segment.end_s : 0;
      const high = after ? after.segment.start_s : Infinity;
      const start = { edge: "start", span, repetition: index, at: span.segment.start_s, low, high: span.segment.end_s };
      const end = { edge: "end", span, repetition: index, at: span.segment.end_s, low: span.segment.start_s, high: shared ? after.segment.end_s : high, next: shared ? after : null };
      return joined ? [end] : [start, end];
    }),
  );
}

/** What is sent for a boundary that was put to a time. Of two stages that share it the one that grows is named: it pushes the other back. */
export function movedStage(side, boundary, time_s) {
  const grows = boundary.next && time_s < boundary.at ? boundary.next : boundary.span;
  const { start_s, end_s } = grows.segment;
  const atStart = boundary.edge === "start" || grows === boundary.next;
  return { video: side, repetition: boundary.repetition, stage: grows.stage, start_s: atStart ? time_s : start_s, end_s: atStart ? end_s : time_s };
}

function nameOf(boundary) {
  if (boundary.edge === "start") return `Start of ${boundary.span.stage}, repetition ${boundary.repetition + 1}`;
  const then = boundary.next ? ` and start of ${boundary.next.stage}` : "";
  return `End of ${boundary.span.stage}${then}, repetition ${boundary.repetition + 1}`;
}

/** The slider for one boundary on a time line. */
export function boundaryHandle(timeline, boundary) {
  const { player, act } = timeline;
  const edges = [...player.times, player.info.duration_s];
  const low = frameAt(edges, boundary.low) + (boundary.low > 0 || boundary.edge === "end" ? 1 : 0);
  const high = Math.min(edges.length - 1, boundary.high === Infinity ? edges.length - 1 : frameAt(edges, boundary.high) - 1);
  let frame = frameAt(edges, boundary.at);
  const handle = el("div", {
    class: "handle", role: "slider", tabindex: 0, "aria-label": nameOf(boundary), title: nameOf(boundary), "data-key": `${boundary.repetition} ${boundary.span.stage} ${boundary.edge}`,
    "aria-valuemin": edges[low].toFixed(3), "aria-valuemax": edges[high].toFixed(3),
  });

  function put(n) {
    frame = Math.min(high, Math.max(low, n));
    const time = edges[frame];
    handle.setAttribute("aria-valuenow", time.toFixed(3));
    handle.setAttribute("aria-valuetext", instant(time));
    handle.dataset.time = instant(time);
    styled(handle, { left: timeline.at(time) });
  }

  function shift(n) {
    put(n);
    act.peek(player.side, edges[frame]);
  }

  function send() {
    if (Math.abs(edges[frame] - boundary.at) > TOUCHING_S) act.moved(player.side, boundary, edges[frame]);
  }

  put(frame);
  byKeys(handle, () => frame, shift, send, { low, high });
  byPointer(handle, (x) => shift(frameAt(edges, timeline.timeAt(x))), send);
  handle.shift = (by) => shift(frame + by);
  handle.send = send;
  return handle;
}

function byKeys(handle, current, shift, send, { low, high }) {
  let timer = 0;
  handle.addEventListener("keydown", (event) => {
    const to = { ArrowRight: current() + 1, ArrowUp: current() + 1, ArrowLeft: current() - 1, ArrowDown: current() - 1, PageUp: current() + 10, PageDown: current() - 10, Home: low, End: high }[event.key];
    if (event.key === "Enter") {
      clearTimeout(timer);
      send();
    } else if (to !== undefined) {
      shift(to);
      clearTimeout(timer);
      timer = setTimeout(send, SETTLE_MS);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  handle.addEventListener("blur", () => {
    if (!timer) return;
    clearTimeout(timer);
    timer = 0;
    send();
  });
}

function byPointer(handle, moveTo, send) {
  handle.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    handle.focus();
    handle.setPointerCapture(event.pointerId);
    handle.classList.add("dragged");
    const offset = event.clientX - (handle.getBoundingClientRect().left + handle.offsetWidth / 2);
    const move = (now) => moveTo(now.clientX - offset);
    handle.addEventListener("pointermove", move);
    handle.addEventListener(
      "lostpointercapture",
      () => {
        handle.removeEventListener("pointermove", move);
        handle.classList.remove("dragged");
        send();
      },
      { once: true },
    );
  });
}
