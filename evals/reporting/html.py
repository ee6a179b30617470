"""A report of an evaluation as one self-contained page: nothing is fetched, no script runs, and every text is escaped."""

from __future__ import annotations

import base64
import hashlib
import re
from importlib.resources import files

from .sections import Link, Page


def render_html(page: Page) -> str:
    """The page; links of it lead to files beside it."""
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup, escape

    style = _asset("page.css")
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.tests["link"] = lambda cell: isinstance(cell, Link)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    # The drawings are ours, and whatever they say of the data was escaped when they were made.
    environment.filters["words"] = lambda text: Markup(re.sub(r"`([^`]*)`", r"<code>\1</code>", str(escape(text))))
    environment.filters["drawn"] = lambda svg: Markup(svg)
    return environment.from_string(_asset("page.html")).render(page=page, style=Markup(style), style_hash=f"sha256-{digest}")


def _asset(name: str) -> str:
    return files("viddiff.evals.reporting").joinpath(name).read_text(encoding="utf-8").strip()
