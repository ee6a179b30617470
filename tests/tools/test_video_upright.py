from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from viddiff.memory.errors import VideoError
from viddiff.tools.video_upright import LARGEST_SIDE, Orientation, check_size, displayed_size, shrunk_size

QUARTERS = [(a, 0, 0, d) for a, d in product((1, -1), repeat=2)] + [(0, b, c, 0) for b, c in product((1, -1), repeat=2)]


@pytest.mark.parametrize(("a", "b", "c", "d"), QUARTERS)
def test_each_pixel_goes_where_the_matrix_sends_it(a: int, b: int, c: int, d: int) -> None:
    stored = np.arange(3 * 5 * 3, dtype=np.uint8).reshape(3, 5, 3)
    places = {(a * x + c * y, b * x + d * y): stored[y, x] for y in range(3) for x in range(5)}
    left, top = min(p for p, _ in places), min(q for _, q in places)
    upright = Orientation.from_matrix((a << 16, b << 16, 0, c << 16, d << 16, 0, 0, 0, 1 << 30)).apply(stored)
    assert upright.shape == (3, 5, 3) if a else (5, 3, 3)
    for (p, q), pixel in places.items():
        assert (upright[q - top, p - left] == pixel).all()


@pytest.mark.parametrize(
    ("matrix", "degrees", "mirrored"),
    [
        ((1, 0, 0, 1), 0, False),
        ((0, 1, -1, 0), 90, False),
        ((-1, 0, 0, -1), 180, False),
        ((0, -1, 1, 0), 270, False),
        ((-1, 0, 0, 1), 0, True),
    ],
)
def test_the_turn_is_named_clockwise(matrix: tuple[int, ...], degrees: int, mirrored: bool) -> None:
    a, b, c, d = matrix
    found = Orientation.from_matrix((a, b, 0, c, d, 0, 0, 0, 1))
    assert (found.degrees, found.mirrored) == (degrees, mirrored)
    assert len(found.warnings()) == bool(degrees) + mirrored
    stored = np.arange(6).reshape(2, 3, 1)
    if not mirrored:
        assert (found.apply(stored) == np.rot90(stored, -degrees // 90)).all()


def test_non_square_pixels_enlarge_the_smaller_side() -> None:
    assert displayed_size(720, 576, Fraction(64, 45)) == (1024, 576)
    assert displayed_size(480, 480, Fraction(1, 2)) == (480, 960)
    assert displayed_size(720, 576, None) == (720, 576)
    assert displayed_size(266, 480, Fraction(400, 399)) == (266, 480)


@given(st.integers(1, 5000), st.integers(1, 5000), st.integers(1, 3000))
def test_shrinking_never_enlarges_and_keeps_the_shape(width: int, height: int, short_side: int) -> None:
    w, h = shrunk_size(width, height, short_side)
    assert 1 <= w <= width
    assert 1 <= h <= height
    assert min(w, h) == min(short_side, width, height)
    assert abs(w * height - h * width) <= max(width, height)


@pytest.mark.parametrize("size", [(0, 10), (10, 0), (LARGEST_SIDE + 1, 10), (10, LARGEST_SIDE + 1)])
def test_sizes_that_no_camera_makes_are_refused(size: tuple[int, int]) -> None:
    with pytest.raises(VideoError, match=r"clip\.mp4.*scale it down"):
        check_size("clip.mp4", *size)
