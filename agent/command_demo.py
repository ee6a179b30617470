"""`viddiff demo`: draw two clips, compare them, and write everything that a comparison can give."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from .command_compare import Outputs, compare_command
from .settings import Settings


def demo_command(out: Path) -> None:
    """Draw the demo pair into `out`, compare it in the open setting, and write report and film beside it."""
    # The drawn clips are part of the evals room, which nothing else up here may know.
    from ..evals.drawn import demo_pair, write_pair

    pair = demo_pair()
    out.mkdir(parents=True, exist_ok=True)
    talk = Console(stderr=True)
    talk.print(f"drawing two clips into {out} ...")
    write_pair(pair, out)
    outputs = Outputs(json_path=str(out / "report.json"), html=out / "report.html", video=out / "film.mp4")
    compare_command(out / "a.mp4", out / "b.mp4", pair.description, None, 8, Settings.of(profile="embedded"), outputs)
    talk.print(f"the report: {out / 'report.html'}   the film: {out / 'film.mp4'}")
