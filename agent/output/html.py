"""The report as one self-contained web page: nothing is fetched, so it opens from disk, can be mailed, and prints."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from ...memory.report import Report
from . import charts, wording
from .stills import Stills


def render_html(report: Report, stills: Stills) -> str:
    """Render a report as an HTML page.

    Every text is escaped, and a content security policy inside the page forbids any request and any script or style but
    its own, whatever file names, statements and reasons contain.

    Args:
        report: the report.
        stills: its pictures, from `collect_stills`.
    """
    style, script = _asset("report.css"), _asset("report.js")
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.globals.update(
        answers=wording.ANSWERS,
        letters=wording.LETTERS,
        clip_facts=wording.clip_facts,
        file_name=wording.file_name,
        instant=wording.instant,
        interval=wording.interval,
        label=wording.label,
        percent=wording.percent,
        short_value=wording.short_value,
        span=wording.span,
        unit_note=wording.unit_note,
        value=wording.value,
        interval_plot=charts.interval_plot,
    )
    return environment.from_string(_asset("report.html")).render(
        report=report,
        stills=stills,
        summary=wording.summary(report),
        tally=wording.tally(report),
        lines=charts.time_lines(report),
        style=Markup(style),
        script=Markup(script),
        style_hash=_hash(style),
        script_hash=_hash(script),
    )


def _asset(name: str) -> str:
    return files("viddiff.agent.output").joinpath(name).read_text(encoding="utf-8").strip()


def _hash(text: str) -> str:
    """The name by which a content security policy knows an inline style or script."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
