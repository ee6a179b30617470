"""What the documents draw is what the code does."""

from __future__ import annotations

import re

from house_plan import ROOT

from viddiff.agent.graph import build_graph


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.strip().splitlines() if line.strip()]


def test_the_drawn_state_machine_is_the_graph() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    fences = re.findall(r"```mermaid\n(.*?)```", text, flags=re.DOTALL)
    assert _lines(build_graph().get_graph().draw_mermaid()) in [_lines(fence) for fence in fences]
