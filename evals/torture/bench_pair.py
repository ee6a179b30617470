"""One small drawn pair whose bodies are tracked once, and copies of its data folder for commands to break."""

from __future__ import annotations

import shutil
from pathlib import Path

from ..drawn import drawn_pair, write_pair
from .processes import Commands, Ended

ASKED = ("depth", "stance", "lean")
"""Statements of the drawn pair that are decided."""
FPS = 12.0
"""Frames per second at which bodies are tracked."""


class BenchPair:
    """Two clips of a squat and a data folder in which nothing but their tracks is kept.

    Args:
        folder: Where everything is made.
        seed: Of the drawn pair.
    """

    def __init__(self, folder: Path, seed: int = 3) -> None:
        self.folder = folder
        self._copies = 0
        clips = folder / "clips"
        clips.mkdir(parents=True, exist_ok=True)
        self.made = write_pair(drawn_pair(seed, "squat"), clips)

    @property
    def arguments(self) -> list[str]:
        """`viddiff compare` on the two clips and a few statements."""
        asked = [s.description for s in self.made.pair.statements if s.id in ASKED]
        statements = [part for text in asked for part in ("--difference", text)]
        clips = [str(self.made.a.path), str(self.made.b.path)]
        return ["compare", *clips, "--action", self.made.pair.description, *statements, "--fps", f"{FPS:g}"]

    @property
    def template(self) -> Path:
        """The data folder that is copied."""
        return self.folder / "template"

    def track(self, commands: Commands) -> Ended:
        """Fill the template; how the embedded comparison that does so ended."""
        ended = commands.run([*self.arguments, "--profile", "embedded", "--json", str(self.report)], self.template)
        assert ended.status == 0, ended.err
        return ended

    @property
    def report(self) -> Path:
        """What the embedded comparison said."""
        return self.folder / "report.json"

    def new_home(self) -> Path:
        """A data folder of its own with the tracks in it."""
        self._copies += 1
        home = self.folder / f"home-{self._copies}"
        shutil.copytree(self.template / "cache", home / "cache")
        return home

    def used_home(self) -> Path:
        """A data folder of its own with everything in it that the embedded comparison left behind."""
        self._copies += 1
        home = self.folder / f"home-{self._copies}"
        shutil.copytree(self.template, home)
        return home
