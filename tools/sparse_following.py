"""Following a body with fewer looks: at instants 0.1 s apart, and at every frame between only where it does not move straight on."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from .pose_following import Detection

ANCHOR_S = 0.1
"""Frames this far apart are always looked at."""
BENT = 0.1
"""How far, in torso lengths, a joint may lie off the straight line between its places 0.1 s before and after.

Of a steady acceleration a quarter of that is the error of a line between neighbours, about 1 cm. On tracks of drawn clips it asked for
45% of the frames; a third of it, which is nearer to the estimator's flicker, for 85%."""

_MAIN = (11, 12, 13, 14, 15, 16, 23, 24, 25, 26, 27, 28)

Look = Callable[[np.ndarray, float], Detection | None]
Waiting = tuple[int, np.ndarray, float]


def follow_sparsely(look: Look, frames: Iterable[tuple[np.ndarray, float]]) -> tuple[list[Detection | None], np.ndarray]:
    """Look where it is needed: where a joint turns, starts, stops or peaks, and where the person is lost or found again.

    A frame that was jumped over lies between two whose places a line joins well; whoever fills it in so errs little.

    Args:
        look: Finds the person in a frame at a time; is sent back by up to 0.2 s where the frames between turn out to be needed.
        frames: (H, W, 3) pictures with their times in seconds, in order; a few of them are kept at a time.

    Returns:
        What was found in each frame, None where nothing was or nobody looked, and (T,) bool, where somebody did.
    """
    found: list[Detection | None] = []
    looked: list[bool] = []
    anchors: list[Waiting] = []
    between: list[Waiting] = []

    def visit(waiting: Iterable[Waiting]) -> None:
        for index, image, time_s in waiting:
            found[index], looked[index] = look(image, time_s), True

    for index, (image, time_s) in enumerate(frames):
        found.append(None)
        looked.append(False)
        if anchors and time_s - anchors[-1][2] < ANCHOR_S - 1e-6:
            between.append((index, image, time_s))
            continue
        anchors = [*anchors[-2:], (index, image, time_s)]
        visit(anchors[-1:])
        if len(anchors) == 3 and bent([found[k] for k, *_ in anchors], [t for *_, t in anchors]):
            visit(each for each in between if not looked[each[0]])
        between = [each for each in between if len(anchors) > 1 and each[0] > anchors[-2][0]]
    # Of a clip with fewer than three anchors nothing is known; of the end of a longer one, what comes after the last.
    visit(each for each in between if len(anchors) < 3 or each[0] > anchors[-1][0])
    return found, np.array(looked, bool)


def bent(places: list[Detection | None], times_s: list[float]) -> bool:
    """Whether the way through three places is no straight line, or was lost on the way."""
    if all(place is None for place in places):
        return False
    before, here, after = places
    if before is None or here is None or after is None:
        return True
    share = (times_s[1] - times_s[0]) / (times_s[2] - times_s[0])
    one, two, three = (place.landmarks[_MAIN, :2] for place in (before, here, after))
    off = np.linalg.norm(two - (1 - share) * one - share * three, axis=1)
    return bool(off.max() > BENT * here.size)
