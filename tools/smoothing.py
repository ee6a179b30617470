"""Smoothing that leaves peaks where they are, and the noise it took away."""

from __future__ import annotations

import numpy as np

HALF_WIDTH_S = 0.15
"""Half the span of the local fit: a low-pass at about 8 Hz, above what limbs do and below the flicker of an estimator."""

_FEWEST = 4
_MAD_TO_SIGMA = 1.4826
_FEWEST_RESIDUALS = 8


def smooth(times_s: np.ndarray, values: np.ndarray, half_width_s: float = HALF_WIDTH_S) -> np.ndarray:
    """Fit a parabola around every instant and read it off there.

    The fit is weighted by distance in time (tricube), so it is zero-phase on a uniform clock, copes with irregular ones, and
    leaves constant, linear and quadratic motion as it is. Where fewer than four samples lie in the span the value is kept raw:
    at low sampling rates there is nothing to average without flattening the motion.

    Local regression: Cleveland, "Robust Locally Weighted Regression and Smoothing Scatterplots", JASA 74 (1979); on a uniform
    clock it is a weighted Savitzky-Golay filter (Anal. Chem. 36, 1964) of order 2.

    Args:
        times_s: (T,) seconds, strictly increasing.
        values: (T, ...) samples; a row that holds any NaN counts as missing.
        half_width_s: half the span of the fit in seconds.

    Returns:
        Array like `values`, float64; missing rows are NaN.
    """
    flat, valid = _rows(values)
    index, kernel = _kernels(np.asarray(times_s, float), valid, half_width_s)
    known = np.where(valid[:, None], flat, 0.0)
    result = np.zeros_like(flat)
    for column in range(index.shape[1]):
        result += kernel[:, column, None] * known[index[:, column]]
    result[~valid] = np.nan
    return result.reshape(np.shape(values))


def noise(times_s: np.ndarray, values: np.ndarray, half_width_s: float = HALF_WIDTH_S) -> np.ndarray:
    """Standard deviation of what flickers from sample to sample, robust against outliers.

    It is the median absolute deviation of raw minus smoothed, divided by the share of white noise that the fit lets through.
    Where the clock is too slow for the fit, each sample is held against the line between its neighbours instead, which counts
    fast motion as noise: an upper bound. Errors that last (a joint seen in the wrong place throughout) do not show up here.

    Args:
        times_s: (T,) seconds, strictly increasing.
        values: (T, D, 2) samples of D points in two axes, which are pooled.
        half_width_s: half the span of the fit in seconds.

    Returns:
        (D,) float64 per axis, in the unit of `values`; NaN where too little is known.
    """
    times_s = np.asarray(times_s, float)
    flat, valid = _rows(values)
    index, kernel = _kernels(times_s, valid, half_width_s)
    own = np.where(index == np.arange(len(times_s))[:, None], kernel, 0.0).sum(axis=1)
    gain = np.sqrt(np.maximum(1 - 2 * own + (kernel**2).sum(axis=1), 0.0))
    # At the two ends the fit follows the sample itself, so next to nothing is left to judge by.
    judged = valid & (gain > 0.2)
    residual = (flat - smooth(times_s, flat, half_width_s))[judged] / gain[judged, None]
    if len(residual) < _FEWEST_RESIDUALS:
        residual = _against_neighbours(times_s[valid], flat[valid])
    points = residual.reshape(len(residual), *np.shape(values)[1:])
    if not len(points):
        return np.full(np.shape(values)[1], np.nan)
    return _MAD_TO_SIGMA * np.median(np.abs(points - np.median(points, axis=0)), axis=(0, 2))


def _rows(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    flat = np.asarray(values, float).reshape(len(values), int(np.prod(np.shape(values)[1:])))
    return flat, np.asarray(np.isfinite(flat).all(axis=1))


def _kernels(times_s: np.ndarray, valid: np.ndarray, half_width_s: float) -> tuple[np.ndarray, np.ndarray]:
    """Neighbours (T, K) of every sample and the weights (T, K) with which they make up its smoothed value."""
    first = np.searchsorted(times_s, times_s - half_width_s, side="left")
    last = np.searchsorted(times_s, times_s + half_width_s, side="right")
    reach = first[:, None] + np.arange(np.max(last - first, initial=1))
    index = np.minimum(reach, max(len(times_s) - 1, 0))
    usable = (reach < last[:, None]) & valid[index]
    offset = np.where(usable, (times_s[index] - times_s[:, None]) / half_width_s, 0.0)
    weight = np.where(usable, np.clip(1 - np.abs(offset) ** 3, 0, 1) ** 3, 0.0)
    kernel = (index == np.arange(len(times_s))[:, None]).astype(float) * (reach < last[:, None])
    fitted = valid & ((weight > 1e-3).sum(axis=1) >= _FEWEST)
    if fitted.any():
        kernel[fitted] = _parabola_at_zero(offset[fitted], weight[fitted])
    return index, kernel


def _parabola_at_zero(offset: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Weights (T, K) that read off a weighted least-squares parabola where the offset is 0."""
    moments = np.stack([(weight * offset**power).sum(axis=1) for power in range(5)], axis=1)
    normal = moments[:, np.add.outer(np.arange(3), np.arange(3))]
    target = np.zeros((len(offset), 3, 1))
    target[:, 0] = 1
    factors = np.linalg.solve(normal, target)[..., 0]
    return weight * (factors[:, :1] + factors[:, 1:2] * offset + factors[:, 2:] * offset**2)


def _against_neighbours(times_s: np.ndarray, flat: np.ndarray) -> np.ndarray:
    if len(times_s) < 3:
        return np.empty((0, flat.shape[1]))
    share = ((times_s[1:-1] - times_s[:-2]) / (times_s[2:] - times_s[:-2]))[:, None]
    residual = flat[1:-1] - (1 - share) * flat[:-2] - share * flat[2:]
    return residual / np.sqrt(1 + share**2 + (1 - share) ** 2)
