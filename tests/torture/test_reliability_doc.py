"""What the document says of bad clips is what the corpus states."""

from __future__ import annotations

from pathlib import Path

from viddiff.evals.torture.__main__ import PARTS
from viddiff.evals.torture.corpus import KINDS, table

TEXT = (Path(__file__).parents[2] / "docs" / "reliability.md").read_text(encoding="utf-8")


def test_the_table_of_kinds_is_that_of_the_corpus() -> None:
    assert table() in TEXT
    assert f"{len(KINDS)} kinds" in TEXT


def test_every_part_of_the_command_is_named() -> None:
    assert [part.name for part in PARTS if f"`{part.name}`" not in TEXT] == []


def test_the_parts_fit_into_twenty_minutes() -> None:
    assert sum(part.seconds for part in PARTS) <= 20 * 60
