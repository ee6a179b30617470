"""The head: skull, hair and a simple face, so that a pose model can tell where it looks."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .body import Blob, Part
from .figure import Figure
from .kinematics import Skeleton, head_axes, turned, unit

_Egg = tuple[float, float, float, float, float, float]
"""Centre and half axes of an ellipsoid (left, up, forward), in half widths, heights and depths of the head."""


class _Piece(NamedTuple):
    paint: str
    start: _Egg
    end: _Egg
    normal: tuple[float, float, float] | None = None
    """Seen only from this side; None from all."""


def _spot(paint: str, x: float, y: float, z: float, width: float, high: float) -> _Piece:
    egg = (x, y, z, width, high, 0.06)
    return _Piece(paint, egg, egg, (x, y * 0.3, z))


def _mirrored(piece: _Piece) -> tuple[_Piece, _Piece]:
    normal = piece.normal and (-piece.normal[0], piece.normal[1], piece.normal[2])
    return piece, _Piece(piece.paint, _flipped(piece.start), _flipped(piece.end), normal)


def _flipped(egg: _Egg) -> _Egg:
    return (-egg[0], egg[1], egg[2], egg[3], egg[4], egg[5])


_CAP: _Egg = (0, 0.34, -0.16, 1.07, 0.8, 0.98)
_SHORT: _Egg = (0, -0.15, -0.55, 0.85, 0.5, 0.45)
_LONG: _Egg = (0, -0.75, -0.55, 0.85, 0.5, 0.45)
_EAR: _Egg = (0.98, -0.02, -0.05, 0.14, 0.24, 0.18)
_FACE: tuple[_Piece, ...] = (
    _Piece("skin", (0, 0.18, 0, 1.0, 0.82, 0.98), (0, -0.55, 0.22, 0.66, 0.45, 0.62)),
    *_mirrored(_Piece("hair", (0.62, 0.36, -0.3, 0.4, 0.58, 0.68), (0.5, -0.25, -0.62, 0.4, 0.4, 0.3), (1.0, 0.0, -0.15))),
    *_mirrored(_Piece("skin", _EAR, _EAR, (1.0, 0.0, 0.0))),
    _Piece("hair", (0, 0.82, 0.42, 0.62, 0.2, 0.42), (0, 0.78, -0.1, 0.9, 0.3, 0.6)),
    *_mirrored(_spot("eye", 0.4, 0.12, 0.88, 0.2, 0.125)),
    *_mirrored(_spot("pupil", 0.4, 0.12, 0.92, 0.11, 0.115)),
    *_mirrored(_spot("hair", 0.42, 0.37, 0.84, 0.2, 0.035)),
    *_mirrored(_Piece("mouth", (0.26, -0.44, 0.8, 0.06, 0.04, 0.06), (0, -0.52, 0.82, 0.1, 0.045, 0.06), (0.0, -0.15, 0.82))),
    _Piece("nose", (0, -0.14, 1.0, 0.16, 0.14, 0.18), (0, 0.12, 0.92, 0.08, 0.1, 0.08)),
)


def head_parts(figure: Figure, skeleton: Skeleton, long_hair: bool) -> list[Part]:
    """The parts of the head in the order of painting; hair comes last again for whoever sees it from behind."""
    hair = _Piece("hair", _CAP, _LONG if long_hair else _SHORT)
    pieces = (hair, *_FACE, hair._replace(normal=(0.0, 0.0, -1.0)))
    return [_part(piece, figure, skeleton) for piece in pieces]


def _part(piece: _Piece, figure: Figure, skeleton: Skeleton) -> Part:
    half, frame = head_axes(figure), skeleton.head
    ends = [
        Blob(skeleton.head_centre + turned(frame, np.array(egg[:3]) * half), frame * (half * egg[3:]))
        for egg in (piece.start, piece.end)
    ]
    return Part("head", piece.paint, ends[0], ends[1], None if piece.normal is None else unit(turned(frame, piece.normal)))
