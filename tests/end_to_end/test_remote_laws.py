"""What holds whoever verifies, with a vision model that reads the pictures: clips exchanged, statements in another order, one more."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from viddiff import Settings, compare
from viddiff.evals.drawn.pairs import WrittenPair
from viddiff.evals.scripted_server import ScriptedServer, image_reader
from viddiff.evals.scripted_server.named import whole
from viddiff.evals.torture.failing_server import Remembering

FLIPPED = {"a": "b", "b": "a"}
ADDED = {"id": "one more", "description": "the feet are further apart"}


@pytest.fixture(scope="module")
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer(whole(Remembering(image_reader()))) as server:
        yield server


@pytest.fixture(scope="module")
def clips(drawn) -> WrittenPair:
    return drawn("squat", 3)


@pytest.fixture(scope="module")
def answers(clips: WrittenPair, server: ScriptedServer, settings: Settings):
    spec = f"openai:scripted@{server.base_url}"
    remote = Settings.of(home=settings.home, planner=spec, vlm=spec, encoder="pose", max_attempts=2)

    def ask(statements: list[dict[str, str]], *, swapped: bool = False) -> dict[str, str]:
        a, b = (clips.b, clips.a) if swapped else (clips.a, clips.b)
        report = compare(a.path, b.path, action="squat", differences=statements, settings=remote)
        assert all(difference.votes for difference in report.differences)
        return {difference.id: difference.answer for difference in report.differences}

    return ask


@pytest.fixture(scope="module")
def statements(clips: WrittenPair) -> list[dict[str, str]]:
    return [{"id": s.id, "description": s.description} for s in clips.pair.statements]


@pytest.fixture(scope="module")
def first(answers, statements: list[dict[str, str]]) -> dict[str, str]:
    found = answers(statements)
    assert {"a", "b"} & set(found.values())
    return found


def test_exchanging_the_clips_exchanges_the_letters(answers, statements, first: dict[str, str]) -> None:
    assert answers(statements, swapped=True) == {id_: FLIPPED.get(answer, answer) for id_, answer in first.items()}


@pytest.mark.parametrize("seed", [1, 2])
def test_the_order_of_the_statements_decides_nothing(seed: int, answers, statements, first: dict[str, str]) -> None:
    shuffled = random.Random(seed).sample(statements, len(statements))
    assert answers(shuffled) == first


def test_one_more_statement_changes_no_other_answer(answers, statements, first: dict[str, str]) -> None:
    found = answers([ADDED, *statements])
    assert {id_: found[id_] for id_ in first} == first
