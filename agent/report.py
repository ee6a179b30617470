"""The report as users hold it: the contract's values, and how to show them."""

from __future__ import annotations

from typing import cast

from ..memory import report as contract
from ..memory.state import State


class Report(contract.Report):
    """How two videos of the same action differ, in words and with evidence."""

    def to_html(self) -> str:
        """One self-contained page; its pictures are read from the clips, and their absence is said in the page."""
        from .output.html import render_html
        from .output.stills import collect_stills, read_clip

        return render_html(self, collect_stills(self, read_clip))

    def to_markdown(self) -> str:
        """The report as Markdown."""
        from .output.markdown import render_markdown

        return render_markdown(self)


def report_in(state: State) -> Report:
    """The report of a finished run's state, which `agent.assemble` made so that it can show itself."""
    return cast(Report, state["report"])
