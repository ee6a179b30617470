"""A trace as one web page: nothing is fetched but, where it is served, its pictures; no text of a trace can become markup."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from ...memory.values import Value

SCRIPTS = ("parts", "charts", "heat", "questions", "difference", "run", "main")


class PageAssets(Value):
    """The page's own style and script, and the policy that allows them and nothing else."""

    style: str
    script: str

    def policy(self, images: str) -> str:
        """A content security policy.

        Args:
            images: Where pictures may come from: "data:", or "'self'" where they are served.
        """
        return (
            f"default-src 'none'; img-src {images}; style-src '{_hash(self.style)}'; script-src '{_hash(self.script)}'; "
            "base-uri 'none'; form-action 'none'"
        )


def page_assets() -> PageAssets:
    """Read them."""
    script = "\n".join(_asset(f"trace_page_{name}.js") for name in SCRIPTS)
    return PageAssets(style=_asset("trace_page.css"), script=f'"use strict";\n{script}')


def render_trace_page(data: Mapping[str, Any], title: str, *, images: str = "data:", home: str = "") -> str:
    """Render a trace.

    Args:
        data: What the page shows, as JSON values.
        title: Of the page.
        images: Where pictures may come from, for the policy inside the page.
        home: Address of the page that leads here; empty for a file.
    """
    assets = page_assets()
    return _template("trace_page.html").render(
        title=title,
        home=home,
        policy=assets.policy(images),
        style=Markup(assets.style),
        script=Markup(assets.script),
        data=Markup(_inert(data)),
    )


def render_changes(changes: Mapping[str, Any]) -> str:
    """What changed between two runs, as a page of its own without any script."""
    style = _asset("trace_page.css")
    return _template("trace_page_diff.html").render(changes=changes, style=Markup(style), style_hash=_hash(style))


def _inert(data: Mapping[str, Any]) -> str:
    """JSON in which nothing ends the element that holds it, whatever the texts contain."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _template(name: str) -> Any:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(_asset(name))


def _asset(name: str) -> str:
    return files("viddiff.agent.output").joinpath(name).read_text(encoding="utf-8").strip()


def _hash(text: str) -> str:
    """The name by which a content security policy knows an inline style or script."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
