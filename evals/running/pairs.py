"""What is compared: two clips of one action with labelled differences, wherever they come from."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from pathlib import Path

from ...memory.values import Side, Value
from ..viddiffbench.rows import BenchDifference, BenchRow


class Pair(Value, ABC):
    """Two clips and what is known of them. Travels to other processes, so it holds no open thing."""

    row: BenchRow
    """What the action is, and the labels."""

    @property
    def name(self) -> str:
        """Unique in an evaluation, and a file name."""
        return re.sub(r"[^\w.-]", "_", self.row.sample_key)

    @property
    def asked(self) -> tuple[BenchDifference, ...]:
        """What the closed setting asks about."""
        return self.row.counted

    @abstractmethod
    def clip(self, side: Side, folder: Path) -> Path:
        """One of the two clips, made in `folder` if need be; what is there is taken as it is.

        Raises:
            VideoError: It cannot be read.
        """
