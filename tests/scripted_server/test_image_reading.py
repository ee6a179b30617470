"""A verifier that looks: right frames give right answers, wrong frames wrong ones, and it says what stills cannot show."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from asking import ANSWERS, GREY, content_of, picture, post, text, verifying

from viddiff.evals.drawn.actions import parameters_of
from viddiff.evals.drawn.camera import Camera
from viddiff.evals.drawn.clip import frames_of
from viddiff.evals.drawn.look import Look
from viddiff.evals.drawn.truth import perform
from viddiff.evals.scripted_server import ScriptedServer, at_random, image_reader
from viddiff.evals.scripted_server.questions import read_exam
from viddiff.evals.scripted_server.request_reading import read_request

VIDEOS = Path(__file__).parents[2].parent / "shared" / "videos"
DEEPER, LEAN = "the squat is deeper", "the torso leans further forward"
LOOK = Look(width=360, height=480, fps=5.0, lead_in_s=0.2, lead_out_s=0.2, camera=Camera(yaw_deg=60))
NOBODY = GREY[:64, :64]
DEEP, SHALLOW = {"depth": 112, "lean": 22}, {"depth": 72, "lean": 45}


def squat(values: dict[str, float]) -> tuple[np.ndarray, np.ndarray]:
    """A drawn squat: standing, and at the bottom."""
    performance = perform(parameters_of("squat", {**values, "pause_s": 1.0, "tempo_s": 2.4}), LOOK)
    bottom = next(span for span in performance.stages if span.stage == "bottom position")
    frames = list(frames_of(performance, LOOK))
    return frames[0], frames[int(np.argmin(np.abs(performance.times_s - bottom.middle_s)))]


@pytest.fixture(scope="module")
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer(image_reader()) as server:
        yield server


@pytest.fixture(scope="module")
def drawn() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    return {"deep": squat(DEEP), "shallow": squat(SHALLOW)}


def choices(server: ScriptedServer, body: dict[str, Any]) -> dict[str, str]:
    response = post(server, body)
    assert response.status_code == 200, response.text
    return {answer["id"]: answer["choice"] for answer in json.loads(content_of(response))["answers"]}


def test_it_reads_both_videos_in_either_order(server: ScriptedServer, drawn: Any) -> None:
    (_, deep), (_, shallow) = drawn["deep"], drawn["shallow"]
    asked = {"d1": DEEPER, "d2": LEAN, "d3": "the hips stay higher at the bottom of the squat"}
    assert choices(server, verifying([deep], [shallow], asked)) == {"d1": "first", "d2": "second", "d3": "second"}
    assert choices(server, verifying([shallow], [deep], asked)) == {"d1": "second", "d2": "first", "d3": "first"}
    assert choices(server, verifying([deep], [deep], {"d1": DEEPER})) == {"d1": "same"}


def test_wrong_frames_give_wrong_answers(server: ScriptedServer, drawn: Any) -> None:
    (standing, deep), (_, shallow) = drawn["deep"], drawn["shallow"]
    assert choices(server, verifying([deep], [shallow], {"d1": DEEPER})) == {"d1": "first"}
    assert choices(server, verifying([standing], [shallow], {"d1": DEEPER})) == {"d1": "second"}


def test_reasons_name_the_videos_by_their_position(server: ScriptedServer, drawn: Any) -> None:
    (_, deep), (_, shallow) = drawn["deep"], drawn["shallow"]
    response = post(server, verifying([shallow], [deep], {"d1": DEEPER}))
    (answer,) = json.loads(content_of(response))["answers"]
    assert re.fullmatch(
        r"knee bend \d+ in Video 1, \d+ in Video 2 \(deg\)|depth.* in Video 1, .* in Video 2 .*", answer["reason"]
    )
    assert answer["confidence"] > 0.9


def test_jpeg_crops_beside_whole_frames_and_a_small_person(server: ScriptedServer, drawn: Any) -> None:
    (_, deep), (_, shallow) = drawn["deep"], drawn["shallow"]
    body = verifying([deep, deep[40:, 20:340]], [shallow, shallow[40:, 20:340]], {"d1": DEEPER})
    parts = body["messages"][1]["content"]
    images = iter([deep, deep[40:, 20:340], shallow, shallow[40:, 20:340]])
    body["messages"][1]["content"] = [picture(next(images), "JPEG") if p["type"] == "image_url" else p for p in parts]
    assert choices(server, body) == {"d1": "first"}
    wide = np.full((960, 1280, 3), 128, np.uint8)
    wide[400:880, 700:1060] = deep
    assert choices(server, verifying([wide], [shallow], {"d1": DEEPER})) == {"d1": "first"}


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("the squat is performed faster", "still images do not show the duration"),
        ("the hands move faster", "so few images do not show"),
        ("the music is better", "measure"),
        (DEEPER, "no person was found in Video 1"),
    ],
)
def test_what_stills_cannot_show_it_cannot_tell(server: ScriptedServer, statement: str, reason: str) -> None:
    (answer,) = json.loads(content_of(post(server, verifying([NOBODY], [NOBODY], {"d1": statement}))))["answers"]
    assert answer["choice"] == "cannot_tell"
    assert answer["confidence"] <= 0.5
    assert reason in answer["reason"]


def test_several_images_with_their_times_show_speed(server: ScriptedServer, drawn: Any) -> None:
    standing, deep = drawn["deep"]
    asked = {"d1": "the hips move faster"}
    still, moving = [standing] * 3, [standing, deep, standing]
    assert choices(server, timed(moving, still, asked)) == {"d1": "first"}
    assert choices(server, timed(still, moving, asked)) == {"d1": "second"}
    assert choices(server, verifying(moving, still, asked)) == {"d1": "cannot_tell"}


def timed(first: list[np.ndarray], second: list[np.ndarray], asked: dict[str, str]) -> dict[str, Any]:
    """A verifying request that says when three images were taken."""
    body = verifying(first, second, asked)
    for part in body["messages"][1]["content"]:
        if part.get("text", "").endswith(":"):
            part["text"] += " at 0.0 s, 0.5 s and 1.0 s"
    return body


def test_without_a_schema_the_shape_is_the_contracts(server: ScriptedServer) -> None:
    with_schema, without = (
        content_of(post(server, verifying([NOBODY], [NOBODY], {"d1": DEEPER}, schema=schema))) for schema in (True, False)
    )
    assert json.loads(with_schema) == json.loads(without)
    assert set(json.loads(without)["answers"][0]) == set(ANSWERS["$defs"]["Answer"]["required"])


@pytest.mark.skipif(not VIDEOS.is_dir(), reason="real footage is not beside this checkout (../shared/videos)")
def test_real_footage_standing_against_squatting(server: ScriptedServer) -> None:
    import av

    with av.open(str(VIDEOS / "squat_a.mp4")) as container:
        frames = [frame.to_ndarray(format="rgb24") for frame in islice(container.decode(video=0), 0, 72, 12)]
    answers = [choices(server, verifying([frames[0]], [frame], {"d1": DEEPER}))["d1"] for frame in frames]
    assert "second" in answers
    assert answers[0] == "same"


def exam_of(*content: dict[str, Any]) -> Any:
    return read_exam(read_request({"model": "m", "messages": [{"role": "user", "content": list(content)}]}))


ONE, TWO = picture(GREY), picture(GREY[:64, :64])


def test_labels_times_and_statements_are_read() -> None:
    exam = exam_of(
        text("Two people do a squat. Video 1 is shown first, then Video 2."),
        text("Video 1 at 0.00 s"), ONE, text("Video 1 at 0.40 s"), ONE,
        text("VIDEO 2, frames at 1.0 s and 1.4 seconds"), TWO, TWO,
        text("- [d-1] the knees bend more in 2 s\n2) [s.2]: the first video is no label here\n[not one] because of the space"),
    )  # fmt: skip
    assert [image.width for image in exam.first.images] == [512, 512]
    assert [image.width for image in exam.second.images] == [64, 64]
    assert (exam.first.times_s, exam.second.times_s) == ((0.0, 0.4), (1.0, 1.4))
    assert [(each.id, each.statement) for each in exam.asked] == [
        ("d-1", "the knees bend more in 2 s"),
        ("s.2", "the first video is no label here"),
    ]


def test_times_that_do_not_match_the_images_are_not_believed() -> None:
    exam = exam_of(text("[d1] x y\nSecond video:"), TWO, text("First video at 3 s and 2 s"), ONE, ONE)
    assert (exam.first.times_s, exam.second.times_s) == (None, None)
    assert [image.width for image in exam.first.images] == [512, 512]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ([ONE, text("Video 1"), ONE, text("Video 2"), ONE, text("[d1] deeper")], "before any text"),
        ([text("Video 1 and Video 2"), ONE, ONE, text("[d1] deeper")], "before any text"),
        ([text("Video 1"), ONE, text("[d1] deeper")], "1 and 0 images and 1 statements"),
        ([text("Video 1"), ONE, text("Video 2"), ONE, text("deeper")], "1 and 1 images and 0 statements"),
    ],
)
def test_a_request_outside_the_contract_is_refused_with_what_is_missing(content: list[dict[str, Any]], reason: str) -> None:
    with ScriptedServer(at_random()) as server:
        response = post(server, {"model": "m", "messages": [{"role": "user", "content": content}]})
    assert response.status_code == 400
    assert reason in response.json()["error"]["message"]


def test_answers_by_lot_hang_on_the_question_alone() -> None:
    asked = {f"d{n}": f"statement {n}" for n in range(20)}
    body, turned = verifying([GREY], [GREY[:64]], asked), verifying([GREY[:64]], [GREY], asked)
    with ScriptedServer(at_random(1)) as one, ScriptedServer(at_random(1)) as again, ScriptedServer(at_random(2)) as other:
        post(again, turned)
        first, second = choices(one, body), choices(again, body)
        assert first == second != choices(other, body)
        assert choices(one, turned) != first
    assert set(first.values()) == {"first", "second"}
