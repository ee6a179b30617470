"""A trace written by hand: two squats compared, with every kind of trouble that can be planted in it."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from viddiff.memory.model_traces import ModelAsked, ModelReplied, Picture
from viddiff.memory.report import Backends
from viddiff.memory.state import Localization, Plan, Used
from viddiff.memory.trace_recorder import TRACE, FileRecorder
from viddiff.memory.traces import (
    Aligned,
    Decided,
    Event,
    Line,
    Localized,
    Measured,
    NodeEntered,
    NodeLeft,
    PlannerSpoke,
    Proposed,
    Retrieved,
    RunEnded,
    RunStarted,
    Spent,
    StatusGiven,
    ToolAnswered,
    ToolCalled,
    Warned,
)
from viddiff.memory.values import (
    Difference,
    Evidence,
    KeyFrame,
    Measurement,
    Question,
    Repetition,
    Segment,
    Stage,
    StageSpan,
    Timeline,
    Verdict,
    VideoInfo,
    Vote,
    Window,
)

RUN = "0123456789ab"
MODEL = "openai:gpt-4o"
FPS = 30.0
STAGES = tuple(
    Stage(name=name, description=text, retrieval=(text,))
    for name, text in (("descend", "Hips and knees bend"), ("bottom", "The lowest point"), ("rise", "Back to standing"))
)
DIFFERENCES = (
    Difference(id="d0", description="The hips sink deeper", stages=("bottom",), question=Question(quantity="depth", direction=1)),
    Difference(
        id="d1",
        description="The knees bend more at the bottom",
        stages=("bottom",),
        question=Question(quantity="knee_flexion", direction=1, phase="bottom"),
    ),
    Difference(
        id="d2",
        description="The torso leans further forward",
        stages=("descend",),
        question=Question(quantity="torso_forward_lean", direction=1),
    ),
    Difference(id="d3", description="The gaze is directed up", unmeasurable="no quantity for where somebody looks"),
    Difference(
        id="d4",
        description="The ascent is slower <img src=x onerror=alert(1)>",
        stages=("rise",),
        question=Question(quantity="duration", direction=1),
    ),
)
POSE = tuple((100.0 + i, 50.0 + 5 * i, 0.9) for i in range(33))


def clip(side: str, duration_s: float) -> VideoInfo:
    return VideoInfo(
        path=f"/home/somebody/squat_{side}.mp4",
        sha256=side * 64,
        duration_s=duration_s,
        fps=FPS,
        width=640,
        height=360,
        frames=round(duration_s * FPS),
    )


def segment(start_s: float, end_s: float) -> Segment:
    return Segment(start_s=round(start_s, 3), end_s=round(end_s, 3))


def timeline(duration_s: float, each_s: float, margin: float = 6.0, first_s: float = 0.4) -> Timeline:
    """Repetitions one after the other, three stages in each."""
    repetitions = []
    start = first_s
    while start + each_s <= duration_s:
        edges = [start + each_s * share for share in (0.0, 0.4, 0.6, 1.0)]
        spans = tuple(
            StageSpan(stage=stage.name, segment=segment(a, b), key_s=round((a + b) / 2, 3), margin=margin)
            for stage, a, b in zip(STAGES, edges, edges[1:], strict=False)
        )
        repetitions.append(Repetition(segment=segment(start, start + each_s), peak_s=start + each_s / 2, spans=spans))
        start += each_s + 0.3
    return Timeline(repetitions=tuple(repetitions))


def similarities(line: Timeline, duration_s: float, *, flat: bool = False) -> dict[str, np.ndarray]:
    """Of three stages to every frame."""
    times = np.arange(round(duration_s * FPS)) / FPS
    rows = np.full((3, len(times)), 0.2)
    if not flat:
        for repetition in line.repetitions:
            for k, span in enumerate(repetition.spans):
                width = max((span.segment.end_s - span.segment.start_s) / 2, 0.1)
                rows[k] += 0.1 * np.exp(-(((times - span.key_s) / width) ** 2))
    rows += np.random.default_rng(7).normal(0, 0.002, rows.shape)
    emissions = np.log(1 / 3) + (np.zeros_like(rows) if flat else 25 * (rows - 0.25))
    return {"times_s": times, "similarities": rows, "emissions": emissions}


def sheet(order: str) -> bytes:
    """Two figures under their labels, as a model is shown them."""
    whole = Image.new("RGB", (640, 386), "#fffdf8")
    draw = ImageDraw.Draw(whole)
    for k, side in enumerate(order):
        left, sunk = 320 * k, 60 if side == "b" else 20
        draw.rectangle((left + 4, 26, left + 316, 386), fill="#b8c4c0" if side == "a" else "#c9bfae")
        draw.text((left + 10, 6), f"Video {k + 1}", fill="black")
        hip, head = (left + 150, 210 + sunk), (left + 175, 90 + sunk)
        draw.ellipse((head[0] - 22, head[1] - 22, head[0] + 22, head[1] + 22), fill="#444")
        for points in (
            [head, hip],
            [hip, (left + 205, 260 + sunk // 2), (left + 165, 350)],
            [(head[0] - 8, head[1] + 40), (left + 240, 150 + sunk)],
        ):
            draw.line(points, fill="#333", width=16, joint="curve")
    file = io.BytesIO()
    whole.save(file, "JPEG", quality=80)
    return file.getvalue()


class CannedTrace:
    """Writes a trace step by step; the clock moves only when it is told to."""

    def __init__(self, home: Path, run_id: str = RUN, duration_s: float = 12.0, each_s: float = 3.0) -> None:
        self.run_id, self.duration_s = run_id, duration_s
        self.folder = home / "runs" / run_id
        self.folder.mkdir(parents=True, exist_ok=True)
        self.keeper = FileRecorder(self.folder)
        self.timelines = {"a": timeline(duration_s, each_s), "b": timeline(duration_s, each_s * 1.15, first_s=0.7)}
        self.now = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
        self.n = self.calls = 0
        self.cost = 0.0

    def tell(self, event: Event, after: float = 0.02) -> None:
        self.now += timedelta(seconds=after)
        line = Line(n=self.n, at=self.now, event=event)
        with (self.folder / TRACE).open("a", encoding="utf-8") as file:
            file.write(line.model_dump_json() + "\n")
        self.n += 1

    def start(self, **changed: Any) -> None:
        fields: dict[str, Any] = {
            "run_id": self.run_id,
            "version": "0.1.0",
            "action": "squat",
            "setting": "closed",
            "max_differences": 10,
            "videos": {side: clip(side, self.duration_s) for side in ("a", "b")},
            "backends": Backends(planner=MODEL, proposer="library", encoder="pose", verifier=("measurement", MODEL)),
            "settings": {"max_calls": 200, "max_cost": 5.0, "fps": 30.0, "encoder": "auto", "max_attempts": 3},
        }
        self.tell(RunStarted.model_validate(fields | changed))

    def turn(self, *calls: ToolCalled, status: dict[str, Any] | None = None, seconds: float = 1.1) -> None:
        """A review and a planner's turn."""
        task = str(self.n)
        self.tell(NodeEntered(node="review", task=f"r{task}"))
        self.tell(StatusGiven(status={"step": 1, "proposed": True, **(status or {})}))
        self.tell(NodeLeft(node="review", task=f"r{task}", seconds=0.02), 0.0)
        self.tell(NodeEntered(node="planner", task=f"p{task}"))
        self.tell(PlannerSpoke(by=MODEL, text="" if calls else "All is decided.", calls=calls), seconds)
        self.tell(NodeLeft(node="planner", task=f"p{task}", seconds=seconds), 0.0)

    def begin(self, call: ToolCalled) -> None:
        self.tell(NodeEntered(node="tools", task=f"t-{call.id}", call=call.id))

    def end(self, call: ToolCalled, said: str, seconds: float, error: str = "") -> None:
        self.tell(ToolAnswered(call=call.id, name=call.name, said=said), 0.0)
        self.tell(NodeLeft(node="tools", task=f"t-{call.id}", seconds=seconds, error=error), 0.0)

    def propose(self, differences: tuple[Difference, ...] = DIFFERENCES, flat: str = "") -> None:
        call = ToolCalled(id="c-propose", name="propose_differences", arguments={"max_differences": 10})
        self.turn(call, status={"proposed": False})
        self.begin(call)
        for side in ("a", "b"):
            kept = self.keeper.keep_arrays(**similarities(self.timelines[side], self.duration_s, flat=side in flat))
            names = tuple(stage.name for stage in STAGES)
            self.tell(Retrieved(video=side, encoder="pose", stages=names, arrays=kept), 1.4)
        self.tell(Proposed(plan=Plan(action="squat", stages=STAGES, differences=differences, peak_stage="bottom")))
        self.tell(Aligned(timelines=self.timelines))
        self.end(call, f"squat: 3 stages, {len(differences)} differences", 2.9)

    def windows(self, side: str, stage: str, moved_s: float = 0.0) -> tuple[Window, ...]:
        spans = [span for r in self.timelines[side].repetitions for span in r.spans if span.stage == stage]
        return tuple(
            Window(segment=segment(s.segment.start_s + moved_s, s.segment.end_s + moved_s), key_s=round(s.key_s + moved_s, 3))
            for s in spans
        )

    def look(
        self,
        id_: str,
        stage: str = "bottom",
        strategy: str = "align",
        cause: str = "",
        margin: float | None = 6.0,
        moved_s: float = 0.0,
    ) -> Localization:
        changed = {
            "align": "key frames of the aligned stages",
            "extremum": "key instants moved to where the quantity itself peaks",
        }
        place = Localization(
            id=id_,
            strategy=strategy,
            a=self.windows("a", stage),
            b=self.windows("b", stage, moved_s),
            margin=margin if strategy == "align" else None,
            changed=changed.get(strategy, "every frame around the key instants"),
        )
        self.tell(Localized(place=place, cause=cause))
        return place

    def measure(self, place: Localization, quantity: str = "depth", a: float = 48.0, b: float = 60.0) -> None:
        curves = {}
        for side, value in (("a", a), ("b", b)):
            times = np.arange(round(self.duration_s * FPS)) / FPS
            curve = np.zeros(len(times))
            for r in self.timelines[side].repetitions:
                half = (r.segment.end_s - r.segment.start_s) / 3.2
                curve += value * np.exp(-(((times - r.peak_s) / half) ** 2) * 2)
            curve += np.random.default_rng(3).normal(0, 0.4, len(times))
            curve[40:52] = np.nan
            curves |= {f"times_{side}": times, f"curve_{side}": curve}
        kept = self.keeper.keep_arrays(**curves)
        question = Question(quantity=quantity, direction=1)
        keys = {"a": tuple(w.key_s for w in place.a), "b": tuple(w.key_s for w in place.b)}
        windows = {"a": place.a, "b": place.b}
        self.tell(Measured(id=place.id, question=question, windows=windows, keys_s=keys, arrays=kept), 0.05)

    def unmeasured(self, id_: str, problem: str) -> None:
        self.tell(Measured(id=id_, problem=problem))

    def verdict(self, id_: str, answer: str, confidence: float = 0.9, kept: bool = True, **fields: Any) -> None:
        lean = answer if answer in ("a", "b") else "b"
        default = {"reason": "read off both clips", "evidence": self.evidence()}
        self.tell(
            Decided(verdict=Verdict(id=id_, answer=answer, lean=lean, confidence=confidence, **(default | fields)), kept=kept)
        )

    def evidence(self, posed: bool = True) -> Evidence:
        def key(side: str) -> tuple[KeyFrame, ...]:
            at = next((window.key_s for window in self.windows(side, "bottom")), 1.0)
            return (KeyFrame(time_s=at, frame=round(at * FPS), pose=POSE if posed else None),)

        return Evidence(a=key("a"), b=key("b"))

    def ask(self, order: str, ids: tuple[str, ...]) -> str:
        name = self.keeper.keep_frame(sheet(order))
        self.calls += 1
        asked = f"q{self.calls}"
        statements = "\n".join(f"[{id_}] {d.description}" for id_ in ids for d in DIFFERENCES if d.id == id_)
        parts = (
            "Left: Video 1. Right: Video 2.",
            Picture(frame=name, width=640, height=386),
            f"The action: squat. Both videos are shown at the same moment of the action.\n\nStatements, one a line as [id] statement:\n{statements}",
        )
        system = "You compare two videos of the same action by still pictures from both."
        self.tell(
            ModelAsked(
                id=asked,
                model=MODEL,
                role="vlm",
                prompt_version="1f2e3d4c-5b6a7988",
                system=system,
                parts=parts,
                differences=ids,
                order=order,
            )
        )
        return asked

    def reply(self, asked: str, choices: dict[str, str | tuple[str, str]], seconds: float = 2.3, **fields: Any) -> None:
        """Choices per difference: "first", or ("cannot_tell", obstacle)."""
        answers = []
        for id_, chosen in choices.items():
            choice, obstacle = (chosen, "none") if isinstance(chosen, str) else chosen
            reason = "Video 1 sinks lower than Video 2." if choice == "first" else "Video 2 sinks lower than Video 1."
            answers.append({"id": id_, "reason": reason, "choice": choice, "obstacle": obstacle, "confidence": 0.8})
        default = {
            "reply": {"answers": answers},
            "calls": 1,
            "input_tokens": 1180,
            "output_tokens": 96,
            "images": 1,
            "cost_usd": 0.0039,
        }
        usage = default | fields
        self.cost += float(usage["cost_usd"])
        self.tell(ModelReplied(id=asked, seconds=seconds, **usage), seconds)

    def both_orders(self, ids: tuple[str, ...], ab: dict[str, Any], ba: dict[str, Any]) -> None:
        first, second = self.ask("ab", ids), self.ask("ba", ids)
        self.reply(first, ab)
        self.reply(second, ba, 0.4)

    def warn(self, text: str) -> None:
        self.tell(Warned(text=text))

    def finish(self, status: str = "done", error: str = "") -> None:
        self.tell(Spent(used=Used(steps=4, calls=self.calls, cost_usd=self.cost)))
        spent = {
            "calls": self.calls + 4,
            "input_tokens": 9120,
            "output_tokens": 840,
            "images": self.calls,
            "cost_usd": self.cost + 0.011,
        }
        self.tell(RunEnded(status=status, error=error, seconds=14.2, **spent))


