"""What a trace keeps of retrieval and measurement: similarities as the stages were placed by them, curves as they were read."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..memory.state import Localization
from ..memory.trace_recorder import Recorder
from ..memory.traces import Measured as MeasuredEvent
from ..memory.traces import Retrieved
from ..memory.values import Difference, Question, Side, Stage
from .catalog import CATALOG
from .clip import Clip
from .clip_quantities import CLIP_QUANTITIES
from .measure import Measured
from .motion_quantities import HAND_QUANTITIES, MOTION_QUANTITIES
from .quantities import CURVES
from .reading import asked_curve

MOST_SAMPLES = 4000
"""Of one curve; longer ones are thinned, so that the trace of ten minutes stays small. A clip of two minutes keeps every sample at 30 a second."""

Curve = tuple[np.ndarray, np.ndarray]
"""(T,) seconds and (T,) values."""


def record_retrieved(
    recorder: Recorder,
    side: Side,
    encoder: str,
    stages: Sequence[Stage],
    times_s: np.ndarray,
    similarities: np.ndarray,
    said: np.ndarray,
) -> None:
    """Keep what one encoder made of one clip; arguments as for `viddiff.tools.localize.Looked`."""
    if recorder.active:
        rows = thinned(times_s)
        name = recorder.keep_arrays(times_s=times_s[rows], similarities=similarities[:, rows], emissions=said[:, rows])
        recorder.record(Retrieved(video=side, encoder=encoder, stages=tuple(stage.name for stage in stages), arrays=name))


def record_measured(
    recorder: Recorder, difference: Difference, place: Localization, read: Measured | str, clips: tuple[Clip, Clip]
) -> None:
    """Keep what was read off both clips, or why nothing could be."""
    if not recorder.active:
        return
    question = read.question if isinstance(read, Measured) else difference.question
    keys = (read.a.keys_s, read.b.keys_s) if isinstance(read, Measured) else ((), ())
    curves = [curve_read(question, clip) if question else None for clip in clips]
    kept: dict[str, np.ndarray] = {}
    for side, curve, keys_s in zip("ab", curves, keys, strict=True):
        if curve is not None:
            rows = thinned(curve[0], keys_s)
            kept |= {f"times_{side}": curve[0][rows], f"curve_{side}": curve[1][rows]}
    event = MeasuredEvent(
        id=difference.id,
        question=question,
        windows={"a": place.a, "b": place.b},
        keys_s={"a": keys[0], "b": keys[1]},
        arrays=recorder.keep_arrays(**kept) if kept else "",
        problem=read if isinstance(read, str) else "",
    )
    recorder.record(event)


def thinned(times_s: np.ndarray, keys_s: Sequence[float] = ()) -> np.ndarray | slice:
    """Rows to keep: evenly spaced where there are more than `MOST_SAMPLES`, and those at the instants `keys_s`."""
    if len(times_s) <= MOST_SAMPLES:
        return slice(None)
    keys = [int(np.argmin(np.abs(times_s - key_s))) for key_s in keys_s]
    return np.union1d(np.arange(0, len(times_s), -(-len(times_s) // MOST_SAMPLES)), keys).astype(int)


def curve_read(question: Question, clip: Clip) -> Curve | None:
    """The curve that a question is read from in one clip; None for quantities that are a number without one."""
    name, entry = question.quantity, CATALOG[question.quantity]
    if name in MOTION_QUANTITIES and (entry.source == "motion" or not clip.embodied):
        motion = clip.motion()
        return motion.times_s, motion.amount
    if name in HAND_QUANTITIES:
        hands = clip.hands()
        return hands.times_s, _one_hand(HAND_QUANTITIES[name](hands), question)
    if name in CLIP_QUANTITIES or name not in CURVES or not clip.embodied:
        return None
    if question.statistic == "left_over_right":
        both = CURVES[name](clip.body)
        return clip.body.times_s, both[:, 0] - both[:, 1]
    return clip.body.times_s, asked_curve(clip.body, entry, question.side, question.statistic)


def _one_hand(curve: np.ndarray, question: Question) -> np.ndarray:
    """The hand that is asked for, or the one that was found more often."""
    found = np.isfinite(curve).sum(axis=0)
    return curve[:, {"left": 0, "right": 1}.get(question.side, int(np.argmax(found)))]
