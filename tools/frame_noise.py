"""How much of a curve is jitter from one frame to the next: shared by stage alignment and repetition finding."""

from __future__ import annotations

import numpy as np

MIN_FRAMES = 8
"""With fewer values a step and jitter cannot be told apart, and no noise is claimed."""

_GAUSSIAN_MAD = 1.4826
_THIRD_DIFFERENCE_GAIN = 20.0**0.5


def frame_noise(values: np.ndarray) -> float:
    """Standard deviation of the white noise on a curve, in the curve's own unit.

    The median absolute third difference: smooth movement up to a few frames per period hardly shows in it, and steps
    are outvoted by the median.

    Args:
        values: (T,) finite samples, evenly spaced.

    Returns:
        The estimate; 0 for fewer than `MIN_FRAMES` values.
    """
    if len(values) < MIN_FRAMES:
        return 0.0
    return float(np.median(np.abs(np.diff(values, 3)))) * _GAUSSIAN_MAD / _THIRD_DIFFERENCE_GAIN
