"""Why numbers that were read should not decide: the view hides what they are about, joints are unseen, the clip is cut badly."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from .catalog import QuantityEntry
from .clip import Clip
from .clip_quantities import covered
from .reading import SEEN, Reading

FRONT_NEEDED = {
    **dict.fromkeys(("stance_width", "knee_separation", "torso_shift", "head_side_tilt"), 0.4),
    **dict.fromkeys(("toe_out", "knee_valgus", "torso_side_lean"), 0.65),
}
"""How far a body must be turned to the camera (1 is square on) for what only a front view shows."""
PLAUSIBLE = {"toe_out": (-35.0, 95.0), "knee_valgus": (-80.0, 100.0)}
"""What a body can do, where the landmarks are known to say more than that."""
COVERED = 0.75
"""Share of a clip's movement that must lie in repetitions before they are counted or timed. Of 96 drawn clips the three below it were cut
wrongly; nine real ones have 0.95 or more."""
COUNTED = frozenset({"duration", "repetitions"})
HIDDEN_FROM_FRONT = frozenset({"knee_over_toes", "hand_forward", "hip_sag", "foot_stagger"})


def doubt_of(entry: QuantityEntry, readings: Sequence[Reading], clips: Sequence[Clip]) -> str:
    """The reason, a sentence without its full stop; empty when the readings of A and B may decide."""
    return _hidden_by_view(entry, clips) or _unseen(entry, readings) or _miscut(entry, clips)


def _hidden_by_view(entry: QuantityEntry, clips: Sequence[Clip]) -> str:
    for name, clip in zip("AB", clips, strict=True):
        if clip.body.frontness < FRONT_NEEDED.get(entry.name, 0.0):
            return f"{entry.label} cannot be judged from the side, as {name} is filmed"
        if entry.name in HIDDEN_FROM_FRONT and clip.body.frontness > 0.8:
            return f"{entry.label} cannot be judged from the front, as {name} is filmed"
    fronts = [clip.body.frontness for clip in clips]
    if entry.views != "any" and max(abs(x - y) for x, y in pairwise(fronts)) > 0.55:
        return f"{entry.label} cannot be compared between a front view and a side view"
    return ""


def _miscut(entry: QuantityEntry, clips: Sequence[Clip]) -> str:
    if entry.name in COUNTED:
        for name, clip in zip("AB", clips, strict=True):
            if covered(clip.body, clip.timeline) < COVERED:
                return f"much of the movement in {name} belongs to no repetition that was found"
    return ""


def _unseen(entry: QuantityEntry, readings: Sequence[Reading]) -> str:
    low, high = PLAUSIBLE.get(entry.name, (-np.inf, np.inf))
    for name, reading in zip("AB", readings, strict=True):
        if reading.seen < SEEN:
            return f"the joints that show the {entry.label} are hardly seen in {name}"
        if not low <= reading.value <= high:
            return f"no body has a {entry.label} of {reading.value:.0f} {entry.unit}, as was read in {name}"
    return ""
