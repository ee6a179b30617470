"""Spectral arc length: how smooth a movement is, whatever its size and duration."""

from __future__ import annotations

import numpy as np


def sparc(speed: np.ndarray, fs: float, *, cutoff_hz: float = 10.0, threshold: float = 0.05, padding: int = 4) -> float:
    """Length of the outline of the speed's spectrum, negated: closer to zero is smoother.

    Balasubramanian, Melendez-Calderon, Roby-Brami, Burdet: "On the analysis of movement smoothness", J. NeuroEng. Rehabil. 12:112
    (2015); the defaults are those of the authors' published code.

    Args:
        speed: (T,) speed at a uniform clock, any unit; finite.
        fs: samples per second.
        cutoff_hz: nothing above is movement.
        threshold: the spectrum ends where it last reaches this share of its largest value.
        padding: zero padding, in powers of two.

    Returns:
        The arc length, at most 0; NaN for fewer than four samples and where nothing moves.
    """
    if len(speed) < 4 or not np.any(speed):
        return float("nan")
    length = 2 ** (int(np.ceil(np.log2(len(speed)))) + padding)
    frequency = np.fft.rfftfreq(length, 1 / fs)
    magnitude = np.abs(np.fft.rfft(speed, length))
    magnitude /= magnitude.max()
    below = frequency <= cutoff_hz
    frequency, magnitude = frequency[below], magnitude[below]
    end = np.flatnonzero(magnitude >= threshold)[-1] + 1
    if end < 2:
        return float("nan")
    steps = np.diff(frequency[:end]) / (frequency[end - 1] - frequency[0])
    return -float(np.hypot(steps, np.diff(magnitude[:end])).sum())
