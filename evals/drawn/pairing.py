"""Drawn pairs as the runner takes them: clips made when they are needed, labels in the form of the benchmark."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from ...memory.values import Side
from ..running.pairs import Pair
from ..viddiffbench.rows import BenchDifference, BenchRow, BenchVideo
from .pairs import Difficulty, DrawnPair, labelled_pairs, write_pair
from .statements import DrawnStatement, Truth

_TRUTH: Mapping[Truth, Literal["a", "b", "c"]] = {"a": "a", "b": "b", "same": "c"}


class Drawn(Pair):
    """A drawn pair."""

    drawn: DrawnPair

    @classmethod
    def of(cls, pair: DrawnPair) -> Drawn:
        """The pair with its labels as a row."""
        return cls(drawn=pair, row=row_of_drawn(pair, f"{pair.action}-{pair.difficulty}-{pair.seed}"))

    @property
    def asked(self) -> tuple[BenchDifference, ...]:
        """Equal ones too: that nobody could tell the clips apart is known here, and worth asking."""
        return self.row.differences

    def clip(self, side: Side, folder: Path) -> Path:
        """Draws both clips at once where they are not there yet; errors as for `write_pair`."""
        place = folder / self.name
        if not _is_drawn(self.drawn, place):
            write_pair(self.drawn, place)
        return place / f"{side}.mp4"


def drawn_set(count: int, seed: int, difficulty: Difficulty | None = None) -> tuple[Drawn, ...]:
    """`labelled_pairs` as the runner takes them."""
    return tuple(Drawn.of(pair) for pair in labelled_pairs(count, seed, difficulty))


def row_of_drawn(pair: DrawnPair, sample_key: str) -> BenchRow:
    """The labels of a drawn pair as a row of the benchmark; a statement that is true of neither clip is negligible there."""
    return BenchRow(
        sample_key=sample_key,
        action=pair.action,
        action_name=pair.action.replace("_", " "),
        action_description=pair.description,
        split=pair.difficulty,
        domain="fitness",
        source_dataset="drawn",
        sample_hash=pair.seed,
        videos=(BenchVideo(path="a.mp4", fps_original=pair.a.look.fps), BenchVideo(path="b.mp4", fps_original=pair.b.look.fps)),
        differences=tuple(_labelled(statement) for statement in pair.statements),
        retrieval_frames={},
        n_differences=math.ceil(1.5 * len(pair.statements)),
    )


def _labelled(statement: DrawnStatement) -> BenchDifference:
    return BenchDifference(
        key=statement.id,
        name=statement.parameter.replace("_", " "),
        description=statement.description,
        query_string=statement.description,
        num_frames="1" if statement.phase != "whole" else "gt_1",
        truth=_TRUTH[statement.answer],
    )


def _is_drawn(pair: DrawnPair, place: Path) -> bool:
    """Whether the folder holds this very pair: the truth is written after the clips, and says what they were made from."""
    try:
        truth = json.loads((place / "truth.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    wanted = pair.model_dump(mode="json")
    looks = all(truth["clips"][side][part] == wanted[side][part] for side in "ab" for part in ("parameters", "look"))
    return looks and truth["statements"] == wanted["statements"]
