"""Valid files changed at random: opened or refused in one line, the same mutants for the same seed."""

from __future__ import annotations

from itertools import islice

import numpy as np
import pytest

from viddiff.evals.torture import mutations
from viddiff.evals.torture.mp4_boxes import boxes


@pytest.fixture(scope="module")
def tally(tmp_path_factory: pytest.TempPathFactory) -> mutations.Tally:
    return mutations.run(tmp_path_factory.mktemp("mutants"), 60, seed=20261127, most=144)


def test_no_mutant_crashes_hangs_or_is_refused_in_more_than_a_line(tally: mutations.Tally) -> None:
    assert tally.bad == ()
    assert tally.opened
    assert tally.refused


def test_every_kind_of_change_meets_every_format(tally: mutations.Tally) -> None:
    assert set(tally.by_kind) == set(mutations.MUTATIONS)
    assert set(tally.by_format) == set(mutations.FORMATS)


@pytest.mark.parametrize("kind", mutations.MUTATIONS)
def test_a_seed_makes_the_same_mutant_again_and_another_seed_another(kind: str) -> None:
    sources = {"mp4": np.random.default_rng(0).bytes(9000)}
    mutant = mutations.Mutant(format="mp4", kind=kind, number=3)
    once = mutations.mutated(sources, mutant, 1)
    assert once == mutations.mutated(sources, mutant, 1)
    assert once not in (sources["mp4"], mutations.mutated(sources, mutant, 2))


def test_exchanging_boxes_loses_no_byte() -> None:
    data = b"".join((8 + n).to_bytes(4, "big") + name + bytes([n]) * n for n, name in ((4, b"ftyp"), (9, b"free"), (30, b"mdat")))
    assert [box.name for box in boxes(data)] == ["ftyp", "free", "mdat"]
    swapped = mutations.swap_boxes(np.random.default_rng(5), data)
    assert swapped != data
    assert sorted(swapped) == sorted(data)


def test_a_mutant_is_told_from_the_next() -> None:
    some = list(islice(mutations.mutants(), 200))
    assert len({(mutant.format, mutant.kind, mutant.number) for mutant in some}) == 200
