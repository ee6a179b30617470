"""What is looked at for each difference: its matched instants in both clips, and which differences share them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import islice, pairwise

import numpy as np

from ..memory.state import Localization
from ..memory.values import Difference, Evidence, KeyFrame, Side, Value, Window
from .catalog import CATALOG, OVER_A_SPAN
from .evidence_geometry import CLEAR
from .windows import INSTANT_S

KeyFrames = Callable[[Side, Sequence[float]], Sequence[KeyFrame]]
"""The key frames, with the body in them, of one clip at some instants: `Workbench.evidence` of that clip."""
FEWEST_JOINTS = 8
"""Fewer joints that are clearly seen do not tell a posture."""
SPREAD_FRAMES = 3
"""Pictures per clip for what one picture cannot show: start, middle and end."""
DENSE_FRAMES = 5
"""The same when what matters went by between the pictures."""
TOLERANCE_S = INSTANT_S
"""Instants this close count as one, as they do when postures are measured."""
SAME_POSTURE = 0.04
"""Two pictures show the same when nine of ten joints lie within this share of the body's size: half of what is worth telling."""
DIFFERENCES_PER_CALL = 12
"""More statements than this are asked in a second call: answers to long lists are left out or mixed up."""


class Sight(Value):
    """The instants of both clips at which one or more differences are looked at."""

    a: tuple[KeyFrame, ...]
    b: tuple[KeyFrame, ...]
    close: bool = False
    """Shown larger than usual, since what matters was too small."""
    part: tuple[tuple[Window, ...], tuple[Window, ...]] | None = None
    """Where several instants are shown: the same part of the action in every repetition, in A and in B."""

    @property
    def moving(self) -> bool:
        """Whether several instants of one clip are shown, so that their times matter."""
        return max(len(self.a), len(self.b)) > 1

    def matches(self, other: Sight) -> bool:
        """Whether both show the same, closely enough to share pictures."""
        sides = ((self.a, other.a), (self.b, other.b))
        if self.close != other.close or any(len(some) != len(others) for some, others in sides):
            return False
        if self.moving and self.part is not None and self.part == other.part:
            # Another repetition of what is shown.
            return True
        # Where times are told they must agree; a single picture is its posture, whenever that was.
        alike = _near if self.moving else _alike
        return all(alike(*each) for some, others in sides for each in zip(some, others, strict=True))


class Group(Value):
    """Differences that are looked at in the same pictures and asked about in the same call."""

    sight: Sight
    differences: tuple[Difference, ...]


def sight_of(difference: Difference, place: Localization, shown: Evidence, key_frames: KeyFrames) -> Sight | str:
    """The instants at which a difference is looked at, or why there are none.

    Args:
        difference: what is asked.
        place: where it was last looked for; `dense` shows more instants, `crop` larger pictures.
        shown: the instants that its last measurement at this place rests on; without them the key instants of the place are meant.
        key_frames: gives the key frames at some instants.
    """
    for name, windows in (("A", place.a), ("B", place.b)):
        if not windows:
            return f"the moment that the statement is about was not found in {name}"
    dense, close = place.retracked == "dense", place.retracked == "crop"
    if dense or needs_several(difference):
        count = DENSE_FRAMES if dense else SPREAD_FRAMES
        a, b = (_spread(_window_at(windows, keys), count) for windows, keys in ((place.a, shown.a), (place.b, shown.b)))
        part = (place.a, place.b)
        return Sight(a=_distinct(key_frames("a", a)), b=_distinct(key_frames("b", b)), close=close, part=part)
    if shown.a and shown.b:
        return Sight(a=shown.a[:1], b=shown.b[:1], close=close)
    return Sight(a=tuple(key_frames("a", [place.a[0].key_s])), b=tuple(key_frames("b", [place.b[0].key_s])), close=close)


def needs_several(difference: Difference) -> bool:
    """Whether one picture of each clip cannot show a difference: tempo, pauses, speeds, ranges, counts."""
    question = difference.question
    if difference.frames == "many" or question is None:
        return difference.frames == "many"
    entry = CATALOG[question.quantity]
    return entry.source in ("clip", "motion") or entry.name.endswith("_speed") or question.statistic in OVER_A_SPAN


def grouped(sights: Mapping[str, Sight], differences: Sequence[Difference]) -> tuple[Group, ...]:
    """Differences that share their instants, together: at most as many groups as there are distinct sights, unless a list is too long.

    The sight that serves most of those left is shown first, so that few have to be shown.
    """
    groups: list[Group] = []
    left = list(differences)
    while left:
        served = max((_served(sights, each, left) for each in left), key=len)
        groups.append(Group(sight=sights[served[0].id], differences=tuple(d for d in left if d in served)))
        left = [difference for difference in left if difference not in served]
    return tuple(groups)


def _served(sights: Mapping[str, Sight], shown: Difference, left: Sequence[Difference]) -> list[Difference]:
    """Those that can be asked about on the pictures of one, itself first."""
    others = (each for each in left if each is not shown and sights[shown.id].matches(sights[each.id]))
    return [shown, *islice(others, DIFFERENCES_PER_CALL - 1)]


def _near(one: KeyFrame, other: KeyFrame) -> bool:
    return abs(one.time_s - other.time_s) <= TOLERANCE_S


def _alike(one: KeyFrame, other: KeyFrame) -> bool:
    """Whether two frames show the same posture in the same place; without bodies, whether they are the same instant."""
    if one.pose is None or other.pose is None:
        return _near(one, other)
    first, second = np.asarray(one.pose), np.asarray(other.pose)
    clear = np.minimum(first[:, 2], second[:, 2]) >= CLEAR
    if clear.sum() < FEWEST_JOINTS:
        return _near(one, other)
    moved = np.hypot(*(first - second)[clear, :2].T)
    return float(np.percentile(moved, 90)) <= SAME_POSTURE * float(np.ptp(first[clear, :2], axis=0).max())


def _window_at(windows: Sequence[Window], keys: Sequence[KeyFrame]) -> Window:
    """The window of the repetition that is shown as evidence, or the first."""
    inside = (w for key in keys[:1] for w in windows if w.segment.start_s <= key.time_s <= w.segment.end_s)
    return next(inside, windows[0])


def _spread(window: Window, count: int) -> list[float]:
    """Instants from the start of a window to its end, its key instant in the middle unless that lies near either end."""
    start, end = window.segment.start_s, window.segment.end_s
    middle = float(np.clip(window.key_s, start + 0.25 * (end - start), end - 0.25 * (end - start)))
    return [float(t) for t in np.interp(np.linspace(0.0, 1.0, count), [0.0, 0.5, 1.0], [start, middle, end])]


def _distinct(key_frames: Sequence[KeyFrame]) -> tuple[KeyFrame, ...]:
    """Without repeated frames, which short spans of slow clips give."""
    return tuple(key_frames[:1]) + tuple(after for before, after in pairwise(key_frames) if after.frame != before.frame)
