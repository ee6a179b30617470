"""What is true of a drawn clip: where every joint is, when every stage happens, and how large every quantity is."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from pydantic import BaseModel, ConfigDict

from ...tools.landmarks import Landmark
from .body import Part, body_parts
from .camera import Lens, framed
from .head import head_parts
from .kinematics import Skeleton, unit
from .look import Look
from .motion import ActionParameters, Channels, Span, channels_at, schedule


class Performance(BaseModel):
    """A motion as this look performs and films it, before any pixel is painted."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    times_s: np.ndarray
    """(T,) when each frame is on screen."""
    stages: tuple[Span, ...]
    skeleton: Skeleton
    lens: Lens

    @property
    def joints(self) -> np.ndarray:
        """(T, 33, 2) pixels of the displayed frame, in the order of `viddiff.tools.landmarks`."""
        return self.lens.project(self.skeleton.points)


def perform(parameters: ActionParameters, look: Look) -> Performance:
    """Moves the person of a look through an action."""
    timed = schedule(parameters, look.lead_in_s, look.lead_out_s)
    times = np.arange(max(round(timed[-1][0].end_s * look.fps), 1)) / look.fps
    channels = _swaying(channels_at(parameters, timed, times), times, look)
    skeleton = parameters.pose(look.figure, channels)
    lens = framed(look.camera, skeleton.points, 0.05 * look.figure.height_m, look.width, look.height)
    stages = tuple(span for span, _ in timed if span.end_s > span.start_s)
    return Performance(times_s=times, stages=stages, skeleton=skeleton, lens=lens)


def solid(performance: Performance, look: Look) -> list[Part]:
    """The painted parts of a performance."""
    dressed = look.wardrobe
    body = body_parts(look.figure, performance.skeleton, dressed.long_sleeves, dressed.long_legs)
    return body + head_parts(look.figure, performance.skeleton, dressed.long_hair)


def key_times(stages: tuple[Span, ...]) -> dict[str, tuple[float, ...]]:
    """Name of each stage -> the instant that shows it best, once per repetition, seconds."""
    found: dict[str, tuple[float, ...]] = {}
    for span in stages:
        found[span.stage] = (*found.get(span.stage, ()), round(span.middle_s, 4))
    return found


def quantities(performance: Performance, look: Look) -> dict[str, dict[str, float]]:
    """Name of each stage -> quantities of `viddiff.tools.catalog`, read off the true joints at its first key time."""
    curves = curves_of(performance.skeleton, look.figure.body_length)
    found = {}
    for stage, times in key_times(performance.stages).items():
        row = int(np.argmin(np.abs(performance.times_s - times[0])))
        found[stage] = {name: round(float(curve[row]), 3) for name, curve in curves.items()}
    return found


def _swaying(channels: Channels, times: np.ndarray, look: Look) -> Channels:
    """Nobody stands like a statue: slow drift of trunk, head and arms."""
    rng = np.random.default_rng(look.seed)
    moved = dict(channels)
    for name in ("lean", "side_lean", "shift", "head", "head_tilt", "arm_left", "arm_right", "elbow_left", "elbow_right"):
        rate, start = rng.uniform(0.2, 0.7, 3), rng.uniform(0, 2 * np.pi, 3)
        drift = np.sin(2 * np.pi * times[:, None] * rate + start).mean(axis=1)
        moved[name] = channels[name] + look.sway * drift * (3.0 if name.startswith(("head", "elbow")) else 1.0)
    return moved


def curves_of(skeleton: Skeleton, body_length: float) -> dict[str, np.ndarray]:
    """Quantities (T,) in the catalogue's units, averaged over left and right."""
    at = {mark.name.lower(): skeleton.points[:, mark] for mark in Landmark}
    percent = 100 / body_length
    hips, shoulders = ((at[f"left_{name}"] + at[f"right_{name}"]) / 2 for name in ("hip", "shoulder"))
    trunk = shoulders - hips
    down = np.array([0.0, -1.0, 0.0])

    def both(curve: Callable[[str], np.ndarray]) -> np.ndarray:
        return (curve("left") + curve("right")) / 2

    def bend(first: str, middle: str, last: str) -> np.ndarray:
        return both(
            lambda side: _angle(at[f"{side}_{middle}"] - at[f"{side}_{first}"], at[f"{side}_{last}"] - at[f"{side}_{middle}"])
        )

    floor = both(lambda side: at[f"{side}_ankle"][:, 1])
    return {
        "knee_flexion": bend("hip", "knee", "ankle"),
        "elbow_flexion": bend("shoulder", "elbow", "wrist"),
        "arm_elevation": both(lambda side: _angle(at[f"{side}_wrist"] - at[f"{side}_shoulder"], down)),
        "upper_arm_elevation": both(lambda side: _angle(at[f"{side}_elbow"] - at[f"{side}_shoulder"], down)),
        "torso_forward_lean": np.degrees(np.arctan2(trunk[:, 2], trunk[:, 1])),
        "torso_side_lean": np.abs(np.degrees(np.arctan2(trunk[:, 0], trunk[:, 1]))),
        "hip_height": (hips[:, 1] - floor) * percent,
        "shoulder_height": (shoulders[:, 1] - floor) * percent,
        "elbow_height": both(lambda side: at[f"{side}_elbow"][:, 1] - shoulders[:, 1]) * percent,
        "head_height": (at["nose"][:, 1] - floor) * percent,
        "hand_height": both(lambda side: at[f"{side}_wrist"][:, 1] - floor) * percent,
        "hand_forward": both(lambda side: at[f"{side}_wrist"][:, 2] - shoulders[:, 2]) * percent,
        "hand_height_on_body": both(lambda side: np.sum((at[f"{side}_wrist"] - hips) * unit(trunk), axis=-1)) * percent,
        "stance_width": np.abs(at["left_ankle"][:, 0] - at["right_ankle"][:, 0]) * percent,
        "step_length": np.abs(at["left_ankle"][:, 2] - at["right_ankle"][:, 2]) * percent,
        "knee_height": np.maximum(at["left_knee"][:, 1], at["right_knee"][:, 1]) * percent,
        "foot_height": np.abs(at["left_ankle"][:, 1] - at["right_ankle"][:, 1]) * percent,
        "knee_separation": np.abs(at["left_knee"][:, 0] - at["right_knee"][:, 0]) * percent,
        "head_pitch": np.degrees(np.arcsin(np.clip(skeleton.head[:, 1, 2], -1, 1))),
    }


def _angle(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    return np.degrees(np.arccos(np.clip(np.sum(unit(first) * unit(second), axis=-1), -1, 1)))
