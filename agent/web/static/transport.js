// The controls under the clips: play, frame and stage steps, scrubbing, speed, loops, who leads.
import { el, show } from "./dom.js";
import { icon, iconButton } from "./icons.js";
import { placeAt } from "./time_map.js";
import { instant } from "./wording.js";

export const SPEEDS = [0.1, 0.25, 0.5, 0.75, 1];

function choice(label, options, run) {
  const select = el("select", { on: { change: () => run(select.value) } }, options.map(([value, text]) => el("option", { value }, text)));
  return { select, element: el("label", { class: "choice" }, el("span", {}, label), select) };
}

export class Transport {
  #shown = null;

  /** @param clock the master clock @param stages the Stages of this comparison */
  constructor(clock, stages) {
    this.clock = clock;
    this.stages = stages;
    this.playButton = iconButton("play", "Play", () => clock.toggle(), { class: "icon-button play" });
    this.scrub = el("input", { type: "range", class: "scrub", min: 0, step: 1, value: 0, "aria-label": "Frame", on: { input: () => this.#scrubbed() } });
    this.where = el("p", { class: "where" });
    this.speed = choice("Speed", SPEEDS.map((s) => [s, `${s}×`]), (s) => clock.setSpeed(Number(s)));
    this.speed.select.value = "1";
    this.loop = choice("Loop", [["", "off"], ["stage", "stage"], ["repetition", "repetition"]], (kind) => stages.setLoop(kind));
    this.lead = choice("Lead", [["a", "A"], ["b", "B"]], (side) => clock.setLead(side));
    this.element = el(
      "div",
      { class: "transport", role: "group", "aria-label": "Playback" },
      this.scrub,
      el(
        "div",
        { class: "keys" },
        iconButton("previous", "Previous stage", () => stages.goBy(-1)),
        iconButton("back", "One frame back", () => clock.step(-1)),
        this.playButton,
        iconButton("forward", "One frame forward", () => clock.step(1)),
        iconButton("next", "Next stage", () => stages.goBy(1)),
        this.where,
      ),
      el("div", { class: "choices" }, this.speed.element, this.loop.element, this.lead.element),
    );
    clock.watch(() => this.update());
    stages.watch(() => this.update());
    this.update();
  }

  #scrubbed() {
    const { clock } = this;
    clock.pause();
    clock.jump(clock.lead, clock.leader.times[Number(this.scrub.value)]);
  }

  /** One step through the list of speeds. */
  changeSpeed(by) {
    const index = SPEEDS.indexOf(this.clock.speed) + by;
    if (SPEEDS[index]) this.clock.setSpeed(SPEEDS[index]);
  }

  update() {
    const { clock, scrub } = this;
    const { frame, times } = clock.leader;
    scrub.max = times.length - 1;
    scrub.value = frame;
    const place = placeAt(this.stages.timelines?.[clock.lead], times[frame]);
    const stage = place?.span?.stage ?? "";
    const said = `${clock.lead.toUpperCase()} ${instant(times[frame])}, frame ${frame} of ${times.length - 1}${stage ? `, ${stage}` : ""}`;
    scrub.setAttribute("aria-valuetext", said);
    this.where.textContent = stage;
    if (this.#shown !== clock.playing) {
      this.#shown = clock.playing;
      show(this.playButton, icon(clock.playing ? "pause" : "play"));
      this.playButton.setAttribute("aria-label", clock.playing ? "Pause" : "Play");
      this.playButton.title = clock.playing ? "Pause" : "Play";
    }
    this.speed.select.value = String(clock.speed);
    this.lead.select.value = clock.lead;
    this.loop.select.value = this.stages.loopKind;
    this.loop.select.disabled = !this.stages.timelines;
  }
}
