"""The corpus of bad and odd clips in its short form: every refusal, every probe, a few whole comparisons."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from viddiff.evals.torture.corpus import KINDS
from viddiff.evals.torture.corpus_checks import Said, arguments_of, typed
from viddiff.evals.torture.corpus_plain import Kind
from viddiff.evals.torture.corpus_run import Outcome, checked, probed_only, refusal_faults

SLOW = {"8k", "growing", "live", "picture-bomb", "video-bomb", "vp8", "vp8-hidden"}
"""Making these takes longer than looking at all others; `python -m viddiff.evals.torture corpus` does."""
COMPARED = {"rotated-90", "newline", "one-frame"}


def failed(outcomes) -> dict[str, tuple[str, ...]]:
    return {outcome.name: outcome.wrong for outcome in outcomes if outcome.wrong}


def kind(name: str) -> Kind:
    return next(kind for kind in KINDS if kind.name == name)


def test_there_are_sixty_kinds_and_more_each_with_a_name_of_its_own() -> None:
    names = [kind.name for kind in KINDS]
    assert len(names) >= 60
    assert len(set(names)) == len(names)


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome]:
    """What is refused, and a few whole comparisons, one after the other in one child."""
    chosen = [kind for kind in KINDS if kind.name in COMPARED or (kind.refused and kind.name not in SLOW)]
    return {outcome.name: outcome for outcome in checked(chosen, tmp_path_factory.mktemp("corpus"))}


def test_what_cannot_be_compared_is_refused_in_one_line_on_the_command_line_and_by_the_page(outcomes: dict[str, Outcome]) -> None:
    refused = [outcome for name, outcome in outcomes.items() if kind(name).refused]
    assert len(refused) >= 50
    assert failed(refused) == {}
    assert [outcome.name for outcome in refused if outcome.skipped] == (["locked"] if os.geteuid() == 0 else [])


def test_odd_clips_get_the_answers_that_are_stated(outcomes: dict[str, Outcome]) -> None:
    assert failed(outcomes[name] for name in COMPARED) == {}


def test_what_can_be_played_is_decoded_with_the_stated_warnings_and_no_other(tmp_path: Path) -> None:
    outcomes = list(probed_only([kind for kind in KINDS if not kind.refused and kind.name not in SLOW], tmp_path))
    assert failed(outcomes) == {}
    assert sum(not outcome.skipped for outcome in outcomes) >= 60


def test_a_process_of_its_own_refuses_alike(tmp_path: Path) -> None:
    (tmp_path / "two\nlines.mp4").write_bytes(b"")
    said = typed(arguments_of("two\nlines.mp4", tmp_path / "b.mp4"), tmp_path, tmp_path / "home")
    assert refusal_faults(kind("empty"), said) == []


@pytest.mark.parametrize(("status", "out", "err"), [
    (1, "", "viddiff: 'x' is empty: copy it again\n"),
    (2, "{}", "viddiff: 'x' is empty: copy it again\n"),
    (2, "", "viddiff: 'x' is empty: copy it again\nand more\n"),
    (2, "", "Traceback: is empty\n"),
    (2, "", "viddiff: 'x' is full\n"),
])  # fmt: skip
def test_anything_but_one_fitting_line_with_status_2_is_noticed(status: int, out: str, err: str) -> None:
    assert refusal_faults(kind("empty"), Said(status=status, out=out, err=err))
