"""Stand-ins for people and for the estimator: coloured blocks, and something that sees them."""

from types import SimpleNamespace

import numpy as np

from viddiff.tools.pose_following import Detection

RED, GREEN = 0, 1
WIDTH, HEIGHT = 320, 180

_TEMPLATE = np.full((33, 2), 0.5)
_TEMPLATE[:11, 1] = 0.05
for _name, (_x, _y) in {
    11: (0.8, 0.2),
    13: (1.0, 0.35),
    15: (1.0, 0.5),
    23: (0.65, 0.52),
    25: (0.65, 0.75),
    27: (0.65, 0.97),
    31: (0.7, 1),
}.items():
    _TEMPLATE[_name] = (_x, _y)
    _TEMPLATE[_name + 1] = (1 - _x, _y)
_TEMPLATE[0] = (0.5, 0.0)


def frame(*people: tuple[int, float, float, float]) -> np.ndarray:
    """A frame with people given as (colour, x of the middle, y of the feet, height), 2.5 times as high as wide."""
    image = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    for colour, x, feet, height in people:
        left, right = round(x - height / 5), round(x + height / 5)
        image[round(feet - height) : round(feet), max(left, 0) : max(right, 0), colour] = 255
    return image


def clip(images: list[np.ndarray], fps: float = 30.0, batch: int = 7) -> list[SimpleNamespace]:
    """The frames in batches."""
    stacked, count = np.stack(images), len(images)
    times, frames = np.arange(count) / fps, np.arange(count)
    cuts = [slice(start, start + batch) for start in range(0, count, batch)]
    return [SimpleNamespace(images=stacked[cut], times_s=times[cut], frames=frames[cut]) for cut in cuts]


class BlockEstimator:
    """Sees blocks that are at least a third as high as the picture; prefers `favourite`, or the one it saw before."""

    name = "blocks/1"

    def __init__(self) -> None:
        self.favourite = RED
        self.calls = self.restarts = 0

    def estimate(self, frame: np.ndarray) -> Detection | None:
        self.calls += 1
        for colour in sorted((RED, GREEN), key=lambda colour: colour != self.favourite):
            rows, columns = np.nonzero(frame[:, :, colour] > 127)
            if len(rows) and np.ptp(rows) + 1 >= frame.shape[0] / 3:
                return self._body(np.array([columns.min(), rows.min()]), np.array([columns.max() + 1, rows.max() + 1]))
        return None

    def estimate_alone(self, frame: np.ndarray) -> Detection | None:
        return self.estimate(frame)

    def restart(self) -> None:
        self.restarts += 1

    @staticmethod
    def _body(low: np.ndarray, high: np.ndarray) -> Detection:
        landmarks = np.ones((33, 4))
        landmarks[:, :2] = low + _TEMPLATE * (high - low)
        return Detection(landmarks=landmarks, world=np.zeros((33, 3)))
