"""A finished comparison of the demo's two drawn clips, made from what is true of them: what the page is shown in its tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from viddiff.evals.drawn.clip import DrawnClip, render_clip
from viddiff.evals.drawn.demo import demo_pair
from viddiff.tools.landmarks import BONES

Snapshot = dict[str, Any]
STAGES = ("lowering", "bottom position", "rising")


def drawn_clips(folder: Path) -> dict[str, DrawnClip]:
    """The two clips of the demo, rendered small: H.264, 4:2:0, index at the front."""
    pair = demo_pair()
    takes = {"a": pair.a, "b": pair.b}
    small = {"width": 144, "height": 192, "noise": 0}
    return {
        side: render_clip(pair.action, take.parameters, take.look.model_copy(update=small), folder / f"{side}.mp4")
        for side, take in takes.items()
    }


def video_json(clip: DrawnClip, side: str, name: str) -> dict[str, Any]:
    return {
        "id": side * 16,
        "name": name,
        "duration_s": clip.duration_s,
        "fps": clip.fps,
        "width": clip.width,
        "height": clip.height,
        "frames": clip.frames,
        "warnings": [],
    }


def skeleton_json(clip: DrawnClip) -> dict[str, Any]:
    size = (clip.width, clip.height)
    points = (clip.joints / size).round(4).tolist()
    return {
        "times_s": [n / clip.fps for n in range(clip.frames)],
        "edges": [list(bone) for bone in BONES],
        "points": [[[x, y, 1.0] for x, y in frame] for frame in points],
    }


def timeline_json(clip: DrawnClip) -> dict[str, Any]:
    """Every repetition with its stages; borders lie on frames."""
    repetitions: list[dict[str, Any]] = []
    for span in clip.stages:
        if span.stage not in STAGES:
            continue
        start, end = (round(t * clip.fps) / clip.fps for t in (span.start_s, span.end_s))
        if span.stage == STAGES[0]:
            repetitions.append({"segment": {}, "peak_s": 0.0, "partial": False, "spans": []})
        key = round((start + end) / 2 * clip.fps) / clip.fps
        repetitions[-1]["spans"].append(
            {"stage": span.stage, "segment": {"start_s": start, "end_s": end}, "key_s": key, "margin": 3.0}
        )
    for repetition in repetitions:
        spans = repetition["spans"]
        repetition["segment"] = {"start_s": spans[0]["segment"]["start_s"], "end_s": spans[-1]["segment"]["end_s"]}
        repetition["peak_s"] = spans[len(spans) // 2]["key_s"]
    return {"repetitions": repetitions, "still": False}


def time_map_json(a: dict[str, Any], b: dict[str, Any]) -> dict[str, Any]:
    """Through the starts of the stages of both first repetitions, and the last end."""
    pairs = list(zip(a["repetitions"][0]["spans"], b["repetitions"][0]["spans"], strict=False))
    ends = (pairs[-1][0]["segment"]["end_s"], pairs[-1][1]["segment"]["end_s"])
    knots = [(x["segment"]["start_s"], y["segment"]["start_s"]) for x, y in pairs] + [ends]
    return {"a_s": [k[0] for k in knots], "b_s": [k[1] for k in knots]}


def difference_json(
    number: int, words: str, answer: str, sure: float, times: list[tuple[float, float]], **more: Any
) -> dict[str, Any]:
    keys = {side: [{"time_s": t[k], "frame": round(t[k] * 30), "pose": None} for t in times] for k, side in enumerate("ab")}
    found = {
        "id": f"d{number}",
        "description": words,
        "answer": answer,
        "lean": answer if answer in "ab" else "a",
        "confidence": sure,
        "reason": f"{answer.upper()} shows it more, read off the bodies at the bottom of the squat",
        "stage": STAGES[1],
        "evidence": keys,
        "measurement": None,
        "votes": [{"source": "measurement", "order": "-", "answer": answer, "confidence": sure}],
        "attempts": [{"strategy": "align", "changed": "key frames of the aligned stages"}],
    }
    return found | more


def measurement_json(quantity: str, unit: str, a: float, b: float, half: float) -> dict[str, Any]:
    return {"quantity": quantity, "unit": unit, "a": a, "b": b, "difference": b - a, "interval": [b - a - half, b - a + half]}


def report_json(videos: dict[str, Any], a: dict[str, Any], b: dict[str, Any]) -> dict[str, Any]:
    bottoms = [next(s["key_s"] for s in r["spans"] if s["stage"] == STAGES[1]) for t in (a, b) for r in t["repetitions"][:1]]
    low = (bottoms[0], bottoms[1])
    start, end = (low[0] - 0.8, low[1] - 0.4), (low[0] + 0.7, low[1] + 0.3)
    measure = measurement_json
    d = difference_json
    differences = [
        d(1, "the squat is deeper", "a", 0.95, [low], measurement=measure("knee_flexion", "deg", 112.4, 76.1, 6.2)),
        d(
            2,
            "the torso leans further forward at the bottom",
            "b",
            0.93,
            [low],
            measurement=measure("forward_lean", "deg", 24.0, 46.3, 9.8),
        ),
        d(3, "the motion is faster", "b", 0.88, [start, low, end], measurement=measure("duration", "s", 3.37, 1.77, 0.41)),
        d(4, "the feet stance is wider", "same", 0.71, [low], measurement=measure("stance_width", "% of leg length", 42, 43, 5)),
        d(5, "the head looks further down", "unknown", 0.52, [start], reason="the face is too small in B to be sure"),
        d(
            6,
            "the knees move inwards on the way up",
            "a",
            0.58,
            [end],
            measurement=measure("knee_separation", "% of leg length", 31, 36, 7),
        ),
    ]
    return {
        "schema": "viddiff.report/1",
        "id": "canned",
        "action": "a bodyweight squat",
        "setting": "open",
        "videos": videos,
        "stages": [],
        "differences": differences,
        "usage": {},
        "warnings": ["the number of repetitions differs (A 1, B 2): each clip is read over its own"],
        "trace": "901a5876e9eb",
    }
