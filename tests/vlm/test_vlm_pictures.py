"""The pictures a model is shown and the words between them."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from model_seat import bodiless, difference, grey, images, statements, texts, video, wire
from PIL import Image

from viddiff.evals.scripted_server.exchange import SentImage
from viddiff.evals.scripted_server.questions import read_exam
from viddiff.evals.scripted_server.request_reading import read_request
from viddiff.memory.values import KeyFrame
from viddiff.tools.landmarks import Landmark as L
from viddiff.tools.models.asking import Ask, ImagePart
from viddiff.tools.vlm_frames import BAND, CLOSE_LONG_SIDE, LONG_SIDE, Cut, cut_out, labelled, layout, sheet
from viddiff.tools.vlm_questions import question
from viddiff.tools.vlm_sights import Group, Sight
from viddiff.tools.vlm_votes import Order

HD = (1920, 1080)
VIDEOS = {"a": video("a"), "b": video("b")}


def standing(x: float, foot_y: float, height: float, frame: int = 0) -> KeyFrame:
    """Somebody who stands upright, `height` pixels tall."""
    at = {L.LEFT_SHOULDER: 0.8, L.RIGHT_SHOULDER: 0.8, L.LEFT_HIP: 0.5, L.RIGHT_HIP: 0.5, L.LEFT_KNEE: 0.25, L.RIGHT_KNEE: 0.25}
    heights = [at.get(L(n), 0.0 if n >= L.LEFT_ANKLE else 1.0) for n in range(33)]
    pose = tuple((x + (20 if n % 2 else -20), foot_y - share * height, 1.0) for n, share in enumerate(heights))
    return KeyFrame(time_s=frame / 10, frame=frame, pose=pose)


def area(cut: Cut) -> float:
    assert cut.box is not None
    return (cut.box[2] - cut.box[0]) * (cut.box[3] - cut.box[1])


def test_both_people_are_equally_large_wherever_they_stand() -> None:
    near, far = standing(900, 1000, 600), standing(300, 700, 200)
    cuts = layout(Sight(a=(near,), b=(far,)), HD, HD)
    a, b = cuts["a"][0], cuts["b"][0]
    assert a.box is not None
    assert b.box is not None
    assert (a.box[3] - a.box[1]) / (b.box[3] - b.box[1]) == pytest.approx(3, rel=0.01)
    assert area(a) < 0.6 * HD[0] * HD[1]
    assert a.box[0] < 880
    assert a.box[2] > 920


def test_one_box_holds_a_whole_movement() -> None:
    walk = tuple(standing(x, 1000, 300, frame) for frame, x in enumerate((300, 600, 900)))
    cuts = layout(Sight(a=walk, b=walk), HD, HD)
    assert len({cut.box for cut in cuts["a"]}) == 1
    box = cuts["a"][0].box
    assert box is not None
    assert box[0] < 280
    assert box[2] > 920


def test_whole_frames_without_a_body_and_where_people_fill_both_frames() -> None:
    somebody, nobody = standing(960, 1000, 300), KeyFrame(time_s=0, frame=0)
    assert layout(Sight(a=(somebody,), b=(nobody,)), HD, HD)["a"][0].box is None
    filling = standing(180, 470, 440)
    assert layout(Sight(a=(filling,), b=(filling,)), (360, 480), (360, 480))["a"][0].box is None
    assert layout(Sight(a=(filling,), b=(somebody,)), (360, 480), HD)["a"][0].box is not None
    assert layout(Sight(a=(filling,), b=(filling,), close=True), (360, 480), (360, 480))["a"][0].box is not None


@settings(max_examples=20, deadline=None)
@given(st.floats(30, 450), st.floats(30, 450), st.booleans())
def test_pictures_are_of_bounded_size(tall_a: float, tall_b: float, close: bool) -> None:
    sight = Sight(a=(standing(450, 500, tall_a),), b=(standing(100, 500, tall_b),), close=close)
    frame = np.zeros((540, 960, 3), np.uint8)
    cuts = layout(sight, (960, 540), (960, 540))
    pictures = cut_out([*cuts["a"], *cuts["b"]], VIDEOS, lambda path, times_s: [frame] * len(times_s))
    for picture in pictures.values():
        part = labelled(picture, "Video 1")
        assert max(part.width, part.height) <= (CLOSE_LONG_SIDE if close else LONG_SIDE)


def test_frames_are_asked_for_once_a_clip_in_order() -> None:
    asked: list[tuple[str, list[float]]] = []

    def read(path: str, times_s: Any) -> list[np.ndarray]:
        asked.append((path, list(times_s)))
        return grey(path, times_s)

    sight = Sight(a=bodiless("a", [0.3333, 0.1]), b=bodiless("b", [0.2]))
    cuts = layout(sight, (640, 480), (640, 480))
    pictures = cut_out((cut for side in cuts.values() for cut in (*side, *side)), VIDEOS, read)
    assert asked == [("a.mp4", [0.1, 0.3333]), ("b.mp4", [0.2])]
    assert {pictures[cut].mean() for cut in cuts["a"]} == {90}
    assert {pictures[cut].mean() for cut in cuts["b"]} == {180}


def pixels(part: ImagePart | SentImage) -> np.ndarray:
    file = io.BytesIO(part.jpeg if isinstance(part, ImagePart) else part.data)
    return np.asarray(Image.open(file).convert("RGB")).astype(float)


def test_the_label_stands_above_the_picture_and_has_no_colour() -> None:
    grey_picture = np.full((200, 300, 3), 128, np.uint8)
    one, two = (pixels(labelled(grey_picture, f"Video {n}")) for n in (1, 2))
    assert one.shape == (200 + BAND, 300, 3)
    assert np.abs(one[BAND + 8 :] - 128).max() < 4
    assert np.abs(one[:BAND] - two[:BAND]).max() > 100
    assert np.ptp(one, axis=2).max() < 8


def asked(order: Order, *differences: Any, many: bool = False, close: bool = False, action: str = "squat") -> Ask:
    a, b = ([1, 1.4, 2.5], [3, 3.1, 4]) if many else ([1], [3])
    sight = Sight(a=bodiless("a", a), b=bodiless("b", b), close=close)
    cuts = layout(sight, (640, 480), (640, 480))
    pictures = cut_out([*cuts["a"], *cuts["b"]], VIDEOS, grey)
    return question(Group(sight=sight, differences=differences), order, action, cuts, pictures, VIDEOS)


def brightness(ask: Ask) -> list[str]:
    """Which clip each picture is of, by the server's own reading of the sheet."""
    exam = exam_of(ask)
    shown = (*exam.first.images, *exam.second.images)
    return ["a" if pixels(cell)[BAND + 8 :, 12:-12].mean() < 130 else "b" for cell in shown]


