"""Can these two clips be compared at all? Sentences for the report about people, view, movement and image quality."""

from __future__ import annotations

import numpy as np

from ..memory.values import Side
from .clip import Clip
from .landmarks import Landmark as L
from .pose import person_in_view
from .posture import feature_values

FOUND = 0.5
"""Share of frames in which a person must be found for the clip to count as showing one."""
VIEW_GAP = 0.45
TURNED_DEG = 60.0
"""Between the trunks of two clips of one action lies less than this, unless one film lies on its side or stands on its head."""
SMALL = 0.2
"""A person lower than this share of the frame is measured badly."""


SHOWS = 0.2
"""Contrast of a clip that clearly shows the action; seen: 0.3 to 0.5 on the right action, below 0.1 on most others."""
FAINT = 1 / 3
"""A clip with less than this share of the other's contrast shows something else."""


def warnings_for(a: Clip, b: Clip) -> tuple[str, ...]:
    """What a person should know before believing the comparison."""
    single = [warning for name, clip in (("A", a), ("B", b)) for warning in _one_clip(name, clip)]
    return tuple(single + _both(a, b))


def action_warnings(action: str, contrasts: dict[Side, float | None]) -> tuple[str, ...]:
    """Whether one of the clips seems to show another action than the one described.

    Args:
        action: the matched action.
        contrasts: how much more each clip looks like the action's peak at its own peaks than at its rests; None if unknown.
    """
    a, b = contrasts["a"], contrasts["b"]
    if a is None or b is None or max(a, b) < SHOWS or min(a, b) >= FAINT * max(a, b):
        return ()
    other, shown = ("A", "B") if a < b else ("B", "A")
    return (f"{shown} looks like a {action}, {other} does not: are these two different actions? The comparison may mean little",)


def _one_clip(name: str, clip: Clip) -> list[str]:
    seen = person_in_view(clip.track)
    found = [f"{name}: {warning}" for warning in clip.info.warnings]
    if seen.fraction == 0:
        return [*found, f"{name}: no person was found in any frame; nothing about the body can be measured"]
    if seen.fraction < FOUND:
        found.append(f"{name}: a person was found in only {seen.fraction:.0%} of the frames")
    if seen.height_share < SMALL:
        found.append(
            f"{name}: the person is small in the picture ({seen.height_share:.0%} of its height); measurements are coarse"
        )
    if clip.timeline.still:
        found.append(f"{name}: hardly any movement was found")
    if clip.info.fps < 12:
        found.append(f"{name}: only {clip.info.fps:.0f} frames per second; fast movements and short pauses are missed")
    return found


def _both(a: Clip, b: Clip) -> list[str]:
    found = []
    if not (a.track.present.any() and b.track.present.any()):
        return found
    if abs(a.body.frontness - b.body.frontness) > VIEW_GAP:
        found.append(
            f"the clips are filmed from different sides (A {_view(a)}, B {_view(b)}): angles and distances are less comparable"
        )
    tilts = _from_upright(a), _from_upright(b)
    if abs(tilts[0] - tilts[1]) > TURNED_DEG:
        found.append(
            f"the body is {_posture(tilts[0])} in A and {_posture(tilts[1])} in B most of the time: is one of the films turned? "
            "Then turn it upright first, since heights and angles against the vertical are wrong in it"
        )
    counts = len(a.timeline.complete), len(b.timeline.complete)
    if counts[0] != counts[1]:
        found.append(f"the number of repetitions differs (A {counts[0]}, B {counts[1]}): each clip is read over its own")
    if (likeness := movement_likeness(a, b)) < 0.0:
        found.append(f"the two movements look like different actions (likeness {likeness:.2f}): the comparison may mean little")
    return found


def _from_upright(clip: Clip) -> float:
    """Median angle between the trunk and the vertical of the picture: 0 upright, 90 lying, 180 head down, degrees."""
    marks = clip.track.landmarks[clip.track.present]
    shoulders, hips = marks[:, [L.LEFT_SHOULDER, L.RIGHT_SHOULDER], :2], marks[:, [L.LEFT_HIP, L.RIGHT_HIP], :2]
    trunk = shoulders.mean(axis=1) - hips.mean(axis=1)
    return float(np.median(np.degrees(np.arctan2(np.abs(trunk[:, 0]), -trunk[:, 1]))))


def _posture(from_upright: float) -> str:
    return "upright" if from_upright < 45 else "lying" if from_upright < 135 else "head down"


def _view(clip: Clip) -> str:
    front = clip.body.frontness
    return "from the front" if front > 0.7 else "from the side" if front < 0.35 else "diagonally"


def movement_likeness(a: Clip, b: Clip) -> float:
    """Correlation, -1 to 1, of how far each posture feature moves in the two clips: high for the same action."""
    spans = []
    for clip in (a, b):
        values = feature_values(clip.body)
        present = values[np.isfinite(values).all(axis=1)]
        spans.append(
            np.percentile(present, 95, axis=0) - np.percentile(present, 5, axis=0)
            if len(present) > 2
            else np.zeros(values.shape[1])
        )
    if min(np.ptp(span) for span in spans) < 1e-6:
        return 1.0
    return float(np.corrcoef(spans[0], spans[1])[0, 1])
