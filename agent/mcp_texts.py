"""What the tools for other agents give back: the report in brief, an answer, a trace, and pictures of bounded size."""

from __future__ import annotations

import io
import json
from math import ceil
from typing import Any

import numpy as np
from rich.console import Console

from ..memory.conversation import Reply, citations_in
from ..memory.report import DifferenceReport, Report
from ..memory.values import KeyFrame, Segment
from .output import wording
from .traces.story_values import Story
from .traces.text import print_difference, print_story

LARGEST = 768
"""Longer side of a picture in pixels."""
QUALITY = 80

UNBROKEN = 400
"""Columns: other agents break lines themselves."""


def report_json(session_id: str, report: Report) -> str:
    """The report as JSON on one line: without landmarks, and with the id under which the conversation goes on."""
    whole = report.model_dump(mode="json", include={"action", "setting", "warnings"})
    told = {
        "session_id": session_id,
        "summary": wording.summary(report),
        **whole,
        "videos": {side: _clip(report, side) for side in ("a", "b")},
        "differences": [_difference(difference) for difference in report.differences],
        "stages": [{"name": stage.name, "a": _span(stage.a), "b": _span(stage.b)} for stage in report.stages],
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def answer_text(reply: Reply) -> str:
    """An answer with the instants that it cites."""
    cited = dict.fromkeys((c.video, round(c.time_s, 2)) for c in (*reply.citations, *citations_in(reply.text)))
    instants = ", ".join(f"{video.upper()} {time_s:.2f} s" for video, time_s in cited)
    return f"{reply.text}\n\nInstants (for show_frames): {instants}" if instants else reply.text


def trace_text(story: Story) -> str:
    """The run as a tree, then the whole story of every difference."""
    written = io.StringIO()
    page = Console(file=written, width=UNBROKEN, no_color=True, highlight=False)
    print_story(story, page)
    for told in story.differences:
        page.print()
        print_difference(told, story, page)
    return "\n".join(line.rstrip() for line in written.getvalue().splitlines())


def jpeg(image: np.ndarray) -> bytes:
    """A frame, (H, W, 3) uint8 RGB, as a JPEG of at most 768 pixels on its longer side."""
    from PIL import Image

    picture, kept = Image.fromarray(image), io.BytesIO()
    picture.thumbnail((LARGEST, LARGEST), Image.Resampling.LANCZOS)
    picture.save(kept, "JPEG", quality=QUALITY)
    return kept.getvalue()


def _clip(report: Report, side: str) -> dict[str, Any]:
    info = getattr(report.videos, side)
    return info.model_dump(mode="json", include={"path", "duration_s", "fps", "width", "height", "warnings"})


def _difference(difference: DifferenceReport) -> dict[str, Any]:
    names = {"id", "description", "answer", "lean", "confidence", "reason", "stage", "measurement"}
    kept = difference.model_dump(mode="json", include=names if difference.confidence else names - {"lean"})
    return {**kept, "evidence": {"a": _times(difference.evidence.a), "b": _times(difference.evidence.b)}}


def _times(keys: tuple[KeyFrame, ...]) -> list[float]:
    # Never rounded down: a little before its own time, the frame before is still on screen.
    return [ceil(round(key.time_s * 1000, 6)) / 1000 for key in keys]


def _span(segment: Segment | None) -> list[float] | None:
    return segment and [round(segment.start_s, 3), round(segment.end_s, 3)]