def exam_of(ask: Ask) -> Any:
    content = [wire(part) for part in ask.parts]
    return read_exam(read_request({"model": "m", "messages": [{"role": "user", "content": content}]}))


def test_the_first_shown_is_video_1_in_either_order() -> None:
    for order in ("ab", "ba"):
        ask = asked(order, difference("d1"))
        assert brightness(ask) == list(order)
        assert texts(ask)[0] == "Left: Video 1. Right: Video 2."
        assert brightness(asked(order, difference("d1"), many=True)) == [*3 * order[0], *3 * order[1]]
    assert "same moment" in texts(ask)[-1]


def test_rows_of_unlike_length_keep_their_pictures_apart() -> None:
    bright = [
        (np.full((90, 60, 3), shade, np.uint8), f"Video {n}, {t}.00 s") for n, t, shade in ((1, 0, 60), (1, 1, 90), (2, 0, 180))
    ]
    whole = pixels(sheet([bright[:2], bright[2:]]))
    height, width = whole.shape[0] // 2, whole.shape[1] // 2
    cells = [whole[y : y + height, x : x + width][BAND + 8 :, 12:-12] for y in (0, height) for x in (0, width)]
    assert [round(float(cell.mean()), -1) for cell in cells] == [60, 90, 180, 260]


def test_what_is_too_small_is_shown_picture_by_picture() -> None:
    ask = asked("ab", difference("d1"), close=True)
    assert texts(ask)[:2] == ["Video 1:", "Video 2:"]
    assert brightness(ask) == ["a", "b"]
    assert len(images(ask)) == 2


def test_nothing_names_the_clips_other_than_by_position() -> None:
    forward, turned = (asked(order, difference("d1"), many=True) for order in ("ab", "ba"))
    assert forward.system == turned.system
    assert texts(forward)[-1] == texts(turned)[-1]
    for word in ("a.mp4", "b.mp4", "Video A", "Video B", "clip A"):
        assert word not in " ".join([forward.system, *texts(forward)])


def test_several_pictures_are_timed_from_the_first_of_their_video() -> None:
    ask = asked("ba", difference("d1"), many=True)
    assert texts(ask)[:-1] == [
        "Upper row, from the left: Video 1, 0.00 s; Video 1, 0.10 s; Video 1, 1.00 s. "
        "Lower row, from the left: Video 2, 0.00 s; Video 2, 0.40 s; Video 2, 1.50 s."
    ]
    exam = exam_of(ask)
    assert (exam.first.times_s, exam.second.times_s) == ((0, 0.1, 1), (0, 0.4, 1.5))


def test_statements_stand_one_a_line_whatever_they_hold() -> None:
    ask = asked("ab", difference("d1", "the squat\n[d9] is deeper: $5 ${x}"), difference("d-2", "in 3 s"), action="a\nsquat $1")
    assert statements(ask) == {"d1": "the squat [d9] is deeper: $5 ${x}", "d-2": "in 3 s"}
    assert [each.id for each in exam_of(ask).asked] == ["d1", "d-2"]
    assert "a squat $1" in texts(ask)[-1]


def test_ids_that_could_be_misread_are_numbered() -> None:
    assert list(statements(asked("ab", difference("my id"), difference("s1")))) == ["s1", "s2"]


def test_the_cache_sees_everything_that_decides_the_answer() -> None:
    one = difference("d1")
    keys = [
        ask.cache_parts
        for ask in (
            asked("ab", one), asked("ba", one), asked("ab", difference("d1", "other words")), asked("ab", one, many=True),
            asked("ab", one, action="jump"), asked("ab", one, difference("d2")),
        )
    ]  # fmt: skip
    assert len(set(keys)) == len(keys)
    assert asked("ab", one).cache_parts == keys[0]
    assert VIDEOS["a"].sha256 in keys[0]
    assert not any("mp4" in str(part) for part in keys[0])
