"""Looking at a part of a frame, enlarged where it is small."""

from __future__ import annotations

from typing import Self

import numpy as np

from ..memory.values import Value

ENLARGE_TO = 512
"""Small windows are enlarged until their longer side has about this many pixels: landmarks get up to 40% more exact."""
_ENLARGE_MOST = 4
_LONGEST = 5
"""Windows, one beside the other, along the longer side of a frame."""


class FrameWindow(Value):
    """A half-open rectangle of a frame, in whole pixels."""

    left: int
    top: int
    right: int
    bottom: int
    frame_width: int
    frame_height: int

    @classmethod
    def within(cls, width: int, height: int, box: tuple[float, float, float, float]) -> Self:
        """The part of `box` (left, top, right, bottom) that lies in a frame; at least 2 by 2 pixels.

        Args:
            width: of the frame.
            height: of the frame.
            box: pixels, may reach outside.
        """
        left, top = int(np.clip(box[0], 0, width - 2)), int(np.clip(box[1], 0, height - 2))
        right, bottom = int(np.clip(np.ceil(box[2]), left + 2, width)), int(np.clip(np.ceil(box[3]), top + 2, height))
        return cls(left=left, top=top, right=right, bottom=bottom, frame_width=width, frame_height=height)

    @property
    def scale(self) -> int:
        """How many times the window is enlarged."""
        longer = max(self.right - self.left, self.bottom - self.top)
        return int(np.clip(round(ENLARGE_TO / longer), 1, _ENLARGE_MOST))

    def cut(self, frame: np.ndarray) -> np.ndarray:
        """The window's content, enlarged.

        Args:
            frame: (H, W, 3) RGB uint8.

        Returns:
            (h * scale, w * scale, 3) RGB uint8.
        """
        part = np.ascontiguousarray(frame[self.top : self.bottom, self.left : self.right])
        if self.scale == 1:
            return part
        import cv2

        return cv2.resize(part, None, fx=self.scale, fy=self.scale, interpolation=cv2.INTER_CUBIC)

    def back(self, landmarks: np.ndarray) -> np.ndarray:
        """Landmarks found in the cut, in pixels of the frame.

        Args:
            landmarks: (N, 4) x, y, z in pixels of the cut, and visibility.
        """
        moved = np.array(landmarks, float)
        moved[:, :3] /= self.scale
        moved[:, :2] += (self.left, self.top)
        return moved

    def leaves(self, box: tuple[float, float, float, float]) -> bool:
        """Whether a body's box comes close to a side of the window that is not a side of the frame."""
        near = 0.08 * max(self.right - self.left, self.bottom - self.top)
        return (
            (self.left > 0 and box[0] < self.left + near)
            or (self.top > 0 and box[1] < self.top + near)
            or (self.right < self.frame_width and box[2] > self.right - near)
            or (self.bottom < self.frame_height and box[3] > self.bottom - near)
        )


def search_windows(width: int, height: int) -> tuple[tuple[FrameWindow, ...], ...]:
    """Overlapping square windows in which a body that is small in the frame becomes large enough to be found.

    Returns:
        Two levels: squares as wide as the frame's shorter side, then half as wide, but at least a fifth of its longer side: nine
        of them reach from end to end, however narrow the frame is.
    """
    side, least = min(width, height), -(-max(width, height) // _LONGEST)
    return tuple(
        tuple(
            FrameWindow.within(width, height, (left, top, left + edge, top + edge))
            for top in _starts(height, edge)
            for left in _starts(width, edge)
        )
        for edge in (max(side, least), max(side // 2, least, 2))
    )


def _starts(length: int, edge: int) -> list[int]:
    room = max(length - edge, 0)
    return [round(start) for start in np.linspace(0, room, 1 + int(np.ceil(2 * room / edge)))]