def measurement(quantity: str, a: float, b: float, half: float, unit: str = "deg") -> Measurement:
    return Measurement(quantity=quantity, unit=unit, a=a, b=b, difference=b - a, interval=(b - a - half, b - a + half))


def vote(answer: str, source: str = "measurement", order: str = "-", confidence: float = 0.8) -> Vote:
    return Vote(source=source, order=order, answer=answer, confidence=confidence)


def call(name: str, number: int, ids: tuple[str, ...], **arguments: Any) -> ToolCalled:
    return ToolCalled(id=f"c{number}-{name}", name=name, arguments={"difference_ids": list(ids), **arguments})


def full_trace(home: Path, run_id: str = RUN, duration_s: float = 12.0) -> CannedTrace:
    """Five differences: sound, biased, too close, left out, disputed; two looks for the second."""
    t = CannedTrace(home, run_id, duration_s)
    t.start()
    t.propose()
    ids = ("d0", "d1", "d2", "d3", "d4")
    stages = {"d0": "bottom", "d1": "bottom", "d2": "descend", "d3": "bottom", "d4": "rise"}
    first = call("retrieve_keyframes", 1, ids, strategy="align")
    t.turn(first, status={"to_retrieve": list(ids)})
    t.begin(first)
    places = {id_: t.look(id_, stages[id_], margin=0.6 if id_ == "d1" else 6.0) for id_ in ids}
    t.end(first, "align: key frames for 5 differences", 0.2)
    second = call("measure_motion", 2, ids)
    t.turn(second, status={"to_decide": list(ids)})
    t.begin(second)
    depth = measurement("depth", 48, 60, 7, "% of leg length")
    lean = measurement("torso_forward_lean", 38, 41, 8)
    t.measure(places["d0"])
    t.verdict(
        "d0",
        "b",
        0.93,
        measurement=depth,
        votes=(vote("b"),),
        reason="B shows it more: depth of the hips 48 in A, 60 in B (% of leg length)",
    )
    t.measure(places["d1"], "knee_flexion", 101, 104)
    knees = measurement("knee_flexion", 101, 104, 9)
    close = "cannot tell: knee bend 101 in A, 104 in B (deg), a difference smaller than the measuring error"
    t.verdict("d1", "unknown", 0.5, measurement=knees, votes=(vote("unknown"),), uncertain="small difference", reason=close)
    t.measure(places["d2"], "torso_forward_lean", 38, 41)
    t.verdict("d2", "unknown", 0.5, measurement=lean, votes=(vote("unknown"),), uncertain="small difference",
              reason="cannot tell: torso forward lean 38 in A, 41 in B (deg), a difference smaller than the measuring error")  # fmt: skip
    t.unmeasured("d3", "the statement does not name anything that can be measured on a body")
    t.verdict("d3", "unknown", 0.0, votes=(vote("unknown"),))
    t.measure(places["d4"], "duration", 1.2, 1.4)
    t.verdict("d4", "b", 0.8, measurement=measurement("duration", 1.2, 1.4, 0.1, "s"), votes=(vote("b"),))
    t.end(second, "measured 5 differences, 3 undecided", 0.9)
    third = call("query_vlm", 3, ids, order="both")
    t.turn(third, status={"to_ask": list(ids)})
    t.begin(third)
    t.both_orders(
        ("d0", "d1", "d3"), {"d0": "second", "d1": "first", "d3": ("cannot_tell", "too_small")}, {"d0": "first", "d1": "first"}
    )
    t.both_orders(("d2", "d4"), {"d2": "same", "d4": "first"}, {"d2": "same", "d4": "second"})
    both = {"witnesses": 2}
    t.verdict("d0", "b", 0.95, measurement=depth, **both,
              votes=(vote("b"), vote("b", MODEL, "ab"), vote("b", MODEL, "ba")),
              reason="B shows it more: depth of the hips 48 in A, 60 in B (% of leg length); the model agrees")  # fmt: skip
    t.verdict("d1", "unknown", 0.5, measurement=knees, **both, uncertain="orders disagree", reason=close,
              votes=(vote("unknown"), vote("a", MODEL, "ab"), vote("b", MODEL, "ba")))  # fmt: skip
    t.verdict("d2", "unknown", 0.5, measurement=lean, **both, uncertain="small difference",
              votes=(vote("unknown"), vote("same", MODEL, "ab"), vote("same", MODEL, "ba")),
              reason="cannot tell: torso forward lean 38 in A, 41 in B (deg), a difference smaller than the measuring error")  # fmt: skip
    t.verdict(
        "d3",
        "unknown",
        0.0,
        **both,
        votes=(vote("unknown"), vote("unknown", MODEL, "ab")),
        reason="the model left it out of its reply",
    )
    t.verdict("d4", "unknown", 0.5, measurement=measurement("duration", 1.2, 1.4, 0.1, "s"), **both, uncertain="witnesses disagree",
              votes=(vote("b"), vote("a", MODEL, "ab"), vote("a", MODEL, "ba")),
              reason="cannot tell, the witnesses disagree: B shows it more; to the model A shows it more")  # fmt: skip
    t.end(third, "asked about 5 differences in 4 questions, 1 void", 6.1)
    again = call("retrieve_keyframes", 4, ("d1",), strategy="extremum")
    t.turn(again, status={"look_again": {"extremum": ["d1"]}})
    t.begin(again)
    place = t.look("d1", "bottom", "extremum", "orders disagree", moved_s=0.12)
    t.end(again, "extremum: key frames for 1 differences", 0.1)
    last = call("measure_motion", 5, ("d1",))
    t.turn(last, status={"to_decide": ["d1"]})
    t.begin(last)
    t.measure(place, "knee_flexion", 101, 108)
    t.verdict("d1", "b", 0.81, kept=False, measurement=measurement("knee_flexion", 101, 108, 6), votes=(vote("b"),))
    t.end(last, "measured 1 differences, 0 undecided", 0.2)
    t.warn("A is seen from the side and B from the front: angles carry a larger error")
    t.turn(status={"decided": list(ids)}, seconds=0.8)
    t.finish()
    return t


def old_trace(home: Path, run_id: str = "aaaaaaaaaaaa") -> Path:
    """A trace of another version, cut off within its last line."""
    t = full_trace(home, run_id)
    path = t.folder / TRACE
    lines = path.read_text(encoding="utf-8").splitlines()
    first = json.loads(lines[0])
    first["event"]["trace_schema"] = "viddiff.trace/0"
    path.write_text("\n".join([json.dumps(first), *lines[1:-1], lines[-1][:40]]), encoding="utf-8")
    return t.folder
