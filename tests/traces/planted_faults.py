"""Traces of one difference with one thing wrong in each, and what the screen has to call it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from canned_trace import DIFFERENCES, MODEL, CannedTrace, call, measurement, segment, vote

from viddiff.memory.state import Localization
from viddiff.memory.traces import Localized
from viddiff.memory.values import Repetition, Timeline, Window

KNEES = measurement("knee_flexion", 101, 120, 6)
BOTH = (vote("b"), vote("b", MODEL, "ab"), vote("b", MODEL, "ba"))
ID = "d1"


def begun(home: Path, *, margin: float = 6.0, flat: str = "") -> tuple[CannedTrace, Localization]:
    """Up to the first look."""
    t = CannedTrace(home)
    t.start()
    t.propose((DIFFERENCES[1],), flat=flat)
    return t, t.look(ID, margin=margin)


def asked(t: CannedTrace) -> tuple[str, str]:
    return t.ask("ab", (ID,)), t.ask("ba", (ID,))


def decided(t: CannedTrace, **changed: object) -> Path:
    t.verdict(ID, **{"answer": "b", "confidence": 0.9, "measurement": KNEES, "votes": BOTH, "witnesses": 2, **changed})
    t.finish()
    return t.folder


def sound(home: Path) -> Path:
    t, place = begun(home)
    t.measure(place, "knee_flexion", 101, 120)
    t.both_orders((ID,), {ID: "second"}, {ID: "first"})
    return decided(t)


def biased(home: Path) -> Path:
    t, place = begun(home)
    t.measure(place, "knee_flexion", 101, 120)
    t.both_orders((ID,), {ID: "first"}, {ID: "first"})
    return decided(t, answer="unknown", uncertain="orders disagree")


def flat(home: Path) -> Path:
    t, place = begun(home, flat="b", margin=0.1)
    t.measure(place, "knee_flexion", 101, 103)
    return decided(t, answer="unknown", witnesses=1, votes=(), uncertain="weak alignment")


def nobody(home: Path) -> Path:
    t, _ = begun(home)
    t.unmeasured(ID, "no person was found in B")
    return decided(t, answer="unknown", measurement=None, evidence=t.evidence(posed=False))


def low_margin(home: Path) -> Path:
    t, place = begun(home, margin=0.3)
    t.measure(place, "knee_flexion", 101, 120)
    return decided(t, uncertain="weak alignment", witnesses=1, votes=(vote("b"),))


def far_apart(home: Path) -> Path:
    t, _ = begun(home)
    a, b = t.timelines["a"].repetitions[0].segment, t.timelines["b"].repetitions[0].segment
    windows = [Window(segment=segment(at, at + 0.1), key_s=round(at, 3)) for at in (a.start_s + 0.2, b.end_s - 0.2)]
    place = Localization(id=ID, strategy="extremum", a=(windows[0],), b=(windows[1],), changed="where the quantity peaks")
    t.tell(Localized(place=place, cause="small difference"))
    t.measure(place, "knee_flexion", 101, 120)
    return decided(t, witnesses=1, votes=(vote("b"),))


def wrong_moment(home: Path) -> Path:
    t, _ = begun(home)
    t.both_orders((ID,), {ID: ("cannot_tell", "wrong_moment")}, {ID: ("cannot_tell", "wrong_moment")})
    return decided(t, answer="unknown", measurement=None, uncertain="wrong moment")


def cut(home: Path) -> Path:
    t, _ = begun(home)
    first, second = asked(t)
    t.reply(first, {ID: "first"})
    error = "api.openai.com: the reply cannot be used: its reply was cut off; try another model"
    t.reply(second, {}, reply=None, error=error, calls=2, repaired=1)
    return decided(t, answer="unknown", measurement=None)


def left_out(home: Path) -> Path:
    t, _ = begun(home)
    t.both_orders((ID,), {ID: "second"}, {})
    return decided(t, answer="unknown", measurement=None)


def exhausted(home: Path) -> Path:
    t, _ = begun(home)
    first, second = asked(t)
    error = "the limit of 3 model calls is reached; allow more with --max-calls"
    for name in (first, second):
        t.reply(name, {}, reply=None, error=error, calls=0, cost_usd=0.0)
    t.warn("the limit was reached before every question was put")
    return decided(t, answer="unknown", measurement=None)


def disputed(home: Path) -> Path:
    t, place = begun(home)
    t.measure(place, "knee_flexion", 101, 120)
    t.both_orders((ID,), {ID: "first"}, {ID: "second"})
    votes = (vote("b"), vote("a", MODEL, "ab"), vote("a", MODEL, "ba"))
    return decided(t, answer="unknown", uncertain="witnesses disagree", votes=votes)


def close(home: Path) -> Path:
    t, place = begun(home)
    t.measure(place, "knee_flexion", 101, 103)
    found = measurement("knee_flexion", 101, 103, 8)
    return decided(t, answer="unknown", measurement=found, witnesses=1, votes=(), uncertain="small difference")


def wrong_view(home: Path) -> Path:
    t, place = begun(home)
    t.measure(place, "knee_flexion", 101, 103)
    reason = "cannot tell: knee bend cannot be judged from the front, as A is filmed"
    return decided(t, answer="unknown", witnesses=1, votes=(), reason=reason)


def stalled(home: Path) -> Path:
    t, _ = begun(home)
    t.warn("the planner stalled (its tool calls change nothing); the embedded planner finished the run")
    return decided(t)


def retried(home: Path) -> Path:
    t, _ = begun(home)
    first, second = asked(t)
    t.reply(first, {ID: "second"}, calls=4)
    t.reply(second, {ID: "first"})
    return decided(t)


def refused(home: Path) -> Path:
    t, _ = begun(home)
    asked_for = call("query_vlm", 3, (ID,))
    t.turn(asked_for)
    t.begin(asked_for)
    first, _ = asked(t)
    t.reply(first, {}, reply=None, error="127.0.0.1:9: connection refused; check the server", calls=5)
    t.end(asked_for, "query_vlm: the model server failed", 4.0)
    t.finish("failed", "127.0.0.1:9: the server refuses the connection")
    return t.folder


def killed(home: Path) -> Path:
    t, _ = begun(home)
    asked(t)
    return t.folder


def unplaced(home: Path) -> Path:
    t = CannedTrace(home)
    t.timelines["b"] = Timeline(
        repetitions=tuple(
            Repetition(segment=r.segment, peak_s=r.peak_s, spans=tuple(s for s in r.spans if s.stage != "bottom"))
            for r in t.timelines["b"].repetitions
        )
    )
    t.start()
    t.propose((DIFFERENCES[1],))
    t.look(ID)
    t.unmeasured(ID, "the moment that the statement is about was not found in B")
    return decided(t, answer="unknown", measurement=None, uncertain="moment not found")


FAULTS: dict[str, tuple[Callable[[Path], Path], str]] = {
    "biased model": (biased, "biased model"),
    "flat similarities": (flat, "flat similarities"),
    "missing person": (nobody, "missing person"),
    "low margin": (low_margin, "wrong instants"),
    "instants far apart": (far_apart, "wrong instants"),
    "wrong moment": (wrong_moment, "wrong instants"),
    "stage not found": (unplaced, "wrong instants"),
    "cut reply": (cut, "unusable reply"),
    "left out": (left_out, "left out"),
    "exhausted budget": (exhausted, "exhausted budget"),
    "witnesses disagree": (disputed, "witnesses disagree"),
    "close to the error": (close, "close to the error"),
    "wrong view": (wrong_view, "wrong view"),
    "stalled planner": (stalled, "stalled planner"),
    "retried requests": (retried, "server error"),
    "refused connection": (refused, "server error"),
    "killed run": (killed, "no end"),
}
"""What is planted, and the kind of trouble that must be named."""
