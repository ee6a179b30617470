"""Kinds in which something else is to be seen than one person who does the action."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import numpy as np

from .corpus_plain import Kind, Plain, encoded, filmed, frames_of

NOBODY = "no person"


def _flat(level: int) -> Callable[[Plain], Iterator[np.ndarray]]:
    return lambda plain: (np.full_like(frame, level) for frame in plain.frames)


def _noise(plain: Plain) -> Iterator[np.ndarray]:
    rng = np.random.default_rng(0)
    return (rng.integers(0, 256, frame.shape, dtype=np.uint8) for frame in plain.frames)


def _empty_room(plain: Plain) -> Iterator[np.ndarray]:
    """The place without the person: what is left of them at the edge, over the whole picture."""
    edge = np.repeat(plain.frames[0][:, :1], plain.frames[0].shape[1], axis=1)
    return (edge for _ in plain.frames)


def _two_people(plain: Plain) -> Iterator[np.ndarray]:
    others = frames_of(plain.b)
    return (np.hstack([frame, others[min(index, len(others) - 1)]]) for index, frame in enumerate(plain.frames))


def _leaving(plain: Plain) -> Iterator[np.ndarray]:
    """The person glides out of the picture in the last third."""
    edge = np.repeat(plain.frames[0][:, :1], plain.frames[0].shape[1], axis=1)
    first = len(plain.frames) * 2 // 3
    for index, frame in enumerate(plain.frames):
        gone = max(0, index - first) * 240 // max(1, len(plain.frames) - first)
        yield np.hstack([edge[:, :gone], frame[:, : 240 - gone]])


def _cut_at_the_waist(plain: Plain) -> Iterator[np.ndarray]:
    return (frame[:160] for frame in plain.frames)


def _far_away(plain: Plain) -> Iterator[np.ndarray]:
    edge = np.repeat(plain.frames[0][:, :1], 240, axis=1)
    for frame in plain.frames:
        picture = edge.copy()
        picture[200:264, 96:144] = frame[::5, ::5]
        yield picture


def _still(plain: Plain) -> Iterable[np.ndarray]:
    return [plain.frames[0]] * len(plain.frames)


def _slides(plain: Plain) -> Iterator[np.ndarray]:
    return (plain.frames[index // 12 * 12] for index in range(len(plain.frames)))


def _cuts(plain: Plain) -> Iterator[np.ndarray]:
    """Another person and place every half second, as in a trailer."""
    others = frames_of(plain.b)
    for index, frame in enumerate(plain.frames):
        yield others[min(index, len(others) - 1)] if index // 12 % 2 else frame


def _fading(plain: Plain) -> Iterator[np.ndarray]:
    for index, frame in enumerate(plain.frames):
        yield (frame * min(1.0, (index + 1) / 6)).astype(np.uint8)


def _dark(plain: Plain) -> Iterator[np.ndarray]:
    return ((frame * 0.12).astype(np.uint8) for frame in plain.frames)


def _nobody(name: str, what: str, change: Callable[[Plain], Iterable[np.ndarray]], said: str = NOBODY) -> Kind:
    return Kind(name=name, what=what, make=filmed(f"{name}.mp4", change), report=(said,), answers="unknown")


def _other(name: str, what: str, change: Callable[[Plain], Iterable[np.ndarray]], *report: str) -> Kind:
    return _sound(name, what, change, *report).model_copy(update={"answers": "other"})


def _sound(name: str, what: str, change: Callable[[Plain], Iterable[np.ndarray]], *report: str) -> Kind:
    return Kind(name=name, what=what, make=filmed(f"{name}.mp4", change), report=report, answers="sound")


SCENES = (
    _nobody("black", "all black", _flat(0)),
    _nobody("white", "all white", _flat(255)),
    # Some processors' arithmetic finds somebody in one of its frames.
    _nobody("noise", "noise", _noise, "person was found in"),
    _nobody("empty-room", "nobody there", _empty_room),
    _sound("two-people", "two people side by side", _two_people),
    _sound("leaving", "the person leaves", _leaving),
    _sound("waist-up", "only the upper half is in view", _cut_at_the_waist),
    _sound("far-away", "the person is 50 pixels high", _far_away),
    _other("standing", "the person stands still", _still),
    _sound("slides", "two pictures per second", _slides),
    _other("cuts", "another person every half second", _cuts),
    _sound("reversed", "played backwards", lambda plain: reversed(plain.frames)),
    _sound("dark", "nearly dark", _dark),
    Kind(name="fading", what="fades in from black", make=filmed("fading.mp4", _fading)),
    Kind(name="blurred", what="blurred", make=encoded("blurred.mp4", "-vf gblur=3"), answers="sound"),
    Kind(name="negative", what="colours inverted", make=encoded("negative.mp4", "-vf negate"), answers="sound"),
    Kind(name="blocky", what="compressed to pieces", make=encoded("blocky.mp4", "-c:v libx264 -crf 45"), answers="sound"),
)
