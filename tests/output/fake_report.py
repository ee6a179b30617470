"""A realistic report with every kind of answer, and clips whose frames tell their own number."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from viddiff.memory.report import Backends, DifferenceReport, Report, StageReport, Usage, Videos
from viddiff.memory.values import Attempt, Evidence, KeyFrame, Measurement, Segment, VideoInfo, Vote

FPS = {"a": 30.0, "b": 24.0}
SIZE = {"a": (320, 240), "b": (180, 320)}
FRAMES = {"a": 180, "b": 120}
BITS = 8


def standing_pose(x: float, top: float, height: float, visibility: float = 0.95) -> tuple[tuple[float, float, float], ...]:
    """33 landmarks of a person seen from the front, arms hanging, `height` pixels from ears to ankles."""
    rows = {0: (0, 0.02), 7: (0.06, 0), 8: (-0.06, 0), 11: (0.12, 0.15), 13: (0.15, 0.33), 15: (0.17, 0.5), 23: (0.07, 0.5)}
    rows |= {25: (0.08, 0.75), 27: (0.09, 1.0), 29: (0.09, 1.03), 31: (0.12, 1.05)}
    points = {i: (x + dx * height, top + dy * height) for i, (dx, dy) in rows.items()}
    points |= {i + 1: (2 * x - px, py) for i, (px, py) in points.items() if i >= 11}
    nose = points[0]
    return tuple((*points.get(i, nose), visibility) for i in range(33))


def key_frame(side: str, time_s: float, posed: bool = True) -> KeyFrame:
    width, height = SIZE[side]
    pose = standing_pose(width / 2, height * 0.15, height * 0.6) if posed else None
    return KeyFrame(time_s=time_s, frame=math.floor(time_s * FPS[side] + 1e-6), pose=pose)


def evidence(*pairs: tuple[float, float], posed: bool = True) -> Evidence:
    return Evidence(a=tuple(key_frame("a", a, posed) for a, _ in pairs), b=tuple(key_frame("b", b, posed) for _, b in pairs))


def measured(quantity: str, unit: str, a: float, b: float, low: float, high: float) -> Measurement:
    return Measurement(quantity=quantity, unit=unit, a=a, b=b, difference=b - a, interval=(low, high))


def info(side: str, path: str | None = None, warnings: tuple[str, ...] = ()) -> VideoInfo:
    width, height = SIZE[side]
    return VideoInfo(
        path=path or f"clips/squat_{side}.mp4",
        sha256=side * 64,
        duration_s=FRAMES[side] / FPS[side],
        fps=FPS[side],
        width=width,
        height=height,
        frames=FRAMES[side],
        warnings=warnings,
    )


def difference(id_: str, description: str, answer: str, **rest: object) -> DifferenceReport:
    default = {
        "lean": answer if answer in ("a", "b") else "b",
        "confidence": 0.9,
        "reason": "Read off both clips.",
        "stage": "bottom",
    }
    default |= {"evidence": evidence((2.2, 1.9)), "measurement": None, "votes": (), "attempts": ()}
    return DifferenceReport.model_validate({"id": id_, "description": description, "answer": answer, **default, **rest})


def segment(start: float, end: float) -> Segment:
    return Segment(start_s=start, end_s=end)


def fake_report() -> Report:
    stages = (
        StageReport(
            name="descend",
            description="Hips and knees bend.",
            a=segment(1.0, 2.0),
            b=segment(0.8, 1.8),
            repetitions_a=(segment(1.0, 2.0), segment(3.6, 4.4)),
            repetitions_b=(segment(0.8, 1.8),),
        ),
        StageReport(name="bottom", description="The lowest point.", a=segment(2.0, 2.4), b=segment(1.8, 2.0)),
        StageReport(name="pause", description="Standing still at the bottom.", a=None, b=segment(2.0, 2.4)),
        StageReport(name="rise", description="Back to standing.", a=segment(2.4, 3.4), b=segment(2.4, 4.2)),
    )
    votes = (
        Vote(source="measurement", order="-", answer="b", confidence=0.9),
        Vote(source="vlm", order="ab", answer="b", confidence=0.8),
    )
    attempts = (Attempt(strategy="align", changed="first look"), Attempt(strategy="next_best", changed="B moved by 0.1 s"))
    differences = (
        difference(
            "d0",
            "The hips sink deeper.",
            "b",
            confidence=0.91,
            votes=votes,
            attempts=attempts,
            reason="The hips sink 12% of leg length deeper in B.",
            measurement=measured("depth", "% of leg length", 48, 60, 5, 19),
        ),
        difference("d1", "Knees more bent", "a", measurement=measured("knee_flexion", "deg", 101, 88, -20, -6)),
        difference(
            "d2",
            "The torso leans further forward",
            "same",
            confidence=0.7,
            measurement=measured("torso_forward_lean", "deg", 38, 40, -5, 9),
        ),
        difference(
            "d3",
            "The ascent is slower",
            "b",
            stage="rise",
            evidence=evidence((2.4, 2.4), (2.8, 3.0), (3.0, 3.4), (3.4, 4.2)),
            measurement=measured("duration", "s", 1.0, 1.8, 0.5, 1.1),
        ),
        difference(
            "d4",
            "The heels lift off the ground",
            "unknown",
            confidence=0.5,
            evidence=Evidence(a=(key_frame("a", 2.2),)),
            reason="The ankles are hidden in B.",
        ),
        difference(
            "d5",
            "The gaze is directed up",
            "unknown",
            stage="",
            evidence=Evidence(),
            confidence=0.5,
            reason="No vision model is connected.",
        ),
    )
    return Report(
        schema="viddiff.report/1",
        id="r-1",
        action="Air squat",
        setting="closed",
        stages=stages,
        differences=differences,
        backends=Backends(planner="embedded", proposer="library", encoder="pose", verifier=("measurement", "vlm")),
        videos=Videos(a=info("a"), b=info("b", warnings=("variable frame rate",))),
        usage=Usage(
            llm_calls=3, vlm_calls=4, input_tokens=5950, output_tokens=412, images=8, cost_usd=0.0182, seconds=14.2, cache_hits=2
        ),
        warnings=("A is seen from the side and B from the front: angles carry a larger error.",),
        trace="r-1",
    )


def numbered(number: int, size: tuple[int, int]) -> np.ndarray:
    """(H, W, 3) uint8 RGB: the number in black and white stripes, lowest bit on the left."""
    width, height = size
    stripes = np.arange(width) * BITS // width
    row = np.where((number >> stripes) & 1, 235, 20).astype(np.uint8)
    return np.broadcast_to(row[None, :, None], (height, width, 3)).copy()


def read_number(picture: np.ndarray) -> int:
    """The number that `numbered` wrote, from the lower part of a picture (H, W, 3)."""
    height, width = picture.shape[:2]
    centres = ((np.arange(BITS) + 0.5) * width / BITS).astype(int)
    levels = picture[height * 3 // 4 : height * 7 // 8, centres].mean(axis=(0, 2))
    return int(((levels > 128) << np.arange(BITS)).sum())


def side_of(path: str) -> str:
    return "a" if path.endswith("squat_a.mp4") else "b"


def numbered_stream(path: str, start_s: float, short_side: int) -> Iterator[tuple[float, np.ndarray]]:
    """The `FrameSource` of the fake report's clips."""
    side = side_of(path)
    scale = min(1.0, short_side / min(SIZE[side]))
    size = (round(SIZE[side][0] * scale), round(SIZE[side][1] * scale))
    for k in range(FRAMES[side]):
        if k / FPS[side] >= start_s:
            yield k / FPS[side], numbered(k, size)


def read_numbered(path: str, times_s: list[float]) -> list[np.ndarray]:
    """The `ReadFrames` of the fake report's clips."""
    side = side_of(path)
    return [numbered(math.floor(t * FPS[side] + 1e-6), SIZE[side]) for t in times_s]
