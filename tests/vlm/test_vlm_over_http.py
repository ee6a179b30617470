"""The whole way over HTTP against servers that look at the pictures, always say "first", or guess."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from model_seat import DrawnSquats, difference, place, remote

from viddiff.evals.scripted_server import ScriptedServer, always_first, at_random, cannot_tell, image_reader
from viddiff.memory.state import Localization
from viddiff.memory.values import Difference
from viddiff.tools.ask_vlm import VlmOutcome, query_vlm

AT_THE_BOTTOM = {
    "d1": ("the squat is deeper", "a"),
    "d2": ("the torso leans further forward", "b"),
    "d3": ("the hips stay higher at the bottom of the squat", "b"),
}
THROUGHOUT = {
    "d4": ("the range of motion of the knees is larger", "a"),
    "d5": ("the torso moves back and forth more", "b"),
}
DIFFERENCES = [
    *(difference(id_, words) for id_, (words, _) in AT_THE_BOTTOM.items()),
    *(difference(id_, words, frames="many") for id_, (words, _) in THROUGHOUT.items()),
]
TRUTH = {id_: letter for id_, (_, letter) in (AT_THE_BOTTOM | THROUGHOUT).items()}


@pytest.fixture(scope="module")
def squats() -> DrawnSquats:
    return DrawnSquats()


def places(squats: DrawnSquats, stage_a: str = "bottom position") -> dict[str, Localization]:
    still = [squats.stage("a", stage_a)], [squats.stage("b", "bottom position")]
    moving = [squats.whole("a")], [squats.whole("b")]
    return {d.id: place(d.id, *(moving if d.frames == "many" else still)) for d in DIFFERENCES}


def ask(
    server: ScriptedServer, folder: Path, squats: DrawnSquats, differences: list[Difference], where: dict[str, Localization]
) -> VlmOutcome:
    asking = query_vlm(
        differences,
        where,
        {},
        squats.videos,
        remote(server, folder),
        action="squat",
        key_frames=squats.key_frames,
        read_frames=squats.read_frames,
    )
    return asyncio.run(asking)


def test_a_model_that_looks_is_right_in_both_orders(squats: DrawnSquats, tmp_path: Path) -> None:
    with ScriptedServer(image_reader()) as server:
        outcome = ask(server, tmp_path, squats, DIFFERENCES, places(squats))
        calls = server.recording.chats
        again = ask(server, tmp_path, squats, DIFFERENCES, places(squats))
        assert len(server.recording.chats) == len(calls)
    assert {id_: opinion.answer for id_, opinion in outcome.opinions.items()} == TRUTH
    assert {opinion.strength for opinion in outcome.opinions.values()} == {"strong"}
    assert outcome.bias.rate == 0.5
    assert (outcome.unanswered, outcome.stray, outcome.voids) == (0, 0, ())
    assert [len(call.images) for call in calls] == [1, 1, 1, 1]
    assert {image.tokens for call in calls for image in call.images} <= {425, 765, 1105}
    assert "in Video" not in outcome.opinions["d1"].reason
    assert " in A, " in outcome.opinions["d1"].reason
    assert (outcome.usage.calls, outcome.usage.images, outcome.usage.cache_hits) == (4, 4, 0)
    assert again.opinions == outcome.opinions
    assert (again.usage.calls, again.usage.cache_hits) == (0, 4)


def test_the_wrong_moment_gives_the_wrong_answer(squats: DrawnSquats, tmp_path: Path) -> None:
    stages = [span.stage for span in squats.performed["a"].stages]
    with ScriptedServer(image_reader()) as server:
        outcome = ask(server, tmp_path, squats, DIFFERENCES[:1], places(squats, stages[0]))
    assert outcome.opinions["d1"].answer == "b"


def test_a_biased_a_guessing_and_a_shy_model(squats: DrawnSquats, tmp_path: Path) -> None:
    where = places(squats)
    with ScriptedServer(always_first()) as server:
        biased = ask(server, tmp_path / "biased", squats, DIFFERENCES, where)
    assert set(biased.voids) == set(TRUTH)
    assert biased.bias.rate == 1
    with ScriptedServer(cannot_tell()) as server:
        shy = ask(server, tmp_path / "shy", squats, DIFFERENCES, where)
    assert {opinion.answer for opinion in shy.opinions.values()} == {"unknown"}
    assert (shy.voids, shy.bias.rate) == ((), None)
    some = [difference(f"r{n}", f"statement {n}") for n in range(12)]
    with ScriptedServer(at_random(3)) as server:
        guessing = ask(
            server, tmp_path / "guessing", squats, some, {d.id: where["d1"].model_copy(update={"id": d.id}) for d in some}
        )
    assert 2 <= len(guessing.voids) <= 10
